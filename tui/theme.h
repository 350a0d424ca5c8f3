/* How a style looks: attributes and colours, for 256, 16 and 8 colours and for none.
 *
 * No meaning is told by colour alone: new, dead, found and failed also differ in weight, and the
 * model writes a sign or a word beside them.
 */
#pragma once

#include "model/line.h"
#include "tui/screen.h"

#include <curses.h>

/* Sets the colours up; the screen must be open. */
void theme_start(bool no_colour);

/* How a cell of @style and @hue is drawn in a line of @look. */
void theme_cell(
    enum style style, uint8_t hue, enum look look, attr_t *ret_attributes, short *ret_pair);
