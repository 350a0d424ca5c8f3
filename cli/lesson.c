/* nsscope lesson: the list, one lesson or all of them, the check of a lesson file. */
#include "cli/lesson.h"
#include "cli/cli.h"
#include "cli/explore.h"
#include "cli/language.h"
#include "cli/report.h"
#include "lessons/play/library.h"
#include "lessons/play/progress.h"
#include "lessons/script/lesson.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { AUTO_MAX_S = 600 };

static int take_from(const struct cli_option *option, void *values, const char *argument)
{
	struct lesson_options *options = values;

	(void)option;
	options->has_from = true;
	if (options_number(argument, 0, LESSON_STEPS_MAX, &options->from) == 0)
		return OPTIONS_GO_ON;
	report_error("lesson", _("--from takes the number of a step, not \"%s\""), argument);
	return EXIT_USAGE;
}

static int take_auto(const struct cli_option *option, void *values, const char *argument)
{
	struct lesson_options *options = values;

	(void)option;
	if (options_number(argument, 1, AUTO_MAX_S, &options->auto_s) == 0)
		return OPTIONS_GO_ON;
	report_error("lesson", _("--auto takes 1 to %d seconds, not \"%s\""), AUTO_MAX_S, argument);
	return EXIT_USAGE;
}

static const struct cli_option option_table[] = {
    {"plain", 0, NULL, N_("play it here, line by line; so it is also into a pipe"),
        .offset = offsetof(struct lesson_options, plain)},
    {"yes", 0, NULL, N_("plain: don't ask for predictions, show the answers"),
        .offset = offsetof(struct lesson_options, yes)},
    {"solve", 0, NULL, N_("plain: run the solution of each task, as you would"),
        .offset = offsetof(struct lesson_options, solve)},
    {"notes", 0, NULL, N_("show the speaker notes, too"),
        .offset = offsetof(struct lesson_options, notes)},
    {"from", 0, N_("STEP"), N_("start with this step; earlier steps run automatically"),
        .take = take_from},
    {"present", 0, NULL,
        N_("start in presenter mode: wider spacing, and PageDown or a clicker continues"),
        .offset = offsetof(struct lesson_options, present)},
    {"auto", 0, N_("SECONDS"), N_("let it go on by itself, so many seconds for each part"),
        .take = take_auto},
    {"lessons", 0, N_("DIR"), N_("look for lessons in this folder first"),
        .offset = offsetof(struct lesson_options, lessons)},
    {"trust", 0, NULL, N_("let a lesson that is none of nsscope's own run lines of a shell"),
        .offset = offsetof(struct lesson_options, trust)},
    {0},
};

const struct cli_usage lesson_usage = {
    .command = "lesson",
    .forms = N_("nsscope lesson\n"
                "nsscope lesson [OPTION]... NAME\n"
                "nsscope lesson [OPTION]... all --plain\n"
                "nsscope lesson --notes\n"
                "nsscope lesson check FILE\n"
                "nsscope lesson reset [NAME]"),
    .about = N_("Lists the lessons; opens the lesson NAME (a file, if it has a slash); checks a "
                "lesson file for mistakes; resets your progress.  --notes without a NAME is for "
                "the speaker's second terminal: it follows the lesson in the first."),
    .options = option_table,
    .operands_max = -1,
    .exits = N_("0 done and all checks held, 1 some failed or the file has a mistake, 2 wrong "
                "usage, 3 the kernel forbids what the lesson needs."),
};

/* --- Loading ---------------------------------------------------------------------------------- */

/* Prints "FILE:LINE:COLUMN: message" on standard error. */
static void print_error(const char *file, const struct lesson_error *error)
{
	struct line line;

	line_init_verbatim(&line, report_charset());
	line_adds(&line, STYLE_PLAIN, file);
	if (error->line)
		line_addf(&line, STYLE_PLAIN, ":%d", error->line);
	if (error->column)
		line_addf(&line, STYLE_PLAIN, ":%d", error->column);
	line_addf(&line, STYLE_PLAIN, ": %s", error->message);
	fprintf(stderr, "%s\n", line.text);
	line_done(&line);
}

