/* Why namespaces are alive, and threads that left their process. */
#include "tests/unit/fixture.h"

#include "model/base/util.h"
#include "model/graph/ns.h"
#include "model/report/detail.h"
#include "tests/unit/outline_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* All reasons of a namespace, "kind pid:tid:fd path inode; ". */
static char *reasons_of(const struct ns *ns, uint32_t members_max)
{
	struct holder_walk walk;
	struct holder holder;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	holders_begin(&walk, ns, members_max);
	while (holders_next(&walk, &holder)) {
		fputs(holder_kind_names[holder.kind], out);
		if (holder.process)
			fprintf(out, " %d", (int)holder.process->id.pid);
		if (holder.thread || holder.tid)
			fprintf(out, "/%d", (int)(holder.thread ? holder.thread->tid : holder.tid));
		if (holder.fd >= 0)
			fprintf(out, " fd %d", holder.fd);
		if (holder.path)
			fprintf(out, " %s", holder.path);
		if (holder.ns)
			fprintf(out, " %llu", (unsigned long long)holder.ns->id.ino);
		fputs("; ", out);
	}
	fclose(out);
	return text;
}

static void expect(const struct graph *graph, enum nstype type, uint64_t ino, const char *wanted)
{
	autofree char *reasons = reasons_of(fixture_ns(graph, type, ino), UINT32_MAX);

	assert_string_equal(reasons, wanted);
}

static const char house[] = "1 init\n"
                            "40 sh uts=210 threads=3 pid_for_children=310\n"
                            "41 b net=220\n"
                            "thread 40 45 worker uts=211 net=221\n"
                            "thread 40 46 other pid_for_children=empty\n"
                            "fd 41 7 uts 212\n"
                            "fd 40 9 uts 211\n"
                            "socket 41 3 net 222\n"
                            "fd 40 5 net 224 46; tun 41 8 net 224; socket 40 6 net 224 45\n"
                            "mount net 223 \"/run/netns/a b\" 230\n"
                            "ns user 500; ns uts 212 owner=500; ns pid 311 parent=310\n"
                            "ns ipc 600 unseen; ns uts 211 unseen; ns user 601 unseen; "
                            "ns user 602 parent=601 owner=601\n";

static void each_kind_is_told(void **state)
{
	struct graph *graph = fixture_graph(NULL, house);

	(void)state;
	expect(graph, NS_UTS, 210, "process 40; ");
	expect(graph, NS_UTS, 211, "thread 40/45; fd 40 fd 9; ");
	expect(graph, NS_UTS, 212, "fd 41 fd 7; ");
	expect(graph, NS_NET, 220, "process 41; ");
	expect(graph, NS_NET, 221, "thread 40/45; ");
	expect(graph, NS_NET, 222, "socket 41 fd 3; ");
	expect(graph, NS_NET, 223, "mount /run/netns/a b 230; ");
	expect(graph, NS_NET, 224, "fd 40/46 fd 5; socket 40/45 fd 6; tun 41 fd 8; ");
	/* The threads' are the same as the process's: said once. */
	expect(graph, NS_PID, 310, "for_children 40; child 311; ");
	expect(graph, NS_PID, 311, "");
	expect(graph, NS_USER, 500, "owned 212; ");
	/* That nothing is in sight is said only where nothing is. */
	expect(graph, NS_IPC, 600, "unseen; ");
	expect(graph, NS_USER, 601, "child 602; ");
	expect(graph, NS_USER, 602, "");
	assert_int_equal(fixture_ns(graph, NS_UTS, 211)->member_count, 0);
	assert_int_equal(process_notes(fixture_process(graph, 40))->held_count, 3);
	graph_unref(graph);
}

