/* An inode of a namespace that is used again, made to happen. */
#pragma once

#include <stdint.h>

/* Makes UTS namespaces, and moves the caller into each, until one has the inode @ino.  The kernel
 * gives the lowest number that is free: so what was made before is held, until the numbers below
 * @ino are all taken.  The caller is to be a child that has left the first UTS namespace already.
 * Returns 0, -ENOENT (somebody else has taken the number), or another -errno. */
int again_enter_uts(uint64_t ino);
