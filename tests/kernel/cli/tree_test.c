/* nsscope tree on real namespaces: what it prints, and how it ends. */
#include "cli/cli.h"
#include "model/base/util.h"
#include "tests/kernel/command.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static struct run run_tree(const char *arguments, const char *locale, int out)
{
	return command_run(cli_tree, "tree", arguments, locale, out);
}

/* The line of @text with @needle in it, and no other; NULL for none.  Allocated. */
static char *line_with(const char *text, const char *needle)
{
	const char *found = strstr(text, needle);
	const char *begin = found;

	if (!found)
		return NULL;
	assert_null(strstr(found + 1, needle));
	while (begin > text && begin[-1] != '\n')
		begin--;
	return xstrndup(begin, strcspn(begin, "\n"));
}

static int name_me(const void *name)
{
	return prctl(PR_SET_NAME, name) < 0 ? -errno : 0;
}

static int name_both(const void *name)
{
	int r = name_host(name);

	return r < 0 ? r : name_me("boxed");
}

/* @expected: columns without the blanks between them, "·" also for "." and "=": which of both it is depends on where
 * the test itself runs. */
static void assert_columns(const char *line, const char *expected)
{
	autofree char *columns = xcalloc(strlen("·"), strlen(line) + 1);
	char *to = columns;

	for (const char *from = line; *from; from++) {
		if (*from == '=' || *from == '.')
			to = mempcpy(to, "·", strlen("·"));
		else if (*from != ' ')
			*to++ = *from;
	}
	assert_has(columns, expected);
}

