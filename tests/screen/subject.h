/* Processes that a screen test makes in order to see them on the screen. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { SUBJECT_ARGS = 12 };

struct subject_options {
	int flags;          /* CLONE_NEW…, of namespaces that it makes for itself; CLONE_NEWPID is
	                        * for children only and not taken */
	uint64_t uts_inode; /* go on making UTS namespaces until one has this inode; 0: any */
	const char *hostname;           /* set in its own UTS namespace; needs CLONE_NEWUTS */
	const char *comm;               /* raw, at most 15 bytes */
	const char *args[SUBJECT_ARGS]; /* further words of its command line; NULL ends them */
};

struct subject {
	pid_t pid;
	int leash; /* its standard input: it ends at the end of file, so also when the test dies */
};

/* Starts one and waits until it is as asked for.  Without root it makes a user namespace first.
 * Returns 0, or -errno where the namespaces can't be made (the caller then skips its test). */
int subject_start(const struct subject_options *options, struct subject *ret_subject);
/* Ends it and reaps it.  Fine for one that never started. */
void subject_end(struct subject *subject);

/* The inode of a process's namespace, "uts"; 0 where it can't be read. */
uint64_t subject_inode(pid_t pid, const char *link);
