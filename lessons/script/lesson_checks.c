/* The lines of check blocks: two sums and what is claimed of them. */
#include "lessons/script/lesson_terms.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <string.h>

const char *const lesson_relation_words[RELATION_COUNT] = {
    [RELATION_EQUAL] = "==",
    [RELATION_OTHER] = "!=",
    [RELATION_LESS] = "<",
    [RELATION_AT_MAX] = "<=",
    [RELATION_MORE] = ">",
    [RELATION_AT_LEAST] = ">=",
};

enum { WORDS_MAX = 32 };

/* One side, with the place where it begins. */
struct side {
	struct cursor at;
	struct lesson_sum *sum;
	struct term_type type;
};

static int take_side(struct cursor *cursor, const struct lesson_names *names,
    struct lesson_sum *sum, struct side *ret)
{
	cursor_skip(cursor);
	*ret = (struct side){.at = *cursor, .sum = sum};
	return lesson_take_sum(cursor, names, sum, &ret->type);
}

static int take_relation(struct cursor *cursor, enum lesson_relation *ret_relation)
{
	struct cursor at;
	size_t len = 0;

	cursor_skip(cursor);
	at = *cursor;
	while (cursor->at < cursor->end && strchr("=!<>", *cursor->at))
		cursor->at++;
	len = (size_t)(cursor->at - at.at);
	if (!len)
		return cursor_fail(&at, _("expected one of == != < <= > >="));
	autofree char *word = xstrndup(at.at, len);

	for (int i = 0; i < RELATION_COUNT; i++) {
		if (strcmp(word, lesson_relation_words[i]) != 0)
			continue;
		*ret_relation = (enum lesson_relation)i;
		return 0;
	}
	return lesson_fail_word(at.error, at.line, cursor_column(&at),
	    _("nothing can be claimed with"), word, lesson_relation_words, RELATION_COUNT);
}

/* A literal beside a term that can be a few words only must be one of them. */
static int check_word(const struct side *literal, const struct side *term)
{
	const char *words[WORDS_MAX];
	const struct lesson_term *word = &literal->sum->terms[0];
	size_t count = 0;

	if (!term->type.word || word->kind != TERM_LITERAL)
		return 0;
	while (count < WORDS_MAX && (words[count] = term->type.word(count))) {
		size_t len = strlen(words[count]);

		if (strlen(word->word) == len + 2 && !memcmp(word->word + 1, words[count], len))
			return 0;
		count++;
	}
	autofree char *bare = xstrndup(word->word + 1, strlen(word->word) - 2);

	return lesson_fail_word(literal->at.error, literal->at.line, cursor_column(&literal->at),
	    _("the other side is never"), bare, words, count);
}

static int fail_same(const struct side *left)
{
	return cursor_fail(
	    &left->at, _("this comes out the same whatever happens, so it tells nothing"));
}

/* Can the check come out both ways? */
static int check_tells(
    const struct side *left, enum lesson_relation relation, const struct side *right)
{
	int r;

	if (!left->sum->varies && !right->sum->varies)
		return fail_same(left);
	if (left->type.kind == VALUE_NUMBER)
		return lesson_sums_tell(left->sum, relation, right->sum) ? 0 : fail_same(left);
	if (left->type.kind == VALUE_NS && left->type.ns != right->type.ns)
		return cursor_fail(&left->at,
		    _("%s and %s namespaces are never the same, so this tells nothing"),
		    ns_types[left->type.ns].name, ns_types[right->type.ns].name);
	if (lesson_terms_same(&left->sum->terms[0], &right->sum->terms[0]))
		return fail_same(left);
	r = check_word(left, right);
	return r < 0 ? r : check_word(right, left);
}

int lesson_line_check(const struct lesson_line *line, const struct lesson_names *names,
    struct lesson_check *check, struct lesson_error *ret_error)
{
	struct cursor cursor = cursor_of(line, ret_error), relation_at;
	struct side left, right;
	int r;

	check->line = line->number;
	r = take_side(&cursor, names, &check->left, &left);
	if (r < 0)
		return r;
	cursor_skip(&cursor);
	relation_at = cursor;
	r = take_relation(&cursor, &check->relation);
	if (r < 0)
		return r;
	r = take_side(&cursor, names, &check->right, &right);
	if (r < 0)
		return r;
	while (cursor.at[-1] == ' ' || cursor.at[-1] == '\t')
		cursor.at--; /* behind the sum it looked for more of it */
	check->source = xstrndup(left.at.at, (size_t)(cursor.at - left.at.at));
	if (left.type.kind != right.type.kind)
		return cursor_fail(
		    &left.at, _("the two sides are never of one kind, so this tells nothing"));
	if (check->relation > RELATION_OTHER && left.type.kind != VALUE_NUMBER)
		return cursor_fail(&relation_at, _("only numbers are less or more: \"%s\""),
		    lesson_relation_words[check->relation]);
	r = check_tells(&left, check->relation, &right);
	if (r < 0)
		return r;
	cursor_skip(&cursor);
	return cursor_ended(&cursor) ? 0 : cursor_fail(&cursor, _("expected the end of the line"));
}

void lesson_check_done(struct lesson_check *check)
{
	lesson_sum_done(&check->left);
	lesson_sum_done(&check->right);
	free(check->source);
}
