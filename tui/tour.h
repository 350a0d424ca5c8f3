/* The tour: six keys, one after the other, on the tree of this machine.  A box at the bottom says which key is next and
 * what the one before has shown. */
#pragma once

#include "model/base/line.h"
#include "tui/core/keys.h"

/* @step: 0 where no tour is on, else from 1; TOUR_STEPS + 1 is the end. */
enum { TOUR_STEPS = 6 };

/* The step after @action was done in step @step: the next one where it is the key of the step. */
int tour_after(int step, enum action action);

/* "Tour: key 2 of 6".  To be freed. */
char *tour_title(int step);
/* Fills @lines, which are empty, with the text of @step, wrapped at @cols. */
void tour_text(int step, struct lines *lines, enum charset charset, size_t cols);
