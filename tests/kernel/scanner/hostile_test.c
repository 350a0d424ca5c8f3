/* Processes whose names and arguments are meant to do harm. */
#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <jansson.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>

static const struct scan_options plain = {.hostnames = false};

/* What prctl(2) lets a process call itself. */
static const char *const names[] = {"a\x1b[31mb\nc\xff\xe4", "a) R 1 2 3 (", "x)\n9 (y) Z 1",
    "((((((((((((((", "\xe6\xbc\xa2\xe5\xad\x97", "a\\x1bb", "\x7f\xc2\x9b", "", " ", "%s%n%s",
    "Uid:\t1\t2\nNSp"};

/* Arguments of a shell that waits; it looks at none of those behind its $0. */
#define SHELL "sh", "-c", "read line", "evil"
static const char *const evil_argv[] = {SHELL, "\x1b[31m", "\n\t", "\x1b]0;title\x07", "\xff\xfe",
    "\xc2\x9b"
    "31m",
    "\xe6\xbc\xa2", "\x7f", "\xe2\x80\xae\xe2\x80\x8b", "\\x1b", "", "end", NULL};

/* As /proc/PID/cmdline has it, without the last NUL. */
static const char evil_cmdline[] =
    "sh\0-c\0read line\0evil\0\x1b[31m\0\n\t\0\x1b]0;title\x07\0\xff\xfe\0\xc2\x9b"
    "31m\0\xe6\xbc\xa2\0\x7f\0\xe2\x80\xae\xe2\x80\x8b\0\\x1b\0\0end";

static int take_name(const void *name)
{
	return prctl(PR_SET_NAME, name);
}

/* A member that has told that it is there may be on its way to sleep still. */
static bool is_asleep(struct scan *scan, pid_t pid)
{
	struct graph *graph = sweep_now(scan, NULL);
	bool asleep = graph_process_by_pid(graph, pid)->state != 'R';

	graph_unref(graph);
	return asleep;
}

static void names_come_raw_and_harm_no_other_field(void **state)
{
	struct member members[array_len(names)];
	struct graph *graph;
	struct scan *scan;

	(void)state;
	need_test_machine();
	need_source();
	for (size_t i = 0; i < array_len(names); i++)
		members[i] = member_start(0, take_name, names[i]);
	assert_int_equal(scan_new(&plain, &scan), 0);
	for (size_t i = 0; i < array_len(names); i++)
		while (!is_asleep(scan, members[i].pid))
			;
	graph = sweep_now(scan, NULL);
	for (size_t i = 0; i < array_len(names); i++) {
		const struct process *process = graph_process_by_pid(graph, members[i].pid);
		const struct process *self = graph_process_by_pid(graph, getpid());

		assert_non_null(process);
		assert_string_equal(process->comm, names[i]);
		assert_int_equal(process->ppid, getpid());
		assert_int_equal(process->state, 'S');
		assert_int_equal(process->threads, 1);
		assert_int_equal(process->uid, geteuid());
		assert_int_equal(process->pid_levels, 1);
		assert_true(process->id.start_ticks >= self->id.start_ticks);
		assert_false(process->kernel_thread);
	}
	graph_unref(graph);
	scan_free(scan);
	for (size_t i = 0; i < array_len(names); i++)
		member_end(&members[i]);
}

/* Scans once, and checks what the graph has as command line of @member, which ends. */
static void expect_cut_cmdline(
    struct member member, const char *expected, size_t expected_len, bool cut)
{
	const struct process *process;
	struct graph *graph;
	struct scan *scan;

	assert_int_equal(scan_new(&plain, &scan), 0);
	graph = sweep_now(scan, NULL);
	process = graph_process_by_pid(graph, member.pid);
	assert_non_null(process);
	assert_int_equal(process->cmdline_len, expected_len);
	assert_int_equal(process->cmdline_cut, cut);
	if (expected)
		assert_memory_equal(process->cmdline, expected, expected_len);
	else
		assert_null(process->cmdline);
	graph_unref(graph);
	scan_free(scan);
	member_end(&member);
}

