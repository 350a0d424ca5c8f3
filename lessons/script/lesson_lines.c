/* The lines of lesson, view and do blocks. */
#include "lessons/script/lesson_parse.h"
#include "lessons/stage/calls.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "model/view/outline.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SMALL    "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS   "0123456789"

/* --- A line, from left to right ------------------------------------------------------------- */

struct cursor cursor_of(const struct lesson_line *line, struct lesson_error *error)
{
	return (struct cursor){
	    .start = line->text,
	    .at = line->text,
	    .end = line->text + line->len,
	    .line = line->number,
	    .error = error,
	};
}

/* In bytes, from 1. */
static int cursor_column(const struct cursor *cursor)
{
	return (int)(cursor->at - cursor->start) + 1;
}

bool cursor_ended(const struct cursor *cursor)
{
	return cursor->at == cursor->end;
}

bool cursor_at(const struct cursor *cursor, char c)
{
	return cursor->at < cursor->end && *cursor->at == c;
}

void cursor_skip(struct cursor *cursor)
{
	while (cursor_at(cursor, ' ') || cursor_at(cursor, '\t'))
		cursor->at++;
}

bool cursor_take(struct cursor *cursor, char c)
{
	if (!cursor_at(cursor, c))
		return false;
	cursor->at++;
	return true;
}

char *cursor_word(struct cursor *cursor)
{
	const char *from = cursor->at;

	while (cursor->at < cursor->end && strchr(SMALL CAPITALS DIGITS "_", *cursor->at))
		cursor->at++;
	return xstrndup(from, (size_t)(cursor->at - from));
}

char *cursor_until(struct cursor *cursor, const char *stops)
{
	const char *from = cursor->at;
	size_t len;

	while (cursor->at < cursor->end && !strchr(stops, *cursor->at))
		cursor->at++;
	len = (size_t)(cursor->at - from);
	while (len && (from[len - 1] == ' ' || from[len - 1] == '\t'))
		len--;
	return xstrndup(from, len);
}

static char *take_literal(const struct cursor *at, size_t len)
{
	autofree char *word = xstrndup(at->at, len);
	char value[CALL_TEXT_MAX + 1], *taken;
	size_t value_len;
	int r = literal_read(word, value, sizeof(value), &value_len);

	if (r < 0) {
		if (r == -E2BIG)
			cursor_fail(at, _("a string of more than %d bytes"), CALL_TEXT_MAX);
		else
			cursor_fail(at, _("no string as in C: \"…\" with \\n, \\x41, \\\""));
		return NULL;
	}
	taken = word;
	word = NULL;
	return taken;
}

char *cursor_quoted(struct cursor *cursor)
{
	const struct cursor from = *cursor;

	for (cursor->at++; !cursor_ended(cursor); cursor->at++) {
		unsigned char c = (unsigned char)*cursor->at;

		if (c == '"') {
			cursor->at++;
			return take_literal(&from, (size_t)(cursor->at - from.at));
		}
		if (c < ' ' || c == 0x7f) {
			cursor_fail(cursor, _("a control character in a string"));
			return NULL;
		}
		if (c != '\\')
			continue;
		if (cursor->at + 1 == cursor->end)
			break;
		cursor->at++;
	}
	cursor_fail(&from, _("a string without an end"));
	return NULL;
}

bool lesson_number(const char *word, long *ret_value)
{
	const char *digits = word + (*word == '-');
	size_t len = strlen(digits);

	if (!len || len > 15 || strspn(digits, "0123456789") != len)
		return false;
	if (ret_value)
		*ret_value = strtol(word, NULL, 10);
	return true;
}

static int fail_args(struct lesson_error *ret_error, int line, int column, const char *format,
    va_list args) __attribute__((format(printf, 4, 0)));

static int fail_args(
    struct lesson_error *ret_error, int line, int column, const char *format, va_list args)
{
	ret_error->line = line;
	ret_error->column = column;
	vsnprintf(ret_error->message, sizeof(ret_error->message), format, args);
	return -EBADMSG;
}

int lesson_fail(struct lesson_error *ret_error, int line, int column, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = fail_args(ret_error, line, column, format, args);
	va_end(args);
	return r;
}

int cursor_fail(const struct cursor *cursor, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = fail_args(cursor->error, cursor->line, cursor_column(cursor), format, args);
	va_end(args);
	return r;
}

