#include "tests/bench/unsharer.h"

#include "tests/bench/measure.h"
#include "tests/bench/rest.h"

#include "model/base/util.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static const char name[] = "unsharer";

struct unsharer {
	pid_t pid;
	int command, answer;
};

/* For each byte a namespace; answers with the time just before. */
_Noreturn static void obey(int command, int answer)
{
	char byte;

	prctl(PR_SET_NAME, name);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(command, &byte, 1) == 1) {
		double begin = now_ms();

		if (unshare(CLONE_NEWUTS) < 0 ||
		    write(answer, &begin, sizeof(begin)) != sizeof(begin))
			_exit(1);
	}
	_exit(0);
}

static struct unsharer start(struct rig *rig)
{
	struct unsharer unsharer;
	int command[2], answer[2];

	if (pipe2(command, O_CLOEXEC) < 0 || pipe2(answer, O_CLOEXEC) < 0)
		rig_fail(rig, "no pipe");
	unsharer.pid = fork();
	if (unsharer.pid == 0) {
		close(command[1]);
		obey(command[0], answer[1]);
	}
	close(command[0]);
	close(answer[1]);
	unsharer.command = command[1];
	unsharer.answer = answer[0];
	return unsharer;
}

/* The row of the process as a number: only its marks change.  0 while it is not there. */
static uint32_t mark_now(struct rig *rig, pid_t pid)
{
	char number[24];
	int rows, cols;

	snprintf(number, sizeof(number), "%d", (int)pid);
	rig_size(rig, &rows, &cols);
	for (int row = 3; row < rows; row++) {
		const char *text = rig_row(rig, row);
		uint32_t sum = 1;

		/* The filter stands on the screen too. */
		if (!strstr(text, name) || !strstr(text, number))
			continue;
		for (; *text; text++)
			sum = sum * 31 + (unsigned char)*text;
		return sum;
	}
	return 0;
}

struct marked {
	pid_t pid;
	uint32_t mark;
};

static bool has_other_mark(struct rig *rig, void *data)
{
	const struct marked *before = data;
	uint32_t mark = mark_now(rig, before->pid);

	return mark != 0 && mark != before->mark;
}

static double measure_one(struct rig *rig, const struct unsharer *unsharer)
{
	struct marked before = {.pid = unsharer->pid, .mark = mark_now(rig, unsharer->pid)};
	double begin;

	if (write(unsharer->command, "", 1) != 1 ||
	    read(unsharer->answer, &begin, sizeof(begin)) != sizeof(begin))
		rig_fail(rig, "no unshare");
	rig_wait_for(rig, has_other_mark, &before, "another mark");
	return now_ms() - begin;
}

struct unshare_cost unshare_measure(struct rig *rig, int rounds)
{
	struct unshare_cost cost = {.rounds = rounds < UNSHARES_MAX ? rounds : UNSHARES_MAX};
	struct unsharer unsharer = start(rig);
	double times[UNSHARES_MAX];
	uint64_t seed = 88172645463325252;

	rig_type(rig, "f");
	rig_type(rig, name);
	rig_type(rig, "\r");
	rig_wait_for(rig, has_other_mark, &(struct marked){.pid = unsharer.pid},
	    "the process that is to leave");
	for (int i = 0; i < cost.rounds; i++) {
		/* At any phase of a pause. */
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		rest(rig, 100 + (double)(seed % 5000) / 10);
		times[i] = measure_one(rig, &unsharer);
	}
	close(unsharer.command);
	close(unsharer.answer);
	waitpid(unsharer.pid, NULL, 0);
	sort_times(times, (size_t)cost.rounds);
	cost.p50_ms = times[cost.rounds / 2];
	cost.p99_ms = times[cost.rounds * 99 / 100];
	cost.max_ms = times[cost.rounds - 1];
	return cost;
}
