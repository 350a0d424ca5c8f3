/* A helper process that reads command lines.
 *
 * Reading /proc/PID/cmdline takes the lock of PID's memory, and may have to wait for a page of it; so
 * another process can delay it for as long as it likes.  Who owns the screen never makes that read: this
 * helper does, and may be abandoned.  It tells at any time which command line it is at.
 *
 * It is forked, holds nothing but its socket and a descriptor on /proc, has no capability but for opening
 * what hidepid hides (sandbox.h), and ends at the end of file of its
 * socket, also when the asking process was killed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cmdline_reader;

enum {
	CMDLINES_ASKED_MOST = 512
}; /* some milliseconds; what is asked next waits so long at most */

/* Returns 0, or -errno of socketpair(2), mmap(2) or fork(2). */
int cmdline_reader_new(struct cmdline_reader **ret_reader);
/* Kills the helper, and waits for its end unless it is at a command line; NULL is fine. */
void cmdline_reader_free(struct cmdline_reader *reader);

/* The helper, as fork(2) gave it. */
pid_t cmdline_reader_pid(const struct cmdline_reader *reader);
/* Is @pid, as in /proc, such a helper of this process? */
bool cmdline_reader_is(pid_t pid);

/* Asks for the command lines of @pids, at most CMDLINES_ASKED_MOST, in that order; @count 0: of all in /proc.
 * To be called when the last question was answered.  Never waits.
 * Returns 0, or -errno where the helper has ended. */
int cmdline_reader_ask(struct cmdline_reader *reader, const pid_t *pids, size_t count);

struct cmdline_answer {
	pid_t pid;
	uint32_t len; /* without the NULs at its end; 0: none, or it could not be read */
	bool cut;     /* it is longer */
	bool last;    /* of one question; pid is 0 then, and nothing else is set */
	const char *text;
};

/* The next answer; its text is valid until the next call.  Never waits.
 * Returns 1, 0 (none yet), or -errno where the helper has ended. */
int cmdline_reader_take(struct cmdline_reader *reader, struct cmdline_answer *ret_answer);

/* Waits for answers until clock_us() passes @until_us. */
void cmdline_reader_wait(const struct cmdline_reader *reader, uint64_t until_us);

/* How many it has read so far. */
uint32_t cmdline_reader_progress(const struct cmdline_reader *reader);
/* Whose it reads now; 0 for nobody's. */
pid_t cmdline_reader_at(const struct cmdline_reader *reader);
/* Does the helper wait for something, instead of for its turn on a processor? */
bool cmdline_reader_sleeps(const struct cmdline_reader *reader);
