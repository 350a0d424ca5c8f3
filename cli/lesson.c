/* nsscope lesson: the list, one lesson, or the check of a lesson file. */
#include "cli/cli.h"
#include "cli/explore.h"
#include "cli/language.h"
#include "cli/lesson_all.h"
#include "cli/notes.h"
#include "cli/options.h"
#include "cli/report.h"
#include "lessons/play/progress.h"
#include "lessons/script/lesson_lines.h"
#include "model/base/i18n.h"
#include "model/base/nearest.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { AUTO_MAX_S = 600 };

struct lesson_options {
	bool plain, yes, solve, notes, trust, present;
	unsigned auto_s;
	size_t from;
	bool has_from;
	const char *lessons; /* the folder to look in first, NULL for none */
};

enum option_value {
	OPTION_PLAIN = 0x100,
	OPTION_YES,
	OPTION_SOLVE,
	OPTION_NOTES,
	OPTION_TRUST,
	OPTION_FROM,
	OPTION_LESSONS,
	OPTION_PRESENT,
	OPTION_AUTO,
};

static const struct cli_option option_table[] = {
    {"plain", 0, NULL, N_("play it here, line by line; so it is also into a pipe"), OPTION_PLAIN},
    {"yes", 0, NULL, N_("plain: don't ask for predictions, tell the answers"), OPTION_YES},
    {"solve", 0, NULL, N_("plain: run the solution of each task, as you would"), OPTION_SOLVE},
    {"notes", 0, NULL, N_("show the notes for who speaks, too"), OPTION_NOTES},
    {"from", 0, N_("STEP"), N_("begin with this step; those before are played by themselves"),
        OPTION_FROM},
    {"present", 0, NULL, N_("begin in presenter mode: larger, and PageDown or a clicker goes on"),
        OPTION_PRESENT},
    {"auto", 0, N_("SECONDS"), N_("let it go on by itself, so many seconds for each part"),
        OPTION_AUTO},
    {"lessons", 0, N_("DIR"), N_("look for lessons in this folder first"), OPTION_LESSONS},
    {"trust", 0, NULL, N_("let a lesson that is none of nsscope's own run lines of a shell"),
        OPTION_TRUST},
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
    .about = N_("Lists the lessons; opens the lesson NAME (with a slash in it: a file); looks for "
                "mistakes in a lesson file; forgets how far you have come.  --notes without a "
                "NAME is for the speaker's second terminal: it follows the lesson that you play "
                "in the first."),
    .options = option_table,
    .exits = N_("0 done and all checks held, 1 some failed or the file has a mistake, 2 wrong "
                "usage, 3 the kernel forbids what the lesson needs."),
};

static bool parse_from(const char *text, size_t *ret_from)
{
	unsigned long step;

	if (report_number(text, 0, LESSON_STEPS_MAX, &step) < 0) {
		report_error("lesson", _("--from takes the number of a step, not \"%s\""), text);
		return false;
	}
	*ret_from = step;
	return true;
}

static bool parse_auto(const char *text, unsigned *ret_seconds)
{
	unsigned long seconds;

	if (report_number(text, 1, AUTO_MAX_S, &seconds) < 0) {
		report_error(
		    "lesson", _("--auto takes 1 to %d seconds, not \"%s\""), AUTO_MAX_S, text);
		return false;
	}
	*ret_seconds = (unsigned)seconds;
	return true;
}

/* Returns EXIT_DONE with @ret_options filled, or the exit status; *@ret_end: there is nothing more
 * to do, whatever is returned. */
static int parse_options(int argc, char **argv, struct lesson_options *ret_options, bool *ret_end)
{
	struct options given;
	int option;

	options_begin(&given, &lesson_usage, argc, argv);
	while ((option = options_next(&given)) > 0) {
		switch (option) {
		case OPTION_PLAIN:
			ret_options->plain = true;
			break;
		case OPTION_YES:
			ret_options->yes = true;
			break;
		case OPTION_SOLVE:
			ret_options->solve = true;
			break;
		case OPTION_NOTES:
			ret_options->notes = true;
			break;
		case OPTION_TRUST:
			ret_options->trust = true;
			break;
		case OPTION_FROM:
			if (!parse_from(optarg, &ret_options->from)) {
				*ret_end = true;
				return EXIT_USAGE;
			}
			ret_options->has_from = true;
			break;
		case OPTION_PRESENT:
			ret_options->present = true;
			break;
		case OPTION_AUTO:
			if (!parse_auto(optarg, &ret_options->auto_s)) {
				*ret_end = true;
				return EXIT_USAGE;
			}
			break;
		case OPTION_LESSONS:
			ret_options->lessons = optarg;
			break;
		}
	}
	*ret_end = option == OPTIONS_STOP;
	return *ret_end ? given.status : EXIT_DONE;
}

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

/* Says why it could not be loaded, for what library_load returned below 0. */
static void print_failure(const char *file, int error, const struct lesson_error *mistake)
{
	if (error == -EBADMSG)
		print_error(file, mistake);
	else
		report_error("lesson", "%s: %s", file,
		    error == -EINVAL ? _("it is no regular file") : errand_error(error));
}

struct lesson *cli_load_lesson(
    const struct library *library, const struct library_entry *entry, bool trust)
{
	struct lesson *lesson;
	struct lesson_error error = {0};
	int r = library_load(library, entry, &lesson, &error);

	if (r < 0) {
		autofree char *file = library_place(entry);

		print_failure(file, r, &error);
		return NULL;
	}
	lesson->foreign = lesson->foreign && !trust;
	return lesson;
}

/* --- The list --------------------------------------------------------------------------------- */

