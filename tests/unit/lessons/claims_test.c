/* docs/claims.md: each lesson and each step that it names exists, and no lesson is left out. */
#include "lessons/script/lesson.h"
#include "model/base/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 5, CLAIMS_LEAST = 60 };
enum column { CLAIM, ANSWER, LESSON, STEP, SOURCE };

static const char begin[] = "<!-- table: claims -->\n", end[] = "<!-- end -->\n";

static char *strip(char *text)
{
	size_t len;

	text += strspn(text, " ");
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		text[--len] = 0;
	return text;
}

/* Cuts a row "| a | b | …" into its columns. */
static void cut(char *row, char **ret_columns)
{
	char *rest = row + 1;

	assert_int_equal(row[0], '|');
	for (size_t i = 0; i < COLUMNS; i++) {
		char *column = strsep(&rest, "|");

		if (!column || !rest || !*strip(column))
			fail_msg("docs/claims.md: a column is missing: %s", row);
		ret_columns[i] = strip(column);
	}
	assert_string_equal(strip(rest), "");
}

static bool has_step(const struct lesson_source *source, const char *title)
{
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};
	bool found = false;

	if (lesson_parse(source->data, (size_t)(source->end - source->data), source->language,
	        &lesson, &error) < 0)
		fail_msg("lessons/en/%s.md:%d: %s", source->name, error.line, error.message);
	for (size_t i = 0; i < lesson->step_count; i++)
		found =
		    found || (lesson->steps[i].title && strcmp(lesson->steps[i].title, title) == 0);
	lesson_free(lesson);
	return found;
}

static void check_claim(char **columns)
{
	const struct lesson_source *source = lesson_find(columns[LESSON], "en");

	if (!source || strcmp(source->name, columns[LESSON]) != 0)
		fail_msg("docs/claims.md: there is no lesson \"%s\"", columns[LESSON]);
	if (!has_step(source, columns[STEP]))
		fail_msg("docs/claims.md: the lesson %s has no step \"%s\"", columns[LESSON],
		    columns[STEP]);
	if (!strchr(columns[SOURCE], '('))
		fail_msg("docs/claims.md: no man page for \"%s\"", columns[CLAIM]);
}

/* Reads up to the table.  Returns the file. */
static FILE *open_table(char **line, size_t *room)
{
	FILE *file = fopen("docs/claims.md", "re");

	if (!file)
		fail_msg(
		    "docs/claims.md: %s (tests are started in the top folder)", strerror(errno));
	do
		assert_true(getline(line, room, file) > 0);
	while (strcmp(*line, begin) != 0);
	/* The heads of the columns, and the line below them. */
	assert_true(getline(line, room, file) > 0 && strstr(*line, "| Claim |") == *line);
	assert_true(getline(line, room, file) > 0 && strstr(*line, "| --- |") == *line);
	return file;
}

static void claims_name_lessons_and_steps(void **state)
{
	bool named[64] = {false};
	char *line = NULL;
	size_t room = 0, claims = 0;
	FILE *file = open_table(&line, &room);

	(void)state;
	for (; getline(&line, &room, file) > 0 && strcmp(line, end) != 0; claims++) {
		char *columns[COLUMNS];

		line[strcspn(line, "\n")] = 0;
		cut(line, columns);
		check_claim(columns);
		for (size_t i = 0; lesson_sources[i].name; i++) {
			assert_true(i < array_len(named));
			named[i] = named[i] || !strcmp(lesson_sources[i].name, columns[LESSON]);
		}
	}
	fclose(file);
	free(line);
	assert_true(claims >= CLAIMS_LEAST);
	for (size_t i = 0; lesson_sources[i].name; i++)
		if (!named[i])
			fail_msg(
			    "docs/claims.md: the lesson %s shows nothing", lesson_sources[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(claims_name_lessons_and_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
