/* The calls that make, join and ask namespaces. */
#include "lessons/stage/actor_descriptor.h"
#include "lessons/stage/actor_thread.h"
#include "lessons/stage/answer.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/nsfs/nsfs_abi.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

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

static void saw_links(const struct actor *actor, uint64_t flags, struct stage_answer *answer)
{
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if (flags & ns_types[i].flag)
			answer_saw_link(answer, actor->seen_pid, changed_link((enum nstype)i));
	}
}

static void call_unshare(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	answer_result(answer, unshare((int)arguments[0].number));
	if (!answer->error)
		saw_links(actor, (uint64_t)arguments[0].number, answer);
}

static void call_setns(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int fd = descriptor_of(actor, &arguments[0], answer);
	uint64_t flags = (uint64_t)arguments[1].number;
	int type;

	if (fd < 0)
		return;
	answer_result(answer, setns(fd, (int)flags));
	if (answer->error)
		return;
	type = flags ? (int)flags : ioctl(fd, NSFS_GET_TYPE);
	if (type == CLONE_NEWTIME)
		answer_saw_link(answer, actor->seen_pid, ns_types[NS_TIME].name);
	saw_links(actor, type < 0 ? 0 : (uint64_t)type, answer);
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
static long clone_apart(uint64_t flags)
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

static void call_clone(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	uint64_t flags = (uint64_t)arguments[1].number;
	long pid;

	if (actor->passed_fd < 0) {
		answer_error(answer, EBADF);
		return;
	}
	if (flags & CLONE_VM) {
		answer_result(answer, clone_sharing(flags));
		return;
	}
	pid = clone_apart(flags);
	if (pid == 0)
		actor_main(actor->passed_fd, arguments[0].text, actor->world);
	answer_result(answer, pid);
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

static void call_ioctl(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int fd = descriptor_of(actor, &arguments[0], answer);
	unsigned long request = (unsigned long)arguments[1].number;
	uid_t owner = 0;

	if (fd < 0)
		return;
	answer_result(answer,
	    request == NSFS_GET_OWNER_UID ? ioctl(fd, request, &owner) : ioctl(fd, request));
	if (answer->error)
		return;
	if (request == NSFS_GET_OWNER_UID)
		answer->result = (long)owner;
	else if (request == NSFS_GET_TYPE)
		answer_saw(answer, "%s", flag_of((int)answer->result));
	else
		answer_saw_fd(answer, actor->seen_pid, (int)answer->result);
}

/* Two descriptors are of one namespace where device and inode are the same.  namespaces(7) */
static void call_same(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int one = descriptor_of(actor, &arguments[0], answer);
	int other = descriptor_of(actor, &arguments[1], answer);
	struct stat of_one, of_other;

	if (one < 0 || other < 0)
		return;
	if (fstat(one, &of_one) < 0 || fstat(other, &of_other) < 0) {
		answer_result(answer, -1);
		return;
	}
	answer_result(answer, of_one.st_dev == of_other.st_dev && of_one.st_ino == of_other.st_ino);
	answer_saw(answer, "%ju, %ju", (uintmax_t)of_one.st_ino, (uintmax_t)of_other.st_ino);
}

/* --- Threads ---------------------------------------------------------------------------------- */

static void call_thread_unshare(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	uint64_t flags = (uint64_t)arguments[0].number;
	int tid = thread_begin(&actor->thread, (int)flags);

	if (tid < 0) {
		answer_error(answer, -tid);
		return;
	}
	answer_result(answer, tid);
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if (flags & ns_types[i].flag)
			answer_saw_link_of(
			    answer, actor->seen_pid, tid, changed_link((enum nstype)i));
	}
}

static void call_thread_end(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int r = thread_end(&actor->thread);

	(void)arguments;
	if (r < 0)
		answer_error(answer, -r);
	else
		answer_result(answer, 0);
}

const struct call ns_calls[] = {
    {
        .name = "unshare",
        .signature = "f",
        .words = {&namespace_flags},
        .form = "unshare(FLAG|FLAG…)",
        .doc = "makes a new namespace for each flag and moves the caller in; pid and time: its "
               "children only",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_unshare,
    },
    {
        .name = "clone",
        .signature = "af",
        .words = {&clone_flags},
        .form = "clone(ACTOR, FLAG|FLAG…)",
        .doc = "makes a child process in new namespaces, which becomes an actor",
        .c = "clone3({.flags = %2})",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_clone,
    },
    {
        .name = "setns",
        .signature = "df",
        .words = {&namespace_flags},
        .form = "setns(FD, FLAG|FLAG…)",
        .doc = "moves the caller into the namespace that is open, or into those of a process; "
               "pid: its children only",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_setns,
    },
    {
        .name = "ioctl",
        .signature = "df",
        .words = {&ioctl_requests},
        .form = "ioctl(FD, REQUEST)",
        .doc = "asks a namespace for its parent, its owner or its type",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .run = call_ioctl,
    },
    {
        .name = "same",
        .signature = "dd",
        .form = "same(FD, FD)",
        .doc = "1 where two descriptors are of the same namespace, else 0",
        .c = "fstat(%1, &a), fstat(%2, &b), a.st_dev == b.st_dev && a.st_ino == b.st_ino",
        .reaches = REACHES_ITSELF,
        .run = call_same,
    },
    {
        .name = "thread_unshare",
        .signature = "f",
        .words = {&namespace_flags},
        .form = "thread_unshare(FLAG|FLAG…)",
        .doc = "begins a thread that calls unshare and then waits; gives its number",
        .c = "pthread_create(…, unshare, %1)",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_thread_unshare,
    },
    {
        .name = "thread_end",
        .signature = "",
        .form = "thread_end()",
        .doc = "ends the thread that thread_unshare began",
        .c = "pthread_join(…)",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .seconds = THREAD_MS_MAX / 1000,
        .run = call_thread_end,
    },
    {.name = NULL},
};
