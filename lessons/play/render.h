/* A lesson as lines: the text of a step as far as it was played, with prose, questions, calls and what came
 * of them, checks and what they saw, tasks and the best candidates.  The explorer paints them; "lesson --plain"
 * prints them.
 *
 * On a screen a block is made anew whenever something has come of it.  A stream can't take back what it has
 * written (@plain): there a block is made once, when it is over, and of a question and a task the parts below
 * come one after the other.  A stream has no styles either, and what is there to be copied is not broken.
 *
 * Each function appends to @lines, and before what it appends a blank one, where there are lines already. */
#pragma once

#include "lessons/play/player.h"
#include "lessons/play/preflight.h"
#include "model/report/detail.h"

struct render {
	enum charset charset;
	size_t cols;        /* to wrap at; 0: nothing is wrapped */
	bool plain;         /* for a stream; a blank line before the first one, too */
	bool roomy;         /* wide spacing */
	bool notes;         /* what is for the speaker, too */
	size_t marked;      /* the choice that is marked in the open question */
	const char *kernel; /* its release, raw; NULL: that the kernel differs is not said */
	const struct player *player;
	struct lines *lines;
};

void render_block(const struct render *render, const struct block_view *view);

/* The title of step @step and a rule below it; 0: the lesson's own, without the blank line. */
void render_title(const struct render *render, const char *title, size_t step);

/* Why the lesson can't be played here; without the blank line. */
void render_preflight(const struct render *render, const struct preflight *preflight);

/* The namespaces and privileges of the actors; returns false where there is nothing to say. */
bool render_stage(const struct render *render);

/* A message of nsscope's own. */
void render_note(const struct render *render, enum style style, const char *words);

/* What is for the speaker; without the blank line. */
void render_notes(const struct render *render, const char *notes);

/* The lines of a shell that the calls of @block would run. */
void render_shell(const struct render *render, const struct lesson_block *block);

/* A question with its numbered choices, to be answered. */
void render_question(const struct render *render, const struct lesson_block *block);
/* Which choice is right, and why each wrong one is tempting; without the blank line.
 * @chosen: one of enum no_choice where nobody chose. */
void render_answers(const struct render *render, const struct lesson_block *block, int chosen);

/* What must become true. */
void render_task(const struct render *render, const struct block_view *view);
/* The process that is nearest to having done the task, and which lines hold for them; without the blank line. */
void render_seen(const struct render *render, const struct block_view *view);
/* Hint number @at, from 0; behind the last one comes the solution. */
void render_hint(const struct render *render, const struct lesson_block *block, size_t at);
void render_solution(const struct render *render, const struct lesson_block *block);

/* A call, in a lesson or in the lab. */
struct render_call {
	const char *actor, *name;
	const char *source;                /* as the lesson writes it */
	const char *c;                     /* as C writes it; NULL where that is no other */
	const struct stage_answer *answer; /* NULL: not made so far */
};

/* The call with its result; the same in C; what its errno means here; the line of /proc that changed.
 * Without the blank line. */
void render_call(const struct render *render, const struct render_call *call);
