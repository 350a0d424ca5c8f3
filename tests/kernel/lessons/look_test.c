/* What a scan tells of the place that it looks from: permissions, host names, mounts, /proc. */
#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

static const struct scan_options with_names = {.hostnames = true};

static struct scan *open_scan(void)
{
	struct scan *scan;

	require(scan_new(&with_names, &scan) == 0);
	return scan;
}

static const struct ns *uts_of(const struct graph *graph, pid_t pid)
{
	const struct process *process = graph_process_by_pid(graph, pid);

	require(process && process->ns[NS_UTS]);
	return process->ns[NS_UTS];
}

static void host_names_are_read_and_read_again(void **state)
{
	uint64_t own = link_ino(getpid(), "uts");
	struct member blue, red;
	struct graph *graph, *next;
	struct scan *scan;

	(void)state;
	need_test_machine();
	scan = open_scan();
	blue = member_start(CLONE_NEWUTS, name_host, "blue");
	red = member_start(CLONE_NEWUTS, name_host, "r\x1b[31med\xff");
	graph = sweep_now(scan, NULL);
	assert_string_equal(uts_of(graph, blue.pid)->hostname, "blue");
	assert_string_equal(uts_of(graph, red.pid)->hostname, "r\x1b[31med\xff");
	assert_string_equal(uts_of(graph, getpid())->hostname, graph->host);
	/* The helper is back where it belongs, and the caller never left. */
	assert_int_equal(link_ino(getpid(), "uts"), own);
	assert_int_equal(uts_of(graph, blue.pid)->member_count, 1);
	next = sweep_now(scan, graph);
	assert_int_equal(uts_of(next, blue.pid)->member_count, 1);
	assert_string_equal(uts_of(next, blue.pid)->hostname, "blue");
	graph_unref(graph);
	graph_unref(next);
	member_end(&blue);
	member_end(&red);
	scan_free(scan);
}

/* Its descriptors: what tells it to rename, and where it says that it has. */
static int rename_later(const void *pipes)
{
	const int *ends = pipes;
	char byte;

	if (name_host("first") < 0)
		return -EPERM;
	if (fork() == 0) {
		if (read(ends[0], &byte, 1) != 1 || name_host("second") < 0 ||
		    write(ends[3], &byte, 1) != 1)
			_exit(1);
		_exit(0);
	}
	return 0;
}

/* However many there are: none is older than the scan. */
static void a_new_host_name_is_seen_by_the_next_sweep(void **state)
{
	enum { COUNT = 150 };
	int ends[4];
	char byte = 0;
	struct member members[COUNT], renamed;
	struct graph *graph, *next;
	struct scan *scan;

	(void)state;
	need_test_machine();
	scan = open_scan();
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(pipe2(ends + 2, O_CLOEXEC), 0);
	for (int i = 0; i < COUNT; i++) {
		autofree char *name = xasprintf("host%d", i);

		members[i] = member_start(CLONE_NEWUTS, name_host, name);
	}
	renamed = member_start(CLONE_NEWUTS, rename_later, ends);
	graph = sweep_now(scan, NULL);
	assert_string_equal(uts_of(graph, renamed.pid)->hostname, "first");
	assert_int_equal(write(ends[1], &byte, 1), 1);
	assert_int_equal(read(ends[2], &byte, 1), 1);
	next = sweep_now(scan, graph);
	assert_string_equal(uts_of(next, renamed.pid)->hostname, "second");
	for (int i = 0; i < COUNT; i++) {
		autofree char *name = xasprintf("host%d", i);

		assert_string_equal(uts_of(next, members[i].pid)->hostname, name);
		member_end(&members[i]);
	}
	graph_unref(graph);
	graph_unref(next);
	member_end(&renamed);
	for (size_t i = 0; i < array_len(ends); i++)
		close(ends[i]);
	scan_free(scan);
}

/* --- Without privileges ---------------------------------------------------------------------- */

static int map_nobody_and_name(const void *name)
{
	return map_root(65534, 65534) < 0 ? -EPERM : name_host(name);
}

static size_t count_denied(const struct graph *graph)
{
	size_t count = 0;

	for (size_t i = 0; i < graph->process_count; i++)
		count += graph->processes[i]->read_status[NS_UTS] == READ_DENIED;
	return count;
}

