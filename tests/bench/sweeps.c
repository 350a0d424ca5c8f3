#include "tests/bench/sweeps.h"

#include "tests/bench/measure.h"

#include "model/base/util.h"
#include "scanner/scan.h"

enum { WAYS = 8 };

/* One scan to its graph, in milliseconds, or -errno. */
static double context(struct scan *scan, const struct graph *prev, const struct graph **ret_graph)
{
	double begin = now_ms();
	int r = scan_begin(scan, prev);

	while (r == 0)
		r = scan_step(scan, 1000000);
	if (r < 0)
		return r;
	*ret_graph = graph_freeze(scan_take(scan));
	return now_ms() - begin;
}

/* A first scan with a scan of its own, and one after it.  Returns 0 or -errno. */
static int sweep_twice(bool fds, double *ret_first, double *ret_again, struct sweep_costs *costs)
{
	const struct graph *first = NULL, *again = NULL;
	struct scan *scan;
	int r = scan_new(&(struct scan_options){.fds = fds, .perf_events = true}, &scan);

	if (r < 0)
		return r;
	*ret_first = context(scan, NULL, &first);
	*ret_again = first ? context(scan, first, &again) : -1;
	if (again) {
		costs->processes = again->living_count;
		costs->namespaces = again->living_ns_count;
	}
	graph_unref((struct graph *)first);
	graph_unref((struct graph *)again);
	scan_free(scan);
	return *ret_first < 0 ? (int)*ret_first : *ret_again < 0 ? (int)*ret_again : 0;
}

/* By BPF: loading it, a first scan without command lines, one after it, and a first one with all that
 * the explorer wants.  Returns 0, or -errno where there is no BPF. */
static int sweep_by_bpf(double *ret_load, double *ret_first, double *ret_again, double *ret_whole)
{
	const struct scan_options bare = {.source = SCAN_BPF, .no_texts = true};
	const struct scan_options whole = {.source = SCAN_BPF, .hostnames = true, .fds = true};
	const struct graph *first = NULL, *again = NULL, *all = NULL;
	double begin = now_ms();
	struct scan *scan;
	int r = scan_new(&bare, &scan);

	if (r < 0)
		return r;
	*ret_load = now_ms() - begin;
	*ret_first = context(scan, NULL, &first);
	*ret_again = first ? context(scan, first, &again) : -1;
	scan_free(scan);
	r = scan_new(&whole, &scan);
	if (r == 0) {
		*ret_whole = context(scan, NULL, &all);
		scan_free(scan);
	}
	graph_unref((struct graph *)first);
	graph_unref((struct graph *)again);
	graph_unref((struct graph *)all);
	return r;
}

static double median_of(double *times, int count)
{
	sort_times(times, (size_t)count);
	return count % 2 ? times[count / 2] : (times[count / 2 - 1] + times[count / 2]) / 2;
}

int sweeps_measure(int runs, struct sweep_costs *ret_costs)
{
	autofree double *times = xcalloc((size_t)runs * WAYS, sizeof(*times));
	double *bpf = times + 4 * (ptrdiff_t)runs;
	struct sweep_costs costs = {.has_bpf = true};
	int r = 0;

	for (int run = 0; run < runs && r == 0; run++) {
		r = sweep_twice(false, &times[run], &times[runs + run], &costs);
		if (r == 0)
			r = sweep_twice(
			    true, &times[2 * runs + run], &times[3 * runs + run], &costs);
		if (r == 0 && costs.has_bpf)
			costs.has_bpf = sweep_by_bpf(&bpf[run], &bpf[runs + run],
			                    &bpf[2 * runs + run], &bpf[3 * runs + run]) == 0;
	}
	if (r < 0)
		return r;
	costs.first_ms = median_of(times, runs);
	costs.again_ms = median_of(times + runs, runs);
	costs.first_fds_ms = median_of(times + 2 * (ptrdiff_t)runs, runs);
	costs.again_fds_ms = median_of(times + 3 * (ptrdiff_t)runs, runs);
	costs.bpf_load_ms = median_of(bpf, runs);
	costs.bpf_first_ms = median_of(bpf + runs, runs);
	costs.bpf_again_ms = median_of(bpf + 2 * (ptrdiff_t)runs, runs);
	costs.bpf_full_ms = median_of(bpf + 3 * (ptrdiff_t)runs, runs);
	*ret_costs = costs;
	return 0;
}
