/* Measures scans within one process, through scan.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Medians, in milliseconds. */
struct sweep_costs {
	double first_ms, again_ms;         /* without descriptors; again: nothing has changed */
	double first_fds_ms, again_fds_ms; /* with them, all looked through each time */
	size_t processes, namespaces;
	bool has_bpf;
	/* By BPF: until its programs are loaded; a graph without command lines, and once more; a graph with
	 * command lines, host names and descriptors. */
	double bpf_load_ms, bpf_first_ms, bpf_again_ms, bpf_full_ms;
};

/* Scans @runs times in each way, in turn.  Returns 0 or -errno. */
int sweeps_measure(int runs, struct sweep_costs *ret_costs);
