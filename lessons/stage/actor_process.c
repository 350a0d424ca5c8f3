/* The calls about processes and signals. */
#include "lessons/stage/actor.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Processes ------------------------------------------------------------------------------ */

/* The effect of a fork is reported by the caller, which knows the child's pid. */
static void call_fork(struct actor *actor)
{
	pid_t pid;

	if (actor->passed_fd < 0) {
		answer_error(actor, EBADF);
		return;
	}
	pid = fork();
	if (pid == 0)
		actor_main(actor->passed_fd, actor->arguments[0].text, actor->world);
	answer_result(actor, pid);
}

static void call_getpid(struct actor *actor)
{
	answer_result(actor, getpid());
}

static void call_getppid(struct actor *actor)
{
	answer_result(actor, getppid());
}

static void call_getuid(struct actor *actor)
{
	answer_result(actor, getuid());
}

static void call_exit(struct actor *actor)
{
	actor->ends = true;
	actor->exit_status = (int)(actor->arguments[0].number & 0xff);
	answer_result(actor, 0);
}

static void call_gettid(struct actor *actor)
{
	answer_result(actor, gettid());
}

static void call_getgid(struct actor *actor)
{
	answer_result(actor, getgid());
}

/* Changing the user makes a process secret, its links unreadable and its maps root's; a lesson is
 * there to be looked at.  proc(5), prctl(2) */
static void call_setuid(struct actor *actor)
{
	answer_result(actor, setuid((uid_t)actor->arguments[0].number));
	if (actor->answer.error)
		return;
	prctl(PR_SET_DUMPABLE, 1);
	answer_saw_line(actor, "/proc/self/status", "Uid:");
}

/* What it may do in its own user namespace.  capabilities(7) */
static void call_capeff(struct actor *actor)
{
	uint64_t effective = privileges_effective();

	answer_result(actor, 0);
	if (effective)
		snprintf(actor->answer.text, sizeof(actor->answer.text), "%016" PRIx64, effective);
	else
		answer_text(actor, "0", 1);
}

static void call_prctl(struct actor *actor)
{
	answer_result(actor, prctl((int)actor->arguments[0].number,
	                         (unsigned long)actor->arguments[1].number, 0, 0, 0));
}

/* --- execve --------------------------------------------------------------------------------- */

/* How the new program is called: with the number of a descriptor that it reads its memory from. */
#define PROGRAM "nsscope-actor:"

enum { DESCRIPTORS_MAX = 1024 };

/* What an actor knows.  The world is a copy: what others mount from now on is not known to be the
 * stage's. */
struct memory_of_actor {
	char name[ACTOR_NAME_MAX + 1];
	pid_t seen_pid;
	struct actor_world world;
};

/* All but the standard streams are closed by execve(2), or none. */
static void set_close_on_exec(bool close_on_exec)
{
	for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX; fd++)
		fcntl(fd, F_SETFD, close_on_exec ? FD_CLOEXEC : 0);
}

