/* Parts of a lesson that are for some kernels only: when blocks. */
#include "lessons/script/cursor.h"
#include "lessons/script/lesson_blocks.h"
#include "lessons/script/lesson_words.h"
#include "lessons/stage/feature.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <cmark.h>
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

enum { FEATURE_WORDS_MAX = 20 };

const struct lesson_word lesson_when_words[] = {
    {"kernel", "the kernel is Linux 6.2 or newer, say: `kernel 6.2`"},
    {"not", "before one of the other words: it is not so"},
    {"always", "for every kernel again"},
    {0},
};

/* --- Reading ------------------------------------------------------------------------------------ */

/* @negated: behind "not", where only what can be so or not so may stand. */
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
	return lesson_fail_word(at->error, at->line, cursor_column(at),
	    _("a when block knows no word"), word, words, count);
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

int lesson_end_part(struct lesson_parse *parse)
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

int lesson_check_part(struct lesson_parse *parse, const char *actor, int line)
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

int lesson_take_when(struct lesson_parse *parse, struct cmark_node *node,
    const struct lesson_line *lines, size_t line_count)
{
	struct lesson *lesson = parse->lesson;
	struct lesson_condition *condition;
	const struct lesson_line *only = NULL;
	struct cursor cursor;
	bool always, open = parse->condition;
	int r = lesson_end_part(parse);

	if (r < 0)
		return r;
	for (size_t i = 0; i < line_count; i++) {
		if (lesson_line_blank(&lines[i]))
			continue;
		if (only)
			return lesson_fail(
			    parse->error, lines[i].number, 0, _("one condition is enough"));
		only = &lines[i];
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

/* --- Leaving out -------------------------------------------------------------------------------- */

bool lesson_condition_holds(const struct lesson_condition *condition)
{
	struct utsname names;
	bool is = condition->feature
	              ? feature_is_here(condition->feature)
	              : uname(&names) == 0 && kernel_is_since(names.release, condition->kernel);

	return is != condition->negated;
}

/* Adjacent prose becomes one piece. */
static bool join_prose(struct lesson_block *to, struct lesson_block *from)
{
	if (to->kind != BLOCK_PROSE || from->kind != BLOCK_PROSE)
		return false;
	to->prose = xrealloc(to->prose, (to->prose_count + from->prose_count) * sizeof(*to->prose));
	memcpy(to->prose + to->prose_count, from->prose, from->prose_count * sizeof(*to->prose));
	to->prose_count += from->prose_count;
	free(from->prose);
	return true;
}

static void fit_step(struct lesson_step *step)
{
	size_t kept = 0;

	for (size_t i = 0; i < step->block_count; i++) {
		struct lesson_block *block = &step->blocks[i];

		if (block->condition && !lesson_condition_holds(block->condition))
			lesson_block_done(block);
		else if (!kept || !join_prose(&step->blocks[kept - 1], block))
			step->blocks[kept++] = *block;
	}
	step->block_count = kept;
}

void lesson_fit(struct lesson *lesson)
{
	size_t kept = 0;

	for (size_t i = 0; i < lesson->step_count; i++) {
		struct lesson_step *step = &lesson->steps[i];
		bool had = step->block_count;

		fit_step(step);
		/* The introduction stays, since it has the lesson's title. */
		if (i && had && !step->block_count)
			lesson_step_done(step);
		else
			lesson->steps[kept++] = *step;
	}
	lesson->step_count = kept;
}
