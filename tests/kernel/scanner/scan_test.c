/* Scans over a population that the test makes. */
#include "model/base/util.h"
#include "model/graph/containers.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static struct scan *scan;

static int begin(void **state)
{
	static const struct scan_options options = {.hostnames = true};

	(void)state;
	if (room_missing)
		return 0;
	return scan_new(&options, &scan);
}

static int end(void **state)
{
	(void)state;
	scan_free(scan);
	scan = NULL;
	return 0;
}

static const struct process *process_of(const struct graph *graph, pid_t pid)
{
	const struct process *process = graph_process_by_pid(graph, pid);

	assert_non_null(process);
	return process;
}

/* clone(2) makes them all but time, whose flag is in the way of the exit signal. */
static void each_type_is_seen_where_the_kernel_says(void **state)
{
	(void)state;
	need_test_machine();
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct process *self, *process;
		struct member member;
		struct graph *graph;

		if (type == NS_TIME)
			continue;
		member = member_start(ns_types[type].flag, NULL, NULL);
		graph = sweep_now(scan, NULL);
		self = process_of(graph, getpid());
		process = process_of(graph, member.pid);
		assert_ptr_equal(process->parent, self);
		for (int link = 0; link < NS_LINK_COUNT; link++) {
			assert_int_equal(process->read_status[link], READ_OK);
			assert_int_equal(
			    process->ns[link]->id.ino, link_ino(member.pid, ns_link_names[link]));
			if ((int)ns_link_type(link) == type)
				assert_ptr_not_equal(process->ns[link], self->ns[link]);
			else
				assert_ptr_equal(process->ns[link], self->ns[link]);
		}
		assert_false(process->ns[type]->initial);
		assert_int_equal(process->ns[type]->member_count, 1);
		assert_ptr_equal(process->ns[type]->first_member, process);
		assert_ptr_equal(process->ns[type]->owner, self->ns[NS_USER]);
		assert_int_equal(process->ns[type]->owner_status, READ_OK);
		graph_unref(graph);
		member_end(&member);
	}
}

static int unshare_time(const void *arg)
{
	(void)arg;
	return unshare(CLONE_NEWTIME) < 0 || member_fork(0, NULL, NULL) < 0 ? -errno : 0;
}

static void time_is_for_children(void **state)
{
	const struct process *process, *child;
	struct member member;
	struct graph *graph;

	(void)state;
	need_test_machine();
	if (link_ino(getpid(), "time") == 0)
		skip_because("this kernel has no time namespaces");
	member = member_start(0, unshare_time, NULL);
	graph = sweep_now(scan, NULL);
	process = process_of(graph, member.pid);
	child = process->first_child;
	assert_non_null(child);
	assert_ptr_equal(process->ns[NS_TIME], process->parent->ns[NS_TIME]);
	assert_ptr_not_equal(process->ns[LINK_TIME_FOR_CHILDREN], process->ns[NS_TIME]);
	assert_ptr_equal(child->ns[NS_TIME], process->ns[LINK_TIME_FOR_CHILDREN]);
	assert_int_equal(child->ns[NS_TIME]->member_count, 1);
	graph_unref(graph);
	member_end(&member);
}

static int nest(const void *levels)
{
	int left = *(const int *)levels - 1;

	if (left == 0)
		return 0;
	return member_fork(CLONE_NEWPID, nest, &left) < 0 ? -ECHILD : 0;
}

static void pid_namespaces_nest(void **state)
{
	static const int levels = 3;
	const struct process *process;
	struct member member;
	struct graph *graph;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWPID, nest, &levels);
	graph = sweep_now(scan, NULL);
	process = process_of(graph, member.pid);
	for (int level = 1; level <= levels; level++) {
		assert_non_null(process);
		assert_int_equal(process->pid_levels, level + 1);
		assert_int_equal(process->pids[0], process->id.pid);
		assert_int_equal(process->pids[level], 1);
		assert_ptr_equal(process->ns[NS_PID]->parent, process->parent->ns[NS_PID]);
		assert_int_equal(process->ns[NS_PID]->parent_status, READ_OK);
		process = process->first_child;
	}
	assert_null(process);
	graph_unref(graph);
	member_end(&member);
}