static void members_are_listed_up_to_a_limit(void **state)
{
	struct graph *graph = fixture_graph(
	    NULL, "1 init; 2 a uts=9; 3 b uts=9; 4 c uts=9; 5 d; fd 5 4 uts 9; fd 5 6 uts 9");
	autofree char *some = reasons_of(fixture_ns(graph, NS_UTS, 9), 2);
	autofree char *none = reasons_of(fixture_ns(graph, NS_UTS, 9), 0);

	(void)state;
	assert_string_equal(some, "process 2; process 3; fd 5 fd 4; fd 5 fd 6; ");
	assert_string_equal(none, "fd 5 fd 4; fd 5 fd 6; ");
	graph_unref(graph);
}

static void a_child_user_namespace_is_no_owned_one_too(void **state)
{
	struct graph *graph =
	    fixture_graph(NULL, "1 init; 2 a user=61; ns user 60; ns user 61 parent=60 owner=60");

	(void)state;
	expect(graph, NS_USER, 60, "child 61; ");
	graph_unref(graph);
}

static void the_dead_keep_nothing(void **state)
{
	struct history *history = history_new(3000);
	const struct graph *graph;

	(void)state;
	fixture_push(
	    history, 1000, "1 init; 2 a uts=9 threads=2; thread 2 3 t net=8; fd 2 4 uts 7");
	graph = fixture_push(history, 2000, "1 init");
	assert_int_equal(graph->process_count, 2);
	assert_non_null(graph->processes[1]->first_thread);
	assert_string_equal(graph->processes[1]->first_thread->comm, "t");
	assert_int_equal(graph->processes[1]->first_thread->ns[NS_NET]->id.ino, 8);
	for (size_t i = 0; i < graph->ns_count; i++) {
		if (graph->namespaces[i]->life.ended_ms)
			assert_int_equal(graph->namespaces[i]->holder_count, 0);
	}
	/* And what keeps nothing is not born again. */
	graph = fixture_push(history, 3000, "1 init; 5 b; fd 5 4 uts 7");
	assert_int_equal(fixture_ns(graph, NS_UTS, 7)->id.generation, 1);
	history_free(history);
}

/* @second: what is there of uts:9 after "@first" was; @generation: whether it is another one. */
static void expect_generation(const char *first, const char *second, uint32_t generation)
{
	struct graph *before = fixture_graph(NULL, first);
	struct graph *after = fixture_graph(before, second);

	assert_int_equal(fixture_ns(after, NS_UTS, 9)->id.generation, generation);
	graph_unref(after);
	graph_unref(before);
}

static void identity_follows_every_holder(void **state)
{
	(void)state;
	/* A descriptor. */
	expect_generation("1 init; fd 1 4 uts 9", "1 init; fd 1 4 uts 9; 2 a uts=9", 0);
	expect_generation("1 init; fd 1 4 uts 9", "1 init; 2 a uts=9", 1);
	expect_generation("1 init; fd 1 4 uts 9", "1 init; fd 1 5 uts 9", 1);
	expect_generation("1 init; 2 a; fd 2 4 uts 9", "1 init; 3 b; fd 3 4 uts 9", 1);
	expect_generation("1 init; fd 1 4 uts 9 3", "1 init; fd 1 4 uts 9", 1);
	/* A member went, what held it besides is still there. */
	expect_generation("1 init; 2 a uts=9; fd 1 4 uts 9", "1 init; fd 1 4 uts 9", 0);
	/* A mount. */
	expect_generation(
	    "1 init mnt=30; mount uts 9 /a 30", "1 init mnt=30; mount uts 9 /a 30; 2 a uts=9", 0);
	expect_generation(
	    "1 init mnt=30; mount uts 9 /a 30", "1 init mnt=30; mount uts 9 /b 30", 1);
	expect_generation(
	    "1 init mnt=30; mount uts 9 /a 30", "1 init mnt=30; 2 a mnt=31; mount uts 9 /a 31", 1);
	/* A thread. */
	expect_generation(
	    "2 a threads=2; thread 2 3 t uts=9", "2 a threads=2; thread 2 3 t uts=9; 5 b uts=9", 0);
	expect_generation(
	    "2 a threads=2; thread 2 3 t uts=9", "2 a threads=2; thread 2 4 t uts=9", 1);
	/* Nothing in sight held it. */
	expect_generation("1 init; ns uts 9", "1 init; 2 a uts=9", 0);
}

