/* "Did you mean …?": the valid word that is nearest to a wrong one. */
#pragma once

#include <stddef.h>

enum { NEAREST_WORD_BYTES = 64 }; /* a longer wrong word is near to nothing */

/* How many letters must be added, left out, changed or swapped with their neighbor to make @a
 * into @b.  A letter in the wrong case (ASCII) is no change at all.
 * Words longer than NEAREST_WORD_BYTES count as infinitely far: SIZE_MAX. */
size_t nearest_distance(const char *a, const char *b);

/* The word of @words that is nearest to @word; the first of equals.  NULL where none is near
 * enough to have been meant, or @word is empty. */
const char *nearest_word(const char *word, const char *const *words, size_t count);
