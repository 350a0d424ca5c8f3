/* The source "bpf" on kernels that answer less than this one, and what is told where it can't be had. */
#include "cli/cli.h"
#include "model/base/util.h"
#include "tests/kernel/command.h"
#include "tests/kernel/filter.h"
#include "tests/kernel/room.h"
#include "tests/kernel/same_graph.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

/* Without host names no helper stands between. */
static const struct scan_options all = {.fds = true};

/* Goes on in a child, which has a filter from then on that its parent has not. */
static void in_a_child(void (*body)(void))
{
	pid_t child = fork();

	if (child == 0) {
		body();
		_exit(0);
	}
	assert_int_equal(wait_status(child), 0);
}

static void need_bpf_room(void)
{
	need_test_machine();
	scan_free(need_bpf(all));
}

static struct scan *open_source(enum scan_source source)
{
	struct scan_options options = all;
	struct scan *scan = NULL;

	options.source = source;
	require(scan_new(&options, &scan) == 0);
	return scan;
}

/* --- No ids ------------------------------------------------------------------------------------ */

static void compare_without_ids(void)
{
	struct scan *proc, *bpf;
	struct graph *from_proc, *from_bpf;

	filter_namespace_ids();
	proc = open_source(SCAN_PROC);
	bpf = open_source(SCAN_BPF);
	from_proc = sweep_now(proc, NULL);
	from_bpf = sweep_now(bpf, NULL);
	require(strcmp(from_bpf->source, "bpf") == 0);
	for (size_t i = 0; i < from_bpf->ns_count; i++)
		require(from_bpf->namespaces[i]->id.unique == 0);
	require(graph_differences(from_proc, from_bpf, getpid()) == 0);
	graph_unref(from_proc);
	graph_unref(from_bpf);
	scan_free(proc);
	scan_free(bpf);
}

/* Before Linux 6.11 the kernel has numbers where its ids are now, and tells none. */
static void what_the_kernel_does_not_tell_is_no_id(void **state)
{
	struct member members[3];

	(void)state;
	need_bpf_room();
	members[0] = member_start(CLONE_NEWNS | CLONE_NEWUTS, NULL, NULL);
	members[1] = member_start(CLONE_NEWPID | CLONE_NEWNET, NULL, NULL);
	members[2] = member_start(CLONE_NEWIPC | CLONE_NEWCGROUP, NULL, NULL);
	in_a_child(compare_without_ids);
	for (size_t i = 0; i < array_len(members); i++)
		member_end(&members[i]);
}

/* --- Loaded, but of no use ---------------------------------------------------------------------- */

static const char *const reason =
    "its programs were loaded, but reading from them failed (Input/output error)";

static void expect_reason(
    int (*command)(int argc, char **argv), const char *name, const char *arguments)
{
	struct run run = command_run(command, name, arguments, "C.UTF-8", -1);

	if (run.status != EXIT_FORBIDDEN)
		print_error("%s ends with %d: %s\n", name, run.status, run.errors);
	require(run.status == EXIT_FORBIDDEN);
	require(strstr(run.errors, "--source bpf can't be had here: "));
	require(strstr(run.errors, reason));
	require(!strstr(run.errors, "from /proc"));
	run_done(&run);
}

/* No file is left, and one that was there stays as it was. */
static void expect_no_recording(void)
{
	char path[] = "/tmp/nsscope-test-XXXXXX";
	autoclose int fd = mkostemp(path, O_CLOEXEC);
	autofree char *forced = xasprintf("--force %s", path);
	char kept;

	require(fd >= 0 && write(fd, "x", 1) == 1);
	expect_reason(cli_record, "record", forced);
	require(pread(fd, &kept, 1, 0) == 1 && kept == 'x');
	unlink(path);
	expect_reason(cli_record, "record", path);
	require(access(path, F_OK) < 0);
}

static void ask_every_command(void)
{
	filter_bpf_iterators(EIO);
	scan_prefer(SCAN_BPF);
	expect_reason(cli_tree, "tree", "");
	expect_reason(cli_json, "json", "");
	expect_reason(cli_dot, "dot", "");
	expect_reason(cli_events, "events", "");
	expect_no_recording();
	expect_reason(cli_inspect, "inspect", "1");
	expect_reason(cli_compare, "compare", "1 1");
	expect_reason(cli_lesson, "lesson", "uts --plain --yes");
}

