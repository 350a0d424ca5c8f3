/* Scans one after the other, for events and record, until a signal comes or the given time has passed, and
 * an output whose reader may stop reading. */
#pragma once

#include "model/graph/history.h"
#include "model/report/event_report.h"
#include "scanner/scan.h"

#include <sys/types.h>

struct watch {
	const char *command;
	unsigned interval_ms;   /* between scans; 0: by the cost of a scan */
	unsigned long seconds;  /* how long; 0: without end */
	uint64_t dead_grace_ms; /* see history_new */
	struct scan_options scan;

	/* Called after each scan with what has changed; the first one has no graph before.  Borrows both.
	 * Returns false to end the watch. */
	bool (*take)(void *data, const struct event_context *context, const struct events *events);
	void *data;

	/* Set by watch_open. */
	uint64_t until_ms; /* on the clock of clock_history_ms; 0: without end */
	int output;        /* borrowed */
	int signals;       /* signalfd(2) */
	int nonblocking; /* the output opened anew: O_NONBLOCK of @output is shared; -1 for none */
	mode_t output_mode;
};

/* Blocks the signals that end the watch: it reads them from a descriptor.
 * @output: the watch ends when its reader closes its end; borrowed until watch_close.
 * Returns EXIT_DONE, or the exit status after a message. */
int watch_open(struct watch *watch, int output);
void watch_close(struct watch *watch);

/* Writes to the output; waits for its reader, until a signal comes or the time has passed.
 * Returns 0, -ECANCELED (the watch ends) or another -errno.  @ret_done: how much was written, always set. */
int watch_write(const struct watch *watch, const void *bytes, size_t len, size_t *ret_done);

/* Scans until the watch ends.  Returns EXIT_DONE, or the exit status after a message. */
int watch_run(const struct watch *watch);
