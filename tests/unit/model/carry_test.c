/* The dead and the born: what a graph takes over from the one before. */
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

enum { DEAD_GRACE_MS = 3000 };

static struct graph *carried(const struct graph *prev, const char *text, uint64_t now_ms)
{
	struct graph_builder *builder = fixture_builder(prev, text);

	graph_carry(builder, now_ms, DEAD_GRACE_MS);
	return graph_freeze(builder);
}

static void what_was_there_first_was_not_born(void **state)
{
	autograph struct graph *first = carried(NULL, "1 init", 1000);
	autograph struct graph *second = carried(first, "1 init; 5 a uts=9", 2000);
	autograph struct graph *third = carried(second, "1 init; 5 a uts=9", 2500);

	(void)state;
	assert_int_equal(fixture_process(first, 1)->life.appeared_ms, 0);
	assert_int_equal(fixture_process(second, 1)->life.appeared_ms, 0);
	assert_int_equal(fixture_ns(second, NS_UTS, 0)->life.appeared_ms, 0);
	assert_int_equal(fixture_process(second, 5)->life.appeared_ms, 2000);
	assert_int_equal(fixture_ns(second, NS_UTS, 9)->life.appeared_ms, 2000);
	assert_int_equal(fixture_process(third, 5)->life.appeared_ms, 2000);
	assert_int_equal(fixture_ns(third, NS_UTS, 9)->life.appeared_ms, 2000);
}

static const char family[] = "1 init\n"
                             "5 shell uts=9 pid=70 pids=5,1 uid=7 login=joe state=R threads=3 "
                             "cmd=\"sh|-c|x\" net=denied\n"
                             "6 child parent=5 uts=9 pid=70 ipc=8\n"
                             "7 other ipc=8\n"
                             "ns uts 9 hostname=blue name=blue-house\n"
                             "ns pid 70 parent=69 owner=60\n"
                             "ns user 60 owner_uid=7\n";

static void the_dead_keep_what_they_had(void **state)
{
	autograph struct graph *before = carried(NULL, family, 1000);
	autograph struct graph *after = carried(before, "1 init; 7 other ipc=8", 2000);
	const struct process_id id = {.pid = 5, .start_ticks = 100};
	const struct process *shell = graph_process(after, &id);
	const struct process *child = graph_process(after, &(struct process_id){6, 100});
	const struct ns *uts = shell->ns[NS_UTS], *pid = shell->ns[NS_PID];

	(void)state;
	graph_unref(before); /* nothing points into it any more */
	before = NULL;
	assert_null(graph_process_by_pid(after, 5));
	assert_int_equal(after->living_count, 2);
	assert_int_equal(after->process_count, 4);
	assert_int_equal(shell->life.ended_ms, 2000);
	assert_string_equal(shell->comm, "shell");
	assert_memory_equal(shell->cmdline, "sh\0-c\0x", shell->cmdline_len + 1);
	assert_string_equal(shell->user, "joe");
	assert_int_equal(shell->uid, 7);
	assert_int_equal(shell->threads, 3);
	assert_int_equal(shell->state, 'R');
	assert_int_equal(shell->pid_levels, 2);
	assert_int_equal(shell->pids[1], 1);
	assert_int_equal(shell->read_status[NS_NET], READ_DENIED);

	/* The family is as it was. */
	assert_int_equal(shell->parent->id.pid, 1);
	assert_ptr_equal(child->parent, shell);
	assert_ptr_equal(shell->first_child, child);

	/* Namespaces that went with them are copied, with their edges; the others are the living. */
	assert_int_equal(uts->life.ended_ms, 2000);
	assert_string_equal(uts->hostname, "blue");
	assert_string_equal(uts->name, "blue-house");
	assert_ptr_equal(uts->first_member, shell);
	assert_ptr_equal(shell->next_member[NS_UTS], child);
	assert_int_equal(uts->member_count, 0);
	assert_null(graph_ns_by_ino(after, NS_UTS, 9));
	assert_ptr_equal(graph_ns(after, &uts->id), uts);
	assert_int_equal(pid->parent->id.ino, 69);
	assert_int_equal(pid->owner->owner_uid, 7);
	assert_true(pid->parent->parent->initial);
	assert_int_equal(pid->parent->parent->life.ended_ms, 0);
	assert_ptr_equal(child->ns[NS_IPC], fixture_ns(after, NS_IPC, 8));
	assert_int_equal(child->ns[NS_IPC]->member_count, 1);
	assert_ptr_equal(child->ns[NS_IPC]->first_member, child);
	assert_ptr_equal(shell->ns[NS_IPC], after->reference[NS_IPC]);
}

