/* The commands, and the options that stand before them: the one table of main and its help.
 * The manual pages and the shells' completions (cli/completions/) have the same in their own form; tests
 * hold them against it. */
#pragma once

#include "cli/options.h"

/* Ends with a NULL name. */
extern const struct cli_command cli_commands[];

/* The values of nsscope's own options. */
enum main_option {
	OPTION_BY = 0x100,
	OPTION_THEME,
	OPTION_NO_COLOR,
	OPTION_NO_MOUSE,
	OPTION_INTERVAL,
	OPTION_LESSONS,
	OPTION_PLAIN,
	OPTION_VERSION,
};

/* Of nsscope itself. */
extern const struct cli_usage main_usage;
