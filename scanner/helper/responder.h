/* A helper process that answers what may take for ever to be answered.
 *
 * What another process can delay without limit is never asked by the process that owns the screen: a responder
 * asks it, and may be abandoned.  It answers questions of several keys (PIDs, user ids), one after the other, and
 * tells at any time which key it is at.  What it does for a key is its work: cmdline_reader.h, user_reader.h.
 *
 * It is forked, holds nothing but its socket and what its work opens, and ends at the end of file of its
 * socket, also when the asking process was killed.
 */
#pragma once

#include "scanner/helper/helper.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	RESPONDER_KEYS_MAX = 512, /* some milliseconds; what is asked next waits so long at most */
	RESPONDER_TICK_US = 3000, /* between two looks whether it comes on */
	RESPONDER_LATE_MS = 200,  /* what has not come by then does not answer */
};

/* --- In the asking process ---------------------------------------------------------------------- */

struct responder;
struct responder_side; /* the helper's */

struct responder_work {
	enum helper_work helper;
	/* What it does, in the helper; it does not return. */
	void (*serve)(struct responder_side *side);
};

/* Returns 0, or -errno of socketpair(2), mmap(2) or fork(2). */
int responder_new(const struct responder_work *work, struct responder **ret_responder);
/* Kills the helper, and waits for its end unless it is at a key; NULL is fine. */
void responder_free(struct responder *responder);

/* The helper, as fork(2) gave it. */
pid_t responder_pid(const struct responder *responder);
/* Is @pid, as in /proc, such a helper of this process? */
bool responder_is(pid_t pid);

/* Asks for @keys, at most RESPONDER_KEYS_MAX, in that order; @count 0: for all that there are, where its work
 * knows them.  To be called when the last question was answered.  Never waits.
 * Returns 0, or -errno where the helper has ended. */
int responder_ask(struct responder *responder, const uint32_t *keys, size_t count);

struct responder_answer {
	uint32_t key;
	uint32_t len; /* 0: there is none, or it could not be read */
	bool cut;     /* it is longer */
	bool failed;  /* nobody knows, and another time somebody may */
	bool last;    /* of one question; nothing else is set then */
	const char *text;
};

/* The next answer; its text is valid until the next call.  Never waits.
 * Returns 1, 0 (none yet), or -errno where the helper has ended. */
int responder_take(struct responder *responder, struct responder_answer *ret_answer);

/* To be polled for POLLIN: there are answers.  Borrowed. */
int responder_fd(const struct responder *responder);
/* Waits until there are answers behind @fd, that of a responder or of several together (epoll(7)), or until
 * clock_us() passes @until_us. */
void responder_wait(int fd, uint64_t until_us);

/* Which key is it at?  Returns false for none. */
bool responder_at(const struct responder *responder, uint32_t *ret_key);
/* Does it wait for something at one key, instead of for its turn on a processor?  However often that is asked, it
 * is looked at once in RESPONDER_TICK_US, and twice before it is said. */
bool responder_is_stuck(struct responder *responder);
/* What it has worked so far, of a processor, as it was when it answered last. */
uint64_t responder_worked_us(const struct responder *responder);

/* Who did not answer is asked again after a time, then after twice as long, and so on.  All zero: it may be asked. */
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

/* Waits for the next question, which is valid until the next call; ends the helper with who asks. */
const struct responder_question *responder_next(struct responder_side *side);
/* From now on it is at @key. */
void responder_enter(struct responder_side *side, uint32_t key);
/* It is at none; @text is the answer for @key, @len 0 for none. */
void responder_give(
    struct responder_side *side, uint32_t key, const char *text, size_t len, bool cut);
/* The same, without an answer: it may be asked for again. */
void responder_fail(struct responder_side *side, uint32_t key);
/* That was all. */
void responder_finish(struct responder_side *side);