static void a_kept_namespace_lives_when_its_members_went(void **state)
{
	struct history *history = history_new(3000);
	const struct graph *graph;

	(void)state;
	fixture_push(history, 1000, "1 init; 2 a uts=9; fd 1 4 uts 9");
	graph = fixture_push(history, 2000, "1 init; fd 1 4 uts 9");
	assert_int_equal(fixture_ns(graph, NS_UTS, 9)->life.ended_ms, 0);
	assert_int_equal(fixture_ns(graph, NS_UTS, 9)->member_count, 0);
	expect(graph, NS_UTS, 9, "fd 1 fd 4; ");
	history_free(history);
}

static void threads_come_in_order_and_once(void **state)
{
	struct graph *graph = fixture_graph(NULL, "2 a threads=4; thread 2 9 z uts=5; thread 2 3 x "
	                                          "uts=5; thread 2 6 y uts=5; thread 2 3 w");
	const struct thread *thread = fixture_process(graph, 2)->first_thread;

	(void)state;
	assert_int_equal(thread->tid, 3);
	assert_string_equal(thread->comm, "w");
	assert_int_equal(thread->next->tid, 6);
	assert_int_equal(thread->next->next->tid, 9);
	assert_null(thread->next->next->next);
	graph_unref(graph);
}

static char *outline_of(const struct graph *graph, struct outline_options options)
{
	struct outline outline = {0};
	char *text;

	outline_build(&outline, graph, &options);
	text = outline_text(&outline);
	outline_done(&outline);
	return text;
}

static void threads_stand_below_their_process_and_in_their_own_namespaces(void **state)
{
	struct graph *graph = fixture_graph(
	    NULL, "1 init; 40 sh threads=2; 41 child parent=40; thread 40 45 worker uts=211; 50 z");
	autofree char *by_pid = outline_of(graph, (struct outline_options){0});
	autofree char *by_type = outline_of(graph,
	    (struct outline_options){.grouping = GROUP_BY_TYPE, .type_shown = {[NS_UTS] = true}});
	autofree char *found = outline_of(graph, (struct outline_options){.filter = "worker"});

	(void)state;
	assert_non_null(strstr(by_pid, "    40 sh\n      thread 45 worker\n      41 child\n"));
	assert_non_null(strstr(by_type, "  uts:211\n    thread 45 worker\n"));
	assert_null(strstr(strstr(by_type, "thread 45") + 1, "thread 45"));
	assert_non_null(strstr(found, "thread 45 worker"));
	assert_null(strstr(found, "41 child"));
	graph_unref(graph);
}

static char *rows_of(const struct graph *graph, enum grouping grouping)
{
	const struct outline_options options = {.grouping = grouping};
	struct ns_letters *ns_letters = ns_letters_new();
	struct rowline_context context = {
	    .graph = graph, .ns_letters = ns_letters, .charset = CHARSET_ASCII};
	struct outline outline = {0};
	struct line line;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	ns_letters_update(ns_letters, graph);
	outline_build(&outline, graph, &options);
	line_init(&line, CHARSET_ASCII);
	for (uint32_t at = 0; at < outline.count; at++) {
		line_clear(&line);
		rowline(&context, &outline, at, &line);
		fprintf(out, "%s\n", line.text);
	}
	fclose(out);
	line_done(&line);
	outline_done(&outline);
	ns_letters_free(ns_letters);
	return text;
}

static void assert_says(const char *text, const char *needle)
{
	if (!strstr(text, needle))
		fail_msg("\"%s\" is not in:\n%s", needle, text);
}

