#include "tests/kernel/population.h"

#include "model/base/util.h"
#include "tests/kernel/population_parts.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { DEEPEST = 3, FLAT = CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP };

const char *const made_names[MADE_COUNT] = {
    [MADE_OWN_TABLE] = "threads with tables of their own",
    [MADE_OWN_MOUNTS] = "threads in mount namespaces of their own",
    [MADE_TUN] = "/dev/net/tun",
    [MADE_TUN_DEVICE] = "/dev/net/tun with a device",
    [MADE_DEAD_HELD] = "dead PID namespaces kept by descriptors",
    [MADE_DEAD_MOUNTED] = "dead PID namespaces kept by bind mounts",
    [MADE_DEAD_AWAITED] = "dead PID namespaces of those to be born",
    [MADE_ENDING] = "PID namespaces whose init cannot end",
    [MADE_ALL_GROUPS] = "lists of 65536 groups",
    [MADE_LONG_COMMAND] = "command lines longer than 64 kB",
};

static struct ledger {
	atomic_size_t count, made[MADE_COUNT], refused[MADE_COUNT];
	struct record records[RECORD_MAX];
} * ledger;

static const char *mounts_at;

int population_init(const char *folder)
{
	ledger =
	    mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	mounts_at = folder;
	/* Orphans of the room's own PID namespace come to us, and are waited for. */
	return ledger == MAP_FAILED ? -1 : prctl(PR_SET_CHILD_SUBREAPER, 1);
}

const struct record *population_records(size_t *ret_count)
{
	*ret_count = ledger->count;
	return ledger->records;
}

size_t population_made(enum made what)
{
	return ledger->made[what];
}

size_t population_refused(enum made what)
{
	return ledger->refused[what];
}

void population_note(enum made what, bool is_made)
{
	atomic_fetch_add(is_made ? &ledger->made[what] : &ledger->refused[what], 1);
}

/* --- In the members --------------------------------------------------------------------------- */