static int own_user_then_uts(const void *arg)
{
	(void)arg;
	/* Only who is mapped may make the next one. */
	if (map_root(0, 0) < 0)
		return -EPERM;
	return member_fork(CLONE_NEWUSER | CLONE_NEWUTS, NULL, NULL) < 0 ? -ECHILD : 0;
}

static void owners_and_parents_are_followed(void **state)
{
	const struct process *outer, *inner;
	const struct ns *user;
	struct member member;
	struct graph *graph;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWUSER, own_user_then_uts, NULL);
	graph = sweep_now(scan, NULL);
	outer = process_of(graph, member.pid);
	inner = outer->first_child;
	assert_non_null(inner);
	user = inner->ns[NS_USER];
	assert_ptr_equal(inner->ns[NS_UTS]->owner, user);
	assert_ptr_equal(user->parent, outer->ns[NS_USER]);
	assert_ptr_equal(user->owner, outer->ns[NS_USER]);
	assert_ptr_equal(user->parent->parent, process_of(graph, getpid())->ns[NS_USER]);
	assert_int_equal(user->parent->owner_uid_status, READ_OK);
	assert_int_equal(user->parent->owner_uid, geteuid());
	graph_unref(graph);
	member_end(&member);
}

static int require_owners_above(const void *arg)
{
	static const struct scan_options options = {.hostnames = false};
	struct scan *inside;

	(void)arg;
	require(scan_new(&options, &inside) == 0);
	struct graph *graph = sweep_now(inside, NULL);
	const struct process *self = graph_process_by_pid(graph, getpid());

	require(self);
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = self->ns[type];

		require(ns && !ns->owner && ns->owner_status == READ_DENIED);
	}
	graph_unref(graph);
	scan_free(inside);
	return 0;
}

/* From a new user namespace, also of those whose inodes tell that they are the machine's initial
 * ones: they have an owner. */
static void owners_above_are_out_of_sight(void **state)
{
	struct member member;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWUSER, require_owners_above, NULL);
	member_end(&member);
}

/* A namespace in which nobody is any more is still seen where another is below it. */
static void a_namespace_without_members_is_found_from_below(void **state)
{
	const struct process *inner;
	struct member member;
	struct graph *graph;
	pid_t middle;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWUSER, own_user_then_uts, NULL);
	graph = sweep_now(scan, NULL);
	inner = process_of(graph, member.pid)->first_child;
	assert_non_null(inner);
	middle = inner->id.pid;
	graph_unref(graph);

	/* The outer one ends, and the inner one holds on. */
	kill(member.pid, SIGKILL);
	wait_status(member.pid);
	graph = sweep_now(scan, NULL);
	inner = process_of(graph, middle);
	assert_non_null(inner->ns[NS_USER]->parent);
	assert_int_equal(inner->ns[NS_USER]->parent->member_count, 0);
	assert_int_equal(inner->ns[NS_USER]->parent->owner_status, READ_OK);
	graph_unref(graph);
	close(member.hold);
	kill(middle, SIGKILL);
}

static void a_zombie_keeps_only_some_links(void **state)
{
	const struct process *zombie;
	struct graph *graph;
	siginfo_t info;
	pid_t pid;

	(void)state;
	need_test_machine();
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	graph = sweep_now(scan, NULL);
	zombie = process_of(graph, pid);
	assert_int_equal(zombie->state, 'Z');
	assert_int_equal(zombie->read_status[NS_UTS], READ_ZOMBIE);
	assert_int_equal(zombie->read_status[LINK_PID_FOR_CHILDREN], READ_ZOMBIE);
	assert_null(zombie->ns[NS_UTS]);
	assert_int_equal(zombie->read_status[NS_USER], READ_OK);
	assert_int_equal(zombie->read_status[NS_PID], READ_OK);
	assert_null(zombie->cmdline);
	graph_unref(graph);
	wait_status(pid);
}

