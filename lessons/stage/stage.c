#include "lessons/stage/stage.h"

#include "lessons/stage/actor_conn.h"
#include "lessons/stage/answer.h"
#include "lessons/stage/refusal.h"
#include "lessons/stage/stage_ground.h"
#include "lessons/stage/stage_process.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum {
	FORGET_MS = 20,
	START_LIMIT_MS = 10000, /* for the hellos of new processes, on a busy machine */
	END_LIMIT_MS = 2000,    /* for the stage process to end what it began */
	BUSY_LIMIT_MS = 10000,  /* the same on a busy machine, while nothing says that it hangs */
};

static char problem[512];

const char *stage_problem(void)
{
	return problem;
}

/* --- Starting --------------------------------------------------------------------------------- */

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
	/* It exited before it could report why. */
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
	/* Before Linux 5.3 there are none: then no process can be killed safely, only waited for. */
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
		/* One by one: so the connections are in the order that the actors started in. */
		if (r == 0)
			r = await_hello(stage, names[i], deadline_ms);
	}
	return r < 0 ? failed("fork", -r) : 0;
}

/* Does this process have the privileges of root, or could it get them as the owner? */
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

/* --- Its actors ------------------------------------------------------------------------------- */

bool stage_in_userns(const struct stage *stage)
{
	return stage->plan.make_userns;
}

bool stage_gave_up_root(const struct stage *stage)
{
	return stage->plan.give_up_root;
}

/* Can @actor_conn be called? */
static bool is_present(const struct actor_conn *actor_conn)
{
	return actor_conn->pid > 0 && actor_conn->socket >= 0 && !actor_conn->leaving;
}

const struct cast_member *stage_cast(const struct stage *stage, size_t *ret_count)
{
	/* The array is a cache, which the reader needs not know of. */
	struct stage *cache = (struct stage *)stage;
	size_t count = 0;

	array_reserve(cache->cast, cache->cast_room, stage->count + 1);
	for (size_t i = 0; i < stage->count; i++) {
		const struct actor_conn *actor_conn = stage->actor_conns[i];

		if (is_present(actor_conn))
			cache->cast[count++] =
			    (struct cast_member){.pid = actor_conn->pid, .name = actor_conn->name};
	}
	*ret_count = count;
	return stage->cast;
}

pid_t stage_pid(const struct stage *stage, const char *actor)
{
	const struct actor_conn *actor_conn = actor_conn_find(stage, actor);

	return actor_conn && is_present(actor_conn) ? actor_conn->pid : 0;
}

int stage_pidfd(const struct stage *stage, const char *actor)
{
	const struct actor_conn *actor_conn = actor_conn_find(stage, actor);

	return actor_conn && is_present(actor_conn) ? actor_conn->pidfd : -1;
}

const struct variables *stage_variables(const struct stage *stage)
{
	return &stage->variables;
}

/* --- What names in arguments stand for -------------------------------------------------------- */

struct caller {
	const struct stage *stage;
	const char *actor; /* the caller; NULL for none */
};

static int variable_of(
    const struct stage *stage, const char *actor, const char *name, char *ret, size_t capacity)
{
	const struct variable *variable = variables_find(&stage->variables, actor, name);

	if (!variable)
		return -ENODATA;
	if (variable->is_text)
		snprintf(ret, capacity, "%s", variable->text);
	else
		snprintf(ret, capacity, "%ld", variable->number);
	return 0;
}

static int placeholder(const struct call_scope *scope, const char *name, char *ret, size_t capacity)
{
	const struct stage *stage = ((const struct caller *)scope->context)->stage;
	const char *dot = strchr(name, '.');
	const struct actor_conn *actor_conn;

	if (dot) {
		autofree char *actor = xstrndup(name, (size_t)(dot - name));

		return variable_of(stage, actor, dot + 1, ret, capacity);
	}
	actor_conn = actor_conn_remember(stage, name);
	if (actor_conn && actor_conn->pid)
		snprintf(ret, capacity, "%d", (int)actor_conn->pid);
	else if (strcmp(name, "me") == 0)
		snprintf(ret, capacity, "%d", (int)getpid());
	else if (strcmp(name, "uid") == 0)
		snprintf(ret, capacity, "%u", stage->uid);
	else if (strcmp(name, "gid") == 0)
		snprintf(ret, capacity, "%u", stage->gid);
	else
		return call_fail(scope, _("there is no \"%s\""), name);
	return 0;
}

static int variable(const struct call_scope *scope, const char *name, long *ret_number)
{
	const struct caller *caller = scope->context;
	const struct variable *variable =
	    variables_find(&caller->stage->variables, caller->actor, name);

	if (!variable || variable->is_text)
		return -ENODATA;
	*ret_number = variable->number;
	return 0;
}

