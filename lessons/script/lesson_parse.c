/* A lesson file: its bytes, then the Markdown, libcmark's tree of nodes, walked once from top to bottom. */
#include "lessons/script/lesson_parse.h"
#include "lessons/script/terms.h"
#include "lessons/stage/feature.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <cmark.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/utsname.h>
#include <utf8proc.h>

/* --- The bytes -------------------------------------------------------------------------------- */

static int check_line(const struct lesson_line *line, struct lesson_error *ret_error)
{
	if (line->len > LESSON_LINE_BYTES_MAX)
		return lesson_fail(ret_error, line->number, LESSON_LINE_BYTES_MAX + 1,
		    _("a line has at most %d bytes"), LESSON_LINE_BYTES_MAX);
	for (size_t at = 0; at < line->len;) {
		const unsigned char *byte = (const unsigned char *)line->text + at;
		utf8proc_int32_t codepoint;
		utf8proc_ssize_t taken =
		    utf8proc_iterate(byte, (utf8proc_ssize_t)(line->len - at), &codepoint);

		if (taken < 1)
			return lesson_fail(
			    ret_error, line->number, (int)at + 1, _("this is not UTF-8"));
		if (!*byte)
			return lesson_fail(ret_error, line->number, (int)at + 1, _("a NUL byte"));
		at += (size_t)taken;
	}
	return 0;
}

static bool has_nothing(const struct lesson_line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (line->text[i] != ' ' && line->text[i] != '\t')
			return false;
	return true;
}

static int check_paragraphs(
    const struct lesson_line *lines, size_t count, struct lesson_error *ret_error)
{
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++) {
		int r = check_line(&lines[i], ret_error);

		if (r < 0)
			return r;
		bytes = has_nothing(&lines[i]) ? 0 : bytes + lines[i].len + 1;
		if (bytes > LESSON_PARAGRAPH_BYTES_MAX)
			return lesson_fail(ret_error, lines[i].number, 0,
			    _("more than %d bytes without a blank line"),
			    LESSON_PARAGRAPH_BYTES_MAX);
	}
	return 0;
}

/* Splits @data into lines as CommonMark does (LF, CRLF, CR).  Refuses what no lesson needs: NUL, bytes
 * that are not UTF-8, a file, a line or a paragraph that is too long.  libcmark takes the rest in time
 * proportional to its length times the longest paragraph at worst.
 * @ret_lines: to be freed; they point into @data.
 * Returns 0, or -EBADMSG with the error filled. */
static int split_lines(const char *data, size_t len, struct lesson_line **ret_lines,
    size_t *ret_count, struct lesson_error *ret_error)
{
	autofree struct lesson_line *lines = NULL;
	size_t count = 0, capacity = 0;
	int r;

	if (len > LESSON_BYTES_MAX)
		return lesson_fail(
		    ret_error, 0, 0, _("a lesson has at most %d bytes"), LESSON_BYTES_MAX);
	for (size_t at = 0; at < len; count++) {
		size_t from = at;

		while (at < len && data[at] != '\n' && data[at] != '\r')
			at++;
		array_reserve(lines, capacity, count + 1);
		lines[count] = (struct lesson_line){data + from, at - from, (int)count + 1};
		if (at + 1 < len && data[at] == '\r' && data[at + 1] == '\n')
			at++;
		at++;
	}
	r = check_paragraphs(lines, count, ret_error);
	if (r < 0)
		return r;
	*ret_lines = lines;
	*ret_count = count;
	lines = NULL;
	return 0;
}

int lesson_fail_at(struct lesson_parse *parse, struct cmark_node *node, const char *message)
{
	return lesson_fail(parse->error, cmark_node_get_start_line(node),
	    cmark_node_get_start_column(node), "%s", message);
}

/* The lines of a fenced block. */
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

/* --- when: parts for some kernels only ------------------------------------------------------ */

enum { FEATURE_WORDS_MAX = 20 };

const struct lesson_word lesson_when_words[] = {
    {"kernel", "the kernel is Linux 6.2 or newer, say: `kernel 6.2`"},
    {"not", "before one of the other words: it is not so"},
    {"always", "for every kernel again"},
    {0},
};

