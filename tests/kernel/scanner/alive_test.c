/* Each reason for which a namespace can be there, made and then found in nsscope json: exactly that
 * reason, and no other. */
#include "model/base/util.h"
#include "tests/kernel/reasons.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* What a member tells of what it made; shared with all of them. */
static struct facts {
	uint64_t ino, above; /* of the namespace, and of one above it */
	pid_t pid, tid;
	int fd;
} * facts;

/* --- Threads ---------------------------------------------------------------------------------- */

static int thread_up[2];

static void *leave(void *flags)
{
	bool left = unshare((int)(uintptr_t)flags) == 0;

	facts->tid = (pid_t)syscall(SYS_gettid);
	facts->ino = ino_at("/proc/thread-self/ns/uts");
	(void)!write(thread_up[1], left ? "+" : "-", 1);
	pause(); /* no signal is caught, so it never returns */
	return NULL;
}

static int start_thread(unsigned long flags)
{
	pthread_t thread;
	char byte;

	if (pipe2(thread_up, O_CLOEXEC) < 0 ||
	    pthread_create(&thread, NULL, leave, (void *)(uintptr_t)flags) != 0)
		return -1;
	return read(thread_up[0], &byte, 1) == 1 && byte == '+' ? 0 : -1;
}

static int with_thread(const void *arg)
{
	(void)arg;
	return become(0) < 0 ? -1 : start_thread(CLONE_NEWUTS);
}

static void check_thread(void)
{
	struct member member = member_start(0, with_thread, NULL);
	json_t *graph = look(NULL);

	assert_int_not_equal(facts->ino, link_ino(member.pid, "uts"));
	expect_kept(graph, facts->ino, "thread pid %d tid %d", member.pid, facts->tid);
	json_decref(graph);
	member_end(&member);
}

static void a_thread(void **state)
{
	(void)state;
	for_each_user(check_thread, true);
}

/* Its first thread ends; the other one stays in what it was in. */
static int headless(const void *arg)
{
	int up[2];
	char byte;

	(void)arg;
	if (pipe2(up, O_CLOEXEC) < 0 || become_user() < 0)
		return -1;
	facts->pid = fork();
	if (facts->pid == 0) {
		facts->pid = (pid_t)strtol(realpath("/proc/self", NULL) + 6, NULL, 10);
		if (become(CLONE_NEWUTS) < 0 || start_thread(0) < 0)
			_exit(1);
		(void)!write(up[1], "+", 1);
		syscall(SYS_exit, 0); /* of this thread only */
	}
	close(up[1]);
	return read(up[0], &byte, 1) == 1 ? 0 : -1;
}

static bool is_zombie(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/stat", pid);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[512] = "";

	return fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && strstr(text, ") Z ");
}

static void check_headless(void)
{
	struct member member = member_start(0, headless, NULL);
	json_t *graph;

	while (!is_zombie(facts->pid))
		sched_yield();
	graph = look(NULL);
	expect_kept(graph, facts->ino, "thread pid %d tid %d", facts->pid, facts->tid);
	json_decref(graph);
	kill(facts->pid, SIGKILL);
	member_end(&member);
}

static void a_thread_whose_leader_is_dead(void **state)
{
	(void)state;
	for_each_user(check_headless, true);
}

/* --- Descriptors ------------------------------------------------------------------------------ */

static int with_fd(const void *flags)
{
	struct stat st;

	if (become_user() < 0)
		return -1;
	facts->fd = open_orphan(CLONE_NEWUTS, "uts", *(const int *)flags | O_CLOEXEC);
	if (facts->fd < 0 || fstat(facts->fd, &st) < 0)
		return -1;
	facts->ino = st.st_ino;
	return 0;
}

static void check_fd(int flags)
{
	struct member member = member_start(0, with_fd, &flags);
	json_t *graph = look(NULL);

	expect_kept(graph, facts->ino, "fd pid %d fd %d", member.pid, facts->fd);
	json_decref(graph);
	member_end(&member);
}

