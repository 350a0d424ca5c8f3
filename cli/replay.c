/* nsscope replay: a recording, in the explorer or as text. */
#include "cli/cli.h"
#include "cli/explore.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/record/recording.h"
#include "model/report/event_report.h"
#include "model/report/json.h"
#include "scanner/helper/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	BLOCK_BYTES = 1 << 16,
	FILE_BYTES_MAX = 1 << 30,
	LAST_SHOWN_MS = 60000, /* --at finds the last snapshot until so long after it */
};

struct replay_options {
	const char *at; /* NULL: not given */
	bool plain, tree, json;
};

static const struct cli_option option_table[] = {
    {"at", 0, N_("TIME"),
        N_("the time to show: +SECONDS since the beginning, or a local time [YYYY-MM-DD "
           "]HH:MM[:SS]"),
        .offset = offsetof(struct replay_options, at)},
    {"tree", 0, NULL, N_("print the tree at that time, as nsscope tree does"),
        .offset = offsetof(struct replay_options, tree)},
    {"json", 0, NULL, N_("print the graph at that time, as nsscope json does"),
        .offset = offsetof(struct replay_options, json)},
    {"plain", 0, NULL, N_("print what happened, as nsscope events does"),
        .offset = offsetof(struct replay_options, plain)},
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
    .operands_max = 1,
    .notes = N_("Without --at, --tree and --json show the last snapshot.  What only the kernel can "
                "answer is missing: looking inside namespaces, shells, lessons.  If the file is "
                "damaged or cut, everything before the damage is shown, and where it is."),
    .exits =
        N_("0 done, 1 the file can't be read or is damaged, or no such snapshot, 2 wrong usage."),
};

/* A recording, read from its file. */
struct replay {
	const char *path; /* borrowed */
	uint8_t *data;
	size_t len;
	struct history_log *history_log;
	int error; /* of recording_load */
	struct recording_fault fault;
};

/* --- Reading the file ------------------------------------------------------------------------- */

/* Reads a recording to its end; waits for the bytes of a pipe.  A file that begins otherwise may have no
 * end: it is read no further.
 * @limit_ms: how long to wait for the next bytes; -1: without limit.
 * Returns 0, -ETIMEDOUT or another -errno. */
static int read_from(int fd, int limit_ms, struct bytes *bytes)
{
	struct pollfd input = {.fd = fd, .events = POLLIN};
	ssize_t n;

	do {
		bytes_reserve(bytes, BLOCK_BYTES);
		n = read(fd, bytes->data + bytes->len, BLOCK_BYTES);
		if (n < 0 && errno == EAGAIN && poll(&input, 1, limit_ms) == 0)
			return -ETIMEDOUT;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		bytes->len += n > 0 ? (size_t)n : 0;
		if (bytes->len > FILE_BYTES_MAX)
			return -EFBIG;
	} while (n != 0 && (n < 0 || recording_may_begin(bytes->data, bytes->len)));
	return 0;
}

/* A FIFO that no process writes to is empty: open(2) does not wait for one. */
static int open_recording(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

/* The helper for a file that may not answer: sends what is in it. */
static int send_file(void *arg)
{
	int fd = open_recording(arg), result = fd < 0 ? fd : 0;
	char block[BLOCK_BYTES];
	ssize_t n = fd < 0 ? 0 : 1;

	if (write(0, &result, sizeof(result)) != sizeof(result))
		return 0;
	while (n > 0) {
		struct pollfd input = {.fd = fd, .events = POLLIN};

		n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EAGAIN && poll(&input, 1, -1) > 0)
			n = 1;
		else if (n < 0)
			return errno;
		else
			for (ssize_t done = 0, put = 0; done < n; done += put) {
				put = write(0, block + done, (size_t)(n - done));
				if (put < 0)
					return 0; /* nsscope reads no further */
			}
	}
	return 0;
}

static int read_all(const char *path, struct bytes *bytes)
{
	struct errand_talk talk;
	int r = errand_talk_start(path, send_file, (void *)path, &talk), end;

	if (r < 0)
		return r;
	if (r == 1) {
		autoclose int fd = open_recording(path);

		return fd < 0 ? fd : read_from(fd, -1, bytes);
	}
	r = errand_talk_begin(&talk);
	if (r == 0 && fcntl(talk.socket, F_SETFL, O_NONBLOCK) == 0)
		r = read_from(talk.socket, ERRAND_ASKED_MS, bytes);
	end = errand_talk_end(&talk, r != -ETIMEDOUT);
	return r < 0 ? r : end;
}

static void replay_done(struct replay *replay)
{
	history_log_free(replay->history_log);
	free(replay->data);
}

