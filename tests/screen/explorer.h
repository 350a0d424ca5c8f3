/* What most screen tests do with the explorer. */
#pragma once

#include "tests/screen/rig.h"

/* Starts it and waits until it shows the machine.  NULL options: the defaults. */
struct rig *explorer_open(const struct rig_options *options);
/* Leaves with q (from the tree), checks exit status and terminal, frees the rig. */
void explorer_quit(struct rig *rig);

/* Filters for @text, and waits until the header says so. */
void explorer_filter(struct rig *rig, const char *text);

/* Waits until a row has both texts in it. */
void explorer_wait_row_with(struct rig *rig, const char *text, const char *other);
/* Waits until at least @count rows have both texts in them. */
void explorer_wait_rows_with(struct rig *rig, const char *text, const char *other, int count);
/* Waits until no row has both. */
void explorer_wait_no_row_with(struct rig *rig, const char *text, const char *other);
/* Waits until the selected row has @text in it; returns which row that is. */
int explorer_wait_selected(struct rig *rig, const char *text);
/* The row that is selected now: shown in reverse, below the heading; -1 for none. */
int explorer_selected(struct rig *rig);

/* The program has written no byte past 0x7f so far. */
void explorer_assert_ascii(struct rig *rig);
