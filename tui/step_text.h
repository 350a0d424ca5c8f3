/* The text of a lesson's step as far as it was played: prose, questions, calls with what came of
 * them, checks with what they saw. */
#pragma once

#include "lessons/player.h"
#include "lessons/preflight.h"
#include "model/detail.h"

struct step_text {
	enum charset charset;
	size_t cols;        /* to wrap at */
	size_t marked;      /* the choice that is marked in the open question */
	bool roomy;         /* wide spacing */
	bool notes;         /* what is for the speaker, too */
	const char *kernel; /* its release, raw */
	const struct player *player;
	struct lines *lines;
};

/* Appends the lines of @view, and a blank one before them where there are lines already. */
void step_text_block(const struct step_text *text, const struct block_view *view);

/* Appends why the lesson can't be played here. */
void step_text_preflight(const struct step_text *text, const struct preflight *preflight);

/* Appends @prose wrapped, with its inline marks as styles. */
void step_text_prose(const struct step_text *text, enum style style, const char *prose,
    const char *first, size_t indent);
