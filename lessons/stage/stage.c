#include "lessons/stage/stage.h"

#include "lessons/stage/actor.h"
#include "lessons/stage/refusal.h"
#include "lessons/stage/stage_setup.h"
#include "lessons/stage/variables.h"
#include "lessons/stage/wire.h"
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

/* The connection to an actor. */
struct actor_conn {
	char name[ACTOR_NAME_MAX + 1];
	int socket;     /* -1 once the stage is broken */
	int pidfd;      /* -1 until the hello */
	pid_t pid;      /* as we see it; 0 until the hello */
	bool leaving;   /* answered its last call: gone when its pidfd says so */
	bool reaped;    /* its pidfd is closed */
	char nspid[64]; /* "NSpid: 4711 1" */
};

struct stage {
	pid_t process; /* the stage process, a child of ours; 0 when there is none */
	int process_pidfd;
	int control; /* -1 once the stage process is gone */
	struct stage_plan plan;
	uid_t uid; /* of the person, in our user namespace, as the stage runs */
	gid_t gid;
	struct actor_conn **conns; /* in the order they started in */
	size_t count, capacity;
	/* Actors that exited, for calls that name them: their PIDs must never mean another process.
	 * Their pidfds stay open until they are reaped; after that a pidfd would only hold its PID
	 * namespaces. */
	struct actor_conn **gone;
	size_t gone_count, gone_capacity;
	struct variables variables;
	struct actor_ref *actors; /* made by stage_actors */
	size_t ref_capacity;

	/* The running call; NULL for none. */
	const struct call *call;
	char caller[ACTOR_NAME_MAX + 1];
	char ending[ACTOR_NAME_MAX + 1];      /* actor that the call may end; "" for none */
	char variable[VARIABLE_NAME_MAX + 1]; /* that gets the result; "" for none */
	struct actor_conn *busy;              /* the actor that makes it; NULL when it exited */
	struct actor_conn *forked;            /* the child of a fork whose hello is awaited */
	bool answered;
	struct stage_answer answer;
};
/* --- Connections ---------------------------------------------------------------------------- */

/* Makes a connection and the socket of its actor.
 * @ret_actor_end: to be passed on and closed.  Returns 0 or -errno. */
static int conn_new(
    struct stage *stage, const char *name, struct actor_conn **ret_conn, int *ret_actor_end)
{
	struct actor_conn *conn;
	int ends[2], on = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	/* The kernel then reports the sender's pid as we see it, through any PID namespace.  unix(7)
	 */
	if (setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0) {
		int error = errno;

		close(ends[0]);
		close(ends[1]);
		return -error;
	}
	conn = xcalloc(1, sizeof(*conn));
	snprintf(conn->name, sizeof(conn->name), "%s", name);
	conn->socket = ends[0];
	conn->pidfd = -1;
	array_reserve(stage->conns, stage->capacity, stage->count + 1);
	stage->conns[stage->count++] = conn;
	*ret_conn = conn;
	*ret_actor_end = ends[1];
	return 0;
}

/* A new actor with the name of one that exited is the one that the name means from now on. */
static void forget_name(struct stage *stage, const char *name)
{
	for (size_t i = 0; i < stage->gone_count; i++) {
		struct actor_conn *conn = stage->gone[i];

		if (strcmp(conn->name, name) != 0)
			continue;
		stage->gone[i] = stage->gone[--stage->gone_count];
		close_fd(&conn->pidfd);
		free(conn);
		return;
	}
}

/* Forgets the actors that exited. */
static void conns_forget(struct stage *stage)
{
	while (stage->gone_count > 0)
		forget_name(stage, stage->gone[0]->name);
	free(stage->gone);
	stage->gone = NULL;
}

static void remember(struct stage *stage, struct actor_conn *conn)
{
	forget_name(stage, conn->name);
	array_reserve(stage->gone, stage->gone_capacity, stage->gone_count + 1);
	stage->gone[stage->gone_count++] = conn;
}

static void conn_remove(struct stage *stage, struct actor_conn *conn)
{
	size_t i = 0;

	while (stage->conns[i] != conn)
		i++;
	stage->count--;
	memmove(&stage->conns[i], &stage->conns[i + 1], (stage->count - i) * sizeof(*stage->conns));
	if (stage->busy == conn)
		stage->busy = NULL;
	if (stage->forked == conn)
		stage->forked = NULL;
	close_fd(&conn->socket);
	if (conn->pid)
		remember(stage, conn);
	else
		free(conn);
}

