/* Sealed graphs: order, edges, look-ups, generations. */
#include "tests/unit/fixture.h"

#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void cleanup_graph(struct graph **graph)
{
	graph_unref(*graph);
}
#define autograph __attribute__((cleanup(cleanup_graph)))

static void ids_are_more_than_numbers(void **state)
{
	struct process_id a = {.pid = 5, .start_ticks = 1}, b = {.pid = 5, .start_ticks = 2};
	struct ns_id x = {.type = NS_UTS, .dev = 4, .ino = 9}, y = x;

	(void)state;
	assert_false(process_id_equal(&a, &b));
	assert_true(process_id_hash(&a) != process_id_hash(&b));
	assert_true(ns_id_equal(&x, &y));
	assert_true(ns_id_hash(&x) == ns_id_hash(&y));
	y.generation = 1;
	assert_false(ns_id_equal(&x, &y));
	assert_true(ns_id_hash(&x) != ns_id_hash(&y));
	y = x;
	y.type = NS_IPC;
	assert_false(ns_id_equal(&x, &y));
	/* The unique part decides wherever one has it. */
	y = x;
	y.unique = 7;
	assert_false(ns_id_equal(&x, &y));
	x.unique = 7;
	x.generation = 3;
	assert_true(ns_id_equal(&x, &y));
	assert_true(ns_id_hash(&x) == ns_id_hash(&y));
	x.unique = 8;
	assert_false(ns_id_equal(&x, &y));
}

static void reasons_have_names(void **state)
{
	(void)state;
	assert_string_equal(read_status_name(READ_DENIED), "denied");
	assert_string_equal(read_status_name(READ_NEVER), "not read");
	for (int why = READ_OK; why <= READ_NEVER; why++)
		assert_true(strlen(read_status_text((enum read_status)why)) > 5);
}

static void an_empty_graph_has_nothing(void **state)
{
	autograph struct graph *graph = graph_freeze(graph_builder_new(NULL));
	struct process_id id = {.pid = 1};
	struct ns_id ns = {.type = NS_UTS};

	(void)state;
	assert_int_equal(graph->process_count, 0);
	assert_int_equal(graph->ns_count, 0);
	assert_null(graph_process_by_pid(graph, 1));
	assert_null(graph_process(graph, &id));
	assert_null(graph_ns(graph, &ns));
	assert_null(graph_ns_by_ino(graph, NS_UTS, 0));
	assert_null(graph->reference[NS_UTS]);
	assert_string_equal(graph->host, "");
	assert_true(graph_bytes(graph) > 0);
}

static void a_builder_may_be_dropped(void **state)
{
	(void)state;
	graph_builder_free(fixture_builder(NULL, "1 init"));
	graph_builder_free(NULL);
	graph_unref(NULL);
}

static void order_and_families(void **state)
{
	/* Out of order on purpose, in more than two runs. */
	autograph struct graph *graph = fixture_graph(NULL, "30 c parent=10\n"
	                                                    "20 b parent=10\n"
	                                                    "10 a\n"
	                                                    "40 d parent=77\n"
	                                                    "1 init\n");
	const struct process *a = fixture_process(graph, 10);

	(void)state;
	assert_int_equal(graph->process_count, 5);
	assert_int_equal(graph->living_count, 5);
	for (size_t i = 0; i < graph->process_count; i++) {
		assert_int_equal(graph->processes[i]->index, i);
		assert_true(!i || graph->processes[i - 1]->id.pid < graph->processes[i]->id.pid);
	}
	assert_string_equal(a->parent->comm, "init");
	assert_string_equal(a->first_child->comm, "b");
	assert_string_equal(a->first_child->next_sibling->comm, "c");
	assert_null(a->first_child->next_sibling->next_sibling);
	assert_null(fixture_process(graph, 40)->parent);
	assert_null(fixture_process(graph, 1)->parent);
}

