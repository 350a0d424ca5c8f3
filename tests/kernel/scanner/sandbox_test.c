/* What a helper can be made to do by those whom it looks at: nothing. */
#include "model/base/util.h"
#include "scanner/helper/hostname_helper.h"
#include "scanner/helper/responder.h"
#include "scanner/helper/sandbox.h"
#include "scanner/proc/clock.h"
#include "tests/kernel/inside.h"
#include "tests/kernel/skip.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>

/* --- A helper that stays ---------------------------------------------------------------------- */

/* So many queues with such names that what is told of them does not fit into a pipe. */
static int make_queues(const void *unused)
{
	struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 1};

	(void)unused;
	if (inside_map() < 0)
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
	require(poll(&told, 1, -1) == 1);
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

static uint64_t read_set(pid_t pid, const char *key)
{
	char value[64];

	return strtoull(read_status(pid, key, value, sizeof(value)), NULL, 16);
}

/* Between questions it may raise @permitted at most, which this user has or has not, and none is in effect. */
static void may_raise(pid_t helper, uint64_t permitted)
{
	char value[64];

	require(read_set(helper, "CapPrm") == (permitted & read_set(getpid(), "CapEff")));
	require(read_set(helper, "CapEff") == 0);
	require(read_set(helper, "CapInh") == 0);
	require(read_set(helper, "CapAmb") == 0);
	require(strcmp(read_status(helper, "NoNewPrivs", value, sizeof(value)), "1") == 0);
}

/* The same behind a filter. */
static void waits_with(pid_t helper, uint64_t permitted)
{
	char value[64];

	may_raise(helper, permitted);
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
	need_test_machine();
	inside_user_flag = 0;
	assert_int_equal(body_left_with_nothing(), 0);
	inside_user_flag = CLONE_NEWUSER;
	as_powerless_mapper(body_left_with_nothing);
}

/* As root one sees what an attacker is not shown. */
static void its_root_is_empty(void **state)
{
	(void)state;
	need_test_machine();
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
	/* Its pipe, and two that lead nowhere. */
	assert_int_equal(entries(fd), 3);
	inspect_free(inspect);
	graph_unref(graph);
	member_end(&box);
}

/* --- One who has all capabilities in the namespace that the helper joined ----------------------- */

static bool opens(pid_t pid, const char *name, int flags)
{
	autofree char *path = xasprintf("/proc/%d/%s", (int)pid, name);
	autoclose int fd = open(path, flags | O_CLOEXEC);
	struct statfs fs;
	char byte;

	if (fd < 0)
		return false;
	/* Linux 5.10.262 leads who is refused to the folder of the link. */
	if (strncmp(name, "ns/", 3) == 0)
		return fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC;
	return flags & O_PATH || read(fd, &byte, 1) >= 0;
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
	int way = wait_status(child);
	if (way)
		fprintf(stderr, "# within reach of who has all capabilities in its namespace: %d\n",
		    way);
	return way;
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
	require(attacked(helper, box.pid) == 0);
	inspect_free(inspect);
	graph_unref(graph);
	member_end(&box);
	return 0;
}

static void it_is_out_of_reach(void **state)
{
	(void)state;
	need_test_machine();
	inside_user_flag = CLONE_NEWUSER;
	as_powerless_mapper(body_out_of_reach);
	if (room_has_users())
		assert_int_equal(body_out_of_reach(), 0);
}

static int ask_uts(struct hostname_helper *helper, pid_t pid)
{
	autofree char *link = xasprintf("/proc/%d/ns/uts", (int)pid);
	autoclose int fd = open(link, O_RDONLY | O_CLOEXEC);

	return hostname_helper_ask(helper, fd, link_ino(pid, "uts"));
}

