#include "tests/kernel/troupe.h"

#include "lessons/play/shell.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { NOBODY = 65534 };

/* There when the program was built with the address sanitizer. */
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static bool isolated;

void actors_isolate(void)
{
	stage_resume(program_invocation_name);
	shell_resume(program_invocation_name);
	isolated = unshare(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS) == 0 &&
	           mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0;
}

bool actors_isolated(void)
{
	return isolated;
}

void actors_take_role(enum actors_role role)
{
	if (role == AS_ROOT || geteuid() != 0)
		return;
	CHECK(setgroups(0, NULL) == 0);
	CHECK(setresgid(NOBODY, NOBODY, NOBODY) == 0);
	CHECK(setresuid(NOBODY, NOBODY, NOBODY) == 0);
}

bool actors_play(enum actors_role role, void (*play)(void))
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
		actors_take_role(role);
		play();
		CHECK(actors_alone());
		/* Leaks are looked for with ptrace, which nobody may not. */
		if (role == AS_ROOT && __lsan_do_recoverable_leak_check)
			CHECK(__lsan_do_recoverable_leak_check() == 0);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		fprintf(stderr, "the test was ended by signal %d\n", WTERMSIG(status));
	return status == 0;
}

struct stage *actors_stage(const char *names)
{
	return actors_setup(NULL, names);
}

struct stage *actors_setup(const struct stage_setup *setup, const char *names)
{
	char copy[128];
	const char *list[8];
	size_t count = 0;
	struct stage *stage;
	char *rest = copy, *name;
	int r;

	snprintf(copy, sizeof(copy), "%s", names);
	while ((name = strsep(&rest, " ")))
		list[count++] = name;
	r = stage_new(setup, list, count, &stage);
	if (r < 0)
		fprintf(stderr, "stage_new: %s: %s\n", strerror(-r), stage_problem());
	CHECK(r == 0);
	return stage;
}

/* Splits what stands in the parentheses at commas outside of quotes.  Returns how many there are. */
static size_t split(const char *line, char *text, size_t room, const char **ret_arguments)
{
	const char *open = strchr(line, '('), *close = strrchr(line, ')');
	size_t count = 0;
	bool quoted = false;

	CHECK(open && close);
	snprintf(text, room, "%.*s", (int)(close - open - 1), open + 1);
	if (!*text)
		return 0;
	ret_arguments[count++] = text;
	for (char *at = text; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '"')
			quoted = !quoted;
		if (*at != ',' || quoted)
			continue;
		*at = '\0';
		CHECK(count < 8);
		ret_arguments[count++] = at + 1 + strspn(at + 1, " ");
	}
	return count;
}

int actors_begin(struct stage *stage, const char *line)
{
	const char *colon = strstr(line, ": "), *open = strchr(line, '(');
	const char *close = strrchr(line, ')'), *arrow;
	char actor[32], name[32], text[2048];
	const char *arguments[8];
	const struct stage_request request = {
	    .actor = actor,
	    .name = name,
	    .arguments = arguments,
	    .argument_count = split(line, text, sizeof(text), arguments),
	    .variable = close && (arrow = strstr(close, "-> ")) ? arrow + 3 : NULL,
	};

	CHECK(colon && open && close);
	snprintf(actor, sizeof(actor), "%.*s", (int)(colon - line), line);
	snprintf(name, sizeof(name), "%.*s", (int)(open - colon - 2), colon + 2);
	return stage_call(stage, &request);
}

int actors_wait(struct stage *stage, struct stage_answer *ret_answer)
{
	int r;

	while ((r = stage_io(stage, ret_answer)) == 0) {
		struct pollfd fds[3];
		size_t count = stage_poll(stage, fds, 3);

		CHECK(count > 0);
		CHECK(poll(fds, count, -1) > 0);
	}
	return r;
}

struct stage_answer actors_call(struct stage *stage, const char *line)
{
	struct stage_answer answer;

	CHECK(actors_begin(stage, line) == 0);
	CHECK(actors_wait(stage, &answer) == 1);
	return answer;
}

struct stage_answer actors_callf(struct stage *stage, const char *format, ...)
{
	char line[2048];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	return actors_call(stage, line);
}

struct stage *actors_script(void)
{
	struct stage *stage = actors_stage("A C");

	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	actors_call(stage, "A: sethostname(\"ns1\")");
	actors_call(stage, "A: fork(P)");
	actors_call(stage, "A: unshare(CLONE_NEWPID)");
	actors_call(stage, "A: fork(B)");
	actors_call(stage, "B: fork(D)");
	actors_call(stage, "D: unshare(CLONE_NEWPID|CLONE_NEWUTS)");
	actors_call(stage, "D: fork(E)");
	actors_call(stage, "C: exit(0)");
	return stage;
}

void actors_stop(pid_t pid)
{
	char state[64];

	CHECK(kill(pid, SIGSTOP) == 0);
	do {
		sched_yield();
		actors_status(pid, "State:", state, sizeof(state));
	} while (!strchr(state, 'T'));
}

bool actors_alone(void)
{
	return waitpid(-1, NULL, __WALL | WNOHANG) == -1 && errno == ECHILD;
}

int actors_reap(void)
{
	int count = 0;

	while (waitpid(-1, NULL, __WALL) > 0)
		count++;
	CHECK(errno == ECHILD);
	return count;
}

void actors_link(pid_t pid, const char *link, char *ret, size_t room)
{
	char path[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, link);
	len = readlink(path, ret, room - 1);
	CHECK(len > 0);
	ret[len] = '\0';
}

void actors_status(pid_t pid, const char *word, char *ret, size_t room)
{
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	CHECK(file);
	ret[0] = '\0';
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, word, strlen(word)) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(ret, room, "%s", line);
	}
	fclose(file);
	CHECK(ret[0]);
}

int actors_descriptors(pid_t pid)
{
	char path[64];
	struct dirent *entry;
	int count = 0;
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	directory = opendir(path);
	CHECK(directory);
	while ((entry = readdir(directory)))
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}
