/* What is on the screen, into a file: read back from curses' cells, so through nothing that has not
 * been made safe. */
#pragma once

#include <stdio.h>

/* As lines of UTF-8, or of ASCII where the locale is so, without blanks at their ends. */
void snapshot_text(FILE *out);
/* As a picture, in the colors of the theme. */
void snapshot_svg(FILE *out);
