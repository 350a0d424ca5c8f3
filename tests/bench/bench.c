/* bench NSSCOPE: the whole benchmark, see `make bench`.
 *
 * Runs as the init of a PID namespace of its own, with its own /proc, so that all readers look at
 * the same machine and nothing is left of it.  In the environment: BENCH_N processes,
 * BENCH_MAX: the last step of growth, BENCH_RUNS, BENCH_KEYS, BENCH_STORM: seconds of it,
 * BENCH_BUILD: the build folder. */
#include "tests/bench/explorer.h"
#include "tests/bench/measure.h"
#include "tests/bench/storm.h"
#include "tests/bench/sweeps.h"

#include "lessons/stage/program.h"
#include "model/base/util.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <jansson.h>

enum {
	RUNS_MAX = 100,
	SMALL = 300,
	KEYS = 200,
	IDLE_SECONDS = 10,
	MEMBERS = 50, /* of a group */
	STORM_SECONDS = 60,
	UNSHARES = 400,
	UNSHARES_SLOW = 200, /* of a big machine */
};

struct reader {
	const char *title;
	const char *argv[8];
	int runs;               /* at most; 0: as many as asked for */
	double times[RUNS_MAX]; /* in milliseconds, sorted at the end */
	int count;
};

static char *output_path; /* what a reader wrote last */

static long setting(const char *name, long otherwise)
{
	const char *text = getenv(name);
	char *end;
	long value = text ? strtol(text, &end, 10) : 0;

	return text && *text && !*end && value > 0 ? value : otherwise;
}

/* Starts @argv with its output in @out.  Returns its pid, or -1. */
static pid_t start(const char *const *argv, int out)
{
	pid_t pid = fork();

	if (pid == 0) {
		dup2(out, STDOUT_FILENO);
		execvp(argv[0], (char *const *)argv);
		perror(argv[0]);
		_exit(127);
	}
	return pid;
}

/* Runs the reader once, with its output to a file as if to a report.  Returns its time in
 * milliseconds, or -1. */
static double run_once(const struct reader *reader)
{
	int out = open(output_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), status;
	double begin = now_ms();
	pid_t pid = start(reader->argv, out);

	close(out);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "bench: %s failed\n", reader->title);
		return -1;
	}
	return now_ms() - begin;
}

static int populate(const char *program, long count, long groups)
{
	char count_text[24], group_text[24], answer[8];
	const char *argv[] = {program, count_text, group_text, NULL};
	int pipe_fds[2];
	ssize_t len;

	snprintf(count_text, sizeof(count_text), "%ld", count);
	snprintf(group_text, sizeof(group_text), "%ld", groups);
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -1;
	start(argv, pipe_fds[1]);
	close(pipe_fds[1]);
	len = read(pipe_fds[0], answer, sizeof(answer));
	close(pipe_fds[0]);
	if (len < 6 || strncmp(answer, "ready\n", 6) != 0) {
		fputs("bench: the population could not be made\n", stderr);
		return -1;
	}
	return 0;
}

/* What the last run of ours says of itself. */
struct report {
	double scan_ms;
	size_t processes, namespaces;
};

static int read_report(struct report *ret_report)
{
	json_t *root = json_load_file(output_path, 0, NULL);

	if (!root)
		return -1;
	*ret_report = (struct report){
	    .scan_ms = json_number_value(json_object_get(root, "sweep_ms")),
	    .processes = json_array_size(json_object_get(root, "processes")),
	    .namespaces = json_array_size(json_object_get(root, "namespaces")),
	};
	json_decref(root);
	return 0;
}

static double median(struct reader *reader)
{
	sort_times(reader->times, (size_t)reader->count);
	return reader->count % 2
	           ? reader->times[reader->count / 2]
	           : (reader->times[reader->count / 2 - 1] + reader->times[reader->count / 2]) / 2;
}

