/* Asking the kernel: scans over a source that each fill a graph builder.
 *
 * A scan is cut into slices: scan_step works for about as long as it is told and returns, so that
 * an event loop stays awake.  A process that vanishes in mid-read never ends a scan, nothing here
 * holds a descriptor on a namespace for longer than it takes to ask about it, and the calling
 * process joins nothing: host names are read by a helper process (hostname_helper.h).
 */
#pragma once

#include "model/graph/graph.h"
#include "scanner/bpf/bpf_why.h"
#include "scanner/scan/changes.h"
#include "scanner/scan/scan_options.h"

#include <stdbool.h>
#include <stdint.h>

struct scan;

/* What SCAN_PREFERRED means from now on, in all of this program; SCAN_PROC where nobody said. */
void scan_prefer(enum scan_source source);

enum scan_source scan_preferred(void);

/* What is to be told of @error (-errno) of scan_new, scan_begin or scan_step: a sentence for people, translated,
 * which names the source that failed, and why.  The caller frees it. */
char *scan_error_text(int error);

/* Opens a source.
 * Returns 0, -ENOENT (/proc is not mounted), -EOPNOTSUPP (SCAN_BPF can't be had, see
 * bpf_why_last), or another -errno. */
int scan_new(const struct scan_options *options, struct scan **ret_scan);
void scan_free(struct scan *scan); /* ends the helper too; NULL is fine */

/* A descriptor to be polled for POLLIN between scans: somebody changed.  -1 where there is no feed.
 * It may be another one after each scan. */
int scan_news_fd(const struct scan *scan);
/* Takes what came since the last call or scan; own doings are no news (changes_take).  The next
 * scan knows of it. */
struct news scan_news(struct scan *scan);

/* A descriptor to be polled for POLLIN between scans: names of users may have come that the last one has not
 * waited for.  -1 where none are missing.  It may be another one after each scan. */
int scan_users_fd(const struct scan *scan);
/* Takes them.  Returns whether the next scan will tell other names than the last one. */
bool scan_hear_users(struct scan *scan);

/* The descriptors of @pids, copied, are looked through by every scan that looks at descriptors,
 * whatever it may spend: who opens one for a lesson must be seen at once. */
void scan_always(struct scan *scan, const pid_t *pids, size_t count);

/* Begins a scan; one under way is dropped.
 * @prev: the graph before, referenced until the scan ends; NULL for none.
 * Returns 0 or -errno. */
int scan_begin(struct scan *scan, const struct graph *prev);

/* The same for one that can't wait, since somebody moved.  What costs much and changes without a record of the
 * feed may be taken from @prev: who keeps namespaces by descriptors and mounts, command lines, and numbers
 * of net namespaces.  Where that won't do it becomes a full scan; scan_is_incremental tells. */
int scan_begin_incremental(struct scan *scan, const struct graph *prev);

/* Was @graph, of a scan, made by an incremental one? */
bool scan_is_incremental(const struct graph *graph);

/* Works for about @budget_us microseconds.
 * Returns 1 when the scan is done, 0 when there is more, -errno when /proc is gone. */
int scan_step(struct scan *scan, uint64_t budget_us);

/* Leaves a helper that looks into namespaces, and whom it starts, out of what is read from now on:
 * it would be told as a member.
 * @session: as inspect_session gives it; 0 for none. */
void scan_leave_out(struct scan *scan, pid_t session);

/* What the helpers that read and look up for @scan have worked so far, in milliseconds of a processor: a scan
 * costs that too. */
double scan_helpers_ms(const struct scan *scan);

bool scan_running(const struct scan *scan);

/* "proc" or "bpf": what is read from now. */
const char *scan_source_name(const struct scan *scan);

/* Hands over the filled builder of a scan that is done (to graph_carry, graph_freeze). */
struct graph_builder *scan_take(struct scan *scan);

/* A full scan at once, for reports.  Returns 0 or -errno. */
int scan_once(struct scan *scan, struct graph **ret_graph);
