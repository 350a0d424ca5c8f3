/* docs/lessons.md: its tables say what the code's tables say, and its lesson is right and plays. */
#include "lessons/script/lesson.h"
#include "lessons/script/terms.h"
#include "lessons/stage/calls.h"
#include "lessons/stage/feature.h"
#include "model/base/util.h"
#include "tests/kernel/play.h"
#include "tests/kernel/roles.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

static char *page;    /* the document */
static char *example; /* its lesson */

/* For what is written piece by piece; *@data is to be freed after fclose. */
static FILE *text_begin(char **data, size_t *len)
{
	FILE *to = open_memstream(data, len);

	assert_non_null(to);
	return to;
}

/* --- The document --------------------------------------------------------------------------- */

static char *read_page(void)
{
	struct stat st;
	FILE *file = fopen("docs/lessons.md", "re");
	char *data;

	if (!file || fstat(fileno(file), &st) < 0)
		fail_msg(
		    "docs/lessons.md: %s (tests are started in the top folder)", strerror(errno));
	data = xcalloc((size_t)st.st_size + 1, 1);
	assert_int_equal(fread(data, 1, (size_t)st.st_size, file), st.st_size);
	fclose(file);
	return data;
}

/* What stands between @from and the next @to. */
static char *between(const char *from, const char *to)
{
	const char *begin = strstr(page, from), *end;

	if (!begin)
		fail_msg("docs/lessons.md has no \"%s\"", from);
	begin += strlen(from);
	end = strstr(begin, to);
	if (!end)
		fail_msg("docs/lessons.md has no \"%s\" behind \"%s\"", to, from);
	return xstrndup(begin, (size_t)(end - begin));
}

static int setup(void **state)
{
	(void)state;
	page = read_page();
	example = between("<!-- example -->\n````markdown\n", "````\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(page);
	free(example);
	return 0;
}

/* A table is between two comments. */
static char *table_of(const char *name)
{
	autofree char *from = xasprintf("<!-- table: %s -->\n", name);

	return between(from, "<!-- end -->\n");
}

/* --- Tables that are made from the code's ----------------------------------------------------- */

static void compare_table(const char *name, const char *expected)
{
	autofree char *written = table_of(name);

	if (strcmp(written, expected) == 0)
		return;
	/* To be copied from the test's log; fail_msg would cut it. */
	printf("<!-- table: %s -->\n%s<!-- end -->\n", name, expected);
	fflush(stdout);
	fail_msg("in docs/lessons.md the table \"%s\" must be as printed above", name);
}

/* A cell; | would end it. */
static void put_cell(FILE *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', to);
		fputc(*text, to);
	}
}

/* The namespaces that an actor must have left. */
static void put_reaches(FILE *to, unsigned reaches)
{
	const char *between_them = "";

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (!(reaches & REACHES_INSIDE(type)))
			continue;
		fprintf(to, "%s%s", between_them, ns_types[type].name);
		between_them = ", ";
	}
	if (reaches & REACHES_SEALED)
		fprintf(to, "%s`stage: user mnt`", between_them);
	if (reaches & REACHES_BY_ARGUMENTS)
		fprintf(to, "%sas its arguments say", between_them);
}

static void calls(void **state)
{
	char *expected;
	size_t len;
	FILE *to = text_begin(&expected, &len);

	(void)state;
	fputs("| Call | What it does | Gives | Left before |\n| --- | --- | --- | --- |\n", to);
	for (const struct call *const *family = call_families; *family; family++) {
		for (const struct call *call = *family; call->name; call++) {
			fputs("| `", to);
			put_cell(to, call->form);
			fputs("` | ", to);
			put_cell(to, call->doc);
			fprintf(to, " | %s | ", call->gives_text ? "text" : "number");
			put_reaches(to, call->reaches);
			fputs(" |\n", to);
		}
	}
	fclose(to);
	compare_table("calls", expected);
	free(expected);
}

static bool takes_words(const struct call *call, const struct call_words *words)
{
	return call->words[0] == words || call->words[1] == words;
}

static void put_words(FILE *to, const struct call_words *words)
{
	const char *before = "| `";

	for (const struct call *const *family = call_families; *family; family++) {
		for (const struct call *call = *family; call->name; call++) {
			if (!takes_words(call, words))
				continue;
			fprintf(to, "%s%s`", before, call->name);
			before = ", `";
		}
	}
	fprintf(to, " | %s", words->joined ? "any of" : "one of");
	for (int type = 0; words->namespaces && type < NS_TYPE_COUNT; type++)
		fprintf(to, " `%s`", ns_types[type].flag_name);
	for (const struct call_word *word = words->list; word->word; word++)
		fprintf(to, " `%s`", word->word);
	fprintf(to, "%s |\n", words->joined ? ", or `0`" : "");
}

static void words(void **state)
{
	const struct call_words *told[64];
	size_t told_count = 0, len;
	char *expected;
	FILE *to = text_begin(&expected, &len);

	(void)state;
	fputs("| Calls | Words |\n| --- | --- |\n", to);
	for (const struct call *const *family = call_families; *family; family++) {
		for (const struct call *call = *family; call->name; call++) {
			for (size_t i = 0; i < array_len(call->words); i++) {
				size_t at = 0;

				while (at < told_count && told[at] != call->words[i])
					at++;
				if (!call->words[i] || at < told_count)
					continue;
				assert_true(told_count < array_len(told));
				told[told_count++] = call->words[i];
				put_words(to, call->words[i]);
			}
		}
	}
	fclose(to);
	compare_table("words", expected);
	free(expected);
}

