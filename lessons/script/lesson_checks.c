/* The lines of check blocks: two sums of terms and what is claimed of them. */
#include "lessons/script/lesson_parse.h"
#include "lessons/script/terms.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

const char *const lesson_relation_words[RELATION_COUNT] = {
    [RELATION_EQUAL] = "==",
    [RELATION_OTHER] = "!=",
    [RELATION_LESS] = "<",
    [RELATION_AT_MAX] = "<=",
    [RELATION_MORE] = ">",
    [RELATION_AT_LEAST] = ">=",
};

/* What a term gives, as far as the file says. */
struct term_type {
	enum value_kind kind;           /* never VALUE_UNKNOWN */
	enum nstype ns;                 /* VALUE_NS */
	const char *(*word)(size_t at); /* VALUE_STRING: as in struct term; NULL: anything */
	bool of_past;                   /* start(), before() or last() is in it */
};

/* --- Terms and sums --------------------------------------------------------------------------- */

struct scope {
	struct cursor *cursor;
	const struct lesson_names *names;
	bool at_start; /* inside start(): only actors of the start */
	int depth;
};

enum { TERM_COUNT_MAX = 64 };

static int take_term(struct scope *scope, struct lesson_term *term, struct term_type *type);

/* --- In the parentheses --------------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(words[i], word))
			return true;
	return false;
}

static int fail_actor(const struct scope *scope, const struct cursor *at, const char *word,
    const char *const *words, size_t count)
{
	return cursor_fail_word(at,
	    scope->at_start ? _("at the start there is no actor") : _("so far there is no actor"),
	    word, words, count);
}

static int take_who(struct scope *scope, struct lesson_term *term)
{
	const char *words[LESSON_ACTORS_MAX + CHECK_CONTEXT_YOU_MAX + 1] = {"me"};
	const struct lesson_names *names = scope->names;
	size_t actors = scope->at_start ? names->started : names->count, count = 1;
	struct cursor at;

	cursor_skip(scope->cursor);
	at = *scope->cursor;
	term->kind = TERM_NAME;
	term->word = cursor_word(scope->cursor);
	for (size_t i = 0; i < names->you && i < CHECK_CONTEXT_YOU_MAX; i++)
		words[count++] = lesson_you_words[i];
	for (size_t i = 0; i < actors; i++)
		words[count++] = names->names[i];
	return is_one_of(term->word, words, count)
	           ? 0
	           : fail_actor(scope, &at, term->word, words, count);
}

static int take_link(struct scope *scope, struct lesson_term *term, enum nstype *ret_type)
{
	struct cursor at;

	cursor_skip(scope->cursor);
	if (!cursor_take(scope->cursor, ','))
		return cursor_fail(scope->cursor, _("expected \",\""));
	cursor_skip(scope->cursor);
	at = *scope->cursor;
	term->kind = TERM_NAME;
	term->word = cursor_word(scope->cursor);
	for (size_t i = 0; i < NS_LINK_COUNT; i++) {
		if (strcmp(ns_link_names[i], term->word) != 0)
			continue;
		*ret_type = ns_link_type((enum ns_link)i);
		return 0;
	}
	return cursor_fail_word(
	    &at, _("/proc/PID/ns has no link"), term->word, ns_link_names, NS_LINK_COUNT);
}

/* A namespace of the type @inner is in the parentheses of @term. */
static int check_inner_ns(
    const struct cursor *at, const struct term *term, const struct term_type *inner)
{
	if (inner->kind != VALUE_NS)
		return cursor_fail(at, _("%s() takes a namespace: %s(ns(A, %s))"), term->name,
		    term->name, ns_types[term->types ? NS_USER : NS_UTS].name);
	if (term->types && !(term->types & (1u << inner->ns)))
		return cursor_fail(at, _("%s() does not apply to a %s namespace"), term->name,
		    ns_types[inner->ns].name);
	if (term->of_past && !inner->of_past)
		return cursor_fail(at,
		    _("what is visible now exists, so this proves nothing: %s(before(…))"),
		    term->name);
	return 0;
}

/* @ret_type: gets what is in the parentheses. */
static int take_inner(struct scope *scope, struct lesson_term *term, struct term_type *ret_type)
{
	struct scope inner = *scope;
	struct cursor at;
	int r;

	cursor_skip(scope->cursor);
	at = *scope->cursor;
	inner.depth++;
	if (term->term->snapshot == SNAPSHOT_START)
		inner.at_start = true;
	r = take_term(&inner, &term->arguments[0], ret_type);
	if (r < 0)
		return r;
	if (term->term->takes == TAKES_NS)
		return check_inner_ns(&at, term->term, ret_type);
	return term->arguments[0].kind == TERM_LITERAL
	           ? cursor_fail(
	                 &at, _("%s() takes what can change, as hostname(me)"), term->term->name)
	           : 0;
}

/* --- Terms ---------------------------------------------------------------------------------- */

static const struct term *find_term(const struct cursor *at, const char *word)
{
	const char *names[TERM_COUNT_MAX];
	size_t count = 0;

	for (const struct term *term = terms; term->name && count < array_len(names); term++) {
		if (!strcmp(term->name, word))
			return term;
		names[count++] = term->name;
	}
	cursor_fail_word(at, _("in a check there is no"), word, names, count);
	return NULL;
}

