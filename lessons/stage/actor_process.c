/* The calls about processes. */
#include "lessons/stage/actor.h"
#include "lessons/stage/actor_execute.h"
#include "lessons/stage/answer.h"
#include "model/base/i18n.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The effect of a fork is reported by the caller, which knows the child's pid. */
static void call_fork(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	pid_t pid;

	if (actor->passed_fd < 0) {
		answer_error(answer, EBADF);
		return;
	}
	pid = fork();
	if (pid == 0)
		actor_main(actor->passed_fd, arguments[0].text, actor->world);
	answer_result(answer, pid);
}

static void call_getpid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	answer_result(answer, getpid());
}

static void call_getppid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	answer_result(answer, getppid());
}

static void call_getuid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	answer_result(answer, getuid());
}

static void call_exit(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	actor->ends = true;
	actor->exit_status = (int)(arguments[0].number & 0xff);
	answer_result(answer, 0);
}

static void call_gettid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	answer_result(answer, gettid());
}

static void call_getgid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor, (void)arguments;
	answer_result(answer, getgid());
}

/* Changing the user makes a process secret, its links unreadable and its maps root's; a lesson is
 * there to be looked at.  proc(5), prctl(2) */
static void call_setuid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	answer_result(answer, setuid((uid_t)arguments[0].number));
	if (answer->error)
		return;
	prctl(PR_SET_DUMPABLE, 1);
	answer_saw_line(answer, actor->seen_pid, "/proc/self/status", "Uid:");
}

/* What it may do in its own user namespace.  capabilities(7) */
static void call_capeff(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	uint64_t effective;

	(void)actor, (void)arguments;
	memset(data, 0, sizeof(data));
	answer_result(answer, syscall(SYS_capget, &header, data));
	if (answer->error)
		return;
	effective = (uint64_t)data[1].effective << 32 | data[0].effective;
	if (effective)
		snprintf(answer->text, sizeof(answer->text), "%016" PRIx64, effective);
	else
		answer_text(answer, "0", 1);
}

static void call_prctl(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor;
	answer_result(
	    answer, prctl((int)arguments[0].number, (unsigned long)arguments[1].number, 0, 0, 0));
}

static const struct call_word prctl_words[] = {
    {"PR_SET_CHILD_SUBREAPER", PR_SET_CHILD_SUBREAPER},
    {NULL, 0},
};

static const struct call_words prctl_options = {
    .what = N_("option of prctl"),
    .list = prctl_words,
};

const struct call process_calls[] = {
    {
        .name = "fork",
        .signature = "a",
        .form = "fork(ACTOR)",
        .doc = "makes a child process, which becomes an actor",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .run = call_fork,
    },
    {
        .name = "exit",
        .signature = "n",
        .form = "exit(STATUS)",
        .doc = "ends the actor",
        .reaches = REACHES_ITSELF,
        .ends_actor = true,
        .changes_holders = true,
        .run = call_exit,
    },
    {
        .name = "getpid",
        .signature = "",
        .form = "getpid()",
        .doc = "the actor's own number in its pid namespace",
        .reaches = REACHES_ITSELF,
        .run = call_getpid,
    },
    {
        .name = "getppid",
        .signature = "",
        .form = "getppid()",
        .doc = "its parent's number in its pid namespace; 0 where the parent is outside",
        .reaches = REACHES_ITSELF,
        .run = call_getppid,
    },
    {
        .name = "getuid",
        .signature = "",
        .form = "getuid()",
        .doc = "its user in its user namespace; 65534 where it isn't mapped",
        .reaches = REACHES_ITSELF,
        .run = call_getuid,
    },
    {
        .name = "gettid",
        .signature = "",
        .form = "gettid()",
        .doc = "the number of the actor's first thread in its pid namespace",
        .reaches = REACHES_ITSELF,
        .run = call_gettid,
    },
    {
        .name = "getgid",
        .signature = "",
        .form = "getgid()",
        .doc = "its group in its user namespace; 65534 where it isn't mapped",
        .reaches = REACHES_ITSELF,
        .run = call_getgid,
    },
    {
        .name = "setuid",
        .signature = "n",
        .form = "setuid(UID)",
        .doc = "becomes another user of its user namespace",
        .reaches = REACHES_ITSELF,
        .run = call_setuid,
    },
    {
        .name = "capeff",
        .signature = "",
        .form = "capeff()",
        .doc = "its effective capabilities, in its user namespace: hexadecimal, or 0",
        .c = "capget(&header, &data)",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_capeff,
    },
    {
        .name = "prctl",
        .signature = "fn",
        .words = {&prctl_options},
        .form = "prctl(PR_SET_CHILD_SUBREAPER, 1)",
        .doc = "makes the actor the one that inherits orphans among its descendants",
        .reaches = REACHES_ITSELF,
        .run = call_prctl,
    },
    {
        .name = "execve",
        .signature = "",
        .form = "execve()",
        .doc = "the actor executes this program anew, and stays the actor that it was",
        .c = "execve(\"/proc/self/exe\", …)",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .run = actor_execute,
    },
    {.name = NULL},
};
