/* What is shown after the machine was suspended.  A time namespace whose CLOCK_BOOTTIME is an hour ahead, entered
 * in between, is to a process what an hour of suspend is: CLOCK_MONOTONIC has stood. */
#include "model/util.h"
#include "scanner/clock.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/unit/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { HOUR_MS = 3600000, WALL_MS = 1000000000 };

/* Makes a time namespace an hour ahead; returns a descriptor of it, or -errno. */
static int make_later(void)
{
	static const char offsets[] = "boottime 3600 0";
	autoclose int file = -1;
	int fd;

	if (unshare(CLONE_NEWTIME) < 0)
		return -errno;
	file = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	if (file < 0 || write(file, offsets, strlen(offsets)) < 0)
		return -errno;
	fd = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static const struct graph *push(struct history *history, uint64_t wall_ms, const char *machine)
{
	struct graph_builder *builder = fixture_builder(history_now(history), machine);

	graph_stats(builder)->taken_at_ms = wall_ms;
	return history_push(history, builder, clock_history_ms(), NULL);
}

static _Noreturn void see_it(int later)
{
	struct history *history = history_new(4000);
	const struct graph *graph;
	uint64_t born_ms;

	push(history, WALL_MS, "1 init");
	graph = push(history, WALL_MS, "1 init; 5 a");
	born_ms = fixture_process(graph, 5)->life.born_ms;
	require(history_is_new(history, &fixture_process(graph, 5)->life, born_ms));
	require(setns(later, CLONE_NEWTIME) == 0);
	graph = push(history, WALL_MS + HOUR_MS, "1 init; 5 a");
	/* It appeared when it did, but for what passed between two lines here. */
	require(history_wall_ms(history, born_ms) <= WALL_MS);
	require(history_wall_ms(history, born_ms) > WALL_MS - HOUR_MS / 2);
	require(!history_is_new(history, &fixture_process(graph, 5)->life, clock_history_ms()));
	_exit(0);
}

static void it_appeared_when_it_did(void **state)
{
	int status, later;
	pid_t pid;

	(void)state;
	need_room();
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		later = make_later();
		if (later < 0)
			_exit(77);
		see_it(later);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip_because("kernel: no time namespace can be made (Linux 5.6)");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_appeared_when_it_did),
	};

	room_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
