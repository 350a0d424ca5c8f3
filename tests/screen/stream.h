/* A check of what a program sends to a terminal: nothing but what curses sends for clean text. */
#pragma once

#include <stddef.h>

/* The longest sequence: of a short text for the clipboard. */
enum { STREAM_HELD = 1024 };

/* The position in a sequence, between two pieces of the stream. */
struct stream {
	char held[STREAM_HELD]; /* the beginning of a character or sequence */
	size_t held_len;
};

/* Takes @len bytes of the stream and appends those that are whole to @ret (room for @len +
 * STREAM_HELD).
 * Returns NULL, or what is wrong with them: a string, valid until the next call. */
const char *stream_take(
    struct stream *stream, const char *data, size_t len, char *ret, size_t *ret_len);