static void circles_are_cut(void **state)
{
	autograph struct graph *graph = fixture_graph(NULL, "1 init\n"
	                                                    "5 five parent=7\n"
	                                                    "6 six parent=5\n"
	                                                    "7 seven parent=6\n"
	                                                    "8 self parent=8\n"
	                                                    "9 old parent=10 start=50\n"
	                                                    "10 young start=60\n"
	                                                    "ns pid 70 parent=71\n"
	                                                    "ns pid 71 parent=70\n"
	                                                    "ns user 80 owner=80 parent=80\n");
	size_t below = 0;

	(void)state;
	for (size_t i = 0; i < graph->process_count; i++) {
		size_t steps = 0;

		for (const struct process *up = graph->processes[i]; up; up = up->parent)
			assert_true(++steps <= graph->process_count);
		for (const struct process *child = graph->processes[i]->first_child; child;
		     child = child->next_sibling) {
			assert_ptr_equal(child->parent, graph->processes[i]);
			below++;
		}
	}
	assert_int_equal(below, 3); /* two of the circle of three, and young below init */
	assert_null(fixture_process(graph, 8)->parent);
	/* A parent that is younger than its child is another process with the parent's pid. */
	assert_null(fixture_process(graph, 9)->parent);
	assert_true(
	    !fixture_ns(graph, NS_PID, 70)->parent != !fixture_ns(graph, NS_PID, 71)->parent);
	assert_null(fixture_ns(graph, NS_USER, 80)->parent);
	assert_null(fixture_ns(graph, NS_USER, 80)->owner);
	assert_int_equal(fixture_ns(graph, NS_USER, 80)->parent_status, READ_GONE);
}

static void members_and_order_of_namespaces(void **state)
{
	autograph struct graph *graph = fixture_graph(NULL, "1 init\n"
	                                                    "10 a uts=500\n"
	                                                    "11 b uts=400\n"
	                                                    "12 c uts=500\n"
	                                                    "13 d all=denied uts=gone\n"
	                                                    "ns uts 300 name=empty\n");
	const struct ns *uts[4];
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < graph->ns_count; i++) {
		assert_int_equal(graph->namespaces[i]->index, i);
		if (graph->namespaces[i]->id.type == NS_UTS)
			uts[count++] = graph->namespaces[i];
	}
	assert_int_equal(count, 4);
	assert_int_equal(graph->living_ns_count, graph->ns_count);
	assert_true(uts[0]->reference && uts[0]->initial);
	assert_int_equal(uts[0]->member_count, 1);
	assert_int_equal(uts[1]->id.ino, 500);
	assert_int_equal(uts[1]->member_count, 2);
	assert_int_equal(uts[1]->first_member->id.pid, 10);
	assert_int_equal(uts[1]->first_member->next_member[NS_UTS]->id.pid, 12);
	assert_null(uts[1]->first_member->next_member[NS_UTS]->next_member[NS_UTS]);
	assert_int_equal(uts[2]->id.ino, 400);
	assert_int_equal(uts[3]->id.ino, 300);
	assert_null(uts[3]->first_member);
	assert_int_equal(uts[3]->member_count, 0);
	assert_null(fixture_process(graph, 13)->ns[NS_UTS]);
	assert_int_equal(fixture_process(graph, 13)->read_status[NS_UTS], READ_GONE);
	assert_int_equal(
	    fixture_process(graph, 13)->read_status[LINK_PID_FOR_CHILDREN], READ_DENIED);
}

static void members_are_by_the_own_link(void **state)
{
	autograph struct graph *graph =
	    fixture_graph(NULL, "1 init\n10 a pid_for_children=600 time_for_children=601");

	(void)state;
	assert_int_equal(fixture_ns(graph, NS_PID, 600)->member_count, 0);
	assert_null(fixture_ns(graph, NS_TIME, 601)->first_member);
}

static void references(void **state)
{
	/* As in a container: nothing initial is in sight, and pid 1 can't be read. */
	autograph struct graph *graph = fixture_graph(NULL, "1 init all=denied uts=70\n"
	                                                    "2 a all=denied net=80\n"
	                                                    "3 b all=denied uts=71 net=81\n"
	                                                    "4 c all=denied net=81 ipc=90\n"
	                                                    "ns ipc 91 initial\n");

	(void)state;
	assert_int_equal(graph->reference[NS_UTS]->id.ino, 70);
	assert_int_equal(graph->reference[NS_NET]->id.ino, 80);
	assert_int_equal(graph->reference[NS_IPC]->id.ino, 91);
	assert_true(graph->reference[NS_NET]->reference);
	assert_false(graph->reference[NS_NET]->initial);
	assert_false(fixture_ns(graph, NS_NET, 81)->reference);
	assert_null(graph->reference[NS_MNT]);
}

