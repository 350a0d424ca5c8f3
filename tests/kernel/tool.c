#include "tests/kernel/tool.h"

#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>

static _Noreturn void become(char *const argv[], int out, bool as_nobody)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (as_nobody && (setgroups(0, NULL) < 0 || setresgid(65534, 65534, 65534) < 0 ||
	                     setresuid(65534, 65534, 65534) < 0))
		_exit(127);
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(null, 2) < 0)
		_exit(127);
	execvp(argv[0], argv);
	_exit(127);
}

struct output tool_run(char *const argv[], bool as_nobody)
{
	struct output output = {.text = NULL};
	size_t room = 0;
	int ends[2];
	ssize_t bytes;
	pid_t child;

	require(pipe2(ends, O_CLOEXEC) == 0);
	fflush(NULL);
	child = fork();
	if (child == 0)
		become(argv, ends[1], as_nobody);
	close(ends[1]);
	require(child > 0);
	do {
		array_reserve(output.text, room, output.len + 4096);
		bytes = read(ends[0], output.text + output.len, room - output.len - 1);
		if (bytes > 0)
			output.len += (size_t)bytes;
	} while (bytes > 0 || (bytes < 0 && errno == EINTR));
	output.text[output.len] = '\0';
	close(ends[0]);
	output.pid = child;
	output.status = wait_status(child);
	return output;
}

void output_done(struct output *output)
{
	free(output->text);
}

const char *nsscope_path(void)
{
	const char *path = getenv("NSSCOPE_BIN");

	if (!path)
		path = "build/nsscope";
	if (access(path, X_OK) < 0)
		skip_because("%s: %s; make builds it", path, strerror(errno));
	return path;
}
