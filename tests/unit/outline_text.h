/* An outline as text that a test can compare: a line for each row, two blanks for each level.
 *
 *     pid:initial            a namespace; "initial" for the inode of the initial one
 *       1 init               a process: pid, comm
 *         40 sh (+3)         folded, with what is hidden
 *       52 sh joined *       joined; matched by the search
 *     uts                    a type
 *     room of 40 sh: 3+1     a room: its first process, how many there are, and threads of others
 *       note denied          a note: what it tells of
 */
#pragma once

#include "model/view/outline.h"

/* Allocated; the caller frees it. */
char *outline_text(const struct outline *outline);

/* Builds the outline of @graph and compares its text; a difference fails the test. */
void assert_outline(
    const struct graph *graph, const struct outline_options *options, const char *expected);

/* The row with this process ("40") or namespace ("uts:210") or type ("uts"), the first one; it
 * fails the test when there is none. */
uint32_t outline_row(const struct outline *outline, const char *what);

/* Checks that must hold for the rows of every outline: parents, depths, last ones, fold counts.
 * @with_cast: below a folded row there may be some. */
void assert_outline_sound(const struct outline *outline, bool with_cast);