static void expect_cmdline(struct member member, const char *expected, size_t expected_len)
{
	expect_cut_cmdline(member, expected, expected_len, false);
}

static char *own_argv0;

/* Overwrites the arguments in place, as setproctitle(3) does. */
static int take_title(const void *title)
{
	size_t room = strlen(own_argv0);

	memset(own_argv0, 0, room);
	memcpy(own_argv0, title, strlen(title));
	return 0;
}

static void command_lines_come_raw(void **state)
{
	static char much[100 * 1024];
	static const char *const padded[] = {SHELL, "", "", "", NULL};
	static const char *const long_argv[] = {SHELL, much, NULL};
	static char expected[65536];

	(void)state;
	need_test_machine();
	need_source();
	expect_cmdline(
	    member_exec((char *const *)evil_argv), evil_cmdline, sizeof(evil_cmdline) - 1);
	expect_cmdline(member_exec((char *const *)padded), "sh\0-c\0read line\0evil", 20);
	expect_cmdline(member_start(0, take_title, "a title"), "a title", 7);
	expect_cmdline(member_start(0, take_title, ""), NULL, 0);
	memset(much, 'x', sizeof(much) - 1);
	memset(expected, 'x', sizeof(expected));
	memcpy(expected, "sh\0-c\0read line\0evil\0", 21);
	expect_cut_cmdline(member_exec((char *const *)long_argv), expected, sizeof(expected), true);
	much[60000] = '\0';
	expect_cmdline(member_exec((char *const *)long_argv), expected, 21 + 60000);
}

/* The NULs behind what is kept are no part of a command line, but between two arguments they are. */
static void a_command_line_is_cut_where_more_of_it_follows(void **state)
{
	enum { KEPT = 65536, BEFORE = 21 };
	static char much[KEPT], expected[KEPT];
	static const char *const alone[] = {SHELL, much, NULL};
	static const char *const padded[] = {SHELL, much, "", "", "", NULL};
	static const char *const followed[] = {SHELL, much, "", "", "y", NULL};

	(void)state;
	need_test_machine();
	need_source();
	memset(expected, 'x', sizeof(expected));
	memcpy(expected, "sh\0-c\0read line\0evil\0", BEFORE);
	memset(much, '\0', sizeof(much));
	memset(much, 'x', KEPT - BEFORE);
	expect_cmdline(member_exec((char *const *)alone), expected, KEPT);
	expect_cmdline(member_exec((char *const *)padded), expected, KEPT);
	expect_cut_cmdline(member_exec((char *const *)followed), expected, KEPT, true);
	much[KEPT - BEFORE] = 'x';
	expect_cut_cmdline(member_exec((char *const *)alone), expected, KEPT, true);
	much[KEPT - BEFORE - 1] = '\0';
	expected[KEPT - 1] = '\0';
	expect_cmdline(member_exec((char *const *)padded), expected, KEPT - 1);
	expect_cut_cmdline(member_exec((char *const *)followed), expected, KEPT, true);
}

enum { LONG_BYTES = 60000, LONG_ONES = 300 };