static void namespaces_and_pids(void **state)
{
	need_test_machine();
	struct member box = member_start(CLONE_NEWPID | CLONE_NEWUTS, name_both, "blue-host");
	struct run run = run_tree("", "C.UTF-8", -1);
	autofree char *ns_name =
	    xasprintf("pid:%llu", (unsigned long long)link_ino(box.pid, "pid"));
	autofree char *number = xasprintf("%d      1 ", (int)box.pid);

	(void)state;
	assert_int_equal(run.status, EXIT_DONE);
	assert_string_equal(run.errors, "");
	autofree char *ns_line = line_with(run.output, ns_name);
	assert_has(ns_line, "─ a pid:");
	assert_has(ns_line, "  1 process  host blue-host");
	autofree char *line = line_with(run.output, "─ boxed");
	assert_has(line, number);
	assert_columns(line, "····a··a");
	/* The namespace is above its init. */
	assert_true(strstr(run.output, ns_name) < strstr(run.output, "─ boxed"));
	assert_has(run.output, " namespaces\n");
	run_done(&run);

	autofree char *option = xasprintf("--pid %d --ascii", (int)box.pid);
	run = run_tree(option, "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_DONE);
	assert_columns(run.output, "····a··aboxed");
	assert_null(strstr(run.output, "blue-host"));
	run_done(&run);

	run = run_tree("--type uts", "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_DONE);
	assert_has(run.output, "  host blue-host");
	assert_has(run.output, "uts  2 namespaces");
	assert_null(strstr(run.output, "net:"));
	run_done(&run);
	member_end(&box);
}

static void hostile_names(void **state)
{
	need_test_machine();
	struct member evil = member_start(CLONE_NEWUTS, name_me, "a\033[31mb\nc\377\344");
	const char *const locales[] = {"C.UTF-8", "C"};

	(void)state;
	for (size_t i = 0; i < array_len(locales); i++) {
		struct run run = run_tree("", locales[i], -1);

		assert_int_equal(run.status, EXIT_DONE);
		assert_has(run.output, "a\\e[31mb\\nc\\xff\\xe4");
		assert_plain(run.output, i == 1);
		run_done(&run);
	}
	member_end(&evil);
}

static void one_namespace_only(void **state)
{
	need_test_machine();
	struct member box = member_start(CLONE_NEWUTS, name_both, "blue-host");
	struct member other = member_start(CLONE_NEWUTS, name_host, "red-host");
	unsigned long long ino = link_ino(box.pid, "uts");
	autofree char *option = xasprintf("--ns uts:%llu", ino);
	autofree char *bracket = xasprintf("--by type --ns uts:[%llu] --filter boxed", ino);

	(void)state;
	struct run run = run_tree(option, "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_DONE);
	assert_has(run.output, "host blue-host");
	assert_has(run.output, "boxed");
	assert_null(strstr(run.output, "red-host"));
	assert_null(strstr(run.output, "net:"));
	run_done(&run);

	run = run_tree(bracket, "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_DONE);
	assert_has(run.output, "boxed");
	run_done(&run);
	member_end(&box);
	member_end(&other);

	run = run_tree("--ns uts:1", "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_FAILED);
	assert_has(run.errors, "namespace uts:1 was not found");
	run_done(&run);
}

static int name_in_own(const void *name)
{
	int r = map_root(0, 0);

	return r < 0 ? r : name_both(name);
}

/* The user namespace above what was made with it, and each below its owner. */
static void by_owner(void **state)
{
	need_test_machine();
	struct member box = member_start(CLONE_NEWUSER | CLONE_NEWUTS, name_in_own, "blue-host");
	struct member other = member_start(CLONE_NEWUTS, name_host, "red-host");
	autofree char *user = xasprintf("user:%llu", (unsigned long long)link_ino(box.pid, "user"));
	autofree char *uts = xasprintf("uts:%llu", (unsigned long long)link_ino(box.pid, "uts"));
	struct run run = run_tree("--by owner", "C.UTF-8", -1);

	(void)state;
	assert_int_equal(run.status, EXIT_DONE);
	assert_string_equal(run.errors, "");
	autofree char *red_line = line_with(run.output, "red-host");
	autofree char *user_line = line_with(run.output, user);
	autofree char *uts_line = line_with(run.output, uts);
	/* Its one member is counted there, and listed among those of the user namespace. */
	autofree char *member_line = line_with(run.output, "─ boxed");
	assert_has(user_line, "  1 process  owner uid 0");
	assert_has(uts_line, " (+1)  1 process  host blue-host");
	const char *at = strstr(run.output, red_line);
	assert_true(at < strstr(run.output, user));
	assert_true(strstr(run.output, user) < strstr(run.output, uts));
	assert_true(strstr(run.output, uts) < strstr(run.output, "─ boxed"));
	/* One level below the namespaces of the test's own. */
	assert_true(strstr(uts_line, "─ ") - uts_line > strstr(red_line, "─ ") - red_line);
	fprintf(stderr, "%s", run.output);
	assert_columns(member_line, "·aa");
	run_done(&run);

	run = run_tree("--by owner --type uts", "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_DONE);
	assert_has(run.output, user);
	assert_has(run.output, "─ boxed");
	assert_null(strstr(run.output, "net:"));
	run_done(&run);
	member_end(&box);
	member_end(&other);
}

static void only_what_has_a_text(void **state)
{
	need_test_machine();
	struct member box = member_start(0, name_me, "needle");
	struct member other = member_start(0, name_me, "haystalk");
	struct run run = run_tree("--filter NEEDLE", "C.UTF-8", -1);

	(void)state;
	assert_int_equal(run.status, EXIT_DONE);
	assert_has(run.output, "─ needle");
	assert_null(strstr(run.output, "haystalk"));
	run_done(&run);
	run = run_tree("--filter no-such-\033[31m", "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_DONE);
	assert_plain(run.output, false);
	assert_null(strstr(run.output, "needle"));
	run_done(&run);
	member_end(&box);
	member_end(&other);
}

static void assert_usage(const char *arguments, const char *meant)
{
	struct run run = run_tree(arguments, "C.UTF-8", -1);

	assert_int_equal(run.status, EXIT_USAGE);
	assert_string_equal(run.output, "");
	assert_has(run.errors, meant);
	assert_ptr_equal(strchr(run.errors, '\n'), run.errors + strlen(run.errors) - 1);
	run_done(&run);
}

static void wrong_usage(void **state)
{
	(void)state;
	assert_usage("--by typ", "did you mean type?");
	assert_usage("--by parentage", "(use pid, type, owner");
	assert_usage("--by", "--by needs a value");
	assert_usage("--type uts,nte", "\"nte\"; did you mean net?");
	assert_usage("--type uts,", "\"\"");
	assert_usage("--kernal-threads", "did you mean --kernel-threads?");
	assert_usage("--ascii=yes", "--ascii takes no value");
	assert_usage("-x", "-x");
	assert_usage("--\033[31m", "--\\e[31m");
	assert_usage("--pid 1x", "\"1x\"");
	assert_usage("--pid 0", "\"0\"");
	assert_usage("--pid 99999999999", "\"99999999999\"");
	assert_usage("--pid 1 --by type", "--pid is for --by pid");
	assert_usage("--by pid --type uts", "--type");
	assert_usage("--ns uts", "\"uts\"");
	assert_usage("--ns utz:3", "\"utz:3\"");
	assert_usage("--ns uts:0", "\"uts:0\"");
	assert_usage("--ns uts:[3", "\"uts:[3\"");
	assert_usage("--ns uts:3 --by pid", "--ns is for --by type");
	assert_usage("--ns uts:3 --type net", "--type says nothing");
	assert_usage("--ns uts:3 --pid 1", "--pid is for --by pid");
	assert_usage("--by owner --ns uts:3", "--ns is for --by type");
	assert_usage("--by owner --pid 1", "--pid is for --by pid");
	assert_usage("--filter", "--filter needs a value");
	assert_usage("blue", "\"blue\"");
}

static void help(void **state)
{
	struct run run = run_tree("--help", "C", -1);

	(void)state;
	assert_int_equal(run.status, EXIT_DONE);
	assert_string_equal(run.errors, "");
	assert_has(run.output, "--kernel-threads");
	for (const char *at = run.output; *at; at++)
		assert_true((unsigned char)*at < 0x80);
	run_done(&run);
}

static void no_such_process(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(0);
	assert_true(pid > 0);
	assert_int_equal(wait_status(pid), 0);

	autofree char *option = xasprintf("--pid %d", (int)pid);
	autofree char *message = xasprintf("there is no process %d", (int)pid);
	struct run run = run_tree(option, "C.UTF-8", -1);
	assert_int_equal(run.status, EXIT_FAILED);
	assert_string_equal(run.output, "");
	assert_has(run.errors, message);
	run_done(&run);
}

static void full_disk(void **state)
{
	const char *const arguments[] = {"", "--help"};

	(void)state;
	for (size_t i = 0; i < array_len(arguments); i++) {
		autoclose int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
		if (full < 0)
			skip_because("/dev/full can't be opened: %s", strerror(errno));
		struct run run = run_tree(arguments[i], "C.UTF-8", full);
		assert_int_equal(run.status, EXIT_FAILED);
		assert_has(run.errors, strerror(ENOSPC));
		run_done(&run);
	}
}

/* A reader that went away: quietly over, by the signal or, where that is ignored, with 0. */
static void broken_pipe(void **state)
{
	int gone[2];

	(void)state;
	assert_int_equal(pipe2(gone, O_CLOEXEC), 0);
	close(gone[0]);
	struct run run = run_tree("--by type", "C.UTF-8", gone[1]);
	assert_int_equal(run.status, 128 + SIGPIPE);
	assert_string_equal(run.errors, "");
	run_done(&run);

	signal(SIGPIPE, SIG_IGN);
	run = run_tree("--by type", "C.UTF-8", gone[1]);
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(run.status, EXIT_DONE);
	assert_string_equal(run.errors, "");
	run_done(&run);
	close(gone[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(namespaces_and_pids),
	    cmocka_unit_test(one_namespace_only),
	    cmocka_unit_test(by_owner),
	    cmocka_unit_test(only_what_has_a_text),
	    cmocka_unit_test(hostile_names),
	    cmocka_unit_test(wrong_usage),
	    cmocka_unit_test(help),
	    cmocka_unit_test(no_such_process),
	    cmocka_unit_test(full_disk),
	    cmocka_unit_test(broken_pipe),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
