/* Finds the process that has done a task, or the best candidate: the "you" of a turn block's lines.
 *
 * The learner is the process that makes all lines true.  Left out are:
 *   - this process, the actors and all other descendants of this process (helpers), and kernel threads;
 *   - another nsscope, its helpers and the actors of its lessons, but not a shell that it has opened;
 *   - the processes of another login user: of another loginuid (proc_pid_loginuid(5)), or where the kernel has
 *     noted none, of another user at the top of the process tree;
 *   - where this process has a controlling terminal, processes without one, whose ancestors have none either:
 *     services, and sandboxes of a desktop;
 *   - processes for which all lines held already when the task began.
 */
#pragma once

#include "lessons/play/player.h"

/* What the kernel knows of the login of a process. */
struct learner_login {
	uid_t loginuid; /* LOGINUID_UNSET: none */
	bool terminal;  /* the process has a controlling terminal */
};

#define LOGINUID_UNSET ((uid_t)-1)

/* Reads it from /proc; what can't be read is unset. */
struct learner_login learner_login_read(pid_t pid);

struct learner_search {
	const struct lesson_block *block; /* BLOCK_TURN */
	const struct check_contexts *now;
	const struct check_contexts *start; /* its .now is when the task began */
	pid_t pupil;                        /* only what descends from it counts; 0: any */
	pid_t subshell; /* what descends from it counts too, whatever its parents are; 0: none */
	struct learner_login (*login_of)(
	    pid_t pid); /* learner_login_read; NULL: nothing is known */
};

/* Returns true when all lines hold for a process.
 * @ret_learners: those, or the best candidates: for which most significant lines hold, the newest
 *   of them; none where no process does better than when the task began.
 * @ret_checks: each line with what its sides are for them; OUTCOME_OPEN where there is none. */
bool learner_find(const struct learner_search *search,
    struct learner ret_learners[CHECK_CONTEXT_YOU_MAX], struct check_record *ret_checks);
