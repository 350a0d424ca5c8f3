#include "cli/watch.h"

#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "scanner/scan_plan.h"

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

enum { SLICE_US = 50000 }; /* between two looks for a signal */

struct watching {
	const struct watch *watch;
	struct scan *scan;
	struct scan_plan plan;
	struct history *history;
};

static double worked_ms(const struct watching *watching)
{
	return clock_worked_ms() + scan_helpers_ms(watching->scan);
}

/* Waits until @wake_ms, or until @news_fd, -1 for none, is readable.  Returns whether the watch ends: a
 * signal came, the reader closed its end, or the time has passed. */
static bool is_over(const struct watching *watching, uint64_t wake_ms, int news_fd)
{
	struct pollfd waits[] = {
	    {.fd = watching->watch->signals, .events = POLLIN},
	    {.fd = watching->watch->output}, /* POLLERR: the reader closed its end */
	    {.fd = news_fd, .events = POLLIN},
	};
	uint64_t now_ms = clock_history_ms(), until_ms = watching->watch->until_ms;

	if (until_ms && now_ms >= until_ms)
		return true;
	if (until_ms && until_ms < wake_ms)
		wake_ms = until_ms;
	if (poll(waits, array_len(waits), wake_ms > now_ms ? (int)(wake_ms - now_ms) : 0) <= 0)
		return false;
	return waits[0].revents || waits[1].revents;
}

/* Waits until the next scan begins.  Returns whether the watch ends. */
static bool rest(struct watching *watching)
{
	struct scan_plan *plan = &watching->plan;
	int news_fd = plan->interval_ms ? -1 : scan_news_fd(watching->scan);
	bool reported = news_fd >= 0;
	uint64_t now_ms, next_ms, listen_ms;

	while ((now_ms = clock_history_ms()) < (next_ms = scan_plan_next_ms(plan, reported))) {
		listen_ms = scan_plan_listen_ms(plan, reported);
		if (now_ms < listen_ms) {
			if (is_over(watching, next_ms < listen_ms ? next_ms : listen_ms, -1))
				return true;
		} else {
			if (is_over(watching, next_ms, news_fd))
				return true;
			scan_plan_hear(plan, scan_news(watching->scan), clock_history_ms());
		}
	}
	return false;
}

/* One scan.  Returns 0, 1 where the watch ends, or -errno. */
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
static int scan_again(struct watching *watching)
{
	const struct watch *watch = watching->watch;

	for (;;) {
		struct event_context context = {.before = history_now(watching->history)};
		struct events events = {0};
		double began_ms = worked_ms(watching);
		bool more;
		int r;

		scan_plan_begin(&watching->plan, false);
		r = scan_now(watching);
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
		scan_plan_end(&watching->plan, worked_ms(watching) - began_ms, false,
		    scan_news_fd(watching->scan) >= 0, clock_history_ms());
		if (rest(watching))
			return 0;
	}
}

/* Signals that end the watch are read from a descriptor; write(2) reports a broken pipe and a file that
 * may not grow. */
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
	watch->nonblocking = -1;
	watch->signals = catch_signals();
	if (watch->signals < 0) {
		report_error(watch->command, "signalfd: %s", strerror(errno));
		return EXIT_FAILED;
	}
	watch->output_mode = fstat(output, &status) == 0 ? status.st_mode : 0;
	snprintf(path, sizeof(path), "/dev/fd/%d", output);
	if (S_ISFIFO(watch->output_mode) || S_ISCHR(watch->output_mode))
		watch->nonblocking = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return EXIT_DONE;
}

void watch_close(struct watch *watch)
{
	close(watch->signals);
	if (watch->nonblocking >= 0)
		close(watch->nonblocking);
}

/* Writes what can be written without waiting.  Returns how much, or -1 with errno. */
static ssize_t write_some(const struct watch *watch, const char *bytes, size_t len)
{
	struct pollfd output = {.fd = watch->output, .events = POLLOUT};

	if (watch->nonblocking >= 0)
		return write(watch->nonblocking, bytes, len);
	if (S_ISSOCK(watch->output_mode))
		return send(watch->output, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (S_ISREG(watch->output_mode))
		return write(watch->output, bytes, len);
	/* A pipe with space has space for that: pipe(7). */
	if (poll(&output, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return write(watch->output, bytes, len < PIPE_BUF ? len : PIPE_BUF);
}

/* Waits until the output has space.  Returns 0, or -ECANCELED where the watch ends before. */
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
	struct watching watching = {
	    .watch = watch, .plan = {.interval_ms = watch->interval_ms, .full_only = true}};
	int r = scan_new(&watch->scan, &watching.scan);

	if (r == 0) {
		watching.history = history_new(watch->dead_grace_ms);
		r = scan_again(&watching);
		history_free(watching.history);
		scan_free(watching.scan);
	}
	return r < 0 ? report_scan_error(watch->command, r) : EXIT_DONE;
}
