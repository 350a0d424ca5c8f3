/* What the event loop waits with. */
#include "model/base/util.h"
#include "tui/loop.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

enum { KEYS, OTHER, ACTORS, COUNT = ACTORS + 30 };

struct waits {
	struct pollfd fds[COUNT];
	int pipe[2];
	int closed; /* the number of no descriptor */
};

static void begin(struct waits *waits)
{
	assert_int_equal(pipe2(waits->pipe, O_CLOEXEC), 0);
	waits->closed = dup(waits->pipe[0]);
	assert_true(waits->closed >= 0);
	close(waits->closed);
	for (size_t i = 0; i < COUNT; i++)
		waits->fds[i] = (struct pollfd){.fd = -1, .events = POLLIN};
	waits->fds[KEYS].fd = waits->pipe[0];
}

static void end(struct waits *waits)
{
	close(waits->pipe[0]);
	close(waits->pipe[1]);
}

/* It is not reported as ready again and again. */
static void what_is_not_open_is_left_out(void **state)
{
	struct waits waits;

	(void)state;
	begin(&waits);
	waits.fds[OTHER].fd = waits.fds[COUNT - 1].fd = waits.closed;
	loop_poll(waits.fds, COUNT, ACTORS, 0);
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(waits.fds[i].revents, 0);
	assert_int_equal(waits.fds[OTHER].fd, -1);
	assert_int_equal(waits.fds[COUNT - 1].fd, -1);
	/* The others are. */
	assert_int_equal(write(waits.pipe[1], "x", 1), 1);
	waits.fds[OTHER].fd = waits.closed;
	loop_poll(waits.fds, COUNT, ACTORS, -1);
	assert_int_equal(waits.fds[KEYS].revents, POLLIN);
	/* A keyboard that is gone is reported. */
	waits.fds[KEYS].fd = waits.closed;
	loop_poll(waits.fds, COUNT, ACTORS, -1);
	assert_int_equal(waits.fds[KEYS].revents, POLLNVAL);
	end(&waits);
}

/* More than may be polled. */
static void the_keyboard_is_heard_at_any_limit(void **state)
{
	struct rlimit before, limit;
	struct waits waits;

	(void)state;
	begin(&waits);
	for (size_t i = 0; i < COUNT; i++)
		waits.fds[i].revents = POLLIN;
	assert_int_equal(write(waits.pipe[1], "x", 1), 1);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = before;
	limit.rlim_cur = COUNT - 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	loop_poll(waits.fds, COUNT, ACTORS, -1);
	assert_int_equal(waits.fds[KEYS].revents, POLLIN);
	for (size_t i = OTHER; i < COUNT; i++)
		assert_int_equal(waits.fds[i].revents, 0);
	/* And where that fails, too, nothing is reported as ready. */
	limit.rlim_cur = 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	loop_poll(waits.fds, COUNT, ACTORS, -1);
	assert_int_equal(waits.fds[KEYS].revents, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	end(&waits);
}

/* Without end they would leave no turn for a scan. */
static void keys_leave_turns_for_other_work(void **state)
{
	unsigned in_row = 0, over = 0;

	(void)state;
	for (int turn = 0; turn < 80; turn++)
		over += loop_turn_is_over(&in_row, true);
	assert_int_equal(over, 70);
	/* Where there are none, each is one. */
	for (int turn = 0; turn < 80; turn++)
		assert_false(loop_turn_is_over(&in_row, false));
	assert_true(loop_turn_is_over(&in_row, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_not_open_is_left_out),
	    cmocka_unit_test(the_keyboard_is_heard_at_any_limit),
	    cmocka_unit_test(keys_leave_turns_for_other_work),
	};

	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