static void *live_on(void *arg)
{
	int *ends = arg;
	char byte = 0;

	/* The leader is a zombie from the moment that its stat says so. */
	if (write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) < 0)
		_exit(1);
	return NULL;
}

/* Its threads live on in the namespaces, but /proc/PID/ns is the leader's. */
static void a_dead_leader_is_a_zombie_with_threads(void **state)
{
	const struct process *leader;
	struct graph *graph = NULL;
	int up[2], down[2];
	char byte;
	pid_t pid;

	(void)state;
	need_test_machine();
	assert_int_equal(pipe2(up, O_CLOEXEC), 0);
	assert_int_equal(pipe2(down, O_CLOEXEC), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		int ends[2] = {down[0], up[1]};
		pthread_t thread;

		close(down[1]);
		if (pthread_create(&thread, NULL, live_on, ends) != 0)
			_exit(1);
		syscall(SYS_exit, 0); /* the leader alone */
	}
	close(down[0]);
	assert_int_equal(read(up[0], &byte, 1), 1);
	do { /* until the leader's last steps are done */
		graph_unref(graph);
		graph = sweep_now(scan, NULL);
		leader = process_of(graph, pid);
	} while (leader->state != 'Z');
	assert_int_equal(leader->threads, 2);
	assert_int_equal(leader->read_status[NS_UTS], READ_ZOMBIE);
	assert_int_equal(leader->read_status[NS_USER], READ_OK);
	graph_unref(graph);
	close(down[1]);
	close(up[0]);
	close(up[1]);
	wait_status(pid);
}

static int unshare_pid(const void *arg)
{
	(void)arg;
	return unshare(CLONE_NEWPID);
}

static void pid_for_children_is_empty_before_the_first_child(void **state)
{
	const struct process *process;
	struct member member;
	struct graph *graph;

	(void)state;
	need_test_machine();
	member = member_start(0, unshare_pid, NULL);
	graph = sweep_now(scan, NULL);
	process = process_of(graph, member.pid);
	assert_int_equal(process->read_status[LINK_PID_FOR_CHILDREN], READ_EMPTY);
	assert_null(process->ns[LINK_PID_FOR_CHILDREN]);
	assert_ptr_equal(process->ns[NS_PID], process->parent->ns[NS_PID]);
	assert_int_equal(graph->stats.denied, 0);
	graph_unref(graph);
	member_end(&member);
}

/* As a shell reads it. */
static char *first_path_of(pid_t pid)
{
	autofree char *name = xasprintf("/proc/%d/cgroup", (int)pid);
	FILE *file = fopen(name, "re");
	char lines[8192];
	size_t len, path_len;
	const char *path;

	assert_non_null(file);
	len = fread(lines, 1, sizeof(lines), file);
	fclose(file);
	path = container_cgroup_path(lines, len, &path_len);
	assert_non_null(path);
	return xstrndup(path, path_len);
}

/* What tells whose a namespace is is read of who tells it, and of nobody else. */
static void cgroups_are_those_of_first_members(void **state)
{
	const struct process *first, *other;
	struct graph *graph, *next;
	struct member apart, same, nested;
	autofree char *path = NULL;

	(void)state;
	need_test_machine();
	apart = member_start(CLONE_NEWUTS, NULL, NULL);
	same = member_start(0, NULL, NULL);
	nested = member_start(CLONE_NEWPID, NULL, NULL);
	path = first_path_of(apart.pid);
	graph = sweep_now(scan, NULL);
	first = process_of(graph, apart.pid);
	other = process_of(graph, same.pid);
	assert_non_null(first->cgroup);
	assert_string_equal(first->cgroup, path);
	assert_null(other->cgroup);
	assert_non_null(process_of(graph, nested.pid)->cgroup);
	/* It stays known, whether or not it is asked again. */
	for (int i = 0; i < 20; i++) {
		next = sweep_now(scan, graph);
		graph_unref(graph);
		graph = next;
		assert_string_equal(process_of(graph, apart.pid)->cgroup, path);
	}
	graph_unref(graph);
	member_end(&apart);
	member_end(&same);
	member_end(&nested);
}

