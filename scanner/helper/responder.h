/* A helper process that answers questions which may take forever.
 *
 * The process that owns the screen never makes a read that another process can delay without limit.  A
 * responder makes it, and may be abandoned.  It answers a question of several keys (PIDs, user ids) one key
 * after the other, and shows at any time which key it is at.  Its work defines what it does for a key.
 *
 * It is forked, holds nothing but its socket and what its work opens, and exits at the end of file of its
 * socket, also after the asking process was killed.
 */
#pragma once

#include "scanner/helper/helper.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	RESPONDER_KEYS_MAX =
	    512, /* some milliseconds: the next question waits no longer than that */
	RESPONDER_TICK_US = 3000, /* between two checks of its progress */
	RESPONDER_LATE_MS = 200,  /* after that, a key counts as one that does not answer */
};

struct responder;
struct responder_side; /* in the helper */

struct responder_work {
	enum helper_work helper;
	/* Runs in the helper; does not return. */
	void (*serve)(struct responder_side *side);
};

/* cmdline_reader.c: command lines by PID; a request for all reads each PID in /proc.  Reading
 * /proc/PID/cmdline takes the memory lock of PID and may fault in a page, so that process can block a reader
 * without limit.  Answers have no NULs at the end.  The helper holds a descriptor on /proc; its only
 * capability is the one that opens what hidepid hides (sandbox.h). */
extern const struct responder_work cmdline_reader;

/* user_reader.c: names of users by user id, getpwuid_r(3).  A module of nsswitch.conf(5), such as a directory
 * on the network, may take as long as it likes.  The helper has no capability, and gains none (sandbox.h);
 * it can still read root's files, as root's lookups always could. */
extern const struct responder_work user_reader;

/* --- In the asking process ---------------------------------------------------------------------- */

/* Returns 0, or -errno of socketpair(2), mmap(2) or fork(2). */
int responder_new(const struct responder_work *work, struct responder **ret_responder);
/* Kills the helper, and waits for its end unless it is at a key; NULL is fine. */
void responder_free(struct responder *responder);

/* The PID of the helper, as fork(2) returned it. */
pid_t responder_pid(const struct responder *responder);
/* Returns whether @pid, as in /proc, is such a helper of this process. */
bool responder_is(pid_t pid);

/* Asks for @keys in that order, at most RESPONDER_KEYS_MAX.  With @count 0 it asks for all keys, if the work
 * supports that.  The previous question must have been answered.  Never waits.
 * Returns 0, or -errno when the helper has exited. */
int responder_ask(struct responder *responder, const uint32_t *keys, size_t count);

struct responder_answer {
	uint32_t key;
	uint32_t len; /* 0: there is none, or it could not be read */
	bool cut;     /* it is longer */
	bool failed;  /* unknown; another attempt may succeed */
	bool last;    /* the end of the answers to one question; nothing else is set then */
	const char *text;
};

/* The next answer; its text is borrowed until the next call.  Never waits.
 * Returns 1, 0 (none yet), or -errno when the helper has exited. */
int responder_take(struct responder *responder, struct responder_answer *ret_answer);

/* A descriptor to poll for POLLIN: there are answers.  Borrowed. */
int responder_fd(const struct responder *responder);
/* Waits until @fd is readable, that of one responder or of several (epoll(7)), or until clock_us() passes
 * @until_us. */
void responder_wait(int fd, uint64_t until_us);

/* The key that it is at.  Returns false for none.  @ret_key may be NULL. */
bool responder_at(const struct responder *responder, uint32_t *ret_key);
/* Returns whether it is blocked at one key, not waiting for a processor.  It checks once in
 * RESPONDER_TICK_US at most, and twice before it returns true. */
bool responder_is_stuck(struct responder *responder);
/* Its processor time, as of its last answer. */
uint64_t responder_worked_us(const struct responder *responder);

/* A key that did not answer is asked again after a time, then after twice as long, and so on.  All zero: it
 * may be asked now. */
struct responder_pause {
	uint64_t until_us;
	unsigned ms;
};

void responder_pause_longer(struct responder_pause *pause);
bool responder_pauses(const struct responder_pause *pause);

/* --- In the helper ------------------------------------------------------------------------------ */

struct responder_question {
	uint32_t count; /* 0: all */
	uint32_t keys[RESPONDER_KEYS_MAX];
};

/* Waits for the next question, borrowed until the next call.  Exits when the asking process has. */
const struct responder_question *responder_next(struct responder_side *side);
/* Marks that it is at @key now. */
void responder_enter(struct responder_side *side, uint32_t key);
/* Marks that it is at none.  @text is the answer for @key; @len 0 for none. */
void responder_give(
    struct responder_side *side, uint32_t key, const char *text, size_t len, bool cut);
/* The same for an attempt that failed: the key may be asked again. */
void responder_fail(struct responder_side *side, uint32_t key);
/* Ends the answers to this question. */
void responder_finish(struct responder_side *side);