static int sweep_as_nobody(void)
{
	struct member member =
	    member_start(CLONE_NEWUSER | CLONE_NEWUTS, map_nobody_and_name, "inner");
	struct scan *scan = open_scan();
	struct graph *graph = sweep_now(scan, NULL);
	const struct process *root = graph_process_by_pid(graph, 1);
	const struct process *self = graph_process_by_pid(graph, getpid());

	require(root);
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		require(root->read_status[link] == (READ_DENIED));
		require(!root->ns[link]);
		require(self->read_status[link] == (READ_OK));
	}
	require(graph->stats.denied == count_denied(graph));
	require(graph->stats.denied < graph->living_count);
	require(graph->stats.vanished == (0));
	require(strcmp(root->comm, "look_test") == 0);
	require(strcmp(uts_of(graph, member.pid)->hostname, "inner") == 0);
	require(uts_of(graph, member.pid)->owner->owner_uid == (65534));
	/* Above is what nobody may see. */
	require(
	    self->ns[NS_PID]->parent_status == (self->ns[NS_PID]->initial ? READ_OK : READ_DENIED));
	graph_unref(graph);
	scan_free(scan);
	member_end(&member);
	return 0;
}

static void need_users(void)
{
	need_test_machine();
	if (!room_has_users())
		skip_because("only root can be another user");
}

static void what_is_refused_says_so(void **state)
{
	(void)state;
	need_users();
	as_nobody(sweep_as_nobody);
}

static int sweep_with_hidepid(void)
{
	struct scan *scan = open_scan();
	struct graph *graph = sweep_now(scan, NULL);

	require(graph->stats.hidden);
	require(!graph_process_by_pid(graph, 1));
	require(graph_process_by_pid(graph, getpid()));
	graph_unref(graph);
	scan_free(scan);
	return 0;
}

static void hidden_processes_are_told_of(void **state)
{
	struct scan *scan;
	struct graph *graph;

	(void)state;
	need_users();
	assert_int_equal(mount("proc", "/proc", "proc", 0, "hidepid=2"), 0);
	as_nobody(sweep_with_hidepid);
	scan = open_scan();
	graph = sweep_now(scan, NULL);
	assert_false(graph->stats.hidden); /* from root */
	graph_unref(graph);
	scan_free(scan);
	assert_int_equal(umount2("/proc", 0), 0);
}

/* --- Mounts ---------------------------------------------------------------------------------- */

static void a_bind_mount_names_its_namespace(void **state)
{
	struct member member;
	struct graph *graph;
	struct scan *scan;

	(void)state;
	need_test_machine();
	scan = open_scan();
	member = member_start(CLONE_NEWUTS, NULL, NULL);
	/* The mount namespace is the room's own. */
	assert_int_equal(mount("tmpfs", "/mnt", "tmpfs", 0, NULL), 0);
	int fd = open("/mnt/blue \n1", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	autofree char *path = xasprintf("/proc/%d/ns/uts", member.pid);
	assert_int_equal(mount(path, "/mnt/blue \n1", NULL, MS_BIND, NULL), 0);
	graph = sweep_now(scan, NULL);
	assert_string_equal(uts_of(graph, member.pid)->name, "blue \n1");
	assert_null(uts_of(graph, getpid())->name);
	graph_unref(graph);
	assert_int_equal(umount2("/mnt", MNT_DETACH), 0);
	member_end(&member);
	scan_free(scan);
}

/* --- Another /proc --------------------------------------------------------------------------- */

static int sweep_from_another_pid_namespace(const void *arg)
{
	struct scan *scan;
	struct graph *graph;

	(void)arg;
	require(scan_new(&with_names, &scan) == (0));
	graph = sweep_now(scan, NULL);
	require(graph->stats.foreign_proc);
	/* The room's PID 1, by its number there. */
	require(graph_process_by_pid(graph, 1));
	require(graph->living_count >= 2);
	graph_unref(graph);
	scan_free(scan);
	return 0;
}

static void a_foreign_proc_is_noticed(void **state)
{
	struct member member;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWPID, sweep_from_another_pid_namespace, NULL);
	member_end(&member);
}

static int unmount_proc(const void *arg)
{
	struct scan *scan = NULL;

	(void)arg;
	if (umount2("/proc", MNT_DETACH) < 0)
		return -errno;
	/* Below the room's /proc may be another one. */
	while (umount2("/proc", MNT_DETACH) == 0)
		;
	return scan_new(&with_names, &scan) == -ENOENT && !scan ? 0 : -EINVAL;
}

static void without_proc_there_is_no_scan(void **state)
{
	struct member member;

	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("an inherited /proc can't be unmounted in a user namespace");
	member = member_start(CLONE_NEWNS, unmount_proc, NULL);
	member_end(&member);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(host_names_are_read_and_read_again),
	    cmocka_unit_test(a_new_host_name_is_seen_by_the_next_sweep),
	    cmocka_unit_test(what_is_refused_says_so),
	    cmocka_unit_test(hidden_processes_are_told_of),
	    cmocka_unit_test(a_bind_mount_names_its_namespace),
	    cmocka_unit_test(a_foreign_proc_is_noticed),
	    cmocka_unit_test(without_proc_there_is_no_scan),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
