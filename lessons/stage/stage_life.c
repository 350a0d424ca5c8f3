/* How a stage begins and ends. */
#include "lessons/stage/actor_conn.h"
#include "lessons/stage/refusal.h"
#include "lessons/stage/stage.h"
#include "lessons/stage/stage_ground.h"
#include "lessons/stage/stage_process.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum {
	START_LIMIT_MS = 10000, /* for the hellos of new processes, on a busy machine */
	END_LIMIT_MS = 2000,    /* for the stage process to end what it began */
};

static char problem[512];

const char *stage_problem(void)
{
	return problem;
}

/* What it means that @step can't be done, beside the cause of it. */
static const char *meaning(const char *step, int error)
{
	if (strncmp(step, "set", 3) == 0)
		return _("This lesson is played without root, but root can't be given up here.");
	if (strncmp(step, "mount_setattr", 13) == 0 && error == ENOSYS)
		return _("This lesson needs Linux 5.12 or newer.");
	if (strncmp(step, "mount", 5) == 0 || strncmp(step, "open_tree", 9) == 0)
		return _("The mounts of the lesson can't be sealed off from those of the machine.");
	if (strncmp(step, "/proc/self/", 11) == 0)
		return _("A user namespace was made, but may not be filled.");
	return "";
}

/* The cause of what was refused, and the cure.  @step: "unshare(CLONE_NEWUSER)", or a path. */
static char *advice(const char *step, int error)
{
	bool user = strstr(step, "CLONE_NEWUSER");
	autofree char *call = *step == '/' ? xstrdup("write") : xstrndup(step, strcspn(step, "("));
	const struct refused_call refused = {
	    .call = call,
	    .detail = step,
	    .user = user,
	    .type = user ? NS_USER : NS_TYPE_COUNT,
	    .error = error,
	};
	struct confinement confinement;
	struct refusal refusal;
	char *text;

	if (error == EAGAIN)
		return xasprintf(_("%s: %s"), strerror(error), want_of_processes());
	confinement_read(&confinement);
	/* It died before it could say why. */
	if (error == EPIPE && confinement.seccomp == 2)
		return xstrdup(_("the stage's process was killed, as a seccomp filter does"));
	if (error != EPERM && error != EACCES && error != ENOSYS && error != ENOSPC)
		return xstrdup(strerror(error));
	refusal = refusal_of(&refused, &confinement);
	text = refusal.cure ? xasprintf(_("%s (%s)"), refusal.why, refusal.cure)
	                    : xstrdup(refusal.why);
	refusal_done(&refusal);
	return text;
}

static int failed(const char *step, int error)
{
	const char *what = meaning(step, error);
	autofree char *why = advice(step, error);

	if (what[0])
		snprintf(problem, sizeof(problem), _("%s: %s. %s"), step, why, what);
	else
		snprintf(problem, sizeof(problem), _("%s: %s"), step, why);
	return -error;
}

/* May this process make namespaces without a user namespace around them?  capabilities(7) */
static bool has_sys_admin(void)
{
	return privileges_permitted() & CAP_BIT(CAP_SYS_ADMIN);
}

/* Forks the stage process.  No signal reaches it before it has put away our handlers. */
static int fork_stage_process(struct stage *stage, const struct origin *origin)
{
	sigset_t all, before;
	int ends[2], error;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		stage_process_main(ends[1], &stage->plan, origin);
	error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	stage->control = ends[0];
	if (pid < 0)
		return -error;
	stage->process = pid;
	stage->process_pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	/* Before Linux 5.3 there are none: then nobody can be killed safely, only waited for. */
	return stage->process_pidfd < 0 && errno != ENOSYS ? -errno : 0;
}

static int await_stage_process(struct stage *stage)
{
	struct wire_reply hello;
	int r;

	if (!pidfd_gone(stage->control, START_LIMIT_MS))
		return failed("fork", ETIMEDOUT);
	r = wire_receive(stage->control, &hello, sizeof(hello), MSG_DONTWAIT, NULL, NULL);
	if (r != 1)
		return failed("fork", r == 0 ? EPIPE : -r);
	hello.step[sizeof(hello.step) - 1] = '\0';
	return hello.answer.error ? failed(hello.step, hello.answer.error) : 0;
}

static int start_actor(struct stage *stage, const char *name)
{
	struct wire_request start;
	struct actor_conn *actor_conn;
	autoclose int actor_end = -1;
	int r = actor_conn_new(stage, name, &actor_conn, &actor_end);

	if (r < 0)
		return r;
	memset(&start, 0, sizeof(start));
	start.order = ORDER_START;
	snprintf(start.name, sizeof(start.name), "%s", name);
	return wire_send(stage->control, &start, sizeof(start), actor_end, 0);
}

