/* Fenced blocks: their lines are read from the file itself, so that columns are the file's. */
#include "lessons/script/lesson_blocks.h"
#include "lessons/script/lesson_words.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <cmark.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct lines_of {
	const struct lesson_line *lines;
	size_t count;
};

static struct lines_of lines_of(const struct lesson_parse *parse, cmark_node *node)
{
	size_t first = (size_t)cmark_node_get_start_line(node); /* the line after the fence */
	size_t count = 0;

	for (const char *c = cmark_node_get_literal(node); *c; c++)
		count += *c == '\n';
	if (first > parse->line_count)
		first = parse->line_count;
	if (count > parse->line_count - first)
		count = parse->line_count - first;
	return (struct lines_of){parse->lines + first, count};
}

static int take_lesson(struct lesson_parse *parse, cmark_node *node)
{
	struct lesson *lesson = parse->lesson;
	struct lines_of in = lines_of(parse, node);

	if (lesson->name)
		return lesson_fail_at(parse, node, _("a second lesson block"));
	for (size_t i = 0; i < in.count; i++) {
		int r = lesson_line_blank(&in.lines[i])
		            ? 0
		            : lesson_line_fact(&in.lines[i], lesson, parse->error);

		if (r < 0)
			return r;
	}
	if (!lesson->name)
		return lesson_fail_at(parse, node, _("the lesson block has no name"));
	for (size_t i = 0; i < lesson->actor_count; i++)
		parse->names.names[parse->names.count++] = lesson->actors[i];
	parse->names.started = parse->names.count;
	return 0;
}

static int add_call(
    struct lesson_parse *parse, const struct lesson_line *line, struct lesson_block *block)
{
	size_t known = parse->names.count;
	int r;

	if (block->call_count == LESSON_LINES_MAX)
		return lesson_fail(parse->error, line->number, 0,
		    _("more than %d calls in a block"), LESSON_LINES_MAX);
	block->calls = xrealloc(block->calls, (block->call_count + 1) * sizeof(*block->calls));
	block->calls[block->call_count] = (struct lesson_call){0};
	r = lesson_line_call(line, &parse->names, &block->calls[block->call_count++], parse->error);
	if (r < 0 || parse->names.count == known)
		return r;
	return lesson_check_part(parse, parse->names.names[known], line->number);
}

int lesson_add_check(
    struct lesson_parse *parse, const struct lesson_line *line, struct lesson_block *block)
{
	if (block->check_count == LESSON_LINES_MAX)
		return lesson_fail(parse->error, line->number, 0,
		    _("more than %d checks in a block"), LESSON_LINES_MAX);
	block->checks = xrealloc(block->checks, (block->check_count + 1) * sizeof(*block->checks));
	block->checks[block->check_count] = (struct lesson_check){0};
	return lesson_line_check(
	    line, &parse->names, &block->checks[block->check_count++], parse->error);
}

int lesson_take_lines(struct lesson_parse *parse, struct cmark_node *node, enum block_kind kind,
    int (*add)(
        struct lesson_parse *parse, const struct lesson_line *line, struct lesson_block *block))
{
	struct lines_of in = lines_of(parse, node);
	struct lesson_block *block = lesson_block(parse, kind, cmark_node_get_start_line(node));
	bool any = false;

	if (!block)
		return -EBADMSG;
	for (size_t i = 0; i < in.count; i++) {
		int r;

		if (lesson_line_blank(&in.lines[i]))
			continue;
		r = add(parse, &in.lines[i], block);
		if (r < 0)
			return r;
		any = true;
	}
	return any ? 0 : lesson_fail_at(parse, node, _("this block has no line"));
}

static int take_do(struct lesson_parse *parse, cmark_node *node)
{
	return lesson_take_lines(parse, node, BLOCK_DO, add_call);
}

static int take_check(struct lesson_parse *parse, cmark_node *node)
{
	return lesson_take_lines(parse, node, BLOCK_CHECK, lesson_add_check);
}

static int take_shell(struct lesson_parse *parse, cmark_node *node)
{
	struct lesson_block *block =
	    lesson_block(parse, BLOCK_SHELL, cmark_node_get_start_line(node));

	if (!block)
		return -EBADMSG;
	block->shell = xstrdup(cmark_node_get_literal(node));
	return 0;
}

static int take_notes(struct lesson_parse *parse, cmark_node *node)
{
	struct lesson_block *block =
	    lesson_block(parse, BLOCK_NOTES, cmark_node_get_start_line(node));

	if (!block)
		return -EBADMSG;
	block->notes = xstrdup(cmark_node_get_literal(node));
	return 0;
}

static int take_when(struct lesson_parse *parse, cmark_node *node)
{
	struct lines_of in = lines_of(parse, node);

	return lesson_take_when(parse, node, in.lines, in.count);
}

/* In its place lesson_take_turn_rest takes it. */
static int take_solution(struct lesson_parse *parse, cmark_node *node)
{
	return lesson_fail_at(
	    parse, node, _("a solution stands behind a turn block and its hints"));
}

const struct lesson_word lesson_block_words[] = {
    {"lesson", "the facts of the lesson, a line `word: value` each"},
    {"do", "calls, a line `ACTOR: call(…)` each"},
    {"check", "claims about the machine, a line each"},
    {"sh", "how to do the same by hand: shown, never run"},
    {"turn", "a task for the learner: claims about a process of theirs, a line each"},
    {"solution", "what solves the task, a command a line: shown when asked for"},
    {"notes", "for who speaks in front of a class: shown with `--notes`"},
    {"view", "how the tree is shown from here on, a line `word: value` each"},
    {"when", "what follows is for some kernels only, until the next one or the end of the step"},
    {0},
};

static const struct {
	const char *word;
	int (*take)(struct lesson_parse *parse, cmark_node *node);
} kinds[] = {
    {"lesson", take_lesson},
    {"do", take_do},
    {"check", take_check},
    {"sh", take_shell},
    {"turn", lesson_take_turn},
    {"solution", take_solution},
    {"notes", take_notes},
    {"view", lesson_take_view},
    {"when", take_when},
};

_Static_assert(array_len(lesson_block_words) == array_len(kinds) + 1, "each is told of");

int lesson_take_fenced(struct lesson_parse *parse, struct cmark_node *node)
{
	const char *info = cmark_node_get_fence_info(node);
	const char *words[array_len(kinds)];

	if (!*info)
		return lesson_take_prose(parse, node, 0);
	for (size_t i = 0; i < array_len(kinds); i++) {
		words[i] = kinds[i].word;
		if (strcmp(info, words[i]) != 0)
			continue;
		if (!parse->lesson->name && i > 0)
			return lesson_fail_at(
			    parse, node, _("the lesson block must stand before this one"));
		return kinds[i].take(parse, node);
	}
	return lesson_fail_word(parse->error, cmark_node_get_start_line(node),
	    cmark_node_get_start_column(node), _("there is no kind of block"), info, words,
	    array_len(kinds));
}
