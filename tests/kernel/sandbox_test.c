/* What a helper can be made to do by those whom it looks at: nothing. */
#include "model/util.h"
#include "scanner/clock.h"
#include "scanner/prober.h"
#include "tests/kernel/inside.h"
#include "tests/kernel/skip.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

/* --- A helper that stays ---------------------------------------------------------------------- */

/* Who is root in a member's user namespace. */
static uid_t mapped_to = NOBODY_ID;

/* So many queues with such names that what is told of them does not fit into a pipe. */
static int make_queues(const void *unused)
{
	struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 1};

	(void)unused;
	if (inside_user_flag && map_root(mapped_to, mapped_to) < 0)
		return -1;
	for (int i = 0; i < 250; i++) {
		autofree char *name = xasprintf("/%0250d", i);

		if (mq_open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0600, &attributes) < 0)
			return -errno;
	}
	return 0;
}

/* The helper of @inspect, which has joined, read, and waits for somebody to read what it tells. */
static pid_t settled_helper(const struct inspect *inspect)
{
	struct pollfd told = {.fd = inspect_fd(inspect), .events = POLLIN};

	/* It tells nothing before it has read all. */
	require(poll(&told, 1, 10000) == 1);
	require(!(told.revents & POLLHUP)); /* it is there still */
	return inspect_session(inspect);
}

static char *read_status(pid_t pid, const char *key, char *ret, size_t room)
{
	autofree char *path = xasprintf("/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "re");
	char line[512];

	ret[0] = '\0';
	require(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':')
			snprintf(ret, room, "%.*s", (int)strcspn(line + strlen(key) + 2, "\n"),
			    line + strlen(key) + 2);
	fclose(file);
	return ret;
}

static size_t entries(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	size_t count = 0;

	require(dir);
	while ((entry = readdir(dir)))
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(dir);
	return count;
}

static void has_nothing(pid_t helper)
{
	static const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapAmb"};
	char value[64];

	for (size_t i = 0; i < array_len(sets); i++)
		require(strcmp(read_status(helper, sets[i], value, sizeof(value)),
		            "0000000000000000") == 0);
	require(strcmp(read_status(helper, "NoNewPrivs", value, sizeof(value)), "1") == 0);
	require(strcmp(read_status(helper, "Seccomp", value, sizeof(value)), "2") == 0);
}

static int body_left_with_nothing(void)
{
	struct member box =
	    member_start(inside_user_flag | CLONE_NEWIPC | CLONE_NEWNS, make_queues, NULL);
	struct graph *graph = inside_sweep();
	struct inspect *inspect;

	require(inspect_start(graph, inside_ns(graph, box.pid, NS_IPC), &inspect) == 0);
	has_nothing(settled_helper(inspect));
	inspect_free(inspect);
	graph_unref(graph);
	member_end(&box);
	return 0;
}

static void it_is_left_with_nothing(void **state)
{
	(void)state;
	need_room();
	inside_user_flag = 0;
	assert_int_equal(body_left_with_nothing(), 0);
	inside_user_flag = CLONE_NEWUSER;
	as_nobody(body_left_with_nothing);
}

/* As root one sees what an attacker is not shown. */
static void its_root_is_empty(void **state)
{
	(void)state;
	need_room();
	if (!room_has_users())
		skip_because("needs root: to mount an empty root directory");
	inside_user_flag = 0;
	struct member box = member_start(CLONE_NEWIPC | CLONE_NEWNS, make_queues, NULL);
	struct graph *graph = inside_sweep();
	struct inspect *inspect;

	require(inspect_start(graph, inside_ns(graph, box.pid, NS_IPC), &inspect) == 0);
	pid_t helper = settled_helper(inspect);
	autofree char *root = xasprintf("/proc/%d/root/", (int)helper);
	autofree char *cwd = xasprintf("/proc/%d/cwd/", (int)helper);
	autofree char *fd = xasprintf("/proc/%d/fd", (int)helper);

	assert_int_equal(entries(root), 0);
	assert_int_equal(entries(cwd), 0);
	/* Its pipe, two that lead nowhere, /proc for sysvipc, and the member's queues, twice. */
	assert_true(entries(fd) <= 6);
	inspect_free(inspect);
	graph_unref(graph);
	member_end(&box);
}

/* --- One who has all capabilities in the namespace that the helper joined ----------------------- */

static bool opens(pid_t pid, const char *name, int flags)
{
	autofree char *path = xasprintf("/proc/%d/%s", (int)pid, name);
	autoclose int fd = open(path, flags | O_CLOEXEC);
	char byte;

	return fd >= 0 && (flags & O_PATH || read(fd, &byte, 1) >= 0);
}

/* What @pid gives to who is root of the user namespace of @of; 0 for nothing. */
static int attack(pid_t pid, pid_t of)
{
	static const char *const places[] = {
	    "root/", "cwd/", "exe", "fd/0", "fd/3", "fd/4", "ns/mnt"};
	static const char *const texts[] = {"environ", "mem", "maps", "auxv", "exe"};
	autofree char *path = xasprintf("/proc/%d/ns/user", (int)of);
	autoclose int user = open(path, O_RDONLY | O_CLOEXEC);
	char byte;
	struct iovec local = {.iov_base = &byte, .iov_len = 1},
	             remote = {.iov_base = environ, .iov_len = 1};

	if (user < 0 || setns(user, CLONE_NEWUSER) < 0)
		return 100;
	for (size_t i = 0; i < array_len(places); i++)
		if (opens(pid, places[i], O_PATH))
			return 1 + (int)i;
	for (size_t i = 0; i < array_len(texts); i++)
		if (opens(pid, texts[i], O_RDONLY))
			return 21 + (int)i;
	if (process_vm_readv(pid, &local, 1, &remote, 1, 0) >= 0)
		return 31;
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd >= 0 && syscall(SYS_pidfd_getfd, pidfd, 0, 0) >= 0)
		return 32;
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0)
		return 33;
	return 0;
}

