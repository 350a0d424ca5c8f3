/* nsscope: the command line. */

#include "cli/cli.h"
#include "cli/explore.h"
#include "cli/language.h"
#include "cli/options.h"
#include "cli/report.h"
#include "lessons/stage.h"
#include "model/i18n.h"
#include "model/nearest.h"
#include "model/outline.h"
#include "model/util.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#ifndef VERSION
#define VERSION "0.1.0"
#endif

static const struct cli_command commands[] = {
    {"tree", cli_tree, N_("the tree of processes and namespaces, once, as text")},
    {"json", cli_json, N_("the whole graph as JSON")},
    {"dot", cli_dot, N_("the namespaces as a graph, for Graphviz or Mermaid")},
    {"events", cli_events, N_("what changes, a line each, until Ctrl-C")},
    {"compare", cli_compare, N_("what two processes share, and what that means")},
    {"inspect", cli_inspect, N_("what is in a namespace, or in those of a process")},
    {"doctor", cli_doctor, N_("what works here, and the cure for what doesn't")},
    {"lesson", cli_lesson, N_("the lessons; NAME opens one, NAME --plain plays it as text")},
    {0},
};

enum option_value {
	OPTION_BY = 0x100,
	OPTION_NO_COLOUR,
	OPTION_NO_MOUSE,
	OPTION_INTERVAL,
	OPTION_LESSONS,
	OPTION_VERSION,
};

static const struct cli_option option_table[] = {
    {"by", 0, N_("GROUPING"), N_("group by pid, type or owner"), OPTION_BY},
    {"interval", 0, N_("MS"), N_("milliseconds between sweeps (50 to 60000)"), OPTION_INTERVAL},
    {"no-color", 0, NULL, N_("no colours (so does NO_COLOR in the environment)"), OPTION_NO_COLOUR},
    {"no-mouse", 0, NULL, N_("leave the mouse to the terminal"), OPTION_NO_MOUSE},
    {"lessons", 0, N_("DIR"), N_("look for lessons in this folder first"), OPTION_LESSONS},
    {"version", 'V', NULL, N_("the version"), OPTION_VERSION},
    {0},
};

static const struct cli_usage usage = {
    .command = "",
    .forms = N_("nsscope [OPTION]... [COMMAND [ARGUMENT]...]"),
    .about = N_("nsscope shows the namespaces of the running machine as a living picture, and "
                "teaches them by doing.  Without a command it opens the explorer; into a pipe it "
                "prints the tree."),
    .options = option_table,
    .commands = commands,
    .notes = N_("nsscope COMMAND --help tells more of a command."),
    .exits = N_("0 done, 1 a check or a look-up failed, 2 wrong usage, 3 forbidden here."),
};

static bool parse_interval(const char *digits, unsigned *ret)
{
	unsigned long value;

	if (report_number(digits, 50, 60000, &value) < 0)
		return false;
	*ret = (unsigned)value;
	return true;
}

static int bad_interval(const char *text)
{
	report_error("", _("--interval takes 50 to 60000 milliseconds, not \"%s\""), text);
	return EXIT_USAGE;
}

/* The arguments before the command.
 * @ret_explorer: the name of an option that only the explorer heeds, if one was given.
 * Returns -1 to go on, or an exit status. */
static int parse_options(int argc, char **argv, const char **ret_explorer)
{
	struct tui_options *tui = &explore_options;
	struct options given;
	int option, status;

	options_begin(&given, &usage, argc, argv);
	while ((option = options_next(&given)) > 0) {
		switch (option) {
		case OPTION_BY:
			*ret_explorer = "by";
			status = report_grouping("", optarg, &tui->grouping);
			if (status != EXIT_DONE)
				return status;
			break;
		case OPTION_INTERVAL:
			*ret_explorer = "interval";
			if (!parse_interval(optarg, &tui->interval_ms))
				return bad_interval(optarg);
			break;
		case OPTION_NO_COLOUR:
			*ret_explorer = "no-color";
			tui->no_colour = true;
			break;
		case OPTION_NO_MOUSE:
			*ret_explorer = "no-mouse";
			tui->no_mouse = true;
			break;
		case OPTION_LESSONS:
			*ret_explorer = "lessons";
			tui->lessons = optarg;
			break;
		case OPTION_VERSION:
			puts("nsscope " VERSION);
			return report_finish("", EXIT_DONE);
		}
	}
	tui->ascii = report_charset() == CHARSET_ASCII;
	return option == OPTIONS_STOP ? given.status : -1;
}

static int unknown_command(const char *word)
{
	const char *names[array_len(commands) - 1];

	for (size_t i = 0; i < array_len(names); i++)
		names[i] = commands[i].name;
	const char *nearest = nearest_word(word, names, array_len(names));
	if (nearest)
		report_error("", _("there is no command \"%s\"; is %s meant?"), word, nearest);
	else
		report_error("", _("there is no command \"%s\"; see nsscope --help"), word);
	return EXIT_USAGE;
}

/* What the explorer would show, once: standard output is no terminal. */
static int print_tree(void)
{
	autofree char *by = xasprintf("--by=%s", grouping_names[explore_options.grouping]);
	const char *argv[] = {"tree", by, NULL};

	return cli_tree(array_len(argv) - 1, (char **)argv);
}

/* @explorer: see parse_options. */
static int run_command(int argc, char **argv, const char *explorer)
{
	const struct cli_command *command = commands;

	while (command->name && strcmp(argv[0], command->name) != 0)
		command++;
	if (!command->name)
		return unknown_command(argv[0]);
	if (explorer && command->run != cli_lesson) {
		report_error("", _("option --%s is the explorer's; see nsscope %s --help"),
		    explorer, command->name);
		return EXIT_USAGE;
	}
	return command->run(argc, argv);
}

int main(int argc, char **argv)
{
	const char *explorer = NULL;

	stage_resume(argv[0]);
	language_set(NULL);
	int status = parse_options(argc, argv, &explorer);
	if (status >= 0)
		return status;
	argc -= optind;
	argv += optind;
	if (argc > 0)
		return run_command(argc, argv, explorer);
	return isatty(STDOUT_FILENO) ? explore(&explore_options) : print_tree();
}
