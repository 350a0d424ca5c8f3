/* A incremental scan gives the graph of a whole one, and never tells that a namespace has ended that lives. */
#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"
#include "tests/kernel/mover.h"
#include "tests/kernel/room.h"
#include "tests/kernel/same_graph.h"
#include "tests/kernel/sources.h"

#include <fcntl.h>
#include <sys/mount.h>

/* Two scans of the same source, and what was seen last. */
struct pair {
	struct scan *incremental, *whole;
	struct graph *seen;
};

static const struct scan_options options = {
    .hostnames = true, .perf_events = true, .fds = true, .cmdlines_budget_us = 4000};

static void pair_close(struct pair *pair)
{
	graph_unref(pair->seen);
	scan_free(pair->incremental);
	scan_free(pair->whole);
}

/* Returns whether it was one. */
static bool look_briefly(struct pair *pair)
{
	struct graph *before = pair->seen;
	int r = scan_begin_incremental(pair->incremental, before);

	while (r == 0)
		r = scan_step(pair->incremental, 1000000);
	assert_int_equal(r, 1);
	pair->seen = graph_freeze(scan_take(pair->incremental));
	graph_unref(before);
	return scan_is_incremental(pair->seen);
}

static void look_at_all(struct pair *pair)
{
	struct graph *before = pair->seen;

	pair->seen = sweep_now(pair->incremental, before);
	graph_unref(before);
}

/* With the helper that asks for host names: a incremental scan begins it after it has read all others. */
static void pair_open(struct pair *pair)
{
	struct mover mover;

	need_test_machine();
	need_source();
	*pair = (struct pair){.seen = NULL};
	assert_int_equal(scan_new(&options, &pair->incremental), 0);
	assert_int_equal(scan_new(&options, &pair->whole), 0);
	if (scan_news_fd(pair->incremental) < 0)
		skip_because("the kernel gives no feed here");
	pair->seen = sweep_now(pair->incremental, NULL);
	mover = mover_start();
	mover_do(&mover, MOVE_UTS, 0);
	assert_true(look_briefly(pair));
	mover_end(&mover);
	look_at_all(pair);
}

/* Scans with both, and they must agree.  Returns whether the brief one was that. */
static bool agree(struct pair *pair, const char *after)
{
	struct graph *before = graph_ref(pair->seen);
	bool incremental = look_briefly(pair);
	struct graph *all = sweep_now(pair->whole, before);

	assert_false(scan_is_incremental(all));
	if (graph_differences(pair->seen, all, getpid()) != 0)
		fail_msg("the graphs differ after %s", after);
	graph_unref(before);
	graph_unref(all);
	return incremental;
}

static const struct ns *uts_of(const struct pair *pair, pid_t pid)
{
	const struct process *process = graph_process_by_pid(pair->seen, pid);

	assert_non_null(process);
	assert_non_null(process->ns[NS_UTS]);
	return process->ns[NS_UTS];
}

/* The one that was @id; NULL where it has ended. */
static const struct ns *find(const struct pair *pair, const struct ns_id *id)
{
	return graph_ns(pair->seen, id);
}

static uint32_t holders(const struct ns *ns, enum holder_kind kind)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < ns->holder_count; i++)
		count += ns->holders[i].kind == kind;
	return count;
}

/* Does this kernel say whether a namespace lives? */
static bool says_who_lives(const struct ns *ns)
{
	autoclose int any = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	return nsfs_exists(ns, any) == 0;
}

static void moves_are_seen(void **state)
{
	static const enum order orders[] = {MOVE_UTS, MOVE_UTS, MOVE_MNT, MOVE_TO, MOVE_ALL_TO,
	    MOVE_TIME, MOVE_EXEC, MOVE_CHILD, MOVE_NAME, MOVE_WRITE_ARGS, MOVE_THREAD,
	    MOVE_THREAD_IPC, MOVE_THREAD_END, MOVE_PID, MOVE_CHILD, MOVE_UTS, MOVE_EXIT};
	struct mover mover, other;
	struct pair pair;
	bool says;

	(void)state;
	pair_open(&pair);
	mover = mover_start();
	other = mover_start();
	mover_do(&other, MOVE_UTS, 0);
	look_at_all(&pair);
	says = says_who_lives(uts_of(&pair, other.pid));
	assert_true(agree(&pair, "nothing"));
	for (size_t i = 0; i < array_len(orders); i++) {
		autofree char *what = xasprintf("step %zu", i);

		mover_do(&mover, orders[i], other.pid);
		if (orders[i] == MOVE_WRITE_ARGS) {
			/* No record tells of that one. */
			look_at_all(&pair);
			continue;
		}
		assert_true(agree(&pair, what) || !says);
	}
	mover_end(&mover);
	mover_end(&other);
	assert_true(agree(&pair, "the end") || !says);
	pair_close(&pair);
}

