/* Which source a scan reads from, and why not the other one. */
#pragma once

#include "scanner/scan/source.h"

/* Opens what @options ask for.
 * Returns 0, -EOPNOTSUPP (it must be "bpf", and that can't be had), or an error of its open. */
int source_choose(const struct scan_options *options, const struct source_ops **ret_ops,
    struct source **ret_source);

/* Opens "bpf" in the place of the source @ops where the machine has grown so that it is worth it now.
 * Returns 0, or -errno where @ops is to stay. */
int source_better(
    const struct scan_options *options, const struct source_ops *ops, struct source **ret_source);

/* May the source @ops be left for "proc" when it fails? */
bool source_may_fall_back(const struct scan_options *options, const struct source_ops *ops);

/* What a caller of the scan is told of @error (-errno) of the source @ops while it reads: -EOPNOTSUPP of "bpf",
 * with the reason in bpf_why_last.  Without /proc no source reads: that stays -ENOENT. */
int source_failed(const struct source_ops *ops, int error);
