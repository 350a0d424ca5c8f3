/* Inodes that were used again within one scan.
 *
 * Links tell inodes, and a namespace is asked for its unique id only once in a scan.  The kernel
 * gives an inode to another namespace as soon as one is gone, so a later process may have been read
 * with the inode of a namespace that had ended by then.  But what still has the id at the end was
 * there all the time, and nobody else had its inode: one look at one member confirms all of them.
 * Where no member confirms it, only the one that was asked is known to have been in it; the links
 * of the others are told as gone.
 *
 * Who was not read again because nothing has changed (changes.h) is where it was when the scan
 * began.  A namespace that is known from such processes only needs no look; where others claim to be
 * in it and nobody confirms it, all claims are taken back.
 *
 * Kernels without unique ids confirm nothing. */
#pragma once

#include "scanner/scan/source.h"

#include <stddef.h>

enum verify_stage {
	CONFIRM_BEGIN,     /* with the present namespace */
	CONFIRM_PROVE,     /* looks for a task that is still in it */
	CONFIRM_TAKE_BACK, /* none is: takes the claims on it back */
};

struct verify {
	struct context *context;
	size_t at;              /* the present namespace */
	bool history_log_first; /* the first claim on it was passed */
	enum verify_stage stage;
	size_t process;        /* of the builder: the next whose claims are looked at */
	struct thread *thread; /* before it, those of this one and of what follows; NULL for none */
};

/* To be called when all processes are read.  @context: borrowed until the last step. */
void verify_begin(struct verify *verify, struct context *context);
/* Works until clock_us() passes @until_us, and looks at that behind each process and thread, which may be many in one
 * namespace.  Returns whether it is done. */
bool verify_step(struct verify *verify, uint64_t until_us);