int lesson_fail_word(struct lesson_error *ret_error, int line, int column, const char *what,
    const char *word, const char *const *words, size_t count)
{
	const char *nearest = nearest_word(word, words, count);
	char *to = ret_error->message, *end = to + sizeof(ret_error->message);

	lesson_fail(ret_error, line, column, "%s \"%.40s\"", what, word);
	to += strlen(to);
	if (nearest) {
		snprintf(to, (size_t)(end - to), _("; did you mean \"%s\"?"), nearest);
		return -EBADMSG;
	}
	if (count)
		to += snprintf(to, (size_t)(end - to), "%s", _("; there is:"));
	for (size_t i = 0; i < count && to < end; i++)
		to += snprintf(to, (size_t)(end - to), " %s", words[i]);
	return -EBADMSG;
}

int cursor_fail_word(const struct cursor *cursor, const char *what, const char *word,
    const char *const *words, size_t count)
{
	return lesson_fail_word(
	    cursor->error, cursor->line, cursor_column(cursor), what, word, words, count);
}

bool lesson_line_blank(const struct lesson_line *line)
{
	struct cursor cursor = cursor_of(line, NULL);

	cursor_skip(&cursor);
	return cursor_ended(&cursor) || *cursor.at == '#';
}

/* --- Names ------------------------------------------------------------------------------------ */

/* A capital letter, then letters and digits, at most 12. */
static bool is_actor(const char *word)
{
	return word[0] >= 'A' && word[0] <= 'Z' && strlen(word) <= 12 &&
	       !word[strspn(word, SMALL CAPITALS DIGITS)];
}

static bool name_known(const struct lesson_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->names[i], name))
			return true;
	return false;
}

/* --- word: value ------------------------------------------------------------------------------ */

/* What the values are for. */
struct target {
	struct lesson *lesson;            /* of facts */
	const struct lesson_names *names; /* of a view: and */
	struct lesson_look *look;
};

struct word_line {
	const char *word;
	int (*take)(struct cursor *at, const char *value, const struct target *target);
	bool many; /* values, separated by blanks or commas */
};

static int take_values(
    struct cursor *cursor, const struct word_line *kind, const struct target *target)
{
	size_t count = 0;

	for (;; count++) {
		struct cursor at;
		int r;

		cursor_skip(cursor);
		if (count && kind->many && cursor_take(cursor, ','))
			cursor_skip(cursor);
		if (cursor_ended(cursor))
			break;
		at = *cursor;
		if (count && !kind->many)
			return cursor_fail(&at, _("\"%s\" has one value only"), kind->word);
		autofree char *value = cursor_until(cursor, " \t,");

		if (!*value)
			return cursor_fail(&at, _("a value is missing here"));
		r = kind->take(&at, value, target);
		if (r < 0)
			return r;
	}
	return count ? 0 : cursor_fail(cursor, _("\"%s\" has no value"), kind->word);
}

/* @said: which of @kinds there were, a bit each.  @none: where there is no such word, translated. */
static int take_word_line(struct cursor *cursor, const struct word_line *kinds, size_t count,
    unsigned *said, const char *none, const struct target *target)
{
	const char *words[8];
	struct cursor at;

	cursor_skip(cursor);
	at = *cursor;
	autofree char *word = cursor_word(cursor);

	for (size_t i = 0; i < count; i++) {
		words[i] = kinds[i].word;
		if (strcmp(word, words[i]) != 0)
			continue;
		if (*said & (1u << i))
			return cursor_fail(&at, _("\"%s\" is said twice"), word);
		*said |= 1u << i;
		cursor_skip(cursor);
		if (!cursor_take(cursor, ':'))
			return cursor_fail(cursor, _("expected \":\" after \"%s\""), word);
		return take_values(cursor, &kinds[i], target);
	}
	if (!*word)
		return cursor_fail(&at, _("expected a line \"word: value\""));
	return cursor_fail_word(&at, none, word, words, count);
}

static int take_group(struct cursor *at, const char *word, char **ret_group)
{
	enum grouping grouping;

	if (!grouping_from_name(word, &grouping))
		return cursor_fail_word(
		    at, _("there is no grouping"), word, grouping_names, GROUPING_COUNT);
	*ret_group = xstrdup(word);
	return 0;
}

static int take_type(struct cursor *at, const char *word, enum nstype *ret_type)
{
	const char *names[NS_TYPE_COUNT];

	if (ns_type_from_name(word, ret_type))
		return 0;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		names[i] = ns_types[i].name;
	return cursor_fail_word(at, _("there is no namespace type"), word, names, NS_TYPE_COUNT);
}

