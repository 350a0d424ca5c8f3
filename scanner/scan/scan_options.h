/* What a scan is to read, from where, and what it may spend. */
#pragma once

#include <stdbool.h>

/* What a scan reads from. */
enum scan_source {
	SCAN_PREFERRED, /* what scan_prefer said */
	SCAN_PROC,
	SCAN_BPF,
	SCAN_AUTO, /* BPF where there are many processes; where there are few, or that can't be
	            * had, /proc */
	SCAN_SOURCE_COUNT,
};

/* "proc", "bpf", "auto", in the order of enum scan_source; NULL for SCAN_PREFERRED. */
extern const char *const scan_source_names[SCAN_SOURCE_COUNT];

struct scan_options {
	enum scan_source source;
	bool hostnames; /* read the host names of uts namespaces; needs a helper process */
	bool
	    perf_events; /* where it may, ask the kernel who changes (perf_events.h); what has not is not read
	            * again in the next scan */
	bool
	    together; /* read with several threads where nothing is known yet; not for a program that
	                * may fork meanwhile */
	bool fds;     /* look through descriptors and sockets for namespaces that they keep */
	/* How long each scan may look for new ones, 0 for as long as it takes.  What is left is
	 * looked through by the next scans, in turn; those that kept something always are. */
	unsigned fds_budget_us;
	/* How long each scan may read the command lines of processes that were there before, 0 for
	 * as long as it takes; the rest keep what was read of them, and are read by the next scans,
	 * in turn.  Only where the source tells who has called execve(2): "bpf". */
	unsigned cmdlines_budget_us;
	bool no_texts; /* nobody will show command lines and names of users */
};
