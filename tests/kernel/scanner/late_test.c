/* Command lines that do not come.  A FIFO that nobody writes to stands where /proc/PID/cmdline would be, in a
 * mount namespace of the test's own: whoever opens it waits. */
#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "scanner/scan/phases.h"
#include "scanner/scan/scan_context.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"
#include "tests/kernel/tool.h"

#include <jansson.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

enum { SILENT = 20 }; /* more than helpers that are left waiting at a time */

static char folder[] = "/tmp/late.XXXXXX";
static const struct scan_options plain = {.hostnames = false};

static char *cmdline_path(pid_t pid)
{
	return xasprintf("/proc/%d/cmdline", (int)pid);
}

static void silence(pid_t pid)
{
	autofree char *fifo = xasprintf("%s/fifo", folder), *path = cmdline_path(pid);

	assert_int_equal(mount(fifo, path, NULL, MS_BIND, NULL), 0);
}

static void let_answer(pid_t pid)
{
	autofree char *path = cmdline_path(pid);

	assert_int_equal(umount2(path, MNT_DETACH), 0);
}

static const json_t *process_of(const json_t *graph, pid_t pid)
{
	const json_t *process;
	size_t i;

	json_array_foreach(json_object_get(graph, "processes"), i, process)
	{
		if (json_integer_value(json_object_get(process, "pid")) == pid)
			return process;
	}
	fail_msg("process %d is not told", (int)pid);
	return NULL;
}

static void a_report_tells_who_does_not_answer_and_all_others(void **state)
{
	const char *argv[] = {nsscope_path(), "json", NULL};
	struct member silent[SILENT], other;
	struct output output;
	json_t *graph;

	(void)state;
	need_test_machine();
	need_source();
	for (int i = 0; i < SILENT; i++) {
		silent[i] = member_start(0, NULL, NULL);
		silence(silent[i].pid);
	}
	other = member_start(0, NULL, NULL);
	output = tool_run((char *const *)argv, false);
	assert_int_equal(output.status, 0);
	graph = json_loads(output.text, 0, NULL);
	assert_non_null(graph);
	for (int i = 0; i < SILENT; i++) {
		const json_t *process = process_of(graph, silent[i].pid);

		assert_true(json_is_true(json_object_get(process, "cmdline_late")));
		assert_true(json_is_null(json_object_get(process, "cmdline")));
		/* All else of it is known. */
		assert_true(
		    json_is_integer(json_object_get(json_object_get(process, "ns"), "uts")));
	}
	assert_true(json_is_false(json_object_get(process_of(graph, other.pid), "cmdline_late")));
	assert_true(json_is_string(json_object_get(process_of(graph, other.pid), "cmdline")));
	json_decref(graph);
	output_done(&output);
	for (int i = 0; i < SILENT; i++) {
		let_answer(silent[i].pid);
		member_end(&silent[i]);
	}
	member_end(&other);
}

/* What was read before is kept, and told as older; the others are read on. */
static void a_living_graph_keeps_what_it_had(void **state)
{
	struct member silent, other;
	struct graph *first, *second, *third;
	const struct process *process;
	struct scan *scan;

	(void)state;
	need_test_machine();
	need_source();
	silent = member_start(0, NULL, NULL);
	assert_int_equal(scan_new(&plain, &scan), 0);
	first = sweep_now(scan, NULL);
	assert_false(graph_process_by_pid(first, silent.pid)->cmdline_late);
	silence(silent.pid);
	other = member_start(0, NULL, NULL);
	second = sweep_now(scan, first);
	process = graph_process_by_pid(second, silent.pid);
	assert_true(process->cmdline_late);
	assert_non_null(process->cmdline);
	assert_non_null(graph_process_by_pid(second, other.pid)->cmdline);
	assert_false(graph_process_by_pid(second, other.pid)->cmdline_late);
	/* It is not asked again so soon, and is told so all the same. */
	third = sweep_now(scan, second);
	assert_true(graph_process_by_pid(third, silent.pid)->cmdline_late);
	/* The helper that waited for it was killed. */
	for (size_t i = 0; i < third->process_count; i++)
		assert_null(strstr(third->processes[i]->comm, "nsscope-"));
	graph_unref(third);
	graph_unref(second);
	graph_unref(first);
	scan_free(scan);
	let_answer(silent.pid);
	member_end(&silent);
	member_end(&other);
}

/* What was read ahead is not read again, also where all of it has come before the source is done. */
static void a_command_line_is_read_once(void **state)
{
	struct context context = {.proc = -1};
	struct cmdlines *cmdlines;
	struct member member;
	struct process *process;
	struct graph *graph;

	(void)state;
	need_test_machine();
	member = member_start(0, NULL, NULL);
	cmdlines = cmdlines_new(&plain);
	context.builder = graph_builder_new(NULL);
	cmdlines_begin(cmdlines, &context);
	/* It says so with its last answer. */
	while (cmdlines_worked_us(cmdlines) == 0)
		sched_yield();
	silence(member.pid);
	process = graph_add_process(context.builder, &(struct process_id){.pid = member.pid});
	context_want_cmdline(&context, process);
	cmdlines_take(cmdlines);
	cmdlines_ask(cmdlines);
	while (cmdlines_step(cmdlines, clock_us() + 1000000) == 0)
		;
	assert_false(process->cmdline_late);
	assert_non_null(process->cmdline);
	cmdlines_free(cmdlines);
	free(context.cmdline_requests);
	graph = graph_freeze(context.builder);
	graph_unref(graph);
	let_answer(member.pid);
	member_end(&member);
}

static void it_is_said_in_words(void **state)
{
	const char *tree[] = {nsscope_path(), "tree", NULL};
	autofree char *number = NULL;
	struct member silent;
	struct output output;

	(void)state;
	need_test_machine();
	need_source();
	silent = member_start(0, NULL, NULL);
	silence(silent.pid);
	output = tool_run((char *const *)tree, false);
	assert_non_null(strstr(output.text, "(command line: no answer)"));
	output_done(&output);
	number = xasprintf("%d", (int)silent.pid);
	const char *inspect[] = {nsscope_path(), "inspect", number, NULL};
	output = tool_run((char *const *)inspect, false);
	assert_non_null(strstr(output.text, "no answer: the process keeps its memory locked"));
	output_done(&output);
	let_answer(silent.pid);
	member_end(&silent);
}

static int set_up(void **state)
{
	autofree char *fifo = NULL;

	(void)state;
	if (room_missing)
		return 0;
	snprintf(folder, sizeof(folder), "%s", "/tmp/late.XXXXXX");
	if (!mkdtemp(folder) || mount("none", folder, "tmpfs", 0, NULL) < 0)
		return -1;
	fifo = xasprintf("%s/fifo", folder);
	return mkfifo(fifo, 0600);
}

static int tear_down(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	return umount2(folder, MNT_DETACH) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_report_tells_who_does_not_answer_and_all_others),
	    cmocka_unit_test(a_living_graph_keeps_what_it_had),
	    cmocka_unit_test(a_command_line_is_read_once),
	    cmocka_unit_test(it_is_said_in_words),
	};

	test_machine_enter();
	return run_with_each_source(tests, set_up, tear_down);
}
