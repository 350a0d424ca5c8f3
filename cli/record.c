/* nsscope record: what changes, into a file, until a signal ends it. */
#include "cli/cli.h"
#include "cli/report.h"
#include "cli/watch.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/record/recording.h"
#include "scanner/helper/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DEAD_GRACE_MS = 4000, /* as in the explorer, which shows it again */
	FDS_BUDGET_US = 10000,
};

struct record_options {
	bool force;
	unsigned long interval_ms, seconds; /* 0: not given */
};

static const struct cli_option option_table[] = {
    {"interval", 0, N_("MS"),
        N_("milliseconds between scans, 50 to 60000; else their cost decides"),
        .offset = offsetof(struct record_options, interval_ms), .min = 50, .max = 60000},
    {"for", 0, N_("SECONDS"), N_("end after so many seconds"),
        .offset = offsetof(struct record_options, seconds), .min = 1, .max = INT_MAX},
    {"force", 0, NULL, N_("write over a file that is there already"),
        .offset = offsetof(struct record_options, force)},
    {0},
};

const struct cli_usage record_usage = {
    .command = "record",
    .forms = N_("nsscope record [OPTION]... FILE"),
    .about =
        N_("Records the processes and namespaces of this machine, and what changes, into FILE, "
           "for nsscope replay.  It ends with Ctrl-C.  FILE may be -, for standard output."),
    .options = option_table,
    .notes =
        N_("Only changes are written, and from time to time the whole graph: an idle machine takes "
           "a few kilobytes a minute.  If the recording is interrupted, FILE can be read up to "
           "that point.  It contains command lines and user names, so only its owner may read it."),
    .operands_max = 1,
    .exits = N_("0 done, 1 not all could be written, 2 wrong usage, 3 /proc can't be read."),
};

struct recorder {
	const char *path;
	int fd;
	const struct watch *watch;
	bool force;   /* write over a file that is there */
	bool created; /* the file was not there before */
	bool keeps;   /* a file that was there: it is cut when the first snapshot is written */
	struct snapshot_writer writer;
	struct bytes bytes; /* not written yet */
	uint64_t snapshots, first_ms, last_ms, written_bytes;
	struct errand_talk helper; /* writes a file that may not answer; none: pid 0 */
	int error;                 /* of a write; 0 or -errno */
};

/* Cuts the last @bytes from the file: half a record would be damage.  From a pipe they can't be cut; then
 * replay reports where the recording ends. */
static void cut(int fd, size_t bytes)
{
	off_t at = lseek(fd, 0, SEEK_CUR);

	if (at >= (off_t)bytes)
		(void)!ftruncate(fd, at - (off_t)bytes);
}

/* Writes the bytes of @recorder, all or none of them. */
static bool write_out(struct recorder *recorder)
{
	size_t done;
	int r = watch_write(recorder->watch, recorder->bytes.data, recorder->bytes.len, &done);

	if (r < 0) {
		recorder->error = r;
		cut(recorder->fd, done);
		return false;
	}
	recorder->written_bytes += done;
	recorder->bytes.len = 0;
	return true;
}

static bool take(void *data, const struct event_context *context, const struct events *events)
{
	struct recorder *recorder = data;
	int r;

	(void)events;
	if (!recorder->snapshots) {
		if (recorder->keeps && ftruncate(recorder->fd, 0) < 0) {
			recorder->error = -errno;
			return false;
		}
		recording_begin(&recorder->bytes);
		recorder->first_ms = context->now_ms;
	}
	/* Two scans within a millisecond are one snapshot. */
	if (recorder->snapshots && context->now_ms == recorder->last_ms)
		return true;
	r = recording_put(&recorder->writer, context->after, context->now_ms, &recorder->bytes);
	if (r < 0) {
		recorder->error = r;
		return false;
	}
	recorder->last_ms = context->now_ms;
	recorder->snapshots++;
	return write_out(recorder);
}

/* Opens the file.  Returns 0, -EEXIST (a regular file is there, without --force) or another
 * -errno. */
static int open_output_file(struct recorder *recorder)
{
	const int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY;
	struct stat status;

	recorder->fd = open(recorder->path, flags | O_CREAT | O_EXCL, 0600);
	recorder->created = recorder->fd >= 0;
	if (recorder->created)
		return 0;
	if (errno != EEXIST)
		return -errno;
	if (!recorder->force && (stat(recorder->path, &status) < 0 || S_ISREG(status.st_mode)))
		return -EEXIST;
	recorder->fd = open(recorder->path, flags | O_CREAT, 0600);
	if (recorder->fd < 0)
		return -errno;
	recorder->keeps = fstat(recorder->fd, &status) == 0 && S_ISREG(status.st_mode);
	return 0;
}

/* The helper for a file that may not answer: writes what it is sent.  If that is nothing, the file stays as it
 * was. */
static int write_sent(void *arg)
{
	struct recorder recorder = *(const struct recorder *)arg;
	int result = open_output_file(&recorder);
	bool some = false;
	char block[1 << 16];
	ssize_t n;

	if (write(0, &result, sizeof(result)) != sizeof(result) || result < 0)
		return 0;
	while ((n = read(0, block, sizeof(block))) > 0) {
		if (!some && recorder.keeps && ftruncate(recorder.fd, 0) < 0)
			return errno;
		some = true;
		for (ssize_t done = 0, put = 0; done < n; done += put) {
			put = write(recorder.fd, block + done, (size_t)(n - done));
			if (put < 0)
				return errno;
		}
	}
	if (!some && recorder.created)
		unlink(recorder.path);
	return close(recorder.fd) < 0 ? errno : 0;
}

