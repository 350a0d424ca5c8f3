#include "lessons/lesson_lines.h"

#include "lessons/cursor.h"
#include "lessons/stage.h"
#include "model/i18n.h"
#include "model/util.h"

#include <errno.h>
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

static int take_expected(struct cursor *cursor, struct lesson_call *call)
{
	struct cursor at;

	cursor_skip(cursor);
	if (cursor_ended(cursor))
		return 0;
	if (!cursor_take(cursor, '='))
		return cursor_fail(cursor, _("expected \"=\" or the end of the line"));
	cursor_skip(cursor);
	at = *cursor;
	call->expected =
	    cursor_at(cursor, '"') ? cursor_quoted(cursor) : cursor_until(cursor, " \t\"");
	if (!call->expected)
		return -EBADMSG;
	if (call->expected[0] != '"' && !cursor_number(call->expected, NULL) &&
	    !lesson_errno(call->expected))
		return fail_errno(&at, call->expected);
	cursor_skip(cursor);
	if (!cursor_ended(cursor))
		return cursor_fail(cursor, _("expected the end of the line"));
	return 0;
}

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

/* The calls that bring in an actor name it first. */
static int take_forked(
    const struct cursor *at, struct lesson_names *names, struct lesson_call *call)
{
	if (strcmp(call->name, "fork") != 0 && strcmp(call->name, "clone") != 0)
		return 0;
	if (!call->argument_count || !lesson_is_actor(call->arguments[0]))
		return cursor_fail(at, _("expected the new actor's name: %s(B)"), call->name);
	if (name_known(names, call->arguments[0]))
		return cursor_fail(at, _("there is an actor \"%s\" already"), call->arguments[0]);
	if (names->count == LESSON_ACTORS_MAX)
		return cursor_fail(at, _("more than %d actors"), LESSON_ACTORS_MAX);
	names->names[names->count++] = call->arguments[0];
	return 0;
}

int lesson_line_call(const struct lesson_line *line, struct lesson_names *names,
    struct lesson_call *call, struct lesson_error *ret_error)
{
	struct cursor cursor = cursor_of(line, ret_error), at;
	char message[160];
	int r;

	call->line = line->number;
	r = take_actor(&cursor, names, call);
	if (r < 0)
		return r;
	cursor_skip(&cursor);
	at = cursor;
	call->name = cursor_word(&cursor);
	if (!*call->name || !cursor_take(&cursor, '('))
		return cursor_fail(&at, _("expected a call, as in unshare(CLONE_NEWUTS)"));
	r = take_arguments(&cursor, call);
	if (r < 0)
		return r;
	call->source = xstrndup(at.at, (size_t)(cursor.at - at.at));
	r = stage_check_call(call->name, (const char *const *)call->arguments, call->argument_count,
	    message, sizeof(message));
	if (r < 0)
		return cursor_fail(&at, "%s", message);
	r = take_forked(&at, names, call);
	if (r < 0)
		return r;
	return take_expected(&cursor, call);
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
