#include "tests/bench/storm.h"

#include "model/base/util.h"
#include "tests/bench/measure.h"
#include "tests/bench/rest.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum {
	PER_SECOND = 500, /* forks; each makes an unshare too */
	AT_ONCE = 5,      /* between two pauses */
};

struct storm {
	pid_t pid;
	int end, made; /* closing the first ends it; then it says how many there were */
};

/* --- The storm ---------------------------------------------------------------------------------- */

static bool is_over(int end, int ms)
{
	struct pollfd pollfd = {.fd = end, .events = POLLIN};

	return poll(&pollfd, 1, ms > 0 ? ms : 0) != 0;
}

static void fork_one(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(unshare(CLONE_NEWUTS) < 0);
}

_Noreturn static void be_storm(int end, int answer)
{
	double begun = now_ms();
	size_t made = 0;
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!is_over(end, (int)(begun + (double)made * 1e3 / PER_SECOND - now_ms()))) {
		for (int i = 0; i < AT_ONCE; i++)
			fork_one();
		made += AT_ONCE;
		while (waitpid(-1, &status, WNOHANG) > 0)
			;
	}
	while (waitpid(-1, &status, 0) > 0)
		;
	_exit(write(answer, &made, sizeof(made)) != sizeof(made));
}

static struct storm begin(struct rig *rig)
{
	int end[2], made[2];
	struct storm storm;

	if (pipe2(end, O_CLOEXEC) < 0 || pipe2(made, O_CLOEXEC) < 0)
		rig_fail(rig, "no pipe");
	storm.pid = fork();
	if (storm.pid == 0) {
		close(end[1]);
		be_storm(end[0], made[1]);
	}
	close(end[0]);
	close(made[1]);
	storm.end = end[1];
	storm.made = made[0];
	return storm;
}

/* Returns how many unshares there were. */
static size_t end(struct rig *rig, const struct storm *storm)
{
	size_t made;

	close(storm->end);
	if (read(storm->made, &made, sizeof(made)) != sizeof(made))
		rig_fail(rig, "the storm did not say what it was");
	close(storm->made);
	waitpid(storm->pid, NULL, 0);
	return made;
}

/* --- Who watches it ----------------------------------------------------------------------------- */

static pid_t start_events(const char *program, const char *output)
{
	pid_t pid = fork();

	if (pid == 0) {
		int out = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		dup2(out, STDOUT_FILENO);
		execl(program, program, "events", "--json", (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void count_told(const char *output, struct storm_cost *cost)
{
	FILE *file = fopen(output, "r");
	char line[8192];

	while (file && fgets(line, sizeof(line), file)) {
		const char *lost = strstr(line, "\"lost\":");

		cost->told +=
		    strstr(line, "\"event\":\"call\"") && strstr(line, "\"means\":\"unshare\"");
		cost->lost += lost ? strtoul(lost + strlen("\"lost\":"), NULL, 10) : 0;
	}
	if (file)
		fclose(file);
}

static bool has_begun(const char *output)
{
	autoclose int fd = open(output, O_RDONLY | O_CLOEXEC);
	char byte;

	return fd >= 0 && read(fd, &byte, 1) == 1;
}

struct storm_cost storm_measure(const char *program, const char *output, int seconds)
{
	struct rig *rig = rig_start(&(struct rig_options){.program = program});
	pid_t events = start_events(program, output);
	struct storm_cost cost = {0};
	double explorer_ms, events_ms, begun;
	struct storm storm;

	while (!has_begun(output)) {
		if (waitpid(events, NULL, WNOHANG) != 0)
			rig_fail(rig, "the events ended");
		rest(rig, 100);
	}
	rest(rig, 1000);
	explorer_ms = family_cpu_ms(rig_pid(rig));
	events_ms = family_cpu_ms(events);
	begun = now_ms();
	storm = begin(rig);
	rest(rig, seconds * 1e3);
	explorer_ms = family_cpu_ms(rig_pid(rig)) - explorer_ms;
	events_ms = family_cpu_ms(events) - events_ms;
	begun = now_ms() - begun;
	cost.made = end(rig, &storm);
	/* What came last is told with the next scan. */
	rest(rig, 6000);
	kill(events, SIGINT);
	waitpid(events, NULL, 0);
	rig_free(rig);
	count_told(output, &cost);
	cost.forks_second = (double)cost.made * 1e3 / begun;
	cost.explorer_percent = 100 * explorer_ms / begun;
	cost.events_percent = 100 * events_ms / begun;
	return cost;
}
