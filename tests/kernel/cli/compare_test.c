/* nsscope compare and nsscope dot on real namespaces. */
#include "cli/cli.h"
#include "model/base/util.h"
#include "tests/kernel/command.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>

#define HOSTILE "a\"\\\033[31m\n<&]"

static int name_me(const void *name)
{
	return prctl(PR_SET_NAME, name) < 0 ? -errno : 0;
}

static int name_both(const void *name)
{
	int r = name_host(name);

	return r < 0 ? r : name_me(HOSTILE);
}

/* --- compare ---------------------------------------------------------------------------------- */

static struct run run_compare(pid_t a, pid_t b, const char *locale)
{
	autofree char *arguments = xasprintf("%d %d", (int)a, (int)b);

	return command_run(cli_compare, "compare", arguments, locale, -1);
}

/* The line of @type and its word, before the links. */
static void expect_word(const struct run *run, const char *type, const char *word)
{
	autofree char *begin = xasprintf("\n%-8s%s ", type, word);

	assert_has(run->output, begin);
}

static void shared_and_separate_namespaces_are_reported(void **state)
{
	need_test_machine();
	struct member box =
	    member_start(CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWNET, name_both, "blue");
	struct run run = run_compare(getpid(), box.pid, "C.UTF-8");
	autofree char *link = xasprintf("net:%llu", (unsigned long long)link_ino(box.pid, "net"));
	autofree char *seen = xasprintf("A sees B, as PID %d;", (int)box.pid);

	(void)state;
	assert_int_equal(run.status, EXIT_DONE);
	assert_string_equal(run.errors, "");
	expect_word(&run, "cgroup", "same");
	expect_word(&run, "ipc", "same");
	expect_word(&run, "mnt", "same");
	expect_word(&run, "net", "different");
	expect_word(&run, "pid", "different");
	expect_word(&run, "time", "same");
	expect_word(&run, "user", "same");
	expect_word(&run, "uts", "different");
	assert_has(run.output, link);
	assert_has(run.output, seen);
	assert_has(run.output, "\"blue\" for B");
	assert_plain(run.output, false);
	run_done(&run);

	run = run_compare(box.pid, box.pid, "C");
	assert_int_equal(run.status, EXIT_DONE);
	expect_word(&run, "uts", "same");
	assert_plain(run.output, true);
	run_done(&run);
	member_end(&box);
}

static int compare_with_root(void)
{
	struct run run = run_compare(getpid(), getppid(), "C.UTF-8");

	require(run.status == EXIT_DONE);
	require(strstr(run.output, "\nnet     not known  "));
	require(strstr(run.output, "Not known of B: "));
	run_done(&run);
	return 0;
}

static void what_an_unprivileged_user_may_not_read_is_reported(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root");
	as_nobody(compare_with_root);
}

static void wrong_use_of_compare(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(0);
	assert_int_equal(wait_status(pid), 0);
	struct run run = run_compare(getpid(), pid, "C.UTF-8");
	assert_int_equal(run.status, EXIT_FAILED);
	assert_string_equal(run.output, "");
	assert_has(run.errors, "there is no process");
	run_done(&run);
	assert_wrong_use(cli_compare, "compare", "", "two PIDs");
	assert_wrong_use(cli_compare, "compare", "1", "two PIDs");
	assert_wrong_use(cli_compare, "compare", "1 2 3", "\"3\"");
	assert_wrong_use(cli_compare, "compare", "1 x", "\"x\"");
	assert_wrong_use(cli_compare, "compare", "--by 1 2", "--by");
	autofree char *self = xasprintf("%d %d", (int)getpid(), (int)getpid());
	assert_ends_well(cli_compare, "compare", self);
}

/* --- dot -------------------------------------------------------------------------------------- */

static struct run run_dot(const char *arguments)
{
	return command_run(cli_dot, "dot", arguments, "C.UTF-8", -1);
}

