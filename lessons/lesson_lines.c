#include "lessons/lesson_lines.h"

#include "lessons/cursor.h"
#include "lessons/stage.h"
#include "model/i18n.h"
#include "model/nstype.h"
#include "model/util.h"

#include <errno.h>
#include <string.h>

bool lesson_line_blank(const struct lesson_line *line)
{
	struct cursor cursor = cursor_of(line, NULL);

	cursor_skip(&cursor);
	return cursor_ended(&cursor) || *cursor.at == '#';
}

/* --- lesson: word: value -------------------------------------------------------------------- */

static const char *const groups[] = {"pid", "type"};

static int fact_name(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	for (const char *c = word; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9') && *c != '-')
			return cursor_fail(cursor, _("a lesson's name is of a-z, 0-9 and -"));
	if (strlen(word) > 32)
		return cursor_fail(cursor, _("a lesson's name has at most 32 letters"));
	lesson->name = xstrdup(word);
	return 0;
}

static int fact_kernel(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	size_t major = strspn(word, "0123456789");
	size_t minor = word[major] == '.' ? strspn(word + major + 1, "0123456789") : 0;

	if (!major || !minor || major + 1 + minor != strlen(word))
		return cursor_fail(cursor, _("a kernel is written like 5.6"));
	lesson->kernel = xstrdup(word);
	return 0;
}

static int fact_group(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	for (size_t i = 0; i < array_len(groups); i++)
		if (!strcmp(word, groups[i])) {
			lesson->group = xstrdup(word);
			return 0;
		}
	return lesson_fail_word(cursor->error, cursor->line, cursor_column(cursor),
	    _("there is no grouping"), word, groups, array_len(groups));
}

static int fact_type(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	const char *names[NS_TYPE_COUNT];
	enum ns_type type;

	if (!ns_type_from_name(word, &type)) {
		for (size_t i = 0; i < NS_TYPE_COUNT; i++)
			names[i] = ns_types[i].name;
		return lesson_fail_word(cursor->error, cursor->line, cursor_column(cursor),
		    _("there is no namespace type"), word, names, NS_TYPE_COUNT);
	}
	for (size_t i = 0; i < lesson->type_count; i++)
		if (!strcmp(word, lesson->types[i]))
			return cursor_fail(cursor, _("\"%s\" is said twice"), word);
	lesson->types = xrealloc(lesson->types, (lesson->type_count + 1) * sizeof(char *));
	lesson->types[lesson->type_count++] = xstrdup(word);
	return 0;
}

static bool is_actor(const char *word)
{
	if (word[0] < 'A' || word[0] > 'Z' || strlen(word) > 12)
		return false;
	for (const char *c = word; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z') &&
		    !(*c >= '0' && *c <= '9'))
			return false;
	return true;
}

static int fact_actor(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	if (!is_actor(word))
		return cursor_fail(cursor,
		    _("\"%s\" can't be an actor's name: a capital letter, then letters and digits, "
		      "at "
		      "most 12"),
		    word);
	if (lesson->actor_count == LESSON_ACTORS_MAX)
		return cursor_fail(cursor, _("more than %d actors"), LESSON_ACTORS_MAX);
	for (size_t i = 0; i < lesson->actor_count; i++)
		if (!strcmp(word, lesson->actors[i]))
			return cursor_fail(cursor, _("\"%s\" is said twice"), word);
	lesson->actors = xrealloc(lesson->actors, (lesson->actor_count + 1) * sizeof(char *));
	lesson->actors[lesson->actor_count++] = xstrdup(word);
	return 0;
}

static const struct fact {
	const char *word;
	int (*take)(struct cursor *cursor, const char *value, struct lesson *lesson);
	bool many; /* values, separated by blanks or commas */
} facts[] = {
    {"name", fact_name, false},
    {"kernel", fact_kernel, false},
    {"types", fact_type, true},
    {"group", fact_group, false},
    {"actors", fact_actor, true},
};

static bool fact_known(const struct lesson *lesson, const struct fact *fact)
{
	const bool known[] = {
	    lesson->name, lesson->kernel, lesson->types, lesson->group, lesson->actors};

	_Static_assert(array_len(known) == array_len(facts), "in the order of facts");
	return known[fact - facts];
}

static int take_values(struct cursor *cursor, const struct fact *fact, struct lesson *lesson)
{
	size_t count = 0;

	for (;; count++) {
		struct cursor at;
		int r;

		cursor_skip(cursor);
		if (count && fact->many && cursor_take(cursor, ','))
			cursor_skip(cursor);
		if (cursor_ended(cursor))
			break;
		at = *cursor;
		if (count && !fact->many)
			return cursor_fail(&at, _("\"%s\" has one value only"), fact->word);
		autofree char *value = cursor_until(cursor, " \t,");

		if (!*value)
			return cursor_fail(&at, _("a value is missing here"));
		r = fact->take(&at, value, lesson);
		if (r < 0)
			return r;
	}
	return count ? 0 : cursor_fail(cursor, _("\"%s\" has no value"), fact->word);
}

int lesson_line_fact(
    const struct lesson_line *line, struct lesson *lesson, struct lesson_error *ret_error)
{
	struct cursor cursor = cursor_of(line, ret_error), at;
	const char *words[array_len(facts)];

	cursor_skip(&cursor);
	at = cursor;
	autofree char *word = cursor_word(&cursor);

	for (size_t i = 0; i < array_len(facts); i++) {
		words[i] = facts[i].word;
		if (strcmp(word, words[i]) != 0)
			continue;
		if (fact_known(lesson, &facts[i]))
			return cursor_fail(&at, _("\"%s\" is said twice"), word);
		cursor_skip(&cursor);
		if (!cursor_take(&cursor, ':'))
			return cursor_fail(&cursor, _("expected \":\" after \"%s\""), word);
		return take_values(&cursor, &facts[i], lesson);
	}
	if (!*word)
		return cursor_fail(&at, _("expected a line \"word: value\""));
	return lesson_fail_word(ret_error, line->number, cursor_column(&at),
	    _("a lesson block knows no word"), word, words, array_len(words));
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
	if (!call->argument_count || !is_actor(call->arguments[0]))
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
