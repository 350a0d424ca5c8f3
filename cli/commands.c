/* nsscope's own options, the table of commands, and the settings that both begin with. */
#include "cli/cli.h"
#include "cli/explore.h"
#include "cli/language.h"
#include "cli/report.h"
#include "lessons/play/xdg_file.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifndef VERSION
#define VERSION "unknown" /* the Makefile has it */
#endif

enum { SETTINGS_BYTES_MAX = 64 * 1024 };

/* --- The tables ------------------------------------------------------------------------------- */

const struct cli_command cli_commands[] = {
    {"tree", cli_tree, N_("the tree of processes and namespaces, once, as text"), &tree_usage},
    {"json", cli_json, N_("the whole graph as JSON"), &json_usage},
    {"dot", cli_dot, N_("the namespaces as a graph, for Graphviz or Mermaid"), &dot_usage},
    {"events", cli_events, N_("what changes, a line each, until Ctrl-C"), &events_usage},
    {"record", cli_record, N_("what changes, into a file"), &record_usage},
    {"replay", cli_replay, N_("what was recorded: the explorer on it, or its events"),
        &replay_usage},
    {"compare", cli_compare, N_("what two processes share, and what that means"), &compare_usage},
    {"inspect", cli_inspect, N_("what is in a namespace, or in those of a process"),
        &inspect_usage},
    {"doctor", cli_doctor, N_("what works here, and what to do about the rest"), &doctor_usage},
    {"lesson", cli_lesson, N_("the lessons; NAME opens one, NAME --plain plays it as text"),
        &lesson_usage},
    {"lab", cli_lab, N_("make and join namespaces by hand, and watch it in the tree"), &lab_usage},
    {"tour", cli_tour, N_("the explorer in two minutes: six keys, one after the other"),
        &tour_usage},
    {0},
};

struct main_options {
	const char *by, *interval, *theme, *lessons; /* NULL: not given */
	bool no_color, no_mouse, plain;
};

static int take_version(const struct cli_option *option, void *values, const char *argument)
{
	(void)option, (void)values, (void)argument;
	puts("nsscope " VERSION);
	return report_finish("", EXIT_DONE);
}

static const struct cli_option option_table[] = {
    {"by", 0, "pid|type|owner|group", SETTINGS_HELP_BY,
        .offset = offsetof(struct main_options, by)},
    {"interval", 0, N_("MS"), SETTINGS_HELP_INTERVAL,
        .offset = offsetof(struct main_options, interval)},
    {"theme", 0, "auto|dark|light|contrast|mono", SETTINGS_HELP_THEME,
        .offset = offsetof(struct main_options, theme)},
    {"no-color", 0, NULL, N_("no colors (so does NO_COLOR in the environment)"),
        .offset = offsetof(struct main_options, no_color)},
    {"no-mouse", 0, NULL, N_("leave the mouse to the terminal"),
        .offset = offsetof(struct main_options, no_mouse)},
    {"plain", 0, NULL,
        N_("no screen: print the tree as lines, once; the commands print the other views"),
        .offset = offsetof(struct main_options, plain)},
    {"lessons", 0, N_("DIR"), N_("look for lessons in this folder first"),
        .offset = offsetof(struct main_options, lessons)},
    {"version", 'V', NULL, N_("the version"), .take = take_version},
    {0},
};

const struct cli_usage main_usage = {
    .command = "",
    .forms = N_("nsscope [OPTION]... [COMMAND [ARGUMENT]...]"),
    .about = N_("nsscope shows the namespaces of the running machine live, and teaches them by "
                "doing.  Without a command it opens the explorer; into a pipe it prints the tree."),
    .options = option_table,
    .commands = cli_commands,
    .operands_max = -1,
    .notes = N_("nsscope COMMAND --help shows more about a command."),
    .exits = N_("0 done, 1 a check or a look-up failed, 2 wrong usage, 3 forbidden here."),
};

/* --- The settings ----------------------------------------------------------------------------- */

struct settings_file {
	const char *path;
	char *error; /* the first error, or NULL */
};

static void report_setting(void *data, size_t line, const char *message)
{
	struct settings_file *file = data;
	autofree char *text = xasprintf("%s:%zu: %s", file->path, line, message);

	report_error("", "%s", text);
	if (!file->error)
		file->error = xstrdup(text);
}

/* Reads the settings file, if there is one, over the defaults; what is wrong in it is reported, and
 * the rest holds.  Sets language and characters.
 * @ret_error: the first error, for the screen; the caller frees it; NULL for none. */
