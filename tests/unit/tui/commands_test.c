/* The command line: what matches what was typed; and the history of places. */
#include "model/base/util.h"
#include "tests/unit/fixture.h"
#include "tui/explorer.h"
#include "tui/views/view_commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct candidates candidates;

static void list(const char *text, const struct graph *graph)
{
	candidates_make(&candidates, text, PLACE_TREE, graph);
}

static bool has(enum action action)
{
	for (size_t i = 0; i < candidates.count; i++) {
		if (candidates.items[i].action == action)
			return true;
	}
	return false;
}

static void first_is(const char *typed, const char *text)
{
	list(typed, NULL);
	assert_true(candidates.count > 0);
	assert_string_equal(candidates.items[0].text, text);
}

/* Nobody needs to know a key. */
static void everything_that_a_key_does_is_there(void **state)
{
	(void)state;
	list("", NULL);
	for (size_t i = 0; i < key_table_count; i++) {
		if ((key_table[i].places & PLACE_TREE) && key_table[i].action != ACTION_COMMAND &&
		    key_table[i].action != ACTION_CHOOSE)
			assert_true(has(key_table[i].action));
	}
	assert_false(has(ACTION_LESSON_HINT)); /* there is no lesson in the tree */
	for (size_t i = 0; i < candidates.count; i++)
		assert_true(candidates.items[i].help && *candidates.items[i].help);
}

static void names_are_found_by_their_beginning_words_letters_and_help(void **state)
{
	(void)state;
	first_is("det", "details");
	first_is("details", "details");
	first_is("owner", "group-owner");
	first_is("gpo", "group-owner");
	/* Other programs' words lead there, too. */
	first_is("export", "write");
	first_is("netns", "group-type");
	first_is("container", "groups");
	first_is("nsenter", "shell");
	first_is("events", "timeline");
	first_is("clipboard", "copy-id");
	first_is("CLIPBOARD", "copy-id");
	list("no such thing", NULL);
	assert_int_equal(candidates.count, 0);
}

static void arguments_are_completed(void **state)
{
	(void)state;
	first_is("set ", "set theme");
	assert_true(candidates.items[0].wants);
	first_is("set th", "set theme");
	first_is("set theme c", "set theme contrast");
	assert_false(candidates.items[0].wants);
	first_is("set interval 123", "set interval 123");
	list("set interval 3", NULL);
	assert_int_equal(candidates.count, 0);
	list("set nothing x", NULL);
	assert_int_equal(candidates.count, 0);
	first_is("man u", "man user");
	assert_int_equal(candidates.count, 2);
	first_is("filter  a b ", "filter  a b ");
	assert_string_equal(command_argument("filter  a b "), "a b ");
	assert_string_equal(command_argument("filter"), "");
}

static void numbers_lead_to_what_has_them(void **state)
{
	struct graph *graph = fixture_graph(NULL, "1 init\n40 sh uts=210\n");
	const struct process *process = fixture_process(graph, 40);
	const struct ns *ns = process->ns[NS_UTS];

	(void)state;
	autofree char *pid = xasprintf("%d", (int)process->id.pid);
	autofree char *inode = xasprintf("%llu", (unsigned long long)ns->id.ino);
	autofree char *name = xasprintf("%s:[%s]", ns_types[ns->id.type].name, inode);

	list(pid, graph);
	assert_int_equal(candidates.items[0].action, ACTION_GO);
	assert_true(process_id_equal(&candidates.items[0].where.process, &process->id));
	list(inode, graph);
	assert_true(ns_id_equal(&candidates.items[0].where.ns, &ns->id));
	list(name, graph);
	assert_int_equal(candidates.count, 1);
	assert_true(ns_id_equal(&candidates.items[0].where.ns, &ns->id));
	list("999999999", graph);
	assert_int_equal(candidates.count, 0);
	list("99999999999999999999999", graph);
	assert_int_equal(candidates.count, 0);
	list("uts:[", graph);
	list("uts:", graph);
	list(":", graph);
	list("[]", graph);
	graph_unref(graph);
}

/* --- Back and forward -------------------------------------------------------------------------- */

static struct nav_place place(pid_t pid)
{
	return (struct nav_place){
	    .has_key = true, .key = {.kind = ROW_PROCESS, .process = {.pid = pid}}};
}

static void note(struct nav_history *nav_history, pid_t pid)
{
	struct nav_place at = place(pid);

	nav_history_note(nav_history, &at);
}

/* The place that a step from @pid leads to, 0 for none. */
static pid_t step(struct nav_history *nav_history, int by, pid_t pid)
{
	struct nav_place at = place(pid), to;

	return nav_history_step(nav_history, by, &at, &to) ? to.key.process.pid : 0;
}

static void back_and_forward_lead_where_one_was(void **state)
{
	struct nav_history nav_history = {0};

	(void)state;
	assert_int_equal(step(&nav_history, -1, 1), 0);
	assert_int_equal(step(&nav_history, 1, 1), 0);
	note(&nav_history, 1); /* on to 2 */
	note(&nav_history, 2); /* on to 3 */
	note(&nav_history, 2);
	assert_int_equal(step(&nav_history, 1, 3), 0);
	assert_int_equal(step(&nav_history, -1, 3), 2);
	assert_int_equal(step(&nav_history, -1, 2), 1);
	assert_int_equal(step(&nav_history, -1, 1), 0);
	assert_int_equal(step(&nav_history, 1, 1), 2);
	assert_int_equal(step(&nav_history, 1, 2), 3);
	assert_int_equal(step(&nav_history, 1, 3), 0);
	assert_int_equal(step(&nav_history, -1, 3), 2);
	note(&nav_history, 2); /* elsewhere: 3 no longer lies ahead */
	assert_int_equal(step(&nav_history, 1, 9), 0);
	assert_int_equal(step(&nav_history, -1, 9), 2);
	assert_int_equal(step(&nav_history, -1, 2), 1);
}

static void the_oldest_places_are_forgotten(void **state)
{
	struct nav_history nav_history = {0};
	pid_t at = 1000;

	(void)state;
	for (pid_t pid = 1; pid < 1000; pid++)
		note(&nav_history, pid);
	for (int i = 0; i < NAV_HISTORY_MAX; i++) {
		pid_t before = step(&nav_history, -1, at);

		assert_int_equal(before, at - 1);
		at = before;
	}
	assert_int_equal(step(&nav_history, -1, at), 0);
	for (int i = 0; i < NAV_HISTORY_MAX; i++)
		at = step(&nav_history, 1, at);
	assert_int_equal(at, 1000);
}

static int end(void **state)
{
	(void)state;
	candidates_done(&candidates);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_that_a_key_does_is_there),
	    cmocka_unit_test(names_are_found_by_their_beginning_words_letters_and_help),
	    cmocka_unit_test(arguments_are_completed),
	    cmocka_unit_test(numbers_lead_to_what_has_them),
	    cmocka_unit_test(back_and_forward_lead_where_one_was),
	    cmocka_unit_test(the_oldest_places_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