static int body_hostname_helper(void)
{
	struct uts_names names;
	struct hostname_helper *helper;
	int r;

	struct member box = member_start(CLONE_NEWUSER | CLONE_NEWUTS, inside_name, "blue");
	require(hostname_helper_new(&helper) == 0);
	r = ask_uts(helper, box.pid);
	while (r == 0)
		r = hostname_helper_answer(helper, clock_us() + 10000, &names);
	require(r == 1 && strcmp(names.node, "blue") == 0);
	waits_with(hostname_helper_pid(helper), CAP_BIT(CAP_SYS_ADMIN));
	require(attacked(hostname_helper_pid(helper), box.pid) == 0);
	hostname_helper_free(helper);
	member_end(&box);
	return 0;
}

static void so_is_the_one_for_host_names(void **state)
{
	(void)state;
	need_test_machine();
	inside_user_flag = CLONE_NEWUSER;
	as_powerless_mapper(body_hostname_helper);
	inside_user_flag = 0; /* root of the room is none in there */
	if (room_has_users())
		assert_int_equal(body_hostname_helper(), 0);
}

/* --- The one for command lines ------------------------------------------------------------------ */

/* Asks for @key, and waits for the answer to all of it.  Returns its length. */
static uint32_t ask_for(struct responder *reader, uint32_t key)
{
	struct responder_answer answer = {.last = false};
	uint32_t len = 0;
	int r = responder_ask(reader, &key, 1);

	while (r >= 0 && !answer.last) {
		responder_wait(responder_fd(reader), clock_us() + 10000);
		r = responder_take(reader, &answer);
		if (r == 1 && !answer.last && answer.key == key)
			len = answer.len;
	}
	require(r == 1);
	return len;
}

static int body_cmdlines(void)
{
	struct member box = member_start(CLONE_NEWUSER | CLONE_NEWUTS, inside_name, "blue");
	struct responder *reader;
	pid_t helper;

	require(responder_new(&cmdline_reader, &reader) == 0);
	helper = responder_pid(reader);
	require(ask_for(reader, (uint32_t)box.pid) > 0);
	waits_with(helper, CAP_BIT(CAP_SYS_PTRACE));
	require(attacked(helper, box.pid) == 0);
	responder_free(reader);
	member_end(&box);
	return 0;
}

static void so_is_the_one_for_command_lines(void **state)
{
	(void)state;
	need_test_machine();
	inside_user_flag = CLONE_NEWUSER;
	as_powerless_mapper(body_cmdlines);
	inside_user_flag = 0;
	if (room_has_users())
		assert_int_equal(body_cmdlines(), 0);
}

/* --- The one for names of users ----------------------------------------------------------------- */

static int body_users(void)
{
	struct member box = member_start(CLONE_NEWUSER | CLONE_NEWUTS, inside_name, "blue");
	struct responder *reader;

	require(responder_new(&user_reader, &reader) == 0);
	ask_for(reader, getuid());
	may_raise(responder_pid(reader), 0);
	require(attacked(responder_pid(reader), box.pid) == 0);
	responder_free(reader);
	member_end(&box);
	return 0;
}

static void so_is_the_one_for_names_of_users(void **state)
{
	(void)state;
	need_test_machine();
	inside_user_flag = CLONE_NEWUSER;
	as_powerless_mapper(body_users);
	inside_user_flag = 0;
	if (room_has_users())
		assert_int_equal(body_users(), 0);
}