/* What a call gives, with @type what is in its parentheses. */
static void give_type(const struct term *term, struct term_type *type)
{
	type->of_past |= term->snapshot != SNAPSHOT_SAME || term->is_past;
	if (term->gives == GIVES_SAME)
		return;
	type->kind = term->gives == GIVES_NUMBER   ? VALUE_NUMBER
	             : term->gives == GIVES_STRING ? VALUE_STRING
	                                           : VALUE_NS;
	if (term->gives == GIVES_USER_NS)
		type->ns = NS_USER;
	type->word = term->word;
}

static int take_call(
    struct scope *scope, const struct cursor *at, struct lesson_term *call, struct term_type *type)
{
	const struct term *term = find_term(at, call->word);
	bool link = term && term->takes == TAKES_WHO_LINK;
	int r;

	if (!term)
		return -EBADMSG;
	if (scope->depth == LESSON_TERM_DEPTH_MAX)
		return cursor_fail(
		    at, _("more than %d terms in one another"), LESSON_TERM_DEPTH_MAX);
	call->kind = TERM_CALL;
	call->term = term;
	call->arguments = xcalloc(2, sizeof(*call->arguments));
	call->argument_count = link ? 2 : 1;
	if (term->takes == TAKES_WHO || link)
		r = take_who(scope, &call->arguments[0]);
	else
		r = take_inner(scope, call, type);
	if (r >= 0 && link)
		r = take_link(scope, &call->arguments[1], &type->ns);
	if (r < 0)
		return r;
	give_type(term, type);
	cursor_skip(scope->cursor);
	return cursor_take(scope->cursor, ')') ? 0
	                                       : cursor_fail(scope->cursor, _("expected \")\""));
}

static int fail_variable(
    const struct cursor *at, const struct scope *scope, const char *actor, const char *name)
{
	const struct variables *variables = &scope->names->variables;
	const char *names[VARIABLES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < variables->count && count < array_len(names); i++)
		if (!strcmp(variables->list[i].actor, actor))
			names[count++] = variables->list[i].name;
	autofree char *what = xasprintf(_("so far %s has no variable"), actor);

	return cursor_fail_word(at, what, name, names, count);
}

/* Behind the dot. */
static int take_variable(
    struct scope *scope, const struct cursor *at, struct lesson_term *term, struct term_type *type)
{
	const struct lesson_names *names = scope->names;
	const struct variable *variable;
	struct cursor name_at = *scope->cursor;

	term->kind = TERM_VARIABLE;
	term->variable = cursor_word(scope->cursor);
	if (!is_one_of(term->word, names->names, names->count))
		return fail_actor(scope, at, term->word, names->names, names->count);
	if (scope->at_start)
		return cursor_fail(at, _("at the start there are no variables"));
	variable = variables_find(&names->variables, term->word, term->variable);
	if (!variable)
		return fail_variable(&name_at, scope, term->word, term->variable);
	type->kind = variable->is_text ? VALUE_STRING : VALUE_NUMBER;
	return 0;
}

static int take_term(struct scope *scope, struct lesson_term *term, struct term_type *type)
{
	struct cursor *cursor = scope->cursor;
	struct cursor at;

	*type = (struct term_type){0};
	cursor_skip(cursor);
	at = *cursor;
	if (cursor_at(cursor, '"')) {
		type->kind = VALUE_STRING;
		term->word = cursor_quoted(cursor);
		return term->word ? 0 : -EBADMSG;
	}
	if (cursor_at(cursor, '-'))
		cursor->at++;
	free(cursor_word(cursor));
	term->word = xstrndup(at.at, (size_t)(cursor->at - at.at));
	if (lesson_number(term->word, NULL)) {
		type->kind = VALUE_NUMBER;
		return 0;
	}
	if (*term->word && cursor_take(cursor, '.'))
		return take_variable(scope, &at, term, type);
	cursor_skip(cursor);
	if (*term->word && cursor_take(cursor, '('))
		return take_call(scope, &at, term, type);
	return cursor_fail(
	    &at, _("expected a term, as ns(A, uts), hostname(me), \"ns1\" or a number"));
}

static int lesson_take_term(struct cursor *cursor, const struct lesson_names *names,
    struct lesson_term *ret_term, struct term_type *ret_type)
{
	struct scope scope = {.cursor = cursor, .names = names};

	return take_term(&scope, ret_term, ret_type);
}

static void term_done(struct lesson_term *term)
{
	for (size_t i = 0; i < term->argument_count; i++)
		term_done(&term->arguments[i]);
	free(term->arguments);
	free(term->word);
	free(term->variable);
}

/* --- Sums ----------------------------------------------------------------------------------- */