static void put_gives(FILE *to, const struct term *term)
{
	static const char *const kinds[] = {
	    [GIVES_NUMBER] = "number",
	    [GIVES_STRING] = "string",
	    [GIVES_NS] = "namespace",
	    [GIVES_USER_NS] = "namespace",
	    [GIVES_SAME] = "what TERM gives",
	};

	fputs(kinds[term->gives], to);
	for (size_t i = 0; term->word && term->word(i); i++)
		fprintf(to, "%s`\"%s\"`", i ? " " : ": ", term->word(i));
}

static void terms_of_checks(void **state)
{
	char *expected;
	size_t len;
	FILE *to = text_begin(&expected, &len);

	(void)state;
	fputs("| Term | What it is | Gives |\n| --- | --- | --- |\n", to);
	for (const struct term *term = terms; term->name; term++) {
		fprintf(to, "| `%s` | %s | ", term->form, term->doc);
		put_gives(to, term);
		fputs(" |\n", to);
	}
	fclose(to);
	compare_table("terms", expected);
	free(expected);
}

/* --- Tables of words that the parser lists ---------------------------------------------------- */

/* The words in the first column, with a blank before each. */
static char *first_column(const char *name)
{
	autofree char *table = table_of(name);
	char *column;
	size_t len;
	FILE *to = text_begin(&column, &len);

	for (const char *at = table; (at = strstr(at, "\n| `")); at++)
		fprintf(to, " %.*s", (int)strcspn(at + 4, "`"), at + 4);
	fclose(to);
	return column;
}

/* The table is told from the code's. */
static void compare_words(const char *name, const char *heading, const struct lesson_word *words)
{
	char *expected;
	size_t len;
	FILE *to = text_begin(&expected, &len);

	fprintf(to, "| %s |\n| --- | --- |\n", heading);
	for (; words->word; words++) {
		fprintf(to, "| `%s` | ", words->word);
		put_cell(to, words->doc);
		fputs(" |\n", to);
	}
	fclose(to);
	compare_table(name, expected);
	free(expected);
}

/* What the parser says there is, where @text has a word that there isn't. */
static void compare_listed(const char *name, const char *text)
{
	autofree char *column = first_column(name);
	struct lesson *lesson;
	struct lesson_error error = {0};
	const char *list;

	assert_true(lesson_parse(text, strlen(text), "en", &lesson, &error) < 0);
	list = strstr(error.message, "there is:");
	if (!list)
		fail_msg("%s", error.message);
	assert_string_equal(column, list + strlen("there is:"));
}

static void blocks(void **state)
{
	autofree char *column = NULL;
	char *word, *rest;

	(void)state;
	compare_words("blocks", "Block | What it is", lesson_block_words);
	compare_listed("blocks", "# T\n\n```xyzzy\n```\n");
	/* And the example shows each of them. */
	column = first_column("blocks");
	for (word = strtok_r(column, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		autofree char *fence = xasprintf("\n```%s\n", word);

		if (!strstr(example, fence))
			fail_msg("the lesson in docs/lessons.md has no %s block", word);
	}
}

static void facts(void **state)
{
	(void)state;
	compare_words("facts", "Fact | What it says", lesson_fact_words);
	compare_listed("facts", "# T\n\n```lesson\nxyzzy: a\n```\n");
}

static void view(void **state)
{
	(void)state;
	compare_words("view", "Line | What it says", lesson_view_words);
	compare_listed("view", "# T\n\n```lesson\nname: a\n```\n\n```view\nxyzzy: a\n```\n");
}

static void when(void **state)
{
	char *expected;
	size_t len;
	FILE *to = text_begin(&expected, &len);
	autofree char *column = NULL, *features_column = NULL, *all = NULL;
	struct lesson *lesson;
	struct lesson_error error = {0};
	const char *text = "# T\n\n```lesson\nname: a\n```\n\n## S\n\n```when\nxyzzy\n```\n";

	(void)state;
	fputs("| Word | What such a kernel does | Linux |\n| --- | --- | --- |\n", to);
	for (const struct feature *feature = features; feature->word; feature++)
		fprintf(to, "| `%s` | %s | %s |\n", feature->word, feature->doc, feature->since);
	fclose(to);
	compare_table("features", expected);
	free(expected);
	compare_words("when", "Word | What it says", lesson_when_words);
	column = first_column("when");
	features_column = first_column("features");
	all = xasprintf("there is:%s%s", column, features_column);
	assert_true(lesson_parse(text, strlen(text), "en", &lesson, &error) < 0);
	if (!strstr(error.message, all))
		fail_msg("\"%s\" is not in \"%s\"", all, error.message);
}

/* --- The lesson ------------------------------------------------------------------------------- */

static void check_finds_no_mistake(void **state)
{
	char path[] = "/tmp/nsscope-lesson-XXXXXX";
	char *argv[] = {(char *)nsscope_path(), (char *)"lesson", (char *)"check", path, NULL};
	int fd = mkstemp(path);
	struct output output;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, example, strlen(example)), strlen(example));
	close(fd);
	output = tool_run(argv, false);
	unlink(path);
	assert_int_equal(output.status, 0);
	output_done(&output);
}

static void play_example(void)
{
	const struct lesson_source source = {"en", "one-key", example, example + strlen(example)};
	struct lesson *lesson = play_parse(&source);
	struct play play;

	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	play_begin(&play, lesson);
	play.solves = true;
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	CHECK(play.player->state == PLAYER_ENDED);
	CHECK(play.solved == 1);
	play_end(&play);
	lesson_free(lesson);
}

BOTH_ROLES(example)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(calls),
	    cmocka_unit_test(words),
	    cmocka_unit_test(terms_of_checks),
	    cmocka_unit_test(blocks),
	    cmocka_unit_test(view),
	    cmocka_unit_test(facts),
	    cmocka_unit_test(when),
	    cmocka_unit_test(check_finds_no_mistake),
	    TEST_ROLES(example),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, setup, teardown);
}
