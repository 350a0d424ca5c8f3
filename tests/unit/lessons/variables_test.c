/* Variables of actors: set, found, inherited, copied. */
#include "lessons/stage/variables.h"
#include "model/base/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void set_and_found(void **state)
{
	struct variables variables = {0};
	const struct variable *variable;

	(void)state;
	assert_null(variables_find(&variables, "A", "fd"));
	assert_int_equal(variables_set(&variables, "A", "fd", 3, NULL), 0);
	assert_int_equal(variables_set(&variables, "B", "fd", 4, NULL), 0);
	assert_int_equal(variables_set(&variables, "A", "name", 0, "ns1"), 0);
	variable = variables_find(&variables, "A", "fd");
	assert_false(variable->is_text);
	assert_null(variable->text);
	assert_int_equal(variable->number, 3);
	assert_int_equal(variables_find(&variables, "B", "fd")->number, 4);
	assert_true(variables_find(&variables, "A", "name")->is_text);
	assert_string_equal(variables_find(&variables, "A", "name")->text, "ns1");
	assert_null(variables_find(&variables, "B", "name"));
	assert_null(variables_find(&variables, "A", "f"));
	variables_done(&variables);
	assert_int_equal(variables.count, 0);
}

/* The last value is the one that counts, also where it is of the other kind. */
static void set_again(void **state)
{
	struct variables variables = {0};

	(void)state;
	variables_set(&variables, "A", "x", 3, NULL);
	variables_set(&variables, "A", "x", 0, "ns1");
	assert_string_equal(variables_find(&variables, "A", "x")->text, "ns1");
	variables_set(&variables, "A", "x", 0, variables_find(&variables, "A", "x")->text);
	assert_string_equal(variables_find(&variables, "A", "x")->text, "ns1");
	variables_set(&variables, "A", "x", -7, NULL);
	assert_false(variables_find(&variables, "A", "x")->is_text);
	assert_int_equal(variables_find(&variables, "A", "x")->number, -7);
	assert_int_equal(variables.count, 1);
	variables_done(&variables);
}

static void a_child_has_its_own_copy(void **state)
{
	struct variables variables = {0};

	(void)state;
	variables_set(&variables, "A", "fd", 3, NULL);
	variables_set(&variables, "B", "other", 4, NULL);
	variables_set(&variables, "A", "name", 0, "ns1");
	variables_fork(&variables, "A", "P");
	variables_set(&variables, "A", "fd", 5, NULL);
	assert_int_equal(variables_find(&variables, "P", "fd")->number, 3);
	assert_string_equal(variables_find(&variables, "P", "name")->text, "ns1");
	assert_null(variables_find(&variables, "P", "other"));
	variables_done(&variables);
}

static void a_copy_stays_what_it_was(void **state)
{
	struct variables variables = {0}, copy = {0};

	(void)state;
	variables_set(&copy, "A", "old", 1, NULL);
	variables_set(&variables, "A", "fd", 3, NULL);
	variables_copy(&copy, &variables);
	variables_set(&variables, "A", "fd", 4, NULL);
	assert_int_equal(variables_find(&copy, "A", "fd")->number, 3);
	assert_null(variables_find(&copy, "A", "old"));
	variables_done(&variables);
	assert_int_equal(copy.count, 1);
	variables_done(&copy);
}

static void an_actor_has_so_many(void **state)
{
	struct variables variables = {0};

	(void)state;
	for (int i = 0; i < VARIABLES_MAX; i++) {
		autofree char *name = xasprintf("v%d", i);

		assert_int_equal(variables_set(&variables, "A", name, i, NULL), 0);
	}
	assert_int_equal(variables_set(&variables, "A", "more", 1, NULL), -E2BIG);
	assert_int_equal(variables_set(&variables, "A", "v7", 70, NULL), 0);
	assert_int_equal(variables_set(&variables, "B", "more", 1, NULL), 0);
	variables_fork(&variables, "A", "P");
	assert_int_equal(variables_find(&variables, "P", "v31")->number, 31);
	variables_done(&variables);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(set_and_found),
	    cmocka_unit_test(set_again),
	    cmocka_unit_test(a_child_has_its_own_copy),
	    cmocka_unit_test(a_copy_stays_what_it_was),
	    cmocka_unit_test(an_actor_has_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
