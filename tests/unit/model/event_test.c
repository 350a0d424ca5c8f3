/* Events as lines and as objects, by which means a process moved. */
#include "model/base/util.h"
#include "model/report/json.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Two graphs that follow each other, and what changed. */
struct change {
	struct history *history;
	struct event_context context;
	struct events events;
};

static void change_init(struct change *change, const char *before, const char *after)
{
	*change = (struct change){.history = history_new(1)};
	change->context.before = graph_ref(fixture_push(change->history, 1000, before));
	change->context.now_ms = 2000;
	change->context.after = history_push(
	    change->history, fixture_builder(change->context.before, after), 2000, &change->events);
}

static void change_done(struct change *change)
{
	events_done(&change->events);
	graph_unref((struct graph *)change->context.before);
	history_free(change->history);
}

/* The first event of @kind; fails the test where there is none. */
static const struct event *event_of(const struct change *change, enum event_kind kind)
{
	for (size_t i = 0; i < change->events.count; i++) {
		if (change->events.items[i].kind == kind)
			return &change->events.items[i];
	}
	fail_msg("no such event");
	return NULL;
}

static void expect_line(const struct change *change, enum event_kind kind, const char *expected)
{
	const struct event_report report = event_report(&change->context, event_of(change, kind));
	struct line line;

	line_init(&line, CHARSET_UTF8);
	event_line(&report, &line);
	/* Behind the time, which is local. */
	assert_true(line.text_len > 14);
	assert_int_equal(line.text[8], '.');
	assert_string_equal(line.text + 14, expected);
	line_done(&line);
}

static void expect_words(const struct change *change, enum event_kind kind, const char *expected)
{
	const struct event_report report = event_report(&change->context, event_of(change, kind));
	struct line line;

	line_init(&line, CHARSET_UTF8);
	event_words(&report, &line);
	assert_string_equal(line.text, expected);
	line_done(&line);
}

static void expect_json(const struct change *change, enum event_kind kind, const char *expected)
{
	const struct event_report report = event_report(&change->context, event_of(change, kind));
	json_t *object = json_of_event(&report);
	autofree char *text = json_dumps(object, JSON_COMPACT);

	assert_string_equal(text, expected);
	json_decref(object);
}

#define NOTHING_ELSE(means)                                                                        \
	"\"means\":" means ",\"apart_from_parent\":null,\"host_before\":null,"                     \
	"\"host_after\":null,\"namespaces\":null,\"lived_ms\":null,\"wait_status\":null,"          \
	"\"lost\":null}"

static void lines_and_objects(void **state)
{
	struct change change;

	(void)state;
	change_init(&change,
	    "1 init; 40 sh; 42 old; 43 left uts=210; ns uts initial hostname=vm; ns uts 210",
	    "1 init; 40 sh uts=211; 41 \"a\\x1b\\n\" parent=40 uts=212; ns uts initial "
	    "hostname=new;"
	    "ns uts 211 unique=77; ns uts 212");
	expect_line(&change, EVENT_NS_CREATED, "created       uts:211");
	expect_line(&change, EVENT_PROCESS_STARTED,
	    "started       41 a\\e\\n  child of 40, but in uts:212");
	expect_line(
	    &change, EVENT_PROCESS_MOVED, "moved         40 sh  uts 4026531838 → 211  unshare");
	expect_line(&change, EVENT_HOSTNAME, "renamed       uts:4026531838  \"vm\" → \"new\"");
	expect_line(&change, EVENT_PROCESS_EXITED, "exited        42 old");
	expect_line(&change, EVENT_NS_FREED, "freed         uts:210");
	expect_json(&change, EVENT_PROCESS_MOVED,
	    "{\"at\":\"1970-01-01T00:00:00.000Z\",\"event\":\"process_moved\",\"process\":{\"pid\":"
	    "40,"
	    "\"start_ticks\":100,\"ppid\":1,\"comm\":\"sh\"},\"tid\":null,\"link\":\"uts\","
	    "\"from\":{\"type\":"
	    "\"uts\",\"inode\":4026531838,\"id\":null},\"ns\":{\"type\":\"uts\",\"inode\":211,"
	    "\"id\":\"77\"}," NOTHING_ELSE("\"unshare\""));
	expect_json(&change, EVENT_NS_FREED,
	    "{\"at\":\"1970-01-01T00:00:00.000Z\",\"event\":\"ns_died\",\"process\":null,\"tid\":"
	    "null,\"link\":"
	    "null,"
	    "\"from\":null,\"ns\":{\"type\":\"uts\",\"inode\":210,\"id\":null}," NOTHING_ELSE(
	        "null"));
	change_done(&change);
}

static void expect_traced(const struct event_report *report, const char *expected, const char *json)
{
	json_t *object = json_of_event(report);
	autofree char *text = json_dumps(object, JSON_COMPACT);
	struct line line;

	line_init(&line, CHARSET_UTF8);
	event_line(report, &line);
	assert_string_equal(line.text + 14, expected);
	assert_non_null(strstr(text, json));
	assert_int_equal(json_object_size(object), 15);
	json_decref(object);
	line_done(&line);
}

