/* nsscope events: what changes, a line each, until a signal ends it. */
#include "cli/cli.h"
#include "cli/report.h"
#include "cli/watch.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/json.h"
#include "scanner/bpf/trace.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DEAD_GRACE_MS = 1 }; /* what has ended is reported once */

struct events_options {
	bool json;
	unsigned long interval_ms, seconds, count; /* 0: not given */
};

static const struct cli_option option_table[] = {
    {"json", 0, NULL, N_("one JSON object a line"),
        .offset = offsetof(struct events_options, json)},
    {"interval", 0, N_("MS"),
        N_("milliseconds between scans, 50 to 60000; else their cost decides"),
        .offset = offsetof(struct events_options, interval_ms), .min = 50, .max = 60000},
    {"for", 0, N_("SECONDS"), N_("end after so many seconds"),
        .offset = offsetof(struct events_options, seconds), .min = 1, .max = INT_MAX},
    {"count", 0, "N", N_("end after so many events"),
        .offset = offsetof(struct events_options, count), .min = 1, .max = INT_MAX},
    {0},
};

const struct cli_usage events_usage = {
    .command = "events",
    .forms = N_("nsscope events [OPTION]..."),
    .about =
        N_("Reports what changes, a line for each event: processes start and exit, namespaces are "
           "created and freed, processes move to another namespace, threads leave the namespace of "
           "their process, come back or exit, host names change.  It ends with Ctrl-C."),
    .options = option_table,
    .notes = N_("The machine is scanned again and again. The events between two scans are reported "
                "in this order: created or started, moved, renamed, exited or freed.  The call "
                "behind a move is named only where it is certain: an older namespace can only have "
                "been joined (setns); a new one without other members was created by the process "
                "or thread (unshare).  With BPF (see --source), each clone, unshare, setns and "
                "sethostname with an effect is reported, and each process that started and exited "
                "between two scans; without BPF these are not seen."),
    .exits = N_("0 done, 1 not all could be written, 2 wrong usage, 3 /proc can't be read."),
};

/* A process that no scan has seen so far. */
struct unseen {
	struct record_event start; /* of its fork; comm and code are from its exit, then */
	uint64_t exit_ns;          /* 0: it still runs */
};

struct printer {
	bool json;
	unsigned long left; /* how many more events are printed; ULONG_MAX: without limit */
	struct line line;

	/* What scans don't see: calls, and processes that start and exit between two of them. */
	struct trace *trace;    /* NULL for none */
	int64_t wall_ns;        /* between CLOCK_BOOTTIME, of records, and CLOCK_REALTIME */
	struct unseen *unseen;  /* in order of their starts */
	size_t count, capacity; /* of unseen */
	uint64_t last_scan_ns;  /* when the last scan ended */
};

static void print_event(struct printer *printer, const struct event_report *report)
{
	if (printer->json) {
		json_write_event(report, stdout);
	} else {
		line_clear(&printer->line);
		event_line(report, &printer->line);
		report_line(&printer->line, 0);
	}
}

/* Prints an event that counts, unless there were enough. */
static void print_counted(struct printer *printer, const struct event_report *report)
{
	if (!printer->left)
		return;
	print_event(printer, report);
	if (printer->left != ULONG_MAX)
		printer->left--;
}

/* --- Records of the trace --------------------------------------------------------------------- */

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static uint64_t wall_ms(const struct printer *printer, uint64_t time_ns)
{
	return (uint64_t)((int64_t)time_ns + printer->wall_ns) / 1000000;
}

/* Prints @report, of @time_ns, about the process or thread of @record.
 * @parent: 0 where it is not known. */
static void print_record(struct printer *printer, struct event_report *report, uint64_t time_ns,
    const struct record_event *record, pid_t parent)
{
	autofree char *comm = xstrndup(record->comm, sizeof(record->comm));

	report->at_ms = wall_ms(printer, time_ns);
	report->process.pid = record->pid;
	report->tid = record->tid == record->pid ? 0 : record->tid;
	report->comm = comm;
	report->has_parent = parent;
	report->ppid = parent;
	print_counted(printer, report);
}

static void print_call(struct printer *printer, const struct record_event *record, unsigned changed)
{
	static const enum event_call calls[] = {
	    [RECORD_FORK] = CALL_CLONE,
	    [RECORD_UNSHARE] = CALL_UNSHARE,
	    [RECORD_SETNS] = CALL_SETNS,
	    [RECORD_SETHOSTNAME] = CALL_SETHOSTNAME,
	};
	struct event_report report = {
	    .kind = EVENT_CALL, .call = calls[record->kind], .changed = changed};

	for (int link = 0; link < NS_LINK_COUNT; link++)
		report.links[link] = (struct ns_id){.type = ns_link_type(link),
		    .ino = record->links[link].ino,
		    .unique = record->links[link].id};
	if (record->kind == RECORD_SETHOSTNAME)
		report.host_after = record->name;
	print_record(printer, &report, record->time_ns, record,
	    record->kind == RECORD_FORK ? record->parent : 0);
}

