/* What is shown after the machine was suspended.  A time namespace whose CLOCK_BOOTTIME is an hour ahead, entered
 * in between, is to a process what an hour of suspend is: CLOCK_MONOTONIC has stood. */
#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/unit/fixture.h"

#include <linux/sched.h>
#include <sched.h>
#include <stdio.h>

#include <cmocka.h>

enum { HOUR_MS = 3600000, WALL_MS = 1000000000 };

static const struct graph *push(struct history *history, uint64_t wall_ms, const char *machine)
{
	struct graph_builder *builder = fixture_builder(history_now(history), machine);

	graph_stats(builder)->taken_at_ms = wall_ms;
	return history_push(history, builder, clock_history_ms(), NULL);
}

static _Noreturn void see_it(void)
{
	int later = make_time_ns("boottime 3600 0");
	struct history *history = history_new(4000);
	const struct graph *graph;
	uint64_t appeared_ms;

	require(later >= 0);
	push(history, WALL_MS, "1 init");
	graph = push(history, WALL_MS, "1 init; 5 a");
	appeared_ms = fixture_process(graph, 5)->life.appeared_ms;
	require(history_is_new(history, &fixture_process(graph, 5)->life, appeared_ms));
	require(setns(later, CLONE_NEWTIME) == 0);
	graph = push(history, WALL_MS + HOUR_MS, "1 init; 5 a");
	/* It appeared when it did, but for what passed between two lines here. */
	require(history_wall_ms(history, appeared_ms) <= WALL_MS);
	require(history_wall_ms(history, appeared_ms) > WALL_MS - HOUR_MS / 2);
	require(!history_is_new(history, &fixture_process(graph, 5)->life, clock_history_ms()));
	_exit(0);
}

static void it_appeared_when_it_did(void **state)
{
	pid_t pid;

	(void)state;
	need_test_machine();
	need_time_ns();
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		see_it();
	assert_int_equal(wait_status(pid), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_appeared_when_it_did),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
