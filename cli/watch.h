/* Looking at the machine again and again, for the commands that tell or record what changes, until a signal
 * or the time that was given. */
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

	/* Takes what changed with each scan; the first one has no graph before.  Returns false to end. */
	bool (*take)(void *data, const struct event_context *context, const struct events *events);
	void *data;

	/* Set by watch_open. */
	uint64_t until_ms; /* on the clock of clock_history_ms; 0: without end */
	int output;        /* borrowed */
	int signals;       /* signalfd(2) */
	int apart; /* the output opened anew, so that O_NONBLOCK is ours alone; -1 where it can't be */
	mode_t output_mode;
};

/* From here on the signals that end it, and all that waits, are read from a descriptor.
 * @output: it ends when nobody reads from this descriptor any more; borrowed until watch_close.
 * Returns EXIT_DONE, or the exit status after a message. */
int watch_open(struct watch *watch, int output);
void watch_close(struct watch *watch);

/* Writes to the output; waits for who reads it, but no longer than until a signal comes or the time has passed.
 * Returns 0, -ECANCELED (that came first), or another -errno.  @ret_done: how much was written, always set. */
int watch_write(const struct watch *watch, const void *bytes, size_t len, size_t *ret_done);

/* Returns EXIT_DONE when it has ended, or the exit status after a message. */
int watch_run(const struct watch *watch);
