/* Looking into one namespace: what it contains, as an inspection (model/report/inspection.h).
 *
 * A helper process is forked for each, joins what it must, reads, writes its facts through a pipe
 * and ends; the calling process joins nothing and never waits.  A helper that takes longer than
 * INSPECT_LIMIT_MS is killed.  While it has joined, a scan would count it as a member: who scans
 * meanwhile leaves it out (inspect_session).
 */
#pragma once

#include "model/report/inspection.h"

enum { INSPECT_LIMIT_MS = 1000 };

struct inspect;

/* Begins with @ns of @graph; neither is needed any more afterwards.  Where no process is in it, it
 * is reached through a process whose next child gets it, a namespace below it, or one it owns.
 * Returns 0, -ENOENT (there is no way to it), or -errno of pipe2(2) or fork(2). */
int inspect_start(const struct graph *graph, const struct ns *ns, struct inspect **ret_inspect);
/* Ends the helper where there still is one; NULL is fine. */
void inspect_free(struct inspect *inspect);

/* The session of the helper and of all whom it starts, as in /proc, for scan_leave_out; 0 where that
 * can't be known (/proc is of another PID namespace, and the kernel older than 5.3): then no scan
 * may begin while it runs. */
pid_t inspect_session(const struct inspect *inspect);

/* Readable when there is something for inspect_io to do. */
int inspect_fd(const struct inspect *inspect);
/* Milliseconds until the limit: inspect_io has something to do then, too. */
int inspect_timeout(const struct inspect *inspect);

/* Reads what there is, without waiting.
 * Returns 0 when there is more to come, or 1 at the end: *@ret_inspection is filled, always, also
 * with one whose error says what went wrong, and is the caller's to free. */
int inspect_io(struct inspect *inspect, struct inspection **ret_inspection);

/* All of it, waiting; for reports. */
struct inspection *inspect_once(const struct graph *graph, const struct ns *ns);
