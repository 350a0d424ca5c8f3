/* The commands of the lessons' sh blocks, typed as they are printed into a shell in a room of its own:
 * they do what the lesson says that they do. */
#include "lessons/script/lesson.h"
#include "model/base/util.h"
#include "tests/kernel/lesson_each.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { NOBODY = 65534 };
enum typist { EVERYBODY, ROOT_ONLY };

/* Each block of each lesson, in order, and words that it prints, each behind the one before.
 * A block that opens an interactive shell is typed on into that shell, or ended where it ends. */
static const struct block {
	const char *lesson;
	enum typist typist;
	const char *prints[4];
} blocks[] = {
    {"rooms", EVERYBODY, {"cgroup -> ", "pid_for_children -> ", "uts -> "}},
    {"rooms", EVERYBODY, {"uts:["}}, /* of PID 1 only for root */
    {"rooms", EVERYBODY, {"TYPE", "uts"}},
    {"uts", EVERYBODY, {"uts:["}},
    {"uts", ROOT_ONLY, {"ns1\n"}}, /* an interactive shell: hostname, hostname, exit are for it */
    {"uts", EVERYBODY, {""}},      /* an interactive shell and nothing more: it starts, and ends */
    {"uts", ROOT_ONLY, {"uts", "ns1\n"}},
    {"uts", EVERYBODY, {"uts", "ns1\n"}},
    {"pid", EVERYBODY, {"1\n", "PID", "bash"}}, /* an interactive shell: echo, ps are for it */
    {"init", EVERYBODY, {"still here\n", "got it\n", "fork"}},
    /* The orphan is "sleep", or still "sh" when ps comes before it has executed that. */
    {"orphans", EVERYBODY, {"PPID", "1       0 sh", "1 s"}},
    {"calls", EVERYBODY, {"b-room\n"}},
    {"mounts", EVERYBODY, {"PROPAGATION", "private", "/mnt", "tmpfs"}},
    {"root", EVERYBODY, {"/old /proc\n", "/proc/1\n"}},
    {"user", EVERYBODY, {"hostname: ", "mine\n", " 0 ", " 1\n"}},
    {"user", EVERYBODY, {"\n"}},
    {"owner", EVERYBODY, {"PNS", "ONS", "user", "user"}},
    {"ipc", EVERYBODY, {"Shared memory id: ", "Shared Memory", "4096", "Shared Memory"}},
    {"net", ROOT_ONLY, {"lo: ", "DOWN", "v1@"}},
    {"limits", EVERYBODY, {"\n"}},
    {"limits", EVERYBODY, {"No space left on device"}},
    {"cgroup", EVERYBODY, {"0::/", "0::/\n"}},
    {"cgroup", EVERYBODY, {"\n", "\n", "1\n"}},
    {"time", EVERYBODY, {"up ", "up 36", " days"}},
    {"container", ROOT_ONLY, {"lo: ", "DOWN", "blue\n", "/run/netns/blue"}},
    {"container", EVERYBODY, {"box\n", "  1 ", " ps\n", "lo: "}},
};

/* The text as a person types it: goes on behind "… &" when the program is there that it starts. */
static char *typed(const char *shell)
{
	char *text = xstrdup("");

	while (*shell) {
		size_t len = strcspn(shell, "\n");
		bool starts = len > 2 && strncmp(shell + len - 2, " &", 2) == 0;
		char *longer = xasprintf("%s%.*s\n%s", text, (int)len, shell,
		    starts
		        ? "until read -r name </proc/$!/comm && [ \"$name\" = sleep ]; do :; done\n"
		        : "");

		free(text);
		text = longer;
		shell += len + (shell[len] == '\n');
	}
	return text;
}

static void become_nobody(void)
{
	require(setgroups(0, NULL) == 0);
	require(setresgid(NOBODY, NOBODY, NOBODY) == 0);
	require(setresuid(NOBODY, NOBODY, NOBODY) == 0);
}