static void what_a_descriptor_keeps_has_not_ended(void **state)
{
	struct mover mover, holder;
	struct pair pair;
	struct ns_id id;
	bool says;

	(void)state;
	pair_open(&pair);
	mover = mover_start();
	holder = mover_start();
	mover_do(&mover, MOVE_UTS, 0);
	look_at_all(&pair);
	id = uts_of(&pair, mover.pid)->id;
	says = says_who_lives(find(&pair, &id));
	/* Behind our back, and then nobody else is in it. */
	mover_do(&holder, MOVE_OPEN, mover.pid);
	mover_do(&mover, MOVE_UTS, 0);
	assert_false(agree(&pair, "a descriptor's becoming the last one"));
	assert_int_equal(holders(find(&pair, &id), HOLDER_FD), 1);
	/* Known now. */
	mover_do(&mover, MOVE_UTS, 0);
	assert_true(agree(&pair, "somebody's moving") || !says);
	assert_int_equal(holders(find(&pair, &id), HOLDER_FD), 1);
	/* Who did something is looked at. */
	mover_do(&holder, MOVE_NAME, 0);
	assert_true(agree(&pair, "the holder's new name"));
	assert_int_equal(holders(find(&pair, &id), HOLDER_FD), 1);
	mover_do(&holder, MOVE_EXEC, 0);
	assert_true(agree(&pair, "execve") || !says);
	assert_null(find(&pair, &id));
	mover_end(&holder);
	mover_end(&mover);
	pair_close(&pair);
}

static void what_a_socket_keeps_has_not_ended(void **state)
{
	struct mover mover, other;
	struct pair pair;
	struct ns_id id;
	const struct process *process;

	(void)state;
	pair_open(&pair);
	mover = mover_start();
	other = mover_start();
	mover_do(&mover, MOVE_NET, 0);
	mover_do(&mover, MOVE_SOCKET, 0);
	look_at_all(&pair);
	process = graph_process_by_pid(pair.seen, mover.pid);
	assert_non_null(process);
	id = process->ns[NS_NET]->id;
	mover_do(&mover, MOVE_NET, 0);
	assert_false(agree(&pair, "a socket's becoming the last one"));
	assert_int_equal(holders(find(&pair, &id), HOLDER_SOCKET), 1);
	mover_do(&other, MOVE_UTS, 0);
	assert_true(agree(&pair, "somebody's moving"));
	assert_int_equal(holders(find(&pair, &id), HOLDER_SOCKET), 1);
	mover_do(&mover, MOVE_EXEC, 0);
	assert_false(agree(&pair, "execve"));
	assert_null(find(&pair, &id));
	mover_end(&mover);
	mover_end(&other);
	pair_close(&pair);
}

/* For prepare. */
static int bind_uts(const void *whom)
{
	autofree char *path = xasprintf("/proc/%d/ns/uts", (int)*(const pid_t *)whom);
	int fd;

	if (mount("tmpfs", "/mnt", "tmpfs", 0, NULL) < 0)
		return -1;
	fd = open("/mnt/blue", O_CREAT | O_RDONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	close(fd);
	return mount(path, "/mnt/blue", NULL, MS_BIND, NULL);
}

static void what_a_mount_keeps_has_not_ended(void **state)
{
	struct mover mover;
	struct member member;
	struct pair pair;
	struct ns_id id;
	bool says;

	(void)state;
	pair_open(&pair);
	mover = mover_start();
	mover_do(&mover, MOVE_UTS, 0);
	member = member_start(CLONE_NEWNS, bind_uts, &mover.pid);
	look_at_all(&pair);
	id = uts_of(&pair, mover.pid)->id;
	says = says_who_lives(find(&pair, &id));
	mover_do(&mover, MOVE_UTS, 0);
	assert_true(agree(&pair, "somebody's moving"));
	assert_int_equal(holders(find(&pair, &id), HOLDER_MOUNT), 1);
	assert_string_equal(find(&pair, &id)->holders[0].path, "/mnt/blue");
	assert_string_equal(find(&pair, &id)->name, "blue");
	assert_non_null(find(&pair, &id)->hostname);
	member_end(&member);
	assert_false(agree(&pair, "the end of the mount namespace"));
	assert_null(find(&pair, &id));
	mover_do(&mover, MOVE_UTS, 0);
	assert_true(agree(&pair, "somebody's moving") || !says);
	mover_end(&mover);
	pair_close(&pair);
}

/* A full scan that was dropped, before or within it, loses nothing for the brief one. */
static void a_dropped_sweep_loses_nothing(void **state)
{
	struct mover mover;
	struct pair pair;

	(void)state;
	pair_open(&pair);
	mover = mover_start();
	look_at_all(&pair);
	for (int i = 0; i < 3; i++) {
		mover_do(&mover, i == 1 ? MOVE_MNT : MOVE_UTS, 0);
		assert_int_equal(scan_begin(pair.incremental, pair.seen), 0);
		if (i == 2)
			mover_do(&mover, MOVE_UTS, 0);
		scan_step(pair.incremental, 1);
		assert_int_equal(scan_news(pair.incremental).moved, i == 2);
		agree(&pair, "a sweep that was dropped");
	}
	mover_end(&mover);
	pair_close(&pair);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(moves_are_seen),
	    cmocka_unit_test(what_a_descriptor_keeps_has_not_ended),
	    cmocka_unit_test(what_a_socket_keeps_has_not_ended),
	    cmocka_unit_test(what_a_mount_keeps_has_not_ended),
	    cmocka_unit_test(a_dropped_sweep_loses_nothing),
	};

	mover_main(argc, argv);
	test_machine_enter();
	return run_with_each_source(tests, NULL, NULL);
}
