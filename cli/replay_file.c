#include "cli/replay_file.h"

#include "cli/cli.h"
#include "cli/report.h"
#include "model/event_text.h"
#include "model/i18n.h"
#include "model/util.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK_BYTES = 1 << 16, FILE_BYTES_MAX = 1 << 30 };

/* Reads the next bytes, for which a pipe is waited for as long as somebody has its other end.  Returns how
 * many, 0 at the end, or -errno. */
static ssize_t read_more(int fd, struct bytes *bytes)
{
	ssize_t n;

	bytes_reserve(bytes, BLOCK_BYTES);
	while ((n = read(fd, bytes->data + bytes->len, BLOCK_BYTES)) < 0) {
		struct pollfd input = {.fd = fd, .events = POLLIN};

		if (errno == EAGAIN && poll(&input, 1, -1) < 0 && errno != EINTR)
			return -errno;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	bytes->len += (size_t)n;
	return n;
}

/* Reads all of a file that begins as a recording; of another one, which may have no end, no more than it
 * takes to see that.  Returns 0 or -errno. */
static int read_all(const char *path, struct bytes *bytes)
{
	/* A FIFO that nobody writes to is empty, and not waited for. */
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		n = read_more(fd, bytes);
		if (bytes->len > FILE_BYTES_MAX)
			return -EFBIG;
	} while (n > 0 && recording_may_begin(bytes->data, bytes->len));
	return n < 0 ? (int)n : 0;
}

int replay_file_read(const char *path, struct replay_file *ret_file)
{
	struct replay_file file = {.path = path, .past = past_new(0, 0)};
	struct bytes bytes = {0};
	int r = read_all(path, &bytes);

	file.data = bytes.data;
	file.len = bytes.len;
	if (r < 0) {
		report_error("replay", _("%s can't be read: %s"), path, strerror(-r));
		replay_file_done(&file);
		return EXIT_FAILED;
	}
	file.error = recording_load(file.data, file.len, file.past, &file.fault);
	if (file.error == -EINVAL)
		report_error("replay", _("%s is no recording of nsscope record"), path);
	else if (file.error == -ENOTSUP)
		report_error("replay",
		    _("%s was recorded by a newer nsscope; this one can't read it"), path);
	else if (past_end(file.past) == past_first(file.past))
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
	past_free(file->past);
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

void replay_file_blame(struct replay_file *file, const struct moment_reader *reader)
{
	file->error = -EBADMSG;
	file->fault = (struct recording_fault){reader->offset, reader->expected};
}

/* The wall clock of @text, "HH:MM" or "HH:MM:SS", on the day of @begin_ms or the next; the end of that
 * minute or second.  Returns false where it is none. */
static bool parse_wall(const char *text, uint64_t begin_ms, uint64_t *ret_ms)
{
	time_t begin = (time_t)(begin_ms / 1000), wall;
	struct tm day, parts;
	const char *end;

	if (!localtime_r(&begin, &day))
		return false;
	parts = day;
	end = strptime(text, "%H:%M:%S", &parts);
	if (!end || *end) {
		parts = day;
		end = strptime(text, "%H:%M", &parts);
		parts.tm_sec = 59;
	}
	if (!end || *end)
		return false;
	parts.tm_isdst = -1;
	wall = mktime(&parts);
	/* It may go on past midnight. */
	if (wall < begin) {
		parts.tm_mday++;
		wall = mktime(&parts);
	}
	if (wall < begin)
		return false;
	*ret_ms = (uint64_t)wall * 1000 + 999;
	return true;
}

static void tell_range(const struct replay_file *file, const char *text)
{
	const struct moment *first = past_moment(file->past, past_first(file->past));
	const struct moment *last = past_moment(file->past, past_end(file->past) - 1);
	struct line line;

	line_init(&line, CHARSET_ASCII);
	event_add_time(first->taken_at_ms, &line);
	line_adds(&line, STYLE_PLAIN, " - ");
	event_add_time(last->taken_at_ms, &line);
	report_error(
	    "replay", _("there is no moment at %s: the recording is of %s"), text, line.text);
	line_done(&line);
}

int replay_file_find(const struct replay_file *file, const char *text, uint64_t *ret_number)
{
	uint64_t first = past_first(file->past), last = past_end(file->past) - 1, wall_ms;
	const struct moment *begin = past_moment(file->past, first);
	uint64_t span_ms = past_moment(file->past, last)->at_ms - begin->at_ms;
	unsigned long seconds;
	uint64_t after_ms;

	if (text[0] == '+' && report_number(text + 1, 0, INT32_MAX, &seconds) == 0)
		after_ms = seconds * UINT64_C(1000);
	else if (parse_wall(text, begin->taken_at_ms, &wall_ms))
		after_ms = wall_ms - begin->taken_at_ms;
	else {
		report_error("replay",
		    _("--at takes +SECONDS since the beginning or a time HH:MM:SS, not \"%s\""),
		    text);
		return EXIT_USAGE;
	}
	/* The last moment holds until the next one would have come: some seconds. */
	if (after_ms > span_ms + 60000) {
		tell_range(file, text);
		return EXIT_FAILED;
	}
	*ret_number = past_find(file->past, begin->at_ms + after_ms);
	return EXIT_DONE;
}
