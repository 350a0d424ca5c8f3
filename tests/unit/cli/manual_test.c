/* The manual pages have all that the program's tables have, and nothing else: commands and how they are
 * called, options, keys, settings; of a lesson file the blocks and their words, calls and theirs, and terms. */
#include "cli/cli.h"
#include "cli/language.h"
#include "lessons/script/lesson.h"
#include "lessons/script/terms.h"
#include "lessons/stage/calls.h"
#include "lessons/stage/feature.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/settings.h"
#include "tui/core/keys.h"

#include <errno.h>
#include <libgen.h>
#include <libintl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- A set of lines ------------------------------------------------------------------------- */

struct set {
	char **items;
	size_t count, capacity;
};

static void set_add(struct set *set, char *item)
{
	array_reserve(set->items, set->capacity, set->count + 1);
	set->items[set->count++] = item;
}

static void set_done(struct set *set)
{
	for (size_t i = 0; i < set->count; i++)
		free(set->items[i]);
	free(set->items);
	*set = (struct set){0};
}

static int compare_items(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Prints what one of them lacks; returns how much.  Both become sorted. */
static size_t set_differs(const char *page, struct set *has, struct set *wanted)
{
	size_t h = 0, w = 0, differ = 0;

	qsort(has->items, has->count, sizeof(*has->items), compare_items);
	qsort(wanted->items, wanted->count, sizeof(*wanted->items), compare_items);
	while (h < has->count || w < wanted->count) {
		int order = h == has->count      ? 1
		            : w == wanted->count ? -1
		                                 : strcmp(has->items[h], wanted->items[w]);

		if (order < 0)
			print_error("%s: it has no longer: %s\n", page, has->items[h]);
		else if (order > 0)
			print_error("%s: not in the page: %s\n", page, wanted->items[w]);
		differ += order != 0;
		h += order <= 0;
		w += order >= 0;
	}
	return differ;
}

/* --- mdoc(7), as plain text ----------------------------------------------------------------- */

static const struct {
	const char *escape, *text;
} escapes[] = {
    {"\\&", ""},
    {"\\-", "-"},
    {"\\(ti", "~"},
    {"\\(ha", "^"},
    {"\\(dq", "\""},
    {"\\e", "\\"},
    {"\\[u2026]", "…"},
};

static void put_text(FILE *to, const char *text)
{
	while (*text) {
		size_t i = 0;

		while (i < array_len(escapes) &&
		       strncmp(text, escapes[i].escape, strlen(escapes[i].escape)) != 0)
			i++;
		if (i < array_len(escapes)) {
			fputs(escapes[i].text, to);
			text += strlen(escapes[i].escape);
		} else {
			fputc(*text++, to);
		}
	}
}

/* The next word of a line of macros, without quotes; NULL at the end. */
static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " "), *end;

	if (!*word)
		return NULL;
	if (*word == '"') {
		end = strchr(++word, '"');
		assert_non_null(end);
	} else {
		end = word + strcspn(word, " ");
	}
	*rest = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words != NULL;
}

/* The words behind Fn: a name, and its arguments. */
static void put_function(FILE *to, char **rest)
{
	const char *before = "(", *word = next_word(rest);

	assert_non_null(word);
	put_text(to, word);
	while ((word = next_word(rest))) {
		fputs(before, to);
		put_text(to, word);
		before = ", ";
	}
	fputs(*before == '(' ? "()" : ")", to);
}

/* The text of a line of macros; @line is without its dot, and is changed.  The caller frees it. */
static char *macros_text(char *line)
{
	static const char *const fonts[] = {"Ar", "Cm", "Ic", "Sy", "No", "Nm", "Pa", "Ev", NULL};
	static const char *const closing[] = {",", ".", ";", ":", ")", "Oc", NULL};
	char *text = NULL, *word;
	size_t len;
	FILE *to = open_memstream(&text, &len);
	bool begins = true, glued = false;

	assert_non_null(to);
	while ((word = next_word(&line))) {
		if (is_one_of(word, fonts))
			continue;
		if (strcmp(word, "Ns") == 0) {
			glued = true;
			continue;
		}
		if (!begins && !glued && !is_one_of(word, closing))
			fputc(' ', to);
		begins = false;
		glued = strcmp(word, "Fl") == 0 || strcmp(word, "Oo") == 0;
		if (strcmp(word, "Fn") == 0)
			put_function(to, &line);
		else if (glued)
			fputc(*word == 'F' ? '-' : '[', to);
		else
			put_text(to, strcmp(word, "Oc") == 0 ? "]" : word);
	}
	fclose(to);
	return text;
}

