/* The calls that make, join and ask namespaces, and what UTS and time namespaces have. */
#include "lessons/stage/actor.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/kernel_abi.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SHARED_STACK_BYTES = 64 * 1024 };

static const struct call_word no_more_words[] = {{NULL, 0}};

static const struct call_words namespace_flags = {
    .what = N_("namespace flag"),
    .list = no_more_words,
    .joined = true,
    .namespaces = true,
};

static const struct call_word clone_words[] = {
    {"CLONE_FS", CLONE_FS},
    {"CLONE_SIGHAND", CLONE_SIGHAND},
    {"CLONE_THREAD", CLONE_THREAD},
    {"CLONE_VM", CLONE_VM},
    {NULL, 0},
};

static const struct call_words clone_flags = {
    .what = N_("flag of clone"),
    .list = clone_words,
    .joined = true,
    .namespaces = true,
};

static const struct call_word ioctl_words[] = {
    {"NS_GET_USERNS", NSFS_GET_OWNER},
    {"NS_GET_PARENT", NSFS_GET_PARENT},
    {"NS_GET_NSTYPE", NSFS_GET_TYPE},
    {"NS_GET_OWNER_UID", NSFS_GET_OWNER_UID},
    {NULL, 0},
};

static const struct call_words ioctl_requests = {
    .what = N_("request to a namespace"),
    .list = ioctl_words,
};

/* The link of a type after unshare or setns: those two change for the children only.
 * unshare(2), setns(2) */
static const char *changed_link(enum nstype type)
{
	if (type == NS_PID)
		return ns_link_names[LINK_PID_FOR_CHILDREN];
	if (type == NS_TIME)
		return ns_link_names[LINK_TIME_FOR_CHILDREN];
	return ns_types[type].name;
}

static void saw_links(struct actor *actor, uint64_t flags)
{
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if (flags & ns_types[i].flag)
			answer_saw_link(actor, 0, changed_link((enum nstype)i));
	}
}

static void call_unshare(struct actor *actor)
{
	answer_result(actor, unshare((int)actor->arguments[0].number));
	if (!actor->answer.error)
		saw_links(actor, (uint64_t)actor->arguments[0].number);
}

static void call_setns(struct actor *actor)
{
	int fd = descriptor_of(actor, 0);
	uint64_t flags = (uint64_t)actor->arguments[1].number;
	int type;

	if (fd < 0)
		return;
	answer_result(actor, setns(fd, (int)flags));
	if (actor->answer.error)
		return;
	type = flags ? (int)flags : ioctl(fd, NSFS_GET_TYPE);
	if (type == CLONE_NEWTIME)
		answer_saw_link(actor, 0, ns_types[NS_TIME].name);
	saw_links(actor, type < 0 ? 0 : (uint64_t)type);
}

/* --- clone ------------------------------------------------------------------------------------ */

static int end_at_once(void *nothing)
{
	(void)nothing;
	return 0;
}

/* A child that shares our memory can't become an actor: it ends at once, on a stack of its own,
 * which stays, since it is unknown when it has left it. */
