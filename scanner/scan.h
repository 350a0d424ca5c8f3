/* Scans: each reads a source and fills a graph builder.
 *
 * A scan is cut into slices: scan_step returns after about the time that the caller grants, so an
 * event loop stays responsive.  A process that exits in mid-read never ends a scan.  No descriptor
 * on a namespace stays open longer than a query takes.  The calling process joins no namespace: a
 * helper process reads host names (hostname_helper.h).
 */
#pragma once

#include "model/graph/graph.h"
#include "scanner/bpf/bpf_why.h"
#include "scanner/scan/changes.h"
#include "scanner/scan/scan_options.h"

#include <stdbool.h>
#include <stdint.h>

struct scan;

/* Sets what SCAN_PREFERRED means from now on in this program; the default is SCAN_PROC. */
void scan_prefer(enum scan_source source);

enum scan_source scan_preferred(void);

/* The message for @error (-errno) of scan_new, scan_begin or scan_step: a translated sentence that
 * names the source that failed, and why.  The caller frees it. */
char *scan_error_text(int error);

/* Opens a source.
 * Returns 0, -ENOENT (/proc is not mounted), -EOPNOTSUPP (SCAN_BPF is not available, see
 * bpf_why_last), or another -errno. */
int scan_new(const struct scan_options *options, struct scan **ret_scan);
void scan_free(struct scan *scan); /* ends the helper too; NULL is fine */

/* A descriptor to poll for POLLIN between scans: a process has changed.  -1 without kernel events.
 * Each scan may replace it. */
int scan_news_fd(const struct scan *scan);
/* Takes the events since the last call or scan, without those of this program (changes_take).
 * The next scan takes them into account. */
struct news scan_news(struct scan *scan);

/* A descriptor to poll for POLLIN between scans: user names may have arrived for which the last scan
 * did not wait.  -1 when none are missing.  Each scan may replace it. */
int scan_users_fd(const struct scan *scan);
/* Takes the names.  Returns whether the next scan will report different names. */
bool scan_hear_users(struct scan *scan);

/* Each scan that reads descriptors reads those of @pids, whatever its budget: a descriptor that a
 * lesson opens must be visible at once.  @pids is copied. */
void scan_always(struct scan *scan, const pid_t *pids, size_t count);

/* Begins a scan and drops an unfinished one.
 * @prev: the previous graph, referenced until the scan ends; NULL for none.
 * Returns 0 or -errno. */
int scan_begin(struct scan *scan, const struct graph *prev);

/* Begins an urgent scan, after a process changed its namespaces.  What is expensive and changes
 * without a kernel event may be copied from @prev: references by descriptors and mounts, command
 * lines, and ids of net namespaces.  Where that does not suffice it becomes a full scan;
 * scan_is_incremental reports which. */
int scan_begin_incremental(struct scan *scan, const struct graph *prev);

/* Returns whether an incremental scan made @graph. */
bool scan_is_incremental(const struct graph *graph);

/* Works for about @budget_us microseconds.
 * Returns 1 when the scan is done, 0 when there is more, -errno when /proc is gone. */
int scan_step(struct scan *scan, uint64_t budget_us);

/* Omits an inspecting helper and its child processes from now on: scans would report them as
 * members of the namespace that they inspect.
 * @session: the value of inspect_session; 0 for none. */
void scan_leave_out(struct scan *scan, pid_t session);

/* The processor time of the helpers of @scan so far, in milliseconds: part of what a scan costs. */
double scan_helpers_ms(const struct scan *scan);

bool scan_running(const struct scan *scan);

/* The current source: "proc" or "bpf". */
const char *scan_source_name(const struct scan *scan);

/* Hands over the filled builder of a finished scan (to graph_carry, graph_freeze). */
struct graph_builder *scan_take(struct scan *scan);

/* Runs a full scan to its end, for reports.  Returns 0 or -errno. */
int scan_once(struct scan *scan, struct graph **ret_graph);
