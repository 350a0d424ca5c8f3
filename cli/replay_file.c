#include "cli/replay_file.h"

#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/event_report.h"
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
	LAST_HOLDS_MS = 60000, /* until the next moment would have come: some seconds */
};

/* Reads the next bytes, for which a pipe is waited for as long as somebody has its other end.
 * @limit_ms: how long at most; -1: without end.
 * Returns how many, 0 at the end, -ETIMEDOUT or another -errno. */
static ssize_t read_more(int fd, int limit_ms, struct bytes *bytes)
{
	ssize_t n;

	bytes_reserve(bytes, BLOCK_BYTES);
	while ((n = read(fd, bytes->data + bytes->len, BLOCK_BYTES)) < 0) {
		struct pollfd input = {.fd = fd, .events = POLLIN};
		int ready;

		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		ready = errno == EAGAIN ? poll(&input, 1, limit_ms) : 1;
		if (ready == 0)
			return -ETIMEDOUT;
		if (ready < 0 && errno != EINTR)
			return -errno;
	}
	bytes->len += (size_t)n;
	return n;
}

/* Reads all of a file that begins as a recording; of another one, which may have no end, no more than it
 * takes to see that.  Returns 0 or -errno. */
static int read_from(int fd, int limit_ms, struct bytes *bytes)
{
	ssize_t n;

	do {
		n = read_more(fd, limit_ms, bytes);
		if (bytes->len > FILE_BYTES_MAX)
			return -EFBIG;
	} while (n > 0 && recording_may_begin(bytes->data, bytes->len));
	return n < 0 ? (int)n : 0;
}

/* A FIFO that nobody writes to is empty, and not waited for. */
static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

/* The helper for a file that may not answer: passes on what is in it. */
static int pass_on(void *arg)
{
	int fd = open_file(arg), result = fd < 0 ? fd : 0;
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
					return 0; /* it is not wanted any more */
			}
	}
	return 0;
}

static int read_all(const char *path, struct bytes *bytes)
{
	struct errand_talk talk;
	int r = errand_talk_start(path, pass_on, (void *)path, &talk), end;

	if (r < 0)
		return r;
	if (r == 1) {
		autoclose int fd = open_file(path);

		return fd < 0 ? fd : read_from(fd, -1, bytes);
	}
	r = errand_talk_begin(&talk);
	if (r == 0 && fcntl(talk.socket, F_SETFL, O_NONBLOCK) == 0)
		r = read_from(talk.socket, ERRAND_ASKED_MS, bytes);
	end = errand_talk_end(&talk, r != -ETIMEDOUT);
	return r < 0 ? r : end;
}

int replay_file_read(const char *path, struct replay_file *ret_file)
{
	struct replay_file file = {.path = path, .history_log = history_log_new(0, 0)};
	struct bytes bytes = {0};
	int r = read_all(path, &bytes);

	file.data = bytes.data;
	file.len = bytes.len;
	if (r < 0) {
		report_error("replay", _("%s can't be read: %s"), path, errand_error(r));
		replay_file_done(&file);
		return EXIT_FAILED;
	}
	file.error = recording_load(file.data, file.len, file.history_log, &file.fault);
	if (file.error == -EINVAL)
		report_error("replay", _("%s is no recording of nsscope record"), path);
	else if (file.error == -ENOTSUP)
		report_error("replay",
		    _("%s was recorded by a newer nsscope; this one can't read it"), path);
	else if (history_log_end(file.history_log) == history_log_first(file.history_log))
		report_error("replay",
		    _("%s holds no moment that can be read: at byte %zu there should be %s"), path,
		    file.fault.offset, file.fault.expected ? _(file.fault.expected) : "");
	else {
		*ret_file = file;
		return EXIT_DONE;
	}
	replay_file_done(&file);
	return EXIT_FAILED;
}

void replay_file_done(struct replay_file *file)
{
	history_log_free(file->history_log);
	free(file->data);
	*file = (struct replay_file){0};
}

int replay_file_tell_fault(const struct replay_file *file)
{
	if (file->error == -ENODATA) {
		report_error("replay",
		    _("%s was interrupted: it ends after byte %zu without its last record"),
		    file->path, file->fault.offset);
		return EXIT_DONE;
	}
	if (file->error == 0)
		return EXIT_DONE;
	report_error("replay",
	    _("%s is damaged: at byte %zu there should be %s; what comes before was shown"),
	    file->path, file->fault.offset, _(file->fault.expected));
	return EXIT_FAILED;
}

void replay_file_blame(struct replay_file *file, const struct snapshot_reader *reader)
{
	file->error = -EBADMSG;
	file->fault = (struct recording_fault){reader->offset, reader->expected};
}

/* Parses @text as @format, all of it, over the parts of @day.  Returns whether it is that. */
static bool parse_time(
    const char *text, const char *format, const struct tm *day, struct tm *ret_parts)
{
	struct tm parts = *day;
	const char *end = strptime(text, format, &parts);

	if (!end || *end)
		return false;
	*ret_parts = parts;
	return true;
}

