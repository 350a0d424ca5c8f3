/* What a scan reads, from which source, and its time budgets. */
#pragma once

#include <stdbool.h>

/* The source of a scan. */
enum scan_source {
	SCAN_PREFERRED, /* set by scan_prefer */
	SCAN_PROC,
	SCAN_BPF,
	SCAN_AUTO, /* BPF with many processes; /proc with few, or when BPF is not available */
	SCAN_SOURCE_COUNT,
};

/* "proc", "bpf", "auto", in the order of enum scan_source; NULL for SCAN_PREFERRED. */
extern const char *const scan_source_names[SCAN_SOURCE_COUNT];

struct scan_options {
	enum scan_source source;
	bool hostnames; /* read the host names of uts namespaces; needs a helper process */
	bool
	    perf_events; /* use kernel events, if permitted (perf_events.h): the next scan does not read
	                     * unchanged processes again */
	bool fds;        /* search descriptors and sockets for namespaces that they hold */
	/* How long each scan may search for new ones, 0 for no limit.  The next scans continue in
	 * turn; processes whose descriptors held a namespace are always searched. */
	unsigned fds_budget_us;
	/* How long each scan may read the command lines of processes of the previous graph, 0 for no
	 * limit.  The other processes keep theirs, and the next scans continue in turn.  Only for a
	 * source that reports execve(2): "bpf". */
	unsigned cmdlines_budget_us;
	bool no_texts; /* the caller shows no command lines and user names */
};
