/* View blocks: how the tree is shown from here on, "word: value" lines. */
#include "lessons/script/cursor.h"
#include "lessons/script/lesson_blocks.h"
#include "lessons/script/lesson_words.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "model/view/outline.h"

#include <errno.h>
#include <string.h>

static int view_group(
    struct cursor *at, const char *word, const struct lesson_names *names, struct lesson_look *look)
{
	enum grouping grouping;

	(void)names;
	if (look->group)
		return cursor_fail(at, _("\"%s\" has one value only"), "group");
	if (!grouping_from_name(word, &grouping))
		return lesson_fail_word(at->error, at->line, cursor_column(at),
		    _("there is no grouping"), word, grouping_names, GROUPING_COUNT);
	look->group = xstrdup(word);
	return 0;
}

static int take_type(struct cursor *at, const char *word, enum nstype *ret_type)
{
	const char *words[NS_TYPE_COUNT];

	if (ns_type_from_name(word, ret_type))
		return 0;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		words[i] = ns_types[i].name;
	return lesson_fail_word(at->error, at->line, cursor_column(at),
	    _("there is no namespace type"), word, words, NS_TYPE_COUNT);
}

static int view_types(
    struct cursor *at, const char *word, const struct lesson_names *names, struct lesson_look *look)
{
	enum nstype type;
	int r = take_type(at, word, &type);

	(void)names;
	if (r < 0)
		return r;
	if (look->types & (1u << type))
		return cursor_fail(at, _("\"%s\" is said twice"), word);
	look->types |= 1u << type;
	return 0;
}

/* An actor, and then in the namespace of which type. */
static int view_point(
    struct cursor *at, const char *word, const struct lesson_names *names, struct lesson_look *look)
{
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
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->names[i], word) == 0)
			look->point = xstrdup(word);
	}
	if (look->point)
		return 0;
	return lesson_fail_word(at->error, at->line, cursor_column(at),
	    _("so far there is no actor"), word, names->names, names->count);
}

const struct lesson_word lesson_view_words[] = {
    {"group", "how the tree is grouped: `pid`, `type`, `owner` or `room`"},
    {"types", "the types of namespaces that stay unfolded"},
    {"point", "an actor, who is selected; behind it the type of the namespace in which"},
    {0},
};

static const struct {
	const char *word;
	int (*take)(struct cursor *at, const char *word, const struct lesson_names *names,
	    struct lesson_look *look);
} lines[] = {
    {"group", view_group},
    {"types", view_types},
    {"point", view_point},
};

_Static_assert(array_len(lesson_view_words) == array_len(lines) + 1, "each is told of");

static int take_values(
    struct cursor *cursor, size_t line, const struct lesson_names *names, struct lesson_look *look)
{
	size_t count = 0;

	for (;; count++) {
		struct cursor at;
		int r;

		cursor_skip(cursor);
		if (count && cursor_take(cursor, ','))
			cursor_skip(cursor);
		if (cursor_ended(cursor))
			break;
		at = *cursor;
		autofree char *value = cursor_until(cursor, " \t,");

		if (!*value)
			return cursor_fail(&at, _("a value is missing here"));
		r = lines[line].take(&at, value, names, look);
		if (r < 0)
			return r;
	}
	return count ? 0 : cursor_fail(cursor, _("\"%s\" has no value"), lines[line].word);
}

static int add_line(
    struct lesson_parse *parse, const struct lesson_line *line, struct lesson_block *block)
{
	struct cursor cursor = cursor_of(line, parse->error), at;
	const char *words[array_len(lines)];

	cursor_skip(&cursor);
	at = cursor;
	autofree char *word = cursor_word(&cursor);

	for (size_t i = 0; i < array_len(lines); i++) {
		words[i] = lines[i].word;
		if (strcmp(word, words[i]) != 0)
			continue;
		if (block->look.said & (1u << i))
			return cursor_fail(&at, _("\"%s\" is said twice"), word);
		block->look.said |= 1u << i;
		cursor_skip(&cursor);
		if (!cursor_take(&cursor, ':'))
			return cursor_fail(&cursor, _("expected \":\" after \"%s\""), word);
		return take_values(&cursor, i, &parse->names, &block->look);
	}
	if (!*word)
		return cursor_fail(&at, _("expected a line \"word: value\""));
	return lesson_fail_word(parse->error, line->number, cursor_column(&at),
	    _("a view block knows no word"), word, words, array_len(words));
}

int lesson_take_view(struct lesson_parse *parse, struct cmark_node *node)
{
	return lesson_take_lines(parse, node, BLOCK_VIEW, add_line);
}
