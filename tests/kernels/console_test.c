/* The explorer as a machine without a desktop has it: on a virtual terminal and on a serial line, as root and as a
 * user, in the guests of make test-kernels.  CABLE is a program (cable.c) and the two ends of a serial line. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void tour(struct rig *rig)
{
	rig_wait_row(rig, -1, "Help");
	rig_wait(rig, "process");
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	rig_type(rig, "4");
	rig_wait_row(rig, 0, "groups");
	rig_type(rig, "1");
	rig_wait_row(rig, 0, "by PID namespace");
	rig_type(rig, "?");
	rig_wait(rig, "How to read the tree");
	rig_type(rig, "q");
	rig_wait_gone(rig, "How to read the tree");
	rig_type(rig, "L");
	rig_wait(rig, "UTS: ");
	rig_type(rig, "q");
	rig_wait_gone(rig, "UTS: ");
	explorer_quit(rig);
}

static void on_a_pseudo_terminal(const char *term, uid_t uid)
{
	tour(rig_start(&(struct rig_options){.term = term, .uid = uid}));
}

static void on_a_serial_line(const char *term, uid_t uid)
{
	const char *cable = getenv("CABLE");
	char words[3][64];

	assert_non_null(cable);
	assert_int_equal(sscanf(cable, "%63s %63s %63s", words[0], words[1], words[2]), 3);
	tour(rig_start(&(struct rig_options){.term = term,
	    .uid = uid,
	    .program = words[0],
	    .args = {words[1], words[2], rig_nsscope()}}));
}

#define EACH_USER 1000

#define ON(where, term)                                                                            \
	static void root_on_##where##_##term(void **state)                                         \
	{                                                                                          \
		(void)state;                                                                       \
		on_a_##where(#term, 0);                                                            \
	}                                                                                          \
	static void user_on_##where##_##term(void **state)                                         \
	{                                                                                          \
		(void)state;                                                                       \
		on_a_##where(#term, EACH_USER);                                                    \
	}
ON(pseudo_terminal, vt100)
ON(pseudo_terminal, linux)
ON(serial_line, vt100)
ON(serial_line, linux)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(root_on_pseudo_terminal_vt100, rig_free_all),
	    cmocka_unit_test_teardown(user_on_pseudo_terminal_vt100, rig_free_all),
	    cmocka_unit_test_teardown(root_on_pseudo_terminal_linux, rig_free_all),
	    cmocka_unit_test_teardown(user_on_pseudo_terminal_linux, rig_free_all),
	    cmocka_unit_test_teardown(root_on_serial_line_vt100, rig_free_all),
	    cmocka_unit_test_teardown(user_on_serial_line_vt100, rig_free_all),
	    cmocka_unit_test_teardown(root_on_serial_line_linux, rig_free_all),
	    cmocka_unit_test_teardown(user_on_serial_line_linux, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