/* A line of a page. */
struct reader {
	FILE *file;
	char *line;
	size_t bytes;
	char *section, *subsection;
};

static void reader_begin(struct reader *reader, const char *path)
{
	*reader = (struct reader){.file = fopen(path, "re")};
	if (!reader->file)
		fail_msg("%s: %s (tests are started in the top folder)", path, strerror(errno));
	reader->section = xstrdup("");
	reader->subsection = xstrdup("");
}

static bool reader_next(struct reader *reader)
{
	ssize_t len = getline(&reader->line, &reader->bytes, reader->file);

	if (len < 0) {
		fclose(reader->file);
		free(reader->line);
		free(reader->section);
		free(reader->subsection);
		return false;
	}
	if (len && reader->line[len - 1] == '\n')
		reader->line[len - 1] = '\0';
	if (strncmp(reader->line, ".Sh ", 4) == 0) {
		free(reader->section);
		reader->section = xstrdup(reader->line + 4);
	}
	if (strncmp(reader->line, ".Sh ", 4) == 0 || strncmp(reader->line, ".Ss ", 4) == 0) {
		free(reader->subsection);
		reader->subsection = xstrdup(reader->line[2] == 's' ? reader->line + 4 : "");
	}
	return true;
}

/* --- The pages ------------------------------------------------------------------------------- */

/* What the sections are called that are made of tables. */
struct page {
	const char *language, *path, *lesson_path;
	const char *synopsis, *commands, *options, *keys, *lesson_keys, *settings;
	const char *blocks, *facts, *view, *when, *calls, *words, *terms;
};

static const struct page pages[] = {
    {
        .language = "en",
        .path = "docs/man/nsscope.1",
        .lesson_path = "docs/man/nsscope-lesson.5",
        .synopsis = "SYNOPSIS",
        .commands = "COMMANDS",
        .options = "OPTIONS",
        .keys = "KEYS",
        .lesson_keys = "While a lesson runs",
        .settings = "SETTINGS",
        .blocks = "BLOCKS",
        .facts = "Facts",
        .view = "view: the tree beside the lesson",
        .when = "when: for some kernels only",
        .calls = "CALLS",
        .words = "Words that they take",
        .terms = "TERMS",
    },
    {
        .language = "zh",
        .path = "docs/man/zh_CN/nsscope.1",
        .lesson_path = "docs/man/zh_CN/nsscope-lesson.5",
        .synopsis = "概要",
        .commands = "命令",
        .options = "选项",
        .keys = "按键",
        .lesson_keys = "上课时",
        .settings = "设置",
        .blocks = "块",
        .facts = "基本事项",
        .view = "view：课程旁边的树",
        .when = "when：只对某些内核",
        .calls = "调用",
        .words = "它们接受的词",
        .terms = "项",
    },
};

/* The text after each .It of a section, before its first subsection; or of @subsection, where that is not "". */
static void read_items(
    const char *path, const char *section, const char *subsection, struct set *set)
{
	struct reader reader;

	reader_begin(&reader, path);
	while (reader_next(&reader)) {
		if (strcmp(reader.section, section) == 0 &&
		    strcmp(reader.subsection, subsection) == 0 &&
		    strncmp(reader.line, ".It ", 4) == 0)
			set_add(set, macros_text(reader.line + 4));
	}
}

/* The forms of the commands: each is the text after an .Nm. */
static void read_synopsis(const struct page *page, struct set *set)
{
	struct reader reader;

	reader_begin(&reader, page->path);
	while (reader_next(&reader)) {
		if (strcmp(reader.section, page->synopsis) != 0)
			continue;
		if (strcmp(reader.line, ".Nm") == 0) {
			set_add(set, xstrdup("nsscope"));
		} else if (set->count && *reader.line == '.' && !strchr("SBEI", reader.line[1])) {
			char **form = &set->items[set->count - 1];
			autofree char *before = *form, *more = macros_text(reader.line + 1);

			*form = xasprintf("%s %s", before, more);
		}
	}
}