static void it_waits_with_few_descriptors_and_an_empty_root(void **state)
{
	struct responder *reader;
	struct hostname_helper *helper;

	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root: to mount an empty root directory");
	assert_int_equal(responder_new(&cmdline_reader, &reader), 0);
	assert_true(ask_for(reader, (uint32_t)getpid()) > 0);
	assert_int_equal(hostname_helper_new(&helper), 0);
	assert_true(ask_uts(helper, getpid()) == 0);
	struct uts_names names;
	int r = 0;
	while (r == 0)
		r = hostname_helper_answer(helper, clock_us() + 10000, &names);
	assert_int_equal(r, 1);
	const pid_t helpers[] = {responder_pid(reader), hostname_helper_pid(helper)};

	for (size_t i = 0; i < array_len(helpers); i++) {
		autofree char *root = xasprintf("/proc/%d/root/", (int)helpers[i]);
		autofree char *cwd = xasprintf("/proc/%d/cwd/", (int)helpers[i]);
		autofree char *fd = xasprintf("/proc/%d/fd", (int)helpers[i]);

		assert_int_equal(entries(root), 0);
		assert_int_equal(entries(cwd), 0);
		/* Its socket, /proc or its own UTS namespace, and two that lead nowhere. */
		assert_int_equal(entries(fd), 4);
	}
	hostname_helper_free(helper);
	responder_free(reader);
}

