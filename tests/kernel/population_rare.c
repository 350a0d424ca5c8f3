#include "model/base/util.h"
#include "tests/kernel/population_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* --- Net namespaces ---------------------------------------------------------------------------- */

/* A device of it, as a network in user space has one. */
static void attach(int tun)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};

	population_note(MADE_TUN_DEVICE, ioctl(tun, TUNSETIFF, &request) == 0);
}

static int open_in_net(enum record_kind kind, bool with_device)
{
	int fd;

	if (kind != RECORD_TUN)
		return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	population_note(MADE_TUN, fd >= 0);
	if (fd >= 0 && with_device)
		attach(fd);
	return fd;
}

static bool may_open_tun(void)
{
	bool may = access("/dev/net/tun", R_OK | W_OK) == 0;

	if (!may) {
		population_note(MADE_TUN, false);
		population_note(MADE_TUN_DEVICE, false);
	}
	return may;
}

/* A child in the new namespace opens it in the table that it shares with the caller. */
void population_hold_net(uint32_t *seed)
{
	bool tun = population_one_in(seed, 2) && may_open_tun();
	bool with_device = population_one_in(seed, 2);
	struct record *record = population_record(tun ? RECORD_TUN : RECORD_SOCKET);
	unsigned long flags = CLONE_FILES | CLONE_NEWNET | SIGCHLD;
	pid_t pid = population_number("/proc/self"), tid = population_number("/proc/thread-self");
	pid_t child;

	if (population_one_in(seed, 2))
		flags |= CLONE_NEWUSER;
	child = (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, 0);
	if (child == 0) {
		record->ino[0] = population_ino("/proc/self/ns/net");
		record->fd = open_in_net(record->kind, with_device);
		_exit(record->fd < 0 ? 1 : 0);
	}
	record->pid = pid;
	record->tid = tid == pid ? 0 : tid;
	if (child < 0 || wait_status(child) != 0)
		_exit(1);
}

/* --- PID namespaces without an init ------------------------------------------------------------ */

/* Tells its number in the room by way of the record of its namespace. */
static int be_init(const void *arg)
{
	struct record *ns = *(struct record *const *)arg;
	struct record *record = population_record_task();

	/* No more can be seen of it when it was killed. */
	record->zombie = true;
	ns->pid = record->pid;
	return 0;
}

/* It has let go of its namespaces before it waits for the others. */
static void wait_until_exiting(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/ns/uts", (int)pid);
	char text[64];

	while (readlink(path, text, sizeof(text)) >= 0)
		sched_yield();
}

static int be_without_init(const void *arg)
{
	uint32_t seed = *(const uint32_t *)arg;
	enum { ENDED, ZOMBIE, ENDING } how = population_next(&seed) % 3;
	struct record *record = population_record(RECORD_PID_NS);
	pid_t init;

	record->state = how == ENDING ? PID_NS_ENDING : PID_NS_DEAD;
	population_note(how == ENDING ? MADE_ENDING : MADE_DEAD_AWAITED, true);
	if (unshare(CLONE_NEWPID) < 0)
		return -1;
	if (how == ENDED) {
		init = fork();
		if (init == 0)
			_exit(0);
		if (init < 0 || wait_status(init) != 0)
			return -1;
	} else if (how == ZOMBIE) {
		population_leave_zombie();
	} else {
		init = member_fork(0, be_init, &record);
		if (init < 0)
			return -1;
		/* The init waits for this one, which waits for its parent outside. */
		population_leave_zombie();
		if (kill(init, SIGKILL) < 0)
			return -1;
		wait_until_exiting(record->pid);
	}
	record->ino[0] = population_ino("/proc/self/ns/pid_for_children");
	population_record_task();
	return record->ino[0] ? 0 : -1;
}

void population_start_without_init(uint32_t *seed)
{
	uint32_t its_seed = population_next(seed);

	if (member_fork(0, be_without_init, &its_seed) < 0)
		_exit(1);
}

/* --- What is long ------------------------------------------------------------------------------- */

/* NGROUPS_MAX of linux/limits.h: what setgroups(2) allows. */
enum { ARGUMENT_MAX = 100000, GROUPS_MAX = 65536 };

/* About a page, about 64 kB, more than that, or little. */
static size_t random_length(uint32_t *seed)
{
	switch (population_next(seed) % 4) {
	case 0:
		return 4000 + population_next(seed) % 200;
	case 1:
		return 65400 + population_next(seed) % 200;
	case 2:
		return population_next(seed) % 300000;
	default:
		return population_next(seed) % 100;
	}
}

/* Any bytes, in some arguments behind those of a shell that waits for the end of its input. */
static void exec_with(uint32_t *seed, size_t length)
{
	const char *argv[64] = {"sh", "-c", "echo; read x"};
	size_t count = 3, at = 0;
	char *text = xcalloc(length + 1, 1);

	while (at < length && count < array_len(argv) - 1) {
		size_t end = at + population_next(seed) % ARGUMENT_MAX;

		argv[count++] = text + at;
		end = end < length ? end : length;
		for (; at < end; at++)
			text[at] = (char)(1 + population_next(seed) % 255);
		at++;
	}
	execv("/bin/sh", (char *const *)argv);
	_exit(1);
}

void population_start_program(uint32_t *seed)
{
	uint32_t its_seed = population_next(seed);
	size_t length = random_length(seed);
	int hold[2], up[2];
	pid_t child;
	char byte;

	if (length > 65536)
		population_note(MADE_LONG_COMMAND, true);
	if (pipe2(hold, O_CLOEXEC) < 0 || pipe2(up, O_CLOEXEC) < 0)
		_exit(1);
	child = fork();
	if (child == 0) {
		population_record_task();
		if (dup2(hold[0], STDIN_FILENO) < 0 || dup2(up[1], STDOUT_FILENO) < 0)
			_exit(1);
		exec_with(&its_seed, length);
	}
	close(hold[0]);
	close(up[1]);
	/* The other end stays open as long as this process, and those that inherit it. */
	if (child < 0 || read(up[0], &byte, 1) != 1)
		_exit(1);
	close(up[0]);
}

void population_join_groups(uint32_t *seed)
{
	bool all = population_one_in(seed, 4);
	size_t count = all ? GROUPS_MAX : population_next(seed) % 5000;
	autofree gid_t *groups = xcalloc(GROUPS_MAX, sizeof(*groups));

	for (size_t i = 0; i < count; i++)
		groups[i] = 1000000000 + population_next(seed) % 1000000000;
	/* A user namespace may forbid that: user_namespaces(7). */
	bool joined = setgroups(count, groups) == 0;

	if (!joined && errno != EPERM)
		_exit(1);
	if (all || !joined)
		population_note(MADE_ALL_GROUPS, joined);
}
