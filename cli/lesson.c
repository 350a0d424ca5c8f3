/* nsscope lesson: the list, one lesson, or the check of a lesson file. */
#include "cli/cli.h"
#include "cli/explore.h"
#include "cli/language.h"
#include "cli/lesson_plain.h"
#include "cli/options.h"
#include "cli/report.h"
#include "lessons/lesson_lines.h"
#include "model/i18n.h"
#include "model/nearest.h"
#include "model/util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_BYTES_MAX = 1024 * 1024, NAMES_MAX = 64 };

struct lesson_options {
	bool plain, yes, solve, notes, trust;
	size_t from;
};

enum option_value {
	OPTION_PLAIN = 0x100,
	OPTION_YES,
	OPTION_SOLVE,
	OPTION_NOTES,
	OPTION_TRUST,
	OPTION_FROM,
};

static const struct cli_option option_table[] = {
    {"plain", 0, NULL, N_("play it here, line by line; so it is also into a pipe"), OPTION_PLAIN},
    {"yes", 0, NULL, N_("plain: don't ask for predictions, tell the answers"), OPTION_YES},
    {"solve", 0, NULL, N_("plain: run the solution of each task, as you would"), OPTION_SOLVE},
    {"notes", 0, NULL, N_("show the notes for who speaks, too"), OPTION_NOTES},
    {"from", 0, N_("STEP"), N_("begin with this step; those before are played by themselves"),
        OPTION_FROM},
    {"trust", 0, NULL, N_("let a lesson that is none of nsscope's own run lines of a shell"),
        OPTION_TRUST},
    {0},
};

static const struct cli_usage usage = {
    .command = "lesson",
    .forms = N_("nsscope lesson\n"
                "nsscope lesson [OPTION]... NAME\n"
                "nsscope lesson [OPTION]... all --plain\n"
                "nsscope lesson check FILE"),
    .about = N_("Lists the lessons; opens the lesson NAME; looks for mistakes in a lesson file."),
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

/* Returns EXIT_DONE with @ret_options filled, or the exit status; *@ret_end: there is nothing more
 * to do, whatever is returned. */
static int parse_options(int argc, char **argv, struct lesson_options *ret_options, bool *ret_end)
{
	struct options given;
	int option;

	options_begin(&given, &usage, argc, argv);
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

	line_init(&line, report_charset());
	line_adds(&line, STYLE_PLAIN, file);
	if (error->line)
		line_addf(&line, STYLE_PLAIN, ":%d", error->line);
	if (error->column)
		line_addf(&line, STYLE_PLAIN, ":%d", error->column);
	line_addf(&line, STYLE_PLAIN, ": %s", error->message);
	fprintf(stderr, "%s\n", line.text);
	line_done(&line);
}

static struct lesson *parse_source(const struct lesson_source *source)
{
	struct lesson *lesson;
	struct lesson_error error = {0};
	autofree char *file = xasprintf("lessons/%s/%s.md", source->language, source->name);

	if (lesson_parse(source->data, (size_t)(source->end - source->data), source->language,
	        &lesson, &error) < 0) {
		print_error(file, &error);
		return NULL;
	}
	return lesson;
}

static int list(void)
{
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		struct lesson *lesson;
		struct line line;

		if (lesson_find(source->name, language_code()) != source)
			continue;
		lesson = parse_source(source);
		if (!lesson)
			return report_finish("lesson", EXIT_FAILED);
		line_init(&line, report_charset());
		line_adds(&line, STYLE_STRONG, lesson->name);
		line_pad(&line, 12);
		line_adds(&line, STYLE_PLAIN, "  ");
		line_adds(&line, STYLE_PLAIN, lesson->title);
		report_line(&line, report_cols());
		line_done(&line);
		lesson_free(lesson);
	}
	return report_finish("lesson", EXIT_DONE);
}

/* Reads at most one byte more than a lesson may have. */
static int read_file(const char *path, char **ret_data, size_t *ret_len)
{
	autofree char *data = xmalloc(FILE_BYTES_MAX + 1);
	FILE *file = fopen(path, "re");
	int r = 0;

	if (!file)
		return -errno;
	errno = 0;
	*ret_len = fread(data, 1, FILE_BYTES_MAX + 1, file);
	if (ferror(file))
		r = errno ? -errno : -EIO;
	fclose(file);
	if (r < 0)
		return r;
	*ret_data = data;
	data = NULL;
	return 0;
}