static void check_open_fd(void)
{
	check_fd(O_RDONLY);
}

static void check_path_fd(void)
{
	check_fd(O_PATH);
}

static void a_descriptor(void **state)
{
	(void)state;
	for_each_user(check_open_fd, true);
}

static void a_descriptor_with_o_path(void **state)
{
	(void)state;
	for_each_user(check_path_fd, true);
}

static int with_socket(const void *arg)
{
	autoclose int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	(void)arg;
	if (unshare(CLONE_NEWNET) < 0)
		return -1;
	facts->ino = ino_at("/proc/self/ns/net");
	facts->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return facts->fd < 0 ? -1 : setns(own, CLONE_NEWNET);
}

static void check_socket(void)
{
	struct member member = member_start(0, with_socket, NULL);
	json_t *graph = look(NULL);

	expect_kept(graph, facts->ino, "socket pid %d fd %d", member.pid, facts->fd);
	json_decref(graph);
	member_end(&member);
}

static void a_socket(void **state)
{
	(void)state;
	for_each_user(check_socket, false);
}

/* --- Mounts ----------------------------------------------------------------------------------- */

static char folder[] = "/tmp/alive.XXXXXX"; /* a file system of its own is on it, here and there */

/* Binds a new namespace in the mount namespace that this is called in, below a tmpfs that ends with
 * that.  @name may have blanks. */
static int bind_new(unsigned long flags, const char *link, const char *name)
{
	autofree char *path = xasprintf("%s/%s", folder, name);
	autofree char *own = NULL;
	int fd, r;

	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	fd = open_orphan(flags, link, O_RDONLY | O_CLOEXEC);
	own = xasprintf("/proc/self/fd/%d", fd);
	facts->ino = ino_at(own);
	r = mount(own, path, NULL, MS_BIND, NULL);
	close(fd);
	return r;
}

static void a_bind_mount(void **state)
{
	autofree char *path = xasprintf("%s/the blue\\one", folder);
	const json_t *ns;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	assert_int_equal(bind_new(CLONE_NEWNET, "net", "the blue\\one"), 0);
	graph = look(NULL);
	ns = ns_in(graph, facts->ino);
	/* JSON holds the text itself, though the tree doubles a backslash. */
	expect_kept(graph, facts->ino, "mount inode %llu %s/the blue\\one",
	    (unsigned long long)link_ino(getpid(), "mnt"), folder);
	assert_string_equal(json_string_value(json_object_get(ns, "name")), "the blue\\one");
	json_decref(graph);
	assert_int_equal(umount(path), 0);
}

/* The recipe "ln -s /proc/PID/ns/net /run/netns/NAME": ip-netns(8) lists the name.  A stale link and an
 * ordinary file beside it name nothing. */
