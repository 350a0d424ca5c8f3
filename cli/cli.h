/* The commands that need no screen.  Each takes its own arguments (argv[0] is the command's name),
 * prints its own errors, and returns the exit status. */
#pragma once

struct cli_usage;

enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* a check or a look-up failed, or output could not be written */
	EXIT_USAGE = 2,
	EXIT_FORBIDDEN = 3, /* the kernel or a permission forbids it */
};

/* What is said of each. */
extern const struct cli_usage tree_usage, json_usage, compare_usage, dot_usage, inspect_usage,
    events_usage, record_usage, replay_usage, doctor_usage, lesson_usage, lab_usage;

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
int cli_shell(int argc, char **argv);