static int attacked(pid_t pid, pid_t of)
{
	pid_t child = fork();

	if (child == 0)
		_exit(attack(pid, of));
	return wait_status(child);
}

static int body_out_of_reach(void)
{
	struct member box =
	    member_start(CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWNS, make_queues, NULL);
	struct graph *graph = inside_sweep();
	struct inspect *inspect;
	pid_t helper;

	/* The attacker can take from who is there without a guard. */
	require(attacked(box.pid, box.pid) != 0 && attacked(box.pid, box.pid) != 100);
	require(inspect_start(graph, inside_ns(graph, box.pid, NS_IPC), &inspect) == 0);
	helper = settled_helper(inspect);
	/* The user namespace had to be joined. */
	int got = attacked(helper, box.pid);
	if (got)
		fprintf(stderr, "# within reach: %d\n", got);
	require(got == 0);
	inspect_free(inspect);
	graph_unref(graph);
	member_end(&box);
	return 0;
}

static void it_is_out_of_reach(void **state)
{
	(void)state;
	need_room();
	inside_user_flag = CLONE_NEWUSER;
	as_nobody(body_out_of_reach);
	mapped_to = 0;
	if (room_has_users())
		assert_int_equal(body_out_of_reach(), 0);
	mapped_to = NOBODY_ID;
}

static int body_prober(void)
{
	struct uts_names names;
	struct prober *prober;
	char value[64];
	int r;

	struct member box = member_start(CLONE_NEWUSER | CLONE_NEWUTS, inside_name, "blue");
	require(prober_new(&prober) == 0);
	r = prober_ask_uts(prober, box.pid, link_ino(box.pid, "uts"));
	while (r == 0)
		r = prober_answer(prober, clock_us() + 10000, &names);
	require(r == 1 && strcmp(names.node, "blue") == 0);
	require(
	    strcmp(read_status(prober_pid(prober), "NoNewPrivs", value, sizeof(value)), "1") == 0);
	require(strcmp(read_status(prober_pid(prober), "Seccomp", value, sizeof(value)), "2") == 0);
	require(attacked(prober_pid(prober), box.pid) == 0);
	prober_free(prober);
	member_end(&box);
	return 0;
}

static void so_is_the_one_for_host_names(void **state)
{
	(void)state;
	need_room();
	inside_user_flag = CLONE_NEWUSER;
	as_nobody(body_prober);
	inside_user_flag = 0; /* root of the room is none in there */
	if (room_has_users())
		assert_int_equal(body_prober(), 0);
}

/* --- Nobody of ours in a foreign PID namespace -------------------------------------------------- */

/* A new process in the PID namespace of @of has this number there. */
static pid_t next_pid(pid_t of)
{
	autofree char *path = xasprintf("/proc/%d/ns/pid", (int)of);
	int told[2];
	pid_t child, number = 0;

	require(pipe2(told, O_CLOEXEC) == 0);
	child = fork();
	if (child == 0) {
		autoclose int ns = open(path, O_RDONLY | O_CLOEXEC);
		pid_t there = ns < 0 || setns(ns, CLONE_NEWPID) < 0 ? -1 : fork();

		if (there == 0) {
			pid_t own = getpid();

			_exit(write(told[1], &own, sizeof(own)) != sizeof(own));
		}
		_exit(there < 0 ? 1 : wait_status(there));
	}
	close(told[1]);
	require(wait_status(child) == 0);
	require(read(told[0], &number, sizeof(number)) == sizeof(number));
	close(told[0]);
	return number;
}

/* Numbers are given one after the other, so who was there for the shortest time has taken one. */
static void no_helper_is_in_a_pid_namespace(void **state)
{
	(void)state;
	need_room();
	if (!room_has_users())
		skip_because("needs root: to join a PID namespace of another's");
	inside_user_flag = 0;
	struct member box = member_start(CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET |
	                                     CLONE_NEWNS | CLONE_NEWCGROUP,
	    NULL, NULL);
	struct graph *graph = inside_sweep();
	pid_t before = next_pid(box.pid);

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		const struct process *process = graph_process_by_pid(graph, box.pid);

		if (process->ns[type])
			inspection_free(inspect_once(graph, process->ns[type]));
	}
	assert_int_equal(next_pid(box.pid), before + 1);
	graph_unref(graph);
	member_end(&box);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_left_with_nothing),
	    cmocka_unit_test(its_root_is_empty),
	    cmocka_unit_test(it_is_out_of_reach),
	    cmocka_unit_test(so_is_the_one_for_host_names),
	    cmocka_unit_test(no_helper_is_in_a_pid_namespace),
	};

	room_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
