/* The meaning of errors.  EPERM, ESRCH and EMFILE are three answers: a process may not be read; it has
 * exited; we could not read it, because nsscope itself lacks something (a "want").  Only the second means
 * that it is gone, and the third says nothing about the system.
 *
 * And descriptors, of which a scan needs some.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* @error: -errno */
bool error_is_end(int error); /* it has exited: ENOENT, ESRCH */
bool error_is_refusal(
    int error);                /* EACCES, EPERM; with hidepid=1 of all that a listed process has */
bool error_is_want(int error); /* ours: EMFILE, ENFILE, ENOMEM, EAGAIN */

/* Why the process @pid, as in /proc, is in no graph.
 * Returns -ESRCH: there is none; -EPERM: /proc lists it, and refuses all else (hidepid=1); or -EACCES: it is
 * there, and /proc does not show it (hidepid=2 or 4).  proc(5) */
int process_why_missing(pid_t pid);

/* Why fork(2) says EAGAIN here; for people, translated, without a full stop. */
const char *want_of_processes(void);

/* The message for a scan that failed with a want: what nsscope lacks, and what to do.  For scan_error_text.
 * The caller frees it; NULL for another error. */
char *want_text(int error);

/* Raises a low soft limit of descriptors, up to the hard limit; getrlimit(2).  Call descriptors_restore in a
 * child process before it executes another program. */
void descriptors_raise(void);
void descriptors_restore(void);

/* The number of descriptors that this process may still open, DESCRIPTORS_MUCH at most. */
size_t descriptors_left(void);

enum {
	DESCRIPTORS_MUCH = 512, /* descriptors_left gives no more */
	/* What is open at a time beside the processes of a batch: of the one that is looked
	 * through now its directories, its pidfd, a socket and a namespace, and the mount tables. */
	DESCRIPTORS_LEAST = 14,
};