static void lookups(void **state)
{
	autograph struct graph *graph = fixture_graph(NULL, "1 init\n5 a start=10\n5 a start=20\n"
	                                                    "6 b uts=9\nns uts 9 unique=33");
	const struct ns_id unique = {.type = NS_UTS, .dev = FIXTURE_DEV, .ino = 9, .unique = 33};
	const struct ns_id other = {.type = NS_UTS, .dev = FIXTURE_DEV, .ino = 9, .unique = 34};

	(void)state;
	/* One pid seen twice within a scan: the later process is there now. */
	assert_int_equal(graph_process_by_pid(graph, 5)->id.start_ticks, 20);
	assert_int_equal(graph_process(graph, &(struct process_id){5, 10})->id.start_ticks, 10);
	assert_null(graph_process(graph, &(struct process_id){5, 11}));
	assert_null(graph_process_by_pid(graph, 7));
	assert_int_equal(graph_ns(graph, &unique)->id.ino, 9);
	assert_null(graph_ns(graph, &other));
	assert_ptr_equal(graph_ns_by_ino(graph, NS_UTS, 9), graph_ns(graph, &unique));
	assert_null(graph_ns_by_ino(graph, NS_IPC, 9));
}

static void adding_twice_finds(void **state)
{
	struct graph_builder *builder = graph_builder_new(NULL);
	struct process_id id = {.pid = 3, .start_ticks = 4};
	struct process *process = graph_add_process(builder, &id);
	bool is_new = false;
	struct ns *ns = graph_add_ns(builder, NS_NET, 4, 5, &is_new);

	(void)state;
	assert_true(is_new);
	assert_ptr_equal(graph_add_process(builder, &id), process);
	assert_ptr_equal(graph_add_ns(builder, NS_NET, 4, 5, &is_new), ns);
	assert_false(is_new);
	assert_ptr_not_equal(graph_add_ns(builder, NS_NET, 5, 5, NULL), ns);
	assert_ptr_not_equal(graph_add_ns(builder, NS_IPC, 4, 5, NULL), ns);
	assert_int_equal(graph_builder_ns_count(builder), 3);
	assert_ptr_equal(graph_builder_ns(builder, 0), ns);
	for (int link = 0; link < NS_LINK_COUNT; link++)
		assert_int_equal(process->read_status[link], READ_NEVER);
	assert_string_equal(process->comm, "");
	assert_int_equal(process->pids[0], 3);
	graph_builder_free(builder);
}

static void a_graph_lives_as_long_as_it_is_held(void **state)
{
	struct graph *graph = fixture_graph(NULL, "1 init cmd=\"/sbin/init|-x\"");
	struct graph *held = graph_ref(graph);

	(void)state;
	graph_unref(graph);
	assert_int_equal(held->processes[0]->cmdline_len, 13);
	assert_memory_equal(held->processes[0]->cmdline, "/sbin/init\0-x", 14);
	graph_unref(held);
}

/* --- Generations ------------------------------------------------------------------------------ */

/* The generation of uts:9 after each of the two descriptions. */
static void generations(const char *first, const char *second, int expected)
{
	autograph struct graph *before = fixture_graph(NULL, first);
	autograph struct graph *after = fixture_graph(before, second);

	assert_int_equal(fixture_ns(before, NS_UTS, 9)->id.generation, 0);
	assert_int_equal(fixture_ns(after, NS_UTS, 9)->id.generation, expected);
}

static void an_inode_used_again_is_another_namespace(void **state)
{
	(void)state;
	generations("1 init; 5 a uts=9", "1 init; 5 a uts=9", 0);
	generations("1 init; 5 a uts=9; 6 b uts=9", "1 init; 6 b uts=9; 7 c uts=9", 0);
	generations("1 init; 5 a uts=9", "1 init; 6 b uts=9", 1);
	/* The same pid, but another process. */
	generations("1 init; 5 a uts=9", "1 init; 5 a uts=9 start=101", 1);
	/* Somebody who left before another one came. */
	generations("1 init; 5 a uts=9; 6 b", "1 init; 5 a; 6 b uts=9", 1);
}

static void a_fixed_or_compared_one_stays(void **state)
{
	autograph struct graph *before = fixture_graph(NULL, "5 a uts=9; ns uts 9 owner=denied");
	autograph struct graph *after = fixture_graph(before, "6 b uts=9; ns uts 9 owner=denied");

	(void)state;
	assert_int_equal(fixture_ns(after, NS_UTS, 9)->id.generation, 0);
	assert_int_equal(fixture_ns(after, NS_IPC, 0)->id.generation, 0);
}

