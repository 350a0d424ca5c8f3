/* The calls of the table, as an actor makes them. */
#include "lessons/actor.h"
#include "model/i18n.h"
#include "model/util.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Takes what a system call returned; errno must still be its own. */
static void came_to(struct stage_answer *answer, long result)
{
	answer->result = result;
	answer->error = result < 0 ? errno : 0;
}

/* Appends to what was seen; a piece that doesn't fit is left out whole. */
__attribute__((format(printf, 2, 3))) static void add_saw(
    struct stage_answer *answer, const char *format, ...)
{
	size_t len = strlen(answer->saw);
	size_t room = sizeof(answer->saw) - len;
	va_list arguments;
	int added;

	va_start(arguments, format);
	added = vsnprintf(answer->saw + len, room, format, arguments);
	va_end(arguments);
	if (added < 0 || (size_t)added >= room)
		answer->saw[len] = '\0';
}

/* Where the link of a type stands after unshare: those two change for the children only.
 * unshare(2) */
static const char *changed_link(enum ns_type type)
{
	if (type == NS_PID)
		return ns_link_names[LINK_PID_FOR_CHILDREN];
	if (type == NS_TIME)
		return ns_link_names[LINK_TIME_FOR_CHILDREN];
	return ns_types[type].name;
}

static void saw_link(const struct actor *actor, enum ns_type type, struct stage_answer *answer)
{
	const char *link = changed_link(type);
	char path[48], target[48];
	ssize_t len;

	if (answer->saw[0])
		add_saw(answer, ", %s", link);
	else
		add_saw(answer, "/proc/%d/ns/%s", (int)actor->seen_pid, link);
	snprintf(path, sizeof(path), "/proc/self/ns/%s", link);
	len = readlink(path, target, sizeof(target) - 1);
	if (len >= 0) {
		target[len] = '\0';
		add_saw(answer, " -> %s", target);
	} else {
		/* A pid namespace has no link until its first process is there. */
		add_saw(answer, ": %s", strerrorname_np(errno));
	}
}

static void call_unshare(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	came_to(answer, unshare((int)arguments[0].number));
	if (answer->error)
		return;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if ((uint64_t)arguments[0].number & ns_types[i].flag)
			saw_link(actor, (enum ns_type)i, answer);
	}
}

/* What was seen of a fork is told by the caller, which knows the child's pid. */
static void call_fork(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	pid_t pid;

	if (actor->passed_fd < 0) {
		errno = EBADF;
		came_to(answer, -1);
		return;
	}
	pid = fork();
	if (pid == 0)
		actor_main(actor->passed_fd, arguments[0].text, actor->origin);
	came_to(answer, pid);
}

/* The first line of a file under /proc/sys, which shows the reader's own namespaces. */
static void saw_sysctl(const char *path, struct stage_answer *answer)
{
	char line[128];
	ssize_t len;
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	len = read(fd, line, sizeof(line) - 1);
	if (len < 0)
		return;
	if (len > 0 && line[len - 1] == '\n')
		len--;
	line[len] = '\0';
	add_saw(answer, "%s: %s", path, line);
}

static void call_sethostname(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor;
	came_to(answer, sethostname(arguments[0].text, arguments[0].len));
	if (!answer->error)
		saw_sysctl("/proc/sys/kernel/hostname", answer);
}

static void call_gethostname(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	came_to(answer, gethostname(answer->text, sizeof(answer->text)));
}

static void call_setdomainname(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor;
	came_to(answer, setdomainname(arguments[0].text, arguments[0].len));
	if (!answer->error)
		saw_sysctl("/proc/sys/kernel/domainname", answer);
}

static void call_getdomainname(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	came_to(answer, getdomainname(answer->text, sizeof(answer->text)));
}

static void call_getpid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	came_to(answer, getpid());
}

static void call_getppid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	came_to(answer, getppid());
}

static void call_getuid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	came_to(answer, getuid());
}

static void call_exit(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	actor->ends = true;
	actor->exit_status = (int)(arguments[0].number & 0xff);
	came_to(answer, 0);
	/* Seen when the process is gone, which the caller waits for. */
	add_saw(answer, "/proc/%d: ENOENT", (int)actor->seen_pid);
}

const struct call calls[] = {
    {
        .name = "unshare",
        .signature = "f",
        .form = "unshare(FLAG|FLAG…)",
        .doc = N_("makes a new namespace for each flag and moves the caller in; pid and time: its "
                  "children only"),
        .reaches = REACHES_ITSELF,
        .run = call_unshare,
    },
    {
        .name = "fork",
        .signature = "a",
        .form = "fork(ACTOR)",
        .doc = N_("makes a child process, which becomes an actor"),
        .reaches = REACHES_ITSELF,
        .run = call_fork,
    },
    {
        .name = "exit",
        .signature = "n",
        .form = "exit(STATUS)",
        .doc = N_("ends the actor"),
        .reaches = REACHES_ITSELF,
        .ends_actor = true,
        .run = call_exit,
    },
    {
        .name = "sethostname",
        .signature = "s",
        .form = "sethostname(\"NAME\")",
        .doc = N_("sets the host name of the uts namespace, at most 64 bytes"),
        .reaches = REACHES_INSIDE(NS_UTS),
        .run = call_sethostname,
    },
    {
        .name = "gethostname",
        .signature = "",
        .form = "gethostname()",
        .doc = N_("reads the host name of the uts namespace"),
        .reaches = REACHES_ITSELF,
        .run = call_gethostname,
    },
    {
        .name = "setdomainname",
        .signature = "s",
        .form = "setdomainname(\"NAME\")",
        .doc = N_("sets the NIS domain name of the uts namespace, at most 64 bytes"),
        .reaches = REACHES_INSIDE(NS_UTS),
        .run = call_setdomainname,
    },
    {
        .name = "getdomainname",
        .signature = "",
        .form = "getdomainname()",
        .doc = N_("reads the NIS domain name of the uts namespace"),
        .reaches = REACHES_ITSELF,
        .run = call_getdomainname,
    },
    {
        .name = "getpid",
        .signature = "",
        .form = "getpid()",
        .doc = N_("the actor's own number in its pid namespace"),
        .reaches = REACHES_ITSELF,
        .run = call_getpid,
    },
    {
        .name = "getppid",
        .signature = "",
        .form = "getppid()",
        .doc = N_("its parent's number in its pid namespace; 0 where the parent is outside"),
        .reaches = REACHES_ITSELF,
        .run = call_getppid,
    },
    {
        .name = "getuid",
        .signature = "",
        .form = "getuid()",
        .doc = N_("its user in its user namespace; 65534 where it isn't mapped"),
        .reaches = REACHES_ITSELF,
        .run = call_getuid,
    },
    {.name = NULL},
};