static int add_once(struct cursor *at, const char *word, char ***words, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		if (!strcmp(word, (*words)[i]))
			return cursor_fail(at, _("\"%s\" is said twice"), word);
	*words = xrealloc(*words, (*count + 1) * sizeof(char *));
	(*words)[(*count)++] = xstrdup(word);
	return 0;
}

/* --- lesson ----------------------------------------------------------------------------------- */

static int fact_name(struct cursor *at, const char *word, const struct target *target)
{
	if (word[strspn(word, SMALL DIGITS "-")])
		return cursor_fail(at, _("a lesson's name is of a-z, 0-9 and -"));
	if (strlen(word) > 32)
		return cursor_fail(at, _("a lesson's name has at most 32 letters"));
	target->lesson->name = xstrdup(word);
	return 0;
}

bool lesson_is_version(const char *word)
{
	size_t major = strspn(word, DIGITS);
	size_t minor = word[major] == '.' ? strspn(word + major + 1, DIGITS) : 0;

	return major && minor && major + 1 + minor == strlen(word);
}

static int fact_kernel(struct cursor *at, const char *word, const struct target *target)
{
	if (!lesson_is_version(word))
		return cursor_fail(at, _("a kernel is written like 5.6"));
	target->lesson->kernel = xstrdup(word);
	return 0;
}

static int fact_group(struct cursor *at, const char *word, const struct target *target)
{
	return take_group(at, word, &target->lesson->group);
}

static int fact_type(struct cursor *at, const char *word, const struct target *target)
{
	enum nstype type;
	int r = take_type(at, word, &type);

	return r < 0 ? r : add_once(at, word, &target->lesson->types, &target->lesson->type_count);
}

static int fact_actor(struct cursor *at, const char *word, const struct target *target)
{
	struct lesson *lesson = target->lesson;

	if (!is_actor(word))
		return cursor_fail(at,
		    _("\"%s\" can't be an actor's name: a capital letter, then letters and digits, "
		      "at "
		      "most 12"),
		    word);
	if (lesson->actor_count == LESSON_ACTORS_MAX)
		return cursor_fail(at, _("more than %d actors"), LESSON_ACTORS_MAX);
	return add_once(at, word, &lesson->actors, &lesson->actor_count);
}

/* Only a name to look for in PATH: never run, and no way to another folder. */
static int fact_need(struct cursor *at, const char *word, const struct target *target)
{
	struct lesson *lesson = target->lesson;

	if (word[strspn(word, SMALL CAPITALS DIGITS "._+-")])
		return cursor_fail(
		    at, _("\"%s\" can't be a program's name: letters, digits and . _ + -"), word);
	if (word[0] == '.' || strlen(word) > 32)
		return cursor_fail(
		    at, _("a program's name has at most 32 letters, and no dot at its beginning"));
	if (lesson->need_count == LESSON_NEEDS_MAX)
		return cursor_fail(at, _("more than %d programs"), LESSON_NEEDS_MAX);
	return add_once(at, word, &lesson->needs, &lesson->need_count);
}

static int fact_minutes(struct cursor *at, const char *word, const struct target *target)
{
	long minutes;

	if (!lesson_number(word, &minutes) || minutes < 1 || minutes > LESSON_MINUTES_MAX)
		return cursor_fail(at, _("a lesson takes 1 to %d minutes"), LESSON_MINUTES_MAX);
	target->lesson->minutes = (int)minutes;
	return 0;
}

/* "none", or "user" and then types. */
static int fact_stage(struct cursor *at, const char *word, const struct target *target)
{
	static const char *const kinds[] = {"none", "user"};
	struct stage_setup *stage = &target->lesson->stage;
	enum nstype type;

	if (stage->kind == STAGE_DEFAULT) {
		if (!strcmp(word, "none"))
			stage->kind = STAGE_NONE;
		else if (!strcmp(word, "user"))
			stage->kind = STAGE_USER;
		else
			return cursor_fail_word(
			    at, _("there is no stage"), word, kinds, array_len(kinds));
		return 0;
	}
	if (stage->kind != STAGE_USER)
		return cursor_fail(at, _("only \"user\" takes types behind it"));
	if (!ns_type_from_name(word, &type) || !stage_setup_may(word))
		return cursor_fail(at,
		    _("\"%s\" can't come with the stage: only mnt, net, ipc, uts, cgroup"), word);
	if (stage->types & (1u << type))
		return cursor_fail(at, _("\"%s\" is said twice"), word);
	stage->types |= 1u << type;
	return 0;
}

