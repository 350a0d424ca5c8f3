/* A source asks the kernel what there is and fills a graph builder.
 *
 * Two sources on one machine give equal graphs: "proc" (proc_source.c) and "bpf" (bpf_source.c).  A
 * source works in slices: source_step looks at the clock often enough that a slice is never much
 * longer than asked for.
 */
#pragma once

#include "scanner/scan/changes.h"
#include "scanner/scan/scan_context.h"
#include "scanner/scan/scan_options.h"

#include <stdint.h>

struct source;

struct source_ops {
	const char *name;
	bool tells_hostnames; /* nobody else need ask for them */
	bool reads_refused;   /* also what /proc refuses */
	/* Returns 0, -ENOENT (what it reads is not there), or another -errno. */
	int (*open)(const struct scan_options *options, struct source **ret_source);
	void (*close)(struct source *source);
	/* Begins a scan into @context, borrowed until the scan is done or another one begins; of a
	 * brief one only what the scan itself says of /proc.  Returns 0 or -errno. */
	int (*begin)(struct source *source, struct context *context);
	/* Works until clock_us() (clock.h) passes @until_us.
	 * Returns 1 when the scan is done, 0 when there is more, or -errno. */
	int (*step)(struct source *source, uint64_t until_us);
	/* Where the source reads who has changed; NULL where it does not. */
	struct changes *(*changes)(const struct source *source);
};

extern const struct source_ops proc_source, bpf_source;
