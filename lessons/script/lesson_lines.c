#include "lessons/script/lesson_lines.h"

#include "lessons/script/cursor.h"
#include "lessons/stage/calls.h"
#include "model/base/i18n.h"
#include "model/base/nearest.h"
#include "model/base/util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool lesson_line_blank(const struct lesson_line *line)
{
	struct cursor cursor = cursor_of(line, NULL);

	cursor_skip(&cursor);
	return cursor_ended(&cursor) || *cursor.at == '#';
}

bool lesson_is_actor(const char *word)
{
	if (word[0] < 'A' || word[0] > 'Z' || strlen(word) > 12)
		return false;
	for (const char *c = word; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z') &&
		    !(*c >= '0' && *c <= '9'))
			return false;
	return true;
}

/* --- do: ACTOR: call(argument, …) = expected ------------------------------------------------ */

static bool name_known(const struct lesson_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->names[i], name))
			return true;
	return false;
}

static int take_arguments(struct cursor *cursor, struct lesson_call *call)
{
	cursor_skip(cursor);
	if (cursor_take(cursor, ')'))
		return 0;
	call->arguments = xcalloc(LESSON_ARGUMENTS_MAX, sizeof(char *));
	for (;;) {
		cursor_skip(cursor);
		struct cursor at = *cursor;
		char *argument =
		    cursor_at(cursor, '"') ? cursor_quoted(cursor) : cursor_until(cursor, "\"(),");

		if (!argument)
			return -EBADMSG;
		if (call->argument_count == LESSON_ARGUMENTS_MAX || !*argument) {
			free(argument);
			return cursor_ended(&at) || cursor_at(&at, ',') || cursor_at(&at, ')')
			           ? cursor_fail(&at, _("an argument is missing here"))
			           : cursor_fail(&at, _("this can't be an argument"));
		}
		call->arguments[call->argument_count++] = argument;
		cursor_skip(cursor);
		if (cursor_take(cursor, ')'))
			return 0;
		if (!cursor_take(cursor, ','))
			return cursor_fail(cursor, _("expected \",\" or \")\""));
	}
}

/* --- What may be named in a call -------------------------------------------------------------- */

struct naming {
	const struct lesson_names *names;
	const char *actor; /* who calls */
};

static int no_such_name(
    const struct call_scope *scope, const char *name, const struct lesson_names *names)
{
	static const char *const more[] = {"me", "uid", "gid"};
	const char *words[LESSON_ACTORS_MAX + array_len(more)];
	const char *nearest;
	size_t count = names->count;

	memcpy(words, names->names, count * sizeof(words[0]));
	memcpy(words + count, more, sizeof(more));
	nearest = nearest_word(name, words, count + array_len(more));
	if (nearest)
		return call_fail(
		    scope, _("so far there is no \"%s\": did you mean %s?"), name, nearest);
	return call_fail(scope, _("so far there is no \"%s\""), name);
}

static int no_such_variable(const struct call_scope *scope, const char *actor, const char *name)
{
	return call_fail(scope, _("no call of %s has set a variable \"%s\" so far"), actor, name);
}

/* Is there a value that @name may stand for, in braces?  Which one is not known yet. */
static int name_placeholder(
    const struct call_scope *scope, const char *name, char *ret, size_t room)
{
	const struct naming *naming = scope->context;
	const char *dot = strchr(name, '.');

	snprintf(ret, room, "1");
	if (dot) {
		autofree char *actor = xstrndup(name, (size_t)(dot - name));

		return variables_find(&naming->names->variables, actor, dot + 1)
		           ? 0
		           : no_such_variable(scope, actor, dot + 1);
	}
	if (name_known(naming->names, name) || !strcmp(name, "me") || !strcmp(name, "uid") ||
	    !strcmp(name, "gid"))
		return 0;
	return no_such_name(scope, name, naming->names);
}

static int name_variable(const struct call_scope *scope, const char *name, long *ret_number)
{
	const struct naming *naming = scope->context;
	const struct variable *variable =
	    variables_find(&naming->names->variables, naming->actor, name);

	*ret_number = 1;
	if (!variable)
		return no_such_variable(scope, naming->actor, name);
	if (variable->is_text)
		return call_fail(scope, _("\"%s\" is text here, not a number"), name);
	return 0;
}

/* --- What comes behind the call --------------------------------------------------------------- */

static int fail_errno(const struct cursor *at, const char *word)
{
	const char *names[256];
	size_t count = 0;

	for (int error = 1; error < (int)array_len(names); error++) {
		const char *name = strerrorname_np(error);

		if (name)
			names[count++] = name;
	}
	if (word[0] == 'E' && word[1])
		return lesson_fail_word(at->error, at->line, cursor_column(at),
		    _("there is no errno"), word, names, count);
	return cursor_fail(at, _("expected a number, an errno name or a string behind \"=\""));
}

/* A string or {A}: its names must be known. */
static int check_names(
    const struct cursor *at, const struct call_scope *scope, const char *expected)
{
	char text[CALL_TEXT_MAX + 1];
	size_t len;
	autofree char *quoted =
	    expected[0] == '"' ? xstrdup(expected) : xasprintf("\"%s\"", expected);

	return call_string_read(scope, quoted, text, sizeof(text), &len) < 0
	           ? cursor_fail(at, "%s", scope->message)
	           : 0;
}

static int take_expected(
    struct cursor *cursor, const struct call_scope *scope, struct lesson_call *call)
{
	struct cursor at;

