#include "lessons/stage/actor.h"

#include "model/base/util.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* --- Files of /proc --------------------------------------------------------------------------- */

#define BLANKS " \t\n"

/* Leaves blanks out at both ends of @line, and makes others one. */
static void squeeze(char *line)
{
	size_t len = 0;

	for (const char *at = line; *at; at++) {
		if (!strchr(BLANKS, *at))
			line[len++] = *at;
		else if (len && line[len - 1] != ' ')
			line[len++] = ' ';
	}
	if (len && line[len - 1] == ' ')
		len--;
	line[len] = '\0';
}

int proc_line_fd(int fd, const char *key, char *ret, size_t capacity)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0), r = -ENODATA, error;
	struct proc_lines file = PROC_LINES_OF(copy);
	size_t key_len = strlen(key);
	char *line;

	if (copy < 0)
		return -errno;
	while (r == -ENODATA && (line = proc_lines_next(&file, NULL))) {
		if (strncmp(line, key, key_len) != 0)
			continue;
		squeeze(line + key_len);
		snprintf(ret, capacity, "%s", line + key_len);
		r = (int)strlen(ret);
	}
	error = proc_lines_close(&file);
	return r == -ENODATA && error ? error : r;
}

int proc_line(const char *path, const char *key, char *ret, size_t capacity)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : proc_line_fd(fd, key, ret, capacity);
}

/* Opens @path for reading; below /proc in the /proc of the person, also where the actor's paths lead
 * elsewhere.  Returns the descriptor, or -1 with errno. */
static int open_proc(const char *path)
{
	static const char proc[] = "/proc/";
	bool is_proc = strncmp(path, proc, strlen(proc)) == 0;

	return is_proc ? openat(PROC_FD, path + strlen(proc), O_RDONLY | O_CLOEXEC)
	               : open(path, O_RDONLY | O_CLOEXEC);
}

static bool has_number(const char *line, size_t column, unsigned long long number)
{
	const char *word = line + strspn(line, BLANKS);
	char *end;

	while (column--) {
		word += strcspn(word, BLANKS);
		word += strspn(word, BLANKS);
	}
	return strtoull(word, &end, 10) == number && end != word;
}

int proc_row(const char *path, size_t column, unsigned long long number, char *ret, size_t capacity)
{
	int fd = open_proc(path), r = -ENODATA, error;
	struct proc_lines table = PROC_LINES_OF(fd);
	char *line;

	if (fd < 0)
		return -errno;
	while (r == -ENODATA && (line = proc_lines_next(&table, NULL))) {
		if (!has_number(line, column, number))
			continue;
		squeeze(line);
		snprintf(ret, capacity, "%s", line);
		r = 0;
	}
	error = proc_lines_close(&table);
	return r == -ENODATA && error ? error : r;
}

/* --- Answers ---------------------------------------------------------------------------------- */

void answer_result(struct actor *actor, long result)
{
	actor->answer.result = result;
	actor->answer.error = result < 0 ? errno : 0;
}

void answer_error(struct actor *actor, int error)
{
	actor->answer.result = -1;
	actor->answer.error = error;
}

void answer_refuse(struct actor *actor)
{
	answer_error(actor, EPERM);
	actor->answer.refused = true;
}

void answer_path(struct actor *actor, int result)
{
	if (result == PATH_REFUSED)
		answer_refuse(actor);
	else
		answer_error(actor, -result);
}

void answer_text(struct actor *actor, const char *data, size_t len)
{
	snprintf(actor->answer.text, sizeof(actor->answer.text), "%.*s", (int)len, data);
}

void answer_saw(struct actor *actor, const char *format, ...)
{
	char *saw = actor->answer.saw;
	size_t len = strlen(saw), capacity = sizeof(actor->answer.saw) - len;
	va_list arguments;
	int added;

	va_start(arguments, format);
	added = vsnprintf(saw + len, capacity, format, arguments);
	va_end(arguments);
	if (added < 0 || (size_t)added >= capacity)
		saw[len] = '\0';
}

static void saw_path(struct actor *actor, const char *path)
{
	static const char self[] = "/proc/self/";

	if (strncmp(path, self, strlen(self)) == 0)
		answer_saw(actor, "/proc/%d/%s: ", (int)actor->seen_pid, path + strlen(self));
	else
		answer_saw(actor, "%s: ", path);
}

