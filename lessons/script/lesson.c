#include "lessons/script/lesson.h"

#include "lessons/script/lesson_lines.h"
#include "model/base/util.h"

#include <string.h>

static void words_free(char **words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(words[i]);
	free(words);
}

void lesson_block_done(struct lesson_block *block)
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

void lesson_step_done(struct lesson_step *step)
{
	for (size_t i = 0; i < step->block_count; i++)
		lesson_block_done(&step->blocks[i]);
	free(step->blocks);
	free(step->title);
}

void lesson_free(struct lesson *lesson)
{
	if (!lesson)
		return;
	for (size_t i = 0; i < lesson->step_count; i++)
		lesson_step_done(&lesson->steps[i]);
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
