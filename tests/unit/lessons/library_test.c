/* Lessons of one's own: where they are looked for, which takes whose place, what can't be read. */
#include "lessons/play/library.h"
#include "model/base/util.h"
#include "tests/unit/folder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define LESSON(name, title) "# " title "\n\n```lesson\nname: " name "\n```\n\n## S\n\nText.\n"

static char *folder;

static int begin(void **state)
{
	(void)state;
	free(folder);
	folder = xstrdup(folder_make());
	setenv("XDG_DATA_HOME", "/dev/null/none", 1);
	setenv("XDG_DATA_DIRS", "/dev/null/none", 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	folder_remove();
	free(folder);
	folder = NULL;
	return 0;
}

static char *title_of(const struct library *library, const char *name)
{
	const struct library_entry *entry = library_find(library, name);
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};
	char *title;

	if (!entry)
		return xstrdup("(none)");
	if (library_load(library, entry, &lesson, &error) < 0)
		return xstrdup(error.message);
	assert_true(lesson->foreign == (entry->path != NULL));
	title = xstrdup(lesson->title);
	lesson_free(lesson);
	return title;
}

static void expect(const struct library *library, const char *name, const char *title)
{
	autofree char *found = title_of(library, name);

	assert_string_equal(found, title);
}

static void without_folders_there_are_the_built_in_ones(void **state)
{
	struct library *library = library_new("zh", NULL);
	size_t built_in = 0;

	(void)state;
	for (size_t i = 0; i < library->count; i++) {
		autofree char *place = library_place(&library->entries[i]);

		assert_null(library->entries[i].path);
		assert_non_null(strstr(place, "lessons/zh/"));
		built_in++;
	}
	assert_true(built_in > 0);
	assert_string_equal(library->entries[0].name, lesson_sources[0].name);
	assert_null(library_find(library, "none"));
	library_free(library);
	library_free(NULL);
}

static void files_add_and_take_places(void **state)
{
	struct library *library;
	const char *first = lesson_sources[0].name;
	autofree char *name = xasprintf("%s.md", first);
	autofree char *text = xasprintf(LESSON("%s", "mine"), first);

	(void)state;
	folder_write(name, text);
	folder_write("b.md", LESSON("b", "B"));
	folder_write("a.md", LESSON("a", "A"));
	library = library_new("en", folder);
	/* In its place; the others behind, by name. */
	assert_string_equal(library->entries[0].name, first);
	expect(library, first, "mine");
	assert_string_equal(library->entries[library->count - 2].name, "a");
	assert_string_equal(library->entries[library->count - 1].name, "b");
	expect(library, "a", "A");
	library_free(library);
}

static void the_language_decides(void **state)
{
	struct library *library;

	(void)state;
	folder_write("en/a.md", LESSON("a", "in English"));
	folder_write("en/b.md", LESSON("b", "in English"));
	folder_write("en/c.md", LESSON("c", "in English"));
	folder_write("b.md", LESSON("b", "in any"));
	folder_write("c.md", LESSON("c", "in any"));
	folder_write("zh/c.md", LESSON("c", "in Chinese"));
	library = library_new("zh", folder);
	expect(library, "a", "in English");
	expect(library, "b", "in any");
	expect(library, "c", "in Chinese");
	library_free(library);
	library = library_new("en", folder);
	expect(library, "b", "in English");
	library_free(library);
}

static void the_folder_that_was_asked_for_comes_first(void **state)
{
	autofree char *one = xasprintf("%s/one", folder), *two = xasprintf("%s/two", folder);
	autofree char *home = xasprintf("%s/home", folder), *asked = xasprintf("%s/asked", folder);
	autofree char *dirs = xasprintf("%s:relative:%s", one, two);
	struct library *library;

	(void)state;
	folder_write("two/nsscope/lessons/a.md", LESSON("a", "two"));
	folder_write("one/nsscope/lessons/a.md", LESSON("a", "one"));
	folder_write("home/nsscope/lessons/a.md", LESSON("a", "home"));
	folder_write("asked/a.md", LESSON("a", "asked"));
	setenv("XDG_DATA_DIRS", two, 1);
	library = library_new("en", NULL);
	expect(library, "a", "two");
	library_free(library);
	setenv("XDG_DATA_DIRS", dirs, 1);
	library = library_new("en", NULL);
	expect(library, "a", "one");
	library_free(library);
	setenv("XDG_DATA_HOME", home, 1);
	library = library_new("en", NULL);
	expect(library, "a", "home");
	library_free(library);
	library = library_new("en", asked);
	expect(library, "a", "asked");
	library_free(library);
	/* Without XDG_DATA_HOME it is a folder of the home. */
	unsetenv("XDG_DATA_HOME");
	setenv("HOME", folder, 1);
	folder_write(".local/share/nsscope/lessons/a.md", LESSON("a", "home's"));
	library = library_new("en", NULL);
	expect(library, "a", "home's");
	library_free(library);
}

static void what_is_no_lesson_is_passed_over_or_told(void **state)
{
	autofree char *fifo = xasprintf("%s/fifo.md", folder);
	autofree char *inner = xasprintf("%s/inner.md", folder);
	struct library *library;
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	(void)state;
	folder_write("README", "x");
	folder_write("Upper.md", LESSON("upper", "x"));
	folder_write(".md", LESSON("x", "x"));
	folder_write("a\033b.md", LESSON("x", "x"));
	folder_write("a.txt", LESSON("a", "x"));
	folder_write("bad.md", "no title\n");
	folder_write("other.md", LESSON("another", "x"));
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(mkdir(inner, 0700), 0);
	library = library_new("en", folder);
	expect(library, "upper", "(none)");
	expect(library, "x", "(none)");
	expect(library, "a", "(none)");
	expect(library, "other", "the lesson's name is another, so its file must be another.md");
	assert_int_equal(
	    library_load(library, library_find(library, "bad"), &lesson, &error), -EBADMSG);
	assert_int_equal(error.line, 1);
	/* Nobody waits for what never comes. */
	assert_int_equal(
	    library_load(library, library_find(library, "fifo"), &lesson, &error), -EINVAL);
	assert_int_equal(
	    library_load(library, library_find(library, "inner"), &lesson, &error), -EINVAL);
	folder_remove();
	assert_int_equal(
	    library_load(library, library_find(library, "bad"), &lesson, &error), -ENOENT);
	assert_null(lesson);
	library_free(library);
}

/* Each language of the built-in lessons, in all forms of a locale's name. */
static void a_locale_names_a_language(void **state)
{
	(void)state;
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		autofree char *locale = xasprintf("%s_XX.UTF-8", source->language);

		assert_string_equal(lesson_language(source->language), source->language);
		assert_string_equal(lesson_language(locale), source->language);
	}
	assert_string_equal(lesson_language("zh:en"), "zh");
	assert_string_equal(lesson_language("zhx"), "en");
	assert_string_equal(lesson_language("C"), "en");
	assert_string_equal(lesson_language(""), "en");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        without_folders_there_are_the_built_in_ones, begin, end),
	    cmocka_unit_test_setup_teardown(files_add_and_take_places, begin, end),
	    cmocka_unit_test_setup_teardown(the_language_decides, begin, end),
	    cmocka_unit_test_setup_teardown(the_folder_that_was_asked_for_comes_first, begin, end),
	    cmocka_unit_test(a_locale_names_a_language),
	    cmocka_unit_test_setup_teardown(what_is_no_lesson_is_passed_over_or_told, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