/* What a graph keeps of long command lines is bounded, however many there are; what is left out is told. */
static void many_long_command_lines_take_little(void **state)
{
	static struct member members[LONG_ONES];
	static char much[LONG_BYTES + 1];
	static const char *const argv[] = {SHELL, much, NULL};
	size_t kept = 0, whole = 0, cut = 0;
	struct graph *graph;
	struct scan *scan;

	(void)state;
	need_test_machine();
	need_source();
	memset(much, 'x', LONG_BYTES);
	for (int i = 0; i < LONG_ONES; i++)
		members[i] = member_exec((char *const *)argv);
	assert_int_equal(scan_new(&plain, &scan), 0);
	graph = sweep_now(scan, NULL);
	for (int i = 0; i < LONG_ONES; i++) {
		const struct process *process = graph_process_by_pid(graph, members[i].pid);

		assert_non_null(process);
		assert_true(
		    process->cmdline_len == 21 + LONG_BYTES || process->cmdline_len == 4096);
		assert_int_equal(process->cmdline_cut, process->cmdline_len == 4096);
		kept += process->cmdline_len;
		whole += !process->cmdline_cut;
		cut += process->cmdline_cut;
	}
	assert_true(whole > 200 && cut > 0);
	assert_true(kept < (16 << 20) + LONG_ONES * 4096);
	graph_unref(graph);
	scan_free(scan);
	for (int i = 0; i < LONG_ONES; i++)
		member_end(&members[i]);
}

/* --- Long files ------------------------------------------------------------------------------ */

static int take_groups(const void *data)
{
	size_t count = *(const size_t *)data;
	autofree gid_t *groups = xcalloc(count, sizeof(*groups));

	for (size_t i = 0; i < count; i++)
		groups[i] = (gid_t)(1900000000 + i);
	return setgroups(count, groups) < 0 ? -errno : 0;
}

/* The groups stand before the PIDs, and make /proc/PID/status longer than any fixed buffer. */
static void a_process_with_many_groups_stays_in_its_pid_namespace(void **state)
{
	static const size_t counts[] = {355, 360, 5000, 65536};

	(void)state;
	need_test_machine();
	need_source();
	if (!room_has_users())
		skip_because("only root may take any group");
	for (size_t i = 0; i < array_len(counts); i++) {
		struct member member = member_start(CLONE_NEWPID, take_groups, &counts[i]);
		const struct process *process;
		struct graph *graph;
		struct scan *scan;

		assert_int_equal(scan_new(&plain, &scan), 0);
		graph = sweep_now(scan, NULL);
		process = graph_process_by_pid(graph, member.pid);
		assert_non_null(process);
		assert_int_equal(process->pid_levels, 2);
		assert_int_equal(process->pids[0], member.pid);
		assert_int_equal(process->pids[1], 1);
		assert_false(process->pids_cut);
		graph_unref(graph);
		scan_free(scan);
		member_end(&member);
	}
}

/* --- What the commands print ----------------------------------------------------------------- */

/* Every byte that a terminal could take for more than text. */
static void expect_plain(const struct output *output)
{
	const char *text = output->text;

	for (size_t i = 0; i < output->len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\n') || c == 0x7f)
			fail_msg("byte %#x at %zu", c, i);
	}
	assert_null(strstr(text, "\xc2\x9b"));     /* C1 CSI */
	assert_null(strstr(text, "\xe2\x80\xae")); /* right-to-left override */
	assert_null(strstr(text, "\xe2\x80\x8b")); /* zero-width space */
}

