/* Work on files that may have to wait for somebody who never answers, as the server of a network's file system.
 *
 * Who owns the screen, or has to give a report, makes no such call: a helper process does, and may be left behind,
 * since the kernel lets nobody out of such a wait.  Where all of the way is on local file systems (local_fs.h) no
 * helper is needed, and the work is done at once.
 *
 * A file system that has not answered is not asked again for as long as that helper waits for it. */
#pragma once

#include "model/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The work: appends to @answer what is to come back, and returns 0 or -errno.  In the helper it has the
 * caller's memory as it was, but nothing that it changes there is seen outside, and none of its descriptors. */
typedef int errand_work(void *arg, struct bytes *answer);

enum {
	ERRAND_MS = 500,
	ERRAND_ASKED_MS = 2000, /* for a file that the person has named */
};

/* Does @work with @path, with @arg; waits no longer than @limit_ms.
 * @ret_answer: to be done with bytes_done, whatever is returned.
 * Returns what @work does, -ETIMEDOUT (it does not answer), -EPIPE (the helper was killed) or -errno of fork(2). */
int errand_run(
    const char *path, unsigned limit_ms, errand_work *work, void *arg, struct bytes *ret_answer);

/* The same in parts, for who has other work meanwhile.  Returns 0, or an -errno as above. */
struct errand;
int errand_start(
    const char *path, unsigned limit_ms, errand_work *work, void *arg, struct errand **ret_errand);
/* Waits no longer than until clock_us() passes @until_us.  Returns false while there is no answer yet.
 * @ret_error: what errand_run returns.  @ret_answer: as there. */
bool errand_step(
    struct errand *errand, uint64_t until_us, int *ret_error, struct bytes *ret_answer);
/* Is @pid, as in /proc, a helper that is on such an errand? */
bool errand_is(pid_t pid);
/* Leaves the helper, if there still is one.  NULL is fine. */
void errand_free(struct errand *errand);

/* The same for a file of any length: @work, in the helper, speaks with the caller by the stream socket 0, and the helper
 * ends with what it returns: 0, or an errno.
 * Returns 0; 1 where the way is local: nothing is started, and the caller may do it by itself; or -errno. */
struct errand_talk {
	pid_t pid;
	int socket; /* the caller's end */
	uint64_t mount;
};
int errand_talk_start(
    const char *path, int (*work)(void *arg), void *arg, struct errand_talk *ret_talk);
/* Waits for the helper to begin with an int, which it writes first.  Returns that, -ETIMEDOUT or -EPIPE. */
int errand_talk_begin(const struct errand_talk *talk);
/* Closes the socket and waits for the helper's end, or leaves it, at once where it is known to wait.  Returns 0,
 * -ETIMEDOUT, or the helper's error as -errno. */
int errand_talk_end(struct errand_talk *talk, bool wait);

/* Does each folder of @list answer ("/a:/b", as in TERMINFO_DIRS)?  True where there is none. */
bool errand_answers(const char *list);

/* Why a file could not be had, in words, for an -errno from here; strerror(3) else. */
const char *errand_error(int error);
