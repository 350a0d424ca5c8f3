/* The emulated screen as an image. */
#pragma once

#include "tests/screen/rig.h"

#include <stdio.h>

/* Writes the screen as SVG: the same bytes for the same screen.  Each cell has a place of its own,
 * so that no font's widths matter; line drawing is drawn, not typeset. */
void svg_write(struct rig *rig, const char *title, FILE *out);