static void read_commands(const struct page *page, struct set *set)
{
	struct reader reader;

	reader_begin(&reader, page->path);
	while (reader_next(&reader)) {
		if (strcmp(reader.section, page->commands) == 0 &&
		    strncmp(reader.line, ".Ss ", 4) == 0)
			set_add(set, xstrdup(reader.line + 4));
	}
}

/* Both are used up. */
static size_t differ(const char *what, struct set *has, struct set *wanted)
{
	size_t count = set_differs(what, has, wanted);

	assert_true(wanted->count > 0);
	set_done(has);
	set_done(wanted);
	return count;
}

/* --- The tables ------------------------------------------------------------------------------ */

static char *option_text(const struct cli_option *option)
{
	autofree char *letter = option->letter ? xasprintf("-%c, ", option->letter) : xstrdup("");

	return xasprintf("%s--%s%s%s", letter, option->name, option->argument ? "=" : "",
	    option->argument ? _(option->argument) : "");
}

static void add_lines(struct set *set, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		set_add(set, xstrndup(lines, len));
		lines += len + (lines[len] == '\n');
	}
}

static size_t commands_differ(const struct page *page)
{
	struct set has = {0}, wanted = {0}, forms = {0}, wanted_forms = {0};
	size_t count = 0;

	add_lines(&wanted_forms, _(main_usage.forms));
	for (const struct cli_command *command = cli_commands; command->name; command++) {
		const struct cli_usage *usage = command->usage;
		struct set options = {0}, wanted_options = {0};
		char *title = xasprintf("nsscope %s", command->name);

		add_lines(&wanted_forms, _(usage->forms));
		set_add(&wanted, title);
		read_items(page->path, page->commands, title, &options);
		for (size_t i = 0; usage->options && usage->options[i].name; i++)
			set_add(&wanted_options, option_text(&usage->options[i]));
		if (wanted_options.count || options.count)
			count += differ(title, &options, &wanted_options);
	}
	read_commands(page, &has);
	read_synopsis(page, &forms);
	return count + differ(page->path, &has, &wanted) +
	       differ(page->path, &forms, &wanted_forms);
}

static size_t options_differ(const struct page *page)
{
	struct set has = {0}, wanted = {0};
	const struct cli_option *option;

	for (size_t i = 0; (option = options_at(&main_usage, i)); i++)
		set_add(&wanted, option_text(option));
	read_items(page->path, page->options, "", &has);
	return differ(page->path, &has, &wanted);
}

/* As the help screen parts them (tui/views/view_help.c): those that only a lesson has, and the others. */
static size_t keys_differ(const struct page *page, bool lesson)
{
	struct set has = {0}, wanted = {0};

	for (size_t i = 0; i < key_table_count; i++) {
		if (!(key_table[i].places & ~(PLACE_LESSON | PLACE_STAGED)) == lesson)
			set_add(&wanted, xstrdup(_(key_table[i].keys)));
	}
	read_items(page->path, page->keys, lesson ? page->lesson_keys : "", &has);
	return differ(page->path, &has, &wanted);
}

static size_t settings_differ(const struct page *page)
{
	struct set has = {0}, wanted = {0};

	for (enum settings_key key = 0; key < SETTINGS_COUNT; key++) {
		autofree char *choices = settings_choices(key);

		set_add(&wanted, xasprintf("%s = %s", settings_table[key].name, choices));
	}
	read_items(page->path, page->settings, "", &has);
	return differ(page->path, &has, &wanted);
}

static size_t words_differ(const struct page *page, const char *section, const char *subsection,
    const struct lesson_word *words)
{
	struct set has = {0}, wanted = {0};

	for (; words->word; words++)
		set_add(&wanted, xstrdup(words->word));
	read_items(page->lesson_path, section, subsection, &has);
	return differ(page->lesson_path, &has, &wanted);
}