/* Opens the file, in a helper where its path may not answer.  Returns as open_output_file, or -ETIMEDOUT. */
static int open_path(struct recorder *recorder)
{
	int r = errand_talk_start(recorder->path, write_sent, recorder, &recorder->helper);

	if (r == 1)
		return open_output_file(recorder);
	if (r < 0)
		return r;
	r = errand_talk_begin(&recorder->helper);
	if (r < 0) {
		errand_talk_end(&recorder->helper, r != -ETIMEDOUT);
		return r;
	}
	recorder->fd = recorder->helper.socket;
	return 0;
}

/* Returns EXIT_DONE, or another exit status after a message. */
static int open_output(struct recorder *recorder)
{
	const char *path = recorder->path;
	int r;

	if (!strcmp(path, "-")) {
		if (isatty(STDOUT_FILENO)) {
			report_error("record",
			    _("a terminal can't show a recording: name a file, or use a pipe"));
			return EXIT_USAGE;
		}
		recorder->fd = STDOUT_FILENO;
		return EXIT_DONE;
	}
	r = open_path(recorder);
	if (r == 0)
		return EXIT_DONE;
	if (r == -EEXIST)
		report_error("record", _("%s is there already; --force writes over it"), path);
	else
		report_error("record", _("%s can't be written: %s"), path, errand_error(r));
	return EXIT_FAILED;
}

static void report_result(const struct recorder *recorder)
{
	struct line line;

	line_init(&line, report_charset());
	line_addf(&line, STYLE_PLAIN,
	    ngettext("%llu snapshot of %.1f seconds, %llu bytes: ",
	        "%llu snapshots of %.1f seconds, %llu bytes: ", recorder->snapshots),
	    (unsigned long long)recorder->snapshots,
	    (double)(recorder->last_ms - recorder->first_ms) / 1000,
	    (unsigned long long)recorder->written_bytes);
	line_adds(&line, STYLE_PLAIN, recorder->path);
	fprintf(stderr, "%s\n", line.text);
	line_done(&line);
}

/* Closes the file. */
static void close_file(struct recorder *recorder)
{
	int r;

	if (recorder->helper.pid) {
		/* -ECANCELED: a signal came while the helper read no more. */
		r = errand_talk_end(&recorder->helper, recorder->error != -ECANCELED);
		/* What a failed helper was sent need not be in the file. */
		if (r < 0) {
			recorder->error = r;
			recorder->written_bytes = 0;
		}
	} else if (close(recorder->fd) < 0 && !recorder->error) {
		/* Some file systems report only now that there was no room for a block. */
		recorder->error = -errno;
	}
}

/* Ends the file.  Returns the exit status, after a message where something went wrong. */
static int end_recording(struct recorder *recorder, int status)
{
	if (!recorder->error && recorder->snapshots) {
		recording_end(&recorder->bytes);
		write_out(recorder);
	}
	close_file(recorder);
	if (recorder->error == -ECANCELED) {
		report_error("record",
		    _("%s was read up to its last complete snapshot: the one after it is "
		      "incomplete"),
		    recorder->path);
		status = EXIT_FAILED;
	} else if (recorder->error) {
		report_error("record",
		    recorder->written_bytes
		        ? _("%s can't be written: %s; what was recorded so far can be replayed")
		        : _("%s can't be written: %s"),
		    recorder->path, errand_error(recorder->error));
		status = EXIT_FAILED;
	}
	if (recorder->written_bytes)
		report_result(recorder);
	else if (recorder->created)
		unlink(recorder->path);
	return status;
}

int cli_record(int argc, char **argv)
{
	struct recorder recorder = {0};
	struct watch watch = {
	    .command = "record",
	    .take = take,
	    .data = &recorder,
	    .dead_grace_ms = DEAD_GRACE_MS,
	    .scan = {.hostnames = true,
	        .perf_events = true,
	        .fds = true,
	        .fds_budget_us = FDS_BUDGET_US},
	};
	struct record_options options = {0};
	int status = options_read(&record_usage, &argc, &argv, &options);

	if (status != OPTIONS_GO_ON)
		return status;
	if (argc == 0) {
		report_error("record", _("into which file?  nsscope record FILE"));
		return EXIT_USAGE;
	}
	watch.interval_ms = (unsigned)options.interval_ms;
	watch.seconds = options.seconds;
	recorder.path = argv[0];
	recorder.force = options.force;
	recorder.watch = &watch;
	status = open_output(&recorder);
	if (status != EXIT_DONE)
		return status;
	status = watch_open(&watch, recorder.fd);
	if (status == EXIT_DONE && isatty(STDERR_FILENO))
		fputs(_("recording; Ctrl-C ends it\n"), stderr);
	if (status == EXIT_DONE)
		status = watch_run(&watch);
	status = end_recording(&recorder, status);
	watch_close(&watch);
	snapshot_writer_done(&recorder.writer);
	bytes_done(&recorder.bytes);
	return status;
}