/* A linear congruential generator; its high bits are good enough here. */
uint32_t population_next(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

bool population_one_in(uint32_t *seed, uint32_t n)
{
	return population_next(seed) % n == 0;
}

/* Some of the flags in @all, perhaps none. */
static unsigned long some(uint32_t *seed, unsigned long all)
{
	unsigned long flags = 0;

	for (unsigned long bit = 1; bit <= all; bit <<= 1) {
		if ((all & bit) && population_one_in(seed, 3))
			flags |= bit;
	}
	return flags;
}

struct record *population_record(enum record_kind kind)
{
	size_t at = atomic_fetch_add(&ledger->count, 1);

	if (at >= RECORD_MAX)
		_exit(1);
	ledger->records[at] = (struct record){.kind = kind};
	return &ledger->records[at];
}

/* Our number in the room, whose /proc it is. */
pid_t population_number(const char *link)
{
	char text[64] = "";
	const char *last;

	if (readlink(link, text, sizeof(text) - 1) < 0)
		_exit(1);
	last = strrchr(text, '/');
	return (pid_t)strtol(last ? last + 1 : text, NULL, 10);
}

uint64_t population_ino(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

struct record *population_record_task(void)
{
	struct record *record = population_record(RECORD_TASK);

	record->pid = population_number("/proc/self");
	record->tid = population_number("/proc/thread-self");
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		autofree char *path = xasprintf("/proc/thread-self/ns/%s", ns_link_names[link]);

		record->ino[link] = population_ino(path);
	}
	return record;
}

/* --- What they hold --------------------------------------------------------------------------- */

/* A mount namespace can not be mounted; one made by a thread of its own would have copies of bind mounts. */
static const enum nstype held_types[] = {
    NS_UTS, NS_IPC, NS_NET, NS_CGROUP, NS_USER, NS_PID, NS_MNT};

static int told_at;

static int tell_number(const void *arg)
{
	pid_t pid = population_number("/proc/self");

	(void)arg;
	return write(told_at, &pid, sizeof(pid)) == sizeof(pid) ? 0 : -1;
}

static void record_end_of_init(enum nstype type, uint64_t ino, bool mountable)
{
	struct record *record;

	if (type != NS_PID)
		return;
	population_note(mountable ? MADE_DEAD_MOUNTED : MADE_DEAD_HELD, true);
	record = population_record(RECORD_PID_NS);
	record->ino[0] = ino;
	record->state = PID_NS_DEAD;
}

/* A descriptor on a namespace whose only process ends; @no_mnt: not on a mount namespace. */
static int open_orphan(uint32_t *seed, bool mountable, bool no_mnt)
{
	enum nstype type = held_types[population_next(seed) % (array_len(held_types) - no_mnt)];
	unsigned long flags =
	    ns_types[type].flag | (population_one_in(seed, 2) ? CLONE_NEWUSER : 0);
	autofree char *path = NULL;
	int told[2], fd;
	pid_t child, number;
	struct stat st;

	if (pipe2(told, O_CLOEXEC) < 0)
		_exit(1);
	told_at = told[1];
	child = member_fork(flags, tell_number, NULL);
	if (child < 0 || read(told[0], &number, sizeof(number)) != sizeof(number))
		_exit(1);
	close(told[0]);
	close(told[1]);
	path = xasprintf("/proc/%d/ns/%s", number, ns_types[type].name);
	fd = open(path, (mountable || population_one_in(seed, 2) ? O_RDONLY : O_PATH) | O_CLOEXEC);
	kill(child, SIGKILL);
	wait_status(child);
	if (fd < 0 || fstat(fd, &st) < 0)
		_exit(1);
	record_end_of_init(type, st.st_ino, mountable);
	return fd;
}

static void hold_fd(uint32_t *seed, bool mnt_too)
{
	pid_t tid = population_number("/proc/thread-self");
	int fd = open_orphan(seed, false, !mnt_too);
	struct record *record = population_record(RECORD_FD);
	struct stat st;

	if (fstat(fd, &st) < 0)
		_exit(1);
	record->pid = population_number("/proc/self");
	record->tid = tid == record->pid ? 0 : tid;
	record->fd = fd;
	record->ino[0] = st.st_ino;
}

static void hold_mount(uint32_t *seed)
{
	int fd = open_orphan(seed, true, true);
	autofree char *from = xasprintf("/proc/thread-self/fd/%d", fd);
	autofree char *to = xasprintf(
	    "%s/%d %x", mounts_at, population_number("/proc/self"), population_next(seed));
	struct record *record = population_record(RECORD_MOUNT);

	close(open(to, O_CREAT | O_WRONLY | O_CLOEXEC, 0666));
	record->ino[0] = population_ino(from);
	record->ino[1] = population_ino("/proc/thread-self/ns/mnt");
	if (mount(from, to, NULL, MS_BIND, NULL) < 0)
		_exit(1);
	close(fd);
}

/* --- What they are ---------------------------------------------------------------------------- */

struct plan {
	uint32_t seed;
	int depth;
	unsigned long flags; /* that it was made with */
};

static int thread_up[2];

static void *be_thread(void *arg)
{
	uint32_t seed = *(const uint32_t *)arg;
	bool own_mounts = population_one_in(&seed, 6);
	unsigned long flags = some(&seed, FLAT) | (own_mounts ? CLONE_NEWNS : 0) |
	                      (population_one_in(&seed, 2) ? CLONE_FILES : 0) |
	                      (population_one_in(&seed, 3) ? CLONE_FS : 0);

	if (flags && unshare((int)flags) < 0)
		_exit(1);
	if (flags & CLONE_FILES)
		population_note(MADE_OWN_TABLE, true);
	if (own_mounts)
		population_note(MADE_OWN_MOUNTS, true);
	if (own_mounts && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		_exit(1);
	if ((flags & CLONE_FILES) && population_one_in(&seed, 2))
		hold_fd(&seed, false);
	if ((flags & CLONE_FILES) && population_one_in(&seed, 2))
		population_hold_net(&seed);
	if (own_mounts)
		hold_mount(&seed);
	population_record_task();
	if (write(thread_up[1], "+", 1) != 1)
		_exit(1);
	pause();
	return NULL;
}

static void start_thread(uint32_t *seed)
{
	uint32_t its_seed = population_next(seed);
	pthread_t thread;
	char byte;

	if (pipe2(thread_up, O_CLOEXEC) < 0 ||
	    pthread_create(&thread, NULL, be_thread, &its_seed) != 0 ||
	    read(thread_up[0], &byte, 1) != 1)
		_exit(1);
	close(thread_up[0]);
	close(thread_up[1]);
}

static int be_zombie(const void *arg)
{
	(void)arg;
	population_record_task()->zombie = true;
	_exit(0);
}

void population_leave_zombie(void)
{
	pid_t child = fork();
	siginfo_t info;

	if (child == 0)
		be_zombie(NULL);
	if (child < 0 || waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0)
		_exit(1);
}

static int headless_up;

/* Waits until the first thread has ended, and says so. */
static void *outlive(void *arg)
{
	char text[512];
	bool dead = false;

	(void)arg;
	while (!dead) {
		autoclose int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
		ssize_t bytes = read(fd, text, sizeof(text) - 1);

		text[bytes > 0 ? bytes : 0] = '\0';
		dead = strstr(text, ") Z ");
		sched_yield();
	}
	population_record_task();
	if (write(headless_up, "+", 1) != 1)
		_exit(1);
	member_wait();
	_exit(0);
}

static void start_headless(uint32_t *seed)
{
	unsigned long flags = some(seed, FLAT);
	pthread_t thread;
	int up[2];
	char byte;

	if (pipe2(up, O_CLOEXEC) < 0)
		_exit(1);
	headless_up = up[1];
	if (fork() == 0) {
		if ((flags && unshare((int)flags) < 0) ||
		    pthread_create(&thread, NULL, outlive, NULL) != 0)
			_exit(1);
		population_record_task()->zombie = true;
		syscall(SYS_exit, 0); /* of this thread only */
	}
	close(up[1]);
	if (read(up[0], &byte, 1) != 1)
		_exit(1);
	close(up[0]);
}

static int be_member(const void *arg);

static void start_nested(uint32_t *seed, int depth)
{
	struct plan plan = {
	    .seed = population_next(seed),
	    .depth = depth,
	    .flags = some(seed, FLAT | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER),
	};

	if (member_fork(plan.flags, be_member, &plan) < 0)
		_exit(1);
}

/* A process whose parent ends before it. */
static void start_orphan(uint32_t *seed)
{
	pid_t child = fork();

	if (child == 0) {
		start_nested(seed, DEEPEST);
		_exit(0);
	}
	if (child < 0 || wait_status(child) != 0)
		_exit(1);
}

static void be_parent(uint32_t *seed, int depth)
{
	for (uint32_t i = population_next(seed) % 3; i > 0 && depth < DEEPEST; i--)
		start_nested(seed, depth + 1);
	if (population_one_in(seed, 3))
		start_orphan(seed);
	if (population_one_in(seed, 3))
		population_leave_zombie();
	if (population_one_in(seed, 4))
		start_headless(seed);
	if (population_one_in(seed, 4))
		population_start_without_init(seed);
	if (population_one_in(seed, 5))
		population_start_program(seed);
}

/* What others inherit comes last. */
static int be_member(const void *arg)
{
	const struct plan *plan = arg;
	uint32_t seed = plan->seed;
	unsigned long flags;

	/* All that begin here are of one process group: by that they are waited for. */
	if (plan->depth == 0 && setpgid(0, 0) < 0)
		return -1;
	if ((plan->flags & CLONE_NEWUSER) && map_root(0, 0) < 0)
		return -1;
	if ((plan->flags & CLONE_NEWNS) && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	flags = some(&seed, FLAT) | (population_one_in(&seed, 4) ? CLONE_NEWTIME : 0);
	if (flags && unshare((int)flags) < 0)
		return -1;
	be_parent(&seed, plan->depth);
	/* Not those that it starts, or it takes too long to read them all; but its threads. */
	if (population_one_in(&seed, 5))
		population_join_groups(&seed);
	if (population_one_in(&seed, 3))
		hold_fd(&seed, true);
	if ((plan->flags & CLONE_NEWNS) && population_one_in(&seed, 2))
		hold_mount(&seed);
	for (uint32_t i = population_next(&seed) % 3; i > 0; i--)
		start_thread(&seed);
	/* Threads with tables of their own have no copy of this. */
	if (population_one_in(&seed, 5))
		population_hold_net(&seed);
	if (population_one_in(&seed, 6) && unshare(CLONE_NEWPID) < 0)
		return -1;
	population_record_task();
	return 0;
}

/* --- In the test ------------------------------------------------------------------------------- */

void population_start(struct population *population, uint32_t seed)
{
	ledger->count = 0;
	population->count = 2 + (int)(population_next(&seed) % 3);
	for (int i = 0; i < population->count; i++) {
		const unsigned long all = FLAT | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER;
		const struct plan plan = {
		    .seed = population_next(&seed), .flags = some(&seed, all)};

		population->members[i] = member_start(plan.flags, be_member, &plan);
	}
}

void population_end(struct population *population)
{
	for (int i = 0; i < population->count; i++)
		member_end(&population->members[i]);
	/* Not for any child: helpers of a scan are ours, too. */
	for (int i = 0; i < population->count; i++)
		while (waitpid(-population->members[i].pid, NULL, 0) > 0 || errno == EINTR)
			;
	population->count = 0;
}
