/* Reading the terms of a check. */
#pragma once

#include "lessons/script/cursor.h"
#include "lessons/script/terms.h"

/* What a term gives, as far as the file tells. */
struct term_type {
	enum value_kind kind;           /* never VALUE_UNKNOWN */
	enum nstype ns;                 /* VALUE_NS */
	const char *(*word)(size_t at); /* VALUE_STRING: as in struct term; NULL: anything */
	bool of_past;                   /* start(), before() or last() is in it */
};

/* "you", "you2". */
extern const char *const lesson_you_words[CHECK_CONTEXT_YOU_MAX];

/* Takes one term.  @ret_term: {0}, to be freed also after an error.  Returns 0, or -EBADMSG with
 * the cursor's error filled. */
int lesson_take_term(struct cursor *cursor, const struct lesson_names *names,
    struct lesson_term *ret_term, struct term_type *ret_type);
/* Takes a sum, with @ret_type its first term's kind. */
int lesson_take_sum(struct cursor *cursor, const struct lesson_names *names,
    struct lesson_sum *ret_sum, struct term_type *ret_type);

void lesson_term_done(struct lesson_term *term);
void lesson_sum_done(struct lesson_sum *sum);

/* Can it come out both ways?  @left and @right: numbers. */
bool lesson_sums_tell(
    const struct lesson_sum *left, enum lesson_relation relation, const struct lesson_sum *right);
/* Are they the same term of the same moment? */
bool lesson_terms_same(const struct lesson_term *a, const struct lesson_term *b);
