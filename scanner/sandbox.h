/* What a helper of the scanner can still do, since it goes to where others are masters: a process in the
 * user namespace that a helper joined has every capability over it.
 *
 * - Nobody of a lesser user namespace can trace it or read its descriptors, memory, root and links below
 *   /proc/PID: it is not dumpable (PR_SET_DUMPABLE), and for that the kernel asks for CAP_SYS_PTRACE in the
 *   user namespace that the program was executed in, which is ours.  So it isn't executed anew to lose
 *   the heap that fork(2) has copied: that would be in reach of the same processes, which are none.
 * - No helper is ever a member of a foreign PID namespace, where CAP_SYS_PTRACE of a container without a
 *   user namespace would do: its processes can't even name it.
 * - It has an empty root directory where it needs none, the variables of the environment are wiped, and
 *   of the capabilities it keeps those of its work, and none when it has joined and read nothing yet.
 * - A filter (seccomp(2)) leaves it the calls of its work, first those to join, then those to read.
 *   A call that is not in it does not exist (ENOSYS). */
#pragma once

#include <stdbool.h>

/* Of the privileges that there are, those of the work are kept: what setns(2), links of /proc/PID and
 * descriptors of others take.  What can't be had, because the kernel is built without it or there are
 * no privileges to give up, is done without.
 * @empty_root: nothing but open descriptors leads to files from now on. */
void sandbox_enter(bool empty_root);

/* No capability is left, and none of the calls that take one.  To be called when what had to be joined
 * is joined. */
void sandbox_close(void);
