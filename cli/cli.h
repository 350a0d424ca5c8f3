/* The commands.  Each takes its own arguments (argv[0] is its name), reports its own errors, and
 * returns the exit status.
 *
 * The manual pages and the completions (cli/completions/) have the same commands and options in
 * their own form; tests compare them with these tables. */
#pragma once

#include "cli/options.h"

struct graph;
struct history;
struct outline;
struct outline_options;

enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* a check or a look-up failed, or output could not be written */
	EXIT_USAGE = 2,
	EXIT_FORBIDDEN = 3, /* the kernel or a permission forbids it */
};

/* Reads the settings and the options before the command, and runs it; without a command the
 * explorer.  Returns the exit status. */
int cli_run(int argc, char **argv);

/* Of nsscope itself. */
extern const struct cli_usage main_usage;
/* Ends with a NULL name. */
extern const struct cli_command cli_commands[];

extern const struct cli_usage tree_usage, json_usage, compare_usage, dot_usage, inspect_usage,
    events_usage, record_usage, replay_usage, doctor_usage, lesson_usage, lab_usage, tour_usage;

int cli_tree(int argc, char **argv);
int cli_json(int argc, char **argv);
int cli_compare(int argc, char **argv);
int cli_dot(int argc, char **argv);
int cli_inspect(int argc, char **argv);
int cli_events(int argc, char **argv);
int cli_record(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_doctor(int argc, char **argv);
int cli_lesson(int argc, char **argv);
int cli_lab(int argc, char **argv);
int cli_tour(int argc, char **argv);
/* nsscope shell TICKET, which the explorer starts: no table has it. */
int cli_shell(int argc, char **argv);

/* Prints @outline, made of @graph with @options, and what could not be read, as nsscope tree does.
 * @history, @now_ms: which rows are new or ended (see rowline_context); NULL, 0 for none. */
void tree_print(const struct graph *graph, const struct outline *outline,
    const struct outline_options *options, const struct history *history, uint64_t now_ms);
