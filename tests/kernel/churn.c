#include "tests/kernel/churn.h"

#include "model/base/util.h"
#include "scanner/proc/kernel_abi.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

enum {
	PIDS = 1 << 22,   /* PID_MAX_LIMIT */
	CYCLE_EVENTS = 3, /* a fork, an unshare and an exit for each child, about */
	CHILD_MS = 120,   /* the longest life of a child, but for what a busy machine adds */
	SPARE_S = 20,     /* of room to write, for scans that take long */
};

/* What a process was in, from one of its steps to the next. */
struct entry {
	_Atomic bool told; /* the rest is filled in */
	_Atomic bool left; /* of the first one of a process: it is about to end */
	pid_t pid;         /* as in the room */
	uint32_t previous; /* of the same pid: its place in the log and 1; 0 for none */
	uint64_t start_ticks;
	uint64_t ino[NS_LINK_COUNT], unique[NS_LINK_COUNT];
};

static struct {
	_Atomic uint32_t used;
	_Atomic uint32_t events;
	_Atomic int live;
	uint32_t room;
	_Atomic uint32_t heads[PIDS]; /* the last entry of each pid and 1 */
	struct entry entries[];
} * churned;

/* Who writes: of this process. */
static pid_t own_pid;
static uint64_t own_start;
static struct entry *own_birth; /* NULL: it has not told yet */
static uint64_t dice;

static unsigned roll(unsigned sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (unsigned)(dice >> 16) % sides;
}

static int hold = -1; /* end of file on it ends all of them */

/* In a child, where an assertion would go on with the next test. */
static void must(bool holds)
{
	if (!holds)
		_exit(1);
}

/* --- Writing down ------------------------------------------------------------------------------ */

/* proc_pid_stat(5): the room's /proc numbers as the room does, from any PID namespace below. */
static void learn_own(void)
{
	char text[1024];
	autoclose int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	char *at;

	must(len > 0);
	text[len] = '\0';
	own_pid = (pid_t)strtol(text, NULL, 10);
	at = strrchr(text, ')');
	must(at);
	for (int field = 2; field < 22; field++) {
		at = strchr(at + 1, ' ');
		must(at);
	}
	own_start = strtoull(at, NULL, 10);
}

static struct entry *new_entry(void)
{
	uint32_t at = atomic_fetch_add(&churned->used, 1);

	if (at >= churned->room)
		return NULL;
	churned->entries[at].pid = own_pid;
	churned->entries[at].start_ticks = own_start;
	return &churned->entries[at];
}

/* Makes it known that there is an entry. */
static void chain(struct entry *entry)
{
	uint32_t number = (uint32_t)(entry - churned->entries) + 1;
	_Atomic uint32_t *head = &churned->heads[own_pid];

	entry->previous = atomic_load(head);
	while (!atomic_compare_exchange_weak(head, &entry->previous, number))
		;
}

static void fill(struct entry *entry)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		autofree char *path = xasprintf("/proc/self/ns/%s", ns_link_names[link]);
		autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
		struct stat st;

		if (fd < 0 || fstat(fd, &st) < 0)
			continue;
		entry->ino[link] = st.st_ino;
		if (ioctl(fd, NSFS_GET_ID, &entry->unique[link]) < 0)
			entry->unique[link] = 0;
	}
	atomic_store(&entry->told, true);
}

/* The first thing that a process does. */
static bool tell_birth(void)
{
	struct entry *entry;

	learn_own();
	own_birth = NULL; /* that of its parent */
	entry = new_entry();
	if (!entry)
		return false;
	fill(entry);
	chain(entry);
	own_birth = entry;
	return true;
}

static bool move(int flags)
{
	struct entry *entry = new_entry();

	if (!entry)
		return false;
	/* First that something will happen, then that it did. */
	chain(entry);
	atomic_fetch_add(&churned->events, unshare(flags) == 0);
	fill(entry);
	return true;
}

