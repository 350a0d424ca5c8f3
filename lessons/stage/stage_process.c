#include "lessons/stage/stage_process.h"
#include "lessons/stage/actor.h"
#include "lessons/stage/stage_ground.h"
#include "model/base/util.h"
#include "scanner/helper/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* First the socket with the orders, then the actors, as pidfds in the order they started in: a child always
 * follows its parent.  A pidfd reports POLLHUP when its process is reaped: since Linux 6.9. */
struct watched {
	struct pollfd *fds;
	size_t count, capacity;
};

static void begin_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_IGN};

	signals_reset();
	/* Ignored, a child is reaped by the kernel as it exits, also one that is inherited from an
	 * actor; the actors keep this.  So no zombie holds up the end of a PID namespace.
	 * wait(2), pid_namespaces(7) */
	sigaction(SIGCHLD, &action, NULL);
}

static int null_standard_streams(void)
{
	int null = helper_open_null();

	if (null < 0)
		return null;
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fd != null && dup2(null, fd) < 0)
			return -errno;
	}
	if (null > STDERR_FILENO)
		close(null);
	return 0;
}

/* Memory that the actors share with each other, and that ends with the last of them. */
static struct actor_world *make_world(const struct stage_plan *plan, const struct origin *origin)
{
	struct actor_world *world =
	    mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (world == MAP_FAILED)
		return NULL;
	world->origin = *origin;
	world->origin.sealed = ground_seals(&plan->setup);
	return world;
}

static int set_up(int socket, const struct stage_plan *plan, const char **ret_step)
{
	int r;

	*ret_step = "close_range";
	r = wire_keep_only(socket, WIRE_FD);
	if (r < 0)
		return r;
	*ret_step = "/dev/null";
	r = null_standard_streams();
	if (r < 0)
		return r;
	*ret_step = "/proc";
	r = ground_keep_proc();
	if (r < 0)
		return r;
	r = plan->give_up_root ? ground_give_up_root(ret_step) : 0;
	if (r < 0)
		return r;
	*ret_step = "prctl";
	/* A program that changed its user is not dumpable, and its /proc files are root's: then the
	 * maps can't be written, nor its namespaces be seen.  proc(5) */
	if (prctl(PR_SET_NAME, "nsscope-stage") < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 ||
	    prctl(PR_SET_DUMPABLE, 1) < 0)
		return -errno;
	*ret_step = "setsid";
	if (setsid() < 0 || chdir("/") < 0)
		return -errno;
	return plan->make_userns ? ground_make_userns(&plan->setup, ret_step) : 0;
}

static int say_hello(const char *step, int error)
{
	struct wire_reply hello;

	memset(&hello, 0, sizeof(hello));
	hello.kind = REPLY_HELLO;
	if (error)
		snprintf(hello.step, sizeof(hello.step), "%s", step);
	hello.answer.error = -error;
	return wire_send(WIRE_FD, &hello, sizeof(hello), -1, 0);
}

/* Returns false where there is no memory. */
static bool watch(struct watched *watched, int fd, short events)
{
	if (watched->count == watched->capacity) {
		size_t capacity = watched->capacity ? 2 * watched->capacity : 16;
		struct pollfd *grown = realloc(watched->fds, capacity * sizeof(*grown));

		if (!grown)
			return false;
		watched->fds = grown;
		watched->capacity = capacity;
	}
	watched->fds[watched->count++] = (struct pollfd){.fd = fd, .events = events};
	return true;
}

/* An open pidfd holds the PID namespaces of its process. */
static void let_reaped_go(struct watched *watched)
{
	size_t left = 1;

	for (size_t i = 1; i < watched->count; i++) {
		if (watched->fds[i].revents & POLLHUP)
			close(watched->fds[i].fd);
		else
			watched->fds[left++] = watched->fds[i];
	}
	watched->count = left;
}

static int await_order(struct watched *watched, struct wire_request *request, int *ret_fd)
{
	do {
		if (poll(watched->fds, watched->count, -1) < 0 && errno != EINTR)
			break;
		let_reaped_go(watched);
	} while (!watched->fds[0].revents);
	return wire_receive(WIRE_FD, request, sizeof(*request), 0, NULL, ret_fd);
}

static void start_actor(int socket, const char *name, struct actor_world *world)
{
	if (fork() == 0) {
		if (wire_keep_only(socket, PROC_FD) < 0)
			_exit(EXIT_FAILURE);
		actor_main(WIRE_FD, name, world);
	}
	/* Where fork failed the caller reads end of file instead of a hello. */
	close(socket);
}

static void serve(struct watched *watched, struct actor_world *world)
{
	struct wire_request request;
	int passed_fd;

	while (await_order(watched, &request, &passed_fd) == 1) {
		if (passed_fd < 0)
			continue;
		if (request.order == ORDER_START)
			start_actor(passed_fd, request.name, world);
		/* One that can't be remembered is only that much slower to go: its actor ends by the end of
		 * file on its socket. */
		else if (!watch(watched, passed_fd, 0))
			close(passed_fd);
	}
}

_Noreturn void stage_process_main(
    int socket, const struct stage_plan *plan, const struct origin *origin)
{
	struct actor_world *world = make_world(plan, origin);
	struct watched watched = {.count = 0};
	const char *step = "mmap";
	int r;

	oom_handler = NULL; /* the screen isn't ours */
	begin_signals();
	r = set_up(socket, plan, &step);
	if (!world || !watch(&watched, WIRE_FD, POLLIN))
		r = -ENOMEM;
	if (say_hello(step, r) < 0 || r < 0)
		_exit(EXIT_FAILURE);
	serve(&watched, world);
	/* The actors read the same end of file and go by themselves; this is for one that hangs or
	 * is stopped.  Leaves first, then the inits that wait for them. */
	while (watched.count > 1)
		syscall(SYS_pidfd_send_signal, watched.fds[--watched.count].fd, SIGKILL, NULL, 0);
	while (wait(NULL) >= 0 || errno == EINTR)
		;
	_exit(EXIT_SUCCESS);
}
