/* What can't be read, and why: another user's processes with each hidepid, and few descriptors. */
#include "model/base/util.h"
#include "scanner/proc/want.h"
#include "tests/kernel/command.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/mount.h>
#include <sys/resource.h>

enum { FORBIDDEN = 3 };

static const struct scan_options by_proc = {.source = SCAN_PROC};

/* Of root's room. */
static void need_users(void)
{
	need_test_machine();
	if (!room_has_users())
		skip_because("only root can be another user");
}

/* --- hidepid ------------------------------------------------------------------------------------- */

struct hidden {
	const char *options;
	int why; /* of root's process 1, for another user */
	bool listed;
};

static const struct hidden *hidden;

static int sweep_as_nobody(void)
{
	struct graph *graph;
	struct scan *scan;

	require(scan_new(&by_proc, &scan) == 0);
	graph = sweep_now(scan, NULL);
	require(graph_process_by_pid(graph, getpid()));
	require(!graph_process_by_pid(graph, 1));
	/* Nobody ends meanwhile. */
	require(graph->stats.vanished == 0);
	require(graph->stats.hidden == !hidden->listed);
	/* Process 1, and this test's. */
	require(graph_refused(graph) == (hidden->listed ? 2 : 0));
	require(process_why_missing(1) == hidden->why);
	require(process_why_missing(getppid()) == hidden->why);
	require(process_why_missing(4000000) == -ESRCH);
	graph_unref(graph);
	scan_free(scan);
	return 0;
}

static void refused_and_hidden_are_not_ended(void **state)
{
	static const struct hidden all[] = {
	    {"hidepid=1", -EPERM, true},
	    {"hidepid=2", -EACCES, false},
	    {"hidepid=4", -EACCES, false},
	};

	(void)state;
	need_users();
	for (size_t i = 0; i < array_len(all); i++) {
		hidden = &all[i];
		if (mount("proc", "/proc", "proc", 0, hidden->options) < 0)
			continue; /* hidepid=4 is of 5.8 */
		as_nobody(sweep_as_nobody);
		assert_int_equal(umount2("/proc", 0), 0);
	}
}

/* Runs the shell line @line, in which $N is nsscope. */
static struct output run(const char *line, bool as_nobody)
{
	autofree char *text = xasprintf("N='%s'; { %s; } 2>&1", nsscope_path(), line);
	const char *argv[] = {"sh", "-c", text, NULL};

	return tool_run((char *const *)argv, as_nobody);
}

static void expect(const char *line, bool as_nobody, int status, const char *text)
{
	struct output output = run(line, as_nobody);

	if (output.status != status || !strstr(output.text, text))
		fail_msg("%s: status %d: %s", line, output.status, output.text);
	output_done(&output);
}

static void commands_say_refused_or_not_in_sight(void **state)
{
	static const char *const commands[] = {
	    "$N inspect 1", "$N compare $$ 1", "$N tree --pid 1"};
	static const char *const words[] = {
	    "hidepid=1", "is refused", "hidepid=2", "is not visible"};

	(void)state;
	need_users();
	for (size_t i = 0; i < array_len(words); i += 2) {
		assert_int_equal(mount("proc", "/proc", "proc", 0, words[i]), 0);
		for (size_t j = 0; j < array_len(commands); j++)
			expect(commands[j], true, FORBIDDEN, words[i + 1]);
		expect("$N inspect 4000000", true, 1, "there is no process");
		assert_int_equal(umount2("/proc", 0), 0);
	}
}

static void the_tree_counts_who_is_refused(void **state)
{
	(void)state;
	need_users();
	assert_int_equal(mount("proc", "/proc", "proc", 0, "hidepid=1"), 0);
	expect("$N tree", true, 0, "processes are refused as a whole");
	expect("$N doctor; true", true, 0, "refuses all else");
	assert_int_equal(umount2("/proc", 0), 0);
}

/* --- Few descriptors ----------------------------------------------------------------------------- */

enum { MEMBERS = 120 };

static json_t *load(const struct output *output)
{
	const char *begin = strchr(output->text, '{');
	json_t *object = begin ? json_loads(begin, 0, NULL) : NULL;

	assert_non_null(object);
	return object;
}

static size_t count_of(const json_t *object, const char *key)
{
	return (size_t)json_integer_value(json_object_get(json_object_get(object, "visible"), key));
}

/* Either all are there, or it says why not: never less with status 0. */
static void few_descriptors_give_all_or_an_error(void **state)
{
	static const unsigned limits[] = {8, 12, 16, 20, 24, 28, 32, 48, 64, 96, 128, 160, 256};
	static struct member members[MEMBERS];
	bool failed = false, done = false;

	(void)state;
	need_test_machine();
	for (size_t i = 0; i < MEMBERS; i++)
		members[i] = member_start(0, NULL, NULL);
	for (size_t i = 0; i < array_len(limits); i++) {
		autofree char *line =
		    xasprintf("ulimit -n %u; exec $N json --compact --source proc", limits[i]);
		struct output output = run(line, false);

		if (output.status == 0) {
			json_t *object = load(&output);

			assert_int_equal(count_of(object, "vanished"), 0);
			assert_int_equal(count_of(object, "denied"), 0);
			assert_true(count_of(object, "processes") > MEMBERS);
			json_decref(object);
			done = true;
		} else {
			assert_false(done);
			assert_true(limits[i] < 32);
			failed = true;
		}
		output_done(&output);
	}
	assert_true(failed && done);
	expect("ulimit -n 16; $N tree --source proc", false, 1, "ulimit -n 256");
	expect("ulimit -n 16; $N doctor", false, FORBIDDEN, "a limit of 16 open files is too low");
	for (size_t i = 0; i < MEMBERS; i++)
		member_end(&members[i]);
}

