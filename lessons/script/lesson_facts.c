/* The facts of a lesson, "word: value" lines of its lesson block. */
#include "lessons/script/cursor.h"
#include "lessons/script/lesson_lines.h"
#include "lessons/script/lesson_words.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "model/view/outline.h"

#include <errno.h>
#include <string.h>

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
