/* Looking at the machine again and again, for the commands that tell or record what changes, until a signal
 * or the time that was given. */
#pragma once

#include "model/event_text.h"
#include "model/history.h"
#include "scanner/scan.h"

struct watch {
	const char *command;
	unsigned interval_ms; /* between sweeps; 0: by the cost of a sweep */
	uint64_t until_ms;    /* on the clock of clock_history_ms, 0 for never */
	uint64_t linger_ms;   /* see history_new */
	struct scan_options scan;
	int output; /* it ends when nobody reads from this descriptor any more; -1 for none */

	/* Takes what changed with each sweep; the first one has no graph before.  Returns false to end. */
	bool (*take)(void *data, const struct event_context *context, const struct events *events);
	void *data;
};

/* Returns EXIT_DONE when it has ended, or the exit status after a message. */
int watch_run(const struct watch *watch);

/* Reads the number that option --@option, given in optarg, takes.  Returns EXIT_DONE, or EXIT_USAGE after a
 * message. */
int watch_number(const char *command, const char *option, unsigned long least, unsigned long most,
    unsigned long *ret);
