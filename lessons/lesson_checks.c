/* The language of check blocks. */
#include "lessons/cursor.h"
#include "model/i18n.h"
#include "model/nstype.h"
#include "model/util.h"

#include <errno.h>
#include <string.h>

enum value { VALUE_NS, VALUE_STRING, VALUE_NUMBER, VALUE_ANY, VALUE_NONE };

struct scope {
	struct cursor *cursor;
	const struct lesson_names *names;
	bool at_start; /* inside start(): only who was there then */
	int depth;
};

static const struct function {
	const char *name;
	enum value value;    /* VALUE_ANY: that of its argument */
	enum value argument; /* VALUE_NONE: WHO */
	bool link;           /* then a comma and a LINK */
} functions[] = {
    {"ns", VALUE_NS, VALUE_NONE, true},
    {"hostname", VALUE_STRING, VALUE_NONE, false},
    {"pid", VALUE_NUMBER, VALUE_NONE, false},
    {"members", VALUE_NUMBER, VALUE_NS, false},
    {"start", VALUE_ANY, VALUE_ANY, false},
    {"before", VALUE_ANY, VALUE_ANY, false},
};

static int take_term(struct scope *scope, struct lesson_term *term, enum value *ret_value);

static int take_who(struct scope *scope, struct lesson_term *term)
{
	const char *words[LESSON_ACTORS_MAX + 1] = {"me"};
	const struct lesson_names *names = scope->names;
	size_t count = scope->at_start ? names->started : names->count;
	struct cursor at;

	cursor_skip(scope->cursor);
	at = *scope->cursor;
	term->word = cursor_word(scope->cursor);
	memcpy(words + 1, names->names, count * sizeof(words[0]));
	for (size_t i = 0; i <= count; i++)
		if (!strcmp(words[i], term->word))
			return 0;
	return lesson_fail_word(at.error, at.line, cursor_column(&at),
	    scope->at_start ? _("at the start there is no actor") : _("so far there is no actor"),
	    term->word, words, count + 1);
}

static int take_link(struct scope *scope, struct lesson_term *term)
{
	struct cursor at;

	cursor_skip(scope->cursor);
	if (!cursor_take(scope->cursor, ','))
		return cursor_fail(scope->cursor, _("expected \",\""));
	cursor_skip(scope->cursor);
	at = *scope->cursor;
	term->word = cursor_word(scope->cursor);
	for (size_t i = 0; i < NS_LINK_COUNT; i++)
		if (!strcmp(ns_link_names[i], term->word))
			return 0;
	return lesson_fail_word(at.error, at.line, cursor_column(&at),
	    _("/proc/PID/ns has no link"), term->word, ns_link_names, NS_LINK_COUNT);
}

static int take_inner(
    struct scope *scope, const struct function *function, struct lesson_term *term, enum value *ret)
{
	struct scope inner = *scope;
	struct cursor at;
	enum value value = VALUE_NONE;
	int r;

	cursor_skip(scope->cursor);
	at = *scope->cursor;
	inner.depth++;
	if (!strcmp(function->name, "start"))
		inner.at_start = true;
	r = take_term(&inner, term, &value);
	if (r < 0)
		return r;
	if (function->argument == VALUE_NS && value != VALUE_NS)
		return cursor_fail(&at, _("%s() takes a namespace: %s(ns(A, uts))"), function->name,
		    function->name);
	if (!term->is_call)
		return cursor_fail(
		    &at, _("%s() takes what can change, as hostname(me)"), function->name);
	*ret = function->value == VALUE_ANY ? value : function->value;
	return 0;
}

static int take_call(
    struct scope *scope, const struct cursor *at, struct lesson_term *term, enum value *ret_value)
{
	const struct function *function = NULL;
	const char *names[array_len(functions)];
	int r;