static int await_hello(struct stage *stage, const char *name, int64_t deadline_ms)
{
	for (;;) {
		const struct actor_conn *actor_conn = actor_conn_find(stage, name);
		struct pollfd fds[2];
		int64_t left_ms = deadline_ms - clock_ms();

		if (!actor_conn)
			return -EAGAIN; /* it could not be forked */
		if (actor_conn->pid)
			return 0;
		if (left_ms <= 0)
			return -ETIMEDOUT;
		fds[0] = (struct pollfd){.fd = actor_conn->socket, .events = POLLIN};
		fds[1] = (struct pollfd){.fd = stage->control, .events = POLLIN};
		if (poll(fds, array_len(fds), (int)left_ms) < 0 && errno != EINTR)
			return -errno;
		if (stage_receive(stage) < 0)
			return -EPIPE;
	}
}

static int start_actors(struct stage *stage, const char *const *names, size_t name_count)
{
	int64_t deadline_ms = clock_ms() + START_LIMIT_MS;
	int r = 0;

	for (size_t i = 0; i < name_count && r == 0; i++) {
		r = actor_conn_find(stage, names[i]) ? -EEXIST : start_actor(stage, names[i]);
		/* One by one: so the seats stand in order of birth. */
		if (r == 0)
			r = await_hello(stage, names[i], deadline_ms);
	}
	return r < 0 ? failed("fork", -r) : 0;
}

/* Who has the privileges of root, or could get them by being its owner. */
static bool is_root(void)
{
	return getuid() == 0 || geteuid() == 0 || has_sys_admin();
}

bool stage_gives_up_root(const struct stage_setup *setup)
{
	return setup->kind != STAGE_DEFAULT && is_root();
}

static void make_plan(struct stage *stage, const struct stage_setup *setup)
{
	struct stage_plan *plan = &stage->plan;

	if (setup)
		plan->setup = *setup;
	plan->give_up_root = stage_gives_up_root(&plan->setup);
	plan->make_userns = plan->setup.kind == STAGE_USER ||
	                    (plan->setup.kind == STAGE_DEFAULT && !has_sys_admin());
	stage->uid = geteuid();
	stage->gid = getegid();
	if (plan->give_up_root && (getuid() == 0 || stage->uid == 0)) {
		stage->uid = GROUND_NOBODY;
		stage->gid = GROUND_NOBODY;
	}
}

int stage_new(const struct stage_setup *setup, const char *const *names, size_t name_count,
    struct stage **ret_stage)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));
	struct origin origin;
	int r;

	problem[0] = '\0';
	stage->control = -1;
	stage->process_pidfd = -1;
	make_plan(stage, setup);
	origin_read(&origin);
	r = fork_stage_process(stage, &origin);
	if (r < 0)
		failed("fork", -r);
	else
		r = await_stage_process(stage);
	if (r == 0)
		r = start_actors(stage, names, name_count);
	if (r < 0) {
		stage_free(stage);
		return r;
	}
	*ret_stage = stage;
	return 0;
}

/* An actor may be another user. */
static void kill_pidfd(int pidfd)
{
	autoprivileges uint64_t before = privileges_raise(CAP_BIT(CAP_KILL));

	syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

/* Leaves first: a child was born after its parent. */
static void kill_actors(const struct stage *stage)
{
	for (size_t i = stage->count; i > 0; i--) {
		if (stage->actor_conns[i - 1]->pidfd >= 0)
			kill_pidfd(stage->actor_conns[i - 1]->pidfd);
	}
}

static void end_stage_process(struct stage *stage)
{
	if (stage->process_pidfd >= 0 && !pidfd_gone(stage->process_pidfd, END_LIMIT_MS)) {
		/* It is stopped, or waits for somebody who hangs. */
		kill_actors(stage);
		kill_pidfd(stage->process_pidfd);
		/* What is stuck in the kernel outlives even that; we don't wait for ever. */
		if (!pidfd_gone(stage->process_pidfd, END_LIMIT_MS))
			return;
	}
	while (waitpid(stage->process, NULL, 0) < 0 && errno == EINTR)
		;
}

/* After the stage process every actor is gone, unless that one was killed from outside. */
static void end_orphans(struct stage *stage)
{
	kill_actors(stage);
	while (stage->count > 0) {
		struct actor_conn *actor_conn = stage->actor_conns[stage->count - 1];
		siginfo_t info;

		/* Where we are the nearest reaper, as in a container, they are our children now. */
		if (actor_conn->pidfd >= 0 && pidfd_gone(actor_conn->pidfd, END_LIMIT_MS))
			waitid(P_PIDFD, (id_t)actor_conn->pidfd, &info, WEXITED | WNOHANG);
		actor_conn_remove(stage, actor_conn);
	}
}

void stage_free(struct stage *stage)
{
	if (!stage)
		return;
	stage_hang_up(stage);
	if (stage->process)
		end_stage_process(stage);
	end_orphans(stage);
	close_fd(&stage->process_pidfd);
	actor_conns_forget(stage);
	variables_done(&stage->variables);
	free(stage->actor_conns);
	free(stage->cast);
	free(stage);
}
