/* What a row says, behind its guides and before its fields.  Private to rowline.c. */
#pragma once

#include "model/view/rowline.h"

/* Appends the text of @row to @line.
 * @cols: more than this will not be shown, so a long command line may end there; 0 for no end.
 * @ret_name_from, @ret_name_to: the columns of @line where the name of the thing stands. */
void rowtext_add(const struct rowline_context *context, const struct row *row, size_t cols,
    struct line *line, size_t *ret_name_from, size_t *ret_name_to);

/* Columns of the number that a room's text begins with. */
enum { NS_GROUP_COUNT_COLS = 5 };

/* STYLE_NEW or STYLE_DEAD for what is just born or died, else @style. */
enum style rowtext_style(
    const struct rowline_context *context, const struct row *row, enum style style);