	for (size_t i = 0; i < array_len(functions); i++) {
		names[i] = functions[i].name;
		if (!strcmp(names[i], term->word))
			function = &functions[i];
	}
	if (!function)
		return lesson_fail_word(at->error, at->line, cursor_column(at),
		    _("in a check there is no"), term->word, names, array_len(names));
	if (scope->depth == LESSON_DEPTH_MAX)
		return cursor_fail(at, _("more than %d terms in one another"), LESSON_DEPTH_MAX);
	term->is_call = 1;
	term->arguments = xcalloc(2, sizeof(*term->arguments));
	term->argument_count = function->link ? 2 : 1;
	*ret_value = function->value;
	r = function->argument == VALUE_NONE
	        ? take_who(scope, &term->arguments[0])
	        : take_inner(scope, function, &term->arguments[0], ret_value);
	if (r >= 0 && function->link)
		r = take_link(scope, &term->arguments[1]);
	if (r < 0)
		return r;
	cursor_skip(scope->cursor);
	return cursor_take(scope->cursor, ')') ? 0
	                                       : cursor_fail(scope->cursor, _("expected \")\""));
}

static int take_term(struct scope *scope, struct lesson_term *term, enum value *ret_value)
{
	struct cursor *cursor = scope->cursor;
	struct cursor at;

	cursor_skip(cursor);
	at = *cursor;
	if (cursor_at(cursor, '"')) {
		*ret_value = VALUE_STRING;
		term->word = cursor_quoted(cursor);
		return term->word ? 0 : -EBADMSG;
	}
	if (cursor_at(cursor, '-'))
		cursor->at++;
	free(cursor_word(cursor));
	term->word = xstrndup(at.at, (size_t)(cursor->at - at.at));
	if (cursor_number(term->word, NULL)) {
		*ret_value = VALUE_NUMBER;
		return 0;
	}
	cursor_skip(cursor);
	if (*term->word && cursor_take(cursor, '('))
		return take_call(scope, &at, term, ret_value);
	return cursor_fail(
	    &at, _("expected a term, as ns(A, uts), hostname(me), \"ns1\" or a number"));
}

int lesson_line_check(const struct lesson_line *line, const struct lesson_names *names,
    struct lesson_check *check, struct lesson_error *ret_error)
{
	struct cursor cursor = cursor_of(line, ret_error), at, right_at;
	size_t left_len, right_len;
	struct scope scope = {.cursor = &cursor, .names = names};
	enum value left = VALUE_NONE, right = VALUE_NONE;
	int r;

	check->line = line->number;
	cursor_skip(&cursor);
	at = cursor;
	r = take_term(&scope, &check->left, &left);
	if (r < 0)
		return r;
	left_len = (size_t)(cursor.at - at.at);
	cursor_skip(&cursor);
	check->equal = cursor_at(&cursor, '=');
	if ((!cursor_take(&cursor, '=') && !cursor_take(&cursor, '!')) ||
	    !cursor_take(&cursor, '='))
		return cursor_fail(&cursor, _("expected \"==\" or \"!=\""));
	cursor_skip(&cursor);
	right_at = cursor;
	r = take_term(&scope, &check->right, &right);
	if (r < 0)
		return r;
	right_len = (size_t)(cursor.at - right_at.at);
	check->source = xstrndup(at.at, (size_t)(cursor.at - at.at));
	if (left != right)
		return cursor_fail(
		    &at, _("the two sides are never of one kind, so this tells nothing"));
	if ((!check->left.is_call && !check->right.is_call) ||
	    (left_len == right_len && !memcmp(at.at, right_at.at, left_len)))
		return cursor_fail(
		    &at, _("this comes out the same whatever happens, so it tells nothing"));
	cursor_skip(&cursor);
	return cursor_ended(&cursor) ? 0 : cursor_fail(&cursor, _("expected the end of the line"));
}

static void term_done(struct lesson_term *term)
{
	for (size_t i = 0; i < term->argument_count; i++)
		term_done(&term->arguments[i]);
	free(term->arguments);
	free(term->word);
}

void lesson_check_done(struct lesson_check *check)
{
	term_done(&check->left);
	term_done(&check->right);
	free(check->source);
}