static int take_sum(struct cursor *cursor, const struct lesson_names *names,
    struct lesson_sum *ret_sum, struct term_type *ret_type)
{
	ret_sum->terms = xcalloc(LESSON_SUM_MAX, sizeof(*ret_sum->terms));
	for (int minus = 0;;) {
		struct lesson_term *term = &ret_sum->terms[ret_sum->term_count++];
		struct term_type type;
		struct cursor at;
		int r;

		cursor_skip(cursor);
		at = *cursor;
		r = lesson_take_term(cursor, names, term, &type);
		if (r < 0)
			return r;
		if (ret_sum->term_count == 1)
			*ret_type = type;
		else if (type.kind != VALUE_NUMBER)
			return cursor_fail(&at, _("only numbers can be added and taken away"));
		term->minus = minus;
		ret_sum->varies |= term->kind != TERM_LITERAL;
		cursor_skip(cursor);
		minus = cursor_at(cursor, '-');
		if (!minus && !cursor_at(cursor, '+'))
			return 0;
		if (ret_type->kind != VALUE_NUMBER)
			return cursor_fail(cursor, _("only numbers can be added and taken away"));
		if (ret_sum->term_count == LESSON_SUM_MAX)
			return cursor_fail(
			    cursor, _("more than %d terms in a sum"), LESSON_SUM_MAX);
		cursor->at++;
	}
}

static void sum_done(struct lesson_sum *sum)
{
	for (size_t i = 0; i < sum->term_count; i++)
		term_done(&sum->terms[i]);
	free(sum->terms);
}
/* --- Checks that hold whatever happens ------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Where ns() can be read at all, last() is the same. */
static const char *word_of(const struct lesson_term *term)
{
	return term->kind == TERM_CALL && term->term->is_past ? "ns" : term->word;
}

/* Goes into start() and before(), which choose the snapshot of the rest. */
static const struct lesson_term *into_snapshot(
    const struct lesson_term *term, enum term_snapshot *snapshot)
{
	while (term->kind == TERM_CALL && term->term->snapshot != SNAPSHOT_SAME) {
		*snapshot = term->term->snapshot;
		term = &term->arguments[0];
	}
	return term;
}

static bool same_at(const struct lesson_term *a, enum term_snapshot a_snapshot,
    const struct lesson_term *b, enum term_snapshot b_snapshot)
{
	a = into_snapshot(a, &a_snapshot);
	b = into_snapshot(b, &b_snapshot);
	if (a->kind != b->kind || !same_text(word_of(a), word_of(b)) ||
	    !same_text(a->variable, b->variable))
		return false;
	if ((a->kind == TERM_CALL || a->kind == TERM_VARIABLE) && a_snapshot != b_snapshot)
		return false;
	for (size_t i = 0; i < a->argument_count; i++)
		if (!same_at(&a->arguments[i], a_snapshot, &b->arguments[i], b_snapshot))
			return false;
	return true;
}

static bool same_terms(const struct lesson_term *a, const struct lesson_term *b)
{
	return same_at(a, SNAPSHOT_SAME, b, SNAPSHOT_SAME);
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
	enum term_snapshot snapshot;
	long number;

	term = into_snapshot(term, &snapshot);
	if (term->kind == TERM_CALL)
		return (struct range){term->term->least, term->term->most, true};
	if (term->kind == TERM_VARIABLE || !lesson_number(term->word, &number))
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
			    !same_terms(addends[i].term, addends[j].term))
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

static bool sums_undecided(
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
/* --- A check ---------------------------------------------------------------------------------- */

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
	return take_sum(cursor, names, sum, &ret->type);
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
	return cursor_fail_word(
	    &at, _("nothing can be claimed with"), word, lesson_relation_words, RELATION_COUNT);
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

	return cursor_fail_word(&literal->at, _("the other side is never"), bare, words, count);
}

static int fail_same(const struct side *left)
{
	return cursor_fail(
	    &left->at, _("this comes out the same whatever happens, so it proves nothing"));
}

/* Can the check come out both ways? */
static int check_undecided(
    const struct side *left, enum lesson_relation relation, const struct side *right)
{
	int r;

	if (!left->sum->varies && !right->sum->varies)
		return fail_same(left);
	if (left->type.kind == VALUE_NUMBER)
		return sums_undecided(left->sum, relation, right->sum) ? 0 : fail_same(left);
	if (left->type.kind == VALUE_NS && left->type.ns != right->type.ns)
		return cursor_fail(&left->at,
		    _("%s and %s namespaces are never the same, so this check proves nothing"),
		    ns_types[left->type.ns].name, ns_types[right->type.ns].name);
	if (same_terms(&left->sum->terms[0], &right->sum->terms[0]))
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
		return cursor_fail(&left.at,
		    _("the two sides are never of one kind, so this check proves nothing"));
	if (check->relation > RELATION_OTHER && left.type.kind != VALUE_NUMBER)
		return cursor_fail(&relation_at, _("only numbers are less or more: \"%s\""),
		    lesson_relation_words[check->relation]);
	r = check_undecided(&left, check->relation, &right);
	if (r < 0)
		return r;
	cursor_skip(&cursor);
	return cursor_ended(&cursor) ? 0 : cursor_fail(&cursor, _("expected the end of the line"));
}

void lesson_check_done(struct lesson_check *check)
{
	sum_done(&check->left);
	sum_done(&check->right);
	free(check->source);
}