static void list_lesson(
    const struct library_entry *entry, const struct lesson *lesson, const struct progress *progress)
{
	autofree char *note = library_note(lesson, progress_find(progress, lesson->name));
	struct line line;

	line_init_verbatim(&line, report_charset());
	line_adds(&line, STYLE_STRONG, lesson->name);
	line_pad(&line, 12);
	line_adds(&line, STYLE_PLAIN, "  ");
	line_adds(&line, STYLE_PLAIN, lesson->title);
	if (*note)
		line_addf(&line, STYLE_DIM, _("  (%s)"), note);
	if (entry->path)
		line_addf(&line, STYLE_DIM, "  %s", entry->path);
	report_line(&line, report_cols());
	line_done(&line);
}

static int list(const struct library *library)
{
	struct progress progress;
	int status = EXIT_DONE;

	progress_load(&progress);
	for (size_t i = 0; i < library->count; i++) {
		struct lesson *lesson = cli_load_lesson(library, &library->entries[i], false);

		if (lesson)
			list_lesson(&library->entries[i], lesson, &progress);
		else
			status = EXIT_FAILED;
		lesson_free(lesson);
	}
	progress_done(&progress);
	return report_finish("lesson", status);
}

/* --- check, reset ----------------------------------------------------------------------------- */

static int check(const char *path)
{
	struct lesson_error error = {0};
	struct lesson *lesson;
	int r = library_load_file(path, language_code(), &lesson, &error);

	if (r < 0) {
		print_failure(path, r, &error);
		return EXIT_FAILED;
	}
	lesson_free(lesson);
	return EXIT_DONE;
}

static int reset(const char *name)
{
	int r = progress_forget(name);

	if (r >= 0)
		return EXIT_DONE;
	report_error("lesson", _("what was kept of your progress can't be changed: %s"),
	    r == -ENOENT ? _("there is no place for it") : errand_error(r));
	return EXIT_FAILED;
}

/* --- One lesson ------------------------------------------------------------------------------- */

static int unknown_lesson(const struct library *library, const char *name)
{
	const char **names = xcalloc(library->count + 1, sizeof(*names));
	const char *nearest;

	for (size_t i = 0; i < library->count; i++)
		names[i] = library->entries[i].name;
	nearest = nearest_word(name, names, library->count);
	if (nearest)
		report_error("lesson", _("there is no lesson \"%s\"; is %s meant?"), name, nearest);
	else
		report_error(
		    "lesson", _("there is no lesson \"%s\"; \"nsscope lesson\" lists them"), name);
	free(names);
	return EXIT_USAGE;
}

static int explore_lesson(const struct lesson *lesson, const struct lesson_options *options)
{
	struct tui_options tui = explore_options;
	enum grouping by;

	tui.ascii = report_charset() == CHARSET_ASCII;
	tui.lesson = lesson;
	tui.lessons = options->lessons;
	tui.notes = options->notes;
	tui.present = options->present;
	tui.auto_s = options->auto_s;
	tui.from = options->from;
	tui.resume = !options->has_from;
	if (lesson->group && grouping_from_name(lesson->group, &by))
		tui.settings.values[SETTINGS_BY] = by;
	return explore(&tui);
}

static struct lesson_plain_options plain_options(const struct lesson_options *options)
{
	const char *solve = getenv("NSSCOPE_SOLVE");

	return (struct lesson_plain_options){
	    .charset = report_charset(),
	    .asks = !options->yes && isatty(STDIN_FILENO),
	    .solves = options->solve || (solve && !strcmp(solve, "1")),
	    .notes = options->notes,
	    .from = options->from,
	};
}

/* A file, whatever it is called.  NULL after a message. */
static struct lesson *load_file(const char *path, bool trust)
{
	struct lesson *lesson;
	struct lesson_error error = {0};
	int r = library_load_file(path, language_code(), &lesson, &error);

	if (r < 0) {
		print_failure(path, r, &error);
		return NULL;
	}
	lesson->foreign = !trust;
	return lesson;
}

static int open_lesson(
    const struct library *library, const char *name, const struct lesson_options *options)
{
	const struct lesson_plain_options plain = plain_options(options);
	const struct library_entry *entry = library_find(library, name);
	struct lesson_plain_result result;
	struct lesson *lesson;
	int status;

	if (!entry && !strchr(name, '/'))
		return unknown_lesson(library, name);
	lesson = entry ? cli_load_lesson(library, entry, options->trust)
	               : load_file(name, options->trust);
	if (!lesson)
		return EXIT_FAILED;
	if (options->plain || !isatty(STDOUT_FILENO))
		status = report_finish("lesson", lesson_plain(lesson, &plain, &result));
	else
		status = explore_lesson(lesson, options);
	lesson_free(lesson);
	return status;
}

static int play_all(const struct library *library, const struct lesson_options *options)
{
	const struct lesson_plain_options plain = plain_options(options);

	if (!options->plain && isatty(STDOUT_FILENO)) {
		report_error("lesson", _("all lessons are played only with --plain"));
		return EXIT_USAGE;
	}
	return report_finish("lesson", lesson_all(library, &plain, options->trust));
}

static int run(
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
			return report_surplus("lesson", argv[2]);
		return *word == 'c' ? check(argv[1]) : reset(argv[1]);
	}
	if (argc > 1)
		return report_surplus("lesson", argv[1]);
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
	bool end;
	int status = parse_options(argc, argv, &options, &end);

	if (end)
		return status;
	library = library_new(language_code(), options.lessons);
	if (library->late)
		report_error("lesson", "%s: %s", library->late, errand_error(-ETIMEDOUT));
	status = run(library, &options, argc - optind, argv + optind);
	library_free(library);
	return status;
}