static long clone_sharing(uint64_t flags)
{
	char *stack = mmap(NULL, SHARED_STACK_BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	int signal_number = flags & CLONE_THREAD ? 0 : SIGCHLD;

	if (stack == MAP_FAILED)
		return -1;
	/* Only clone3(2) can make a time namespace, and its child would need a stack of our making. */
	if (flags & CLONE_NEWTIME) {
		errno = ENOTSUP;
		return -1;
	}
	return clone(end_at_once, stack + SHARED_STACK_BYTES, (int)flags | signal_number, NULL);
}

/* clone3(2), since 5.3; before, clone(2). */
static long clone_copying(uint64_t flags)
{
	struct clone_args arguments = {
	    .flags = flags,
	    .exit_signal = flags & CLONE_THREAD ? 0 : SIGCHLD,
	};
	long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (pid >= 0 || errno != ENOSYS || (flags & CLONE_NEWTIME))
		return pid;
	return syscall(SYS_clone, flags | arguments.exit_signal, NULL, NULL, NULL, NULL);
}

static void call_clone(struct actor *actor)
{
	uint64_t flags = (uint64_t)actor->arguments[1].number;
	long pid;

	if (actor->passed_fd < 0) {
		answer_error(actor, EBADF);
		return;
	}
	if (flags & CLONE_VM) {
		answer_result(actor, clone_sharing(flags));
		return;
	}
	pid = clone_copying(flags);
	if (pid == 0)
		actor_main(actor->passed_fd, actor->arguments[0].text, actor->world);
	answer_result(actor, pid);
}

/* --- Asking ----------------------------------------------------------------------------------- */

static const char *flag_of(int value)
{
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if (ns_types[i].flag == (uint64_t)value)
			return ns_types[i].flag_name;
	}
	return "?";
}

static void call_ioctl(struct actor *actor)
{
	int fd = descriptor_of(actor, 0);
	unsigned long request = (unsigned long)actor->arguments[1].number;
	uid_t owner = 0;

	if (fd < 0)
		return;
	answer_result(
	    actor, request == NSFS_GET_OWNER_UID ? ioctl(fd, request, &owner) : ioctl(fd, request));
	if (actor->answer.error)
		return;
	if (request == NSFS_GET_OWNER_UID)
		actor->answer.result = (long)owner;
	else if (request == NSFS_GET_TYPE)
		answer_saw(actor, "%s", flag_of((int)actor->answer.result));
	else
		answer_saw_fd(actor, (int)actor->answer.result);
}

/* Two descriptors are of one namespace where device and inode are the same.  namespaces(7) */
static void call_same(struct actor *actor)
{
	int one = descriptor_of(actor, 0);
	int other = descriptor_of(actor, 1);
	struct stat of_one, of_other;

	if (one < 0 || other < 0)
		return;
	if (fstat(one, &of_one) < 0 || fstat(other, &of_other) < 0) {
		answer_result(actor, -1);
		return;
	}
	answer_result(actor, of_one.st_dev == of_other.st_dev && of_one.st_ino == of_other.st_ino);
	answer_saw(actor, "%ju, %ju", (uintmax_t)of_one.st_ino, (uintmax_t)of_other.st_ino);
}

/* --- The second thread of an actor: it unshares and then waits until it is ended; one at a time ---- */

enum { THREAD_MS_MAX = 2000 };

struct actor_thread {
	pthread_t thread;
	int flags;
	int tid, error; /* set before answered is posted */
	sem_t answered, end;
};

static void await(sem_t *semaphore)
{
	while (sem_wait(semaphore) < 0 && errno == EINTR)
		;
}

static void *thread_run(void *argument)
{
	struct actor_thread *thread = argument;

	thread->error = unshare(thread->flags) < 0 ? errno : 0;
	thread->tid = gettid();
	sem_post(&thread->answered);
	if (!thread->error)
		await(&thread->end);
	return NULL;
}

static void thread_free(struct actor_thread *thread)
{
	pthread_join(thread->thread, NULL);
	sem_destroy(&thread->answered);
	sem_destroy(&thread->end);
	free(thread);
}

/* Begins the thread, which calls unshare(2) with @flags.  @thread: where it is kept; NULL before.
 * Returns its number in the actor's PID namespace, -EBUSY where there is one already, or -errno of
 * pthread_create or unshare; then there is none. */
static int thread_begin(struct actor_thread **thread, int flags)
{
	struct actor_thread *new;
	int r;

	if (*thread)
		return -EBUSY;
	new = xcalloc(1, sizeof(*new));
	new->flags = flags;
	sem_init(&new->answered, 0, 0);
	sem_init(&new->end, 0, 0);
	r = pthread_create(&new->thread, NULL, thread_run, new);
	if (r != 0) {
		free(new);
		return -r;
	}
	await(&new->answered);
	if (new->error) {
		r = -new->error;
		thread_free(new);
		return r;
	}
	*thread = new;
	return new->tid;
}