/* The words of the block "when": its own, and what kernels do. */
static size_t conditions_differ(const struct page *page)
{
	struct set has = {0}, wanted = {0};

	for (const struct lesson_word *word = lesson_when_words; word->word; word++)
		set_add(&wanted, xstrdup(word->word));
	for (const struct feature *feature = features; feature->word; feature++)
		set_add(&wanted, xstrdup(feature->word));
	read_items(page->lesson_path, page->blocks, page->when, &has);
	return differ(page->lesson_path, &has, &wanted);
}

static size_t calls_differ(const struct page *page)
{
	struct set has = {0}, wanted = {0};

	for (const struct call *const *family = call_families; *family; family++) {
		for (const struct call *call = *family; call->name; call++)
			set_add(&wanted, xstrdup(call->form));
	}
	read_items(page->lesson_path, page->calls, "", &has);
	return differ(page->lesson_path, &has, &wanted);
}

static size_t terms_differ(const struct page *page)
{
	struct set has = {0}, wanted = {0};

	for (const struct term *term = terms; term->name; term++)
		set_add(&wanted, xstrdup(term->form));
	read_items(page->lesson_path, page->terms, "", &has);
	return differ(page->lesson_path, &has, &wanted);
}

/* "CALL: WORD" for each word that an argument of it can be. */
static void add_call_words(struct set *set, const struct call *call, const struct call_words *words)
{
	for (int type = 0; words->namespaces && type < NS_TYPE_COUNT; type++)
		set_add(set, xasprintf("%s: %s", call->name, ns_types[type].flag_name));
	for (const struct call_word *word = words->list; word->word; word++)
		set_add(set, xasprintf("%s: %s", call->name, word->word));
}

/* The same from the page: items with the names of calls, below them lines of words in capitals. */
static void read_call_words(const struct page *page, struct set *set)
{
	struct reader reader;
	autofree char *calls = NULL;

	reader_begin(&reader, page->lesson_path);
	while (reader_next(&reader)) {
		char *words = reader.line, *word;

		if (strcmp(reader.section, page->calls) != 0 ||
		    strcmp(reader.subsection, page->words) != 0)
			continue;
		if (strncmp(words, ".It ", 4) == 0) {
			free(calls);
			calls = macros_text(words + 4);
		}
		if (words[strspn(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789 ")])
			continue;
		while ((word = next_word(&words))) {
			autofree char *names = xstrdup(calls);
			char *name, *rest = names;

			while ((name = strsep(&rest, ",")))
				set_add(set, xasprintf("%s: %s", name + strspn(name, " "), word));
		}
	}
}

static size_t call_words_differ(const struct page *page)
{
	struct set has = {0}, wanted = {0};

	for (const struct call *const *family = call_families; *family; family++) {
		for (const struct call *call = *family; call->name; call++) {
			for (size_t i = 0; i < array_len(call->words); i++) {
				if (call->words[i])
					add_call_words(&wanted, call, call->words[i]);
			}
		}
	}
	read_call_words(page, &has);
	return differ(page->lesson_path, &has, &wanted);
}

/* --- The tests -------------------------------------------------------------------------------- */

/* With the catalogues of this build, which are beside the program. */
static void speak(const char *language)
{
	const char *program = getenv("NSSCOPE_BIN");
	autofree char *path = xstrdup(program ? program : "build/nsscope");
	autofree char *folder = xasprintf("%s/locale", dirname(path));

	assert_true(language_set(language));
	bindtextdomain("nsscope", folder);
}

static void the_program(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < array_len(pages); i++) {
		speak(pages[i].language);
		count += commands_differ(&pages[i]) + options_differ(&pages[i]) +
		         keys_differ(&pages[i], false) + keys_differ(&pages[i], true) +
		         settings_differ(&pages[i]);
	}
	assert_int_equal(count, 0);
}

static void lesson_files(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < array_len(pages); i++) {
		const struct page *page = &pages[i];

		speak(page->language);
		count += words_differ(page, page->blocks, "", lesson_block_words) +
		         words_differ(page, page->blocks, page->facts, lesson_fact_words) +
		         words_differ(page, page->blocks, page->view, lesson_view_words) +
		         conditions_differ(page) + calls_differ(page) + call_words_differ(page) +
		         terms_differ(page);
	}
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_program),
	    cmocka_unit_test(lesson_files),
	};

	return cmocka_run_group_tests_name("manual", tests, NULL, NULL);
}