/* In a mount namespace of its own. */
static int body_hidden(void)
{
	struct responder *reader;
	int ends[2];
	char byte = 0;
	pid_t other;

	require(unshare(CLONE_NEWNS) == 0);
	require(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	require(mount("proc", "/proc", "proc", 0, "hidepid=2") == 0);
	require(pipe2(ends, O_CLOEXEC) == 0);
	other = fork();
	if (other == 0) {
		close(ends[0]);
		if (setresuid(NOBODY_ID, NOBODY_ID, NOBODY_ID) == 0 &&
		    write(ends[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	require(read(ends[0], &byte, 1) == 1);
	require(responder_new(&cmdline_reader, &reader) == 0);
	require(ask_for(reader, (uint32_t)other) > 0);
	waits_with(responder_pid(reader), CAP_BIT(CAP_SYS_PTRACE));
	responder_free(reader);
	kill(other, SIGKILL);
	wait_status(other);
	return 0;
}

static void it_reads_what_hidepid_hides_from_others(void **state)
{
	pid_t child;

	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root: to mount a /proc that hides others");
	child = fork();
	if (child == 0)
		_exit(body_hidden());
	assert_int_equal(wait_status(child), 0);
}

/* --- At each moment the capability of the call that is made ------------------------------------- */

/* What a call may have in effect; all others have nothing. */
static const struct {
	long call;
	uint64_t capabilities;
} takes[] = {
#define OF_PROCESSES (CAP_BIT(CAP_SYS_PTRACE) | CAP_BIT(CAP_DAC_READ_SEARCH))
    {SYS_setns, CAP_BIT(CAP_SYS_ADMIN) | CAP_BIT(CAP_SYS_CHROOT)},
    {SYS_openat, OF_PROCESSES},
    {SYS_openat2, CAP_BIT(CAP_DAC_READ_SEARCH)},
    {SYS_fstatfs, OF_PROCESSES},
    {SYS_fstat, OF_PROCESSES},
#ifdef SYS_newfstatat
    {SYS_newfstatat, OF_PROCESSES},
#endif
    {SYS_close, OF_PROCESSES},
    {SYS_mmap, OF_PROCESSES},
    {SYS_brk, OF_PROCESSES},
    {SYS_getdents64, CAP_BIT(CAP_SYS_PTRACE)},
    {SYS_pidfd_getfd, OF_PROCESSES},
    {SYS_open_by_handle_at, CAP_BIT(CAP_SYS_ADMIN) | CAP_BIT(CAP_DAC_READ_SEARCH)},
    {SYS_ioctl, CAP_BIT(CAP_NET_ADMIN)},
    {SYS_fsopen, CAP_BIT(CAP_SYS_ADMIN)},
    {SYS_fsconfig, CAP_BIT(CAP_SYS_ADMIN)},
    {SYS_fsmount, CAP_BIT(CAP_SYS_ADMIN)},
    {SYS_capget, UINT64_MAX}, /* around sandbox_lower */
    {SYS_capset, UINT64_MAX},
#undef OF_PROCESSES
};

static uint64_t taken_by(long call)
{
	for (size_t i = 0; i < array_len(takes); i++)
		if (takes[i].call == call)
			return takes[i].capabilities;
	return 0;
}

/* Returns whether a call of @pid was looked at: one that a helper in its sandbox is about to make. */
static bool look_at_call(pid_t pid, bool *ret_fine)
{
	struct __ptrace_syscall_info info;
	char value[64];
	uint64_t effective;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY ||
	    strcmp(read_status(pid, "Seccomp", value, sizeof(value)), "2") != 0)
		return false;
	effective = read_set(pid, "CapEff");
	*ret_fine = !(effective & ~taken_by((long)info.entry.nr));
	/* Who asks the kernel in there can't even raise one any more. */
	if (info.entry.nr == SYS_recvfrom &&
	    strcmp(read_status(pid, "Name", value, sizeof(value)), "nsscope-inspect") == 0)
		*ret_fine &= read_set(pid, "CapPrm") == 0;
	if (!*ret_fine)
		fprintf(stderr, "# %s: call %d with %" PRIx64 ", of %" PRIx64 "\n",
		    read_status(pid, "Name", value, sizeof(value)), (int)info.entry.nr, effective,
		    read_set(pid, "CapPrm"));
	return true;
}

/* Looks at each call of each process that descends from @first, which is stopped, until that ends.
 * Returns how many calls of helpers these were; @ret_fine: none had more than it takes. */
static size_t look_at_calls(pid_t first, bool *ret_fine)
{
	const int options = PTRACE_O_TRACEFORK | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
	size_t count = 0;
	int status;
	pid_t pid;

	*ret_fine = true;
	require(ptrace(PTRACE_SEIZE, first, NULL, options) == 0);
	require(kill(first, SIGCONT) == 0);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		int signal = 0;
		bool fine;

		if (!WIFSTOPPED(status)) {
			if (pid != first)
				continue;
			require(WIFEXITED(status) && WEXITSTATUS(status) == 0);
			return count;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			if (look_at_call(pid, &fine)) {
				count++;
				*ret_fine &= fine;
			}
		} else if (status >> 16 == 0) {
			signal = WSTOPSIG(status);
		}
		ptrace(PTRACE_SYSCALL, pid, NULL, signal);
	}
	require(!"the end of the first one");
	return 0;
}

static int ask_all(pid_t member)
{
	static const struct scan_options options = {.hostnames = true};
	struct graph *graph;
	struct scan *scan;

	require(scan_new(&options, &scan) == 0);
	graph = sweep_now(scan, NULL);
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		inspection_free(inspect_once(graph, inside_ns(graph, member, type)));
	graph_unref(graph);
	scan_free(scan);
	return 0;
}

/* Root sees the calls of a helper, which is not dumpable. */
static void each_call_has_its_capability_and_no_other(void **state)
{
	bool fine;
	size_t calls;
	pid_t asker;

	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root: to trace a helper");
	inside_user_flag = 0;
	struct member box = member_start(CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET |
	                                     CLONE_NEWNS | CLONE_NEWCGROUP,
	    inside_name, "blue");

	asker = fork();
	if (asker == 0) {
		raise(SIGSTOP);
		_exit(ask_all(box.pid));
	}
	require(waitpid(asker, NULL, WUNTRACED) == asker);
	calls = look_at_calls(asker, &fine);
	/* How many depends on how far each comes before its limit. */
	assert_true(calls > 0);
	assert_true(fine);
	member_end(&box);
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
	need_test_machine();
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
	    cmocka_unit_test(so_is_the_one_for_command_lines),
	    cmocka_unit_test(so_is_the_one_for_names_of_users),
	    cmocka_unit_test(it_waits_with_few_descriptors_and_an_empty_root),
	    cmocka_unit_test(it_reads_what_hidepid_hides_from_others),
	    cmocka_unit_test(each_call_has_its_capability_and_no_other),
	    cmocka_unit_test(no_helper_is_in_a_pid_namespace),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
