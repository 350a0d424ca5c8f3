/* The bytes of a lesson file, before anything is understood. */
#pragma once

#include "lessons/script/lesson_lines.h"

/* Splits @data into lines as CommonMark does (LF, CRLF, CR), and refuses what no lesson needs: NUL,
 * bytes that are not UTF-8, a file, a line or a paragraph that is too long.  What is left, libcmark
 * takes in time proportional to its length times the longest paragraph at worst.
 * @ret_lines: to be freed; they point into @data.
 * Returns 0, or -EBADMSG with the error filled. */
int lesson_lines_split(const char *data, size_t len, struct lesson_line **ret_lines,
    size_t *ret_count, struct lesson_error *ret_error);
