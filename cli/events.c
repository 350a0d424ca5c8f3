/* nsscope events: what changes, a line each, until it is told to end. */
#include "cli/cli.h"
#include "cli/event_text.h"
#include "cli/json_graph.h"
#include "cli/options.h"
#include "cli/report.h"
#include "model/history.h"
#include "model/i18n.h"
#include "model/pace.h"
#include "model/util.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>

enum {
	SLICE_US = 50000, /* between two looks for a signal */
	LINGER_MS = 1,    /* what died is told once */
};

enum option_value { OPTION_JSON = 0x100, OPTION_INTERVAL, OPTION_FOR, OPTION_COUNT };

static const struct cli_option option_table[] = {
    {"json", 0, NULL, N_("one JSON object a line"), OPTION_JSON},
    {"interval", 0, N_("MS"),
        N_("milliseconds between sweeps, 50 to 60000; else their cost decides"), OPTION_INTERVAL},
    {"for", 0, N_("SECONDS"), N_("end after so many seconds"), OPTION_FOR},
    {"count", 0, "N", N_("end after so many events"), OPTION_COUNT},
    {0},
};

static const struct cli_usage usage = {
    .command = "events",
    .forms = N_("nsscope events [OPTION]..."),
    .about = N_("Tells what changes, a line each: processes and namespaces that are born and die, "
                "processes that move to another namespace, threads that leave their process, come "
                "back or end, host names that change.  It ends with Ctrl-C."),
    .options = option_table,
    .notes = N_("The machine is looked at again and again, so what comes and goes between two "
                "sweeps is not seen, and what happened in one pause is told in the order born, "
                "moved, renamed, died.  Of a move is told by which call it came where that is "
                "certain: a namespace that was there before can only have been joined (setns), a "
                "new one that nobody else is in was made by the process or thread (unshare)."),
    .exits = N_("0 done, 1 not all could be written, 2 wrong usage, 3 /proc can't be read."),
};

struct watch {
	bool json;
	unsigned interval_ms; /* 0: by the cost of a sweep */
	uint64_t until_ms;    /* on the monotonic clock, 0 for never */
	unsigned long left;   /* events that are still to be told, ULONG_MAX for no end */
	int signals;          /* signalfd(2) */
	struct scan *scan;
	struct history *history;
	struct line line;
};

static uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	/* 0 means "never" in the model. */
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000 + 1;
}

/* Waits up to @pause_ms.  Returns whether it is over: a signal came, nobody reads any more, or the
 * time has passed. */
static bool is_over(const struct watch *watch, uint64_t pause_ms)
{
	struct pollfd waits[] = {
	    {.fd = watch->signals, .events = POLLIN},
	    {.fd = STDOUT_FILENO}, /* for an error: the reader went away */
	};
	uint64_t now_ms = clock_ms();

	if (watch->until_ms && now_ms >= watch->until_ms)
		return true;
	if (watch->until_ms && watch->until_ms - now_ms < pause_ms)
		pause_ms = watch->until_ms - now_ms;
	return poll(waits, array_len(waits), (int)pause_ms) != 0;
}

static void tell(
    struct watch *watch, const struct event_context *context, const struct event *event)
{
	if (watch->json) {
		json_t *object = event_json(context, event);

		json_dumpf(object, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(object);
		return;
	}
	line_clear(&watch->line);
	event_line(context, event, &watch->line);
	report_line(&watch->line, 0);
}

static void tell_all(
    struct watch *watch, const struct event_context *context, const struct events *events)
{
	if (!context->before)
		tell(watch, context, NULL);
	for (size_t i = 0; i < events->count && watch->left; i++) {
		tell(watch, context, &events->items[i]);
		if (watch->left != ULONG_MAX)
			watch->left--;
	}
}

/* One sweep.  Returns 0, 1 when it was ended by a signal, or -errno. */
static int sweep(struct watch *watch)
{
	int r = scan_begin(watch->scan, history_now(watch->history));

	while (r == 0) {
		r = scan_step(watch->scan, SLICE_US);
		if (r == 0 && is_over(watch, 0))
			return 1;
	}
	return r < 0 ? r : 0;
}

/* Returns 0, or -errno where /proc can't be read. */
static int run(struct watch *watch)
{
	for (;;) {
		struct event_context context = {.before = history_now(watch->history)};
		struct events events = {0};
		uint64_t began_ms = clock_ms();
		unsigned pause_ms = watch->interval_ms;
		int r = sweep(watch);

		if (r != 0)
			return r < 0 ? r : 0;
		if (context.before)
			graph_ref(context.before);
		context.now_ms = clock_ms();
		context.after =
		    history_push(watch->history, scan_take(watch->scan), context.now_ms, &events);
		tell_all(watch, &context, &events);
		events_done(&events);
		graph_unref((struct graph *)context.before);
		if (!report_flush() || !watch->left)
			return 0;
		if (!pause_ms)
			pause_ms = pace_pause_ms((double)(clock_ms() - began_ms));
		if (is_over(watch, pause_ms))
			return 0;
	}
}

/* Signals that end it are read from a descriptor, and a broken pipe is told by the write. */
static int catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int watch_events(struct watch *watch)
{
	const struct scan_options scan_options = {.hostnames = true, .feed = true};
	int r;

	watch->signals = catch_signals();
	if (watch->signals < 0) {
		report_error("events", "signalfd: %s", strerror(errno));
		return EXIT_FAILED;
	}
	r = scan_new(&scan_options, &watch->scan);
	if (r == 0) {
		watch->history = history_new(LINGER_MS);
		line_init(&watch->line, report_charset());
		r = run(watch);
		line_done(&watch->line);
		history_free(watch->history);
		scan_free(watch->scan);
	}
	close(watch->signals);
	if (r < 0)
		return report_scan_error("events", r);
	return report_finish("events", EXIT_DONE);
}

static int parse_number(
    const char *option, unsigned long least, unsigned long most, unsigned long *ret)
{
	if (report_number(optarg, least, most, ret) == 0)
		return EXIT_DONE;
	report_error("events", _("--%s takes a number from %lu to %lu, not \"%s\""), option, least,
	    most, optarg);
	return EXIT_USAGE;
}

int cli_events(int argc, char **argv)
{
	struct watch watch = {.left = ULONG_MAX};
	struct options given;
	unsigned long number;
	int option, status = EXIT_DONE;

	options_begin(&given, &usage, argc, argv);
	while (status == EXIT_DONE && (option = options_next(&given)) > 0) {
		switch (option) {
		case OPTION_JSON:
			watch.json = true;
			break;
		case OPTION_INTERVAL:
			status = parse_number("interval", 50, 60000, &number);
			if (status == EXIT_DONE)
				watch.interval_ms = (unsigned)number;
			break;
		case OPTION_FOR:
			status = parse_number("for", 1, INT_MAX, &number);
			if (status == EXIT_DONE)
				watch.until_ms = clock_ms() + number * 1000;
			break;
		case OPTION_COUNT:
			status = parse_number("count", 1, INT_MAX, &watch.left);
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
	return watch_events(&watch);
}