static void no_descriptor_stays_open(void **state)
{
	struct graph *graph = NULL;
	size_t before;

	(void)state;
	need_test_machine();
	graph = sweep_now(scan, NULL);
	before = open_descriptors();
	for (int i = 0; i < 100; i++) {
		struct graph *next = sweep_now(scan, graph);

		graph_unref(graph);
		graph = next;
		if (i % 10 == 0) { /* a scan that is dropped half way */
			assert_int_equal(scan_begin(scan, graph), 0);
			scan_step(scan, 0);
			assert_int_equal(scan_begin(scan, graph), 0);
		}
	}
	graph_unref(graph);
	assert_int_equal(open_descriptors(), before);
}

/* In a PID namespace of its own, so that all of it ends with its first process. */
static int fork_crowd(const void *count)
{
	for (int i = 0; i < *(const int *)count; i++)
		if (member_fork(0, NULL, NULL) < 0)
			return -ECHILD;
	return 0;
}

/* However small the slice, it ends and the scan goes on from there. */
static void a_sweep_is_cut_into_slices(void **state)
{
	static const int count = 200;
	struct member member;
	struct graph *graph;
	int slices = 1, r;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWPID, fork_crowd, &count);
	assert_false(scan_running(scan));
	assert_int_equal(scan_begin(scan, NULL), 0);
	while ((r = scan_step(scan, 0)) == 0) {
		assert_true(scan_running(scan));
		slices++;
	}
	assert_int_equal(r, 1);
	assert_false(scan_running(scan));
	graph = graph_freeze(scan_take(scan));
	assert_true(slices >= count);
	assert_int_equal(process_of(graph, member.pid)->first_child->parent->id.pid, member.pid);
	assert_true(graph->living_count >= (size_t)count + 2);
	assert_int_equal(graph->stats.vanished, 0);
	graph_unref(graph);
	member_end(&member);
}

static void the_machine_and_the_user_are_named(void **state)
{
	const struct process *self;
	struct graph *graph;

	(void)state;
	need_test_machine();
	graph = sweep_now(scan, NULL);
	self = process_of(graph, getpid());
	assert_string_equal(graph->source, "proc");
	assert_string_equal(self->user, "root");
	assert_int_equal(self->uid, 0);
	assert_int_equal(self->ppid, 1);
	assert_int_equal(self->parent->ppid, 0);
	assert_int_equal(self->pid_levels, 1);
	assert_string_equal(self->comm, "scan_test");
	assert_false(graph->stats.foreign_proc);
	assert_false(graph->stats.hidden);
	for (int type = 0; type < NS_TYPE_COUNT; type++)
		assert_int_equal(
		    graph->stats.type_missing[type], link_ino(getpid(), ns_types[type].name) == 0);
	graph_unref(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_type_is_seen_where_the_kernel_says),
	    cmocka_unit_test(time_is_for_children),
	    cmocka_unit_test(pid_namespaces_nest),
	    cmocka_unit_test(owners_and_parents_are_followed),
	    cmocka_unit_test(owners_above_are_out_of_sight),
	    cmocka_unit_test(a_namespace_without_members_is_found_from_below),
	    cmocka_unit_test(a_zombie_keeps_only_some_links),
	    cmocka_unit_test(a_dead_leader_is_a_zombie_with_threads),
	    cmocka_unit_test(pid_for_children_is_empty_before_the_first_child),
	    cmocka_unit_test(cgroups_are_those_of_first_members),
	    cmocka_unit_test(no_descriptor_stays_open),
	    cmocka_unit_test(a_sweep_is_cut_into_slices),
	    cmocka_unit_test(the_machine_and_the_user_are_named),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, begin, end);
}