/* What a trace saw is in the same columns, and has the same keys. */
static void traced(void **state)
{
	struct event_report report = {
	    .kind = EVENT_CALL,
	    .process = {.pid = 40},
	    .comm = "sh",
	    .call = CALL_UNSHARE,
	    .changed = 1u << NS_UTS | 1u << LINK_PID_FOR_CHILDREN,
	    .links = {[NS_UTS] = {.ino = 7, .unique = 9}, [LINK_PID_FOR_CHILDREN] = {.ino = 8}},
	};

	(void)state;
	expect_traced(&report,
	    "called        40 sh  unshare(CLONE_NEWUTS|CLONE_NEWPID)  uts:7  pid_for_children:8",
	    "\"event\":\"call\",\"process\":{\"pid\":40,\"start_ticks\":null,\"ppid\":null,"
	    "\"comm\":\"sh\"},\"tid\":null,\"link\":null,\"from\":null,\"ns\":null,"
	    "\"means\":\"unshare\",\"apart_from_parent\":null,\"host_before\":null,"
	    "\"host_after\":null,\"namespaces\":[{\"link\":\"uts\",\"type\":\"uts\","
	    "\"inode\":7,\"id\":\"9\"},{\"link\":\"pid_for_children\",\"type\":\"pid\","
	    "\"inode\":8,\"id\":null}],\"lived_ms\":null");
	report.call = CALL_CLONE;
	report.changed = 1u << NS_UTS;
	report.tid = 41;
	report.has_parent = true;
	report.ppid = 39;
	expect_traced(&report,
	    "called        thread 41 of 40 sh  child of 39  clone(CLONE_NEWUTS)  uts:7",
	    "\"ppid\":39,\"comm\":\"sh\"},\"tid\":41,");
	report = (struct event_report){.kind = EVENT_CALL,
	    .process = {.pid = 40},
	    .comm = "sh",
	    .call = CALL_SETHOSTNAME,
	    .changed = 1u << NS_UTS,
	    .links = {[NS_UTS] = {.ino = 7}},
	    .host_after = "a\033b"};
	expect_traced(&report, "called        40 sh  sethostname(\"a\\eb\")  uts:7",
	    "\"host_after\":\"a\\u001Bb\"");
	report = (struct event_report){.kind = EVENT_SHORT_LIVED,
	    .process = {.pid = 40},
	    .comm = "sh",
	    .has_parent = true,
	    .ppid = 39,
	    .lifetime_us = 1500,
	    .wait_status = 9};
	expect_traced(&report, "short-lived   40 sh  child of 39  for 1.5 ms  signal 9",
	    "\"lived_ms\":1.5,\"wait_status\":9,\"lost\":null");
	report.wait_status = 3 << 8;
	expect_traced(&report, "short-lived   40 sh  child of 39  for 1.5 ms  exit status 3",
	    "\"wait_status\":768");
	report = (struct event_report){.kind = EVENT_LOST, .lost = 2};
	expect_traced(&report, "lost          2 records, since there were too many at once",
	    "\"event\":\"lost\",\"process\":null");
}

static void threads_too(void **state)
{
	struct change change;

	(void)state;
	change_init(&change,
	    "1 init; 40 sh threads=4; thread 40 42 gone ipc=7; thread 40 43 back uts=211",
	    "1 init; 40 sh threads=4; thread 40 41 left uts=210; thread 40 43 back;"
	    "thread 40 44 new uts=210 start=1000");
	expect_line(
	    &change, EVENT_THREAD_STARTED, "started       thread 44 of 40 sh, but in uts:210");
	expect_line(&change, EVENT_THREAD_EXITED, "exited        thread 42 of 40 sh");
	expect_line(
	    &change, EVENT_THREAD_MOVED, "moved         thread 41 of 40 sh  uts 4026531838 → 210");
	expect_json(&change, EVENT_THREAD_EXITED,
	    "{\"at\":\"1970-01-01T00:00:00.000Z\",\"event\":\"thread_died\",\"process\":{\"pid\":"
	    "40,\"start_ticks\":100,\"ppid\":1,\"comm\":\"sh\"},\"tid\":42,\"link\":null,"
	    "\"from\":null,\"ns\":null," NOTHING_ELSE("null"));
	change_done(&change);
	change_init(&change, "1 init; 40 sh threads=4; thread 40 43 back uts=211",
	    "1 init; 40 sh threads=4; thread 40 43 back");
	expect_line(&change, EVENT_THREAD_MOVED,
	    "moved         thread 43 of 40 sh  uts 211 → 4026531838  setns  back in the namespace "
	    "of its process");
	change_done(&change);
}