static void a_symbolic_link_names_and_keeps_nothing(void **state)
{
	const char *tree[] = {nsscope_path(), "tree", "--by", "type", "--filter", "web-7", NULL};
	autofree char *target = NULL, *name = NULL;
	struct member member;
	struct output output;
	const json_t *ns;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	member = member_start(CLONE_NEWNET, NULL, NULL);
	target = xasprintf("/proc/%d/ns/net", (int)member.pid);
	name = xasprintf("net:%llu", (unsigned long long)link_ino(member.pid, "net"));
	assert_int_equal(mount("none", "/run", "tmpfs", 0, NULL), 0);
	assert_int_equal(mkdir("/run/netns", 0755), 0);
	assert_int_equal(symlink(target, "/run/netns/web-7"), 0);
	assert_int_equal(symlink("/proc/2147483647/ns/net", "/run/netns/stale"), 0);
	close(open("/run/netns/file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	graph = look(NULL);
	ns = ns_in(graph, link_ino(member.pid, "net"));
	assert_string_equal(json_string_value(json_object_get(ns, "name")), "web-7");
	assert_string_equal(json_string_value(json_object_get(ns, "named_by")), "link");
	json_decref(graph);
	output = tool_run((char *const *)tree, false);
	assert_non_null(strstr(output.text, "\"web-7\""));
	assert_null(strstr(output.text, "stale"));
	output_done(&output);
	const char *inspect[] = {nsscope_path(), "inspect", name, NULL};
	output = tool_run((char *const *)inspect, false);
	assert_non_null(strstr(output.text, "Linked"));
	assert_non_null(strstr(output.text, "It holds no reference"));
	assert_null(strstr(output.text, "a bind mount"));
	output_done(&output);
	member_end(&member);
	assert_int_equal(umount2("/run", MNT_DETACH), 0);
}

static int with_mount(const void *arg)
{
	(void)arg;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return bind_new(CLONE_NEWIPC, "ipc", "green");
}

static void a_bind_mount_in_another_mount_namespace(void **state)
{
	struct member member;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	member = member_start(CLONE_NEWNS, with_mount, NULL);
	graph = look(NULL);
	expect_kept(graph, facts->ino, "mount inode %llu %s/green",
	    (unsigned long long)link_ino(member.pid, "mnt"), folder);
	assert_string_equal(
	    json_string_value(json_object_get(ns_in(graph, facts->ino), "name")), "green");
	json_decref(graph);
	member_end(&member);
}

/* The descriptor was opened through a mount that is gone: its link in /proc says "/". */
static int with_lost_mount(const void *arg)
{
	autofree char *path = xasprintf("%s/lost", folder);

	(void)arg;
	if (bind_new(CLONE_NEWUTS, "uts", "lost") < 0)
		return -1;
	facts->fd = open(path, O_RDONLY | O_CLOEXEC);
	return facts->fd < 0 ? -1 : umount2(path, MNT_DETACH);
}

static void a_descriptor_from_a_mount_that_is_gone(void **state)
{
	struct member member;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	member = member_start(0, with_lost_mount, NULL);
	graph = look(NULL);
	expect_kept(graph, facts->ino, "fd pid %d fd %d", member.pid, facts->fd);
	json_decref(graph);
	member_end(&member);
}

/* --- What follows from other namespaces -------------------------------------------------------- */

static int for_children(const void *arg)
{
	(void)arg;
	if (unshare(CLONE_NEWPID | CLONE_NEWTIME) < 0)
		return -1;
	return member_fork(0, NULL, NULL) < 0 ? -1 : 0;
}

static void what_the_next_child_gets(void **state)
{
	static const char *const types[] = {"pid", "time"};
	struct member member;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	if (link_ino(getpid(), "time") == 0)
		skip_because("this kernel has no time namespaces");
	member = member_start(0, for_children, NULL);
	graph = look(NULL);
	for (size_t i = 0; i < array_len(types); i++) {
		autofree char *link = xasprintf("%s_for_children", types[i]);
		const json_t *ns = ns_in(graph, link_ino(member.pid, link));
		autofree char *reasons = reasons_in(ns);
		autofree char *wanted = xasprintf("process pid %lld; for_children pid %d",
		    json_integer_value(json_object_get(ns, "first_pid")), member.pid);

		assert_string_equal(reasons, wanted);
		assert_int_not_equal(
		    json_integer_value(json_object_get(ns, "first_pid")), member.pid);
	}
	json_decref(graph);
	member_end(&member);
}

static int unshare_time(const void *arg)
{
	(void)arg;
	return unshare(CLONE_NEWTIME);
}

static void a_time_namespace_before_the_first_child(void **state)
{
	struct member member;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	if (link_ino(getpid(), "time") == 0)
		skip_because("this kernel has no time namespaces");
	member = member_start(0, unshare_time, NULL);
	graph = look(NULL);
	expect_kept(
	    graph, link_ino(member.pid, "time_for_children"), "for_children pid %d", member.pid);
	json_decref(graph);
	member_end(&member);
}

static int unshare_pid(const void *arg)
{
	(void)arg;
	return unshare(CLONE_NEWPID);
}

/* Asked of the kernel itself, by a process that has made one. */
static bool shows_pid_namespaces_before_their_init(void)
{
	struct member member = member_start(0, unshare_pid, NULL);
	bool shows = link_ino(member.pid, "pid_for_children") != 0;

	member_end(&member);
	return shows;
}

static void a_pid_namespace_before_the_first_fork_is_said_in_words(void **state)
{
	const char *tree[] = {nsscope_path(), "tree", NULL};
	struct member member;
	struct output output;

	(void)state;
	need_test_machine();
	need_source();
	member = member_start(0, unshare_pid, NULL);
	output = tool_run((char *const *)tree, false);
	assert_int_equal(output.status, 0);
	/* Since Linux 7.1 the namespace is in sight, so that it has a line of its own. */
	assert_non_null(strstr(output.text, shows_pid_namespaces_before_their_init()
	                                        ? "no init: not yet, or no longer"
	                                        : "next child starts a new PID namespace"));
	output_done(&output);
	member_end(&member);
}

/* As unshare --pid without --fork: the first command that the shell runs is init, and it ends. */
static int outlive_init(const void *arg)
{
	pid_t init;

	(void)arg;
	if (unshare(CLONE_NEWPID) < 0 || (init = fork()) < 0)
		return -1;
	if (init == 0)
		_exit(0);
	if (waitpid(init, NULL, 0) != init || fork() != -1)
		return -1;
	return errno == ENOMEM ? 0 : -1;
}

static const char *state_in(const json_t *graph, uint64_t ino)
{
	const json_t *ns;
	size_t i;

	json_array_foreach(json_object_get(graph, "namespaces"), i, ns)
	{
		if ((uint64_t)json_integer_value(json_object_get(ns, "inode")) == ino)
			return json_string_value(json_object_get(ns, "state"));
	}
	fail_msg("pid:%llu was not found", (unsigned long long)ino);
	return NULL;
}

static void a_dead_pid_namespace_is_called_dead(void **state)
{
	const char *tree[] = {nsscope_path(), "tree", NULL};
	struct member member;
	autofree char *name = NULL;
	struct output output;
	json_t *graph;
	uint64_t ino;

	(void)state;
	need_test_machine();
	need_source();
	member = member_start(0, outlive_init, NULL);
	ino = link_ino(member.pid, "pid_for_children");
	assert_int_not_equal(ino, 0);
	output = tool_run((char *const *)tree, false);
	assert_int_equal(output.status, 0);
	/* Since Linux 7.1 the same is seen before the first child. */
	if (shows_pid_namespaces_before_their_init()) {
		assert_non_null(strstr(output.text, "no init: not yet, or no longer"));
	} else {
		assert_non_null(
		    strstr(output.text, "no process; dead: its init has exited; held by"));
		assert_non_null(strstr(
		    output.text, "(cannot fork: the PID namespace for its children is dead)"));
	}
	output_done(&output);
	graph = look(NULL);
	assert_string_equal(
	    state_in(graph, ino), shows_pid_namespaces_before_their_init() ? "empty" : "dead");
	assert_string_equal(state_in(graph, link_ino(getpid(), "pid")), "alive");
	json_decref(graph);

	name = xasprintf("pid:%llu", (unsigned long long)ino);
	const char *inspect[] = {nsscope_path(), "inspect", name, NULL};
	output = tool_run((char *const *)inspect, false);
	assert_int_equal(output.status, 0);
	assert_non_null(
	    strstr(output.text, "fork(2) fails with ENOMEM") ?: strstr(output.text, "has no init"));
	output_done(&output);
	member_end(&member);
}

/* An init that was killed cannot end while the zombie of a member waits for its parent outside. */
static int keep_init_from_ending(const void *arg)
{
	autofree char *path = NULL;
	pid_t init, other;
	char text[64];

	(void)arg;
	if (unshare(CLONE_NEWPID) < 0 || (init = fork()) < 0)
		return -1;
	if (init == 0) {
		member_wait();
		_exit(0);
	}
	other = fork();
	if (other == 0)
		_exit(0);
	if (other < 0 || kill(init, SIGKILL) < 0)
		return -1;
	facts->ino = (uint64_t)init;
	/* It has let go of its namespaces before it waits. */
	path = xasprintf("/proc/%d/ns/uts", (int)init);
	while (readlink(path, text, sizeof(text)) >= 0)
		sched_yield();
	return 0;
}

static void an_init_that_cannot_end_is_called_ending(void **state)
{
	const char *tree[] = {nsscope_path(), "tree", NULL};
	struct member member;
	struct output output;
	autofree char *number = NULL;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	member = member_start(0, keep_init_from_ending, NULL);
	output = tool_run((char *const *)tree, false);
	assert_int_equal(output.status, 0);
	assert_non_null(strstr(output.text, "ending: its init exits"));
	assert_non_null(strstr(output.text, " (ending)"));
	output_done(&output);
	graph = look(NULL);
	assert_string_equal(state_in(graph, link_ino(member.pid, "pid_for_children")), "ending");
	json_decref(graph);
	number = xasprintf("%d", (int)facts->ino);
	const char *inspect[] = {nsscope_path(), "inspect", number, NULL};
	output = tool_run((char *const *)inspect, false);
	assert_non_null(strstr(output.text,
	    "ending: the init of a PID namespace waits for the 1 other process in it to end"));
	output_done(&output);
	member_end(&member);
}

static int two_user_namespaces(const void *arg)
{
	uid_t uid = unprivileged ? 65534 : 0;

	(void)arg;
	if (become_user() < 0 || unshare(CLONE_NEWUSER) < 0)
		return -1;
	facts->ino = ino_at("/proc/self/ns/user");
	/* Who has no id in there may make none below it: user_namespaces(7). */
	if (map_root(uid, uid) < 0)
		return -1;
	return unshare(CLONE_NEWUSER);
}

static void check_user_child(void)
{
	struct member member = member_start(0, two_user_namespaces, NULL);
	json_t *graph = look(NULL);

	expect_kept(graph, facts->ino, "child inode %llu",
	    (unsigned long long)link_ino(member.pid, "user"));
	json_decref(graph);
	member_end(&member);
}

static void a_child_user_namespace(void **state)
{
	(void)state;
	for_each_user(check_user_child, true);
}

static int dead_inits(const void *arg)
{
	autofree char *path = NULL;
	pid_t outer;

	(void)arg;
	outer = member_fork(CLONE_NEWPID, for_children, NULL);
	if (outer < 0)
		return -1;
	/* for_children makes the nested one; its init is there. */
	path = xasprintf("/proc/%d/ns/pid_for_children", outer);
	facts->above = link_ino(outer, "pid");
	facts->ino = ino_at(path);
	facts->fd = open(path, O_RDONLY | O_CLOEXEC);
	kill(outer, SIGKILL);
	wait_status(outer);
	return facts->fd < 0 ? -1 : 0;
}

static void a_child_pid_namespace(void **state)
{
	struct member member;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	member = member_start(0, dead_inits, NULL);
	graph = look(NULL);
	expect_kept(graph, facts->ino, "fd pid %d fd %d", member.pid, facts->fd);
	expect_kept(graph, facts->above, "child inode %llu", (unsigned long long)facts->ino);
	json_decref(graph);
	member_end(&member);
}

static int with_owned(const void *arg)
{
	struct stat st;
	int uts;

	(void)arg;
	if (become_user() < 0)
		return -1;
	uts = open_orphan(CLONE_NEWUSER | CLONE_NEWUTS, "uts", O_RDONLY | O_CLOEXEC);
	if (uts < 0 || fstat(uts, &st) < 0)
		return -1;
	facts->fd = uts;
	facts->ino = st.st_ino;
	return 0;
}

static void check_owned(void)
{
	struct member member = member_start(0, with_owned, NULL);
	json_t *graph = look(NULL);
	json_int_t owner = json_integer_value(json_object_get(ns_in(graph, facts->ino), "owner"));

	expect_kept(graph, facts->ino, "fd pid %d fd %d", member.pid, facts->fd);
	expect_kept(graph, (uint64_t)owner, "owned inode %llu", (unsigned long long)facts->ino);
	json_decref(graph);
	member_end(&member);
}

static void an_owned_namespace(void **state)
{
	(void)state;
	for_each_user(check_owned, true);
}

/* --- Not ours --------------------------------------------------------------------------------- */

static void no_descriptor_of_nsscope_counts(void **state)
{
	const char *tree[] = {nsscope_path(), "tree", "--by", "type", "--type", "uts", NULL};
	struct output output;
	struct stat st;
	json_t *graph;
	pid_t pid;
	int fd;

	(void)state;
	need_test_machine();
	need_source();
	/* Not O_CLOEXEC, so that nsscope and its helper inherit it. */
	fd = open_orphan(CLONE_NEWUTS, "uts", O_RDONLY);
	assert_int_equal(fstat(fd, &st), 0);
	graph = look(&pid);
	assert_int_not_equal(pid, getpid());
	expect_kept(graph, st.st_ino, "fd pid %d fd %d", getpid(), fd);
	json_decref(graph);
	output = tool_run((char *const *)tree, false);
	autofree char *wanted = xasprintf("uts:%llu  no process; held by descriptor %d of %d ",
	    (unsigned long long)st.st_ino, fd, getpid());
	assert_non_null(strstr(output.text, wanted));
	assert_null(strstr(strstr(output.text, wanted), " more\n"));
	output_done(&output);
	close(fd);
}

static int set_up(void **state)
{
	(void)state;
	facts =
	    mmap(NULL, sizeof(*facts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (facts == MAP_FAILED)
		return -1;
	if (room_missing)
		return 0;
	snprintf(folder, sizeof(folder), "%s", "/tmp/alive.XXXXXX");
	return mkdtemp(folder) && mount("none", folder, "tmpfs", 0, NULL) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	munmap(facts, sizeof(*facts));
	if (room_missing)
		return 0;
	return umount2(folder, MNT_DETACH) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_thread),
	    cmocka_unit_test(a_thread_whose_leader_is_dead),
	    cmocka_unit_test(a_descriptor),
	    cmocka_unit_test(a_descriptor_with_o_path),
	    cmocka_unit_test(a_descriptor_from_a_mount_that_is_gone),
	    cmocka_unit_test(a_socket),
	    cmocka_unit_test(a_bind_mount),
	    cmocka_unit_test(a_symbolic_link_names_and_keeps_nothing),
	    cmocka_unit_test(a_bind_mount_in_another_mount_namespace),
	    cmocka_unit_test(what_the_next_child_gets),
	    cmocka_unit_test(a_time_namespace_before_the_first_child),
	    cmocka_unit_test(a_pid_namespace_before_the_first_fork_is_said_in_words),
	    cmocka_unit_test(a_dead_pid_namespace_is_called_dead),
	    cmocka_unit_test(an_init_that_cannot_end_is_called_ending),
	    cmocka_unit_test(a_child_user_namespace),
	    cmocka_unit_test(a_child_pid_namespace),
	    cmocka_unit_test(an_owned_namespace),
	    cmocka_unit_test(no_descriptor_of_nsscope_counts),
	};

	test_machine_enter();
	return run_with_each_source(tests, set_up, tear_down);
}