static const struct thread *thread_of(const struct graph *graph, pid_t pid, pid_t tid)
{
	const struct thread *thread = fixture_process(graph, pid)->first_thread;

	while (thread && thread->tid != tid)
		thread = thread->next;
	return thread;
}

/* It may be seen when it has let go of all, and still be there. */
static void who_was_seen_ending_keeps_what_he_had(void **state)
{
	autograph struct graph *alive =
	    carried(NULL, "1 init; 5 a uts=9 cmd=\"a|b\"; ns uts 9 hostname=blue", 1000);
	autograph struct graph *ending = carried(alive, "1 init; 5 a all=gone", 1100);
	autograph struct graph *zombie =
	    carried(ending, "1 init; 5 a all=zombie state=Z user=initial", 1200);
	autograph struct graph *dead = carried(zombie, "1 init", 1300);
	const struct process *process = graph_process(dead, &(struct process_id){5, 100});

	(void)state;
	assert_int_equal(fixture_process(ending, 5)->read_status[NS_UTS], READ_GONE);
	assert_int_equal(fixture_process(zombie, 5)->read_status[NS_UTS], READ_ZOMBIE);
	assert_null(fixture_process(zombie, 5)->ns[NS_UTS]);
	assert_null(fixture_process(zombie, 5)->cmdline);
	assert_int_equal(process->life.ended_ms, 1300);
	assert_non_null(process->ns[NS_UTS]);
	assert_int_equal(process->ns[NS_UTS]->id.ino, 9);
	assert_int_equal(process->ns[NS_UTS]->life.ended_ms, 1100);
	assert_int_equal(process->read_status[NS_UTS], READ_OK);
	assert_true(process->ns[NS_NET]->initial);
	assert_true(process->ns[NS_USER]->initial);
	assert_int_equal(process->cmdline_len, 3);
	assert_memory_equal(process->cmdline, "a\0b", 4);
}

/* Nor is more told than was seen. */
static void who_was_never_seen_alive_had_nothing(void **state)
{
	autograph struct graph *first = carried(NULL, "1 init", 1000);
	autograph struct graph *zombie = carried(first, "1 init; 5 a all=zombie state=Z", 1100);
	autograph struct graph *dead = carried(zombie, "1 init", 1200);
	const struct process *process = graph_process(dead, &(struct process_id){5, 100});

	(void)state;
	assert_null(process->ns[NS_UTS]);
	assert_int_equal(process->read_status[NS_UTS], READ_ZOMBIE);
	assert_null(process->cmdline);
}

