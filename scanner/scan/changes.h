/* Who has changed since which scan, as the feed (perf_events.h) tells.
 *
 * Scans are numbered (scan_last_serial).  A record marks its process for all scans that began
 * before the record was taken: the feed is read before /proc is, so what such a scan read may be
 * older than the record, and what a later one reads is not.  A process without a mark has the links,
 * threads, name and numbers that the scan read.
 */
#pragma once

#include "scanner/events/perf_events.h"

#include <stdbool.h>

struct changes;

/* Returns 0 or the error of perf_events_new. */
int changes_new(struct changes **ret_changes);
void changes_free(struct changes *changes); /* NULL is fine */

int changes_fd(const struct changes *changes); /* perf_events_fd; -1 where the feed has ended */

/* What came, as far as somebody who waits wants to know it. */
struct news {
	bool moved; /* a process that was there before called unshare, setns or execve; or records
	             * were lost */
	bool any;   /* any record */
};

/* Takes all records there are.  What this process does, its helper @helper (0 for none), those whom
 * they have forked since the last call, and those who were left out, marks but is no news. */
struct news changes_take(struct changes *changes, pid_t helper);

/* What @pid, a helper that lives still, and whom it forks do until they end is no news. */
void changes_leave_out(struct changes *changes, pid_t pid);

/* Has the process @pid changed since the scan @serial began?  Everybody has since a scan that was
 * before the first, and after a loss. */
bool changes_since(struct changes *changes, pid_t pid, uint64_t serial);

/* Is it known who has changed since the scan @serial began? */
bool changes_known(const struct changes *changes, uint64_t serial);

/* Of those who have changed since then the next one above @pid; 0 for none. */
pid_t changes_next(struct changes *changes, pid_t pid, uint64_t serial);

/* Takes @pid for changed in the scans after the present one too: it is about to. */
void changes_mark(struct changes *changes, pid_t pid);

/* Nobody will ask for scans before @serial any more; who does is told that everybody changed. */
void changes_forget(struct changes *changes, uint64_t serial);
