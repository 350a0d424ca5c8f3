/* The parts of a lesson as plain text on standard output. */
#pragma once

#include "lessons/player.h"
#include "model/line.h"

struct lesson_print {
	enum charset charset;
	size_t cols; /* to wrap at */
};

/* @step: 0 for the lesson's own title. */
void lesson_print_title(const struct lesson_print *print, const char *title, size_t step);
void lesson_print_note(const struct lesson_print *print, const char *text);

/* A block that is over; of a prediction: question, choices and answers. */
void lesson_print_block(const struct lesson_print *print, const struct block_view *view);

/* The question of a prediction with its numbered choices. */
void lesson_print_question(const struct lesson_print *print, const struct lesson_block *block);
/* Which choice is right, and why each wrong one is tempting.  @chosen: -1 where nobody was asked. */
void lesson_print_answers(
    const struct lesson_print *print, const struct lesson_block *block, int chosen);