static void add_start(struct printer *printer, const struct record_event *start)
{
	array_reserve(printer->unseen, printer->capacity, printer->count + 1);
	printer->unseen[printer->count++] = (struct unseen){.start = *start};
}

/* A process has one record of its fork, and later one of its exit. */
static void add_exit(struct printer *printer, const struct record_event *exit_record)
{
	for (size_t i = printer->count; i > 0; i--) {
		struct unseen *process = &printer->unseen[i - 1];

		if (process->start.pid != exit_record->pid)
			continue;
		process->exit_ns = exit_record->time_ns;
		process->start.code = exit_record->code;
		memcpy(process->start.comm, exit_record->comm, sizeof(exit_record->comm));
		return;
	}
}

static void take_record(struct printer *printer, const struct record_event *record)
{
	unsigned changed = record->changed;

	/* nsscope itself and its helpers. */
	if (record->pid == getpid() || record->parent == getpid())
		return;
	/* clone(2) sets the namespaces for the child's children to those of the child. */
	if (record->kind == RECORD_FORK)
		changed &= (1U << NS_TYPE_COUNT) - 1;
	if (record->kind == RECORD_FORK && record->pid == record->tid)
		add_start(printer, record);
	if (record->kind == RECORD_EXIT && record->pid == record->tid)
		add_exit(printer, record);
	if (changed)
		print_call(printer, record, changed);
}

static void take_records(struct printer *printer)
{
	struct record_event record;
	struct event_report lost = {.kind = EVENT_LOST};

	/* The wall clock may have been set. */
	printer->wall_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
	while (trace_next(printer->trace, &record))
		take_record(printer, &record);
	lost.lost = trace_lost(printer->trace);
	lost.at_ms = wall_ms(printer, (uint64_t)clock_ns(CLOCK_BOOTTIME));
	if (lost.lost)
		print_counted(printer, &lost);
}

/* Takes the records up to the scan of @graph: prints the calls, and processes that no scan saw. */
static void take_trace(struct printer *printer, const struct graph *graph)
{
	uint64_t now_ns = (uint64_t)clock_ns(CLOCK_BOOTTIME);
	size_t kept = 0;

	take_records(printer);
	for (size_t i = 0; i < printer->count; i++) {
		const struct unseen process = printer->unseen[i];
		const struct record_event *start = &process.start;
		struct event_report report = {
		    .kind = EVENT_SHORT_LIVED, .wait_status = start->code};

		if (graph_process_by_pid(graph, start->pid))
			continue; /* the scan reports it */
		if (process.exit_ns) {
			report.lifetime_us = (process.exit_ns - start->time_ns) / 1000;
			print_record(printer, &report, process.exit_ns, start, start->parent);
		} else if (start->time_ns >= printer->last_scan_ns) {
			printer->unseen[kept++] = process;
		}
	}
	printer->count = kept;
	printer->last_scan_ns = now_ns;
}

/* --- Scans ------------------------------------------------------------------------------------ */

static bool print_scan(void *data, const struct event_context *context, const struct events *events)
{
	struct printer *printer = data;

	if (!context->before) {
		const struct event_report beginning = event_report(context, NULL);

		print_event(printer, &beginning);
	}
	for (size_t i = 0; i < events->count; i++) {
		const struct event_report report = event_report(context, &events->items[i]);

		print_counted(printer, &report);
	}
	if (printer->trace)
		take_trace(printer, context->after);
	return report_flush() && printer->left;
}

/* Where stdout writes to; see fopencookie(3). */
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

/* Prints events until @watch ends.  Returns the exit status. */
static int watch_events(struct watch *watch)
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
	struct events_options options = {0};
	struct printer printer = {0};
	struct watch watch = {
	    .command = "events",
	    .dead_grace_ms = DEAD_GRACE_MS,
	    .scan = {.hostnames = true, .perf_events = true, .fds = true},
	    .take = print_scan,
	    .data = &printer,
	};
	int status = options_read(&events_usage, &argc, &argv, &options);

	if (status != OPTIONS_GO_ON)
		return status;
	printer.json = options.json;
	printer.left = options.count ? options.count : ULONG_MAX;
	watch.interval_ms = (unsigned)options.interval_ms;
	watch.seconds = options.seconds;
	line_init(&printer.line, report_charset());
	/* --source=proc is without BPF. */
	if (scan_preferred() != SCAN_PROC)
		trace_new(&printer.trace, &(struct bpf_refusal){0});
	status = watch_events(&watch);
	trace_free(printer.trace);
	free(printer.unseen);
	line_done(&printer.line);
	return status;
}
