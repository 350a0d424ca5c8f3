#include "tests/kernel/command.h"

#include "cli/cli.h"
#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

enum { MAX_ARGUMENTS = 8 };

static char *read_all(int fd)
{
	char *text = NULL;
	size_t len = 0, room = 0;

	for (;;) {
		array_reserve(text, room, len + 4096 + 1);
		ssize_t got = read(fd, text + len, 4096);
		assert_true(got >= 0);
		if (!got)
			break;
		len += (size_t)got;
	}
	text[len] = 0;
	close(fd);
	return text;
}

struct run command_run(int (*command)(int argc, char **argv), const char *name,
    const char *arguments, const char *locale, int out)
{
	int output[2], errors[2];
	struct run run = {0};

	assert_int_equal(pipe2(output, O_CLOEXEC), 0);
	assert_int_equal(pipe2(errors, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		autofree char *words = xstrdup(arguments), *own_name = xstrdup(name);
		char *rest = words, *word, *argv[MAX_ARGUMENTS + 1] = {own_name};
		int argc = 1;

		while ((word = strsep(&rest, " ")) && argc < MAX_ARGUMENTS) {
			if (*word)
				argv[argc++] = word;
		}
		if (dup2(out < 0 ? output[1] : out, STDOUT_FILENO) < 0 ||
		    dup2(errors[1], STDERR_FILENO) < 0 || !setlocale(LC_ALL, locale))
			_exit(99);
		_exit(command(argc, argv));
	}
	close(output[1]);
	close(errors[1]);
	run.output = read_all(output[0]);
	run.errors = read_all(errors[0]);
	run.status = wait_status(pid);
	return run;
}

void run_done(struct run *run)
{
	free(run->output);
	free(run->errors);
}

bool says(const char *text, const char *said)
{
	autofree char *words = xstrdup(text);
	char *to = words;

	for (const char *from = words; *from; from++) {
		*to = *from == '\n' ? ' ' : *from;
		to += *to != ' ' || to == words || to[-1] != ' ';
	}
	*to = '\0';
	return strstr(words, said);
}

void assert_has(const char *text, const char *needle)
{
	if (!text || !strstr(text, needle))
		fail_msg("no \"%s\" in:\n%s", needle, text ? text : "(nothing)");
}

void assert_plain(const char *text, bool ascii)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if ((byte < 0x20 && byte != '\n') || byte == 0x7f || (ascii && byte > 0x7f))
			fail_msg("byte %#x before: %.40s", byte, text + 1);
	}
}

void assert_wrong_use(int (*command)(int argc, char **argv), const char *name,
    const char *arguments, const char *meant)
{
	struct run run = command_run(command, name, arguments, "C.UTF-8", -1);

	assert_int_equal(run.status, EXIT_USAGE);
	assert_string_equal(run.output, "");
	assert_has(run.errors, meant);
	assert_ptr_equal(strchr(run.errors, '\n'), run.errors + strlen(run.errors) - 1);
	run_done(&run);
}

/* Where the disk is full it says so; where the reader went away, it is over quietly. */
void assert_ends_well(
    int (*command)(int argc, char **argv), const char *name, const char *arguments)
{
	autoclose int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	int gone[2];

	if (full < 0)
		skip_because("/dev/full can't be opened: %s", strerror(errno));
	struct run run = command_run(command, name, arguments, "C.UTF-8", full);
	assert_int_equal(run.status, EXIT_FAILED);
	assert_has(run.errors, strerror(ENOSPC));
	run_done(&run);

	assert_int_equal(pipe2(gone, O_CLOEXEC), 0);
	close(gone[0]);
	signal(SIGPIPE, SIG_IGN);
	run = command_run(command, name, arguments, "C.UTF-8", gone[1]);
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(run.status, EXIT_DONE);
	assert_string_equal(run.errors, "");
	run_done(&run);
	close(gone[1]);
}
