/* Root's explorer has no capability in effect while it waits, reads keys and paints; and what it starts has them
 * all. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static uint64_t read_set(pid_t pid, const char *key)
{
	autofree char *path = xasprintf("/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "re");
	uint64_t set = 0;
	char line[512];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':')
			set = strtoull(line + strlen(key) + 1, NULL, 16);
	fclose(file);
	return set;
}

static void need_privileges(void)
{
	if (read_set(getpid(), "CapEff"))
		return;
	print_message("skip: needs a capability that could be given up\n");
	skip();
}

static struct rig *open_explorer(const char *const *args)
{
	struct rig_options options = {
	    .rows = 40, .cols = 120, .env = {"SHELL=/bin/sh", "PS1=$ ", "ENV=", "TMUX="}};

	for (size_t i = 0; args[i]; i++)
		options.args[i] = args[i];
	return explorer_open(&options);
}

/* What the process that owns the screen does at any time. */
static bool is_of_the_screen(long call)
{
	return call == SYS_ppoll || call == SYS_write || call == SYS_writev
#ifdef SYS_poll
	       || call == SYS_poll
#endif
	    ;
}

/* Runs @pid, which is stopped, up to the beginning of a call or the end of one. */
static bool next_call(pid_t pid, struct __ptrace_syscall_info *ret_info)
{
	int status;

	assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, 0), 0);
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	assert_true(WIFSTOPPED(status));
	return ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(*ret_info), ret_info) > 0 &&
	       ret_info->op == PTRACE_SYSCALL_INFO_ENTRY;
}

static void none_is_in_effect(void **state)
{
	static const char *const args[] = {"--source=proc", NULL};
	unsigned waits = 0, writes = 0;
	struct rig *rig;
	int status;
	pid_t pid;

	(void)state;
	need_privileges();
	rig = open_explorer(args);
	pid = rig_pid(rig);
	assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD), 0);
	assert_int_equal(ptrace(PTRACE_INTERRUPT, pid, NULL, 0), 0);
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	rig_type(rig, "?");
	while (waits < 5 || writes < 1) {
		struct __ptrace_syscall_info info;

		if (!next_call(pid, &info))
			continue;
		if (!is_of_the_screen((long)info.entry.nr))
			continue;
		waits += info.entry.nr != SYS_write && info.entry.nr != SYS_writev;
		writes += info.entry.nr == SYS_write;
		assert_int_equal(read_set(pid, "CapEff"), 0);
		assert_int_equal(read_set(pid, "CapPrm"), read_set(getpid(), "CapPrm"));
	}
	assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, 0), 0);
	rig_wait(rig, "Help");
	rig_type(rig, "q");
	explorer_quit(rig);
}

static void a_shell_has_all(void **state)
{
	static const char *const args[] = {"lesson", "uts", NULL};
	autofree char *effective = xasprintf("effective=%016" PRIx64, read_set(getpid(), "CapEff"));
	struct rig *rig;

	(void)state;
	need_privileges();
	rig = open_explorer(args);
	rig_type(rig, "!");
	rig_wait(rig, "nsscope goes on watching");
	rig_type(rig, "echo effec\"\"tive=$(sed -n 's/^CapEff:.//p' /proc/$$/status)\r");
	rig_wait(rig, effective);
	rig_type(rig, "exit\r");
	rig_wait(rig, "F1");
	rig_type(rig, "q");
	rig_wait_gone(rig, "Space");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(none_is_in_effect, rig_free_all),
	    cmocka_unit_test_teardown(a_shell_has_all, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
