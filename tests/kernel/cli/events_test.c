/* nsscope events, while namespaces come and go. */
#include "cli/cli.h"
#include "model/base/util.h"
#include "model/report/json.h"
#include "tests/kernel/command.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include <fcntl.h>
#include <jansson.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>

/* A run of the command whose output is read while it runs. */
struct watcher {
	pid_t pid;
	FILE *output;
};

/* @prepare: called in it before; NULL for nothing. */
static struct watcher watch_prepared(const char *option, bool (*prepare)(void))
{
	struct watcher watcher;
	int output[2];
	char words[3][24] = {"events", "--json", "--interval=50"};

	assert_int_equal(pipe2(output, O_CLOEXEC), 0);
	fflush(NULL);
	watcher.pid = fork();
	assert_true(watcher.pid >= 0);
	if (watcher.pid == 0) {
		char *argv[] = {words[0], words[1], words[2], (char *)option, NULL};

		close(output[0]);
		if (prepare && !prepare())
			_exit(98);
		if (dup2(output[1], STDOUT_FILENO) < 0 || !setlocale(LC_ALL, "C.UTF-8"))
			_exit(99);
		_exit(cli_events(option ? 4 : 3, argv));
	}
	close(output[1]);
	watcher.output = fdopen(output[0], "r");
	assert_non_null(watcher.output);
	return watcher;
}

static struct watcher watch(const char *option)
{
	return watch_prepared(option, NULL);
}

/* Reads on to the next event of @kind that is of @pid (0: of none).  A new reference. */
static json_t *next_event(struct watcher *watcher, const char *kind, pid_t pid)
{
	static char line[4096];

	while (fgets(line, sizeof(line), watcher->output)) {
		json_t *event = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		json_t *process = json_object_get(event, "process");

		assert_non_null(event);
		for (const char *at = line; *at; at++)
			assert_true(*at == '\n' || (unsigned char)*at >= 0x20);
		if (strcmp(json_string_value(json_object_get(event, "event")), kind) == 0 &&
		    json_integer_value(json_object_get(process, "pid")) == pid)
			return event;
		json_decref(event);
	}
	fail_msg("the output ended before %s of %d", kind, (int)pid);
	return NULL;
}

static void skip_to(struct watcher *watcher, const char *kind, pid_t pid)
{
	json_decref(next_event(watcher, kind, pid));
}

static uint64_t inode_of(const json_t *event, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(json_object_get(event, key), "inode"));
}

static int watcher_end(struct watcher *watcher, int signal_number)
{
	kill(watcher->pid, signal_number);
	fclose(watcher->output);
	return wait_status(watcher->pid);
}

/* A process that makes the calls that it is sent, a letter for each. */
struct puppet {
	pid_t pid;
	int orders, answers;
};

static char obey(char order, int other)
{
	if (order == 'u')
		return unshare(CLONE_NEWUTS) == 0;
	if (order == 'n')
		return name_host("blue\033[31m") == 0;
	return setns(other, CLONE_NEWUTS) == 0;
}

/* @other: a descriptor of a namespace to join. */
static struct puppet puppet_start(int other)
{
	int orders[2], answers[2];
	struct puppet puppet;

	assert_int_equal(pipe2(orders, O_CLOEXEC), 0);
	assert_int_equal(pipe2(answers, O_CLOEXEC), 0);
	fflush(NULL);
	puppet.pid = fork();
	assert_true(puppet.pid >= 0);
	if (puppet.pid == 0) {
		char order;

		close(orders[1]);
		prctl(PR_SET_NAME, "a\"\033\n");
		while (read(orders[0], &order, 1) == 1) {
			char answer = obey(order, other);

			if (write(answers[1], &answer, 1) != 1)
				break;
		}
		_exit(0);
	}
	close(orders[0]);
	close(answers[1]);
	puppet.orders = orders[1];
	puppet.answers = answers[0];
	return puppet;
}

static void puppet_do(const struct puppet *puppet, char order)
{
	char answer = 0;

	assert_int_equal(write(puppet->orders, &order, 1), 1);
	assert_int_equal(read(puppet->answers, &answer, 1), 1);
	assert_int_equal(answer, 1);
}

