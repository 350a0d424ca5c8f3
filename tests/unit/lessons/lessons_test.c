/* The lessons that are built in: each in every language, and in each the same. */
#include "lessons/script/lesson.h"
#include "model/base/text.h"
#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What stands beside a picture of 80x24 must be read without much scrolling. */
enum { PARAGRAPH_COLS_MAX = 6 * 76 };

/* What a reader needs: for a word, for a call or a check, and to decide on a prediction; in thirds of a second, as there
 * are three words in one. */
enum { WORD_THIRDS = 1, LINE_THIRDS = 3 * 4, PREDICTION_THIRDS = 3 * 20, MINUTE_THIRDS = 3 * 60 };

enum { PREDICTIONS_LEAST = 3 };

static const char *const languages[] = {"en", "zh"};

static const struct lesson_source *find(const char *name, const char *language)
{
	const struct lesson_source *found = lesson_find(name, language);

	if (!found || strcmp(found->language, language) != 0)
		fail_msg("there is no lessons/%s/%s.md", language, name);
	return found;
}

static struct lesson *parse(const struct lesson_source *source)
{
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	if (lesson_parse(source->data, (size_t)(source->end - source->data), source->language,
	        &lesson, &error) < 0)
		fail_msg("lessons/%s/%s.md:%d:%d: %s", source->language, source->name, error.line,
		    error.column, error.message);
	assert_string_equal(lesson->name, source->name);
	return lesson;
}

static void shell_without_comments(const char *shell, char *to)
{
	while (*shell) {
		size_t len = strcspn(shell, "\n"), code = 0;

		while (code < len && strncmp(shell + code, " #", 2) != 0)
			code++;
		while (code && shell[code - 1] == ' ')
			code--;
		memcpy(to, shell, code);
		to += code;
		*to++ = '\n';
		shell += len + (shell[len] == '\n');
	}
	*to = 0;
}

static void compare_shell(const char *a, const char *b)
{
	autofree char *left = xmalloc(strlen(a) + 2), *right = xmalloc(strlen(b) + 2);

	shell_without_comments(a, left);
	shell_without_comments(b, right);
	assert_string_equal(left, right);
}

/* Fenced blocks and predictions of one step, in order; prose may be cut otherwise. */
static void compare_steps(const struct lesson_step *a, const struct lesson_step *b)
{
	size_t i = 0, j = 0;

	for (;; i++, j++) {
		while (i < a->block_count && a->blocks[i].kind == BLOCK_PROSE)
			i++;
		while (j < b->block_count && b->blocks[j].kind == BLOCK_PROSE)
			j++;
		assert_int_equal(i == a->block_count, j == b->block_count);
		if (i == a->block_count)
			return;
		const struct lesson_block *left = &a->blocks[i], *right = &b->blocks[j];

		assert_int_equal(left->kind, right->kind);
		assert_int_equal(left->choice_count, right->choice_count);
		assert_int_equal(left->hint_count, right->hint_count);
		for (size_t k = 0; k < left->choice_count; k++)
			assert_int_equal(left->choices[k].right, right->choices[k].right);
		if (left->shell)
			compare_shell(left->shell, right->shell);
	}
}

/* The bytes of all blocks, as they stand in the file, but those of sh (for its comments) and of
 * notes. */
static char *fenced(const struct lesson_source *source)
{
	char *all = xcalloc((size_t)(source->end - source->data) + 1, 1), *to = all;
	bool inside = false;

	for (const char *line = source->data; line < source->end;) {
		const char *end = memchr(line, '\n', (size_t)(source->end - line));
		size_t len = (size_t)((end ? end + 1 : source->end) - line);
		bool fence = len >= 3 && !strncmp(line, "```", 3);

		if (fence && !inside)
			inside = strncmp(line, "```sh", 5) != 0 &&
			         strncmp(line, "```notes", 8) != 0 && len > 4;
		else if (fence)
			inside = false;
		if (inside) {
			memcpy(to, line, len);
			to += len;
		}
		line += len;
	}
	return all;
}

static void languages_have_the_same_blocks(void **state)
{
	(void)state;
	assert_non_null(lesson_sources[0].name);
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		const struct lesson_source *english = find(source->name, "en");
		autofree char *left = fenced(english), *right = fenced(source);
		struct lesson *a = parse(english), *b = parse(source);

		assert_true(*left);
		assert_string_equal(left, right);
		assert_int_equal(a->step_count, b->step_count);
		for (size_t i = 0; i < a->step_count; i++)
			compare_steps(&a->steps[i], &b->steps[i]);
		lesson_free(a);
		lesson_free(b);
	}
}

static void every_lesson_is_in_every_language(void **state)
{
	(void)state;
	for (const struct lesson_source *source = lesson_sources; source->name; source++)
		for (size_t i = 0; i < array_len(languages); i++)
			assert_non_null(find(source->name, languages[i]));
	assert_null(lesson_find("no-such-lesson", "en"));
	/* A language without lessons gets the English ones. */
	assert_string_equal(lesson_find(lesson_sources[0].name, "tlh")->language, "en");
}

static size_t count_kind(const struct lesson *lesson, enum block_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < lesson->step_count; i++)
		for (size_t j = 0; j < lesson->steps[i].block_count; j++)
			count += lesson->steps[i].blocks[j].kind == kind;
	return count;
}

static void check_paragraph(
    const struct lesson_source *source, const struct lesson_block *block, const char *text)
{
	autofree char *plain = prose_plain(text);
	size_t cols = text_cols(plain, strlen(plain), CHARSET_UTF8);

	if (cols > PARAGRAPH_COLS_MAX)
		fail_msg("lessons/%s/%s.md, block at line %d: a paragraph of %zu columns: %s",
		    source->language, source->name, block->line, cols, plain);
}