static const json_t *find_process(const json_t *object, pid_t pid)
{
	size_t index;
	const json_t *process;

	json_array_foreach(json_object_get(object, "processes"), index, process)
	{
		if (json_integer_value(json_object_get(process, "pid")) == pid)
			return process;
	}
	return NULL;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

static void json_is_valid_and_loses_nothing(void **state)
{
	static const char *const compact[] = {"--pretty", "--compact"};

	(void)state;
	need_test_machine();
	need_source();
	const char *nsscope = nsscope_path();
	struct member member = member_start(0, take_name, names[0]);
	struct member shell = member_exec((char *const *)evil_argv);
	struct member other = member_start(0, take_name, "a\\x1bb");
	for (size_t i = 0; i < array_len(compact); i++) {
		const char *argv[] = {nsscope, "json", compact[i], NULL};
		struct output output = tool_run((char *const *)argv, false);
		json_t *object = json_loads(output.text, JSON_REJECT_DUPLICATES, NULL);
		const json_t *process;

		assert_int_equal(output.status, 0);
		expect_plain(&output);
		assert_non_null(object);
		process = find_process(object, member.pid);
		/* Decoded it is what the process has, but for what is no UTF-8. */
		assert_string_equal(
		    text_of(process, "comm"), "a\x1b[31mb\nc\xef\xbf\xbd\xef\xbf\xbd");
		assert_string_equal(text_of(find_process(object, shell.pid), "cmdline"),
		    "sh -c read line evil \x1b[31m \n\t \x1b]0;title\x07 "
		    "\xef\xbf\xbd\xef\xbf\xbd \xc2\x9b"
		    "31m \xe6\xbc\xa2 \x7f \xe2\x80\xae\xe2\x80\x8b \\x1b  end");
		assert_string_equal(text_of(find_process(object, other.pid), "comm"), "a\\x1bb");
		json_decref(object);
		output_done(&output);
	}
	member_end(&member);
	member_end(&shell);
	member_end(&other);
}

static void the_end_of_a_long_command_line_is_found(void **state)
{
	static char much[LONG_BYTES + 1];
	static const char *const argv[] = {SHELL, much, "kafka.Kafka", NULL};

	(void)state;
	need_test_machine();
	need_source();
	memset(much, 'x', LONG_BYTES);
	struct member member = member_exec((char *const *)argv);
	const char *nsscope = nsscope_path();
	const char *tree[] = {nsscope, "tree", "--filter", "afka.Kafk", NULL};
	struct output output = tool_run((char *const *)tree, false);

	assert_int_equal(output.status, 0);
	assert_non_null(strstr(output.text, "x kafka.Kafka\n"));
	assert_null(strstr(output.text, "…"));
	output_done(&output);
	member_end(&member);
}

static void a_cut_command_line_says_so(void **state)
{
	static char much[100 * 1024];
	static const char *const argv[] = {SHELL, much, NULL};
	char pid[16];

	(void)state;
	need_test_machine();
	need_source();
	memset(much, 'x', sizeof(much) - 1);
	struct member member = member_exec((char *const *)argv);
	struct member other = member_exec((char *const *)evil_argv);
	const char *nsscope = nsscope_path();
	snprintf(pid, sizeof(pid), "%d", (int)member.pid);
	const char *tree[] = {nsscope, "tree", "--pid", pid, NULL};
	const char *inspect[] = {nsscope, "inspect", pid, NULL};
	const char *const *commands[] = {tree, inspect};
	for (size_t i = 0; i < array_len(commands); i++) {
		struct output output = tool_run((char *const *)commands[i], false);

		assert_int_equal(output.status, 0);
		assert_non_null(strstr(output.text, "xxx…\n"));
		output_done(&output);
	}
	const char *json[] = {nsscope, "json", NULL};
	struct output output = tool_run((char *const *)json, false);
	json_t *object = json_loads(output.text, 0, NULL);

	assert_non_null(object);
	assert_true(json_is_true(json_object_get(find_process(object, member.pid), "cmdline_cut")));
	assert_true(json_is_false(json_object_get(find_process(object, other.pid), "cmdline_cut")));
	json_decref(object);
	output_done(&output);
	member_end(&member);
	member_end(&other);
}

/* A newline and the letters backslash, n are two names, wherever they are shown. */
static void a_backslash_is_doubled(void **state)
{
	char pid[2][16];

	(void)state;
	need_test_machine();
	need_source();
	struct member literal = member_start(0, take_name, "lit\\nx");
	struct member newline = member_start(0, take_name, "lit\nx");
	const char *nsscope = nsscope_path();
	snprintf(pid[0], sizeof(pid[0]), "%d", (int)literal.pid);
	snprintf(pid[1], sizeof(pid[1]), "%d", (int)newline.pid);
	for (int i = 0; i < 2; i++) {
		const char *const tree[] = {nsscope, "tree", "--pid", pid[i], NULL};
		const char *const inspect[] = {nsscope, "inspect", pid[i], NULL};
		const char *const *commands[] = {tree, inspect};

		for (size_t j = 0; j < array_len(commands); j++) {
			struct output output = tool_run((char *const *)commands[j], false);

			assert_int_equal(output.status, 0);
			assert_int_equal(strstr(output.text, "lit\\\\nx") != NULL, i == 0);
			assert_int_equal(strstr(output.text, "lit\\nx") != NULL, i == 1);
			output_done(&output);
		}
	}
	member_end(&literal);
	member_end(&newline);
}

static int mount_odd(const void *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	close(fd);
	return mount("/proc/self/ns/uts", path, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
}

/* What JSON calls a path is one. */
static void a_path_in_json_can_be_opened(void **state)
{
	char folder[] = "/tmp/nsscope-path-XXXXXX";
	bool found = false;
	const json_t *namespaces, *ns, *holder;
	size_t i, j;

	(void)state;
	need_test_machine();
	need_source();
	assert_non_null(mkdtemp(folder));
	autofree char *path = xasprintf("%s/a\\b\\n \x1b\xe2\x80\xae", folder);
	int r = mount_odd(path);
	if (r < 0) {
		unlink(path);
		rmdir(folder);
		skip_because("no bind mount here: %s", strerror(-r));
	}
	const char *argv[] = {nsscope_path(), "json", NULL};
	struct output output = tool_run((char *const *)argv, false);
	json_t *object = json_loads(output.text, 0, NULL);
	expect_plain(&output);
	namespaces = json_object_get(object, "namespaces");
	json_array_foreach(namespaces, i, ns)
	{
		json_array_foreach(json_object_get(ns, "kept_by"), j, holder)
		{
			const char *told = json_string_value(json_object_get(holder, "path"));

			found |= told && strcmp(told, path) == 0 && access(told, F_OK) == 0;
		}
	}
	json_decref(object);
	output_done(&output);
	assert_int_equal(umount2(path, MNT_DETACH), 0);
	unlink(path);
	rmdir(folder);
	assert_true(found);
}

static void the_tree_holds_no_raw_escape(void **state)
{
	static const char *const by[] = {"pid", "type"};

	(void)state;
	need_test_machine();
	need_source();
	const char *nsscope = nsscope_path();
	struct member member = member_start(0, take_name, names[0]);
	struct member shell = member_exec((char *const *)evil_argv);
	for (size_t i = 0; i < array_len(by); i++) {
		const char *argv[] = {nsscope, "tree", "--by", by[i], NULL};
		struct output output = tool_run((char *const *)argv, false);

		assert_int_equal(output.status, 0);
		expect_plain(&output);
		assert_non_null(strstr(output.text, "a\\e[31mb\\nc\\xff\\xe4"));
		output_done(&output);
	}
	member_end(&member);
	member_end(&shell);
}

int main(int argc, char **argv)
{
	(void)argc;
	own_argv0 = argv[0];
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_come_raw_and_harm_no_other_field),
	    cmocka_unit_test(command_lines_come_raw),
	    cmocka_unit_test(a_command_line_is_cut_where_more_of_it_follows),
	    cmocka_unit_test(many_long_command_lines_take_little),
	    cmocka_unit_test(a_process_with_many_groups_stays_in_its_pid_namespace),
	    cmocka_unit_test(the_end_of_a_long_command_line_is_found),
	    cmocka_unit_test(a_cut_command_line_says_so),
	    cmocka_unit_test(a_backslash_is_doubled),
	    cmocka_unit_test(a_path_in_json_can_be_opened),
	    cmocka_unit_test(json_is_valid_and_loses_nothing),
	    cmocka_unit_test(the_tree_holds_no_raw_escape),
	};

	test_machine_enter();
	return run_with_each_source(tests, NULL, NULL);
}
