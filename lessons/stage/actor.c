#include "lessons/stage/actor.h"
#include "lessons/stage/answer.h"
#include "model/base/util.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { EXIT_LOST = 125 }; /* the caller hung up, or never was there */

/* The pids of this process, "NSpid: 4711 1", outermost first.  proc_pid_status(5), since 4.1. */
static void read_nspid(char *ret, size_t capacity)
{
	autotext struct proc_text status = {.data = NULL};
	char *line;

	if (proc_text_read(&status, AT_FDCWD, "/proc/self/status", PROC_TEXT_MAX) < 0)
		return;
	line = strstr(status.data, "\nNSpid:");
	if (!line)
		return;
	line++;
	line[strcspn(line, "\n")] = '\0';
	for (char *tab = line; (tab = strchr(tab, '\t'));)
		*tab = ' ';
	snprintf(ret, capacity, "%s", line);
}

static int say_hello(void)
{
	struct wire_reply hello;

	memset(&hello, 0, sizeof(hello));
	hello.kind = REPLY_HELLO;
	read_nspid(hello.answer.text, sizeof(hello.answer.text));
	return wire_send(WIRE_FD, &hello, sizeof(hello), -1, 0);
}

bool actor_confined(const struct actor *actor, unsigned reaches)
{
	const unsigned known = REACHES_INSIDE(NS_TYPE_COUNT) - 1;

	if (reaches == REACHES_ITSELF)
		return true;
	if (reaches & REACHES_SEALED) {
		/* Who went back to where the mounts are not read-only has the seal behind him. */
		if (!actor->world->origin.sealed || !(reaches & REACHES_INSIDE(NS_MNT)))
			return false;
		reaches &= ~REACHES_SEALED;
	}
	if (reaches == 0 || (reaches & ~known))
		return false;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if ((reaches & REACHES_INSIDE(i)) &&
		    !origin_left(&actor->world->origin, (enum nstype)i))
			return false;
	}
	return true;
}

/* Fail closed: can nobody outside what the stage made see the effect of @call? */
static bool is_confined(const struct actor *actor, const struct call *call)
{
	return call->reaches == REACHES_BY_ARGUMENTS || actor_confined(actor, call->reaches);
}

/* Was it a filter that refused @call, and not the kernel, which looks for a capability that is there?
 * seccomp(2) */
static bool is_filtered(const struct call *call, const struct stage_answer *answer)
{
	if (answer->refused || !call->capability ||
	    (answer->error != EPERM && answer->error != ENOSYS))
		return false;
	/* Where the filter refuses the question as well, there is one. */
	return prctl(PR_GET_SECCOMP) != 0 && errno != EINVAL &&
	       (privileges_effective() & CAP_BIT(call->capability));
}

static void make_call(
    struct actor *actor, const struct wire_request *request, struct stage_answer *answer)
{
	const struct call *call = call_find(request->call);

	if (!call || !is_confined(actor, call)) {
		answer_refuse(answer);
		return;
	}
	actor->seen_pid = request->pid;
	call->run(actor, request->arguments, answer);
	answer->filtered = is_filtered(call, answer);
}

static void set_name(const char *name)
{
	char comm[32];

	snprintf(comm, sizeof(comm), "actor-%s", name);
	prctl(PR_SET_NAME, comm);
}

static void answer(struct actor *actor, const struct wire_reply *reply)
{
	if (wire_send(WIRE_FD, reply, sizeof(*reply), -1, 0) < 0)
		_exit(EXIT_LOST);
	if (actor->ends)
		_exit(actor->exit_status);
}

_Noreturn static void act(struct actor *actor)
{
	for (;;) {
		struct wire_request request;
		struct wire_reply reply;

		if (wire_receive(WIRE_FD, &request, sizeof(request), 0, NULL, &actor->passed_fd) !=
		        1 ||
		    request.order != ORDER_CALL)
			_exit(EXIT_LOST);
		memset(&reply, 0, sizeof(reply));
		reply.kind = REPLY_ANSWER;
		request.call[sizeof(request.call) - 1] = '\0';
		make_call(actor, &request, &reply.answer);
		if (actor->passed_fd >= 0)
			close(actor->passed_fd);
		answer(actor, &reply);
	}
}

_Noreturn void actor_main(int socket, const char *name, struct actor_world *world)
{
	struct actor actor = {.world = world, .passed_fd = -1};

	snprintf(actor.name, sizeof(actor.name), "%s", name);
	set_name(name);
	if (wire_take(socket) < 0 || say_hello() < 0)
		_exit(EXIT_LOST);
	act(&actor);
}

_Noreturn void actor_go_on(struct actor *actor, const struct wire_reply *reply)
{
	set_name(actor->name);
	answer(actor, reply);
	act(actor);
}
