#include "lessons/script/lesson.h"

#include "lessons/script/lesson_parse.h"
#include "lessons/stage/feature.h"
#include "model/base/util.h"

#include <string.h>
#include <sys/utsname.h>

static void words_free(char **words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(words[i]);
	free(words);
}

static void block_done(struct lesson_block *block)
{
	for (size_t i = 0; i < block->prose_count; i++)
		free(block->prose[i].text);
	for (size_t i = 0; i < block->choice_count; i++) {
		free(block->choices[i].text);
		free(block->choices[i].answer);
	}
	for (size_t i = 0; i < block->call_count; i++)
		lesson_call_done(&block->calls[i]);
	for (size_t i = 0; i < block->check_count; i++)
		lesson_check_done(&block->checks[i]);
	words_free(block->hints, block->hint_count);
	free(block->prose);
	free(block->choices);
	free(block->calls);
	free(block->checks);
	free(block->solution);
	free(block->shell);
	free(block->notes);
	free(block->look.group);
	free(block->look.point);
}

static void step_done(struct lesson_step *step)
{
	for (size_t i = 0; i < step->block_count; i++)
		block_done(&step->blocks[i]);
	free(step->blocks);
	free(step->title);
}

void lesson_free(struct lesson *lesson)
{
	if (!lesson)
		return;
	for (size_t i = 0; i < lesson->step_count; i++)
		step_done(&lesson->steps[i]);
	for (size_t i = 0; i < lesson->condition_count; i++) {
		free(lesson->conditions[i]->kernel);
		free(lesson->conditions[i]);
	}
	free(lesson->conditions);
	free(lesson->steps);
	words_free(lesson->types, lesson->type_count);
	words_free(lesson->actors, lesson->actor_count);
	words_free(lesson->needs, lesson->need_count);
	free(lesson->name);
	free(lesson->language);
	free(lesson->title);
	free(lesson->kernel);
	free(lesson->group);
	free(lesson);
}

bool call_runs_shell(const struct lesson_call *call)
{
	return !strcmp(call->name, "sh") || !strcmp(call->name, "sh_read") ||
	       !strcmp(call->name, "sh_until");
}

const struct lesson_source *lesson_find(const char *name, const char *language)
{
	const struct lesson_source *english = NULL;

	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		if (strcmp(source->name, name) != 0)
			continue;
		if (!strcmp(source->language, language))
			return source;
		if (!strcmp(source->language, "en"))
			english = source;
	}
	return english;
}

const char *lesson_language(const char *locale)
{
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		size_t len = strlen(source->language);

		/* The NUL too. */
		if (strncmp(locale, source->language, len) == 0 && strchr("_-.@:", locale[len]))
			return source->language;
	}
	return "en";
}

/* --- Leaving out -------------------------------------------------------------------------------- */

/* Is it so on this machine? */
static bool condition_holds(const struct lesson_condition *condition)
{
	struct utsname names;
	bool is = condition->feature
	              ? feature_is_here(condition->feature)
	              : uname(&names) == 0 && kernel_is_since(names.release, condition->kernel);

	return is != condition->negated;
}

/* Adjacent prose becomes one piece. */
static bool join_prose(struct lesson_block *to, const struct lesson_block *from)
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
		struct lesson_block block = step->blocks[i];

		if (block.condition && !condition_holds(block.condition))
			block_done(&block);
		else if (!kept || !join_prose(&step->blocks[kept - 1], &block))
			step->blocks[kept++] = block;
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
			step_done(step);
		else
			lesson->steps[kept++] = *step;
	}
	lesson->step_count = kept;
}