static void puppet_end(const struct puppet *puppet)
{
	close(puppet->orders);
	close(puppet->answers);
	wait_status(puppet->pid);
}

static void what_changes_is_reported(void **state)
{
	(void)state;
	need_test_machine();
	autoclose int uts_fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	struct watcher watcher = watch(NULL);
	json_t *event;

	skip_to(&watcher, "begin", 0);
	struct puppet puppet = puppet_start(uts_fd);
	event = next_event(&watcher, "process_born", puppet.pid);
	assert_int_equal(json_array_size(json_object_get(event, "apart_from_parent")), 0);
	json_decref(event);

	puppet_do(&puppet, 'u');
	uint64_t ino = link_ino(puppet.pid, "uts");
	event = next_event(&watcher, "ns_born", 0);
	assert_int_equal(inode_of(event, "ns"), ino);
	json_decref(event);
	event = next_event(&watcher, "process_moved", puppet.pid);
	assert_int_equal(inode_of(event, "from"), link_ino(getpid(), "uts"));
	assert_int_equal(inode_of(event, "ns"), ino);
	assert_string_equal(json_string_value(json_object_get(event, "means")), "unshare");
	assert_string_equal(json_string_value(json_object_get(event, "link")), "uts");
	assert_string_equal(
	    json_string_value(json_object_get(json_object_get(event, "process"), "comm")),
	    "a\"\x1b\n");
	json_decref(event);

	puppet_do(&puppet, 'n');
	event = next_event(&watcher, "hostname", 0);
	assert_int_equal(inode_of(event, "ns"), ino);
	assert_string_equal(
	    json_string_value(json_object_get(event, "host_after")), "blue\x1b[31m");
	json_decref(event);

	puppet_do(&puppet, 's');
	event = next_event(&watcher, "process_moved", puppet.pid);
	assert_int_equal(inode_of(event, "from"), ino);
	assert_string_equal(json_string_value(json_object_get(event, "means")), "setns");
	json_decref(event);
	event = next_event(&watcher, "ns_died", 0);
	assert_int_equal(inode_of(event, "ns"), ino);
	json_decref(event);

	puppet_end(&puppet);
	skip_to(&watcher, "process_died", puppet.pid);
	assert_int_equal(watcher_end(&watcher, SIGTERM), EXIT_DONE);
}

static void a_child_of_clone_is_reported_with_its_namespaces(void **state)
{
	(void)state;
	need_test_machine();
	struct watcher watcher = watch(NULL);

	skip_to(&watcher, "begin", 0);
	struct member box = member_start(CLONE_NEWNET | CLONE_NEWPID, NULL, NULL);
	json_t *event = next_event(&watcher, "process_born", box.pid);
	json_t *own_namespaces = json_object_get(event, "apart_from_parent");

	assert_int_equal(json_array_size(own_namespaces), 2);
	assert_int_equal(
	    json_integer_value(json_object_get(json_array_get(own_namespaces, 0), "inode")),
	    link_ino(box.pid, "net"));
	json_decref(event);
	member_end(&box);
	assert_int_equal(watcher_end(&watcher, SIGINT), EXIT_DONE);
}

static void it_ends_by_itself(void **state)
{
	struct run run;

	(void)state;
	need_test_machine();
	run = command_run(cli_events, "events", "--for 1", "C", -1);
	assert_int_equal(run.status, EXIT_DONE);
	assert_string_equal(run.errors, "");
	assert_has(run.output, "watching      ");
	assert_plain(run.output, true);
	run_done(&run);

	struct watcher watcher = watch("--count=1");
	skip_to(&watcher, "begin", 0);
	struct member box = member_start(0, NULL, NULL);
	skip_to(&watcher, "process_born", box.pid);
	assert_int_equal(wait_status(watcher.pid), EXIT_DONE);
	assert_int_equal(fgetc(watcher.output), EOF);
	fclose(watcher.output);
	member_end(&box);
}

/* The reader goes away while nothing happens. */
static void it_ends_when_its_reader_has_closed(void **state)
{
	(void)state;
	need_test_machine();
	struct watcher watcher = watch("--interval=60000");

	skip_to(&watcher, "begin", 0);
	fclose(watcher.output);
	assert_int_equal(wait_status(watcher.pid), EXIT_DONE);
	assert_ends_well(cli_events, "events", "--for 60");
	assert_ends_well(cli_events, "events", "--for 60 --json");
}