/* Loads @entry, or where that is NULL the file @path.
 * @trust: a lesson that is not built in may run lines of a shell.
 * Returns NULL after a message. */
static struct lesson *load_lesson(
    const struct library *library, const struct library_entry *entry, const char *path, bool trust)
{
	struct lesson *lesson;
	struct lesson_error error = {0};
	int r = entry ? library_load(library, entry, &lesson, &error)
	              : library_load_file(path, language_code(), &lesson, &error);

	if (r < 0) {
		autofree char *file = entry ? library_place(entry) : xstrdup(path);

		if (r == -EBADMSG)
			print_error(file, &error);
		else
			report_error("lesson", "%s: %s", file,
			    r == -EINVAL ? _("it is no regular file") : errand_error(r));
		return NULL;
	}
	lesson->foreign = (!entry || lesson->foreign) && !trust;
	return lesson;
}

/* --- The list --------------------------------------------------------------------------------- */

/* Begins a row with the name of a lesson. */
static void begin_row(struct line *line, const char *name)
{
	line_init_verbatim(line, report_charset());
	line_adds(line, STYLE_STRONG, name);
	line_pad(line, 12);
	line_adds(line, STYLE_PLAIN, "  ");
}

static void list_lesson(
    const struct library_entry *entry, const struct lesson *lesson, const struct progress *progress)
{
	struct line line;

	line_init_verbatim(&line, report_charset());
	library_add_entry(&line, entry, lesson, progress_find(progress, lesson->name));
	report_line(&line, report_cols());
	line_done(&line);
}

static int list(const struct library *library)
{
	struct progress progress;
	int status = EXIT_DONE;

	progress_load(&progress);
	for (size_t i = 0; i < library->count; i++) {
		struct lesson *lesson = load_lesson(library, &library->entries[i], NULL, false);

		if (lesson)
			list_lesson(&library->entries[i], lesson, &progress);
		else
			status = EXIT_FAILED;
		lesson_free(lesson);
	}
	progress_done(&progress);
	return report_finish("lesson", status);
}

/* --- One lesson ------------------------------------------------------------------------------- */

static int check(const char *path)
{
	struct lesson *lesson = load_lesson(NULL, NULL, path, false);

	lesson_free(lesson);
	return lesson ? EXIT_DONE : EXIT_FAILED;
}

static int reset(const char *name)
{
	int r = progress_forget(name);

	if (r >= 0)
		return EXIT_DONE;
	report_error("lesson", _("your saved progress can't be changed: %s"),
	    r == -ENOENT ? _("there is no place for it") : errand_error(r));
	return EXIT_FAILED;
}

static int unknown_lesson(const struct library *library, const char *name)
{
	autofree const char **names = xcalloc(library->count + 1, sizeof(*names));
	const char *nearest;

	for (size_t i = 0; i < library->count; i++)
		names[i] = library->entries[i].name;
	nearest = nearest_word(name, names, library->count);
	if (nearest)
		report_error(
		    "lesson", _("there is no lesson \"%s\"; did you mean %s?"), name, nearest);
	else
		report_error(
		    "lesson", _("there is no lesson \"%s\"; \"nsscope lesson\" lists them"), name);
	return EXIT_USAGE;
}

static int explore_lesson(const struct lesson *lesson, const struct lesson_options *options)
{
	struct tui_options *tui = &explore_options;
	enum grouping by;

	tui->lesson = lesson;
	tui->lessons = options->lessons;
	tui->notes = options->notes;
	tui->present = options->present;
	tui->auto_s = (unsigned)options->auto_s;
	tui->from = options->from;
	tui->resume = !options->has_from;
	if (lesson->group && grouping_from_name(lesson->group, &by))
		tui->settings.values[SETTINGS_BY] = by;
	return explore(tui);
}