static bool fails(const struct lesson_call *call)
{
	return call->expected && call->expected[0] == 'E';
}

static bool succeeds_somewhere(const struct lesson *lesson, const char *name)
{
	for (size_t i = 0; i < lesson->step_count; i++)
		for (size_t j = 0; j < lesson->steps[i].block_count; j++) {
			const struct lesson_block *block = &lesson->steps[i].blocks[j];

			for (size_t k = 0; k < block->call_count; k++)
				if (!strcmp(block->calls[k].name, name) && !fails(&block->calls[k]))
					return true;
		}
	return false;
}

/* A call that only ever fails proves nothing: it might fail for another reason than the lesson says. */
static void a_refusal_has_its_counterpart(void **state)
{
	(void)state;
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		struct lesson *lesson = parse(source);

		for (size_t i = 0; i < lesson->step_count; i++)
			for (size_t j = 0; j < lesson->steps[i].block_count; j++) {
				const struct lesson_block *block = &lesson->steps[i].blocks[j];

				for (size_t k = 0; k < block->call_count; k++)
					if (fails(&block->calls[k]) &&
					    !succeeds_somewhere(lesson, block->calls[k].name))
						fail_msg("lessons/%s/%s.md:%d: %s() never succeeds",
						    source->language, source->name,
						    block->calls[k].line, block->calls[k].name);
			}
		lesson_free(lesson);
	}
}

static size_t count_words(const char *line, size_t len)
{
	size_t words = 0;

	for (size_t i = 0; i < len; i++)
		words += line[i] != ' ' && (i == 0 || line[i - 1] == ' ');
	return words;
}

/* As a person reads it: what is within fences counts by its calls and checks, notes not at all. */
static int minutes_of(const struct lesson_source *source)
{
	size_t thirds = 0;
	bool inside = false, counts = false;

	for (const char *line = source->data; line < source->end;) {
		const char *end = memchr(line, '\n', (size_t)(source->end - line));
		size_t len = (size_t)((end ? end : source->end) - line);

		if (len >= 3 && !strncmp(line, "```", 3)) {
			inside = !inside;
			counts = inside &&
			         (!strncmp(line, "```do\n", 6) || !strncmp(line, "```check\n", 9));
		} else if (!inside) {
			thirds += count_words(line, len) * WORD_THIRDS;
			thirds += !strncmp(line, "- [x]", 5) ? PREDICTION_THIRDS : 0;
		} else if (counts && len && line[0] != '#') {
			thirds += LINE_THIRDS;
		}
		line += len + (end != NULL);
	}
	return (int)((thirds + MINUTE_THIRDS - 1) / MINUTE_THIRDS);
}

static void minutes_are_measured(void **state)
{
	(void)state;
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		struct lesson *lesson;

		if (strcmp(source->language, "en") != 0)
			continue;
		lesson = parse(source);
		if (lesson->minutes != minutes_of(source))
			fail_msg("lessons/en/%s.md: minutes: %d, by its words and calls %d",
			    source->name, lesson->minutes, minutes_of(source));
		lesson_free(lesson);
	}
}

static bool has_note(const struct lesson_step *step)
{
	for (size_t i = 0; i < step->block_count; i++) {
		const struct lesson_block *block = &step->blocks[i];

		/* It is for each kernel, and has words. */
		if (block->kind == BLOCK_NOTES && !block->condition &&
		    block->notes[strspn(block->notes, " \t\n")])
			return true;
	}
	return false;
}

static void each_step_has_a_note(void **state)
{
	(void)state;
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		struct lesson *lesson = parse(source);

		for (size_t i = 0; i < lesson->step_count; i++) {
			if (!has_note(&lesson->steps[i]))
				fail_msg(
				    "lessons/%s/%s.md:%d: a step without a note for the speaker",
				    source->language, source->name, lesson->steps[i].line);
		}
		lesson_free(lesson);
	}
}

static void lessons_are_whole_and_readable(void **state)
{
	(void)state;
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		struct lesson *lesson = parse(source);

		if (count_kind(lesson, BLOCK_PREDICT) < PREDICTIONS_LEAST)
			fail_msg("lessons/%s/%s.md: %zu predictions", source->language,
			    source->name, count_kind(lesson, BLOCK_PREDICT));
		assert_true(count_kind(lesson, BLOCK_DO) > 0);
		assert_true(count_kind(lesson, BLOCK_CHECK) > 0);
		assert_true(count_kind(lesson, BLOCK_SHELL) > 0);
		assert_true(count_kind(lesson, BLOCK_TURN) > 0);
		for (size_t i = 0; i < lesson->step_count; i++) {
			for (size_t j = 0; j < lesson->steps[i].block_count; j++) {
				const struct lesson_block *block = &lesson->steps[i].blocks[j];

				for (size_t k = 0; k < block->prose_count; k++)
					check_paragraph(source, block, block->prose[k].text);
				for (size_t k = 0; k < block->hint_count; k++)
					check_paragraph(source, block, block->hints[k]);
				/* Why it is right, and why each wrong one is tempting. */
				for (size_t k = 0; k < block->choice_count; k++) {
					assert_non_null(block->choices[k].answer);
					check_paragraph(source, block, block->choices[k].answer);
				}
			}
		}
		lesson_free(lesson);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_lesson_is_in_every_language),
	    cmocka_unit_test(languages_have_the_same_blocks),
	    cmocka_unit_test(lessons_are_whole_and_readable),
	    cmocka_unit_test(each_step_has_a_note),
	    cmocka_unit_test(a_refusal_has_its_counterpart),
	    cmocka_unit_test(minutes_are_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