/* What a limit lets the program have it takes, and what it starts has the limit that was. */
static void a_soft_limit_is_raised_and_given_back(void **state)
{
	struct rlimit before, limit, now;

	(void)state;
	need_test_machine();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	if (before.rlim_max < 100)
		skip_because("the hard limit is low here");
	limit = (struct rlimit){.rlim_cur = 50, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	descriptors_raise();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
	assert_true(now.rlim_cur > 50 && now.rlim_cur <= now.rlim_max);
	assert_true(descriptors_left() > 40);
	descriptors_restore();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
	assert_int_equal(now.rlim_cur, 50);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	expect("ulimit -Sn 12; $N tree --source proc", false, 0, "processes, ");
}

/* --- Few processes ------------------------------------------------------------------------------- */

static void a_lesson_says_that_a_limit_forbids_the_fork(void **state)
{
	static const int limits[] = {1, 2, 3, 4};

	(void)state;
	need_users();
	for (size_t i = 0; i < array_len(limits); i++) {
		autofree char *line =
		    xasprintf("prlimit --pid $$ --nproc=%d; exec $N lesson uts --plain", limits[i]);
		struct output output = run(line, true);

		assert_int_not_equal(output.status, 0);
		assert_true(says(output.text, "a limit of processes is reached: pids.max"));
		assert_null(strstr(output.text, "no error. This kernel differs"));
		output_done(&output);
	}
}

/* --- Files that are no recordings ---------------------------------------------------------------- */

static void a_file_without_an_end_is_refused_by_its_beginning(void **state)
{
	char folder[] = "/tmp/nsscope-want-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(folder));
	autofree char *sparse =
	    xasprintf("truncate -s 3G %s/file; $N replay --plain %s/file; s=$?; rm %s/file; "
	              "exit $s",
	        folder, folder, folder);
	autofree char *headed =
	    xasprintf("printf 'nsscope recording 2\n' >%s/file; truncate -s 3G %s/file; "
	              "$N replay --plain %s/file; s=$?; rm %s/file; exit $s",
	        folder, folder, folder, folder);
	autofree char *fifo =
	    xasprintf("mkfifo %s/file; $N replay --plain %s/file; s=$?; rm %s/file; exit $s",
	        folder, folder, folder);
	expect("$N replay --plain /dev/zero", false, 1, "is no recording");
	expect("yes nsscope | $N replay --plain /dev/stdin", false, 1, "is no recording");
	expect("{ printf 'nsscope recording 1\n'; cat /dev/zero; } | $N replay --plain /dev/stdin",
	    false, 1, "at byte 20");
	expect("{ printf 'nsscope recording 2\n'; cat /dev/zero; } | $N replay --plain /dev/stdin",
	    false, 1, "at byte 20");
	expect(sparse, false, 1, "is no recording");
	expect(headed, false, 1, "at byte 20");
	expect(fifo, false, 1, "is no recording");
	assert_int_equal(rmdir(folder), 0);
}

/* "unshare --pid" without --fork: the first command has been init, and ended.  Nor can the sanitizers fork. */
static void a_tree_says_that_a_limit_forbids_the_fork(void **state)
{
	(void)state;
	need_users();
	expect("prlimit --pid $$ --nproc=1; exec $N tree", true, 1,
	    "a limit of processes is reached: pids.max");
}

static void a_shell_that_cannot_fork_is_told_why(void **state)
{
	static const enum scan_source sources[] = {SCAN_PROC, SCAN_BPF};

	(void)state;
	need_test_machine();
	/* BPF needs no helper for host names, but one for command lines. */
	for (size_t i = 0; i < array_len(sources); i++) {
		struct scan *scan = source_scan(sources[i], (struct scan_options){0});
		autofree char *line =
		    xasprintf("export N ASAN_OPTIONS=detect_leaks=0; unshare --pid sh -c "
		              "'/bin/true; exec $N tree --source %s'",
		        scan ? scan_source_name(scan) : "auto");

		expect(line, false, 1, "the PID namespace for its children is dead");
		scan_free(scan);
	}
	expect("export N ASAN_OPTIONS=detect_leaks=0; unshare --pid sh -c '/bin/true; exec $N "
	       "lesson uts --plain'",
	    false, FORBIDDEN, "the PID namespace for its children is dead");
}

/* What comes slowly through a pipe is waited for. */
static void a_recording_comes_through_a_pipe(void **state)
{
	(void)state;
	need_test_machine();
	expect("$N record --for=1 - | cat | $N replay --plain /dev/stdin >/dev/null && echo whole",
	    false, 0, "whole");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refused_and_hidden_are_not_ended),
	    cmocka_unit_test(commands_say_refused_or_not_in_sight),
	    cmocka_unit_test(the_tree_counts_who_is_refused),
	    cmocka_unit_test(few_descriptors_give_all_or_an_error),
	    cmocka_unit_test(a_soft_limit_is_raised_and_given_back),
	    cmocka_unit_test(a_lesson_says_that_a_limit_forbids_the_fork),
	    cmocka_unit_test(a_tree_says_that_a_limit_forbids_the_fork),
	    cmocka_unit_test(a_file_without_an_end_is_refused_by_its_beginning),
	    cmocka_unit_test(a_shell_that_cannot_fork_is_told_why),
	    cmocka_unit_test(a_recording_comes_through_a_pipe),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