/* @negated: behind "not", where only a condition that may be false is valid. */
static int fail_condition(struct cursor *at, const char *word, bool negated)
{
	const char *words[FEATURE_WORDS_MAX];
	size_t count = 0;

	for (const struct lesson_word *known = lesson_when_words; known->word; known++)
		if (!negated || strcmp(known->word, "kernel") == 0)
			words[count++] = known->word;
	for (const struct feature *feature = features; feature->word && count < array_len(words);
	     feature++)
		words[count++] = feature->word;
	return cursor_fail_word(at, _("a when block knows no word"), word, words, count);
}

static int take_version(struct cursor *cursor, char **ret_version)
{
	struct cursor at;

	cursor_skip(cursor);
	at = *cursor;
	autofree char *version = cursor_until(cursor, " \t");

	if (!lesson_is_version(version))
		return cursor_fail(&at, _("a kernel is written like 5.6"));
	*ret_version = version;
	version = NULL;
	return 0;
}

/* "exec-enters-time", "kernel 6.2", "not …", "always"; of the last no condition is made. */
static int read_condition(
    struct cursor *cursor, struct lesson_condition *condition, bool *ret_always)
{
	struct cursor at;

	cursor_skip(cursor);
	at = *cursor;
	autofree char *first = cursor_until(cursor, " \t");
	autofree char *second = NULL;
	const char *word = first;

	*ret_always = strcmp(first, "always") == 0;
	condition->negated = strcmp(word, "not") == 0;
	if (condition->negated) {
		cursor_skip(cursor);
		at = *cursor;
		second = cursor_until(cursor, " \t");
		word = second;
	}
	for (const struct feature *feature = features; feature->word; feature++)
		if (strcmp(word, feature->word) == 0)
			condition->feature = feature;
	if (strcmp(word, "kernel") == 0) {
		int r = take_version(cursor, &condition->kernel);

		if (r < 0)
			return r;
	} else if (!*ret_always && !condition->feature) {
		return fail_condition(&at, word, condition->negated);
	}
	cursor_skip(cursor);
	return cursor_ended(cursor) ? 0 : cursor_fail(cursor, _("one condition is enough"));
}

static bool same_condition(const struct lesson_condition *a, const struct lesson_condition *b)
{
	return a->feature == b->feature &&
	       (a->kernel && b->kernel ? strcmp(a->kernel, b->kernel) == 0
	                               : a->kernel == b->kernel);
}

/* Can both never be so? */
static bool exclude_each_other(const struct lesson_condition *a, const struct lesson_condition *b)
{
	return a && b && a->negated != b->negated && same_condition(a, b);
}

/* --- Parts -------------------------------------------------------------------------------------- */

/* Ends the part that is open, if there is one, as a step's end does. */
static int end_part(struct lesson_parse *parse)
{
	const struct lesson_condition *condition = parse->condition;
	const struct lesson_step *step;

	if (!condition)
		return 0;
	step = &parse->lesson->steps[parse->lesson->step_count - 1];
	parse->condition = NULL;
	/* What the part brought in there may not be, behind it. */
	for (size_t i = parse->outside.count; i < parse->names.count; i++)
		parse->parted[parse->parted_count++] =
		    (struct lesson_parted){parse->names.names[i], condition};
	variables_done(&parse->names.variables);
	parse->names = parse->outside;
	parse->outside = (struct lesson_names){0};
	if (!step->block_count || step->blocks[step->block_count - 1].condition != condition)
		return lesson_fail(
		    parse->error, condition->line, 0, _("there is nothing under this condition"));
	return 0;
}

static void begin_part(struct lesson_parse *parse, const struct lesson_condition *condition)
{
	parse->condition = condition;
	parse->outside = parse->names;
	parse->names.variables = (struct variables){0};
	variables_copy(&parse->names.variables, &parse->outside.variables);
}