/* --- The processes ------------------------------------------------------------------------------- */

/* Lives for @ms, or until the storm ends: then false. */
static bool live_for(int ms)
{
	struct pollfd poll_fd = {.fd = hold, .events = POLLIN};

	return poll(&poll_fd, 1, ms) == 0;
}

static int some_flags(void)
{
	/* A network namespace costs as much as all the others. */
	static const int flags[] = {CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWCGROUP, CLONE_NEWUTS,
	    CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWTIME, CLONE_NEWIPC, CLONE_NEWUTS};
	int sum = flags[roll(array_len(flags))];

	if (roll(2))
		sum |= flags[roll(3)];
	if (roll(40) == 0)
		sum |= CLONE_NEWNET;
	return sum;
}

static pid_t clone_with(int flags)
{
	pid_t pid;

	atomic_fetch_add(&churned->live, 1);
	pid = (pid_t)syscall(SYS_clone, (unsigned long)flags | SIGCHLD, 0, 0, 0, 0);
	if (pid < 0)
		atomic_fetch_sub(&churned->live, 1);
	atomic_fetch_add(&churned->events, pid > 0);
	return pid;
}

_Noreturn static void leave(void)
{
	/* Where processors are few it may take long until it has ended. */
	if (own_birth)
		atomic_store(&own_birth->left, true);
	atomic_fetch_add(&churned->events, 1);
	atomic_fetch_sub(&churned->live, 1);
	_exit(0);
}

/* Makes a child of a child.  With it a new PID namespace gets its init, and then
 * /proc/self/ns/pid_for_children can be opened: that is a step, too. */
static void have_child(void)
{
	struct entry *entry = new_entry();
	pid_t pid;

	if (!entry)
		return;
	chain(entry);
	pid = clone_with(0);
	if (pid == 0) {
		/* The namespace lasts until it is written down. */
		while (!atomic_load(&entry->told))
			sched_yield();
		if (tell_birth())
			live_for((int)roll(CHILD_MS));
		leave();
	}
	fill(entry);
	/* Half of them are orphans for a time, but none where they would be killed: with the init
	 * of their PID namespace. */
	if (pid > 0 && (getpid() == 1 || roll(2)))
		waitpid(pid, NULL, 0);
}

_Noreturn static void be_child(uint64_t seed)
{
	dice = seed;
	if (!tell_birth())
		leave();
	for (unsigned moves = roll(3); moves > 0; moves--) {
		if (!live_for((int)roll(CHILD_MS / 3)) || !move(some_flags()))
			leave();
	}
	if (roll(4) == 0)
		have_child();
	live_for((int)roll(CHILD_MS / 3));
	leave();
}

static int64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Makes a child every @every_us; those that ended stay zombies until the next one. */
_Noreturn static void breed(int every_us)
{
	int64_t due_us = clock_us();

	must(tell_birth());
	do {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (atomic_load(&churned->live) < CHURN_LIVE_MAX) {
			uint64_t seed = dice * 2862933555777941757u + 3037000493u;

			if (clone_with(roll(3) ? 0 : some_flags() & ~CLONE_NEWTIME) == 0)
				be_child(seed);
		}
		if (roll(4) == 0 && !move(roll(2) ? CLONE_NEWUTS : CLONE_NEWIPC))
			break;
		/* What could not be done in time is not made up for. */
		due_us = due_us + every_us > clock_us() ? due_us + every_us : clock_us();
	} while (live_for((int)((due_us - clock_us()) / 1000)));
	while (waitpid(-1, NULL, 0) > 0)
		;
	_exit(0);
}

