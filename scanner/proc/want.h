/* What an error means.  EPERM, ESRCH and EMFILE are three answers: a process that may not be read, one
 * that has ended, and one that we could not read for want of something of our own.  Only the second is
 * gone, and the third is no statement about the machine at all.
 *
 * And descriptors, of which a scan needs some.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* @error: -errno */
bool error_is_end(int error); /* it has ended: ENOENT, ESRCH */
bool error_is_refusal(
    int error);                /* EACCES, EPERM; with hidepid=1 of all that a listed process has */
bool error_is_want(int error); /* ours: EMFILE, ENFILE, ENOMEM, EAGAIN */

/* Why the process @pid, as in /proc, is in no graph.
 * Returns -ESRCH: there is none; -EPERM: /proc lists it, and refuses all else (hidepid=1); or -EACCES: it is
 * there, and /proc does not show it (hidepid=2 or 4).  proc(5) */
int process_why_missing(pid_t pid);

/* Why fork(2) says EAGAIN here; for people, translated, without a full stop. */
const char *want_of_processes(void);

/* The same of ENOMEM. */
const char *want_of_memory(void);

/* What is wanting and what to do, of a scan that failed for want of that; for scan_error_text, for the
 * caller to free.  NULL for another error. */
char *want_text(int error);

/* Raises the soft limit of descriptors where it is low, as far as the hard one lets; getrlimit(2).
 * Programs that are started get theirs back by descriptors_restore, called in the child. */
void descriptors_raise(void);
void descriptors_restore(void);

/* How many more this process may open, as far as that is of interest. */
size_t descriptors_left(void);

enum {
	DESCRIPTORS_MUCH = 512, /* descriptors_left gives no more */
	/* What is open at a time beside the processes of a batch: of the one that is looked
	 * through now its directories, its pidfd, a socket and a namespace, and the mount tables. */
	DESCRIPTORS_LEAST = 14,
};
