/* Plays a lesson: where in it we are, what was done, what was seen, what comes next.
 *
 * A state machine that never waits: the explorer drives it from its event loop, the plain player
 * (cli/) from a loop of its own, and tests from a third.  It holds a stage; going back rebuilds the
 * stage and plays the calls up to there again.
 *
 * A task (a turn block) is the learner's to do, in another terminal.  The player searches every
 * graph for a process that has done it (learner.h), and then goes on by itself.
 */
#pragma once

#include "lessons/script/check.h"
#include "lessons/script/lesson.h"
#include "lessons/stage/stage.h"
#include "model/graph/graph.h"

enum player_state {
	PLAYER_READING,    /* waits for player_next */
	PLAYER_ASKING,     /* a prediction is open: waits for player_answer */
	PLAYER_ACTING,     /* waits for an actor */
	PLAYER_LOOKING,    /* waits for a graph that was begun after the last call: player_see */
	PLAYER_WATCHING,   /* a task is open: wants every graph; player_next skips the task */
	PLAYER_PERMITTING, /* a lesson from elsewhere wants a shell: waits for player_permit */
	PLAYER_ENDED,      /* behind the last step */
	PLAYER_FAILED,     /* the stage could not be made or broke: .problem says why */
};

struct call_record {
	const struct lesson_call *call;
	struct stage_answer answer;
	enum outcome outcome; /* did it come out as expected? */
	bool follows;         /* something that came before it had failed already */
};

/* What became of a task. */
enum turn_state { TURN_OPEN, TURN_SOLVED, TURN_SKIPPED };

/* A process that works on a task, or has done it. */
struct learner {
	struct process_id id; /* pid 0: none */
	char comm[64];        /* raw */
};

struct turn_record {
	enum turn_state state;
	size_t hints; /* so many are shown; one more than there are: the solution too */
	struct learner learners[CHECK_CONTEXT_YOU_MAX]; /* "you" and "you2", where they are known */
};

/* Instead of a choice. */
enum no_choice {
	CHOICE_NONE = -1,  /* the question is open */
	CHOICE_SHOWN = -2, /* nobody chose, and the answer is shown */
};

/* What is to be shown of one block of the current step, in order.  The last one may be what the
 * next press of "next" will do: then its outcomes are open. */
struct block_view {
	const struct lesson_block *block;
	const struct call_record *calls;   /* BLOCK_DO, block->call_count of them */
	const struct check_record *checks; /* BLOCK_CHECK; BLOCK_TURN: of the best candidate */
	int chosen; /* BLOCK_PREDICT: the choice taken, or one of enum no_choice */
	const struct turn_record *turn; /* BLOCK_TURN */
};

/* Records the outcome of a call, and whether it was expected. */
void record_answer(
    struct call_record *record, const struct stage_answer *answer, const struct stage *stage);

/* Why the check does not hold: "it is "vm", not "mine" yet"; or what both sides are.  Translated;
 * raw, sanitise it.  To be freed. */
char *check_why_not(const struct check_record *record);

/* Why a call that was refused (stage.h) was not made; translated. */
const char *answer_refusal(const struct stage_answer *answer);

/* Why a call that failed (OUTCOME_FAILED) came out otherwise than expected: a sentence, translated; "" where
 * its result says so already.  To be freed. */
char *call_difference(const struct call_record *record);

/* May a lesson from elsewhere run lines of a shell? */
enum player_consent { CONSENT_OPEN, CONSENT_GIVEN, CONSENT_REFUSED };

struct records;

/* Callers read the first members and change none. */
struct player {
	const struct lesson *lesson; /* borrowed */
	enum player_state state;
	char *problem;       /* of PLAYER_FAILED, translated */
	int error;           /* -errno of it, as stage_new's; or 0 */
	bool reads;          /* it is only for reading, and makes no call */
	struct stage *stage; /* NULL before the first call, and of a reader */

	struct records *records;
	size_t step, block; /* the first block that is not finished; block_count when all are */
	size_t call;        /* of a do block that is under way */
	unsigned looks;     /* how many were not enough for the next checks */
	bool begun;         /* something of this step was done, asked or seen */
	bool replaying;     /* goes on by itself until the beginning of the step target */
	size_t target;
	struct saved_context start, before, now;
	struct saved_context task; /* when the open task began */
	pid_t pupil;               /* see player_let */
	pid_t subshell;            /* see player_let_subshell */
	enum player_consent consent;
	struct block_view *views;
};

/* @lesson: borrowed.  The stage is made by the first call, not here. */
struct player *player_new(const struct lesson *lesson);
/* The same, only for reading: it makes no stage and no call, and opens no task. */
struct player *player_new_reader(const struct lesson *lesson);
void player_free(struct player *player); /* NULL is fine; ends the stage */

size_t player_step(const struct player *player);     /* from 0 */
size_t player_failures(const struct player *player); /* calls and checks that failed so far */

/* The blocks of the current step that are to be shown now.  Valid until the next call. */
size_t player_blocks(struct player *player, const struct block_view **ret_views);

/* One press of "next": goes on with what follows (the calls of the next do block, its checks,
 * the next prediction, the next step); a task that is open is left undone. */
void player_next(struct player *player);
/* Takes the choice @choice, from 0; only while PLAYER_ASKING. */
void player_answer(struct player *player, size_t choice);
/* Shows the answer, which nobody gave; only while PLAYER_ASKING. */
void player_show_answer(struct player *player);
/* To the beginning of the step before, or of this one when it was begun.  Where calls must be undone
 * the stage is rebuilt, and what came before is played again with its predictions left answered:
 * the player acts and looks until it is there, while player_step reports its target. */
void player_back(struct player *player);
/* To the beginning of the step @step (the last one for more), back or ahead.  What lies between is
 * played by itself, with its predictions and tasks left open. */
void player_step_to(struct player *player, size_t step);
/* To the beginning of the lesson, with a new stage. */
void player_reset(struct player *player);

/* Shows the next hint of the open task, and behind the last one its solution.  Returns false where
 * there is nothing more to show. */
bool player_hint(struct player *player);
/* The solution of the task @block, with the PIDs of actors for {A}.  To be freed. */
char *player_solution(const struct player *player, const struct lesson_block *block);
/* Only what descends from @pid counts as the learner, also where that descends from this process: the
 * solver (solver.h).  0: any process that doesn't descend from this one. */
void player_let(struct player *player, pid_t pid);
/* What descends from @pid may be the learner too, though it descends from this process: a shell that
 * was opened for the person.  0: none. */
void player_let_subshell(struct player *player, pid_t pid);

/* While PLAYER_PERMITTING: the calls of the open block run lines of a shell; with @yes these and all
 * later ones are made, else refused. */
void player_permit(struct player *player, bool yes);

/* For the event loop: what to wait for, and what to do when it came. */
size_t player_poll(const struct player *player, struct pollfd *fds, size_t capacity);
void player_io(struct player *player);

/* Wants a graph: one whose scan begins now or later. */
bool player_wants_graph(const struct player *player);
/* Shows a graph to the player: @graph's scan must have begun after player_wants_graph became
 * true, or while it is PLAYER_WATCHING.  Evaluates the checks that wait. */
void player_see(struct player *player, const struct graph *graph);

/* The actors, for the tree to mark.  Valid until the next call. */
const struct actor_ref *player_actors(const struct player *player, size_t *ret_count);