/* Returns EXIT_DONE where there is at least one snapshot, or another exit status after a message. */
static int replay_read(const char *path, struct replay *ret_replay)
{
	struct replay replay = {.path = path, .history_log = history_log_new(0, 0)};
	struct bytes bytes = {0};
	int r = read_all(path, &bytes);

	replay.data = bytes.data;
	replay.len = bytes.len;
	if (r == 0)
		replay.error =
		    recording_load(replay.data, replay.len, replay.history_log, &replay.fault);
	if (r < 0)
		report_error("replay", _("%s can't be read: %s"), path, errand_error(r));
	else if (replay.error == -EINVAL)
		report_error("replay", _("%s is no recording of nsscope record"), path);
	else if (replay.error == -ENOTSUP)
		report_error("replay",
		    _("%s was recorded by a newer nsscope; this one can't read it"), path);
	else if (history_log_end(replay.history_log) == history_log_first(replay.history_log))
		report_error("replay", _("%s has no readable snapshot: at byte %zu, expected %s"),
		    path, replay.fault.offset,
		    replay.fault.expected ? _(replay.fault.expected) : "");
	else {
		*ret_replay = replay;
		return EXIT_DONE;
	}
	replay_done(&replay);
	return EXIT_FAILED;
}

/* Reports what is wrong with the file, after the rest was shown.  Returns the exit status. */
static int report_fault(const struct replay *replay)
{
	if (replay->error == -ENODATA) {
		report_error("replay",
		    _("%s was interrupted: it ends after byte %zu without its last record"),
		    replay->path, replay->fault.offset);
		return EXIT_DONE;
	}
	if (replay->error == 0)
		return EXIT_DONE;
	report_error("replay",
	    _("%s is damaged: at byte %zu, expected %s; everything before it was shown"),
	    replay->path, replay->fault.offset, _(replay->fault.expected));
	return EXIT_FAILED;
}

/* Sets the fault of the file: @reader could not read a snapshot. */
static void set_fault(struct replay *replay, const struct snapshot_reader *reader)
{
	replay->error = -EBADMSG;
	replay->fault = (struct recording_fault){reader->offset, reader->expected};
}

/* --- --at ------------------------------------------------------------------------------------- */

/* Reads the wall clock "[YYYY-MM-DD ]HH:MM[:SS]", as the end of that minute or second; without a date
 * it is on the day of @begin_ms or the next.  Returns false where @text is something else. */
static bool parse_wall(const char *text, uint64_t begin_ms, uint64_t *ret_ms)
{
	static const char *const formats[] = {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
	    "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%H:%M:%S", "%H:%M"};
	time_t begin = (time_t)(begin_ms / 1000), wall;
	const char *end = NULL;
	struct tm day, parts;
	size_t i = 0;

	if (!localtime_r(&begin, &day))
		return false;
	/* strptime(3) leaves the other parts: without seconds it is the last one. */
	day.tm_sec = 59;
	for (; i < array_len(formats); i++) {
		parts = day;
		end = strptime(text, formats[i], &parts);
		if (end && !*end)
			break;
	}
	if (i == array_len(formats))
		return false;
	parts.tm_isdst = -1;
	wall = mktime(&parts);
	/* The recording may go on past midnight. */
	if (formats[i][1] == 'H' && wall < begin) {
		parts.tm_mday++;
		parts.tm_isdst = -1;
		wall = mktime(&parts);
	}
	if (wall < 0)
		return false;
	*ret_ms = (uint64_t)wall * 1000 + 999;
	return true;
}

enum { DATE_BYTES = sizeof("-2147483648-12-31 ") };

static void format_date(uint64_t at_ms, char ret_date[DATE_BYTES])
{
	time_t seconds = (time_t)(at_ms / 1000);
	struct tm parts;

	if (!localtime_r(&seconds, &parts) || !strftime(ret_date, DATE_BYTES, "%F ", &parts))
		ret_date[0] = '\0';
}

static void report_range(
    const struct snapshot *first, const struct snapshot *last, const char *text)
{
	char first_date[DATE_BYTES], last_date[DATE_BYTES];
	struct line line;

	format_date(first->taken_at_ms, first_date);
	format_date(last->taken_at_ms, last_date);
	/* Neither @text nor the two times need a date. */
	if (!strchr(text, '-') && strcmp(first_date, last_date) == 0)
		first_date[0] = last_date[0] = '\0';
	line_init(&line, CHARSET_ASCII);
	line_adds(&line, STYLE_PLAIN, first_date);
	event_add_time(first->taken_at_ms, &line);
	line_addf(&line, STYLE_PLAIN, " - %s", last_date);
	event_add_time(last->taken_at_ms, &line);
	report_error(
	    "replay", _("nothing was recorded at %s: the recording is of %s"), text, line.text);
	line_done(&line);
}

/* Finds the last snapshot until @wall_ms, by the wall clock of each: the machine may have been suspended
 * between two, or its clock set.  Returns 0 for none. */
static uint64_t find_wall(const struct history_log *history_log, uint64_t wall_ms)
{
	uint64_t first = history_log_first(history_log), last = history_log_end(history_log) - 1;

	if (wall_ms > history_log_snapshot(history_log, last)->taken_at_ms + LAST_SHOWN_MS)
		return 0;
	for (uint64_t number = last; number >= first && number; number--) {
		if (history_log_snapshot(history_log, number)->taken_at_ms <= wall_ms)
			return number;
	}
	return 0;
}