void churn_start(struct churn *churn, unsigned per_second, unsigned seconds)
{
	int every_us = (int)(array_len(churn->breeders) * CYCLE_EVENTS * 1000000 / per_second);
	uint32_t room = per_second * (seconds + SPARE_S);
	int ends[2];

	churned = mmap(NULL, sizeof(*churned) + room * sizeof(struct entry), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	require(churned != MAP_FAILED);
	churned->room = room;
	require(pipe2(ends, O_CLOEXEC) == 0);
	fflush(NULL);
	for (size_t i = 0; i < array_len(churn->breeders); i++) {
		churn->breeders[i] = fork();
		if (churn->breeders[i] == 0) {
			close(ends[1]);
			hold = ends[0];
			dice = 88172645463325252 + i * 7919;
			breed(every_us);
		}
		require(churn->breeders[i] > 0);
	}
	close(ends[0]);
	churn->hold = ends[1];
}

void churn_end(struct churn *churn)
{
	close(churn->hold);
	for (size_t i = 0; i < array_len(churn->breeders); i++)
		require(wait_status(churn->breeders[i]) == 0);
	while (atomic_load(&churned->live) > 0)
		sched_yield();
}

size_t churn_events(void)
{
	return atomic_load(&churned->events);
}

bool churn_is_full(void)
{
	return atomic_load(&churned->used) >= churned->room;
}

/* --- Comparing ----------------------------------------------------------------------------------- */

/* The entry of @id behind @number, or its last one for UINT32_MAX; NULL for no more. */
static const struct entry *next_entry(const struct process_id *id, uint32_t number)
{
	if (number == UINT32_MAX)
		number = atomic_load(&churned->heads[id->pid]);
	while (number > 0) {
		const struct entry *entry = &churned->entries[number - 1];

		if (entry->start_ticks == id->start_ticks)
			return entry;
		number = entry->previous;
	}
	return NULL;
}

bool churn_has_left(const struct process_id *id)
{
	const struct entry *entry = next_entry(id, UINT32_MAX);

	while (entry && !atomic_load(&entry->left))
		entry = entry->previous ? next_entry(id, entry->previous) : NULL;
	return entry;
}

/* Waits until @id has told of itself, and of all that it is about to do.  NULL: it has ended without. */
static const struct entry *last_entry(const struct process_id *id)
{
	const struct entry *entry;
	bool ended = false;

	while (!(entry = next_entry(id, UINT32_MAX)) || !atomic_load(&entry->told)) {
		if (ended)
			return NULL;
		/* Whoever has its number next is not waited for in vain: that one ends, too. */
		ended = kill(id->pid, 0) < 0;
		sched_yield();
	}
	return entry;
}

static void compare_link(const struct process *process, int link, const struct entry *last,
    struct churn_verdict *verdict)
{
	const struct ns_id *id = &process->ns[link]->id;
	bool same_ino = false, same = false;

	for (const struct entry *entry = last; entry && !same;
	     entry = entry->previous ? next_entry(&process->id, entry->previous) : NULL) {
		same_ino = same_ino || entry->ino[link] == id->ino;
		same = entry->ino[link] == id->ino &&
		       (entry->unique[link] == id->unique || !id->unique);
	}
	if (!same)
		print_error("%d (%c) is not in %s:%llu (%llu)%s\n", (int)process->id.pid,
		    process->state, ns_link_names[link], (unsigned long long)id->ino,
		    (unsigned long long)id->unique, same_ino ? ", it is in another one" : "");
	verdict->links++;
	verdict->strangers += !same_ino;
	verdict->mistaken += same_ino && !same;
}

void churn_compare(const struct graph *graph, struct churn_verdict *verdict)
{
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];
		const struct entry *last;

		if (process->life.ended_ms || process->id.pid == 1 || process->id.pid == getpid())
			continue;
		last = last_entry(&process->id);
		if (!last) {
			/* Without room it ends at once. */
			verdict->unknown += !churn_is_full();
			continue;
		}
		for (int link = 0; link < NS_LINK_COUNT; link++) {
			if (process->ns[link])
				compare_link(process, link, last, verdict);
		}
	}
}
