/* The words that a lesson file is made of, with what they mean: for docs/lessons.md and the manual page.
 * Both tables end with a NULL word, and are in the order of the code that reads them. */
#pragma once

struct lesson_word {
	const char *word;
	const char *doc; /* code in `…` */
};

/* The kinds of fenced blocks. */
extern const struct lesson_word lesson_block_words[];
/* The lines of the block "view". */
extern const struct lesson_word lesson_view_words[];
/* The words of the block "when", but those of feature.h. */
extern const struct lesson_word lesson_when_words[];
/* The facts of the block "lesson". */
extern const struct lesson_word lesson_fact_words[];
