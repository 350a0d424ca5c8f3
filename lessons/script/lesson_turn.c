/* Tasks: a turn block, its hints, its solution. */
#include "lessons/script/lesson_blocks.h"
#include "lessons/script/lesson_terms.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <cmark.h>
#include <errno.h>
#include <string.h>

/* Only here may the learner be named. */
static int add_line(
    struct lesson_parse *parse, const struct lesson_line *line, struct lesson_block *block)
{
	int r;

	parse->names.you = CHECK_CONTEXT_YOU_MAX;
	r = lesson_add_check(parse, line, block);
	parse->names.you = 0;
	return r;
}

static bool term_names(const struct lesson_term *term, const char *who)
{
	if ((term->kind == TERM_NAME || term->kind == TERM_VARIABLE) && !strcmp(term->word, who))
		return true;
	for (size_t i = 0; i < term->argument_count; i++)
		if (term_names(&term->arguments[i], who))
			return true;
	return false;
}

static bool sum_names(const struct lesson_sum *sum, const char *who)
{
	for (size_t i = 0; i < sum->term_count; i++)
		if (term_names(&sum->terms[i], who))
			return true;
	return false;
}

bool lesson_check_names(const struct lesson_check *check, const char *who)
{
	return sum_names(&check->left, who) || sum_names(&check->right, who);
}

int lesson_take_turn(struct lesson_parse *parse, struct cmark_node *node)
{
	struct lesson_block *block;
	int r = lesson_take_lines(parse, node, BLOCK_TURN, add_line);

	if (r < 0)
		return r;
	block = lesson_open_turn(parse);
	for (size_t i = 0; i < block->check_count; i++)
		if (lesson_check_names(&block->checks[i], lesson_you_words[0]))
			return 0;
	return lesson_fail_at(
	    parse, node, _("no line is about the learner: ns(you, uts) != ns(me, uts)"));
}

struct lesson_block *lesson_open_turn(struct lesson_parse *parse)
{
	const struct lesson *lesson = parse->lesson;
	const struct lesson_step *step =
	    lesson->step_count ? &lesson->steps[lesson->step_count - 1] : NULL;
	struct lesson_block *last =
	    step && step->block_count ? &step->blocks[step->block_count - 1] : NULL;

	return last && last->kind == BLOCK_TURN && !last->solution ? last : NULL;
}

static int take_hints(struct lesson_parse *parse, cmark_node *list, struct lesson_block *block)
{
	block->hints = xcalloc(LESSON_HINTS_MAX, sizeof(*block->hints));
	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		char *text = NULL;
		int r;

		if (block->hint_count == LESSON_HINTS_MAX)
			return lesson_fail(parse->error, cmark_node_get_start_line(item), 0,
			    _("more than %d hints"), LESSON_HINTS_MAX);
		r = lesson_item_text(
		    parse, cmark_node_first_child(item), _("a hint is of paragraphs"), &text);
		if (r < 0)
			return r;
		if (!text || !*text) {
			free(text);
			return lesson_fail_at(parse, item, _("a hint without words"));
		}
		block->hints[block->hint_count++] = text;
	}
	if (block->hint_count < LESSON_HINTS_LEAST)
		return lesson_fail(parse->error, cmark_node_get_start_line(list), 0,
		    _("a task has at least %d hints"), LESSON_HINTS_LEAST);
	return 0;
}

static int take_solution(struct lesson_parse *parse, cmark_node *node, struct lesson_block *block)
{
	const char *lines = cmark_node_get_literal(node);

	if (!lines[strspn(lines, " \t\n")])
		return lesson_fail_at(parse, node, _("this block has no line"));
	block->solution = xstrdup(lines);
	return 0;
}

int lesson_take_turn_rest(struct lesson_parse *parse, struct cmark_node *node)
{
	struct lesson_block *block = lesson_open_turn(parse);
	cmark_node_type type = cmark_node_get_type(node);

	if (type == CMARK_NODE_HTML_BLOCK) /* a comment, which is no block */
		return lesson_take_prose(parse, node, 0);
	if (!block->hints)
		return type == CMARK_NODE_LIST
		           ? take_hints(parse, node, block)
		           : lesson_fail_at(
		                 parse, node, _("expected the hints of the task: a list of them"));
	if (type == CMARK_NODE_CODE_BLOCK && !strcmp(cmark_node_get_fence_info(node), "solution"))
		return take_solution(parse, node, block);
	return lesson_fail_at(parse, node, _("expected the task's solution block"));
}
