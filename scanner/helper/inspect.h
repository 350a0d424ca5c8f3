/* Inspects one namespace: what it contains (model/report/inspection.h).
 *
 * For each inspection a helper process is forked.  It joins the namespace if it must, reads, writes
 * its facts to a pipe and exits.  The calling process joins nothing and never waits.  A helper that
 * takes longer than INSPECT_LIMIT_MS is killed.  A scan in that time would count the helper as a
 * member, so it must omit the helper's session (inspect_session).
 */
#pragma once

#include "model/report/inspection.h"

enum { INSPECT_LIMIT_MS = 1000 };

struct inspect;

/* Begins to inspect @ns of @graph; both are borrowed for this call only.  A namespace without members
 * is reached through a holder: a process whose next child joins it, a child namespace, or one that it
 * owns.
 * Returns 0, -ENOENT (there is no way to it), or -errno of pipe2(2) or fork(2). */
int inspect_start(const struct graph *graph, const struct ns *ns, struct inspect **ret_inspect);
/* Kills the helper if it still runs; NULL is fine. */
void inspect_free(struct inspect *inspect);

/* The session of the helper and of its children, as in /proc, for scan_leave_out.  0 when it is not
 * known (/proc is of another PID namespace, and the kernel is older than 5.3): then no scan may begin
 * while the helper runs. */
pid_t inspect_session(const struct inspect *inspect);

/* Readable when inspect_io has work. */
int inspect_fd(const struct inspect *inspect);
/* Milliseconds until the limit, when inspect_io has work, too. */
int inspect_timeout(const struct inspect *inspect);

/* Reads the pending facts, without waiting.
 * Returns 0 when more will come, or 1 at the end: *@ret_inspection is set then, on failure to one with
 * an error.  The caller frees it. */
int inspect_io(struct inspect *inspect, struct inspection **ret_inspection);

/* Runs an inspection to its end, for reports. */
struct inspection *inspect_once(const struct graph *graph, const struct ns *ns);
