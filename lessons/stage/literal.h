/* String literals of lessons: "ns1", "a\tb", "\x1b[31m".  One reader for the arguments of calls and
 * for what is expected of them. */
#pragma once

#include <stddef.h>

/* Reads the string literal @word, with its quotes, escapes as in C (C11 6.4.4.4,
 * and \e, \{, \}).
 * @ret: gets the bytes and a NUL behind them; they may hold NULs too. @room: of @ret, at least 1.
 * Returns 0, -EINVAL (no literal, an unknown escape, a number above 255) or -E2BIG. */
int literal_read(const char *word, char *ret, size_t capacity, size_t *ret_len);
