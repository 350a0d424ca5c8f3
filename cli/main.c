/* nsscope: the command line. */

#include "cli/cli.h"
#include "cli/language.h"
#include "cli/report.h"
#include "model/i18n.h"
#include "model/nearest.h"
#include "model/outline.h"
#include "model/util.h"
#include "tui/tui.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#ifndef VERSION
#define VERSION "0.1.0"
#endif

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary; /* msgid */
};

static const struct command commands[] = {
    {"tree", cli_tree, N_("the tree of processes and namespaces, once, as text")},
    {"json", cli_json, N_("the whole graph as JSON")},
    {"lesson", cli_lesson, N_("the lessons; NAME opens one, NAME --plain plays it as text")},
};

enum option_code {
	OPTION_BY = 256,
	OPTION_ASCII,
	OPTION_NO_COLOUR,
	OPTION_NO_MOUSE,
	OPTION_INTERVAL
};

struct main_option {
	struct option getopt;
	const char *argument; /* msgid, NULL for none */
	const char *summary;  /* msgid */
};

static const struct main_option options[] = {
    {{"by", required_argument, NULL, OPTION_BY}, N_("GROUPING"), N_("group by pid or type")},
    {{"interval", required_argument, NULL, OPTION_INTERVAL}, N_("MS"),
        N_("milliseconds between sweeps (50 to 60000)")},
    {{"ascii", no_argument, NULL, OPTION_ASCII}, NULL, N_("draw with ASCII characters only")},
    {{"no-color", no_argument, NULL, OPTION_NO_COLOUR}, NULL,
        N_("no colours (so does NO_COLOR in the environment)")},
    {{"no-mouse", no_argument, NULL, OPTION_NO_MOUSE}, NULL, N_("leave the mouse to the terminal")},
    {{"lang", required_argument, NULL, 'l'}, N_("LANGUAGE"), N_("en or zh")},
    {{"help", no_argument, NULL, 'h'}, NULL, N_("this text")},
    {{"version", no_argument, NULL, 'V'}, NULL, N_("the version")},
};

static void print_help(void)
{
	printf("%s\n\n%s\n\n", _("Usage: nsscope [OPTION]... [COMMAND [ARGUMENT]...]"),
	    _("nsscope shows the namespaces of the running machine as a living picture, and "
	      "teaches\n"
	      "them by doing. Without a command it opens the explorer; into a pipe it prints the "
	      "tree."));
	puts(_("Commands:"));
	for (size_t i = 0; i < array_len(commands); i++)
		printf("  %-22s %s\n", commands[i].name, _(commands[i].summary));
	printf("\n%s\n", _("Options:"));
	for (size_t i = 0; i < array_len(options); i++) {
		autofree char *name =
		    xasprintf("--%s%s%s", options[i].getopt.name, options[i].argument ? "=" : "",
		        options[i].argument ? _(options[i].argument) : "");
		printf("  %-22s %s\n", name, _(options[i].summary));
	}
	printf("\n%s\n%s\n", _("nsscope COMMAND --help tells more of a command."),
	    _("Exit status: 0 done, 1 a check or a look-up failed, 2 wrong usage, 3 forbidden "
	      "here."));
}

static bool parse_grouping(const char *name, enum grouping *ret)
{
	for (int i = 0; i < GROUPING_COUNT; i++) {
		if (strcmp(name, grouping_names[i]) == 0) {
			*ret = (enum grouping)i;
			return true;
		}
	}
	return false;
}

static bool parse_interval(const char *digits, unsigned *ret)
{
	char *end;

	errno = 0;
	unsigned long value = strtoul(digits, &end, 10);
	if (errno || end == digits || *end || *digits == '-' || value < 50 || value > 60000)
		return false;
	*ret = (unsigned)value;
	return true;
}

static int bad_interval(const char *text)
{
	report_error("", _("--interval takes 50 to 60000 milliseconds, not \"%s\""), text);
	return EXIT_USAGE;
}

/* The arguments before the command.  Returns -1 to go on, or an exit status. */
static int parse_options(int argc, char **argv, struct tui_options *tui)
{
	struct option table[array_len(options) + 1];

	for (size_t i = 0; i < array_len(options); i++)
		table[i] = options[i].getopt;
	table[array_len(options)] = (struct option){0};

	opterr = 0;
	for (;;) {
		int got = getopt_long(argc, argv, "+:hV", table, NULL);

		switch (got) {
		case -1:
			return -1;
		case OPTION_BY:
			if (!parse_grouping(optarg, &tui->grouping))
				return report_bad_value(
				    "", "by", optarg, grouping_names, GROUPING_COUNT);
			break;
		case OPTION_INTERVAL:
			if (!parse_interval(optarg, &tui->interval_ms))
				return bad_interval(optarg);
			break;
		case OPTION_ASCII:
			tui->ascii = true;
			break;
		case OPTION_NO_COLOUR:
			tui->no_colour = true;
			break;
		case OPTION_NO_MOUSE:
			tui->no_mouse = true;
			break;
		case 'l':
			if (!language_set(optarg))
				return report_bad_value(
				    "", "lang", optarg, language_codes, LANGUAGE_COUNT);
			break;
		case 'h':
			print_help();
			return report_finish("", EXIT_DONE);
		case 'V':
			puts("nsscope " VERSION);
			return report_finish("", EXIT_DONE);
		default:
			return report_bad_option("", got, argv, table);
		}
	}
}

static int unknown_command(const char *word)
{
	const char *names[array_len(commands)];

	for (size_t i = 0; i < array_len(commands); i++)
		names[i] = commands[i].name;
	const char *nearest = nearest_word(word, names, array_len(names));
	if (nearest)
		report_error("", _("there is no command \"%s\"; is %s meant?"), word, nearest);
	else
		report_error("", _("there is no command \"%s\"; see nsscope --help"), word);
	return EXIT_USAGE;
}

/* What the explorer would show, once: standard output is no terminal. */
static int print_tree(const struct tui_options *tui)
{
	const char *argv[4] = {"tree"};
	int argc = 1;
	autofree char *by = xasprintf("--by=%s", grouping_names[tui->grouping]);

	argv[argc++] = by;
	if (tui->ascii)
		argv[argc++] = "--ascii";
	return cli_tree(argc, (char **)argv);
}

static int explore(const struct tui_options *tui)
{
	if (!isatty(STDOUT_FILENO))
		return print_tree(tui);
	switch (tui_run(tui)) {
	case 0:
		return EXIT_DONE;
	case -ENOTTY:
	case -EINVAL:
		return EXIT_USAGE;
	default:
		return EXIT_FAILED;
	}
}

int main(int argc, char **argv)
{
	struct tui_options tui = {.grouping = GROUP_BY_PID};

	language_set(NULL);
	int status = parse_options(argc, argv, &tui);
	if (status >= 0)
		return status;
	argc -= optind;
	argv += optind;
	if (argc == 0)
		return explore(&tui);
	for (size_t i = 0; i < array_len(commands); i++) {
		if (strcmp(argv[0], commands[i].name) == 0) {
			optind = 0; /* getopt begins anew, getopt(3) NOTES */
			return commands[i].run(argc, argv);
		}
	}
	return unknown_command(argv[0]);
}
