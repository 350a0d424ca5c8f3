#include "cli/commands.h"

#include "cli/cli.h"
#include "model/base/i18n.h"
#include "model/view/settings.h"

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
    {"doctor", cli_doctor, N_("what works here, and the cure for what doesn't"), &doctor_usage},
    {"lesson", cli_lesson, N_("the lessons; NAME opens one, NAME --plain plays it as text"),
        &lesson_usage},
    {"lab", cli_lab, N_("make and join namespaces by hand, and watch it in the tree"), &lab_usage},
    {0},
};

static const struct cli_option option_table[] = {
    {"by", 0, "pid|type|owner|room", SETTINGS_HELP_BY, OPTION_BY},
    {"interval", 0, N_("MS"), SETTINGS_HELP_INTERVAL, OPTION_INTERVAL},
    {"theme", 0, "auto|dark|light|contrast|mono", SETTINGS_HELP_THEME, OPTION_THEME},
    {"no-color", 0, NULL, N_("no colors (so does NO_COLOR in the environment)"), OPTION_NO_COLOR},
    {"no-mouse", 0, NULL, N_("leave the mouse to the terminal"), OPTION_NO_MOUSE},
    {"plain", 0, NULL,
        N_("no screen: print the tree as lines, once; the commands print the other views"),
        OPTION_PLAIN},
    {"lessons", 0, N_("DIR"), N_("look for lessons in this folder first"), OPTION_LESSONS},
    {"version", 'V', NULL, N_("the version"), OPTION_VERSION},
    {0},
};

const struct cli_usage main_usage = {
    .command = "",
    .forms = N_("nsscope [OPTION]... [COMMAND [ARGUMENT]...]"),
    .about = N_("nsscope shows the namespaces of the running machine as a living picture, and "
                "teaches them by doing.  Without a command it opens the explorer; into a pipe it "
                "prints the tree."),
    .options = option_table,
    .commands = cli_commands,
    .notes = N_("nsscope COMMAND --help tells more of a command."),
    .exits = N_("0 done, 1 a check or a look-up failed, 2 wrong usage, 3 forbidden here."),
};