static void rows_say_what_keeps_an_empty_namespace(void **state)
{
	struct graph *graph = fixture_graph(NULL, house);
	autofree char *by_type = rows_of(graph, GROUP_BY_TYPE);
	autofree char *by_pid = rows_of(graph, GROUP_BY_PID);

	(void)state;
	assert_says(by_type,
	    "net:223  ip netns a b  no process; held by a bind mount /run/netns/a b in "
	    "mnt:230");
	assert_says(by_type, "net:222  no process; held by socket 3 of 41 b");
	assert_says(by_type, "uts:212  no process; held by descriptor 7 of 41 b");
	assert_says(
	    by_type, "net:224  no process; held by descriptor 5 of thread 46 of 40 sh and 2 more");
	assert_says(by_type, "uts:211  no process; held by thread 45 of 40 sh and 1 more");
	assert_says(by_type, "ipc:600  no process; held by something that cannot be seen\n");
	assert_says(by_type, "thread worker of 40 sh");
	assert_says(by_type, "user:500  no process; held by uts:212, which it owns");
	assert_says(
	    by_pid, "thread worker (cannot fork: the PID namespace for its children is dead)\n");
	assert_says(by_pid, "thread other (next child starts a new PID namespace)");
	assert_says(by_pid, "pid:310  no process; dead: its init has exited; held by 40 sh, which "
	                    "has it for its next child and 1 more");
	graph_unref(graph);
}

static char *detail_of(const struct graph *graph, const struct row *row)
{
	struct rowline_context context = {.graph = graph, .charset = CHARSET_UTF8};
	struct lines lines = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	detail_lines(&context, row, &lines);
	for (size_t i = 0; i < lines.count; i++)
		fprintf(out, "%s\n", lines.items[i].text);
	fclose(out);
	lines_done(&lines);
	return text;
}

static void details_tell_of_threads_and_holders(void **state)
{
	struct graph *graph = fixture_graph(NULL, house);
	const struct process *process = fixture_process(graph, 40);
	autofree char *of_process =
	    detail_of(graph, &(struct row){.key = {.kind = ROW_PROCESS}, .process = process});
	autofree char *of_thread = detail_of(graph,
	    &(struct row){
	        .key = {.kind = ROW_THREAD}, .process = process, .thread = process->first_thread});
	autofree char *of_ns = detail_of(
	    graph, &(struct row){.key = {.kind = ROW_NS}, .ns = fixture_ns(graph, NS_UTS, 211)});

	autofree char *of_unseen = detail_of(
	    graph, &(struct row){.key = {.kind = ROW_NS}, .ns = fixture_ns(graph, NS_IPC, 600)});

	(void)state;
	assert_says(of_unseen, "Held by\nsomething that cannot be seen\nPerhaps a segment of "
	                       "System V that a process still has mapped");
	assert_says(of_process, "Diverged  45 worker net:221 uts:211\n");
	assert_says(of_thread, "Thread of 40 sh\n");
	assert_says(of_thread, "uts    211 not the initial namespace, no other process\n");
	assert_says(of_thread, "ipc    4026531839 initial, shared with 2 other processes\n");
	assert_says(of_ns, "Held by\nthread 45 of 40 sh\ndescriptor 9 of 40 sh\n");
	graph_unref(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_kind_is_told),
	    cmocka_unit_test(members_are_listed_up_to_a_limit),
	    cmocka_unit_test(a_child_user_namespace_is_no_owned_one_too),
	    cmocka_unit_test(the_dead_keep_nothing),
	    cmocka_unit_test(identity_follows_every_holder),
	    cmocka_unit_test(a_kept_namespace_lives_when_its_members_went),
	    cmocka_unit_test(threads_come_in_order_and_once),
	    cmocka_unit_test(threads_stand_below_their_process_and_in_their_own_namespaces),
	    cmocka_unit_test(rows_say_what_keeps_an_empty_namespace),
	    cmocka_unit_test(details_tell_of_threads_and_holders),
	};

	return cmocka_run_group_tests_name("keepers", tests, NULL, NULL);
}