enum { INCREMENTAL = 20 };

/* A short-lived process in a uts namespace of its own. */
static pid_t run_briefly(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(unshare(CLONE_NEWUTS) == 0 ? 7 : 1);
	assert_true(pid > 0);
	assert_int_equal(wait_status(pid), 7);
	return pid;
}

/* What the trace, and where a scan came upon them the scans, have said of the incremental ones. */
struct said {
	bool ended, called;
};

static void note_said(
    const json_t *event, const pid_t pids[INCREMENTAL], struct said said[INCREMENTAL])
{
	const json_t *process = json_object_get(event, "process");
	const char *kind = json_string_value(json_object_get(event, "event"));
	const json_t *ns = json_array_get(json_object_get(event, "namespaces"), 0);

	for (int i = 0; i < INCREMENTAL; i++) {
		if (json_integer_value(json_object_get(process, "pid")) != pids[i])
			continue;
		if (strcmp(kind, "process_lived") == 0) {
			assert_int_equal(
			    json_integer_value(json_object_get(event, "wait_status")), 7 << 8);
			assert_int_equal(
			    json_integer_value(json_object_get(process, "ppid")), getpid());
		}
		said[i].ended |=
		    strcmp(kind, "process_lived") == 0 || strcmp(kind, "process_died") == 0;
		if (strcmp(kind, "call") != 0)
			continue;
		assert_string_equal(json_string_value(json_object_get(event, "means")), "unshare");
		assert_string_equal(json_string_value(json_object_get(ns, "link")), "uts");
		said[i].called = true;
	}
}

static bool all_said(const struct said said[INCREMENTAL])
{
	for (int i = 0; i < INCREMENTAL; i++)
		if (!said[i].ended || !said[i].called)
			return false;
	return true;
}

/* However short-lived they are. */
static void no_short_lived_process_is_missed(void **state)
{
	struct said said[INCREMENTAL] = {{false}};
	static char line[4096];
	pid_t pids[INCREMENTAL];

	(void)state;
	need_test_machine();
	scan_free(need_bpf((struct scan_options){.no_texts = true}));
	scan_prefer(SCAN_AUTO);
	struct watcher watcher = watch(NULL);

	skip_to(&watcher, "begin", 0);
	for (int i = 0; i < INCREMENTAL; i++)
		pids[i] = run_briefly();
	while (!all_said(said)) {
		json_t *event;

		assert_non_null(fgets(line, sizeof(line), watcher.output));
		event = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(event);
		note_said(event, pids, said);
		json_decref(event);
	}
	assert_int_equal(watcher_end(&watcher, SIGINT), EXIT_DONE);
	scan_prefer(SCAN_PROC);
}

/* clone, setns and sethostname, each with what it changed. */
static void each_call_is_reported(void **state)
{
	const json_t *ns;
	json_t *event;

	(void)state;
	need_test_machine();
	scan_free(need_bpf((struct scan_options){.no_texts = true}));
	scan_prefer(SCAN_AUTO);
	autoclose int uts_fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	struct watcher watcher = watch(NULL);

	skip_to(&watcher, "begin", 0);
	struct member box = member_start(CLONE_NEWNET | CLONE_NEWPID, NULL, NULL);
	event = next_event(&watcher, "call", box.pid);
	assert_string_equal(json_string_value(json_object_get(event, "means")), "clone");
	assert_int_equal(json_array_size(json_object_get(event, "namespaces")), 2);
	ns = json_array_get(json_object_get(event, "namespaces"), 0);
	assert_int_equal(
	    json_integer_value(json_object_get(ns, "inode")), link_ino(box.pid, "net"));
	json_decref(event);
	member_end(&box);

	struct puppet puppet = puppet_start(uts_fd);
	puppet_do(&puppet, 'u');
	puppet_do(&puppet, 'n');
	puppet_do(&puppet, 's');
	json_decref(next_event(&watcher, "call", puppet.pid));
	event = next_event(&watcher, "call", puppet.pid);
	assert_string_equal(json_string_value(json_object_get(event, "means")), "sethostname");
	assert_string_equal(
	    json_string_value(json_object_get(event, "host_after")), "blue\x1b[31m");
	json_decref(event);
	event = next_event(&watcher, "call", puppet.pid);
	assert_string_equal(json_string_value(json_object_get(event, "means")), "setns");
	json_decref(event);
	puppet_end(&puppet);
	assert_int_equal(watcher_end(&watcher, SIGINT), EXIT_DONE);
	scan_prefer(SCAN_PROC);
}

