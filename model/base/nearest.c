#include "model/base/nearest.h"

#include "model/base/util.h"

#include <stdint.h>
#include <string.h>

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein's rows, and one row more for swapped neighbors. */
size_t nearest_distance(const char *a, const char *b)
{
	size_t rows[3][NEAREST_WORD_BYTES + 1];
	size_t *two_ago = rows[0], *last = rows[1], *row = rows[2];
	size_t a_len = strnlen(a, NEAREST_WORD_BYTES + 1),
	       b_len = strnlen(b, NEAREST_WORD_BYTES + 1);

	if (a_len > NEAREST_WORD_BYTES || b_len > NEAREST_WORD_BYTES)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		last[j] = j;
	memcpy(two_ago, last, sizeof(rows[0]));
	for (size_t i = 1; i <= a_len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t changed = ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]) ? 0 : 1;

			row[j] = min(min(row[j - 1], last[j]) + 1, last[j - 1] + changed);
			if (i > 1 && j > 1 && ascii_lower(a[i - 1]) == ascii_lower(b[j - 2]) &&
			    ascii_lower(a[i - 2]) == ascii_lower(b[j - 1]))
				row[j] = min(row[j], two_ago[j - 2] + 1);
		}
		size_t *free_row = two_ago;

		two_ago = last;
		last = row;
		row = free_row;
	}
	return last[b_len];
}

const char *nearest_word(const char *word, const char *const *words, size_t count)
{
	const char *nearest = NULL;
	size_t len = strlen(word);
	size_t nearest_by = len < 4 ? len : (len + 3) / 2; /* none as far as this was meant */

	for (size_t i = 0; i < count; i++) {
		size_t by = nearest_distance(word, words[i]);

		if (by < nearest_by) {
			nearest_by = by;
			nearest = words[i];
		}
	}
	return nearest;
}