static struct actor_conn *conn_find(const struct stage *stage, const char *name)
{
	for (size_t i = 0; i < stage->count; i++) {
		if (strcmp(stage->conns[i]->name, name) == 0)
			return stage->conns[i];
	}
	return NULL;
}

/* Also among the actors that exited. */
static const struct actor_conn *conn_remember(const struct stage *stage, const char *name)
{
	const struct actor_conn *conn = conn_find(stage, name);

	for (size_t i = 0; i < stage->gone_count && !conn; i++) {
		if (strcmp(stage->gone[i]->name, name) == 0)
			conn = stage->gone[i];
	}
	return conn;
}

/* Is the process behind @pidfd gone?  Waits for at most @limit_ms for that. */
static bool pidfd_gone(int pidfd, int limit_ms)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};
	int r;

	do
		r = poll(&fd, 1, limit_ms);
	while (r < 0 && errno == EINTR);
	return r > 0;
}

/* Closes all sockets; every actor then exits by itself. */
static void hang_up(struct stage *stage)
{
	for (size_t i = 0; i < stage->count; i++) {
		close_fd(&stage->conns[i]->socket);
	}
	close_fd(&stage->control);
}

/* The pid is the actor's for as long as it holds its end of the socket: a pidfd that was opened
 * before the socket was seen open is its. */
static int open_pidfd(const struct actor_conn *conn)
{
	struct pollfd fd = {.fd = conn->socket};
	int pidfd = (int)syscall(SYS_pidfd_open, conn->pid, 0);

	if (pidfd >= 0 && poll(&fd, 1, 0) > 0 && (fd.revents & POLLHUP)) {
		close(pidfd);
		return -1;
	}
	return pidfd;
}

static void take_hello(
    struct stage *stage, struct actor_conn *conn, pid_t pid, const struct wire_reply *hello)
{
	struct wire_request watch;

	if (conn->pid || pid <= 0)
		return;
	conn->pid = pid;
	snprintf(conn->nspid, sizeof(conn->nspid), "%.*s", (int)sizeof(conn->nspid) - 1,
	    hello->answer.text);
	conn->pidfd = open_pidfd(conn);
	if (conn->pidfd >= 0) {
		memset(&watch, 0, sizeof(watch));
		watch.order = ORDER_WATCH;
		/* Failing that, the stage process waits for the actor but can't kill it. */
		wire_send(stage->control, &watch, sizeof(watch), conn->pidfd, MSG_DONTWAIT);
	}
	if (stage->forked == conn) {
		snprintf(stage->answer.saw, sizeof(stage->answer.saw), "/proc/%d/status: %s",
		    (int)pid, conn->nspid);
		stage->forked = NULL;
	}
}

static void take_answer(
    struct stage *stage, struct actor_conn *conn, const struct wire_reply *reply)
{
	char saw[sizeof(reply->answer.saw)];

	if (conn != stage->busy || stage->answered)
		return;
	/* The child of a fork may have said hello before its parent answered. */
	memcpy(saw, stage->answer.saw, sizeof(saw));
	stage->answered = true;
	stage->answer = reply->answer;
	stage->answer.text[sizeof(stage->answer.text) - 1] = '\0';
	stage->answer.saw[sizeof(stage->answer.saw) - 1] = '\0';
	if (stage->answer.saw[0] == '\0')
		memcpy(stage->answer.saw, saw, sizeof(saw));
	conn->leaving = stage->call->ends_actor && reply->answer.error == 0;
	if (stage->forked && reply->answer.error)
		conn_remove(stage, stage->forked);
}

/* Returns false when the actor is gone, and its connection with it. */
static bool receive(struct stage *stage, struct actor_conn *conn)
{
	struct wire_reply reply;
	pid_t pid;
	int r;

	do {
		/* The socket of an actor that leaves is closed some time before it is gone. */
		if (conn->leaving && conn->pidfd >= 0) {
			r = pidfd_gone(conn->pidfd, 0) ? 0 : -EAGAIN;
			break;
		}
		r = wire_receive(conn->socket, &reply, sizeof(reply), MSG_DONTWAIT, &pid, NULL);
		if (r == 1 && reply.kind == REPLY_HELLO)
			take_hello(stage, conn, pid, &reply);
		else if (r == 1)
			take_answer(stage, conn, &reply);
	} while (r == 1);
	if (r == -EAGAIN)
		return true;
	conn_remove(stage, conn);
	return false;
}