/* CLOCK_MONOTONIC is two hours behind CLOCK_BOOTTIME from now on, as after so long a suspend, and both differ from
 * those of the initial time namespace. */
static bool shift_clocks(void)
{
	autoclose int later = make_time_ns("monotonic 3600 0\nboottime 10800 0\n");

	return later >= 0 && setns(later, CLONE_NEWTIME) == 0;
}

/* The time of @event, as in JSON. */
static const char *at_of(const json_t *event)
{
	return json_string_value(json_object_get(event, "at"));
}

/* That of the call, also after a suspend. */
static void calls_have_the_time_of_the_wall_clock(void **state)
{
	autofree char *called = NULL;
	json_t *event;
	pid_t pid;

	(void)state;
	need_test_machine();
	need_time_ns();
	scan_free(need_bpf((struct scan_options){.no_texts = true}));
	scan_prefer(SCAN_AUTO);
	struct watcher watcher = watch_prepared(NULL, shift_clocks);

	event = next_event(&watcher, "begin", 0);
	autofree char *before = xstrdup(at_of(event));
	json_decref(event);
	pid = run_briefly();
	event = next_event(&watcher, "call", pid);
	called = xstrdup(at_of(event));
	json_decref(event);
	json_t *now = json_of_time((uint64_t)time(NULL) * 1000 + 1999);
	/* All are as long, and in UTC. */
	assert_true(strcmp(before, called) <= 0);
	assert_true(strcmp(called, json_string_value(now)) <= 0);
	json_decref(now);
	assert_int_equal(watcher_end(&watcher, SIGINT), EXIT_DONE);
	scan_prefer(SCAN_PROC);
}

/* Its helper joins a uts namespace to read its host name. */
static void its_own_calls_are_not_reported(void **state)
{
	static char line[4096];
	struct member blue;
	int calls = 0;

	(void)state;
	need_test_machine();
	scan_free(need_bpf((struct scan_options){.no_texts = true}));
	scan_prefer(SCAN_AUTO);
	struct watcher watcher = watch(NULL);

	skip_to(&watcher, "begin", 0);
	blue = member_start(CLONE_NEWUTS, NULL, NULL);
	/* When it is reported, its host name was read. */
	skip_to(&watcher, "ns_born", 0);
	kill(watcher.pid, SIGINT);
	while (fgets(line, sizeof(line), watcher.output))
		calls += strstr(line, "\"setns\"") != NULL;
	assert_int_equal(calls, 0);
	fclose(watcher.output);
	assert_int_equal(wait_status(watcher.pid), EXIT_DONE);
	member_end(&blue);
	scan_prefer(SCAN_PROC);
}

static void wrong_use(void **state)
{
	(void)state;
	assert_wrong_use(cli_events, "events", "x", "\"x\"");
	assert_wrong_use(cli_events, "events", "--interval 49", "\"49\"");
	assert_wrong_use(cli_events, "events", "--interval 60001", "\"60001\"");
	assert_wrong_use(cli_events, "events", "--for 0", "\"0\"");
	assert_wrong_use(cli_events, "events", "--for -1", "\"-1\"");
	assert_wrong_use(cli_events, "events", "--count 1x", "\"1x\"");
	assert_wrong_use(cli_events, "events", "--cuont 1", "--count");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_changes_is_reported),
	    cmocka_unit_test(a_child_of_clone_is_reported_with_its_namespaces),
	    cmocka_unit_test(it_ends_by_itself),
	    cmocka_unit_test(it_ends_when_its_reader_has_closed),
	    cmocka_unit_test(no_short_lived_process_is_missed),
	    cmocka_unit_test(each_call_is_reported),
	    cmocka_unit_test(calls_have_the_time_of_the_wall_clock),
	    cmocka_unit_test(its_own_calls_are_not_reported),
	    cmocka_unit_test(wrong_use),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