static int write_memory(const struct actor *actor)
{
	struct memory_of_actor memory = {.seen_pid = actor->seen_pid, .world = *actor->world};
	int fd = memfd_create("actor", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	snprintf(memory.name, sizeof(memory.name), "%s", actor->name);
	if (pwrite(fd, &memory, sizeof(memory), 0) != sizeof(memory)) {
		close(fd);
		return -EIO;
	}
	return fd;
}

static void call_execve(struct actor *actor)
{
	autoclose int memory = write_memory(actor);
	char program[sizeof(PROGRAM) + 16];
	char *const words[] = {program, NULL};

	if (memory < 0) {
		answer_error(actor, -memory);
		return;
	}
	snprintf(program, sizeof(program), PROGRAM "%d", memory);
	set_close_on_exec(false);
	/* That of the person's /proc: where there is another one, or none, the program is the same. */
	syscall(SYS_execveat, PROC_FD, "self/exe", words, environ, 0);
	answer_result(actor, -1);
	set_close_on_exec(true);
}

static struct actor_world *map_world(void)
{
	struct actor_world *world =
	    mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return world == MAP_FAILED ? NULL : world;
}

static int read_memory(const char *number, struct memory_of_actor *memory)
{
	char *end;
	long fd = strtol(number, &end, 10);

	if (end == number || *end || fd <= PROC_FD || fd >= DESCRIPTORS_MAX ||
	    pread((int)fd, memory, sizeof(*memory), 0) != sizeof(*memory))
		return -EBADF;
	close((int)fd);
	memory->name[ACTOR_NAME_MAX] = '\0';
	return 0;
}

void stage_resume(const char *program)
{
	struct memory_of_actor memory;
	struct actor actor = {.passed_fd = -1};

	if (!program || strncmp(program, PROGRAM, strlen(PROGRAM)) != 0)
		return;
	actor.world = map_world();
	if (!actor.world || read_memory(program + strlen(PROGRAM), &memory) < 0)
		_exit(EXIT_FAILURE);
	set_close_on_exec(true);
	*actor.world = memory.world;
	actor.seen_pid = memory.seen_pid;
	memcpy(actor.name, memory.name, sizeof(actor.name));
	answer_saw_line(&actor, "/proc/self/status", "CapEff:");
	actor_go_on(&actor);
}

/* --- The calls about processes ---------------------------------------------------------------- */

static const struct call_word prctl_words[] = {
    {"PR_SET_CHILD_SUBREAPER", PR_SET_CHILD_SUBREAPER},
    {NULL, 0},
};

static const struct call_words prctl_options = {
    .what = N_("option of prctl"),
    .list = prctl_words,
};

const struct call process_calls[] = {
    {.name = "fork",
        .signature = "a",
        .form = "fork(ACTOR)",
        .doc = "makes a child process, which becomes an actor",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .run = call_fork},
    {.name = "exit",
        .signature = "n",
        .form = "exit(STATUS)",
        .doc = "ends the actor",
        .reaches = REACHES_ITSELF,
        .ends_actor = true,
        .changes_holders = true,
        .run = call_exit},
    {.name = "getpid",
        .signature = "",
        .form = "getpid()",
        .doc = "the actor's own number in its pid namespace",
        .reaches = REACHES_ITSELF,
        .run = call_getpid},
    {.name = "getppid",
        .signature = "",
        .form = "getppid()",
        .doc = "its parent's number in its pid namespace; 0 where the parent is outside",
        .reaches = REACHES_ITSELF,
        .run = call_getppid},
    {.name = "getuid",
        .signature = "",
        .form = "getuid()",
        .doc = "its user in its user namespace; 65534 where it isn't mapped",
        .reaches = REACHES_ITSELF,
        .run = call_getuid},
    {.name = "gettid",
        .signature = "",
        .form = "gettid()",
        .doc = "the number of the actor's first thread in its pid namespace",
        .reaches = REACHES_ITSELF,
        .run = call_gettid},
    {.name = "getgid",
        .signature = "",
        .form = "getgid()",
        .doc = "its group in its user namespace; 65534 where it isn't mapped",
        .reaches = REACHES_ITSELF,
        .run = call_getgid},
    {.name = "setuid",
        .signature = "n",
        .form = "setuid(UID)",
        .doc = "becomes another user of its user namespace",
        .reaches = REACHES_ITSELF,
        .run = call_setuid},
    {.name = "capeff",
        .signature = "",
        .form = "capeff()",
        .doc = "its effective capabilities, in its user namespace: hexadecimal, or 0",
        .c = "capget(&header, &data)",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_capeff},
    {.name = "prctl",
        .signature = "fn",
        .words = {&prctl_options},
        .form = "prctl(PR_SET_CHILD_SUBREAPER, 1)",
        .doc = "makes the actor the one that inherits orphans among its descendants",
        .reaches = REACHES_ITSELF,
        .run = call_prctl},
    {.name = "execve",
        .signature = "",
        .form = "execve()",
        .doc = "the actor executes this program anew, and stays the actor that it was",
        .c = "execve(\"/proc/self/exe\", …)",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .run = call_execve},
    {.name = NULL},
};

/* --- Signals -------------------------------------------------------------------------------- */

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
 * no other process in it.  Signal 0 only asks. */
static void kill_number(struct actor *actor, long number, int signal_number)
{
	autoclose int pidfd = -1;
	bool ends;

	if (number <= 0 || number > INT_MAX) {
		answer_error(actor, number > INT_MAX ? ESRCH : EINVAL);
		return;
	}
	if (signal_number != 0 && !actor_confined(actor, REACHES_INSIDE(NS_PID))) {
		answer_refuse(actor);
		return;
	}
	pidfd = (int)syscall(SYS_pidfd_open, (pid_t)number, 0);
	ends = pidfd >= 0 && will_end(pidfd, signal_number);
	answer_result(actor, kill((pid_t)number, signal_number));
	if (!actor->answer.error && ends)
		await_end(pidfd);
}

static void call_kill(struct actor *actor)
{
	int number = (int)actor->arguments[1].number, pidfd = actor->passed_fd;
	bool ends;

	/* A number means another process in another PID namespace, and it may be another process's as
	 * soon as its process has gone: where it is an actor's, only that actor is meant. */
	if (pidfd < 0 || actor_confined(actor, REACHES_INSIDE(NS_PID))) {
		kill_number(actor, actor->arguments[0].number, number);
		return;
	}
	ends = will_end(pidfd, number);
	answer_result(actor, syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0));
	if (!actor->answer.error && ends)
		await_end(pidfd);
}

