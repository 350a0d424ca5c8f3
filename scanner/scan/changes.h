/* Which processes have changed since which scan, from kernel events (perf_events.h).
 *
 * Scans are numbered (scan_last_serial).  An event marks its process for all scans that began before
 * the event was read.  Events are read before /proc: what such a scan read may be older than the
 * event, and what a later scan reads is not.  A process without a mark still has the links, threads,
 * name and numbers that the scan read.
 */
#pragma once

#include "scanner/events/perf_events.h"

#include <stdbool.h>

struct changes;

/* Returns 0 or the error of perf_events_new. */
int changes_new(struct changes **ret_changes);
void changes_free(struct changes *changes); /* NULL is fine */

int changes_fd(const struct changes *changes); /* perf_events_fd; -1 when the events have ended */

/* What the events mean to a caller that waits for changes. */
struct news {
	bool moved; /* a process that existed before called unshare, setns or execve; or events
	             * were lost */
	bool any;   /* any event */
};

/* Takes all pending events.  Some only mark and are no news: those of this process, of its helper
 * @helper (0 for none), of their children since the last call, and of omitted helpers. */
struct news changes_take(struct changes *changes, pid_t helper);

/* From now on the events of @pid, a running helper, and of its children are no news. */
void changes_leave_out(struct changes *changes, pid_t pid);

/* Returns whether the process @pid has changed since the scan @serial began.  After lost events, and
 * for a scan before the first one, every process has. */
bool changes_since(struct changes *changes, pid_t pid, uint64_t serial);

/* Returns whether all changes since the scan @serial began are known. */
bool changes_known(const struct changes *changes, uint64_t serial);

/* The lowest PID above @pid of a process that has changed since then; 0 for none. */
pid_t changes_next(struct changes *changes, pid_t pid, uint64_t serial);

/* Marks @pid as changed for the scans after this one, too: it is about to change. */
void changes_mark(struct changes *changes, pid_t pid);

/* Forgets changes before the scan @serial: for older scans every process counts as changed. */
void changes_forget(struct changes *changes, uint64_t serial);
