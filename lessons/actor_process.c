/* The calls about processes. */
#include "lessons/actor.h"
#include "lessons/answer.h"
#include "model/i18n.h"

#include <errno.h>
#include <unistd.h>

/* What was seen of a fork is told by the caller, which knows the child's pid. */
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
	/* Seen when the process is gone, which the caller waits for. */
	answer_saw(answer, "/proc/%d: ENOENT", (int)actor->seen_pid);
}

const struct call process_calls[] = {
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