static bool stage_process_gone(const struct stage *stage)
{
	struct pollfd fd = {.fd = stage->control};

	return stage->control < 0 || (poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR)));
}

/* Is there not even a zombie? */
static bool is_reaped(int pidfd)
{
	return syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) < 0 && errno == ESRCH;
}

static void close_reaped(struct stage *stage)
{
	for (size_t i = 0; i < stage->gone_count; i++) {
		struct actor_conn *conn = stage->gone[i];

		if (conn->pidfd < 0 || !is_reaped(conn->pidfd))
			continue;
		close_fd(&conn->pidfd);
		conn->reaped = true;
	}
}

/* Of a child that has exited and is reaped: the actor that it names is gone. */
static int open_reaped(void)
{
	pid_t child = fork();
	int pidfd, error;

	if (child == 0)
		_exit(0);
	if (child < 0)
		return -1;
	pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	error = errno;
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	errno = error;
	return pidfd;
}

/* A copy of the actor's pidfd, the caller's to close.  Returns 1, 0 where none is known, or -errno. */
static int conn_copy_pidfd(const struct actor_conn *conn, int *ret_pidfd)
{
	if (conn->pidfd < 0 && !conn->reaped)
		return 0;
	*ret_pidfd = conn->reaped ? open_reaped() : fcntl(conn->pidfd, F_DUPFD_CLOEXEC, 0);
	return *ret_pidfd < 0 ? -errno : 1;
}

/* Takes what has arrived on all sockets.  Returns 0, or -EPIPE when the stage process is gone. */
static int receive_all(struct stage *stage)
{
	if (stage_process_gone(stage)) {
		hang_up(stage);
		return -EPIPE;
	}
	/* An answer may remove another connection, that of a child that wasn't forked: look again. */
	for (size_t i = 0; i < stage->count;) {
		struct actor_conn *conn = stage->conns[i];

		if (receive(stage, conn) && i < stage->count && stage->conns[i] == conn)
			i++;
	}
	close_reaped(stage);
	return 0;
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

static int fork_stage_process(struct stage *stage)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	pid = fork_without_signals();
	if (pid == 0)
		stage_process_main(ends[1], &stage->plan);
	close(ends[1]);
	stage->control = ends[0];
	if (pid < 0)
		return pid;
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
	struct actor_conn *conn;
	autoclose int actor_end = -1;
	int r = conn_new(stage, name, &conn, &actor_end);

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
		const struct actor_conn *conn = conn_find(stage, name);
		struct pollfd fds[2];
		int64_t left_ms = deadline_ms - clock_ms();

		if (!conn)
			return -EAGAIN; /* it could not be forked */
		if (conn->pid)
			return 0;
		if (left_ms <= 0)
			return -ETIMEDOUT;
		fds[0] = (struct pollfd){.fd = conn->socket, .events = POLLIN};
		fds[1] = (struct pollfd){.fd = stage->control, .events = POLLIN};
		if (poll(fds, array_len(fds), (int)left_ms) < 0 && errno != EINTR)
			return -errno;
		if (receive_all(stage) < 0)
			return -EPIPE;
	}
}

static int start_actors(struct stage *stage, const char *const *names, size_t name_count)
{
	int64_t deadline_ms = clock_ms() + START_LIMIT_MS;
	int r = 0;

	for (size_t i = 0; i < name_count && r == 0; i++) {
		r = conn_find(stage, names[i]) ? -EEXIST : start_actor(stage, names[i]);
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

static bool gives_up_root(const struct stage_setup *setup)
{
	return setup->kind != STAGE_DEFAULT && is_root();
}

static void make_plan(struct stage *stage, const struct stage_setup *setup)
{
	struct stage_plan *plan = &stage->plan;

	if (setup)
		plan->setup = *setup;
	plan->give_up_root = gives_up_root(&plan->setup);
	plan->make_userns = plan->setup.kind == STAGE_USER ||
	                    (plan->setup.kind == STAGE_DEFAULT && !has_sys_admin());
	stage->uid = geteuid();
	stage->gid = getegid();
	if (plan->give_up_root && (getuid() == 0 || stage->uid == 0)) {
		stage->uid = STAGE_UID;
		stage->gid = STAGE_UID;
	}
}

int stage_new(const struct stage_setup *setup, const char *const *names, size_t name_count,
    struct stage **ret_stage)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));
	int r;

	problem[0] = '\0';
	stage->control = -1;
	stage->process_pidfd = -1;
	make_plan(stage, setup);
	r = fork_stage_process(stage);
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
	return stage && stage->plan.make_userns;
}

