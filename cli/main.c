/* nsscope: the command line. */

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/explore.h"
#include "cli/language.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "lessons/play/shell.h"
#include "lessons/stage/stage.h"
#include "model/base/i18n.h"
#include "model/base/nearest.h"
#include "model/base/util.h"
#include "model/view/outline.h"
#include "scanner/proc/want.h"
#include "scanner/scan.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#ifndef VERSION
#define VERSION "unknown" /* the Makefile has it */
#endif

enum { COMMANDS_MAX = 64 };

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
 * @ret_plain: no screen is wanted.
 * Returns -1 to go on, or an exit status. */
static int parse_options(int argc, char **argv, const char **ret_explorer, bool *ret_plain)
{
	struct tui_options *tui = &explore_options;
	struct options given;
	int option, status;

	options_begin(&given, &main_usage, argc, argv);
	while ((option = options_next(&given)) > 0) {
		switch (option) {
		case OPTION_BY:
			*ret_explorer = "by";
			status = settings_option(SETTINGS_BY, optarg, &tui->settings);
			if (status != EXIT_DONE)
				return status;
			break;
		case OPTION_INTERVAL:
			*ret_explorer = "interval";
			if (!parse_interval(optarg, &tui->settings.values[SETTINGS_INTERVAL]))
				return bad_interval(optarg);
			break;
		case OPTION_THEME:
			*ret_explorer = "theme";
			status = settings_option(SETTINGS_THEME, optarg, &tui->settings);
			if (status != EXIT_DONE)
				return status;
			break;
		case OPTION_NO_COLOR:
			*ret_explorer = "no-color";
			tui->no_color = true;
			break;
		case OPTION_NO_MOUSE:
			*ret_explorer = "no-mouse";
			tui->settings.values[SETTINGS_MOUSE] = SETTINGS_OFF;
			break;
		case OPTION_PLAIN:
			*ret_plain = true;
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
	const char *names[COMMANDS_MAX];
	size_t count = 0;

	for (; count < array_len(names) && cli_commands[count].name; count++)
		names[count] = cli_commands[count].name;
	const char *nearest = nearest_word(word, names, count);
	if (nearest)
		report_error("", _("there is no command \"%s\"; is %s meant?"), word, nearest);
	else
		report_error("", _("there is no command \"%s\"; see nsscope --help"), word);
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

/* @explorer, @plain: see parse_options. */
static int run_command(int argc, char **argv, const char *explorer, bool plain)
{
	const struct cli_command *command = cli_commands;

	/* None of the commands that people type. */
	if (!strcmp(argv[0], "shell"))
		return cli_shell(argc, argv);
	while (command->name && strcmp(argv[0], command->name) != 0)
		command++;
	if (!command->name)
		return unknown_command(argv[0]);
	bool explores =
	    command->run == cli_lesson || command->run == cli_lab || command->run == cli_replay;

	if (explorer && !explores) {
		report_error("", _("option --%s is the explorer's; see nsscope %s --help"),
		    explorer, command->name);
		return EXIT_USAGE;
	}
	/* The others print lines anyway. */
	if (plain && explores) {
		report_error("", _("--plain stands behind this command: nsscope %s ... --plain"),
		    command->name);
		return EXIT_USAGE;
	}
	return command->run(argc, argv);
}

/* Has it more privileges than who started it?  Then that one's files, variables and PATH would lead it.
 * Not translated, since to look for translations is to open files already.  getauxval(3) */
static bool is_setuid(void)
{
	if (!getauxval(AT_SECURE))
		return false;
	report_error("", "is not made to be setuid, setgid or to have file capabilities: remove "
	                 "them (chmod u-s,g-s; setcap -r), and use sudo nsscope");
	return true;
}

int main(int argc, char **argv)
{
	const char *explorer = NULL;
	bool plain = false;
	autofree char *said = NULL;

	stage_resume(argv[0]);
	shell_resume(argv[0]);
	if (is_setuid())
		_exit(
		    EXIT_USAGE); /* nothing more is run with these privileges, no handlers of exit(3) either */
	descriptors_raise();
	language_set(NULL);
	scan_prefer(SCAN_AUTO);
	settings_begin(&explore_options.settings, &said);
	explore_options.said = said;
	int status = parse_options(argc, argv, &explorer, &plain);
	if (status >= 0)
		return status;
	argc -= optind;
	argv += optind;
	if (argc > 0)
		return run_command(argc, argv, explorer, plain);
	return isatty(STDOUT_FILENO) && !plain ? explore(&explore_options) : print_tree();
}
