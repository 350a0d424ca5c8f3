/* What is remembered of sockets, and for how long. */
#include "scanner/scan/socket_nets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { MANY = 5000 };

static void what_was_put_is_found(void **state)
{
	struct socket_nets *nets = socket_nets_new();
	uint64_t ino = 7;

	(void)state;
	assert_false(socket_nets_get(nets, 1, &ino));
	assert_int_equal(ino, 7);
	for (uint64_t i = 1; i <= MANY; i++)
		socket_nets_put(nets, i * 1000, i);
	for (uint64_t i = 1; i <= MANY; i++) {
		assert_true(socket_nets_get(nets, i * 1000, &ino));
		assert_int_equal(ino, i);
		assert_false(socket_nets_get(nets, i * 1000 + 1, &ino));
	}
	socket_nets_put(nets, 1000, 9);
	assert_true(socket_nets_get(nets, 1000, &ino));
	assert_int_equal(ino, 9);
	socket_nets_free(nets);
	socket_nets_free(NULL);
}

static void what_nobody_asks_for_is_forgotten(void **state)
{
	struct socket_nets *nets = socket_nets_new();
	uint64_t ino;

	(void)state;
	socket_nets_put(nets, 10, 1);
	socket_nets_put(nets, 20, 2);
	for (int round = 0; round < 3; round++) {
		socket_nets_turn(nets);
		assert_true(socket_nets_get(nets, 10, &ino));
		assert_int_equal(ino, 1);
	}
	assert_false(socket_nets_get(nets, 20, &ino));
	socket_nets_free(nets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_put_is_found),
	    cmocka_unit_test(what_nobody_asks_for_is_forgotten),
	};

	return cmocka_run_group_tests_name("socket_nets", tests, NULL, NULL);
}
