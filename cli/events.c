/* nsscope events: what changes, a line each, until it is told to end. */
#include "cli/cli.h"
#include "cli/event_json.h"
#include "cli/json_graph.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/tracing.h"
#include "cli/watch.h"
#include "model/base/i18n.h"
#include "scanner/proc/clock.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { DEAD_GRACE_MS = 1 }; /* what has ended is reported once */

enum option_value { OPTION_JSON = 0x100, OPTION_INTERVAL, OPTION_FOR, OPTION_COUNT };

static const struct cli_option option_table[] = {
    {"json", 0, NULL, N_("one JSON object a line"), OPTION_JSON},
    {"interval", 0, N_("MS"),
        N_("milliseconds between scans, 50 to 60000; else their cost decides"), OPTION_INTERVAL},
    {"for", 0, N_("SECONDS"), N_("end after so many seconds"), OPTION_FOR},
    {"count", 0, "N", N_("end after so many events"), OPTION_COUNT},
    {0},
};

const struct cli_usage events_usage = {
    .command = "events",
    .forms = N_("nsscope events [OPTION]..."),
    .about = N_("Tells what changes, a line each: processes and namespaces that are born and die, "
                "processes that move to another namespace, threads that leave their process, come "
                "back or end, host names that change.  It ends with Ctrl-C."),
    .options = option_table,
    .notes = N_("The machine is looked at again and again, and what happened in one pause is told "
                "in the order born, moved, renamed, died.  Of a move is told by which call it came "
                "where that is certain: a namespace that was there before can only have been "
                "joined (setns), a new one that nobody else is in was made by the process or "
                "thread (unshare).  With BPF (see --source) each clone, unshare, setns and "
                "sethostname that changed something is told besides, and each process that came "
                "and went between two scans; else these are not seen."),
    .exits = N_("0 done, 1 not all could be written, 2 wrong usage, 3 /proc can't be read."),
};

struct teller {
	bool json;
	unsigned long left;      /* events that are still to be told, ULONG_MAX for no end */
	struct tracing *tracing; /* NULL where there is none */
	struct line line;
};

static void print(struct teller *teller, const struct event_report *report)
{
	if (teller->json) {
		json_t *object = event_json(report);

		json_print(object, JSON_COMPACT, stdout);
		putchar('\n');
		json_decref(object);
	} else {
		line_clear(&teller->line);
		event_line(report, &teller->line);
		report_line(&teller->line, 0);
	}
}

/* One that counts. */
static void tell(void *data, const struct event_report *report)
{
	struct teller *teller = data;

	if (!teller->left)
		return;
	print(teller, report);
	if (teller->left != ULONG_MAX)
		teller->left--;
}

/* Where /proc was asked for, so was its way of telling. */
static void begin_tracing(struct teller *teller)
{
	struct bpf_refusal why;

	if (scan_preferred() != SCAN_PROC)
		tracing_new(tell, teller, &teller->tracing, &why);
}

static bool tell_all(void *data, const struct event_context *context, const struct events *events)
{
	struct teller *teller = data;

	if (!context->before) {
		const struct event_report beginning = event_report(context, NULL);

		print(teller, &beginning);
	}
	for (size_t i = 0; i < events->count && teller->left; i++) {
		const struct event_report report = event_report(context, &events->items[i]);

		tell(teller, &report);
	}
	if (teller->tracing)
		tracing_swept(teller->tracing, context->after);
	return report_flush() && teller->left;
}

/* Where @watch writes to the output; see fopencookie(3). */
static ssize_t write_lines(void *data, const char *bytes, size_t len)
{
	size_t done;
	int r = watch_write(data, bytes, len, &done);

	if (r < 0)
		errno = -r;
	return r < 0 && !done ? -1 : (ssize_t)done;
}

static int close_output(void *data)
{
	(void)data;
	return close(STDOUT_FILENO);
}

/* Tells until it is over.  Returns the exit status. */
static int events(struct watch *watch)
{
	const cookie_io_functions_t functions = {.write = write_lines, .close = close_output};
	int status = watch_open(watch, STDOUT_FILENO);
	FILE *lines, *before = stdout;

	if (status != EXIT_DONE)
		return status;
	lines = fopencookie(watch, "w", functions);
	if (lines)
		stdout = lines;
	status = watch_run(watch);
	if (status == EXIT_DONE)
		status = report_finish("events", EXIT_DONE);
	stdout = before;
	watch_close(watch);
	return status;
}

int cli_events(int argc, char **argv)
{
	struct teller teller = {.left = ULONG_MAX};
	struct watch watch = {
	    .command = "events",
	    .dead_grace_ms = DEAD_GRACE_MS,
	    .scan = {.hostnames = true, .perf_events = true, .fds = true},
	    .take = tell_all,
	    .data = &teller,
	};
	struct options given;
	unsigned long number;
	int option, status = EXIT_DONE;

	options_begin(&given, &events_usage, argc, argv);
	while (status == EXIT_DONE && (option = options_next(&given)) > 0) {
		switch (option) {
		case OPTION_JSON:
			teller.json = true;
			break;
		case OPTION_INTERVAL:
			status = watch_number("events", "interval", 50, 60000, &number);
			if (status == EXIT_DONE)
				watch.interval_ms = (unsigned)number;
			break;
		case OPTION_FOR:
			status = watch_number("events", "for", 1, INT_MAX, &number);
			if (status == EXIT_DONE)
				watch.until_ms = clock_history_ms() + number * 1000;
			break;
		case OPTION_COUNT:
			status = watch_number("events", "count", 1, INT_MAX, &teller.left);
			break;
		}
	}
	if (status != EXIT_DONE)
		return status;
	if (option == OPTIONS_STOP)
		return given.status;
	if (optind < argc)
		return report_surplus("events", argv[optind]);
	json_use_xmalloc();
	line_init(&teller.line, report_charset());
	begin_tracing(&teller);
	status = events(&watch);
	tracing_free(teller.tracing);
	line_done(&teller.line);
	return status;
}