static int measure_sweeps(const char *nsscope, const char *bare, int runs)
{
	struct reader readers[] = {
	    {.title = "nsscope json", .argv = {nsscope, "json"}},
	    {.title = "nsscope --source proc json", .argv = {nsscope, "--source", "proc", "json"}},
	    {.title = "nsscope tree", .argv = {nsscope, "tree"}},
	    {.title = "lsns", .argv = {"lsns"}, .runs = 3},
	    {.title = "ps, with the eight namespaces",
	        .argv = {"ps", "-eo", "pid,cgroupns,ipcns,mntns,netns,pidns,timens,userns,utsns"}},
	    {.title = "the bare system calls", .argv = {bare}},
	};
	double scans[RUNS_MAX], ours;
	struct report report = {0};

	/* In turn, so that whatever else happens on the machine happens to all of them; the round
	 * before the first does not count, the kernel makes its dentries then. */
	for (int round = -1; round < runs; round++) {
		for (size_t i = 0; i < array_len(readers); i++) {
			struct reader *reader = &readers[i];
			double time;

			if (reader->runs && (round < 0 || reader->count == reader->runs))
				continue;
			time = run_once(reader);
			if (time < 0 || (i == 0 && read_report(&report) < 0))
				return -1;
			if (round < 0)
				continue;
			if (i == 0)
				scans[round] = report.scan_ms;
			reader->times[reader->count++] = time;
		}
	}
	sort_times(scans, (size_t)runs);
	ours = median(&readers[0]);
	printf(
	    "\nOne look at %zu processes in %zu namespaces\n", report.processes, report.namespaces);
	printf("%-32s %5s %10s %10s %14s\n", "whole process, to a file", "runs", "median", "least",
	    "takes ours");
	for (size_t i = 0; i < array_len(readers); i++) {
		double time = median(&readers[i]);

		printf("  %-30s %5d %7.0f ms %7.0f ms %10.2f times\n", readers[i].title,
		    readers[i].count, time, readers[i].times[0], time / ours);
		if (i == 0)
			printf("  %-30s %5d %7.0f ms %7.0f ms %10.2f times\n",
			    "  of it the sweep (sweep_ms)", runs, scans[runs / 2], scans[0],
			    scans[runs / 2] / ours);
	}
	printf("ours takes %.2f of lsns (%.1f times as fast), %.2f of ps, %.2f of the bare calls\n",
	    ours / median(&readers[3]), median(&readers[3]) / ours, ours / median(&readers[4]),
	    ours / median(&readers[5]));
	printf("the tree takes 1/%.1f of lsns\n", median(&readers[3]) / median(&readers[2]));
	fflush(stdout);
	return 0;
}

/* What people leave open else. */
static void measure_other(const char *name)
{
	struct idle_cost idle;

	if (!program_is_there(name, getenv("PATH"))) {
		printf("  %-12s left out: it is not installed\n", name);
		return;
	}
	idle = other_measure(name, IDLE_SECONDS);
	printf("  %-12s %47.1f MB %7.2f %% %9.0f\n", name, idle.resident_mb, idle.percent,
	    idle.bytes_second);
}

static void measure_explorer(const char *nsscope, long processes, int unshares)
{
	struct explorer_cost cost =
	    explorer_measure(nsscope, (int)setting("BENCH_KEYS", KEYS), IDLE_SECONDS, unshares);

	printf("  %-12ld %6d %7.2f ms %7.2f ms %7.2f ms %8.1f MB %7.2f %% %9.0f\n", processes,
	    cost.keys.keys, cost.keys.p50_ms, cost.keys.p99_ms, cost.keys.max_ms,
	    cost.idle.resident_mb, cost.idle.percent, cost.idle.bytes_second);
	printf("  %-12s %6d %7.0f ms %7.0f ms %7.0f ms   from an unshare to the screen\n", "",
	    cost.unshares.rounds, cost.unshares.p50_ms, cost.unshares.p99_ms, cost.unshares.max_ms);
	for (size_t i = 0; i < EXPLORER_VIEWS; i++) {
		const struct key_cost *keys = &cost.views[i];

		printf("  %-12s %6d %7.2f ms %7.2f ms %7.2f ms   a key in the view %s\n", "",
		    keys->keys, keys->p50_ms, keys->p99_ms, keys->max_ms, keys->view);
	}
	measure_other("htop");
	fflush(stdout);
}