bool stage_gave_up_root(const struct stage *stage)
{
	return stage && stage->plan.give_up_root;
}

/* Can @conn be called? */
static bool is_present(const struct actor_conn *conn)
{
	return conn->pid > 0 && conn->socket >= 0 && !conn->leaving;
}

const struct actor_ref *stage_actors(const struct stage *stage, size_t *ret_count)
{
	/* The array is a cache, which the reader needs not know of. */
	struct stage *cache = (struct stage *)stage;
	size_t count = 0;

	array_reserve(cache->actors, cache->ref_capacity, stage->count + 1);
	for (size_t i = 0; i < stage->count; i++) {
		const struct actor_conn *conn = stage->conns[i];

		if (is_present(conn))
			cache->actors[count++] =
			    (struct actor_ref){.pid = conn->pid, .name = conn->name};
	}
	*ret_count = count;
	return stage->actors;
}

pid_t stage_pid(const struct stage *stage, const char *actor)
{
	const struct actor_conn *conn = conn_find(stage, actor);

	return conn && is_present(conn) ? conn->pid : 0;
}

int stage_pidfd(const struct stage *stage, const char *actor)
{
	const struct actor_conn *conn = conn_find(stage, actor);

	return conn && is_present(conn) ? conn->pidfd : -1;
}

const struct variables *stage_variables(const struct stage *stage)
{
	return &stage->variables;
}

/* --- The values of names in arguments --------------------------------------------------------- */

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
	const struct actor_conn *conn;

	if (dot) {
		autofree char *actor = xstrndup(name, (size_t)(dot - name));

		return variable_of(stage, actor, dot + 1, ret, capacity);
	}
	conn = conn_remember(stage, name);
	if (conn && conn->pid)
		snprintf(ret, capacity, "%d", (int)conn->pid);
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

/* No message of it is read: the parser has reported what it can. */
static struct call_scope scope_of(const struct caller *caller)
{
	static char message[1];

	return (struct call_scope){.context = caller,
	    .placeholder = placeholder,
	    .variable = variable,
	    .message = message,
	    .message_bytes = sizeof(message)};
}

int stage_string(
    const struct stage *stage, const char *word, char *ret, size_t capacity, size_t *ret_len)
{
	const struct caller caller = {.stage = stage};
	const struct call_scope scope = scope_of(&caller);

	return call_string_read(&scope, word, ret, capacity, ret_len);
}

/* --- Calls ------------------------------------------------------------------------------------ */

/* What goes along with a call: a new actor's socket, or a pidfd.  @ret_forked: the new connection, or
 * NULL. */
static int prepare_descriptor(struct stage *stage, const struct call_reading *reading,
    struct actor_conn **ret_forked, int *ret_fd)
{
	const char *kind = reading->call->signature;

	for (const struct call_value *value = reading->arguments; *kind; kind++) {
		const struct actor_conn *conn;
		int r;

		if (*kind == ARGUMENT_NEW_ACTOR) {
			if (conn_find(stage, value->text))
				return -EEXIST;
			return conn_new(stage, value->text, ret_forked, ret_fd);
		}
		conn = *kind == ARGUMENT_ACTOR || *kind == ARGUMENT_PID
		           ? conn_remember(stage, value->text)
		           : NULL;
		r = conn ? conn_copy_pidfd(conn, ret_fd) : 0;
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
	const struct call_scope scope = scope_of(&caller);

	if (request->variable && strlen(request->variable) > VARIABLE_NAME_MAX)
		return -EINVAL;
	return call_read(
	    &scope, request->name, request->arguments, request->argument_count, ret_reading);
}

static int send_call(
    struct stage *stage, struct actor_conn *conn, const struct call_reading *reading)
{
	struct wire_request order = {.order = ORDER_CALL, .pid = conn->pid};
	struct actor_conn *forked = NULL;
	autoclose int passed_fd = -1;
	int r = prepare_descriptor(stage, reading, &forked, &passed_fd);

