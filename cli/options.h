/* The options of a command, and its --help: both are made from one table.
 *
 * Every command also takes --lang, --ascii, --source and --help, which are not in its table.
 * Where a function takes a @command, "" is nsscope itself.
 */
#pragma once

#include "model/graph/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* No exit status: the command goes on. */
enum { OPTIONS_GO_ON = -1 };

struct cli_option {
	const char *name;     /* of the long form, without the dashes */
	char letter;          /* of the short form, 0 for none */
	const char *argument; /* what it takes, msgid; NULL for nothing */
	const char *summary;  /* msgid */

	/* Returns OPTIONS_GO_ON, or an exit status, after a message where usage is wrong.  NULL: the
	 * member at @offset of the command's values is set.  Without an argument it is a bool, with a
	 * @max an unsigned long, else a const char *, which borrows the argument. */
	int (*take)(const struct cli_option *option, void *values, const char *argument);
	size_t offset;
	unsigned long min, max;
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
	const struct cli_command *commands; /* of nsscope itself: ends with a NULL name.  Its
	                                     * options end where a command begins. */
	const char *notes;                  /* printed after the options; NULL for nothing */
	const char *exits;                  /* the exit statuses */
	int operands_max;                   /* more are an error; -1: the command checks that */
	bool reads_nothing;                 /* from the machine: it takes no --source */
};

/* Reads the options, and prints the help where it is asked for.
 * @argc, @argv: the command and its arguments; afterwards only the operands.
 * @values: the struct that the options' offsets refer to; partly set also on errors.
 * Returns OPTIONS_GO_ON, or the exit status. */
int options_read(const struct cli_usage *usage, int *argc, char ***argv, void *values);

/* Option number @index of @usage: first its own, then the common ones; NULL after the last. */
const struct cli_option *options_at(const struct cli_usage *usage, size_t index);

/* Reports an argument that is none of the @count @words that @option takes, and the nearest one.
 * Returns EXIT_USAGE. */
int options_bad_value(const char *command, const char *option, const char *value,
    const char *const *words, size_t count);

/* Reports an operand too many.  Returns EXIT_USAGE. */
int options_surplus(const char *command, const char *argument);

/* --- Arguments: each returns 0, or -EINVAL where @text is something else --------------------- */

/* A number of decimal digits from @min to @max. */
int options_number(
    const char *text, unsigned long min, unsigned long max, unsigned long *ret_number);
/* The same from 1 to INT_MAX. */
int options_pid(const char *text, pid_t *ret_pid);
/* "uts:4026531838", also with the number in brackets as in the links of /proc/PID/ns. */
int options_ns(const char *text, enum nstype *ret_type, uint64_t *ret_ino);