/* A shell that reads from @in and prints to @out. */
_Noreturn static void run_shell(int in, int out, bool as_nobody)
{
	require(dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(out, 2) == 2);
	require(setenv("SHELL", "/bin/bash", 1) == 0 && setenv("HOME", "/", 1) == 0);
	require(unsetenv("ASAN_OPTIONS") == 0);
	require(chdir("/") == 0);
	if (as_nobody)
		become_nobody();
	/* bash takes a byte at a time, so a shell within it finds what was typed for it. */
	execl("/bin/bash", "bash", "--norc", (char *)NULL);
	_exit(127);
}

static char *read_all(int from)
{
	char *text = xcalloc(1, 1);
	size_t len = 0;
	char part[4096];
	ssize_t got;

	while ((got = read(from, part, sizeof(part))) > 0) {
		text = xrealloc(text, len + (size_t)got + 1);
		memcpy(text + len, part, (size_t)got);
		len += (size_t)got;
		text[len] = 0;
	}
	return text;
}

static char *type_in(const char *shell, bool as_nobody)
{
	autofree char *text = typed(shell);
	int in[2], out[2];
	char *printed;
	pid_t pid;

	require(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
	require(write(in[1], text, strlen(text)) == (ssize_t)strlen(text));
	close(in[1]);
	fflush(NULL);
	pid = fork();
	require(pid >= 0);
	if (pid == 0)
		run_shell(in[0], out[1], as_nobody);
	close(in[0]);
	close(out[1]);
	printed = read_all(out[0]);
	close(out[0]);
	while (waitpid(-1, NULL, __WALL) > 0)
		;
	return printed;
}

static void check_block(const struct block *block, const char *shell, bool as_nobody)
{
	autofree char *printed = type_in(shell, as_nobody);
	const char *rest = printed;

	for (size_t i = 0; i < array_len(block->prints) && block->prints[i]; i++) {
		const char *found = strstr(rest, block->prints[i]);

		if (!found)
			fail_msg("%s as %s: no \"%s\" behind the others in:\n%s\nof:\n%s",
			    block->lesson, as_nobody ? "nobody" : "root", block->prints[i], printed,
			    shell);
		rest = found + strlen(block->prints[i]);
	}
}

/* Types every block; @at is that of its line in the table. */
static void type_lesson(const struct lesson *lesson, bool as_nobody, size_t *at)
{
	for (size_t i = 0; i < lesson->step_count; i++)
		for (size_t j = 0; j < lesson->steps[i].block_count; j++) {
			const char *shell = lesson->steps[i].blocks[j].shell;

			if (lesson->steps[i].blocks[j].kind != BLOCK_SHELL)
				continue;
			if (*at == array_len(blocks) ||
			    strcmp(blocks[*at].lesson, lesson->name) != 0)
				fail_msg("%s: the table lacks the block:\n%s", lesson->name, shell);
			if (!as_nobody || blocks[*at].typist == EVERYBODY)
				check_block(&blocks[*at], shell, as_nobody);
			++*at;
		}
}

static void type_all(bool as_nobody)
{
	size_t at = 0;

	need_test_machine();
	if (!room_has_users())
		skip_because("root is needed to type as root and as nobody");
	/* What they make by name stays in the room. */
	assert_int_equal(mount("none", "/run", "tmpfs", 0, NULL), 0);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (each_source = lesson_sources; each_source->name; each_source++) {
		struct lesson *lesson;

		if (strcmp(each_source->language, "en") != 0)
			continue;
		lesson = play_parse(each_source);
		type_lesson(lesson, as_nobody, &at);
		lesson_free(lesson);
	}
	assert_int_equal(at, array_len(blocks));
}

static void works_as_printed(void **state)
{
	(void)state;
	type_all(false);
}

static void works_as_printed_for_nobody(void **state)
{
	(void)state;
	type_all(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(works_as_printed),
	    cmocka_unit_test(works_as_printed_for_nobody),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