static void dead_threads_of_the_living(void **state)
{
	autograph struct graph *first = carried(NULL, "1 init; 5 a threads=3", 1000);
	autograph struct graph *away =
	    carried(first, "1 init; 5 a threads=3; thread 5 6 t uts=9; thread 5 7 u uts=8", 2000);
	autograph struct graph *back = carried(away, "1 init; 5 a threads=3; thread 5 6 t", 3000);
	autograph struct graph *still = carried(back, "1 init; 5 a threads=1", 4000);
	autograph struct graph *left = carried(still, "1 init; 5 a threads=1", 6000);

	(void)state;
	assert_int_equal(thread_of(away, 5, 6)->life.appeared_ms, 2000);
	assert_int_equal(thread_of(away, 5, 6)->life.ended_ms, 0);
	assert_int_equal(fixture_ns(away, NS_UTS, 9)->holder_count, 1);
	/* One has come back, one has ended. */
	assert_int_equal(thread_of(back, 5, 6)->life.ended_ms, 0);
	assert_int_equal(thread_of(back, 5, 6)->life.appeared_ms, 2000);
	assert_int_equal(thread_of(back, 5, 7)->life.ended_ms, 3000);
	assert_int_equal(thread_of(back, 5, 7)->life.appeared_ms, 2000);
	assert_string_equal(thread_of(back, 5, 7)->comm, "u");
	assert_int_equal(thread_of(back, 5, 7)->ns[NS_UTS]->id.ino, 8);
	assert_int_equal(thread_of(back, 5, 7)->ns[NS_UTS]->life.ended_ms, 3000);
	assert_int_equal(thread_of(back, 5, 7)->ns[NS_UTS]->holder_count, 0);
	assert_null(graph_same_thread(fixture_process(back, 5), thread_of(away, 5, 7)));
	/* The one is nothing to be told of any more, the other one stays for a while. */
	assert_null(thread_of(still, 5, 6));
	assert_int_equal(thread_of(still, 5, 7)->life.ended_ms, 3000);
	assert_null(thread_of(left, 5, 7));
}

static void the_dead_leave(void **state)
{
	autograph struct graph *a = carried(NULL, "1 init; 5 a uts=9", 1000);
	autograph struct graph *b = carried(a, "1 init", 2000);
	autograph struct graph *c = carried(b, "1 init", 2000 + DEAD_GRACE_MS - 1);
	autograph struct graph *d = carried(c, "1 init", 2000 + DEAD_GRACE_MS);
	const struct ns_id uts = fixture_ns(a, NS_UTS, 9)->id;
	const struct process_id id = {.pid = 5, .start_ticks = 100};

	(void)state;
	assert_int_equal(graph_process(c, &id)->life.ended_ms, 2000);
	assert_int_equal(graph_ns(c, &uts)->life.ended_ms, 2000);
	assert_int_equal(c->living_ns_count, c->ns_count - 1);
	assert_null(graph_process(d, &id));
	assert_null(graph_ns(d, &uts));
	assert_int_equal(d->ns_count, d->living_ns_count);
}

static void without_lingering_nobody_is_carried(void **state)
{
	autograph struct graph *before = carried(NULL, "1 init; 5 a uts=9", 1000);
	struct graph_builder *builder = fixture_builder(before, "1 init; 6 b");
	autograph struct graph *after = NULL;

	(void)state;
	graph_carry(builder, 2000, 0);
	after = graph_freeze(builder);
	assert_int_equal(after->process_count, 2);
	assert_int_equal(after->ns_count, after->living_ns_count);
	assert_int_equal(fixture_process(after, 6)->life.appeared_ms, 2000);
}

static void a_pid_used_again_is_two_processes(void **state)
{
	autograph struct graph *before = carried(NULL, "1 init; 5 old; 6 kid parent=5", 1000);
	autograph struct graph *after = carried(before, "1 init; 5 new start=300", 2000);
	const struct process *old = graph_process(after, &(struct process_id){5, 100});
	const struct process *kid = graph_process(after, &(struct process_id){6, 100});

	(void)state;
	assert_int_equal(after->process_count, 4);
	assert_string_equal(fixture_process(after, 5)->comm, "new");
	assert_int_equal(fixture_process(after, 5)->life.appeared_ms, 2000);
	assert_string_equal(old->comm, "old");
	assert_ptr_equal(kid->parent, old);
	assert_true(old->index < fixture_process(after, 5)->index);
}