/* Finds the last snapshot until @text, the argument of --at.  Returns EXIT_DONE, or another exit status
 * after a message. */
static int find_snapshot(
    const struct history_log *history_log, const char *text, uint64_t *ret_number)
{
	const struct snapshot *first =
	    history_log_snapshot(history_log, history_log_first(history_log));
	const struct snapshot *last =
	    history_log_snapshot(history_log, history_log_end(history_log) - 1);
	uint64_t wall_ms, number = 0;
	unsigned long seconds;

	if (text[0] == '+' && options_number(text + 1, 0, INT32_MAX, &seconds) == 0) {
		uint64_t at_ms = first->at_ms + seconds * UINT64_C(1000);

		if (at_ms <= last->at_ms + LAST_SHOWN_MS)
			number = history_log_find(history_log, at_ms);
	} else if (parse_wall(text, first->taken_at_ms, &wall_ms)) {
		number = find_wall(history_log, wall_ms);
	} else {
		report_error("replay",
		    _("--at takes +SECONDS since the beginning or a time [YYYY-MM-DD ]HH:MM[:SS], "
		      "not \"%s\""),
		    text);
		return EXIT_USAGE;
	}
	if (!number) {
		report_range(first, last, text);
		return EXIT_FAILED;
	}
	*ret_number = number;
	return EXIT_DONE;
}

/* --- Printing --------------------------------------------------------------------------------- */

/* Prints all events.  Returns the exit status. */
static int print_events(struct replay *replay)
{
	struct history_log_reader reader = {.next = 0};
	struct event_context context = {0};
	struct line line;
	uint64_t end = history_log_end(replay->history_log);

	line_init(&line, report_charset());
	for (uint64_t number = history_log_first(replay->history_log); number < end; number++) {
		struct events events = {0};

		context.after = history_log_graph(replay->history_log, &reader, number);
		if (!context.after) {
			set_fault(replay, &reader.snapshots);
			break;
		}
		context.now_ms = history_log_snapshot(replay->history_log, number)->at_ms;
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
	return report_fault(replay);
}

static void print_snapshot_tree(const struct graph *graph, uint64_t at_ms)
{
	const struct outline_options options = {
	    .grouping = explore_options.settings.values[SETTINGS_BY]};
	struct history *history = history_new(1);
	struct outline outline = {0};

	/* What ended in the last seconds before is shown as such. */
	history_place(history, graph, at_ms);
	outline_build(&outline, graph, &options);
	tree_print(graph, &outline, &options, history, at_ms);
	outline_done(&outline);
	history_free(history);
}

/* Prints snapshot @number, or the last one before it that can be read.  Returns the exit status. */
static int print_snapshot(struct replay *replay, uint64_t number, bool json)
{
	struct history_log_reader reader = {.next = 0};
	struct graph *graph = history_log_graph(replay->history_log, &reader, number);

	while (!graph) {
		set_fault(replay, &reader.snapshots);
		number = reader.failed - 1;
		if (number < history_log_first(replay->history_log))
			break;
		graph = history_log_graph(replay->history_log, &reader, number);
	}
	if (graph && json)
		json_write_graph(graph, JSON_INDENT(2), stdout);
	else if (graph)
		print_snapshot_tree(
		    graph, history_log_snapshot(replay->history_log, number)->at_ms);
	graph_unref(graph);
	history_log_reader_done(&reader);
	return report_fault(replay);
}

static int show(struct replay *replay, const struct replay_options *options)
{
	uint64_t number = 0;
	int status;

	if (options->at) {
		status = find_snapshot(replay->history_log, options->at, &number);
		if (status != EXIT_DONE)
			return status;
	}
	if (options->tree || options->json) {
		if (!number)
			number = history_log_end(replay->history_log) - 1;
		return report_finish("replay", print_snapshot(replay, number, options->json));
	}
	if (options->plain || !isatty(STDOUT_FILENO))
		return report_finish("replay", print_events(replay));
	explore_options.recording = replay->history_log;
	explore_options.recording_at = number;
	status = explore(&explore_options);
	return status == EXIT_DONE ? report_fault(replay) : status;
}

/* Do the options go together?  Returns NULL, or the error, translated. */
static const char *check_options(const struct replay_options *options)
{
	if (options->plain + options->tree + options->json > 1)
		return _("only one of --plain, --tree and --json may be given");
	if (options->plain && options->at)
		return _("--at is for --tree, --json and the explorer");
	return NULL;
}

int cli_replay(int argc, char **argv)
{
	struct replay_options options = {0};
	struct replay replay;
	const char *error;
	int status = options_read(&replay_usage, &argc, &argv, &options);

	if (status != OPTIONS_GO_ON)
		return status;
	error = argc == 0 ? _("which file?  nsscope replay FILE") : check_options(&options);
	if (error) {
		report_error("replay", "%s", error);
		return EXIT_USAGE;
	}
	status = replay_read(argv[0], &replay);
	if (status != EXIT_DONE)
		return status;
	status = show(&replay, &options);
	replay_done(&replay);
	return status;
}
