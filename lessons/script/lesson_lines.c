#include "lessons/script/lesson_lines.h"

#include "lessons/script/cursor.h"
#include "lessons/script/lesson_words.h"
#include "lessons/stage/calls.h"
#include "model/base/i18n.h"
#include "model/base/nearest.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "model/view/outline.h"

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

/* --- lesson: word: value ---------------------------------------------------------------------- */

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

bool lesson_is_version(const char *word)
{
	size_t major = strspn(word, "0123456789");
	size_t minor = word[major] == '.' ? strspn(word + major + 1, "0123456789") : 0;

	return major && minor && major + 1 + minor == strlen(word);
}

static int fact_kernel(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	if (!lesson_is_version(word))
		return cursor_fail(cursor, _("a kernel is written like 5.6"));
	lesson->kernel = xstrdup(word);
	return 0;
}

static int fact_group(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	enum grouping grouping;

	if (grouping_from_name(word, &grouping)) {
		lesson->group = xstrdup(word);
		return 0;
	}
	return lesson_fail_word(cursor->error, cursor->line, cursor_column(cursor),
	    _("there is no grouping"), word, grouping_names, GROUPING_COUNT);
}

static int fact_type(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	const char *names[NS_TYPE_COUNT];
	enum nstype type;

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

static int fact_actor(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	if (!lesson_is_actor(word))
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

/* Only a name to look for in PATH: never run, and no way to another folder. */
static int fact_need(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	for (const char *c = word; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z') &&
		    !(*c >= '0' && *c <= '9') && !strchr("._+-", *c))
			return cursor_fail(cursor,
			    _("\"%s\" can't be a program's name: letters, digits and . _ + -"),
			    word);
	if (word[0] == '.' || strlen(word) > 32)
		return cursor_fail(cursor,
		    _("a program's name has at most 32 letters, and no dot at its beginning"));
	if (lesson->need_count == LESSON_NEEDS_MAX)
		return cursor_fail(cursor, _("more than %d programs"), LESSON_NEEDS_MAX);
	for (size_t i = 0; i < lesson->need_count; i++)
		if (!strcmp(word, lesson->needs[i]))
			return cursor_fail(cursor, _("\"%s\" is said twice"), word);
	lesson->needs = xrealloc(lesson->needs, (lesson->need_count + 1) * sizeof(char *));
	lesson->needs[lesson->need_count++] = xstrdup(word);
	return 0;
}

static int fact_minutes(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	long minutes;

	if (!cursor_number(word, &minutes) || minutes < 1 || minutes > LESSON_MINUTES_MAX)
		return cursor_fail(cursor, _("a lesson takes 1 to %d minutes"), LESSON_MINUTES_MAX);
	lesson->minutes = (int)minutes;
	return 0;
}

/* "none", or "user" and then types. */
static int fact_stage(struct cursor *cursor, const char *word, struct lesson *lesson)
{
	static const char *const kinds[] = {
	    [STAGE_DEFAULT] = "",
	    [STAGE_NONE] = "none",
	    [STAGE_USER] = "user",
	};
	enum nstype type;

	if (!lesson->stage_told) {
		for (size_t i = STAGE_NONE; i < array_len(kinds); i++) {
			if (strcmp(word, kinds[i]) != 0)
				continue;
			lesson->stage.kind = (enum stage_kind)i;
			lesson->stage_told = true;
			return 0;
		}
		return lesson_fail_word(cursor->error, cursor->line, cursor_column(cursor),
		    _("there is no stage"), word, kinds + STAGE_NONE,
		    array_len(kinds) - STAGE_NONE);
	}
	if (lesson->stage.kind != STAGE_USER)
		return cursor_fail(cursor, _("only \"user\" takes types behind it"));
	if (!ns_type_from_name(word, &type) || !stage_setup_may(word))
		return cursor_fail(cursor,
		    _("\"%s\" can't come with the stage: only mnt, net, ipc, uts, cgroup"), word);
	if (lesson->stage.types & (1u << type))
		return cursor_fail(cursor, _("\"%s\" is said twice"), word);
	lesson->stage.types |= 1u << type;
	return 0;
}

const struct lesson_word lesson_fact_words[] = {
    {"name", "what it is opened by, also the file's name: a-z, 0-9 and -; the only fact that "
             "every lesson has"},
    {"kernel", "the oldest Linux that can play it; `stage: user mnt` takes 5.12 anyway"},
    {"types", "the types of namespaces that it makes; whether they can be made is tried before "
              "it begins"},
    {"group", "how the tree is grouped at the beginning: `pid`, `type`, `owner` or `room`"},
    {"actors", "the actors that the stage starts: a capital letter, then letters and digits"},
    {"stage", "what stands around the actors, see below"},
    {"needs", "programs that must be found in PATH; `cgroup`: processes must be in groups of "
              "cgroup v2"},
    {"minutes", "how long it takes"},
    {0},
};

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
    {"stage", fact_stage, true},
    {"needs", fact_need, true},
    {"minutes", fact_minutes, false},
};

static bool fact_known(const struct lesson *lesson, const struct fact *fact)
{
	const bool known[] = {lesson->name, lesson->kernel, lesson->types, lesson->group,
	    lesson->actors, lesson->stage_told, lesson->needs, lesson->minutes};

	_Static_assert(array_len(known) == array_len(facts), "in the order of facts");
	_Static_assert(array_len(lesson_fact_words) == array_len(facts) + 1, "each is told of");
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

/* --- What may be named in a call -------------------------------------------------------------- */

struct naming {
	const struct lesson_names *names;
	const char *actor; /* the caller */
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

/* Does @name in braces have a value?  Which one is not known yet. */
static int name_placeholder(
    const struct call_scope *scope, const char *name, char *ret, size_t capacity)
{
	const struct naming *naming = scope->context;
	const char *dot = strchr(name, '.');

	snprintf(ret, capacity, "1");
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

/* The calls that bring in an actor name it first; one that is to fail brings in none. */
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