	if (r < 0)
		return r;
	snprintf(order.call, sizeof(order.call), "%s", reading->call->name);
	memcpy(order.arguments, reading->arguments, sizeof(order.arguments));
	r = wire_send(conn->socket, &order, sizeof(order), passed_fd, MSG_DONTWAIT);
	if (r < 0) {
		if (forked)
			conn_remove(stage, forked);
		return r == -EPIPE ? -ESRCH : r;
	}
	stage->forked = forked;
	return 0;
}

/* Notes which actor may be gone when the call is over. */
static void set_ending(
    struct stage *stage, const struct actor_conn *conn, const struct call_reading *reading)
{
	const struct call_value *value = reading->arguments;

	stage->ending[0] = '\0';
	if (reading->call->ends_actor)
		snprintf(stage->ending, sizeof(stage->ending), "%s", conn->name);
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
	struct actor_conn *conn = conn_find(stage, request->actor);
	struct call_reading reading;
	int r;

	if (stage->call)
		return -EBUSY;
	r = read_call(stage, request, &reading);
	if (r < 0)
		return r;
	if (!conn || !is_present(conn))
		return -ESRCH;
	r = send_call(stage, conn, &reading);
	if (r < 0)
		return r;
	stage->call = reading.call;
	stage->busy = conn;
	stage->answered = false;
	set_ending(stage, conn, &reading);
	memset(&stage->answer, 0, sizeof(stage->answer));
	snprintf(stage->variable, sizeof(stage->variable), "%s",
	    request->variable ? request->variable : "");
	snprintf(stage->caller, sizeof(stage->caller), "%s", conn->name);
	/* What it sets by this call its child doesn't have. */
	if (stage->forked)
		variables_fork(&stage->variables, conn->name, stage->forked->name);
	return 0;
}

static size_t add_conn(
    const struct actor_conn *conn, struct pollfd *fds, size_t count, size_t capacity)
{
	int fd = conn->leaving && conn->pidfd >= 0 ? conn->pidfd : conn->socket;

	if (fd >= 0 && count < capacity)
		fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
	return count;
}

size_t stage_poll(const struct stage *stage, struct pollfd *fds, size_t capacity)
{
	size_t count = 0;

	if (stage->busy)
		count = add_conn(stage->busy, fds, count, capacity);
	if (stage->forked)
		count = add_conn(stage->forked, fds, count, capacity);
	if (stage->control >= 0 && count < capacity)
		fds[count++] = (struct pollfd){.fd = stage->control, .events = POLLIN};
	for (size_t i = 0; i < stage->count; i++) {
		if (stage->conns[i] != stage->busy && stage->conns[i] != stage->forked)
			count = add_conn(stage->conns[i], fds, count, capacity);
	}
	return count;
}

static bool is_over(const struct stage *stage)
{
	bool leaves = stage->busy && stage->busy->leaving;

	return stage->answered && !stage->forked && !leaves;
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
		r = proc_line(path, "State:", state, sizeof(state));
	while (r >= 0 && clock_ms() < deadline_ms);
	if (r >= 0)
		snprintf(answer->saw, sizeof(answer->saw), "%s: State: %s", path, state);
	else
		snprintf(answer->saw, sizeof(answer->saw), "/proc/%d: ENOENT", (int)pid);
}

static void see_ending(struct stage *stage)
{
	const struct actor_conn *conn =
	    stage->ending[0] ? conn_remember(stage, stage->ending) : NULL;

	if (!conn || stage->answer.error)
		return;
	if (conn->reaped ||
	    (conn->pidfd < 0 ? stage->call->ends_actor : pidfd_gone(conn->pidfd, 0)))
		see_end(&stage->answer, conn->pid);
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
	int r = receive_all(stage);

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
		stage->forked = NULL;
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
		if (stage->conns[i - 1]->pidfd >= 0)
			kill_pidfd(stage->conns[i - 1]->pidfd);
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
		any = hangs(stage->conns[i]->pid);
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
		struct actor_conn *conn = stage->conns[stage->count - 1];
		siginfo_t info;

		/* Where we are the nearest reaper, as in a container, they are our children now. */
		if (conn->pidfd >= 0 && pidfd_gone(conn->pidfd, END_LIMIT_MS))
			waitid(P_PIDFD, (id_t)conn->pidfd, &info, WEXITED | WNOHANG);
		conn_remove(stage, conn);
	}
}

void stage_free(struct stage *stage)
{
	if (!stage)
		return;
	hang_up(stage);
	if (stage->process)
		end_stage_process(stage);
	end_orphans(stage);
	close_fd(&stage->process_pidfd);
	conns_forget(stage);
	variables_done(&stage->variables);
	free(stage->conns);
	free(stage->actors);
	free(stage);
}