static void measure_storm(const char *nsscope)
{
	int seconds = (int)setting("BENCH_STORM", STORM_SECONDS);
	struct storm_cost cost = storm_measure(nsscope, output_path, seconds);

	printf(
	    "  a storm of %.0f forks and as many unshares a second, for %d s: the explorer takes "
	    "%.1f %% of a core, events %.1f %%; %zu unshares, %zu told, %zu records lost\n",
	    cost.forks_second, seconds, cost.explorer_percent, cost.events_percent, cost.made,
	    cost.told, cost.lost);
	fflush(stdout);
}

/* What a scan costs for each process, and how that grows. */
static int measure_growth(int runs)
{
	static double of_the_first;
	struct sweep_costs costs;
	int r = sweeps_measure(runs, &costs);
	double each_us;

	if (r < 0)
		return r;
	each_us = costs.first_ms * 1000 / (double)costs.processes;
	if (of_the_first == 0)
		of_the_first = each_us;
	printf("  %5zu processes, %5zu namespaces: %6.1f ms, again %6.1f ms (%.2f); with fds "
	       "%6.1f ms, again %6.1f ms (%.2f); for each %5.1f us (%.2f)\n",
	    costs.processes, costs.namespaces, costs.first_ms, costs.again_ms,
	    costs.again_ms / costs.first_ms, costs.first_fds_ms, costs.again_fds_ms,
	    costs.again_fds_ms / costs.first_fds_ms, each_us, each_us / of_the_first);
	if (costs.has_bpf)
		printf("  by BPF: loading %6.1f ms, a graph %6.1f ms (%.2f), again %6.1f ms; with "
		       "command "
		       "lines, host names and descriptors %6.1f ms (%.2f); for each %5.1f us\n",
		    costs.bpf_load_ms, costs.bpf_first_ms, costs.bpf_first_ms / costs.first_ms,
		    costs.bpf_again_ms, costs.bpf_full_ms, costs.bpf_full_ms / costs.first_fds_ms,
		    costs.bpf_first_ms * 1000 / (double)costs.processes);
	else
		puts("  no BPF here");
	fflush(stdout);
	return 0;
}

/* Grows the population step by step, and measures after each. */
static int measure(const char *nsscope, const char *build, long count, int runs)
{
	const long most = setting("BENCH_MOST", 30000);
	const long steps[] = {SMALL, 1000, 3000, count, most};
	autofree char *population = xasprintf("%s/tests/bench/population", build);
	autofree char *bare = xasprintf("%s/tests/bench/bare", build);
	long there = 0;

	for (size_t i = 0; i < array_len(steps); i++) {
		long more = steps[i] - there;

		if (more <= 0 || steps[i] > most)
			continue;
		if (populate(population, more, (more + MEMBERS - 1) / MEMBERS) < 0)
			return -1;
		there = steps[i];
		printf("\nWith %ld processes\n", there);
		if (there > SMALL && measure_growth(runs) < 0)
			return -1;
		if (there == SMALL || there == count) {
			measure_explorer(nsscope, there, there == SMALL ? UNSHARES : UNSHARES_SLOW);
			measure_storm(nsscope);
		}
		if (there == count && measure_sweeps(nsscope, bare, runs) < 0)
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	long count = setting("BENCH_N", 10000);
	long runs = setting("BENCH_RUNS", 5);
	const char *build = getenv("BENCH_BUILD");
	struct utsname machine;
	int failed;

	if (argc != 2 || !build || getpid() != 1) {
		fputs("usage: make bench\n", stderr);
		return 2;
	}
	uname(&machine);
	printf("Linux %s, %ld processors; %d processes each are in six or seven namespaces of "
	       "their own\n",
	    machine.release, sysconf(_SC_NPROCESSORS_ONLN), MEMBERS);
	puts("\nThe explorer at 80x24: a key (j, k) until the cursor's row is another; then idle");
	printf("  %-12s %6s %10s %10s %10s %11s %9s %9s\n", "processes", "keys", "p50", "p99",
	    "longest", "resident", "one core", "bytes/s");
	fflush(stdout);
	output_path = xasprintf("%s/bench.out", build);
	failed = measure(argv[1], build, count, (int)(runs < RUNS_MAX ? runs : RUNS_MAX)) < 0;
	free(output_path);
	return failed;
}
