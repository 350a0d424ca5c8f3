/* A thread that leaves its process, comes back and ends: what scans tell of it, with the kernel's
 * feed and without. */
#include "model/base/util.h"
#include "model/graph/history.h"
#include "tests/kernel/mover.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* --- The process, which does what it is told, a letter at a time ------------------------------ */

struct puppet {
	pid_t pid, tid;
	int orders, answers;
};

static int orders, answers;
static pid_t leaver;

/* 'u': leaves, 'b': goes back, 'e': ends. */
static void *obey(void *unused)
{
	char order;
	pid_t tid = gettid();
	int home = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	leaver = tid;
	prctl(PR_SET_NAME, "leaver");
	if (home < 0 || write(answers, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	while (read(orders, &order, 1) == 1 && order != 'e') {
		if ((order == 'u' ? unshare(CLONE_NEWUTS) : setns(home, CLONE_NEWUTS)) < 0 ||
		    write(answers, &tid, sizeof(tid)) != sizeof(tid))
			_exit(1);
	}
	close(home);
	return unused;
}

static _Noreturn void be_puppet(void)
{
	pthread_t thread;
	char order;
	pid_t none = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pthread_create(&thread, NULL, obey, NULL) != 0 ||
	    thread_join_wholly(thread, &leaver) != 0 ||
	    write(answers, &none, sizeof(none)) != sizeof(none) || read(orders, &order, 1) != 0)
		_exit(1);
	_exit(0);
}

static struct puppet puppet_start(void)
{
	int down[2], up[2];
	struct puppet puppet;

	assert_int_equal(pipe2(down, O_CLOEXEC), 0);
	assert_int_equal(pipe2(up, O_CLOEXEC), 0);
	puppet.pid = fork();
	if (puppet.pid == 0) {
		close(down[1]);
		orders = down[0];
		answers = up[1];
		be_puppet();
	}
	close(down[0]);
	close(up[1]);
	puppet.orders = down[1];
	puppet.answers = up[0];
	assert_int_equal(read(puppet.answers, &puppet.tid, sizeof(puppet.tid)), sizeof(puppet.tid));
	return puppet;
}

static void puppet_do(const struct puppet *puppet, char order)
{
	pid_t tid;

	assert_int_equal(write(puppet->orders, &order, 1), 1);
	assert_int_equal(read(puppet->answers, &tid, sizeof(tid)), sizeof(tid));
	assert_int_equal(tid, order == 'e' ? 0 : puppet->tid);
}

static void puppet_end(struct puppet *puppet)
{
	close(puppet->orders);
	assert_int_equal(wait_status(puppet->pid), 0);
	close(puppet->answers);
}

/* --- What is told of it ----------------------------------------------------------------------- */

struct watch {
	struct scan *scan;
	struct history *history;
	uint64_t now_ms;
	struct events events;
};

static struct watch watch_start(bool perf_events)
{
	struct watch watch = {.history = history_new(10000), .now_ms = 1000};

	assert_int_equal(
	    scan_new(&(struct scan_options){.perf_events = perf_events}, &watch.scan), 0);
	return watch;
}

static void watch_end(struct watch *watch)
{
	events_done(&watch->events);
	history_free(watch->history);
	scan_free(watch->scan);
}

static void context(struct watch *watch)
{
	int r = scan_begin(watch->scan, history_now(watch->history));

	while (r == 0)
		r = scan_step(watch->scan, 1000000);
	assert_int_equal(r, 1);
	watch->events.count = 0;
	watch->now_ms += 100;
	history_push(watch->history, scan_take(watch->scan), watch->now_ms, &watch->events);
}

/* Whom a scan finds who started in the tick of the one before may not have been there then. */
static void sweep_until_it_was_there(struct watch *watch)
{
	uint64_t first_ticks;

	context(watch);
	first_ticks = history_now(watch->history)->stats.taken_at_ticks;
	while (history_now(watch->history)->stats.taken_at_ticks == first_ticks)
		context(watch);
}

/* Of the events of the last scan those of threads of @pid; the first one in @ret_event. */
static size_t thread_events(const struct watch *watch, pid_t pid, struct event *ret_event)
{
	size_t count = 0;

	for (size_t i = 0; i < watch->events.count; i++) {
		const struct event *event = &watch->events.items[i];

		if (event->process.pid != pid || !event->tid)
			continue;
		if (count++ == 0)
			*ret_event = *event;
	}
	return count;
}

/* One event of @kind, and one only. */
static struct event expect(
    const struct watch *watch, const struct puppet *puppet, enum event_kind kind)
{
	struct event event = {0};

	assert_int_equal(thread_events(watch, puppet->pid, &event), 1);
	assert_int_equal(event.kind, kind);
	assert_int_equal(event.tid, puppet->tid);
	return event;
}

static void expect_nothing(const struct watch *watch, const struct puppet *puppet)
{
	struct event event;

	assert_int_equal(thread_events(watch, puppet->pid, &event), 0);
}

static const struct thread *thread_of(const struct watch *watch, const struct puppet *puppet)
{
	return graph_process_by_pid(history_now(watch->history), puppet->pid)->first_thread;
}

static void follow(bool perf_events)
{
	struct puppet puppet = puppet_start();
	struct watch watch = watch_start(perf_events);
	struct event event;

	sweep_until_it_was_there(&watch);
	assert_null(thread_of(&watch, &puppet));
	puppet_do(&puppet, 'u');
	context(&watch);
	event = expect(&watch, &puppet, EVENT_THREAD_MOVED);
	assert_int_equal(event.link, NS_UTS);
	assert_true(event.from.ino == link_ino(puppet.pid, "uts"));
	assert_true(event.ns.ino == link_ino(puppet.tid, "uts"));
	assert_int_equal(thread_of(&watch, &puppet)->life.appeared_ms, watch.now_ms);
	assert_true(thread_of(&watch, &puppet)->start_ticks > 0);

	context(&watch);
	expect_nothing(&watch, &puppet);
	puppet_do(&puppet, 'b');
	context(&watch);
	event = expect(&watch, &puppet, EVENT_THREAD_MOVED);
	assert_true(event.ns.ino == link_ino(puppet.pid, "uts"));
	context(&watch);
	expect_nothing(&watch, &puppet);
	assert_null(thread_of(&watch, &puppet));

	puppet_do(&puppet, 'u');
	context(&watch);
	expect(&watch, &puppet, EVENT_THREAD_MOVED);
	puppet_do(&puppet, 'e');
	context(&watch);
	event = expect(&watch, &puppet, EVENT_THREAD_EXITED);
	assert_int_equal(thread_of(&watch, &puppet)->life.ended_ms, watch.now_ms);
	assert_string_equal(thread_of(&watch, &puppet)->comm, "leaver");
	context(&watch);
	expect_nothing(&watch, &puppet);
	assert_int_equal(thread_of(&watch, &puppet)->life.ended_ms, watch.now_ms - 100);
	puppet_end(&puppet);
	watch_end(&watch);
}

static void without_perf_events(void **state)
{
	(void)state;
	need_test_machine();
	need_source();
	follow(false);
}

/* Where it is refused, everything is read, so that this is the same again. */
static void with_perf_events_on(void **state)
{
	(void)state;
	need_test_machine();
	need_source();
	follow(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_perf_events),
	    cmocka_unit_test(with_perf_events_on),
	};

	test_machine_enter();
	return run_with_each_source(tests, NULL, NULL);
}
