/* Inodes that the kernel reused within one scan.
 *
 * Links show inodes, and a namespace is queried for its unique id only once in a scan.  The kernel
 * may give the inode of a freed namespace to a new one, so the link of a later process may show the
 * inode of a namespace that no longer exists.  But a namespace that still has its id at the end
 * existed all the time, and no other had its inode: one check of one member confirms all members.
 * When no member confirms it, only the queried process is known to have been a member; the links of
 * the others are reported as gone.
 *
 * A process that was not read again, since it has not changed (changes.h), is where it was when the
 * scan began.  A namespace that is known only from such processes needs no check.  When other
 * processes claim it and none confirms it, all claims are removed.
 *
 * Kernels without unique ids confirm nothing. */
#pragma once

#include "scanner/scan/source.h"

#include <stddef.h>

enum verify_stage {
	CONFIRM_BEGIN,     /* with the current namespace */
	CONFIRM_PROVE,     /* looks for a task that is still a member */
	CONFIRM_TAKE_BACK, /* there is none: removes the claims */
};

struct verify {
	struct context *context;
	size_t at;              /* the current namespace */
	bool history_log_first; /* the first claim on it was passed */
	enum verify_stage stage;
	size_t process;        /* of the builder: the next whose claims are checked */
	struct thread *thread; /* before it, those of this one and of what follows; NULL for none */
};

/* Call it when all processes are read.  @context: borrowed until the last step. */
void verify_begin(struct verify *verify, struct context *context);
/* Works until clock_us() passes @until_us.  It reads the clock after each process and thread, since one
 * namespace may have many members.  Returns whether it is done. */
bool verify_step(struct verify *verify, uint64_t until_us);
