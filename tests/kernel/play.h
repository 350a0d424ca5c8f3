/* Plays lessons on the real kernel: what a person would press, as soon as it can be pressed.  For
 * the children of tests (troupe.h): what must not happen ends the process. */
#pragma once

#include "lessons/play/player.h"
#include "scanner/scan.h"

struct play {
	struct player *player;
	struct scan *scan;
	struct graph *graph;  /* the last one that was looked at; NULL for none */
	size_t failures_told; /* printed on standard error */
	bool solves;          /* does tasks by their solutions; else they are left undone */
	size_t solved;        /* so many */
};

/* The built-in lesson, parsed, as it is for this kernel. */
struct lesson *play_parse(const struct lesson_source *source);

void play_begin(struct play *play, const struct lesson *lesson);
void play_end(struct play *play);

/* Makes a scan and gives the player its graph. */
void play_look(struct play *play);
/* Waits for actors and looks, until the player waits for a person, has ended or failed. */
void play_settle(struct play *play);

/* Goes on, with the right answer to every prediction, until everything of @step was done, or the
 * lesson has ended or failed. */
void play_through(struct play *play, size_t step);
/* To the end. */
void play_all(struct play *play);

/* How much failed, of which standard error has been told; a stage that could not be made counts as
 * one. */
size_t play_failures(const struct play *play);