int stage_string(
    const struct stage *stage, const char *word, char *ret, size_t capacity, size_t *ret_len)
{
	const struct caller caller = {.stage = stage};
	char message[1];
	const struct call_scope scope = {.context = &caller,
	    .placeholder = placeholder,
	    .variable = variable,
	    .message = message,
	    .message_bytes = sizeof(message)};

	return call_string_read(&scope, word, ret, capacity, ret_len);
}

/* --- Calls ------------------------------------------------------------------------------------ */

/* What goes along with a call: a new actor's socket, or a pidfd.  @ret_birth: the new connection, or
 * NULL. */
static int prepare_descriptor(struct stage *stage, const struct call_reading *reading,
    struct actor_conn **ret_birth, int *ret_fd)
{
	const char *kind = reading->call->signature;

	for (const struct call_value *value = reading->arguments; *kind; kind++) {
		const struct actor_conn *actor_conn;
		int r;

		if (*kind == ARGUMENT_NEW_ACTOR) {
			if (actor_conn_find(stage, value->text))
				return -EEXIST;
			return actor_conn_new(stage, value->text, ret_birth, ret_fd);
		}
		actor_conn = *kind == ARGUMENT_ACTOR || *kind == ARGUMENT_PID
		                 ? actor_conn_remember(stage, value->text)
		                 : NULL;
		r = actor_conn ? actor_conn_copy_pidfd(actor_conn, ret_fd) : 0;
		if (r)
			return r < 0 ? r : 0;
		value += *kind != '?';
	}
	return 0;
}

static int read_call(const struct stage *stage, const struct stage_request *request,
    struct call_reading *ret_reading)
{
	const struct caller caller = {.stage = stage, .actor = request->actor};
	char message[1];
	const struct call_scope scope = {.context = &caller,
	    .placeholder = placeholder,
	    .variable = variable,
	    .message = message,
	    .message_bytes = sizeof(message)};

	if (request->variable && strlen(request->variable) > VARIABLE_NAME_MAX)
		return -EINVAL;
	return call_read(
	    &scope, request->name, request->arguments, request->argument_count, ret_reading);
}

static int send_call(
    struct stage *stage, struct actor_conn *actor_conn, const struct call_reading *reading)
{
	struct wire_request order = {.order = ORDER_CALL, .pid = actor_conn->pid};
	struct actor_conn *born = NULL;
	autoclose int passed_fd = -1;
	int r = prepare_descriptor(stage, reading, &born, &passed_fd);

	if (r < 0)
		return r;
	snprintf(order.call, sizeof(order.call), "%s", reading->call->name);
	memcpy(order.arguments, reading->arguments, sizeof(order.arguments));
	r = wire_send(actor_conn->socket, &order, sizeof(order), passed_fd, MSG_DONTWAIT);
	if (r < 0) {
		if (born)
			actor_conn_remove(stage, born);
		return r == -EPIPE ? -ESRCH : r;
	}
	stage->born = born;
	return 0;
}

/* Notes which actor may be gone when the call is over. */
static void set_ending(
    struct stage *stage, const struct actor_conn *actor_conn, const struct call_reading *reading)
{
	const struct call_value *value = reading->arguments;

	stage->ending[0] = '\0';
	if (reading->call->ends_actor)
		snprintf(stage->ending, sizeof(stage->ending), "%s", actor_conn->name);
	if (!reading->call->ends_named)
		return;
	for (const char *kind = reading->call->signature; *kind; kind++, value++) {
		if (*kind == ARGUMENT_ACTOR || *kind == ARGUMENT_PID)
			snprintf(stage->ending, sizeof(stage->ending), "%.*s", ACTOR_NAME_MAX,
			    value->text);
	}
}

int stage_call(struct stage *stage, const struct stage_request *request)
{
	struct actor_conn *actor_conn = actor_conn_find(stage, request->actor);
	struct call_reading reading;
	int r;

	if (stage->call)
		return -EBUSY;
	r = read_call(stage, request, &reading);
	if (r < 0)
		return r;
	if (!actor_conn || !is_present(actor_conn))
		return -ESRCH;
	r = send_call(stage, actor_conn, &reading);
	if (r < 0)
		return r;
	stage->call = reading.call;
	stage->busy = actor_conn;
	stage->answered = false;
	set_ending(stage, actor_conn, &reading);
	memset(&stage->answer, 0, sizeof(stage->answer));
	snprintf(stage->variable, sizeof(stage->variable), "%s",
	    request->variable ? request->variable : "");
	snprintf(stage->caller, sizeof(stage->caller), "%s", actor_conn->name);
	/* What it sets by this call its child doesn't have. */
	if (stage->born)
		variables_fork(&stage->variables, actor_conn->name, stage->born->name);
	return 0;
}

static size_t add_actor_conn(
    const struct actor_conn *actor_conn, struct pollfd *fds, size_t count, size_t capacity)
{
	int fd =
	    actor_conn->leaving && actor_conn->pidfd >= 0 ? actor_conn->pidfd : actor_conn->socket;

	if (fd >= 0 && count < capacity)
		fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
	return count;
}

