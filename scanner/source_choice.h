/* Which source a scan reads, and why the other is not available. */
#pragma once

#include "scanner/scan/source.h"

/* Opens the source that @options request.
 * Returns 0, -EOPNOTSUPP (it must be "bpf", which is not available), or an error of its open. */
int source_choose(const struct scan_options *options, const struct source_ops **ret_ops,
    struct source **ret_source);

/* Opens "bpf" in place of the source @ops when there are now enough processes to make it worthwhile.
 * Returns 0, or -errno: @ops stays. */
int source_better(
    const struct scan_options *options, const struct source_ops *ops, struct source **ret_source);

/* Returns whether "proc" may replace the source @ops when that fails. */
bool source_may_fall_back(const struct scan_options *options, const struct source_ops *ops);

/* Maps @error (-errno) of the source @ops to what the scan returns: -EOPNOTSUPP for "bpf", with the
 * reason in bpf_why_last.  Without /proc no source works: that stays -ENOENT. */
int source_failed(const struct source_ops *ops, int error);
