/* The options of a command, and its --help: both are made from one table.
 *
 * Every command takes --lang, --ascii, --source and --help besides its own options; they need not be in its
 * table, and what they ask for is done here.
 */
#pragma once

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

struct cli_option {
	const char *name;     /* of the long form, without the dashes */
	char letter;          /* of the short form, 0 for none */
	const char *argument; /* what it takes, msgid; NULL for nothing */
	const char *summary;  /* msgid */
	int value;            /* what options_next returns: 1 or more */
};

struct cli_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary; /* msgid */
	const struct cli_usage *usage;
};

/* All texts are msgids; a newline in one of them begins a new line. */
struct cli_usage {
	const char *command;                /* "" for nsscope itself */
	const char *forms;                  /* how it is called, a line each */
	const char *about;                  /* what it does */
	const struct cli_option *options;   /* ends with a NULL name; NULL for none */
	const struct cli_command *commands; /* for nsscope itself, whose options end where a
	                                     * command begins; the same end */
	const char *notes;                  /* what stands behind the options; NULL for nothing */
	const char *exits;                  /* the exit statuses */
	bool reads_nothing;                 /* of the machine: it takes no --source */
};

/* Its own options that a command may have. */
enum { OPTIONS_MAX = 24, OPTIONS_COMMON = 4 };

struct options {
	const struct cli_usage *usage;
	int argc;
	char **argv;
	int status; /* after OPTIONS_STOP: with which the command ends */

	/* Private. */
	struct option table[OPTIONS_MAX + OPTIONS_COMMON + 1];
	char letters[OPTIONS_MAX + OPTIONS_COMMON + 3];
};

enum {
	OPTIONS_END = 0,   /* the arguments begin at argv[optind] */
	OPTIONS_STOP = -1, /* wrong usage, told already; or the help was printed */
};

/* @argv: the command and its arguments, which are put into order: options first. */
void options_begin(struct options *options, const struct cli_usage *usage, int argc, char **argv);

/* Returns the value of the next option, whose argument is in optarg; or OPTIONS_END or
 * OPTIONS_STOP. */
int options_next(struct options *options);

/* Prints the help on standard output, wrapped at 80 columns or less. */
void options_help(const struct cli_usage *usage);

/* The option number @index of @usage: first its own, then the common ones; NULL behind the last. */
const struct cli_option *options_at(const struct cli_usage *usage, size_t index);