static int check(const char *path)
{
	struct lesson_error error = {0};
	struct lesson *lesson;
	autofree char *data = NULL;
	size_t len = 0;
	int r = read_file(path, &data, &len);

	if (r < 0) {
		report_error("lesson", "%s: %s", path, strerror(-r));
		return EXIT_FAILED;
	}
	if (lesson_parse(data, len, language_code(), &lesson, &error) < 0) {
		print_error(path, &error);
		return EXIT_FAILED;
	}
	lesson_free(lesson);
	return EXIT_DONE;
}

static int unknown_lesson(const char *name)
{
	const char *names[NAMES_MAX];
	const char *nearest;
	size_t count = 0;

	for (const struct lesson_source *source = lesson_sources;
	     source->name && count < array_len(names); source++)
		names[count++] = source->name;
	nearest = nearest_word(name, names, count);
	if (nearest)
		report_error("lesson", _("there is no lesson \"%s\"; is %s meant?"), name, nearest);
	else
		report_error(
		    "lesson", _("there is no lesson \"%s\"; \"nsscope lesson\" lists them"), name);
	return EXIT_USAGE;
}

static int explore_lesson(const struct lesson *lesson)
{
	struct tui_options tui = explore_options;

	tui.ascii = report_charset() == CHARSET_ASCII;
	tui.lesson = lesson;
	if (lesson->group)
		grouping_from_name(lesson->group, &tui.grouping);
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
	    .trusts = options->trust,
	    .from = options->from,
	};
}

static int open_lesson(const char *name, const struct lesson_options *options)
{
	const struct lesson_source *source = lesson_find(name, language_code());
	const struct lesson_plain_options plain = plain_options(options);
	struct lesson_plain_result result;
	struct lesson *lesson;
	int status;

	if (!source)
		return unknown_lesson(name);
	lesson = parse_source(source);
	if (!lesson)
		return EXIT_FAILED;
	if (options->plain || !isatty(STDOUT_FILENO))
		status = report_finish("lesson", lesson_plain(lesson, &plain, &result));
	else
		status = explore_lesson(lesson);
	lesson_free(lesson);
	return status;
}

/* --- All of them ------------------------------------------------------------------------------ */

struct played {
	char *name;
	int status;
	struct lesson_plain_result result;
};

static void print_played(const struct played *played)
{
	struct line line;

	line_init(&line, report_charset());
	line_adds(&line, STYLE_STRONG, played->name);
	line_pad(&line, 12);
	line_adds(&line, STYLE_PLAIN, "  ");
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

/* What failed weighs more than what could not be played. */
static int worse(int a, int b)
{
	if (a == EXIT_FAILED || b == EXIT_FAILED)
		return EXIT_FAILED;
	return a > b ? a : b;
}

static struct played play_one(
    const struct lesson_source *source, const struct lesson_plain_options *options)
{
	struct played played = {.name = xstrdup(source->name), .status = EXIT_FAILED};
	struct lesson *lesson = parse_source(source);

	if (!lesson)
		return played;
	played.status = lesson_plain(lesson, options, &played.result);
	lesson_free(lesson);
	printf("\n");
	return played;
}

static int play_all(const struct lesson_options *options)
{
	const struct lesson_plain_options plain = plain_options(options);
	struct played *played = NULL;
	size_t count = 0, room = 0;
	int status = EXIT_DONE;

	if (!options->plain && isatty(STDOUT_FILENO)) {
		report_error("lesson", _("all lessons are played only with --plain"));
		return EXIT_USAGE;
	}
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		if (lesson_find(source->name, language_code()) != source)
			continue;
		array_reserve(played, room, count + 1);
		played[count] = play_one(source, &plain);
		status = worse(status, played[count++].status);
	}
	for (size_t i = 0; i < count; i++) {
		print_played(&played[i]);
		free(played[i].name);
	}
	free(played);
	return report_finish("lesson", status);
}

int cli_lesson(int argc, char **argv)
{
	struct lesson_options options = {0};
	bool end;
	int status = parse_options(argc, argv, &options, &end);

	if (end)
		return status;
	argc -= optind;
	argv += optind;
	if (argc == 0)
		return list();
	if (!strcmp(argv[0], "check")) {
		if (argc == 2)
			return check(argv[1]);
		if (argc > 2)
			return report_surplus("lesson", argv[2]);
		report_error("lesson", _("check: which file?"));
		return EXIT_USAGE;
	}
	if (argc == 1 && !strcmp(argv[0], "all"))
		return play_all(&options);
	return argc > 1 ? report_surplus("lesson", argv[1]) : open_lesson(argv[0], &options);
}