static void an_inode_used_again_is_two_namespaces(void **state)
{
	autograph struct graph *before =
	    carried(NULL, "1 init; 5 a uts=9; ns uts 9 unique=70 hostname=old", 1000);
	autograph struct graph *after =
	    carried(before, "1 init; 6 b uts=9; ns uts 9 unique=71 hostname=new", 2000);
	const struct ns *old = graph_process(after, &(struct process_id){5, 100})->ns[NS_UTS];
	const struct ns *new = fixture_ns(after, NS_UTS, 9);

	(void)state;
	assert_ptr_not_equal(old, new);
	assert_string_equal(old->hostname, "old");
	assert_string_equal(new->hostname, "new");
	assert_int_equal(new->life.appeared_ms, 2000);
	assert_int_equal(old->life.ended_ms, 2000);
	assert_ptr_equal(fixture_process(after, 6)->ns[NS_UTS], new);

	/* The same where only the members tell it. */
	{
		autograph struct graph *x = carried(NULL, "1 init; 5 a uts=9", 1000);
		autograph struct graph *y = carried(x, "1 init; 6 b uts=9", 2000);
		autograph struct graph *z = carried(y, "1 init; 7 c uts=9", 2100);
		const struct process *first = graph_process(z, &(struct process_id){5, 100});

		assert_int_equal(first->ns[NS_UTS]->id.generation, 0);
		assert_int_equal(fixture_ns(z, NS_UTS, 9)->id.generation, 2);
		assert_int_equal(z->ns_count - z->living_ns_count, 2);
	}
}

static void a_survivor_that_moved_keeps_nothing_alive(void **state)
{
	autograph struct graph *before = carried(NULL, "1 init; 5 a uts=9", 1000);
	autograph struct graph *after = carried(before, "1 init; 5 a", 2000);
	const struct ns *uts = graph_ns(after, &fixture_ns(before, NS_UTS, 9)->id);

	(void)state;
	assert_int_equal(uts->life.ended_ms, 2000);
	assert_null(uts->first_member);
	assert_int_equal(fixture_process(after, 5)->life.ended_ms, 0);
}

static void what_was_missed_once_lives_on(void **state)
{
	const char *text = "1 init; 5 a uts=9";
	autograph struct graph *a = carried(NULL, "1 init", 500);
	autograph struct graph *b = carried(a, text, 1000);
	autograph struct graph *c = carried(b, "1 init", 2000);
	autograph struct graph *d = carried(c, text, 2100);

	(void)state;
	assert_int_equal(fixture_process(d, 5)->life.appeared_ms, 1000);
	assert_int_equal(fixture_ns(d, NS_UTS, 9)->life.appeared_ms, 1000);
	assert_int_equal(d->ns_count, d->living_ns_count);
	assert_true(ns_id_equal(&fixture_ns(b, NS_UTS, 9)->id, &fixture_ns(d, NS_UTS, 9)->id));
}

static void the_dead_are_no_baseline(void **state)
{
	autograph struct graph *before =
	    carried(NULL, "5 a uts=9; 6 b uts=10; ns uts 9 owner=denied", 1000);
	autograph struct graph *after = carried(before, "6 b uts=10", 2000);

	(void)state;
	assert_int_equal(before->reference[NS_UTS]->id.ino, 9);
	assert_int_equal(after->reference[NS_UTS]->id.ino, 10);
	assert_false(graph_ns(after, &before->reference[NS_UTS]->id)->reference);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_there_first_was_not_born),
	    cmocka_unit_test(the_dead_keep_what_they_had),
	    cmocka_unit_test(who_was_seen_ending_keeps_what_he_had),
	    cmocka_unit_test(who_was_never_seen_alive_had_nothing),
	    cmocka_unit_test(dead_threads_of_the_living),
	    cmocka_unit_test(the_dead_leave),
	    cmocka_unit_test(without_lingering_nobody_is_carried),
	    cmocka_unit_test(a_pid_used_again_is_two_processes),
	    cmocka_unit_test(an_inode_used_again_is_two_namespaces),
	    cmocka_unit_test(a_survivor_that_moved_keeps_nothing_alive),
	    cmocka_unit_test(what_was_missed_once_lives_on),
	    cmocka_unit_test(the_dead_are_no_baseline),
	};

	return cmocka_run_group_tests_name("carry", tests, NULL, NULL);
}