static void words(void **state)
{
	struct change change;

	(void)state;
	change_init(&change,
	    "1 init; 40 sh; 42 old; 43 left uts=210; ns uts initial hostname=vm; ns uts 210",
	    "1 init; 40 sh uts=211; 41 \"a\\x1b%1\" parent=40 uts=212; ns uts initial hostname=new;"
	    "ns uts 211; ns uts 212");
	expect_words(&change, EVENT_NS_CREATED, "uts:211 was created");
	expect_words(&change, EVENT_PROCESS_STARTED,
	    "a\\e%1 (41) started, child of sh (40), but in uts:212");
	expect_words(&change, EVENT_PROCESS_MOVED,
	    "sh (40) left uts:4026531838 for a new one, uts:211 (unshare)");
	expect_words(&change, EVENT_HOSTNAME,
	    "the host name in uts:4026531838 was changed: \"vm\" → \"new\"");
	expect_words(&change, EVENT_PROCESS_EXITED, "old (42) exited");
	expect_words(&change, EVENT_NS_FREED, "uts:210 was freed: its last reference is gone");
	change_done(&change);

	change_init(
	    &change, "1 init; 40 sh; 41 other uts=210", "1 init; 40 sh uts=210; 41 other uts=210");
	expect_words(
	    &change, EVENT_PROCESS_MOVED, "sh (40) left uts:4026531838 and joined uts:210 (setns)");
	change_done(&change);
	change_init(&change, "1 init; 40 sh", "1 init; 40 sh pid_for_children=300");
	expect_words(&change, EVENT_PROCESS_MOVED,
	    "the next child of sh (40) will be in a new namespace, pid:300 (unshare)");
	change_done(&change);
	change_init(&change, "1 init; 40 sh threads=2; thread 40 43 back uts=211",
	    "1 init; 40 sh threads=2; thread 40 43 back");
	expect_words(&change, EVENT_THREAD_MOVED,
	    "thread 43 of sh (40) came back to the namespace of its process, uts:4026531838");
	change_done(&change);
}

static void expect_means_of(
    const char *before, const char *after, enum event_kind kind, enum event_call expected)
{
	struct change change;

	change_init(&change, before, after);
	assert_int_equal(move_means(change.context.after, event_of(&change, kind), 2000), expected);
	change_done(&change);
}

static void of_threads_by_which_means(void **state)
{
	static const char house[] = "1 init; 40 sh threads=3; 41 other threads=2";

	(void)state;
	expect_means_of(house,
	    "1 init; 40 sh threads=3; 41 other threads=2; thread 40 42 t uts=210",
	    EVENT_THREAD_MOVED, CALL_UNSHARE);
	/* Its process, another thread of it, or of somebody else, is there too. */
	expect_means_of(house, "1 init; 40 sh threads=3 uts=210; 41 other; thread 40 42 t uts=210",
	    EVENT_THREAD_MOVED, CALL_UNKNOWN);
	expect_means_of(house,
	    "1 init; 40 sh threads=3; 41 other; thread 40 42 t uts=210; thread 40 43 u uts=210",
	    EVENT_THREAD_MOVED, CALL_UNKNOWN);
	expect_means_of(house,
	    "1 init; 40 sh threads=3; 41 other; thread 40 42 t uts=210; thread 41 43 u uts=210",
	    EVENT_THREAD_MOVED, CALL_UNKNOWN);
	expect_means_of(house, "1 init; 40 sh threads=3 uts=210; 41 other; thread 41 43 u uts=210",
	    EVENT_PROCESS_MOVED, CALL_UNKNOWN);
	/* A child of its process may be that of the thread. */
	expect_means_of(house,
	    "1 init; 40 sh threads=3; 41 other; thread 40 42 t uts=210; 43 kid parent=40 uts=210",
	    EVENT_THREAD_MOVED, CALL_UNSHARE);
	expect_means_of("1 init; 40 sh threads=3; 41 other uts=210",
	    "1 init; 40 sh threads=3; 41 other uts=210; thread 40 42 t uts=210", EVENT_THREAD_MOVED,
	    CALL_SETNS);
}

static void expect_means(const char *before, const char *after, enum event_call expected)
{
	struct change change;

	change_init(&change, before, after);
	assert_int_equal(
	    move_means(change.context.after, event_of(&change, EVENT_PROCESS_MOVED), 2000),
	    expected);
	change_done(&change);
}

static void by_which_means(void **state)
{
	(void)state;
	expect_means("1 init; 40 sh", "1 init; 40 sh uts=210", CALL_UNSHARE);
	expect_means(
	    "1 init; 40 sh; 41 box uts=210", "1 init; 40 sh uts=210; 41 box uts=210", CALL_SETNS);
	/* A child of it inherited the new one. */
	expect_means(
	    "1 init; 40 sh", "1 init; 40 sh uts=210; 41 kid parent=40 uts=210", CALL_UNSHARE);
	/* Which of the two made it? */
	expect_means(
	    "1 init; 40 sh; 41 other", "1 init; 40 sh uts=210; 41 other uts=210", CALL_UNKNOWN);
	expect_means("1 init; 40 sh", "1 init; 40 sh uts=210; 41 other uts=210", CALL_UNKNOWN);
	expect_means("1 init; 40 sh", "1 init; 40 sh pid_for_children=300", CALL_UNSHARE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_and_objects),
	    cmocka_unit_test(words),
	    cmocka_unit_test(traced),
	    cmocka_unit_test(threads_too),
	    cmocka_unit_test(of_threads_by_which_means),
	    cmocka_unit_test(by_which_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