/* A thread is joined before the kernel has taken it out of its process: until then unshare(2) refuses what
 * only a process with one thread may do.  CLONE_THREAD asks for just that, and has no effect. */
static int await_alone(void)
{
	const struct timespec slice = {.tv_nsec = 1000 * 1000};

	for (int waited_ms = 0; unshare(CLONE_THREAD) < 0 && errno == EINVAL; waited_ms++) {
		if (waited_ms == THREAD_MS_MAX)
			return -ETIMEDOUT;
		nanosleep(&slice, NULL);
	}
	return 0;
}

/* Ends it and waits until the kernel, too, knows only one thread of the process.  Returns 0, -ESRCH where there
 * is none, or -ETIMEDOUT after THREAD_MS_MAX. */
static int thread_end(struct actor_thread **thread)
{
	if (!*thread)
		return -ESRCH;
	sem_post(&(*thread)->end);
	thread_free(*thread);
	*thread = NULL;
	return await_alone();
}

static void call_thread_unshare(struct actor *actor)
{
	uint64_t flags = (uint64_t)actor->arguments[0].number;
	int tid = thread_begin(&actor->thread, (int)flags);

	if (tid < 0) {
		answer_error(actor, -tid);
		return;
	}
	answer_result(actor, tid);
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if (flags & ns_types[i].flag)
			answer_saw_link(actor, tid, changed_link((enum nstype)i));
	}
}

static void call_thread_end(struct actor *actor)
{
	int r = thread_end(&actor->thread);

	if (r < 0)
		answer_error(actor, -r);
	else
		answer_result(actor, 0);
}

const struct call ns_calls[] = {
    {.name = "unshare",
        .signature = "f",
        .words = {&namespace_flags},
        .form = "unshare(FLAG|FLAG…)",
        .doc = "makes a new namespace for each flag and moves the caller in; pid and time: its "
               "children only",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_unshare},
    {.name = "clone",
        .signature = "af",
        .words = {&clone_flags},
        .form = "clone(ACTOR, FLAG|FLAG…)",
        .doc = "makes a child process in new namespaces, which becomes an actor",
        .c = "clone3({.flags = %2})",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_clone},
    {.name = "setns",
        .signature = "df",
        .words = {&namespace_flags},
        .form = "setns(FD, FLAG|FLAG…)",
        .doc = "moves the caller into the namespace that is open, or into those of a process; "
               "pid: its children only",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_setns},
    {.name = "ioctl",
        .signature = "df",
        .words = {&ioctl_requests},
        .form = "ioctl(FD, REQUEST)",
        .doc = "asks a namespace for its parent, its owner or its type",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .run = call_ioctl},
    {.name = "same",
        .signature = "dd",
        .form = "same(FD, FD)",
        .doc = "1 where two descriptors are of the same namespace, else 0",
        .c = "fstat(%1, &a), fstat(%2, &b), a.st_dev == b.st_dev && a.st_ino == b.st_ino",
        .reaches = REACHES_ITSELF,
        .run = call_same},
    {.name = "thread_unshare",
        .signature = "f",
        .words = {&namespace_flags},
        .form = "thread_unshare(FLAG|FLAG…)",
        .doc = "begins a thread that calls unshare and then waits; gives its number",
        .c = "pthread_create(…, unshare, %1)",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_thread_unshare},
    {.name = "thread_end",
        .signature = "",
        .form = "thread_end()",
        .doc = "ends the thread that thread_unshare began",
        .c = "pthread_join(…)",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .seconds = THREAD_MS_MAX / 1000,
        .run = call_thread_end},
    {.name = NULL},
};

