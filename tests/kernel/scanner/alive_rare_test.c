/* What rarely keeps a namespace and can be asked: each made, and found in nsscope json, exactly that and no
 * other. */
#include "model/base/util.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/proc_read.h"
#include "tests/kernel/reasons.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/kcmp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* What a member tells of what it made; shared with all of them. */
static struct facts {
	uint64_t ino, above; /* of the namespace, and of the mount namespace that it is in */
	pid_t tid;
	int fd;
} * facts;

static int thread_up[2];

/* --- Descriptors ------------------------------------------------------------------------------ */

/* What a thread with a table of its own opens in a new net namespace. */
static int (*open_in_own_table)(void);

static int open_link(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

static int open_socket(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/* Leaves its net namespace, opens what keeps the new one, and comes back. */
static void *hold(void *arg)
{
	int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	bool held = unshare(CLONE_NEWNET) == 0;

	(void)arg;
	facts->tid = (pid_t)syscall(SYS_gettid);
	facts->ino = ino_at("/proc/thread-self/ns/net");
	facts->fd = open_in_own_table();
	held = held && facts->fd >= 0 && setns(own, CLONE_NEWNET) == 0;
	(void)!write(thread_up[1], held ? "+" : "-", 1);
	pause(); /* no signal is caught, so it never returns */
	return NULL;
}

static void *hold_in_own_table(void *arg)
{
	if (unshare(CLONE_FILES) < 0)
		(void)!write(thread_up[1], "-", 1);
	return hold(arg);
}

static void *idle(void *arg)
{
	(void)arg;
	pause();
	return NULL;
}

/* Its table is that of a second thread, too. */
static void *hold_and_share(void *arg)
{
	pthread_t thread;

	if (unshare(CLONE_FILES) < 0 || pthread_create(&thread, NULL, idle, NULL) != 0)
		(void)!write(thread_up[1], "-", 1);
	return hold(arg);
}

static int with_own_table(const void *arg)
{
	void *(*run)(void *) = *(void *(*const *)(void *))arg;
	pthread_t thread;
	char byte;

	if (pipe2(thread_up, O_CLOEXEC) < 0 || pthread_create(&thread, NULL, run, NULL) != 0)
		return -1;
	return read(thread_up[0], &byte, 1) == 1 && byte == '+' ? 0 : -1;
}

static void expect_in_own_table(const char *kind, void *(*run)(void *))
{
	struct member member = member_start(0, with_own_table, &run);
	json_t *graph = look(NULL);

	expect_kept(
	    graph, facts->ino, "%s pid %d tid %d fd %d", kind, member.pid, facts->tid, facts->fd);
	json_decref(graph);
	member_end(&member);
}

static void need_kcmp(void)
{
	need_test_machine();
	need_source();
	if (syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILES, 0, 0) < 0)
		skip_because("kernel: it has no kcmp(2)");
}

static void a_descriptor_in_a_table_of_a_threads_own(void **state)
{
	(void)state;
	need_kcmp();
	open_in_own_table = open_link;
	expect_in_own_table("fd", hold_in_own_table);
}

static void a_table_that_two_threads_share_is_told_once(void **state)
{
	(void)state;
	need_kcmp();
	open_in_own_table = open_link;
	expect_in_own_table("fd", hold_and_share);
}

static void a_socket_in_a_table_of_a_threads_own(void **state)
{
	(void)state;
	need_kcmp();
	autoclose int thread = (int)syscall(SYS_pidfd_open, getpid(), OWN_TABLES_PIDFD);
	if (thread < 0)
		skip_because("kernel: it has no pidfds of threads (6.9)");
	open_in_own_table = open_socket;
	expect_in_own_table("socket", hold_in_own_table);
}

static int with_tun(const void *name)
{
	autoclose int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};

	if (unshare(CLONE_NEWNET) < 0)
		return -1;
	facts->ino = ino_at("/proc/self/ns/net");
	facts->fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (facts->fd < 0)
		return -1;
	if (name)
		snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", (const char *)name);
	if (name && ioctl(facts->fd, TUNSETIFF, &request) < 0)
		return -1;
	return setns(own, CLONE_NEWNET);
}

static void check_tun(const char *name)
{
	struct member member = member_start(0, with_tun, name);
	autofree char *in_words =
	    xasprintf("held by descriptor %d (/dev/net/tun) of %d", facts->fd, member.pid);
	autofree char *address = xasprintf("net:%llu", (unsigned long long)facts->ino);
	const char *tree[] = {nsscope_path(), "tree", "--ns", address, NULL};
	const char *inspect[] = {nsscope_path(), "inspect", address, NULL};
	json_t *graph = look(NULL);
	struct output output;

	expect_kept(graph, facts->ino, "tun pid %d fd %d", member.pid, facts->fd);
	json_decref(graph);
	output = tool_run((char *const *)tree, false);
	assert_non_null(strstr(output.text, in_words));
	output_done(&output);
	/* It is a way in, too. */
	output = tool_run((char *const *)inspect, false);
	assert_int_equal(output.status, 0);
	assert_non_null(strstr(output.text, name ? name : "lo"));
	output_done(&output);
	member_end(&member);
}