/* The wall clock of @text, "[YYYY-MM-DD ]HH:MM[:SS]"; without a date on the day of @begin_ms or the next; the
 * end of that minute or second.  Returns false where it is none. */
static bool parse_wall(const char *text, uint64_t begin_ms, uint64_t *ret_ms)
{
	time_t begin = (time_t)(begin_ms / 1000), wall;
	struct tm day, parts;
	bool dated;

	if (!localtime_r(&begin, &day))
		return false;
	/* What a format leaves out stays as it is here: without seconds it is the last one. */
	day.tm_sec = 59;
	dated = parse_time(text, "%Y-%m-%d %H:%M:%S", &day, &parts) ||
	        parse_time(text, "%Y-%m-%dT%H:%M:%S", &day, &parts) ||
	        parse_time(text, "%Y-%m-%d %H:%M", &day, &parts) ||
	        parse_time(text, "%Y-%m-%dT%H:%M", &day, &parts);
	if (!dated && !parse_time(text, "%H:%M:%S", &day, &parts) &&
	    !parse_time(text, "%H:%M", &day, &parts))
		return false;
	parts.tm_isdst = -1;
	wall = mktime(&parts);
	/* It may go on past midnight. */
	if (!dated && wall < begin) {
		parts.tm_mday++;
		parts.tm_isdst = -1;
		wall = mktime(&parts);
	}
	if (wall < 0)
		return false;
	*ret_ms = (uint64_t)wall * 1000 + 999;
	return true;
}

static void add_date(uint64_t at_ms, struct line *line)
{
	time_t seconds = (time_t)(at_ms / 1000);
	char text[sizeof("-2147483648-12-31 ")];
	struct tm parts;

	if (localtime_r(&seconds, &parts) && strftime(text, sizeof(text), "%F ", &parts))
		line_adds(line, STYLE_PLAIN, text);
}

static bool same_day(uint64_t a_ms, uint64_t b_ms)
{
	time_t a = (time_t)(a_ms / 1000), b = (time_t)(b_ms / 1000);
	struct tm left, right;

	return localtime_r(&a, &left) && localtime_r(&b, &right) && left.tm_yday == right.tm_yday &&
	       left.tm_year == right.tm_year;
}

static void tell_range(const struct replay_file *file, const char *text)
{
	const struct snapshot *first =
	    history_log_snapshot(file->history_log, history_log_first(file->history_log));
	const struct snapshot *last =
	    history_log_snapshot(file->history_log, history_log_end(file->history_log) - 1);
	/* Where a date was asked for, or it takes one to tell them apart. */
	bool dated = strchr(text, '-') || !same_day(first->taken_at_ms, last->taken_at_ms);
	struct line line;

	line_init(&line, CHARSET_ASCII);
	if (dated)
		add_date(first->taken_at_ms, &line);
	event_add_time(first->taken_at_ms, &line);
	line_adds(&line, STYLE_PLAIN, " - ");
	if (dated)
		add_date(last->taken_at_ms, &line);
	event_add_time(last->taken_at_ms, &line);
	report_error(
	    "replay", _("there is no moment at %s: the recording is of %s"), text, line.text);
	line_done(&line);
}

/* By the time on the wall that each moment has; the machine may have been suspended between two, or its clock
 * been set.  Returns 0 where there is none. */
static uint64_t find_wall(const struct history_log *history_log, uint64_t wall_ms)
{
	uint64_t first = history_log_first(history_log), last = history_log_end(history_log) - 1;

	if (wall_ms > history_log_snapshot(history_log, last)->taken_at_ms + LAST_HOLDS_MS)
		return 0;
	for (uint64_t number = last; number >= first && number; number--) {
		if (history_log_snapshot(history_log, number)->taken_at_ms <= wall_ms)
			return number;
	}
	return 0;
}

int replay_file_find(const struct replay_file *file, const char *text, uint64_t *ret_number)
{
	uint64_t first = history_log_first(file->history_log),
	         last = history_log_end(file->history_log) - 1;
	const struct snapshot *begin = history_log_snapshot(file->history_log, first);
	uint64_t span_ms = history_log_snapshot(file->history_log, last)->at_ms - begin->at_ms;
	uint64_t wall_ms, number = 0;
	unsigned long seconds;

	if (text[0] == '+' && report_number(text + 1, 0, INT32_MAX, &seconds) == 0) {
		uint64_t after_ms = seconds * UINT64_C(1000);

		if (after_ms <= span_ms + LAST_HOLDS_MS)
			number = history_log_find(file->history_log, begin->at_ms + after_ms);
	} else if (parse_wall(text, begin->taken_at_ms, &wall_ms)) {
		number = find_wall(file->history_log, wall_ms);
	} else {
		report_error("replay",
		    _("--at takes +SECONDS since the beginning or a time [YYYY-MM-DD ]HH:MM[:SS], "
		      "not \"%s\""),
		    text);
		return EXIT_USAGE;
	}
	if (!number) {
		tell_range(file, text);
		return EXIT_FAILED;
	}
	*ret_number = number;
	return EXIT_DONE;
}
