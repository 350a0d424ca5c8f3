/* The parts of a lesson as plain text on standard output. */
#pragma once

#include "lessons/player.h"
#include "lessons/preflight.h"
#include "model/line.h"

struct lesson_print {
	enum charset charset;
	size_t cols; /* to wrap at */
	bool notes;  /* print what is for the speaker, too */
	bool asks;   /* somebody is there to be asked */
};

/* @step: 0 for the lesson's own title. */
void lesson_print_title(const struct lesson_print *print, const char *title, size_t step);
void lesson_print_note(const struct lesson_print *print, const char *text);

/* A block that is over; of a prediction: question, choices and answers. */
void lesson_print_block(const struct lesson_print *print, const struct block_view *view);

/* The lines of a shell that the calls of @block would run. */
void lesson_print_shell(const struct lesson_print *print, const struct lesson_block *block);

/* Why the lesson can't be played here. */
void lesson_print_preflight(const struct lesson_print *print, const struct preflight *preflight);

/* The question of a prediction with its numbered choices. */
void lesson_print_question(const struct lesson_print *print, const struct lesson_block *block);
/* Which choice is right, and why each wrong one is tempting.  @chosen: -1 where nobody was asked. */
void lesson_print_answers(
    const struct lesson_print *print, const struct lesson_block *block, int chosen);

/* A task that begins: what must become true, and that hints are to be had. */
void lesson_print_task(const struct lesson_print *print, const struct lesson_block *block);
/* Hint number @at, from 0. */
void lesson_print_hint(
    const struct lesson_print *print, const struct lesson_block *block, size_t at);
void lesson_print_solution(const struct lesson_print *print, const char *solution);
/* Who comes nearest to having done the task, and which lines hold for them. */
void lesson_print_seen(const struct lesson_print *print, const struct block_view *view);
