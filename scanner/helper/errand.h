/* Work on files that may block forever, for example on a network file system without its server.
 *
 * The main process makes no such call: a helper process does.  It may be abandoned, since a process
 * cannot leave such a wait.  When the whole path is on local file systems (local_fs.h) no helper is
 * needed, and the work is done at once.
 *
 * While a helper waits for a file system, no other work on that file system begins. */
#pragma once

#include "model/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The work: appends its result to @answer and returns 0 or -errno.  In the helper it has a copy of the
 * caller's memory, and none of its descriptors. */
typedef int errand_work(void *arg, struct bytes *answer);

enum {
	ERRAND_MS = 500,
	ERRAND_ASKED_MS = 2000, /* for a file that the user has named */
};

/* Does @work with @path, with @arg; waits no longer than @limit_ms.
 * @ret_answer: the caller frees it with bytes_done, whatever is returned.
 * Returns what @work does, -ETIMEDOUT (it does not answer), -EPIPE (the helper was killed) or -errno of fork(2). */
int errand_run(
    const char *path, unsigned limit_ms, errand_work *work, void *arg, struct bytes *ret_answer);

/* The same in steps, for a caller with other work in between.  Returns 0, or an -errno as above. */
struct errand;
int errand_start(
    const char *path, unsigned limit_ms, errand_work *work, void *arg, struct errand **ret_errand);
/* Waits no longer than until clock_us() passes @until_us.  Returns false while there is no answer yet.
 * @ret_error: what errand_run returns.  @ret_answer: as there. */
bool errand_step(
    struct errand *errand, uint64_t until_us, int *ret_error, struct bytes *ret_answer);
/* Returns whether @pid, as in /proc, is such a helper. */
bool errand_is(pid_t pid);
/* Abandons the helper, if it still runs.  NULL is fine. */
void errand_free(struct errand *errand);

/* The same for a file of any length: @work, in the helper, exchanges data with the caller over the
 * stream socket 0.  The helper exits with what it returns: 0, or an errno.
 * Returns 0; 1 when the path is local: nothing is started, and the caller does the work; or -errno. */
struct errand_talk {
	pid_t pid;
	int socket; /* the caller's end */
	uint64_t mount;
};
int errand_talk_start(
    const char *path, int (*work)(void *arg), void *arg, struct errand_talk *ret_talk);
/* Waits for the int that the helper writes first.  Returns that, -ETIMEDOUT or -EPIPE. */
int errand_talk_begin(const struct errand_talk *talk);
/* Closes the socket and waits for the helper's end.  Abandons the helper at once when it is known to
 * block.  Returns 0, -ETIMEDOUT, or the helper's error as -errno. */
int errand_talk_end(struct errand_talk *talk, bool wait);

/* Returns whether each folder of @list ("/a:/b", as in TERMINFO_DIRS) answers.  True for none. */
bool errand_answers(const char *list);

/* The text for an -errno from here, else strerror(3). */
const char *errand_error(int error);