static void who_asked_for_bpf_is_told_why_not(void **state)
{
	(void)state;
	need_bpf_room();
	in_a_child(ask_every_command);
}

static void ask_doctor(void)
{
	struct run run;

	filter_bpf_iterators(EIO);
	run = command_run(cli_doctor, "doctor", "", "C.UTF-8", -1);
	require(strstr(run.output, "– bpf: "));
	require(strstr(run.output, "– bpf tracepoints: "));
	require(strstr(run.output, "Input/output"));
	require(!strstr(run.output, "✔ bpf"));
	run_done(&run);
}

/* What loads does not work yet. */
static void doctor_tries_what_a_sweep_does(void **state)
{
	struct run run;

	(void)state;
	need_bpf_room();
	run = command_run(cli_doctor, "doctor", "", "C.UTF-8", -1);
	assert_has(run.output, "✔ bpf: works\n");
	assert_has(run.output, "✔ bpf tracepoints: works\n");
	run_done(&run);
	in_a_child(ask_doctor);
}

static void fail_between_two_sweeps(void)
{
	struct scan *scan = open_source(SCAN_BPF);
	struct graph *graph = sweep_now(scan, NULL), *none = NULL;
	autofree char *text = NULL;

	filter_bpf_iterators(EIO);
	require(scan_once(scan, &none) == -EOPNOTSUPP);
	require(!none);
	require(bpf_why_last().what == BPF_FAILED);
	text = scan_error_text(-EOPNOTSUPP);
	require(strstr(text, reason));
	graph_unref(graph);
	scan_free(scan);
}

static void a_source_that_fails_later_is_named(void **state)
{
	(void)state;
	need_bpf_room();
	in_a_child(fail_between_two_sweeps);
}

/* --- Not to be had at all ----------------------------------------------------------------------- */

/* Few processes are no reason where many would not do either. */
static int ask_why_not(void)
{
	struct scan *scan = source_scan(SCAN_BPF, all);
	struct bpf_refusal why = bpf_why_last();
	autofree char *text = NULL, *line = NULL;
	struct run run;

	require(!scan && why.what != BPF_NO_OBSTACLE);
	scan_free(open_source(SCAN_AUTO));
	if (bpf_why_last().what != why.what)
		print_error("told is \"%s\", not \"%s\"\n", bpf_obstacle_name(bpf_why_last().what),
		    bpf_obstacle_name(why.what));
	require(bpf_why_last().what == why.what);
	text = bpf_refusal_text(&why);
	line = xasprintf("Source: /proc, not bpf: %s", text);
	scan_prefer(SCAN_AUTO);
	run = command_run(cli_doctor, "doctor", "", "C.UTF-8", -1);
	require(says(run.output, line));
	run_done(&run);
	return 0;
}

/* Its capabilities do not count in the initial one. */
static int as_root_of_a_user_namespace(const void *arg)
{
	(void)arg;
	return ask_why_not();
}

static void what_would_always_be_in_the_way_is_told_first(void **state)
{
	struct member member;
	struct scan *scan;

	(void)state;
	need_test_machine();
	member = member_start(CLONE_NEWUSER, as_root_of_a_user_namespace, NULL);
	member_end(&member);
	scan = source_scan(SCAN_BPF, all);
	if (scan && !room_has_users())
		skip_because("there is BPF, and nobody here who may not have it");
	if (!scan)
		assert_int_equal(ask_why_not(), 0);
	else
		as_nobody(ask_why_not);
	scan_free(scan);
	scan_prefer(SCAN_PROC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_the_kernel_does_not_tell_is_no_id),
	    cmocka_unit_test(who_asked_for_bpf_is_told_why_not),
	    cmocka_unit_test(doctor_tries_what_a_sweep_does),
	    cmocka_unit_test(a_source_that_fails_later_is_named),
	    cmocka_unit_test(what_would_always_be_in_the_way_is_told_first),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
