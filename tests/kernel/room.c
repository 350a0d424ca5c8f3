#include "tests/kernel/room.h"

#include "model/base/util.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/userns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { NOBODY = 65534 };

const char *room_missing = "the room was not entered";

static bool users;
static uint64_t room_uts;

static bool in_child;

void require_at(bool holds, const char *condition, const char *file, int line)
{
	if (holds)
		return;
	if (!in_child)
		fail_msg("%s:%d: %s", file, line, condition);
	dprintf(STDERR_FILENO, "%s:%d: in a child: %s\n", file, line, condition);
	_exit(1);
}

int wait_status(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int write_text(const char *path, const char *text)
{
	autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(text);

	return fd >= 0 && write(fd, text, len) == (ssize_t)len ? 0 : -errno;
}

int map_root(uid_t uid, gid_t gid)
{
	autofree char *uids = xasprintf("0 %u 1", uid);
	autofree char *gids = xasprintf("0 %u 1", gid);
	int r = write_text("/proc/self/setgroups", "deny");

	if (r == 0)
		r = write_text("/proc/self/gid_map", gids);
	if (r == 0)
		r = write_text("/proc/self/uid_map", uids);
	return r;
}

static int refuse(const char *what)
{
	static char text[128];
	int error = errno;

	snprintf(text, sizeof(text), "%s: %s", what, strerror(error));
	room_missing = text;
	return -error;
}

static int know_own_uts(void)
{
	struct stat st;

	if (stat("/proc/self/ns/uts", &st) < 0)
		return refuse("/proc/self/ns/uts");
	room_uts = st.st_ino;
	return 0;
}

/* In the room, as its PID 1. */
static int furnish(void)
{
	/* Where / is shared, the new /proc would be seen outside. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return refuse("making / private");
	if (mount("proc", "/proc", "proc", 0, NULL) < 0)
		return refuse("mounting /proc");
	return know_own_uts();
}

/* Set while the program is executed again, in the room. */
#define IN_ROOM "NSSCOPE_TEST_IN_ROOM"

/* A process that is not dumpable, as a helper of nsscope, is open only to a process with CAP_SYS_PTRACE in the user
 * namespace where its memory began, with execve(2); fork(2) keeps that.  A user's room is a new user namespace: its
 * root sees into such a process, as root of the machine does, where the program began in the room.  ptrace(2) */
static int begin_again(void)
{
	char *const words[] = {program_invocation_name, NULL};

	setenv(IN_ROOM, "1", 1);
	execv(words[0], words);
	return refuse("executing the test program again");
}

/* Goes on where begin_again has left. */
static int has_begun_again(void)
{
	unsetenv(IN_ROOM);
	if (know_own_uts() < 0)
		return -EPERM;
	room_missing = NULL;
	return 0;
}

/* What the room's PID 1 does.  Returns the exit status of @pid, by whose end the room ends. */
static int reap_until(pid_t pid)
{
	int status = 0;
	pid_t ended;

	do
		ended = waitpid(-1, &status, 0);
	while (ended != pid && (ended > 0 || errno == EINTR));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool become_nobody(void)
{
	return setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	       setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

/* In a user namespace with a map of one, root has nobody to become: user_namespaces(7). */
static bool is_among_users(void)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(become_nobody() ? 0 : 1);
	return child > 0 && wait_status(child) == 0;
}

int test_machine_enter(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET;
	pid_t child;

	if (getenv(IN_ROOM))
		return has_begun_again();
	users = uid == 0 && is_among_users();
	/* Root's room is made without one, but most tests make some in it. */
	room_missing = userns_missing();
	if (room_missing)
		return -EPERM;
	if (unshare(flags | (uid == 0 ? 0 : CLONE_NEWUSER)) < 0)
		return refuse("unshare");
	if (uid != 0 && map_root(uid, gid) < 0)
		return refuse("mapping the user");
	child = fork();
	if (child < 0)
		return refuse("fork");
	/* Not exit(3): a look for leaks at the end starts a process, which fails in a PID namespace
	 * whose init is gone, pid_namespaces(7). */
	if (child > 0)
		_exit(wait_status(child));
	/* The room ends with its caller, however that ends. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (furnish() < 0)
		return -EPERM;
	/* Not as PID 1, which gets all orphans. */
	child = fork();
	if (child < 0)
		return refuse("fork");
	if (child > 0)
		_exit(reap_until(child));
	if (uid != 0)
		return begin_again();
	room_missing = NULL;
	return 0;
}

bool room_has_users(void)
{
	return users;
}

void need_test_machine(void)
{
	if (room_missing)
		skip_because("no room of its own: %s", room_missing);
}

/* In a member: the reading end of what holds it, and the pipe that says it is ready. */
static int held_by, ready_at;

void member_wait(void)
{
	char byte;

	while (read(held_by, &byte, 1) < 0 && errno == EINTR)
		;
}

static _Noreturn void live(int (*prepare)(const void *arg), const void *arg)
{
	char byte = 0;

	in_child = true;
	if (prepare && prepare(arg) != 0)
		_exit(1);
	if (write(ready_at, &byte, 1) != 1)
		_exit(1);
	member_wait();
	_exit(0);
}

static struct {
	uid_t uid;
	gid_t gid;
} starter; /* of this member */

int map_starter(void)
{
	return map_root(starter.uid, starter.gid);
}

static pid_t clone_like_fork(unsigned long flags)
{
	starter.uid = geteuid();
	starter.gid = getegid();
	return (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, 0);
}

struct member member_start(unsigned long flags, int (*prepare)(const void *arg), const void *arg)
{
	struct member member;
	int hold[2], ready[2];
	char byte = 1;

	need_test_machine();
	require(pipe2(hold, O_CLOEXEC) == 0);
	require(pipe2(ready, O_CLOEXEC) == 0);
	fflush(NULL);
	member.pid = clone_like_fork(flags);
	if (member.pid == 0) {
		close(hold[1]);
		close(ready[0]);
		held_by = hold[0];
		ready_at = ready[1];
		live(prepare, arg);
	}
	close(hold[0]);
	close(ready[1]);
	require(member.pid > 0);
	member.hold = hold[1];
	require(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	return member;
}

pid_t member_fork(unsigned long flags, int (*prepare)(const void *arg), const void *arg)
{
	int ready[2];
	char byte;
	pid_t pid;
	bool is_ready;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return -errno;
	pid = clone_like_fork(flags);
	if (pid == 0) {
		close(ready[0]);
		ready_at = ready[1];
		live(prepare, arg);
	}
	close(ready[1]);
	is_ready = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	return is_ready ? pid : -ECHILD;
}

struct member member_exec(char *const argv[])
{
	struct member member;
	int hold[2], failed[2];
	char byte;

	require(pipe2(hold, O_CLOEXEC) == 0);
	require(pipe2(failed, O_CLOEXEC) == 0);
	fflush(NULL);
	member.pid = fork();
	if (member.pid == 0) {
		if (dup2(hold[0], STDIN_FILENO) == STDIN_FILENO)
			execvp(argv[0], argv);
		_exit(write(failed[1], "", 1) == 1 ? 127 : 126);
	}
	close(hold[0]);
	close(failed[1]);
	require(member.pid > 0);
	member.hold = hold[1];
	require(read(failed[0], &byte, 1) == 0); /* the exec has closed it */
	close(failed[0]);
	return member;
}

void member_end(struct member *member)
{
	close(member->hold);
	kill(member->pid, SIGKILL);
	wait_status(member->pid);
}

int name_host(const void *name)
{
	struct stat st;

	if (stat("/proc/self/ns/uts", &st) < 0 || st.st_ino == room_uts)
		return -EPERM;
	return sethostname(name, strlen(name));
}

int make_time_ns(const char *offsets)
{
	int fd;

	if (unshare(CLONE_NEWTIME) < 0)
		return -errno;
	if (write_text("/proc/self/timens_offsets", offsets) < 0)
		return -errno;
	fd = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void need_time_ns(void)
{
	if (access("/proc/self/ns/time_for_children", F_OK) < 0)
		skip_because("kernel: no time namespace can be made (Linux 5.6)");
}

uint64_t link_ino(pid_t pid, const char *link)
{
	autofree char *path = xasprintf("/proc/%d/ns/%s", pid, link);
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

size_t open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	require(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

struct graph *sweep_now(struct scan *scan, const struct graph *prev)
{
	int r = scan_begin(scan, prev);

	while (r == 0)
		r = scan_step(scan, 4000);
	require(r == 1);
	return graph_freeze(scan_take(scan));
}

/* @kept: those of the first 32. */
static bool drop_capabilities_but(uint32_t kept)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {
	    {.effective = kept, .permitted = kept}};

	return syscall(SYS_capset, &header, sets) == 0;
}

static bool drop_capabilities(void)
{
	return drop_capabilities_but(0);
}

/* User 0 of the room can't be mapped in a new user namespace without it (5.12).  user_namespaces(7) */
static bool keep_what_maps(void)
{
	return drop_capabilities_but(CAP_TO_MASK(CAP_SETFCAP));
}

static void run_as(bool (*become)(void), int (*body)(void))
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		in_child = true;
		if (!become())
			_exit(99);
		/* Having had another user id makes a process's own links root's. */
		prctl(PR_SET_DUMPABLE, 1);
		_exit(body());
	}
	assert_true(child > 0);
	assert_int_equal(wait_status(child), 0);
}

void as_nobody(int (*body)(void))
{
	run_as(become_nobody, body);
}

void as_powerless(int (*body)(void))
{
	run_as(users ? become_nobody : drop_capabilities, body);
}

void as_powerless_mapper(int (*body)(void))
{
	run_as(users ? become_nobody : keep_what_maps, body);
}
