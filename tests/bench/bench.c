/* bench NSSCOPE: the whole benchmark, see `make bench`.
 *
 * Runs as the init of a PID namespace of its own, with its own /proc, so that all readers look at
 * the same machine and nothing is left of it.  In the environment: BENCH_N processes,
 * BENCH_GROUPS, BENCH_RUNS, BENCH_BUILD: the build folder. */
#include "tests/bench/explorer.h"
#include "tests/bench/measure.h"

#include "model/util.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <jansson.h>

enum { RUNS_MAX = 100, SMALL = 70, KEYS = 300, IDLE_SECONDS = 10 };

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
	double sweep_ms;
	size_t processes, namespaces;
};

static int read_report(struct report *ret_report)
{
	json_t *root = json_load_file(output_path, 0, NULL);

	if (!root)
		return -1;
	*ret_report = (struct report){
	    .sweep_ms = json_number_value(json_object_get(root, "sweep_ms")),
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
	    {.title = "lsns", .argv = {"lsns"}, .runs = 3},
	    {.title = "ps, with the eight namespaces",
	        .argv = {"ps", "-eo", "pid,cgroupns,ipcns,mntns,netns,pidns,timens,userns,utsns"}},
	    {.title = "the bare system calls", .argv = {bare}},
	};
	double sweeps[RUNS_MAX], ours;
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
				sweeps[round] = report.sweep_ms;
			reader->times[reader->count++] = time;
		}
	}
	sort_times(sweeps, (size_t)runs);
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
			    "  of it the sweep (sweep_ms)", runs, sweeps[runs / 2], sweeps[0],
			    sweeps[runs / 2] / ours);
	}
	printf("ours takes %.2f of lsns (%.1f times as fast), %.2f of ps, %.2f of the bare calls\n",
	    ours / median(&readers[1]), median(&readers[1]) / ours, ours / median(&readers[2]),
	    ours / median(&readers[3]));
	fflush(stdout);
	return 0;
}

static void measure_explorer(const char *nsscope, const char *title)
{
	struct explorer_cost cost = explorer_measure(nsscope, KEYS, IDLE_SECONDS);

	printf("  %-12s %6d %7.2f ms %7.2f ms %7.2f ms %8.1f MB %7.2f %% %9.0f\n", title, cost.keys,
	    cost.key_p50_ms, cost.key_p99_ms, cost.key_max_ms, cost.resident_mb, cost.idle_percent,
	    cost.idle_bytes_second);
	fflush(stdout);
}

/* Makes the population in two steps, and measures after each. */
static int measure(const char *nsscope, const char *build, long count, long groups, int runs)
{
	autofree char *population = xasprintf("%s/tests/bench/population", build);
	autofree char *bare = xasprintf("%s/tests/bench/bare", build);
	autofree char *title = xasprintf("%ld", count);

	if (populate(population, SMALL, SMALL / 10) < 0)
		return -1;
	measure_explorer(nsscope, "70");
	if (populate(population, count > SMALL ? count - SMALL : 1, groups) < 0)
		return -1;
	measure_explorer(nsscope, title);
	return measure_sweeps(nsscope, bare, runs);
}

int main(int argc, char **argv)
{
	long count = setting("BENCH_N", 10000), groups = setting("BENCH_GROUPS", 200);
	long runs = setting("BENCH_RUNS", 5);
	const char *build = getenv("BENCH_BUILD");
	struct utsname machine;
	int failed;

	if (argc != 2 || !build || getpid() != 1) {
		fputs("usage: make bench\n", stderr);
		return 2;
	}
	uname(&machine);
	printf("Linux %s, %ld processors; %ld groups of processes, each in six namespaces of its "
	       "own\n",
	    machine.release, sysconf(_SC_NPROCESSORS_ONLN), groups);
	puts("\nThe explorer at 80x24: a key (j, k) until the cursor's row is another; then idle");
	printf("  %-12s %6s %10s %10s %10s %11s %9s %9s\n", "processes", "keys", "p50", "p99",
	    "longest", "resident", "one core", "bytes/s");
	fflush(stdout);
	output_path = xasprintf("%s/bench.out", build);
	failed =
	    measure(argv[1], build, count, groups, (int)(runs < RUNS_MAX ? runs : RUNS_MAX)) < 0;
	free(output_path);
	return failed;
}