/* --- Children --------------------------------------------------------------------------------- */

static void call_signal(struct actor *actor)
{
	struct sigaction action = {
	    .sa_handler = actor->arguments[1].number == IGNORE ? SIG_IGN : SIG_DFL,
	};

	answer_result(actor, sigaction((int)actor->arguments[0].number, &action, NULL));
	if (!actor->answer.error)
		answer_saw_line(actor, "/proc/self/status", "SigIgn:");
}

static void call_waitpid(struct actor *actor)
{
	siginfo_t info = {0};

	if (actor->passed_fd < 0) {
		answer_error(actor, ENOSYS);
		return;
	}
	await_end(actor->passed_fd);
	if (waitid(P_PIDFD, (id_t)actor->passed_fd, &info, WEXITED | WNOHANG) < 0) {
		answer_result(actor, -1);
		return;
	}
	if (info.si_pid == 0) {
		answer_error(actor, EAGAIN);
		return;
	}
	answer_result(actor, info.si_pid);
	snprintf(actor->answer.text, sizeof(actor->answer.text), "%s %d",
	    info.si_code == CLD_EXITED ? "exited" : "killed", info.si_status);
}

const struct call signal_calls[] = {
    {.name = "kill",
        .signature = "pf",
        .words = {&signals},
        .form = "kill({ACTOR}, SIGNAL)",
        .doc = "sends a signal to a process, by its number in the pid namespace; 0 only asks "
               "whether that may be",
        .reaches = REACHES_BY_ARGUMENTS,
        .ends_named = true,
        .changes_holders = true,
        .run = call_kill},
    {.name = "signal",
        .signature = "ff",
        .words = {&child_signal, &dispositions},
        .form = "signal(SIGCHLD, SIG_DFL)",
        .doc = "SIG_DFL keeps children that have ended as zombies, for waitpid; SIG_IGN, with "
               "which actors begin, has the kernel forget them",
        .reaches = REACHES_ITSELF,
        .run = call_signal},
    {.name = "waitpid",
        .signature = "w",
        .form = "waitpid(ACTOR)",
        .doc = "waits for the end of a child, 2 seconds at most, and returns how it ended",
        .c = "waitpid(%1, &status, 0)",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .ends_named = true,
        .seconds = DESCRIPTOR_WAIT_MS / 1000,
        .run = call_waitpid},
    {.name = NULL},
};
