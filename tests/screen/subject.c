#include "tests/screen/subject.h"

#include "model/base/util.h"
#include "tests/kernel/again.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A shell that names itself by its $0 (proc_pid_comm(5)), says so, and ends with its input. */
static const char script[] = "printf %s \"$0\" >/proc/$$/comm; echo; read -r line";

static _Noreturn void run(const struct subject_options *options, int in, int out)
{
	const char *argv[SUBJECT_ARGS + 5] = {
	    "sh", "-c", script, options->comm ? options->comm : "nsscope-subject"};
	int flags = options->flags | (geteuid() != 0 && options->flags ? CLONE_NEWUSER : 0);
	int error = 0, r;

	for (size_t i = 0; i < SUBJECT_ARGS && options->args[i]; i++)
		argv[4 + i] = options->args[i];
	/* No effect before the namespace that confines it is known to be a new one. */
	if (flags && unshare(flags) < 0)
		error = errno;
	else if (options->uts_inode && (flags & CLONE_NEWUTS) &&
	         (r = again_enter_uts(options->uts_inode)) < 0)
		error = -r;
	else if (options->hostname && (flags & CLONE_NEWUTS) &&
	         sethostname(options->hostname, strlen(options->hostname)) < 0)
		error = errno;
	if (error) {
		char status = (char)error;

		_exit(write(out, &status, 1) == 1 ? 1 : 2);
	}
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execv("/bin/sh", (char *const *)argv);
	_exit(127);
}

int subject_start(const struct subject_options *options, struct subject *ret_subject)
{
	int in[2], out[2];
	char status = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		run(options, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	n = read(out[0], &status, 1);
	close(out[0]);
	if (n == 1 && status == '\n') {
		*ret_subject = (struct subject){.pid = pid, .leash = in[1]};
		return 0;
	}
	close(in[1]);
	waitpid(pid, NULL, 0);
	return n == 1 ? -status : -ECHILD;
}

void subject_end(struct subject *subject)
{
	if (subject->pid <= 0)
		return;
	close(subject->leash);
	waitpid(subject->pid, NULL, 0);
	subject->pid = 0;
}

uint64_t subject_inode(pid_t pid, const char *link)
{
	autofree char *path = xasprintf("/proc/%d/ns/%s", (int)pid, link);
	struct stat status;

	return stat(path, &status) == 0 ? status.st_ino : 0;
}