static int open_lesson(
    const struct library *library, const char *name, const struct lesson_options *options)
{
	const struct library_entry *entry = library_find(library, name);
	struct lesson_result result;
	struct lesson *lesson;
	int status;

	if (!entry && !strchr(name, '/'))
		return unknown_lesson(library, name);
	lesson = load_lesson(library, entry, name, options->trust);
	if (!lesson)
		return EXIT_FAILED;
	if (options->from >= lesson->step_count) {
		report_error("lesson", _("--from=%lu: this lesson has the steps 1 to %zu"),
		    options->from, lesson->step_count - 1);
		lesson_free(lesson);
		return EXIT_USAGE;
	}
	if (options->plain || !isatty(STDOUT_FILENO))
		status = report_finish("lesson", lesson_plain(lesson, options, &result));
	else
		status = explore_lesson(lesson, options);
	lesson_free(lesson);
	return status;
}

/* --- All lessons ------------------------------------------------------------------------------ */

struct played {
	const char *name;
	int status;
	struct lesson_result result;
};

static void print_played(const struct played *played)
{
	struct line line;

	begin_row(&line, played->name);
	if (played->status == EXIT_FORBIDDEN)
		line_adds(&line, STYLE_WARN, _("can't be played here"));
	else
		line_addf(&line, played->status == EXIT_DONE ? STYLE_OK : STYLE_FAIL,
		    _("%zu checks held, %zu failed"), played->result.held, played->result.failed);
	if (played->status != EXIT_FORBIDDEN && played->result.tasks > 0)
		line_addf(&line, STYLE_PLAIN, _("; %zu of %zu tasks done"), played->result.solved,
		    played->result.tasks);
	report_line(&line, 0);
	line_done(&line);
}

/* A failure is worse than a lesson that can't be played here. */
static int worse(int a, int b)
{
	if (a == EXIT_FAILED || b == EXIT_FAILED)
		return EXIT_FAILED;
	return a > b ? a : b;
}

static struct played play_one(const struct library *library, const struct library_entry *entry,
    const struct lesson_options *options)
{
	struct played played = {.name = entry->name, .status = EXIT_FAILED};
	struct lesson *lesson = load_lesson(library, entry, NULL, options->trust);

	if (!lesson)
		return played;
	played.status = lesson_plain(lesson, options, &played.result);
	lesson_free(lesson);
	printf("\n");
	return played;
}

/* Returns EXIT_FAILED where a lesson failed, else EXIT_FORBIDDEN where one can't be played here. */
static int play_all(const struct library *library, const struct lesson_options *options)
{
	autofree struct played *played = xcalloc(library->count + 1, sizeof(*played));
	int status = EXIT_DONE;

	if (!options->plain && isatty(STDOUT_FILENO)) {
		report_error("lesson", _("all lessons are played only with --plain"));
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < library->count; i++) {
		played[i] = play_one(library, &library->entries[i], options);
		status = worse(status, played[i].status);
	}
	for (size_t i = 0; i < library->count; i++)
		print_played(&played[i]);
	return report_finish("lesson", status);
}

static int run_words(
    const struct library *library, const struct lesson_options *options, int argc, char **argv)
{
	const char *word = argc > 0 ? argv[0] : NULL;

	if (!word && options->notes)
		return notes_follow();
	if (!word)
		return list(library);
	if (!strcmp(word, "check") && argc == 1) {
		report_error("lesson", _("check: which file?"));
		return EXIT_USAGE;
	}
	if (!strcmp(word, "check") || (!strcmp(word, "reset") && argc > 1)) {
		if (argc > 2)
			return options_surplus("lesson", argv[2]);
		return *word == 'c' ? check(argv[1]) : reset(argv[1]);
	}
	if (argc > 1)
		return options_surplus("lesson", argv[1]);
	if (!strcmp(word, "reset"))
		return reset(NULL);
	if (!strcmp(word, "all"))
		return play_all(library, options);
	return open_lesson(library, word, options);
}

int cli_lesson(int argc, char **argv)
{
	struct lesson_options options = {.lessons = explore_options.lessons};
	struct library *library;
	int status = options_read(&lesson_usage, &argc, &argv, &options);

	if (status != OPTIONS_GO_ON)
		return status;
	library = library_new(language_code(), options.lessons);
	if (library->late)
		report_error("lesson", "%s: %s", library->late, errand_error(-ETIMEDOUT));
	status = run_words(library, &options, argc, argv);
	library_free(library);
	return status;
}
