/* The calls about signals, and about the end of processes. */
#include "lessons/stage/actor_descriptor.h"
#include "lessons/stage/answer.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { SLICE_MS = 10 };

#ifndef P_PIDFD
#define P_PIDFD 3 /* since Linux 5.4, glibc 2.36 */
#endif

/* None that leaves a core: a program of the machine's may be there to take it.  core(5) */
static const struct call_word signal_words[] = {
    {"0", 0},
    {"SIGHUP", SIGHUP},
    {"SIGINT", SIGINT},
    {"SIGKILL", SIGKILL},
    {"SIGUSR1", SIGUSR1},
    {"SIGTERM", SIGTERM},
    {"SIGCHLD", SIGCHLD},
    {"SIGCONT", SIGCONT},
    {"SIGSTOP", SIGSTOP},
    {NULL, 0},
};

static const struct call_words signals = {
    .what = N_("signal that a lesson sends"),
    .list = signal_words,
};

static const struct call_word child_words[] = {
    {"SIGCHLD", SIGCHLD},
    {NULL, 0},
};

static const struct call_words child_signal = {
    .what = N_("signal that a lesson handles"),
    .list = child_words,
};

enum { DEFAULT, IGNORE };

static const struct call_word disposition_words[] = {
    {"SIG_DFL", DEFAULT},
    {"SIG_IGN", IGNORE},
    {NULL, 0},
};

static const struct call_words dispositions = {
    .what = N_("way to handle a signal"),
    .list = disposition_words,
};

/* --- kill ------------------------------------------------------------------------------------- */

static bool ends_by_default(int number)
{
	return number == SIGKILL || number == SIGTERM || number == SIGINT || number == SIGHUP ||
	       number == SIGUSR1;
}

/* Will @number end the process behind @pidfd?  The init of a PID namespace has no default handlers
 * but for SIGKILL from an ancestor namespace.  pid_namespaces(7) */
static bool will_end(int pidfd, int number)
{
	int levels;

	if (!ends_by_default(number))
		return false;
	if (!descriptor_is_init(pidfd, &levels))
		return true;
	return number == SIGKILL && levels > descriptor_own_levels();
}

/* Has the actor a child that has ended and that it has not asked about? */
static bool has_zombie(void)
{
	siginfo_t info = {0};

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid > 0;
}

/* A signal is sent at once, but a process takes time to exit.  The init of a PID namespace stays
 * until the last member was asked about, which may be for the actor to do: then don't wait.
 * pid_namespaces(7) */
static void await_end(int pidfd)
{
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};

	int levels;

	for (int waited = 0; waited < DESCRIPTOR_WAIT_MS; waited += SLICE_MS)
		if (poll(&ended, 1, SLICE_MS) > 0 ||
		    (descriptor_is_init(pidfd, &levels) && has_zombie()))
			return;
}

/* By number, in the actor's own PID namespace, which must be one that the stage made: there is
 * nobody else in it.  Signal 0 only asks. */
static void kill_number(
    const struct actor *actor, long number, int signal_number, struct stage_answer *answer)
{
	autoclose int pidfd = -1;
	bool ends;

	if (number <= 0 || number > INT_MAX) {
		answer_error(answer, number > INT_MAX ? ESRCH : EINVAL);
		return;
	}
	if (signal_number != 0 && !actor_confined(actor, REACHES_INSIDE(NS_PID))) {
		answer_refuse(answer);
		return;
	}
	pidfd = (int)syscall(SYS_pidfd_open, (pid_t)number, 0);
	ends = pidfd >= 0 && will_end(pidfd, signal_number);
	answer_result(answer, kill((pid_t)number, signal_number));
	if (!answer->error && ends)
		await_end(pidfd);
}

static void call_kill(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int number = (int)arguments[1].number, pidfd = actor->passed_fd;
	bool ends;

	/* A number means another process in another PID namespace, and it may be another process's as
	 * soon as its process has gone: where it is an actor's, only that actor is meant. */
	if (pidfd < 0 || actor_confined(actor, REACHES_INSIDE(NS_PID))) {
		kill_number(actor, arguments[0].number, number, answer);
		return;
	}
	ends = will_end(pidfd, number);
	answer_result(answer, syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0));
	if (!answer->error && ends)
		await_end(pidfd);
}

/* --- Children --------------------------------------------------------------------------------- */

static void call_signal(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	struct sigaction action = {
	    .sa_handler = arguments[1].number == IGNORE ? SIG_IGN : SIG_DFL,
	};

	answer_result(answer, sigaction((int)arguments[0].number, &action, NULL));
	if (!answer->error)
		answer_saw_line(answer, actor->seen_pid, "/proc/self/status", "SigIgn:");
}

static void call_waitpid(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	siginfo_t info = {0};

	(void)arguments;
	if (actor->passed_fd < 0) {
		answer_error(answer, ENOSYS);
		return;
	}
	await_end(actor->passed_fd);
	if (waitid(P_PIDFD, (id_t)actor->passed_fd, &info, WEXITED | WNOHANG) < 0) {
		answer_result(answer, -1);
		return;
	}
	if (info.si_pid == 0) {
		answer_error(answer, EAGAIN);
		return;
	}
	answer_result(answer, info.si_pid);
	snprintf(answer->text, sizeof(answer->text), "%s %d",
	    info.si_code == CLD_EXITED ? "exited" : "killed", info.si_status);
}

const struct call signal_calls[] = {
    {
        .name = "kill",
        .signature = "pf",
        .words = {&signals},
        .form = "kill({ACTOR}, SIGNAL)",
        .doc = "sends a signal to a process, by its number in the pid namespace; 0 only asks "
               "whether that may be",
        .reaches = REACHES_BY_ARGUMENTS,
        .ends_named = true,
        .changes_holders = true,
        .run = call_kill,
    },
    {
        .name = "signal",
        .signature = "ff",
        .words = {&child_signal, &dispositions},
        .form = "signal(SIGCHLD, SIG_DFL)",
        .doc = "SIG_DFL keeps children that have ended as zombies, for waitpid; SIG_IGN, with "
               "which actors begin, has the kernel forget them",
        .reaches = REACHES_ITSELF,
        .run = call_signal,
    },
    {
        .name = "waitpid",
        .signature = "w",
        .form = "waitpid(ACTOR)",
        .doc = "waits for the end of a child, 2 seconds at most, and tells how it ended",
        .c = "waitpid(%1, &status, 0)",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .ends_named = true,
        .seconds = DESCRIPTOR_WAIT_MS / 1000,
        .run = call_waitpid,
    },
    {.name = NULL},
};