static void the_graph_has_namespaces_and_groups(void **state)
{
	struct member members[6];
	struct run run;

	(void)state;
	need_test_machine();
	members[0] = member_start(CLONE_NEWUTS | CLONE_NEWPID, name_both, "blue\"<&");
	for (size_t i = 1; i < array_len(members); i++)
		members[i] = member_start(0, name_me, "twin");
	run = run_dot("");
	autofree char *node = xasprintf("[label=\"uts:%llu\\nhost blue\\\"<&amp;\\n1 process\"",
	    (unsigned long long)link_ino(members[0].pid, "uts"));
	autofree char *group = xasprintf(
	    "[label=\"%d a\\\"\\\\\\\\\\\\e[31m\\\\n<&amp;]\", shape=note]", (int)members[0].pid);

	assert_int_equal(run.status, EXIT_DONE);
	assert_int_equal(strncmp(run.output, "digraph nsscope {", 17), 0);
	assert_has(run.output, "subgraph cluster_uts {");
	assert_has(run.output, node);
	assert_has(run.output, group);
	assert_has(run.output, " twin\\n"); /* one of the group that is named */
	assert_has(run.output, "\\nand ");
	assert_has(run.output, "label=\"parent\"");
	assert_has(run.output, "label=\"owner\"");
	run_done(&run);

	run = run_dot("--processes");
	for (size_t i = 1; i < array_len(members); i++) {
		autofree char *twin =
		    xasprintf("[label=\"%d twin\", shape=note]", (int)members[i].pid);
		assert_has(run.output, twin);
	}
	run_done(&run);

	run = run_dot("--mermaid");
	assert_int_equal(strncmp(run.output, "flowchart LR\n", 13), 0);
	assert_has(run.output, "host blue#34;#60;#38;<br/>1 process\"]");
	assert_has(run.output, "-->|parent| n");
	for (const char *at = run.output; *at; at++)
		assert_true(*at == '\n' || *at == '\t' || (unsigned char)*at >= 0x20);
	run_done(&run);
	for (size_t i = 0; i < array_len(members); i++)
		member_end(&members[i]);
}

static void graphviz_draws_it(void **state)
{
	need_test_machine();
	struct member evil = member_start(CLONE_NEWUTS, name_both, "x\"]}\\");
	struct member worse = member_start(CLONE_NEWIPC, name_me, "\\N\\\"&#1;<b>\377\\");
	const char *nsscope = nsscope_path();
	static const char *const with[] = {"", "--processes"};

	(void)state;
	for (size_t i = 0; i < array_len(with); i++) {
		const char *argv[] = {"sh", "-c",
		    "set -e; command -v dot >/dev/null || exit 99\n"
		    "exec 3>&1; said=$(\"$0\" dot $1 | dot -Tsvg 2>&1 >&3); test -z \"$said\"",
		    nsscope, with[i], NULL};
		struct output output = tool_run((char *const *)argv, false);

		if (output.status == 99) {
			output_done(&output);
			member_end(&evil);
			member_end(&worse);
			skip_because("there is no dot (graphviz)");
		}
		assert_int_equal(output.status, 0);
		assert_non_null(strstr(output.text, "host x&quot;]}\\\\</text>"));
		assert_non_null(strstr(output.text, "</svg>"));
		output_done(&output);
	}
	member_end(&evil);
	member_end(&worse);
}

static void wrong_use_of_dot(void **state)
{
	(void)state;
	assert_wrong_use(cli_dot, "dot", "x", "\"x\"");
	assert_wrong_use(cli_dot, "dot", "--mermad", "--mermaid");
	assert_ends_well(cli_dot, "dot", "");
	assert_ends_well(cli_dot, "dot", "--mermaid --processes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shared_and_separate_namespaces_are_reported),
	    cmocka_unit_test(what_an_unprivileged_user_may_not_read_is_reported),
	    cmocka_unit_test(wrong_use_of_compare),
	    cmocka_unit_test(the_graph_has_namespaces_and_groups),
	    cmocka_unit_test(graphviz_draws_it),
	    cmocka_unit_test(wrong_use_of_dot),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
