/* A terminal's session as an asciicast, version 2: a line of JSON about it, then one for each piece of the
 * output, [seconds, "o", text].  docs.asciinema.org/manual/asciicast/v2 */
#pragma once

#include <stddef.h>
#include <stdio.h>

void cast_begin(FILE *out, int rows, int cols, const char *title);
/* @bytes: UTF-8, whole characters. */
void cast_piece(FILE *out, double seconds, const char *bytes, size_t len);
