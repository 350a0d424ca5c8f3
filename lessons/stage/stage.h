/* The stage: actor processes that make real system calls for a lesson, one named call at a time.
 *
 * What is promised, and held by tests:
 *   - The calling process makes and joins no namespace; it talks to each actor over a socket.
 *   - An actor that reads end of file on its socket ends; the stage process, a subreaper, reaps
 *     everything and ends too.  So nothing outlives the calling process, not even after SIGKILL.
 *   - Actors fail closed: a call with an effect (sethostname, …) is refused by the actor itself,
 *     before the kernel sees it, unless the namespace that confines the effect is known to be
 *     different from the one that the stage began in.
 *   - No terminal, no inherited descriptor but the socket: the actors are in a session of their
 *     own.
 *
 *   - Where the setup says so, root is given up first, a user namespace made, and all that could be
 *     written is read-only (stage_setup.h).
 *
 * Calls are asynchronous: stage_call sends, stage_io receives.
 */
#pragma once

#include "lessons/stage/stage_setup.h"
#include "model/view/rowline.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { STAGE_TEXT_BYTES = 1024 };

struct stage;
struct variables;

/* The outcome of a call. */
struct stage_answer {
	long result;  /* what the call returned; -1 on error */
	int error;    /* its errno, 0 for none */
	bool refused; /* the actor did not make it, because it could be seen outside */
	/* The result is that of a command which says that it failed: no errno, but no success either,
	 * where nothing else is expected. */
	bool failed;
	bool
	    filtered; /* a filter (seccomp) refused it: the actor has the capability that it takes */
	bool unmade;  /* it could not even begin: .error is stage_call's */
	bool lost;    /* the actor was gone before it could answer */
	char text[STAGE_TEXT_BYTES]; /* what it read ("ns1"), raw, "" for nothing */
	char saw[256]; /* the line of /proc that changed, raw: "/proc/4711/ns/uts -> uts:[40…]" */
};

/* Starts the stage process and, on it, the actors called @names.  @setup: NULL for the default.
 * Returns 0 or -errno; -EPERM where user namespaces are forbidden to the caller, -ENOSPC where
 * their number is limited. */
int stage_new(const struct stage_setup *setup, const char *const *names, size_t name_count,
    struct stage **ret_stage);

/* What the last stage_new that failed could not do, why, and what may help; translated.  Valid
 * until the next stage_new. */
const char *stage_problem(void);

/* Each program that may have a stage calls this first, with its argv[0]: an actor that calls execve
 * becomes the program again, and doesn't return from here. */
void stage_resume(const char *program);

/* Ends all actors and waits until every one of them is gone and reaped. */
void stage_free(struct stage *stage); /* NULL is fine */

/* Are the actors in a user namespace that the stage made?  False for NULL. */
bool stage_in_userns(const struct stage *stage);
/* Was the stage root, and gave that up?  False for NULL. */
bool stage_gave_up_root(const struct stage *stage);

/* The actors, for the tree to mark; valid until the next stage_io or stage_call. */
const struct actor_ref *stage_actors(const struct stage *stage, size_t *ret_count);
/* The pid of @actor as the caller sees it, or 0. */
pid_t stage_pid(const struct stage *stage, const char *actor);
/* Its pidfd, borrowed until the actor is gone; -1 where there is none. */
int stage_pidfd(const struct stage *stage, const char *actor);

/* A call to be made.  All is borrowed. */
struct stage_request {
	const char *actor;            /* "A" */
	const char *name;             /* "unshare" */
	const char *const *arguments; /* as written */
	size_t argument_count;
	const char *variable; /* of the actor, that gets the result; NULL for none */
};

/* Begins a call.  One at a time.
 * Returns 0, -EBUSY, -ESRCH (no such actor), -EINVAL (no such call, or wrong arguments: call_read), -ENODATA (a variable
 * that no call has set), -E2BIG (too many variables), -EEXIST (fork: there is an actor of that
 * name) or another -errno. */
int stage_call(struct stage *stage, const struct stage_request *request);

/* What calls have set so far; valid until the next stage_io. */
const struct variables *stage_variables(const struct stage *stage);

/* Reads a string literal as written, with placeholders: "0 {uid} 1".  @ret: gets the bytes and a
 * NUL.  Returns 0, -EINVAL (no literal, no such name), -ENODATA (a variable that isn't set). */
int stage_string(
    const struct stage *stage, const char *word, char *ret, size_t capacity, size_t *ret_len);

/* For an event loop: the descriptors to wait for, those of the running call first.  Returns how
 * many, at most @room; 3 are enough for a call. */
size_t stage_poll(const struct stage *stage, struct pollfd *fds, size_t capacity);

/* Reads what has arrived; also without a call, so that an actor that was killed leaves the list.
 * Returns 1 with @ret_answer when the call is over, 0 when it is not or there is none, -EPIPE when
 * the actor exited in it, or when the stage process is gone, and all actors with it. */
int stage_io(struct stage *stage, struct stage_answer *ret_answer);