/* May @actor be brought in here, on line @line?  Not where a part, which may be played too, does it. */
static int check_part(struct lesson_parse *parse, const char *actor, int line)
{
	size_t parted = parse->parted_count;

	for (size_t i = 0; i < parted; i++)
		if (strcmp(parse->parted[i].name, actor) == 0 &&
		    !exclude_each_other(parse->parted[i].condition, parse->condition))
			return lesson_fail(parse->error, line, 0,
			    _("the part behind line %d brings in %s already"),
			    parse->parted[i].condition->line, actor);
	if (parted + parse->names.count > LESSON_ACTORS_MAX)
		return lesson_fail(
		    parse->error, line, 0, _("more than %d actors"), LESSON_ACTORS_MAX);
	return 0;
}

/* Ends the part before, begins another. */
static int take_when(struct lesson_parse *parse, cmark_node *node)
{
	struct lines_of in = lines_of(parse, node);
	struct lesson *lesson = parse->lesson;
	struct lesson_condition *condition;
	const struct lesson_line *only = NULL;
	struct cursor cursor;
	bool always, open = parse->condition;
	int r = end_part(parse);

	if (r < 0)
		return r;
	for (size_t i = 0; i < in.count; i++) {
		if (lesson_line_blank(&in.lines[i]))
			continue;
		if (only)
			return lesson_fail(
			    parse->error, in.lines[i].number, 0, _("one condition is enough"));
		only = &in.lines[i];
	}
	if (!only)
		return lesson_fail_at(parse, node, _("this block has no line"));
	condition = xcalloc(1, sizeof(*condition));
	condition->line = cmark_node_get_start_line(node);
	lesson->conditions = xrealloc(
	    lesson->conditions, (lesson->condition_count + 1) * sizeof(*lesson->conditions));
	lesson->conditions[lesson->condition_count++] = condition;
	cursor = cursor_of(only, parse->error);
	r = read_condition(&cursor, condition, &always);
	if (r < 0)
		return r;
	if (always && !open)
		return lesson_fail_at(parse, node, _("it is for every kernel anyway"));
	if (!always)
		begin_part(parse, condition);
	return 0;
}

/* --- Fenced blocks ---------------------------------------------------------------------------- */

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
	return check_part(parse, parse->names.names[known], line->number);
}