void answer_saw_line(struct actor *actor, const char *path, const char *key)
{
	autoclose int fd = open_proc(path);
	char line[200];

	if (fd < 0 || proc_line_fd(fd, key, line, sizeof(line)) < 0)
		return;
	if (actor->answer.saw[0])
		answer_saw(actor, ", ");
	saw_path(actor, path);
	answer_saw(actor, "%s%s%s", key, *key ? " " : "", line);
}

void answer_saw_row(struct actor *actor, const char *path, const char *mark, const char *line)
{
	saw_path(actor, path);
	/* A long line is shown as far as it fits. */
	answer_saw(actor, "%s%.*s", mark,
	    (int)(sizeof(actor->answer.saw) - strlen(actor->answer.saw) - strlen(mark) - 1), line);
}

void answer_saw_link(struct actor *actor, pid_t tid, const char *link)
{
	char of[32] = "", path[64], target[48];
	ssize_t len;

	if (tid)
		snprintf(of, sizeof(of), "task/%d/", (int)tid);
	if (actor->answer.saw[0])
		answer_saw(actor, ", %s", link);
	else
		answer_saw(actor, "/proc/%d/%sns/%s", (int)actor->seen_pid, of, link);
	/* Of a thread we know the number that our own /proc shows. */
	snprintf(path, sizeof(path), "%sself/%sns/%s", tid ? "/proc/" : "", of, link);
	len = readlinkat(PROC_FD, path, target, sizeof(target) - 1);
	if (len > 0)
		answer_saw(actor, " -> %.*s", (int)len, target);
	else if (len == 0)
		answer_saw(actor, ": EACCES"); /* see parse_ns_link */
	else
		/* A pid namespace has no link until its first process is there. */
		answer_saw(actor, ": %s", strerrorname_np(errno));
}

void answer_saw_fd(struct actor *actor, int fd)
{
	char path[48], target[128];
	ssize_t len;

	snprintf(path, sizeof(path), "self/fd/%d", fd);
	len = readlinkat(PROC_FD, path, target, sizeof(target) - 1);
	if (len < 0)
		return;
	if (actor->answer.saw[0])
		answer_saw(actor, ", %d -> %.*s", fd, (int)len, target);
	else
		answer_saw(
		    actor, "/proc/%d/fd/%d -> %.*s", (int)actor->seen_pid, fd, (int)len, target);
}

/* --- The process ------------------------------------------------------------------------------ */

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

/* Fail closed: is the effect invisible outside what the stage made of @call? */
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

static void make_call(struct actor *actor, const struct wire_request *request)
{
	const struct call *call = call_find(request->call);

	actor->seen_pid = request->pid;
	actor->arguments = request->arguments;
	memset(&actor->answer, 0, sizeof(actor->answer));
	if (!call || !is_confined(actor, call)) {
		answer_refuse(actor);
		return;
	}
	call->run(actor);
	actor->answer.filtered = is_filtered(call, &actor->answer);
}

static void set_name(const char *name)
{
	char comm[32];

	snprintf(comm, sizeof(comm), "actor-%s", name);
	prctl(PR_SET_NAME, comm);
}

static void answer(const struct actor *actor)
{
	struct wire_reply reply;

	memset(&reply, 0, sizeof(reply));
	reply.kind = REPLY_ANSWER;
	reply.answer = actor->answer;
	if (wire_send(WIRE_FD, &reply, sizeof(reply), -1, 0) < 0)
		_exit(EXIT_LOST);
	if (actor->ends)
		_exit(actor->exit_status);
}

_Noreturn static void act(struct actor *actor)
{
	for (;;) {
		struct wire_request request;

		if (wire_receive(WIRE_FD, &request, sizeof(request), 0, NULL, &actor->passed_fd) !=
		        1 ||
		    request.order != ORDER_CALL)
			_exit(EXIT_LOST);
		request.call[sizeof(request.call) - 1] = '\0';
		make_call(actor, &request);
		if (actor->passed_fd >= 0)
			close(actor->passed_fd);
		answer(actor);
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

_Noreturn void actor_go_on(struct actor *actor)
{
	set_name(actor->name);
	answer(actor);
	act(actor);
}