/* --- Names: uts_namespaces(7) --------------------------------------------------------------- */

static void call_sethostname(struct actor *actor)
{
	answer_result(actor, sethostname(actor->arguments[0].text, actor->arguments[0].len));
	if (!actor->answer.error)
		answer_saw_line(actor, "/proc/sys/kernel/hostname", "");
}

static void call_gethostname(struct actor *actor)
{
	answer_result(actor, gethostname(actor->answer.text, sizeof(actor->answer.text)));
}

static void call_setdomainname(struct actor *actor)
{
	answer_result(actor, setdomainname(actor->arguments[0].text, actor->arguments[0].len));
	if (!actor->answer.error)
		answer_saw_line(actor, "/proc/sys/kernel/domainname", "");
}

static void call_getdomainname(struct actor *actor)
{
	answer_result(actor, getdomainname(actor->answer.text, sizeof(actor->answer.text)));
}

const struct call uts_calls[] = {
    {.name = "sethostname",
        .signature = "s",
        .form = "sethostname(\"NAME\")",
        .doc = "sets the host name of the uts namespace, at most 64 bytes",
        .reaches = REACHES_INSIDE(NS_UTS),
        .capability = CAP_SYS_ADMIN,
        .run = call_sethostname},
    {.name = "gethostname",
        .signature = "",
        .form = "gethostname()",
        .doc = "reads the host name of the uts namespace",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_gethostname},
    {.name = "setdomainname",
        .signature = "s",
        .form = "setdomainname(\"NAME\")",
        .doc = "sets the NIS domain name of the uts namespace, at most 64 bytes",
        .reaches = REACHES_INSIDE(NS_UTS),
        .capability = CAP_SYS_ADMIN,
        .run = call_setdomainname},
    {.name = "getdomainname",
        .signature = "",
        .form = "getdomainname()",
        .doc = "reads the NIS domain name of the uts namespace",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_getdomainname},
    {.name = NULL},
};

/* --- Clocks: time_namespaces(7) ------------------------------------------------------------- */

enum { SLEEP_MS_MAX = 5000, NS_PER_MS = 1000000 };

static void call_clock_gettime(struct actor *actor)
{
	struct timespec now;

	if (clock_gettime((clockid_t)actor->arguments[0].number, &now) < 0) {
		answer_error(actor, errno);
		return;
	}
	answer_result(actor, (long)now.tv_sec);
	answer_saw(actor, "%lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
}

/* The rest of a sleep that a signal cut short is slept as well. */
static void call_nanosleep(struct actor *actor)
{
	long ms = actor->arguments[0].number;
	struct timespec left;
	int r;

	if (ms < 0 || ms > SLEEP_MS_MAX) {
		answer_error(actor, EINVAL);
		return;
	}
	left = (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * NS_PER_MS};
	do
		r = nanosleep(&left, &left);
	while (r < 0 && errno == EINTR);
	answer_result(actor, r);
}

static const struct call_words clocks = {
    .what = N_("clock"),
    .list =
        (const struct call_word[]){
            {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
            {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
            {"CLOCK_REALTIME", CLOCK_REALTIME},
            {NULL, 0},
        },
};

const struct call time_calls[] = {
    {.name = "clock_gettime",
        .signature = "f",
        .words = {&clocks},
        .form = "clock_gettime(CLOCK)",
        .doc = "reads a clock, in whole seconds",
        .c = "clock_gettime(%1, &now)",
        .reaches = REACHES_ITSELF,
        .run = call_clock_gettime},
    {.name = "nanosleep",
        .signature = "n",
        .form = "nanosleep(MILLISECONDS)",
        .doc = "waits, at most 5 seconds",
        .c = "nanosleep(&(struct timespec){.tv_nsec = %1 * 1000000}, NULL)",
        .reaches = REACHES_ITSELF,
        .run = call_nanosleep},
    {.name = NULL},
};
