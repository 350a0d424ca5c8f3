/* What comes out the same whatever happens: a check that tells nothing. */
#include "lessons/script/lesson_terms.h"

#include "lessons/script/cursor.h"
#include "model/base/util.h"

#include <stdint.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Where ns() can be read at all, last() is the same. */
static const char *word_of(const struct lesson_term *term)
{
	return term->kind == TERM_CALL && term->term->is_past ? "ns" : term->word;
}

/* Goes into start() and before(), which say of which moment the rest is told. */
static const struct lesson_term *into_moment(
    const struct lesson_term *term, enum term_moment *moment)
{
	while (term->kind == TERM_CALL && term->term->moment != MOMENT_SAME) {
		*moment = term->term->moment;
		term = &term->arguments[0];
	}
	return term;
}

static bool same_at(const struct lesson_term *a, enum term_moment a_moment,
    const struct lesson_term *b, enum term_moment b_moment)
{
	a = into_moment(a, &a_moment);
	b = into_moment(b, &b_moment);
	if (a->kind != b->kind || !same_text(word_of(a), word_of(b)) ||
	    !same_text(a->variable, b->variable))
		return false;
	if ((a->kind == TERM_CALL || a->kind == TERM_VARIABLE) && a_moment != b_moment)
		return false;
	for (size_t i = 0; i < a->argument_count; i++)
		if (!same_at(&a->arguments[i], a_moment, &b->arguments[i], b_moment))
			return false;
	return true;
}

bool lesson_terms_same(const struct lesson_term *a, const struct lesson_term *b)
{
	return same_at(a, MOMENT_SAME, b, MOMENT_SAME);
}

/* --- Numbers -------------------------------------------------------------------------------- */

/* What the left side is above the right one: from least to most. */
struct range {
	int64_t least, most; /* -ENDLESS, ENDLESS: no limit */
	bool varies;
};

#define ENDLESS ((int64_t)TERM_ENDLESS)

static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;

	if (a == ENDLESS || b == ENDLESS || a == -ENDLESS || b == -ENDLESS)
		return a == ENDLESS || b == ENDLESS ? ENDLESS : -ENDLESS;
	/* Numbers have 15 digits, and sums few terms. */
	return __builtin_add_overflow(a, b, &sum) ? (a < 0 ? -ENDLESS : ENDLESS) : sum;
}

/* What @term can be. */
static struct range range_of(const struct lesson_term *term)
{
	enum term_moment moment;
	long number;

	term = into_moment(term, &moment);
	if (term->kind == TERM_CALL)
		return (struct range){term->term->least, term->term->most, true};
	if (term->kind == TERM_VARIABLE || !cursor_number(term->word, &number))
		return (struct range){-ENDLESS, ENDLESS, true};
	return (struct range){number, number, false};
}

struct addend {
	const struct lesson_term *term; /* NULL: another took it away */
	bool minus;
};

/* All terms of both sides on one side. */
static size_t collect(
    const struct lesson_sum *left, const struct lesson_sum *right, struct addend *to)
{
	size_t count = 0;

	for (size_t i = 0; i < left->term_count; i++)
		to[count++] = (struct addend){&left->terms[i], left->terms[i].minus};
	for (size_t i = 0; i < right->term_count; i++)
		to[count++] = (struct addend){&right->terms[i], !right->terms[i].minus};
	return count;
}

static void cancel(struct addend *addends, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count && addends[i].term; j++) {
			if (!addends[j].term || addends[i].minus == addends[j].minus ||
			    !lesson_terms_same(addends[i].term, addends[j].term))
				continue;
			addends[i].term = addends[j].term = NULL;
		}
	}
}

static struct range difference(const struct addend *addends, size_t count)
{
	struct range all = {0};

	for (size_t i = 0; i < count; i++) {
		struct range one;

		if (!addends[i].term)
			continue;
		one = range_of(addends[i].term);
		all.least = add(all.least, addends[i].minus ? -one.most : one.least);
		all.most = add(all.most, addends[i].minus ? -one.least : one.most);
		all.varies |= one.varies;
	}
	return all;
}

bool lesson_sums_tell(
    const struct lesson_sum *left, enum lesson_relation relation, const struct lesson_sum *right)
{
	struct addend addends[2 * LESSON_SUM_MAX];
	size_t count = collect(left, right, addends);
	struct range range;

	cancel(addends, count);
	range = difference(addends, count);
	if (!range.varies)
		return false;
	switch (relation) {
	case RELATION_LESS:
	case RELATION_AT_LEAST:
		return range.least < 0 && range.most >= 0;
	case RELATION_MORE:
	case RELATION_AT_MAX:
		return range.least <= 0 && range.most > 0;
	default:
		return range.least <= 0 && range.most >= 0;
	}
}