size_t stage_poll(const struct stage *stage, struct pollfd *fds, size_t capacity)
{
	size_t count = 0;

	if (stage->busy)
		count = add_actor_conn(stage->busy, fds, count, capacity);
	if (stage->born)
		count = add_actor_conn(stage->born, fds, count, capacity);
	if (stage->control >= 0 && count < capacity)
		fds[count++] = (struct pollfd){.fd = stage->control, .events = POLLIN};
	for (size_t i = 0; i < stage->count; i++) {
		if (stage->actor_conns[i] != stage->busy && stage->actor_conns[i] != stage->born)
			count = add_actor_conn(stage->actor_conns[i], fds, count, capacity);
	}
	return count;
}

static bool is_over(const struct stage *stage)
{
	bool leaves = stage->busy && stage->busy->leaving;

	return stage->answered && !stage->born && !leaves;
}

/* Where one of the caller's children has ended, the kernel keeps it as a zombie, or forgets it as soon
 * as it has notified us.  wait(2) */
static void see_end(struct stage_answer *answer, pid_t pid)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_PROC);
	char path[48], state[64];
	int64_t deadline_ms = clock_ms() + FORGET_MS;
	int r;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	do
		r = answer_line(path, "State:", state, sizeof(state));
	while (r >= 0 && clock_ms() < deadline_ms);
	answer->saw[0] = '\0';
	if (r >= 0)
		answer_saw(answer, "%s: State: %s", path, state);
	else
		answer_saw(answer, "/proc/%d: ENOENT", (int)pid);
}

static void see_ending(struct stage *stage)
{
	const struct actor_conn *actor_conn =
	    stage->ending[0] ? actor_conn_remember(stage, stage->ending) : NULL;

	if (!actor_conn || stage->answer.error)
		return;
	if (actor_conn->reaped ||
	    (actor_conn->pidfd < 0 ? stage->call->ends_actor : pidfd_gone(actor_conn->pidfd, 0)))
		see_end(&stage->answer, actor_conn->pid);
}

/* The variable that the call sets; without a result it isn't set any more. */
static void set_variable(struct stage *stage)
{
	const struct stage_answer *answer = &stage->answer;

	if (!stage->variable[0])
		return;
	if (answer->error)
		variables_unset(&stage->variables, stage->caller, stage->variable);
	else
		variables_set(&stage->variables, stage->caller, stage->variable, answer->result,
		    stage->call->gives_text ? answer->text : NULL);
}

int stage_io(struct stage *stage, struct stage_answer *ret_answer)
{
	int r = stage_receive(stage);

	if (r == 0 && !stage->call)
		return 0;
	if (r == 0 && is_over(stage)) {
		see_ending(stage);
		set_variable(stage);
		*ret_answer = stage->answer;
		r = 1;
	} else if (r == 0 && !stage->busy && !stage->answered) {
		r = -EPIPE;
	}
	if (r != 0) {
		stage->call = NULL;
		stage->busy = NULL;
		stage->born = NULL;
	}
	return r;
}

/* --- Ending ----------------------------------------------------------------------------------- */

/* An actor may be another user. */
static void kill_pidfd(int pidfd)
{
	autoprivileges uint64_t before = privileges_raise(CAP_BIT(CAP_KILL));

	syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

/* Leaves first: a child started after its parent. */
static void kill_actors(const struct stage *stage)
{
	for (size_t i = stage->count; i > 0; i--) {
		if (stage->actor_conns[i - 1]->pidfd >= 0)
			kill_pidfd(stage->actor_conns[i - 1]->pidfd);
	}
}

/* Is the process @pid stopped, traced, or in uninterruptible sleep? */
static bool hangs(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/stat", (int)pid);
	autotext struct proc_text stat = {.data = NULL};
	struct stat_head head;

	return proc_text_read(&stat, AT_FDCWD, path, PROC_TEXT_MAX) == 0 &&
	       parse_stat_head(stat.data, stat.len, &head) == 0 && strchr("TtD", head.state);
}

/* Has it ended what it began, and itself?  What it waits for may be slow to end where processors are scarce, and is
 * then not to be left to others. */
static bool has_ended(const struct stage *stage)
{
	bool any;

	if (pidfd_gone(stage->process_pidfd, END_LIMIT_MS))
		return true;
	any = hangs(stage->process);
	for (size_t i = 0; i < stage->count && !any; i++)
		any = hangs(stage->actor_conns[i]->pid);
	return !any && pidfd_gone(stage->process_pidfd, BUSY_LIMIT_MS - END_LIMIT_MS);
}

static void end_stage_process(struct stage *stage)
{
	if (stage->process_pidfd >= 0 && !has_ended(stage)) {
		/* It is stopped, or waits for a process that hangs. */
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