static void other_holders_tell_it_too(void **state)
{
	const char *with_child = "1 init; 5 a user=51; ns user 51 parent=50";
	autograph struct graph *before = fixture_graph(NULL, with_child);
	autograph struct graph *same = fixture_graph(before, with_child);
	autograph struct graph *other =
	    fixture_graph(same, "1 init; 6 b user=51; ns user 51 parent=50");
	autograph struct graph *joined =
	    fixture_graph(other, "1 init; 6 b user=51; 7 c user=50; ns user 51 parent=50");

	(void)state;
	/* An ancestor without members is known by what is below it. */
	assert_int_equal(fixture_ns(same, NS_USER, 50)->id.generation, 0);
	assert_int_equal(fixture_ns(other, NS_USER, 51)->id.generation, 1);
	assert_int_equal(fixture_ns(other, NS_USER, 50)->id.generation, 1);
	assert_int_equal(fixture_ns(joined, NS_USER, 50)->id.generation, 1);

	/* So is what waits for a first child. */
	{
		autograph struct graph *empty =
		    fixture_graph(NULL, "1 init; 5 a pid_for_children=70");
		autograph struct graph *begun =
		    fixture_graph(empty, "1 init; 5 a pid_for_children=70; 6 b pid=70");

		assert_int_equal(fixture_ns(begun, NS_PID, 70)->id.generation, 0);
	}
	/* What nothing held is not lost when nothing is seen to end it. */
	generations("1 init; ns uts 9 name=blue", "1 init; ns uts 9 name=blue", 0);
	generations("1 init; ns uts 9 name=blue", "1 init; 6 b uts=9; ns uts 9 name=blue", 0);
}

static void generations_go_on_over_a_gap(void **state)
{
	autograph struct graph *first = fixture_graph(NULL, "1 init; 5 a uts=9");
	autograph struct graph *gap = fixture_graph(first, "1 init");
	autograph struct graph *longer = fixture_graph(gap, "1 init");
	autograph struct graph *second = fixture_graph(longer, "1 init; 6 b uts=9");
	autograph struct graph *again = fixture_graph(second, "1 init");
	autograph struct graph *third = fixture_graph(again, "1 init; 7 c uts=9 ipc=9");

	(void)state;
	assert_int_equal(fixture_ns(second, NS_UTS, 9)->id.generation, 1);
	assert_int_equal(fixture_ns(third, NS_UTS, 9)->id.generation, 2);
	assert_int_equal(fixture_ns(third, NS_IPC, 9)->id.generation, 0);
}

static void unique_ids_decide(void **state)
{
	autograph struct graph *a = fixture_graph(NULL, "1 init; 5 a uts=9; ns uts 9 unique=70");
	autograph struct graph *b = fixture_graph(a, "1 init; 6 b uts=9; ns uts 9 unique=70");
	autograph struct graph *c = fixture_graph(b, "1 init; 6 b uts=9; ns uts 9 unique=71");
	/* Not asked this time, but held by the same process. */
	autograph struct graph *d = fixture_graph(c, "1 init; 6 b uts=9");
	/* Not asked, and nobody is left of those who held it. */
	autograph struct graph *e = fixture_graph(d, "1 init; 7 c uts=9");
	/* Asked now: the identity stays what it was. */
	autograph struct graph *f = fixture_graph(e, "1 init; 7 c uts=9; ns uts 9 unique=72");

	(void)state;
	assert_true(ns_id_equal(&fixture_ns(a, NS_UTS, 9)->id, &fixture_ns(b, NS_UTS, 9)->id));
	assert_false(ns_id_equal(&fixture_ns(b, NS_UTS, 9)->id, &fixture_ns(c, NS_UTS, 9)->id));
	assert_int_equal(fixture_ns(d, NS_UTS, 9)->id.unique, 71);
	assert_int_equal(fixture_ns(e, NS_UTS, 9)->id.unique, 0);
	assert_int_equal(fixture_ns(e, NS_UTS, 9)->id.generation, 1);
	assert_true(ns_id_equal(&fixture_ns(e, NS_UTS, 9)->id, &fixture_ns(f, NS_UTS, 9)->id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ids_are_more_than_numbers),
	    cmocka_unit_test(reasons_have_names),
	    cmocka_unit_test(an_empty_graph_has_nothing),
	    cmocka_unit_test(a_builder_may_be_dropped),
	    cmocka_unit_test(order_and_families),
	    cmocka_unit_test(circles_are_cut),
	    cmocka_unit_test(members_and_order_of_namespaces),
	    cmocka_unit_test(members_are_by_the_own_link),
	    cmocka_unit_test(references),
	    cmocka_unit_test(lookups),
	    cmocka_unit_test(adding_twice_finds),
	    cmocka_unit_test(a_graph_lives_as_long_as_it_is_held),
	    cmocka_unit_test(an_inode_used_again_is_another_namespace),
	    cmocka_unit_test(a_fixed_or_compared_one_stays),
	    cmocka_unit_test(other_holders_tell_it_too),
	    cmocka_unit_test(generations_go_on_over_a_gap),
	    cmocka_unit_test(unique_ids_decide),
	};

	return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
