/* nsscope replay: a recording, in the explorer or as text. */
#include "cli/cli.h"
#include "cli/explore.h"
#include "cli/json_graph.h"
#include "cli/options.h"
#include "cli/replay_file.h"
#include "cli/report.h"
#include "cli/tree_print.h"
#include "model/base/i18n.h"
#include "model/report/event_report.h"

#include <stdio.h>
#include <unistd.h>

enum option_value { OPTION_AT = 0x100, OPTION_PLAIN, OPTION_TREE, OPTION_JSON };

static const struct cli_option option_table[] = {
    {"at", 0, N_("TIME"),
        N_("the moment to show: +SECONDS since the beginning, or a local time "
           "[YYYY-MM-DD ]HH:MM[:SS]"),
        OPTION_AT},
    {"tree", 0, NULL, N_("print the tree of that moment, as nsscope tree does"), OPTION_TREE},
    {"json", 0, NULL, N_("print the graph of that moment, as nsscope json does"), OPTION_JSON},
    {"plain", 0, NULL, N_("print what happened, as nsscope events does"), OPTION_PLAIN},
    {0},
};

const struct cli_usage replay_usage = {
    .command = "replay",
    .reads_nothing = true,
    .forms = N_("nsscope replay [OPTION]... FILE"),
    .about =
        N_("Shows what nsscope record has recorded, on this or another machine: in the explorer, "
           "or into a pipe as lines."),
    .options = option_table,
    .notes =
        N_("Without --at, --tree and --json are of the last moment.  What the kernel alone can "
           "do isn't there: looking into namespaces, shells, lessons.  Of a file that is damaged "
           "or cut all that comes before is shown, and where it broke."),
    .exits =
        N_("0 done, 1 the file can't be read or is damaged, or no such moment, 2 wrong usage."),
};

struct replay_request {
	const char *at; /* NULL: not given */
	bool plain, tree, json;
};

/* Prints all that happened.  Returns the exit status. */
static int print_events(struct replay_file *file)
{
	struct history_log_reader reader = {.next = 0};
	struct event_context context = {0};
	struct line line;
	uint64_t end = history_log_end(file->history_log);

	line_init(&line, report_charset());
	for (uint64_t number = history_log_first(file->history_log); number < end; number++) {
		struct events events = {0};

		context.after = history_log_graph(file->history_log, &reader, number);
		if (!context.after) {
			replay_file_blame(file, &reader.snapshots);
			break;
		}
		context.now_ms = history_log_snapshot(file->history_log, number)->at_ms;
		if (context.before)
			diff_graphs(context.before, context.after, &events);
		for (size_t i = 0; i < events.count + !context.before; i++) {
			const struct event_report report =
			    event_report(&context, context.before ? &events.items[i] : NULL);

			line_clear(&line);
			event_line(&report, &line);
			report_line(&line, 0);
		}
		events_done(&events);
		graph_unref((struct graph *)context.before);
		context.before = context.after;
		context.after = NULL;
		if (!report_flush())
			break;
	}
	graph_unref((struct graph *)context.before);
	line_done(&line);
	history_log_reader_done(&reader);
	return replay_file_tell_fault(file);
}

static void print_tree(const struct graph *graph, uint64_t at_ms)
{
	const struct outline_options options = {
	    .grouping = explore_options.settings.values[SETTINGS_BY]};
	struct history *history = history_new(1);
	struct outline outline = {0};

	/* Who died in the last seconds is told as such. */
	history_place(history, graph, at_ms);
	outline_build(&outline, graph, &options);
	tree_print(graph, &outline, &options, history, at_ms);
	outline_done(&outline);
	history_free(history);
}

static void print_json(const struct graph *graph)
{
	json_t *object;

	json_use_xmalloc();
	object = json_of_graph(graph);
	json_print(object, JSON_INDENT(2) | JSON_REAL_PRECISION(6), stdout);
	json_decref(object);
	putchar('\n');
}

/* Prints moment @number, or the last one before it that can be read.  Returns the exit status. */
static int print_moment(struct replay_file *file, uint64_t number, bool json)
{
	struct history_log_reader reader = {.next = 0};
	struct graph *graph = history_log_graph(file->history_log, &reader, number);

	while (!graph) {
		replay_file_blame(file, &reader.snapshots);
		number = reader.failed - 1;
		if (number < history_log_first(file->history_log))
			break;
		graph = history_log_graph(file->history_log, &reader, number);
	}
	if (graph && json)
		print_json(graph);
	else if (graph)
		print_tree(graph, history_log_snapshot(file->history_log, number)->at_ms);
	graph_unref(graph);
	history_log_reader_done(&reader);
	return replay_file_tell_fault(file);
}

static int show(struct replay_file *file, const struct replay_request *request)
{
	uint64_t number = 0;
	int status;

	if (request->at) {
		status = replay_file_find(file, request->at, &number);
		if (status != EXIT_DONE)
			return status;
	}
	if (request->tree || request->json) {
		if (!number)
			number = history_log_end(file->history_log) - 1;
		return report_finish("replay", print_moment(file, number, request->json));
	}
	if (request->plain || !isatty(STDOUT_FILENO))
		return report_finish("replay", print_events(file));
	explore_options.recording = file->history_log;
	explore_options.recording_at = number;
	status = explore(&explore_options);
	return status == EXIT_DONE ? replay_file_tell_fault(file) : status;
}

/* Do the options go together?  Returns EXIT_DONE, or EXIT_USAGE after a message. */
static int check_request(const struct replay_request *request)
{
	if (request->plain + request->tree + request->json > 1) {
		report_error("replay", _("only one of --plain, --tree and --json can be had"));
		return EXIT_USAGE;
	}
	if (request->plain && request->at) {
		report_error("replay", _("--at is for --tree, --json and the explorer"));
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

int cli_replay(int argc, char **argv)
{
	struct replay_request request = {0};
	struct replay_file file;
	struct options given;
	int option, status;

	options_begin(&given, &replay_usage, argc, argv);
	while ((option = options_next(&given)) > 0) {
		switch (option) {
		case OPTION_AT:
			request.at = optarg;
			break;
		case OPTION_PLAIN:
			request.plain = true;
			break;
		case OPTION_TREE:
			request.tree = true;
			break;
		case OPTION_JSON:
			request.json = true;
			break;
		}
	}
	if (option == OPTIONS_STOP)
		return given.status;
	if (optind >= argc) {
		report_error("replay", _("which file?  nsscope replay FILE"));
		return EXIT_USAGE;
	}
	if (optind + 1 < argc)
		return report_surplus("replay", argv[optind + 1]);
	status = check_request(&request);
	if (status == EXIT_DONE)
		status = replay_file_read(argv[optind], &file);
	if (status != EXIT_DONE)
		return status;
	status = show(&file, &request);
	replay_file_done(&file);
	return status;
}
