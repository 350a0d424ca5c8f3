/* The terms of check blocks, and sums of them. */
#include "lessons/script/lesson_terms.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <string.h>

const char *const lesson_you_words[CHECK_CONTEXT_YOU_MAX] = {"you", "you2"};

struct scope {
	struct cursor *cursor;
	const struct lesson_names *names;
	bool at_start; /* inside start(): only who was there then */
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
	return lesson_fail_word(at->error, at->line, cursor_column(at),
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
	return lesson_fail_word(at.error, at.line, cursor_column(&at),
	    _("/proc/PID/ns has no link"), term->word, ns_link_names, NS_LINK_COUNT);
}

/* A namespace of the type @inner is in the parentheses of @term. */
static int check_inner_ns(
    const struct cursor *at, const struct term *term, const struct term_type *inner)
{
	if (inner->kind != VALUE_NS)
		return cursor_fail(at, _("%s() takes a namespace: %s(ns(A, %s))"), term->name,
		    term->name, ns_types[term->types ? NS_USER : NS_UTS].name);
	if (term->types && !(term->types & (1u << inner->ns)))
		return cursor_fail(at, _("%s() tells nothing of a %s namespace"), term->name,
		    ns_types[inner->ns].name);
	if (term->of_past && !inner->of_past)
		return cursor_fail(at,
		    _("what is seen now exists, so this tells nothing: %s(before(…))"), term->name);
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
	if (term->term->moment == MOMENT_START)
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
	lesson_fail_word(at->error, at->line, cursor_column(at), _("in a check there is no"), word,
	    names, count);
	return NULL;
}

/* What a call gives, with @type what is in its parentheses. */
static void give_type(const struct term *term, struct term_type *type)
{
	type->of_past |= term->moment != MOMENT_SAME || term->is_past;
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

	return lesson_fail_word(at->error, at->line, cursor_column(at), what, name, names, count);
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
	if (cursor_number(term->word, NULL)) {
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

int lesson_take_term(struct cursor *cursor, const struct lesson_names *names,
    struct lesson_term *ret_term, struct term_type *ret_type)
{
	struct scope scope = {.cursor = cursor, .names = names};

	return take_term(&scope, ret_term, ret_type);
}

void lesson_term_done(struct lesson_term *term)
{
	for (size_t i = 0; i < term->argument_count; i++)
		lesson_term_done(&term->arguments[i]);
	free(term->arguments);
	free(term->word);
	free(term->variable);
}

/* --- Sums ----------------------------------------------------------------------------------- */

int lesson_take_sum(struct cursor *cursor, const struct lesson_names *names,
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

void lesson_sum_done(struct lesson_sum *sum)
{
	for (size_t i = 0; i < sum->term_count; i++)
		lesson_term_done(&sum->terms[i]);
	free(sum->terms);
}
