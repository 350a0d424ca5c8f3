/* A source reads processes and namespaces from the kernel and fills a graph builder.
 *
 * Two sources on one system give equal graphs: "proc" (proc_source.c) and "bpf" (bpf_source.c).  A
 * source works in slices: its step reads the clock often enough that a slice is never much longer
 * than requested.
 */
#pragma once

#include "scanner/scan/changes.h"
#include "scanner/scan/scan_context.h"
#include "scanner/scan/scan_options.h"

#include <stdint.h>

struct source;

struct source_ops {
	const char *name;
	bool reports_hostnames; /* no helper needs to read them */
	bool reads_refused;     /* it also reads what /proc denies */
	/* Returns 0, -ENOENT (what it reads does not exist), or another -errno. */
	int (*open)(const struct scan_options *options, struct source **ret_source);
	void (*close)(struct source *source);
	/* Begins a scan into @context, borrowed until the scan is done or another one begins.  For an
	 * incremental scan it only fills in the facts on /proc itself.  Returns 0 or -errno. */
	int (*begin)(struct source *source, struct context *context);
	/* Works until clock_us() (clock.h) passes @until_us.
	 * Returns 1 when the scan is done, 0 when there is more, or -errno. */
	int (*step)(struct source *source, uint64_t until_us);
	/* The kernel events that the source reads; NULL for none. */
	struct changes *(*changes)(const struct source *source);
};

extern const struct source_ops proc_source, bpf_source;