static void read_settings(struct settings *ret_settings, char **ret_error)
{
	autofree char *path = home_path(HOME_CONFIG, "config", false);
	autofree char *text = NULL;
	struct settings_file file = {.path = path};
	size_t len = 0;
	int r = path ? home_read(path, SETTINGS_BYTES_MAX, &text, &len) : 0;

	settings_init(ret_settings);
	/* A process that changed its user but not its environment (setpriv(1), su(1)) may not read
	 * the former user's home: it has no settings. */
	if (r == -EACCES && !home_is_own(HOME_CONFIG))
		r = 0;
	if (r < 0) {
		file.error = xasprintf("%s: %s", path, errand_error(r));
		report_error("", "%s", file.error);
	}
	if (text)
		settings_read(ret_settings, text, len, report_setting, &file);
	unsigned language = ret_settings->values[SETTINGS_LANG];

	if (ret_settings->values[SETTINGS_ASCII] == SETTINGS_ON) {
		report_use_ascii();
		language_use_ascii();
	} else if (language > 0) {
		language_set(settings_table[SETTINGS_LANG].words[language]);
	}
	*ret_error = file.error;
}

/* Sets @key to the argument of the option of that name, NULL where it was not given.
 * Returns OPTIONS_GO_ON, or EXIT_USAGE after a message. */
static int set_choice(enum settings_key key, const char *argument)
{
	const struct settings_info *info = &settings_table[key];
	size_t count = 0;

	if (!argument ||
	    settings_value(key, argument, strlen(argument), &explore_options.settings.values[key]))
		return OPTIONS_GO_ON;
	while (info->words[count])
		count++;
	return options_bad_value("", info->name, argument, info->words, count);
}

/* Sets what @options say of the explorer.  Returns OPTIONS_GO_ON, or EXIT_USAGE after a message. */
static int set_explorer(const struct main_options *options)
{
	unsigned *values = explore_options.settings.values;
	unsigned long interval_ms;
	int status = set_choice(SETTINGS_BY, options->by);

	if (status == OPTIONS_GO_ON)
		status = set_choice(SETTINGS_THEME, options->theme);
	if (status != OPTIONS_GO_ON)
		return status;
	/* The setting may also be "auto". */
	if (options->interval) {
		if (options_number(options->interval, 50, 60000, &interval_ms) < 0) {
			report_error("", _("--interval takes 50 to 60000 milliseconds, not \"%s\""),
			    options->interval);
			return EXIT_USAGE;
		}
		values[SETTINGS_INTERVAL] = (unsigned)interval_ms;
	}
	if (options->no_mouse)
		values[SETTINGS_MOUSE] = SETTINGS_OFF;
	explore_options.no_color = options->no_color;
	explore_options.lessons = options->lessons;
	return OPTIONS_GO_ON;
}

/* --- Running a command ------------------------------------------------------------------------ */

static int unknown_command(const char *word)
{
	const char *names[array_len(cli_commands)], *nearest;
	size_t count = 0;

	for (; cli_commands[count].name; count++)
		names[count] = cli_commands[count].name;
	nearest = nearest_word(word, names, count);
	if (nearest)
		report_error("", _("unknown command \"%s\"; did you mean %s?"), word, nearest);
	else
		report_error("", _("unknown command \"%s\"; see nsscope --help"), word);
	return EXIT_USAGE;
}

/* What the explorer would show, once: standard output is no terminal. */
static int print_tree(void)
{
	autofree char *by =
	    xasprintf("--by=%s", grouping_names[explore_options.settings.values[SETTINGS_BY]]);
	const char *argv[] = {"tree", by, NULL};

	return cli_tree(array_len(argv) - 1, (char **)argv);
}

static int run_command(int argc, char **argv, const struct main_options *options)
{
	const struct cli_command *command = cli_commands;

	if (!strcmp(argv[0], "shell"))
		return cli_shell(argc, argv);
	while (command->name && strcmp(argv[0], command->name) != 0)
		command++;
	if (!command->name)
		return unknown_command(argv[0]);
	const char *of_explorer = options->by         ? "by"
	                          : options->interval ? "interval"
	                          : options->theme    ? "theme"
	                          : options->no_color ? "no-color"
	                          : options->no_mouse ? "no-mouse"
	                          : options->lessons  ? "lessons"
	                                              : NULL;
	bool explores =
	    command->run == cli_lesson || command->run == cli_lab || command->run == cli_replay;

	if (of_explorer && !explores) {
		report_error("", _("option --%s is the explorer's; see nsscope %s --help"),
		    of_explorer, command->name);
		return EXIT_USAGE;
	}
	/* The others print lines anyway. */
	if (options->plain && explores) {
		report_error("", _("--plain comes after this command: nsscope %s ... --plain"),
		    command->name);
		return EXIT_USAGE;
	}
	return command->run(argc, argv);
}

int cli_run(int argc, char **argv)
{
	struct main_options options = {0};
	autofree char *settings_error = NULL;
	int status;

	read_settings(&explore_options.settings, &settings_error);
	explore_options.said = settings_error;
	status = options_read(&main_usage, &argc, &argv, &options);
	if (status == OPTIONS_GO_ON)
		status = set_explorer(&options);
	if (status != OPTIONS_GO_ON)
		return status;
	if (argc > 0)
		return run_command(argc, argv, &options);
	return isatty(STDOUT_FILENO) && !options.plain ? explore(&explore_options) : print_tree();
}
