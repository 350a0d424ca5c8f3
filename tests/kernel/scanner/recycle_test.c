/* Numbers that the kernel uses again: inodes of namespaces, and PIDs.
 * tests/run.sh: alone, since no other test may take the inode that it waits for. */
#include "model/base/util.h"
#include "model/graph/history.h"
#include "scanner/proc/proc_read.h"
#include "tests/kernel/again.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <time.h>

static const struct scan_options plain = {.hostnames = false};

static const struct event *find_event(
    const struct events *events, enum event_kind kind, const struct ns_id *ns)
{
	for (size_t i = 0; i < events->count; i++)
		if (events->items[i].kind == kind && ns_id_equal(&events->items[i].ns, ns))
			return &events->items[i];
	return NULL;
}

static int enter_again(const void *ino)
{
	int r = again_enter_uts(*(const uint64_t *)ino);

	return r == -ENOENT ? 0 : r;
}

static void an_inode_used_again_is_another_namespace(void **state)
{
	struct events events = {.items = NULL};
	struct member first, second;
	struct graph *before, *after;
	const struct ns *dead, *born;
	struct scan *scan;
	uint64_t ino;

	(void)state;
	need_test_machine();
	need_source();
	assert_int_equal(scan_new(&plain, &scan), 0);
	first = member_start(CLONE_NEWUTS, NULL, NULL);
	ino = link_ino(first.pid, "uts");
	before = sweep_now(scan, NULL);
	dead = graph_ns_by_ino(before, NS_UTS, ino);
	assert_non_null(dead);
	member_end(&first);
	second = member_start(CLONE_NEWUTS, enter_again, &ino);
	if (link_ino(second.pid, "uts") != ino) {
		graph_unref(before);
		scan_free(scan);
		member_end(&second);
		skip_because("another process has taken the inode");
	}
	after = sweep_now(scan, before);
	born = graph_ns_by_ino(after, NS_UTS, ino);
	assert_non_null(born);
	assert_int_equal(born->id.ino, dead->id.ino);
	assert_false(ns_id_equal(&born->id, &dead->id));
	diff_graphs(before, after, &events);
	assert_non_null(find_event(&events, EVENT_NS_FREED, &dead->id));
	assert_non_null(find_event(&events, EVENT_NS_CREATED, &born->id));
	assert_null(find_event(&events, EVENT_NS_CREATED, &dead->id));
	events_done(&events);
	graph_unref(before);
	graph_unref(after);
	member_end(&second);
	scan_free(scan);
}

/* Has the kernel give @pid to the next process; pid_namespaces(7), needs the capability. */
static bool next_pid(pid_t pid)
{
	autofree char *text = xasprintf("%d", pid - 1);
	autoclose int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* Waits for the next tick of the clock in which start times are counted: before that, two
 * processes with one PID would have one start time, too. */
static void wait_for_a_tick(void)
{
	long tick_ns = 1000000000 / sysconf(_SC_CLK_TCK);
	struct timespec begin, now;

	clock_gettime(CLOCK_BOOTTIME, &begin);
	do
		clock_gettime(CLOCK_BOOTTIME, &now);
	while (now.tv_sec == begin.tv_sec && now.tv_nsec / tick_ns == begin.tv_nsec / tick_ns);
}

/* Ends @first and starts another with its PID, or skips the test. */
static struct member replace(struct member *first)
{
	struct member second;

	member_end(first);
	wait_for_a_tick();
	if (!next_pid(first->pid))
		skip_because("no permission to choose a PID");
	second = member_start(0, NULL, NULL);
	assert_int_equal(second.pid, first->pid);
	return second;
}

static void a_pid_used_again_is_another_process(void **state)
{
	const struct process *dead, *born;
	struct events events = {.items = NULL};
	struct member first, second;
	struct graph *before, *after;
	struct scan *scan;
	size_t died = 0;

	(void)state;
	need_test_machine();
	need_source();
	assert_int_equal(scan_new(&plain, &scan), 0);
	first = member_start(0, NULL, NULL);
	before = sweep_now(scan, NULL);
	second = replace(&first);
	after = sweep_now(scan, before);
	dead = graph_process_by_pid(before, first.pid);
	born = graph_process_by_pid(after, first.pid);
	assert_non_null(dead);
	assert_non_null(born);
	assert_false(process_id_equal(&dead->id, &born->id));
	diff_graphs(before, after, &events);
	for (size_t i = 0; i < events.count; i++)
		died += events.items[i].kind == EVENT_PROCESS_EXITED &&
		        process_id_equal(&events.items[i].process, &dead->id);
	assert_int_equal(died, 1);
	events_done(&events);
	graph_unref(before);
	graph_unref(after);
	member_end(&second);
	scan_free(scan);
}

/* What a scan relies on: a descriptor on a process's directory never tells of the next one. */
static void a_descriptor_never_tells_of_the_next_process(void **state)
{
	static struct reading reading;
	struct known_links known;
	struct member first, second;

	(void)state;
	need_test_machine();
	need_source();
	first = member_start(0, NULL, NULL);
	autofree char *path = xasprintf("/proc/%d", first.pid);
	autoclose int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	autoclose int ns_dir = openat(dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(ns_dir >= 0);
	assert_int_equal(read_known_links(dir, &known), 0);
	assert_int_equal(read_process(dir, ns_dir, 'S', &known, &reading), 0);
	assert_int_equal(reading.status.pids[0], first.pid);
	assert_int_equal(reading.links[NS_UTS].ino, link_ino(first.pid, "uts"));
	second = replace(&first);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(read_process(dir, ns_dir, 'S', &known, &reading), -ESRCH);
	assert_int_equal(read_known_links(dir, &known), -ESRCH);
	member_end(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_inode_used_again_is_another_namespace),
	    cmocka_unit_test(a_pid_used_again_is_another_process),
	    cmocka_unit_test(a_descriptor_never_tells_of_the_next_process),
	};

	test_machine_enter();
	return run_with_each_source(tests, NULL, NULL);
}