static int add_check(
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

/* A block of lines that are each read by @add; at least one. */
static int take_lines(struct lesson_parse *parse, struct cmark_node *node, enum block_kind kind,
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
	return take_lines(parse, node, BLOCK_DO, add_call);
}

static int take_check(struct lesson_parse *parse, cmark_node *node)
{
	return take_lines(parse, node, BLOCK_CHECK, add_check);
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

static int add_view_line(
    struct lesson_parse *parse, const struct lesson_line *line, struct lesson_block *block)
{
	return lesson_line_view(line, &parse->names, &block->look, parse->error);
}

static int take_view(struct lesson_parse *parse, cmark_node *node)
{
	return take_lines(parse, node, BLOCK_VIEW, add_view_line);
}

/* --- Tasks ------------------------------------------------------------------------------------ */

/* Only here may the learner be named. */
static int add_turn_line(
    struct lesson_parse *parse, const struct lesson_line *line, struct lesson_block *block)
{
	int r;

	parse->names.you = CHECK_CONTEXT_YOU_MAX;
	r = add_check(parse, line, block);
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

/* The turn block whose hints or solution are still missing, or NULL. */
static struct lesson_block *open_turn(struct lesson_parse *parse)
{
	const struct lesson *lesson = parse->lesson;
	const struct lesson_step *step =
	    lesson->step_count ? &lesson->steps[lesson->step_count - 1] : NULL;
	struct lesson_block *last =
	    step && step->block_count ? &step->blocks[step->block_count - 1] : NULL;

	return last && last->kind == BLOCK_TURN && !last->solution ? last : NULL;
}

static int take_turn(struct lesson_parse *parse, struct cmark_node *node)
{
	struct lesson_block *block;
	int r = take_lines(parse, node, BLOCK_TURN, add_turn_line);

	if (r < 0)
		return r;
	block = open_turn(parse);
	for (size_t i = 0; i < block->check_count; i++)
		if (lesson_check_names(&block->checks[i], lesson_you_words[0]))
			return 0;
	return lesson_fail_at(
	    parse, node, _("no line is about the learner: ns(you, uts) != ns(me, uts)"));
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

static int take_turn_solution(
    struct lesson_parse *parse, cmark_node *node, struct lesson_block *block)
{
	const char *lines = cmark_node_get_literal(node);

	if (!lines[strspn(lines, " \t\n")])
		return lesson_fail_at(parse, node, _("this block has no line"));
	block->solution = xstrdup(lines);
	return 0;
}

/* Takes what follows a turn block that is open: its hints, then its solution. */
static int take_turn_rest(struct lesson_parse *parse, struct cmark_node *node)
{
	struct lesson_block *block = open_turn(parse);
	cmark_node_type type = cmark_node_get_type(node);

	if (type == CMARK_NODE_HTML_BLOCK) /* a comment, which is no block */
		return lesson_take_prose(parse, node, 0);
	if (!block->hints)
		return type == CMARK_NODE_LIST
		           ? take_hints(parse, node, block)
		           : lesson_fail_at(
		                 parse, node, _("expected the hints of the task: a list of them"));
	if (type == CMARK_NODE_CODE_BLOCK && !strcmp(cmark_node_get_fence_info(node), "solution"))
		return take_turn_solution(parse, node, block);
	return lesson_fail_at(parse, node, _("expected the task's solution block"));
}

/* --- The kinds of fenced blocks --------------------------------------------------------------- */

/* In its place take_turn_rest takes it. */
static int take_solution(struct lesson_parse *parse, cmark_node *node)
{
	return lesson_fail_at(parse, node, _("a solution comes after a turn block and its hints"));
}

const struct lesson_word lesson_block_words[] = {
    {"lesson", "the facts of the lesson, a line `word: value` each"},
    {"do", "calls, a line `ACTOR: call(…)` each"},
    {"check", "claims about the machine, a line each"},
    {"sh", "how to do the same by hand: shown, never run"},
    {"turn", "a task for the learner: claims about a process of theirs, a line each"},
    {"solution", "what solves the task, a command a line: shown when asked for"},
    {"notes", "for the speaker in front of a class: shown with `--notes`"},
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
    {"turn", take_turn},
    {"solution", take_solution},
    {"notes", take_notes},
    {"view", take_view},
    {"when", take_when},
};

_Static_assert(array_len(lesson_block_words) == array_len(kinds) + 1, "each is documented");

static int take_fenced(struct lesson_parse *parse, struct cmark_node *node)
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
			    parse, node, _("the lesson block must come before this one"));
		return kinds[i].take(parse, node);
	}
	return lesson_fail_word(parse->error, cmark_node_get_start_line(node),
	    cmark_node_get_start_column(node), _("there is no kind of block"), info, words,
	    array_len(kinds));
}

/* --- The document ----------------------------------------------------------------------------- */

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
	r = end_part(parse);
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
		    parse, node, _("a lesson block must come before the first step"));
	} else {
		add_step(lesson, xstrdup(title), line);
	}
	return 0;
}

static int take_node(struct lesson_parse *parse, cmark_node *node)
{
	if (open_turn(parse))
		return take_turn_rest(parse, node);
	if (cmark_node_get_type(node) == CMARK_NODE_HEADING)
		return take_heading(parse, node);
	if (!parse->lesson->title)
		return lesson_fail_at(parse, node, _("expected the title first: # …"));
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_CODE_BLOCK:
		return take_fenced(parse, node);
	case CMARK_NODE_LIST:
		return lesson_is_prediction(node) ? lesson_take_prediction(parse, node)
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
	if (open_turn(parse))
		return lesson_fail(parse->error, open_turn(parse)->line, 0,
		    _("after a turn block come its hints, as a list, and a solution block"));
	if (lesson->step_count < 2)
		return lesson_fail(parse->error, 0, 0, _("there is no step: ## …"));
	return end_part(parse);
}

int lesson_parse(const char *data, size_t len, const char *language, struct lesson **ret_lesson,
    struct lesson_error *ret_error)
{
	struct lesson_error error = {0};
	struct lesson_parse parse = {.error = &error};
	cmark_node *document;
	int r;

	r = split_lines(data, len, &parse.lines, &parse.line_count, &error);
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