	cursor_skip(cursor);
	if (cursor_ended(cursor) || cursor_at(cursor, '-'))
		return 0;
	if (!cursor_take(cursor, '='))
		return cursor_fail(cursor, _("expected \"=\" or the end of the line"));
	cursor_skip(cursor);
	at = *cursor;
	call->expected =
	    cursor_at(cursor, '"') ? cursor_quoted(cursor) : cursor_until(cursor, " \t\"");
	if (!call->expected)
		return -EBADMSG;
	if (call->expected[0] == '"' || call->expected[0] == '{')
		return check_names(&at, scope, call->expected);
	if (!cursor_number(call->expected, NULL) && !lesson_errno(call->expected))
		return fail_errno(&at, call->expected);
	return 0;
}

static bool fails(const struct lesson_call *call)
{
	return call->expected && call->expected[0] == 'E';
}

static int take_variable(
    struct cursor *cursor, struct lesson_names *names, struct lesson_call *call, bool is_text)
{
	struct cursor at;

	cursor_skip(cursor);
	if (cursor_ended(cursor))
		return 0;
	at = *cursor;
	if (!cursor_take(cursor, '-') || !cursor_take(cursor, '>'))
		return cursor_fail(&at, _("expected \"-> variable\" or the end of the line"));
	cursor_skip(cursor);
	at = *cursor;
	call->variable = cursor_word(cursor);
	if (!*call->variable || (*call->variable >= '0' && *call->variable <= '9') ||
	    strlen(call->variable) > VARIABLE_NAME_MAX)
		return cursor_fail(&at,
		    _("a variable is a letter, then letters, digits and _, at most %d"),
		    VARIABLE_NAME_MAX);
	if (fails(call))
		return cursor_fail(&at, _("a call that fails gives no result"));
	if (variables_set(&names->variables, call->actor, call->variable, 0, is_text ? "" : NULL) <
	    0)
		return cursor_fail(
		    &at, _("%s has more than %d variables"), call->actor, VARIABLES_MAX);
	cursor_skip(cursor);
	if (!cursor_ended(cursor))
		return cursor_fail(cursor, _("expected the end of the line"));
	return 0;
}

/* --- do: ACTOR: call(argument, …) = expected -> variable -------------------------------------- */

static int take_actor(
    struct cursor *cursor, const struct lesson_names *names, struct lesson_call *call)
{
	struct cursor at;

	cursor_skip(cursor);
	at = *cursor;
	call->actor = cursor_word(cursor);
	cursor_skip(cursor);
	if (!*call->actor || !cursor_take(cursor, ':'))
		return cursor_fail(&at, _("expected a line \"ACTOR: call(arguments)\""));
	if (!name_known(names, call->actor))
		return lesson_fail_word(at.error, at.line, cursor_column(&at),
		    _("so far there is no actor"), call->actor, names->names, names->count);
	return 0;
}

/* The calls that bring in an actor name it first; one that is to fail brings in nobody. */
static int take_forked(const struct cursor *at, struct lesson_names *names,
    struct lesson_call *call, const struct call *kind)
{
	if (kind->signature[0] != ARGUMENT_NEW_ACTOR)
		return 0;
	if (!lesson_is_actor(call->arguments[0]))
		return cursor_fail(at, _("expected the new actor's name: %s(B)"), call->name);
	if (name_known(names, call->arguments[0]))
		return cursor_fail(at, _("there is an actor \"%s\" already"), call->arguments[0]);
	if (fails(call))
		return 0;
	if (names->count == LESSON_ACTORS_MAX)
		return cursor_fail(at, _("more than %d actors"), LESSON_ACTORS_MAX);
	names->names[names->count++] = call->arguments[0];
	variables_fork(&names->variables, call->actor, call->arguments[0]);
	return 0;
}

int lesson_line_call(const struct lesson_line *line, struct lesson_names *names,
    struct lesson_call *call, struct lesson_error *ret_error)
{
	struct cursor cursor = cursor_of(line, ret_error), at;
	char message[160];
	struct naming naming = {.names = names};
	const struct call_scope scope = {.context = &naming,
	    .placeholder = name_placeholder,
	    .variable = name_variable,
	    .message = message,
	    .message_bytes = sizeof(message)};
	struct call_reading reading;
	int r;

	call->line = line->number;
	r = take_actor(&cursor, names, call);
	if (r < 0)
		return r;
	naming.actor = call->actor;
	cursor_skip(&cursor);
	at = cursor;
	call->name = cursor_word(&cursor);
	if (!*call->name || !cursor_take(&cursor, '('))
		return cursor_fail(&at, _("expected a call, as in unshare(CLONE_NEWUTS)"));
	r = take_arguments(&cursor, call);
	if (r < 0)
		return r;
	call->source = xstrndup(at.at, (size_t)(cursor.at - at.at));
	if (call_read(&scope, call->name, (const char *const *)call->arguments,
	        call->argument_count, &reading) < 0)
		return cursor_fail(&at, "%s", message);
	call->c =
	    call_as_c(reading.call, (const char *const *)call->arguments, call->argument_count);
	r = take_expected(&cursor, &scope, call);
	if (r >= 0)
		r = take_forked(&at, names, call, reading.call);
	return r < 0 ? r : take_variable(&cursor, names, call, reading.call->gives_text);
}

void lesson_call_done(struct lesson_call *call)
{
	for (size_t i = 0; i < call->argument_count; i++)
		free(call->arguments[i]);
	free(call->arguments);
	free(call->actor);
	free(call->name);
	free(call->expected);
	free(call->source);
	free(call->c);
	free(call->variable);
}

int lesson_errno(const char *name)
{
	for (int error = 1; error < 256; error++) {
		const char *known = strerrorname_np(error);

		if (known && !strcmp(known, name))
			return error;
	}
	return 0;
}
