#include "cli/watch.h"

#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/pace.h"
#include "model/base/util.h"
#include "scanner/proc/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

enum {
	SLICE_US = 50000, /* between two looks for a signal */
	LISTEN_MS = 25,   /* between two times that news wake us */
};

struct watching {
	const struct watch *watch;
	struct scan *scan;
	struct history *history;
};

static double worked_ms(const struct watching *watching)
{
	return clock_worked_ms() + scan_helpers_ms(watching->scan);
}

/* Waits up to @pause_ms, or until @news, a descriptor or -1, is readable.  Returns whether it is over: a
 * signal came, nobody reads any more, or the time has passed. */
static bool is_over(const struct watching *watching, uint64_t pause_ms, int news)
{
	struct pollfd waits[] = {
	    {.fd = watching->watch->signals, .events = POLLIN},
	    {.fd = watching->watch->output}, /* for an error: the reader went away */
	    {.fd = news, .events = POLLIN},
	};
	uint64_t now_ms = clock_history_ms(), until_ms = watching->watch->until_ms;

	if (until_ms && now_ms >= until_ms)
		return true;
	if (until_ms && until_ms - now_ms < pause_ms)
		pause_ms = until_ms - now_ms;
	if (poll(waits, array_len(waits), (int)pause_ms) <= 0)
		return false;
	return waits[0].revents || waits[1].revents;
}

/* Waits between two scans: a pause by what the last one cost, and where the kernel tells that somebody
 * moved, a tenth of it.  Returns whether it is over. */
static bool rest(struct watching *watching, double cost_ms)
{
	unsigned pause_ms = watching->watch->interval_ms;
	uint64_t until_ms;

	if (pause_ms)
		return is_over(watching, pause_ms, -1);
	pause_ms = pace_pause_ms(cost_ms);
	until_ms = clock_history_ms() + pause_ms;
	if (is_over(watching, pause_ms / 10, -1))
		return true;
	for (uint64_t now_ms; (now_ms = clock_history_ms()) < until_ms;) {
		if (is_over(watching, until_ms - now_ms, scan_news_fd(watching->scan)))
			return true;
		if (scan_news_fd(watching->scan) >= 0 && scan_news(watching->scan).moved)
			return false;
		/* Where much else happens, not each of it wakes us. */
		if (clock_history_ms() < until_ms && is_over(watching, LISTEN_MS, -1))
			return true;
	}
	return false;
}

/* One scan.  Returns 0, 1 when it was ended by a signal, or -errno. */
static int scan_now(struct watching *watching)
{
	int r = scan_begin(watching->scan, history_now(watching->history));

	while (r == 0) {
		r = scan_step(watching->scan, SLICE_US);
		if (r == 0 && is_over(watching, 0, -1))
			return 1;
	}
	return r < 0 ? r : 0;
}

/* Returns 0, or -errno where /proc can't be read. */
static int run(struct watching *watching)
{
	const struct watch *watch = watching->watch;

	for (;;) {
		struct event_context context = {.before = history_now(watching->history)};
		struct events events = {0};
		double began_ms = worked_ms(watching);
		int r = scan_now(watching);
		bool more;

		if (r != 0)
			return r < 0 ? r : 0;
		if (context.before)
			graph_ref(context.before);
		context.now_ms = clock_history_ms();
		context.after = history_push(
		    watching->history, scan_take(watching->scan), context.now_ms, &events);
		more = watch->take(watch->data, &context, &events);
		events_done(&events);
		graph_unref((struct graph *)context.before);
		if (!more)
			return 0;
		if (rest(watching, worked_ms(watching) - began_ms))
			return 0;
	}
}

/* Signals that end it are read from a descriptor; a broken pipe and a file that may not grow are told
 * by the write. */
static int catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int watch_open(struct watch *watch, int output)
{
	char path[sizeof("/dev/fd/-2147483648")];
	struct stat status;

	if (watch->seconds)
		watch->until_ms = clock_history_ms() + watch->seconds * 1000;
	watch->output = output;
	watch->apart = -1;
	watch->signals = catch_signals();
	if (watch->signals < 0) {
		report_error(watch->command, "signalfd: %s", strerror(errno));
		return EXIT_FAILED;
	}
	watch->output_mode = fstat(output, &status) == 0 ? status.st_mode : 0;
	snprintf(path, sizeof(path), "/dev/fd/%d", output);
	if (S_ISFIFO(watch->output_mode) || S_ISCHR(watch->output_mode))
		watch->apart = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return EXIT_DONE;
}

void watch_close(struct watch *watch)
{
	close(watch->signals);
	if (watch->apart >= 0)
		close(watch->apart);
}

/* Writes what can be written without waiting.  Returns how much, or -1 with errno. */
static ssize_t write_some(const struct watch *watch, const char *bytes, size_t len)
{
	struct pollfd output = {.fd = watch->output, .events = POLLOUT};

	if (watch->apart >= 0)
		return write(watch->apart, bytes, len);
	if (S_ISSOCK(watch->output_mode))
		return send(watch->output, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (S_ISREG(watch->output_mode))
		return write(watch->output, bytes, len);
	/* So much a pipe takes that takes anything: pipe(7). */
	if (poll(&output, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return write(watch->output, bytes, len < PIPE_BUF ? len : PIPE_BUF);
}

/* Waits until the output takes something.  Returns 0, or -ECANCELED where it is over before. */
static int wait_for_output(const struct watch *watch)
{
	struct pollfd waits[] = {
	    {.fd = watch->signals, .events = POLLIN},
	    {.fd = watch->output, .events = POLLOUT},
	};
	uint64_t now_ms = clock_history_ms(), left_ms = INT_MAX;

	if (watch->until_ms)
		left_ms = watch->until_ms > now_ms ? watch->until_ms - now_ms : 0;
	if (poll(waits, array_len(waits), left_ms < INT_MAX ? (int)left_ms : -1) == 0)
		return -ECANCELED;
	return waits[0].revents && !waits[1].revents ? -ECANCELED : 0;
}

int watch_write(const struct watch *watch, const void *bytes, size_t len, size_t *ret_done)
{
	int r = 0;

	*ret_done = 0;
	while (r == 0 && *ret_done < len) {
		ssize_t n = write_some(watch, (const char *)bytes + *ret_done, len - *ret_done);

		if (n >= 0)
			*ret_done += (size_t)n;
		else if (errno == EAGAIN)
			r = wait_for_output(watch);
		else if (errno != EINTR)
			r = -errno;
	}
	return r;
}

int watch_run(const struct watch *watch)
{
	struct watching watching = {.watch = watch};
	int r = scan_new(&watch->scan, &watching.scan);

	if (r == 0) {
		watching.history = history_new(watch->dead_grace_ms);
		r = run(&watching);
		history_free(watching.history);
		scan_free(watching.scan);
	}
	return r < 0 ? report_scan_error(watch->command, r) : EXIT_DONE;
}
