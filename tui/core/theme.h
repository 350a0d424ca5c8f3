/* How a style looks: attributes, and the colors of a theme.
 *
 * No meaning rests on color alone: new, dead, found and failed also differ in weight, and the model
 * adds a sign or a word.
 */
#pragma once

#include "model/base/line.h"
#include "tui/core/palette.h"
#include "tui/core/screen.h"

#include <curses.h>

/* Sets the colors up, again and again; the screen must be open.  What is on it must be drawn anew
 * after another theme than before. */
void theme_set(enum theme theme);

/* How a cell of @style and @color_index is drawn in a line of @look. */
void theme_cell(
    enum style style, uint8_t color_index, enum look look, attr_t *ret_attributes, short *ret_pair);

/* The colors of such a cell in an image, 0xrrggbb; the terminal's own are those of svg.h. */
void theme_colors(short pair, attr_t attributes, uint32_t *ret_front, uint32_t *ret_back);