const struct lesson_word lesson_fact_words[] = {
    {"name", "what it is opened by, also the file's name: a-z, 0-9 and -; the only fact that "
             "every lesson has"},
    {"kernel", "the oldest Linux that can play it; `stage: user mnt` takes 5.12 anyway"},
    {"types", "the types of namespaces that it makes; whether they can be made is tried before "
              "it begins"},
    {"group", "how the tree is grouped at the beginning: `pid`, `type`, `owner` or `group`"},
    {"actors", "the actors that the stage starts: a capital letter, then letters and digits"},
    {"stage", "what stands around the actors, see below"},
    {"needs", "programs that must be found in PATH; `cgroup`: processes must be in groups of "
              "cgroup v2"},
    {"minutes", "how long it takes"},
    {0},
};

static const struct word_line facts[] = {
    {"name", fact_name, false},
    {"kernel", fact_kernel, false},
    {"types", fact_type, true},
    {"group", fact_group, false},
    {"actors", fact_actor, true},
    {"stage", fact_stage, true},
    {"needs", fact_need, true},
    {"minutes", fact_minutes, false},
};

_Static_assert(array_len(lesson_fact_words) == array_len(facts) + 1, "each is documented");

int lesson_line_fact(
    const struct lesson_line *line, struct lesson *lesson, struct lesson_error *ret_error)
{
	struct cursor cursor = cursor_of(line, ret_error);

	return take_word_line(&cursor, facts, array_len(facts), &lesson->said,
	    _("a lesson block knows no word"), &(struct target){.lesson = lesson});
}

/* --- view: how the tree is shown from here on -------------------------------------------------- */

static int view_group(struct cursor *at, const char *word, const struct target *target)
{
	return take_group(at, word, &target->look->group);
}

static int view_types(struct cursor *at, const char *word, const struct target *target)
{
	enum nstype type;
	int r = take_type(at, word, &type);

	if (r < 0)
		return r;
	if (target->look->types & (1u << type))
		return cursor_fail(at, _("\"%s\" is said twice"), word);
	target->look->types |= 1u << type;
	return 0;
}

/* An actor, and then in the namespace of which type. */
static int view_point(struct cursor *at, const char *word, const struct target *target)
{
	const struct lesson_names *names = target->names;
	struct lesson_look *look = target->look;
	enum nstype type;
	int r;

	if (look->point) {
		if (look->point_types)
			return cursor_fail(at, _("an actor and one type are enough"));
		r = take_type(at, word, &type);
		if (r >= 0)
			look->point_types = 1u << type;
		return r;
	}
	if (!name_known(names, word))
		return cursor_fail_word(
		    at, _("so far there is no actor"), word, names->names, names->count);
	look->point = xstrdup(word);
	return 0;
}

const struct lesson_word lesson_view_words[] = {
    {"group", "how the tree is grouped: `pid`, `type`, `owner` or `group`"},
    {"types", "the types of namespaces that stay unfolded"},
    {"point", "an actor, who is selected; behind it the type of the namespace in which"},
    {0},
};

static const struct word_line views[] = {
    {"group", view_group, false},
    {"types", view_types, true},
    {"point", view_point, true},
};

_Static_assert(array_len(lesson_view_words) == array_len(views) + 1, "each is documented");

int lesson_line_view(const struct lesson_line *line, const struct lesson_names *names,
    struct lesson_look *look, struct lesson_error *ret_error)
{
	struct cursor cursor = cursor_of(line, ret_error);

	return take_word_line(&cursor, views, array_len(views), &look->said,
	    _("a view block knows no word"), &(struct target){.names = names, .look = look});
}

/* --- do: ACTOR: call(argument, …) = expected ------------------------------------------------ */

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
		return cursor_fail_word(at, _("there is no errno"), word, names, count);
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
	if (!lesson_number(call->expected, NULL) && !lesson_errno(call->expected))
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
		return cursor_fail_word(
		    &at, _("so far there is no actor"), call->actor, names->names, names->count);
	return 0;
}

/* The calls that bring in an actor name it first; one that is to fail brings in none. */
static int take_forked(const struct cursor *at, struct lesson_names *names,
    struct lesson_call *call, const struct call *kind)
{
	if (kind->signature[0] != ARGUMENT_NEW_ACTOR)
		return 0;
	if (!is_actor(call->arguments[0]))
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