static void a_tun_descriptor(void **state)
{
	(void)state;
	need_test_machine();
	need_source();
	autoclose int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (tun < 0)
		skip_because("/dev/net/tun: %s", strerror(errno));
	check_tun("vpn7");
	check_tun(NULL); /* no interface was attached to it */
}

/* --- Mounts ----------------------------------------------------------------------------------- */

static char folder[32]; /* a file system of its own is on it */

static int bind_new(void)
{
	autofree char *path = xasprintf("%s/lone", folder);
	autofree char *own = NULL;
	int fd, r;

	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	fd = open_orphan(CLONE_NEWIPC, "ipc", O_RDONLY | O_CLOEXEC);
	own = xasprintf("/proc/self/fd/%d", fd);
	facts->ino = ino_at(own);
	r = mount(own, path, NULL, MS_BIND, NULL);
	close(fd);
	return r;
}

/* A bind mount where only a thread is. */
static void *bind_alone(void *arg)
{
	bool bound = unshare(CLONE_NEWNS) == 0 &&
	             mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && bind_new() == 0;

	(void)arg;
	facts->tid = (pid_t)syscall(SYS_gettid);
	facts->above = ino_at("/proc/thread-self/ns/mnt");
	(void)!write(thread_up[1], bound ? "+" : "-", 1);
	pause(); /* no signal is caught, so it never returns */
	return NULL;
}

static void a_bind_mount_in_the_mount_namespace_of_a_thread(void **state)
{
	void *(*run)(void *) = bind_alone;
	struct member member;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	member = member_start(0, with_own_table, &run);
	graph = look(NULL);
	expect_kept(graph, facts->ino, "mount inode %llu %s/lone", (unsigned long long)facts->above,
	    folder);
	json_decref(graph);
	member_end(&member);
}

/* A bind mount in a mount namespace that only a descriptor keeps. */
static int bind_where_nobody_is(const void *arg)
{
	int ends[2];
	pid_t child;
	char byte;

	(void)arg;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	child = fork();
	if (child == 0) {
		if (unshare(CLONE_NEWNS) == 0 &&
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && bind_new() == 0)
			(void)!write(ends[1], "+", 1);
		for (;;)
			pause();
	}
	close(ends[1]);
	autofree char *link = xasprintf("/proc/%d/ns/mnt", child);
	if (child < 0 || read(ends[0], &byte, 1) != 1)
		return -1;
	facts->fd = open(link, O_RDONLY | O_CLOEXEC);
	facts->above = ino_at(link);
	kill(child, SIGKILL);
	wait_status(child);
	return facts->fd < 0 ? -1 : 0;
}

static void need_far_mounts(void)
{
	autoclose int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	uint64_t id;

	if (own < 0 || ioctl(own, NSFS_GET_MNT_ID, &id) < 0)
		skip_because("kernel: it has no ids of mount namespaces (6.11)");
}

static void a_bind_mount_in_a_mount_namespace_without_a_process(void **state)
{
	struct member member;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	need_far_mounts();
	member = member_start(0, bind_where_nobody_is, NULL);
	graph = look(NULL);
	autofree char *reasons = reasons_in(ns_in(graph, facts->ino));
	autofree char *wanted =
	    xasprintf("mount inode %llu %s/lone", (unsigned long long)facts->above, folder);
	assert_string_equal(reasons, wanted);
	expect_kept(graph, facts->above, "fd pid %d fd %d", member.pid, facts->fd);
	json_decref(graph);
	member_end(&member);
}

/* --- All of them ------------------------------------------------------------------------------ */

static int set_up(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	facts =
	    mmap(NULL, sizeof(*facts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	snprintf(folder, sizeof(folder), "/tmp/alive.XXXXXX");
	if (facts == MAP_FAILED || !mkdtemp(folder))
		return -1;
	return mount("none", folder, "tmpfs", 0, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	return umount2(folder, MNT_DETACH) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_descriptor_in_a_table_of_a_threads_own),
	    cmocka_unit_test(a_table_that_two_threads_share_is_told_once),
	    cmocka_unit_test(a_socket_in_a_table_of_a_threads_own),
	    cmocka_unit_test(a_tun_descriptor),
	    cmocka_unit_test(a_bind_mount_in_the_mount_namespace_of_a_thread),
	    cmocka_unit_test(a_bind_mount_in_a_mount_namespace_without_a_process),
	};

	test_machine_enter();
	return run_with_each_source(tests, set_up, tear_down);
}
