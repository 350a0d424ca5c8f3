/* The Markdown of a lesson: libcmark's tree of nodes, walked once from top to bottom. */
#include "lessons/script/lesson_blocks.h"
#include "lessons/script/lesson_text.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <cmark.h>
#include <errno.h>
#include <string.h>

int lesson_fail_at(struct lesson_parse *parse, struct cmark_node *node, const char *message)
{
	return lesson_fail(parse->error, cmark_node_get_start_line(node),
	    cmark_node_get_start_column(node), "%s", message);
}

static struct lesson_step *add_step(struct lesson *lesson, char *title, int line)
{
	struct lesson_step *step;

	lesson->steps = xrealloc(lesson->steps, (lesson->step_count + 1) * sizeof(*lesson->steps));
	step = &lesson->steps[lesson->step_count++];
	*step = (struct lesson_step){.title = title, .line = line};
	return step;
}

static int take_heading(struct lesson_parse *parse, cmark_node *node)
{
	struct lesson *lesson = parse->lesson;
	int level = cmark_node_get_heading_level(node), line = cmark_node_get_start_line(node);
	autofree char *title = NULL;
	int r;

	if (level == 1 && lesson->title)
		return lesson_fail_at(parse, node, _("a second title"));
	if (level > 1 && !lesson->title)
		return lesson_fail_at(parse, node, _("expected the title first: # …"));
	if (lesson->step_count == LESSON_STEPS_MAX)
		return lesson_fail(
		    parse->error, line, 0, _("more than %d steps"), LESSON_STEPS_MAX);
	if (level > 2)
		return lesson_take_prose(parse, node, 0);
	r = lesson_end_part(parse);
	if (r >= 0)
		r = lesson_inline_text(parse, node, &title);
	if (r < 0)
		return r;
	if (!*title)
		return lesson_fail_at(parse, node, _("a heading without words"));
	if (level == 1) {
		lesson->title = xstrdup(title);
		add_step(lesson, xstrdup(title), line);
	} else if (!lesson->name) {
		return lesson_fail_at(
		    parse, node, _("a lesson block must stand before the first step"));
	} else {
		add_step(lesson, xstrdup(title), line);
	}
	return 0;
}

static int take_node(struct lesson_parse *parse, cmark_node *node)
{
	if (lesson_open_turn(parse))
		return lesson_take_turn_rest(parse, node);
	if (cmark_node_get_type(node) == CMARK_NODE_HEADING)
		return take_heading(parse, node);
	if (!parse->lesson->title)
		return lesson_fail_at(parse, node, _("expected the title first: # …"));
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_CODE_BLOCK:
		return lesson_take_fenced(parse, node);
	case CMARK_NODE_LIST:
		return lesson_is_prediction(parse, node) ? lesson_take_prediction(parse, node)
		                                         : lesson_take_prose(parse, node, 0);
	default:
		return lesson_take_prose(parse, node, 0);
	}
}

static int take_document(struct lesson_parse *parse, cmark_node *document)
{
	struct lesson *lesson = parse->lesson;

	for (cmark_node *node = cmark_node_first_child(document); node;
	     node = cmark_node_next(node)) {
		int r = take_node(parse, node);

		if (r < 0)
			return r;
	}
	if (!lesson->title)
		return lesson_fail(parse->error, 0, 0, _("there is no title: # …"));
	if (!lesson->name)
		return lesson_fail(parse->error, 0, 0, _("there is no lesson block"));
	if (lesson_open_turn(parse))
		return lesson_fail(parse->error, lesson_open_turn(parse)->line, 0,
		    _("behind a turn block stand its hints, as a list, and a solution block"));
	if (lesson->step_count < 2)
		return lesson_fail(parse->error, 0, 0, _("there is no step: ## …"));
	return lesson_end_part(parse);
}

int lesson_parse(const char *data, size_t len, const char *language, struct lesson **ret_lesson,
    struct lesson_error *ret_error)
{
	struct lesson_error error = {0};
	struct lesson_parse parse = {.error = &error};
	cmark_node *document;
	int r;

	r = lesson_lines_split(data, len, &parse.lines, &parse.line_count, &error);
	if (r < 0) {
		*ret_error = error;
		return r;
	}
	parse.lesson = xcalloc(1, sizeof(*parse.lesson));
	parse.lesson->language = xstrdup(language);
	document = cmark_parse_document(data, len, CMARK_OPT_DEFAULT);
	r = take_document(&parse, document);
	cmark_node_free(document);
	free(parse.lines);
	variables_done(&parse.names.variables);
	variables_done(&parse.outside.variables);
	if (r < 0) {
		*ret_error = error;
		lesson_free(parse.lesson);
		return r;
	}
	*ret_lesson = parse.lesson;
	return 0;
}
