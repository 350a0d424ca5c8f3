/* What is said of a row. */
#include "tests/unit/fixture.h"

#include "model/base/util.h"
#include "model/report/detail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct rig {
	struct history *history;
	struct ns_letters *ns_letters;
	struct rowline_context context;
	char *text; /* what was said last, lines ended by newlines */
};

static int set_up(void **state)
{
	struct rig *rig = xcalloc(1, sizeof(*rig));

	rig->history = history_new(3000);
	rig->ns_letters = ns_letters_new();
	*state = rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;

	history_free(rig->history);
	ns_letters_free(rig->ns_letters);
	free(rig->text);
	free(rig);
	return 0;
}

static const struct graph *see(struct rig *rig, uint64_t now_ms, const char *text)
{
	struct graph_builder *builder = fixture_builder(history_now(rig->history), text);
	const struct graph *graph;

	/* 2023-11-14 22:13:20 UTC was second 1,700,000,000. */
	graph_stats(builder)->taken_at_ms = UINT64_C(1700000000000) + now_ms;
	graph = history_push(rig->history, builder, now_ms, NULL);
	ns_letters_update(rig->ns_letters, graph);
	rig->context = (struct rowline_context){
	    .charset = CHARSET_UTF8,
	    .graph = graph,
	    .history = rig->history,
	    .ns_letters = rig->ns_letters,
	    .now_ms = now_ms,
	};
	return graph;
}

/* Says all of @row into rig->text; no line is wider than the context asks for. */
static void say(struct rig *rig, const struct row *row)
{
	struct lines lines = {0};
	size_t size = 0;
	FILE *out;

	free(rig->text);
	out = open_memstream(&rig->text, &size);
	assert_non_null(out);
	detail_lines(&rig->context, row, &lines);
	for (size_t i = 0; i < lines.count; i++) {
		if (rig->context.cols)
			assert_true(lines.items[i].cols <= rig->context.cols);
		fprintf(out, "%s\n", lines.items[i].text ? lines.items[i].text : "");
	}
	fclose(out);
	lines_done(&lines);
}

static void say_process(struct rig *rig, const struct process *process)
{
	say(rig, &(struct row){.key = {.kind = ROW_PROCESS}, .process = process});
}

static void say_pid(struct rig *rig, pid_t pid)
{
	say_process(rig, fixture_process(history_now(rig->history), pid));
}

static void say_ns(struct rig *rig, enum nstype type, uint64_t ino)
{
	const struct ns *ns = fixture_ns(history_now(rig->history), type, ino);

	say(rig, &(struct row){.key = {.kind = ROW_NS}, .ns = ns});
}

static void assert_line(const struct rig *rig, const char *line)
{
	autofree char *wanted = xasprintf("\n%s\n", line);
	autofree char *text = xasprintf("\n%s", rig->text);

	if (!strstr(text, wanted))
		fail_msg("no line \"%s\" in:\n%s", line, rig->text);
}

static void assert_says(const struct rig *rig, const char *what)
{
	if (!strstr(rig->text, what))
		fail_msg("\"%s\" is not in:\n%s", what, rig->text);
}

static void assert_does_not_say(const struct rig *rig, const char *what)
{
	if (strstr(rig->text, what))
		fail_msg("\"%s\" is in:\n%s", what, rig->text);
}

static const char house[] =
    "1 init\n"
    "5 sh uid=1000 login=joe uts=210 pid=70 pids=5,1 cmd=\"sh|-c|echo 'hi there'||\" threads=2\n"
    "6 kid parent=5 state=Z all=zombie pid=70 user=initial pids=6,2\n"
    "7 secret all=denied\n"
    "8 worker kernel state=I\n"
    "9 title uts=210 cmd=\"nginx: worker process||||\"\n"
    "ns uts 210 hostname=blue name=blue-house unique=77\n"
    "ns user 60 owner_uid=1000\n"
    "ns pid 70 owner=60\n";

static void a_process(void **state)
{
	struct rig *rig = *state;

	see(rig, 1000, house);
	say_pid(rig, 5);
	assert_line(rig, "5 sh");
	assert_line(rig, "Isolated  pid, uts");
	assert_line(rig, "Command   sh -c 'echo '\\''hi there'\\'''");
	assert_line(rig, "User      joe (uid 1000)");
	assert_line(rig, "State     S sleeping");
	assert_line(rig, "Parent    1 init");
	assert_line(rig, "Threads   2");
	assert_line(rig, "PID at each level, outermost first");
	assert_line(rig, "5 in pid:4026531836 (initial)");
	assert_line(rig, " 1 in a pid:70: its init; when it ends, all others in there are killed");
	assert_line(rig, "· mnt    4026531832 initial, shared with 3 other processes");
	assert_line(rig, "a pid    70 not the initial namespace, shared with 1 other process");
	assert_line(rig, "a uts    210 not the initial namespace, shared with 1 other process "
	                 "\"blue-house\", host name blue");
	assert_line(rig, "a pid_for_children 70 the same as its own");
	assert_does_not_say(rig, "Appeared");

	say_pid(rig, 1);
	assert_line(rig, "Isolated  none: all eight are the initial namespaces");
	assert_line(rig, "Command   none");
	assert_line(rig, "User      uid 0");
	assert_line(rig, "Its PID");
	assert_does_not_say(rig, "Threads");
	say_pid(rig, 8);
	assert_line(rig, "Command   none: a thread of the kernel");
	say_pid(rig, 9);
	assert_line(rig, "Command   nginx: worker process");
}

static void all_ten_links_are_there(void **state)
{
	struct rig *rig = *state;
	const pid_t pids[] = {1, 5, 6, 7};

	see(rig, 1000, house);
	for (size_t i = 0; i < array_len(pids); i++) {
		say_pid(rig, pids[i]);
		for (int link = 0; link < NS_LINK_COUNT; link++) {
			autofree char *name = xasprintf(" %s ", ns_link_names[link]);

			assert_says(rig, name);
		}
	}
}

static void what_could_not_be_read(void **state)
{
	struct rig *rig = *state;

	see(rig, 1000, house);
	say_pid(rig, 7);
	assert_line(rig, "Isolated  in none of the readable ones (8 types could not be read)");
	assert_line(rig, "? cgroup refused");
	assert_line(rig, "? time_for_children refused");
	assert_line(rig, "refused: Permission denied (it takes ptrace access).");
	assert_line(rig, "7 in a PID namespace that can't be seen");
	say_pid(rig, 6);
	assert_line(rig, "Isolated  pid (6 types could not be read)");
	assert_line(rig, "- uts    zombie");
	assert_line(rig, "zombie: A zombie has released it already.");
	assert_says(rig, "State     Z a zombie");
	assert_does_not_say(rig, "refused");
}

static void the_next_child(void **state)
{
	struct rig *rig = *state;

	see(rig, 1000,
	    "1 init; 5 a pid_for_children=empty\n"
	    "6 b pid_for_children=70 time_for_children=80\n"
	    "7 c time=80\n"
	    "8 d time_for_children=80 pid_for_children=71\n"
	    "9 e pid=denied pid_for_children=71\n"
	    "10 f pid_for_children=unsupported\n"
	    "11 g time_for_children=81\n"
	    "12 h pid=71\n");
	say_pid(rig, 5);
	assert_line(rig, "- pid_for_children the next child starts in a new PID namespace, as its "
	                 "PID 1");
	assert_does_not_say(rig, "waits:");
	say_pid(rig, 6);
	assert_says(rig,
	    "pid_for_children 70 none: its next fork(2) fails with ENOMEM, since this PID "
	    "namespace is dead\n");
	assert_says(rig, "80 the next child starts in another time namespace\n");
	say_pid(rig, 8);
	assert_says(rig, "71 the next child starts in another PID namespace\n");
	say_pid(rig, 9);
	assert_says(rig, "71 its own could not be read, so it can't be said whether they differ");
	say_pid(rig, 10);
	assert_line(rig, "- pid_for_children not there");
	assert_line(rig, "not there: This kernel does not report it.");
	say_pid(rig, 11);
	assert_says(rig, "81 the next child starts in a new time namespace\n");

	say_ns(rig, NS_PID, 70);
	assert_says(rig,
	    "It is dead: its init has exited. No process can be created in it or join it any more");
	assert_line(rig, "It is held for the next child of PID 6 b");
	say_ns(rig, NS_TIME, 81);
	assert_line(
	    rig, "No process is in it yet. The next child of this process will be: PID 11 g");
}

static void joined_and_deep(void **state)
{
	struct rig *rig = *state;
	const struct graph *graph = see(rig, 1000,
	    "1 init; 5 a pid=72 pids=5,3,1; 6 b pid=71; 7 c pid=denied pids=7,4\n"
	    "ns pid 72 parent=71; ns pid 71 parent=denied");
	struct row row = {.key = {.kind = ROW_PROCESS}, .joined = true};

	row.process = fixture_process(graph, 5);
	say(rig, &row);
	assert_line(rig, "5 in a PID namespace that can't be seen");
	assert_says(rig, "\n 3 in ");
	assert_says(rig, " pid:71\n");
	assert_says(rig, "\n  1 in ");
	assert_says(rig, "setns(2)");
	say_pid(rig, 7);
	assert_line(rig, "7 in a PID namespace that can't be seen");
	assert_line(rig, " 4 in a PID namespace that can't be seen");
	assert_does_not_say(rig, "setns(2)");
	say_ns(rig, NS_PID, 71);
	assert_says(rig, "Parent    above, not visible from here");
	assert_says(rig, "Children  ");
	assert_says(rig, " pid:72\n");
}

static void whose_a_namespace_is(void **state)
{
	struct rig *rig = *state;

	see(rig, 1000,
	    "1 init\n"
	    "5 sh uts=210 net=220 cgroup_path=/lxc.payload.web/init.scope\n"
	    "6 tool uts=211 cgroup_path=/user.slice\n"
	    "ns net 220 netnsid=3\n");
	say_ns(rig, NS_NET, 220);
	assert_line(rig, "Container lxc web (from the path of its cgroup)");
	assert_line(
	    rig, "Net id    3 (link-netnsid), as nsscope's own net namespace numbers the others");
	say_ns(rig, NS_UTS, 211);
	assert_line(rig, "Container unknown: no match in cgroups, mounts or command lines");
	say_ns(rig, NS_NET, 0);
	assert_does_not_say(rig, "Container");
	assert_does_not_say(rig, "Net id");
	say_pid(rig, 5);
	assert_line(rig, "Container lxc web (from the path of its cgroup)");
	assert_line(rig, "cgroup    /lxc.payload.web/init.scope");
	say_pid(rig, 6);
	assert_does_not_say(rig, "Container");
	say_pid(rig, 1);
	assert_does_not_say(rig, "Container");
}

static void a_namespace(void **state)
{
	struct rig *rig = *state;

	see(rig, 1000, house);
	say_ns(rig, NS_UTS, 210);
	assert_line(rig, "a uts:210");
	assert_line(rig, "Status    not the initial namespace");
	assert_line(rig, "Host name blue");
	assert_line(rig, "Mounted   blue-house");
	assert_line(rig, "Inode     210 on device 4");
	assert_line(rig, "Id        77");
	assert_line(rig, "Parent    uts namespaces are flat: no parent");
	assert_line(rig, "Owner     user:4026531837 (initial)");
	assert_line(rig, "2 processes are in it");
	assert_line(rig, "      5 sh");
	assert_line(rig, "Made with CLONE_NEWUTS");
	assert_line(rig, "Since     Linux 2.6.19");
	assert_line(rig, "Manual    uts_namespaces(7)");
	assert_says(rig, ns_types[NS_UTS].isolates);
	assert_says(rig, ns_types[NS_UTS].start);

	say_ns(rig, NS_USER, 60);
	assert_line(rig, "Made by   uid 1000");
	assert_line(rig, "It owns   1 pid");
	assert_line(rig, "Parent    user:4026531837 (initial)");
	assert_line(rig, "0 processes are in it");
	assert_says(rig, "pid:70, which it owns");
	say_ns(rig, NS_USER, 0);
	assert_line(rig, "Owner     none: it has no parent user namespace");
	assert_line(rig, "Parent    none (root)");
	say_ns(rig, NS_UTS, 0);
	assert_line(rig, "Host name it was not read");
	assert_line(rig, "2 processes are in it"); /* of whom one is told by name */
	assert_line(rig, "      1 init");
	assert_does_not_say(rig, "worker");
	assert_line(rig, "        and 1 thread of the kernel");
}

static void of_many_some_are_listed(void **state)
{
	struct rig *rig = *state;

	see(rig, 1000,
	    "1 a; 2 b; 3 c; 4 d; 5 e; 6 f; 7 g; 8 h; 9 i; 10 j\n"
	    "ns pid 51; ns pid 52; ns pid 53; ns pid 54; ns pid 55; ns pid 56; ns pid 57\n"
	    "ns pid 58; ns pid 59");
	say_ns(rig, NS_UTS, 0);
	assert_line(rig, "10 processes are in it");
	assert_line(rig, "      8 h");
	assert_does_not_say(rig, "9 i");
	assert_line(rig, "        and 2 more");
	say_ns(rig, NS_PID, 0);
	assert_says(rig, "h pid:58 and 1 more\n");
}

static void births_and_deaths(void **state)
{
	struct rig *rig = *state;
	const struct graph *graph;
	const struct process *dead;

	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
	see(rig, 1000, "1 init");
	see(rig, 2000, "1 init; 5 a uts=9");
	say_pid(rig, 5);
	assert_line(rig, "Appeared  22:13:22 while nsscope was watching");
	graph = see(rig, 4000, "1 init; 6 b uts=9");
	dead = graph_process(graph, &(struct process_id){5, 100});
	say_process(rig, dead);
	assert_line(rig, "Appeared  22:13:22 while nsscope was watching");
	assert_line(rig, "Ended     22:13:24 gone, and removed from the list shortly");
	assert_null(strstr(rig->text, "State"));
	assert_says(rig, " 9 gone, no other process");
	say(rig, &(struct row){.key = {.kind = ROW_NS}, .ns = dead->ns[NS_UTS]});
	assert_line(rig, "Status    gone");
	assert_line(rig, "0 processes are in it");
	assert_line(rig, "      5 a (ended)");
	say_ns(rig, NS_UTS, 9);
	assert_line(rig, "Inode     9 on device 4, seen with 1 other namespace before");
	/* Reports have no history. */
	rig->context.history = NULL;
	say_process(rig, dead);
	assert_does_not_say(rig, "Appeared");
}

static void without_an_initial_one(void **state)
{
	struct rig *rig = *state;

	/* A recording from before nsscope noted which process it was. */
	see(rig, 1000, "3 a net=50; 4 b net=51; ns net 50 owner=denied");
	say_pid(rig, 3);
	assert_line(rig, "= net    50 that of PID 3, no other process");
	say_pid(rig, 4);
	assert_line(rig, "a net    51 not that of PID 3, no other process");
	say_ns(rig, NS_NET, 50);
	assert_says(rig, "Status    that of the oldest visible process");
	assert_says(rig, "Owner     above, not visible from here");
}

/* In a container: its first process is isolated in what nsscope is isolated in. */
static void in_a_container(void **state)
{
	struct rig *rig = *state;

	see(rig, 1000,
	    "1 init uts=50 pid=60 user=70; 4 nsscope uts=50 pid=60 user=70; 5 x uts=51 pid=60 "
	    "user=70; own 4");
	say_pid(rig, 1);
	assert_line(rig, "Isolated  pid, user, uts");
	assert_line(rig,
	    "= uts    50 nsscope's own, not the initial namespace, shared with 1 other process");
	assert_line(rig, "· net    4026531833 initial, shared with 2 other processes");
	say_pid(rig, 5);
	assert_line(rig, "Isolated  pid, user, uts");
	assert_line(rig, "a uts    51 not the initial namespace, no other process");
	say_ns(rig, NS_UTS, 50);
	assert_says(rig, "Status    nsscope's own. It is not the initial namespace");
	say_ns(rig, NS_UTS, 51);
	assert_says(rig, "Status    not the initial namespace");
}

/* Before Linux 6.18, and not as root: a container that is older than the person's shell. */
static void where_nothing_tells_the_initial_one(void **state)
{
	struct rig *rig = *state;

	see(rig, 1000, "3 box net=50 mnt=52; 4 nsscope net=51 mnt=52; own 4");
	say_pid(rig, 3);
	assert_line(rig, "a net    50 not nsscope's own, no other process");
	assert_line(rig, "= mnt    52 nsscope's own, shared with 1 other process");
	assert_line(rig,
	    "Isolated  in none of the readable ones; unknown whether these are the initial "
	    "ones: mnt, net; not in the same one as nsscope: net");
	say_pid(rig, 4);
	assert_line(rig, "= net    51 nsscope's own, no other process");
	say_ns(rig, NS_NET, 51);
	assert_says(
	    rig, "Status    nsscope's own. The kernel shows whether it is the initial one since");
	say_ns(rig, NS_NET, 50);
	assert_says(
	    rig, "Status    not nsscope's own. The kernel shows which one is initial since");

	/* Newer kernels fixed the numbers, and give ids. */
	see(rig, 1000, "3 box net=53; 4 nsscope net=54; ns net 54 unique=9; own 4");
	say_pid(rig, 3);
	assert_line(rig, "Isolated  net");
}

static void types_and_notes(void **state)
{
	struct rig *rig = *state;
	struct row note = {.key = {.kind = ROW_NOTE, .why = READ_DENIED}, .note = "2 refused"};

	see(rig, 1000, house);
	say(rig, &(struct row){.key = {.kind = ROW_TYPE, .type = NS_UTS}});
	assert_line(rig, "uts");
	assert_line(rig, "Visible   2 namespaces");
	assert_line(rig, "In them   4 processes, 2 of them not in the initial namespace");
	assert_line(rig, "Nesting   flat: none is inside another");
	assert_line(rig, "Made with CLONE_NEWUTS");
	say(rig, &(struct row){.key = {.kind = ROW_TYPE, .type = NS_USER}});
	assert_line(rig, "Nesting   each has a parent, up to the initial namespace");
	say(rig, &(struct row){.key = {.kind = ROW_UNKNOWN, .why = READ_DENIED}});
	assert_line(rig, "The owner of these namespaces is not known");
	assert_says(rig, "\nabove, not visible from here: ");
	assert_says(rig, "user namespace by its parent");
	say(rig, &(struct row){.key = {.kind = ROW_UNKNOWN, .why = READ_UNSUPPORTED}});
	assert_line(rig, "This kernel does not report it.");
	/* The members of a user namespace are told of with it. */
	say(rig, &(struct row){
	             .key = {.kind = ROW_MEMBERS}, .ns = rig->context.graph->reference[NS_USER]});
	assert_line(rig, "Parent    none (root)");
	say(rig, &note);
	assert_line(rig, "2 refused");
	assert_line(rig, "Permission denied (it takes ptrace access).");
}

static void assert_clean(const struct rig *rig)
{
	for (const char *c = rig->text; *c; c++) {
		assert_false((unsigned char)*c < ' ' && *c != '\n');
		if (rig->context.charset == CHARSET_ASCII)
			assert_true((unsigned char)*c <= '~');
	}
}

static void hostile_text_and_narrow_panes(void **state)
{
	static const size_t widths[] = {0, 1, 2, 3, 7, 10, 11, 12, 19, 20, 38, 80};
	struct rig *rig = *state;
	const struct graph *graph = see(rig, 1000,
	    "1 init; 5 \"a\\x1b[31mb)\\nc\" login=\"\\x9b\\xff\" uts=9 "
	    "cmd=\"x\\x1b]0;t\\x07|\\n y|\\xe4\\xbd\\xa0\\xe5\\xa5\\xbd|'\"\n"
	    "6 b uts=9 parent=5\n"
	    "ns uts 9 hostname=\"h\\x1b[2J\" name=\"n\\nm\"");

	for (size_t i = 0; i < 2 * array_len(widths); i++) {
		rig->context.charset = i % 2 ? CHARSET_ASCII : CHARSET_UTF8;
		rig->context.cols = widths[i / 2];
		for (size_t at = 0; at < graph->process_count; at++) {
			say_process(rig, graph->processes[at]);
			assert_clean(rig);
		}
		for (size_t at = 0; at < graph->ns_count; at++) {
			say(rig,
			    &(struct row){.key = {.kind = ROW_NS}, .ns = graph->namespaces[at]});
			assert_clean(rig);
		}
	}
	rig->context.cols = 0;
	rig->context.ns_letters = NULL;
	say_pid(rig, 5);
	assert_says(rig, "\\e]0;t\\x07");
	assert_line(rig, "User      \\x9b\\xff (uid 0)");
}

#define rig_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    rig_test(a_process),
	    rig_test(all_ten_links_are_there),
	    rig_test(what_could_not_be_read),
	    rig_test(the_next_child),
	    rig_test(joined_and_deep),
	    rig_test(a_namespace),
	    rig_test(whose_a_namespace_is),
	    rig_test(of_many_some_are_listed),
	    rig_test(births_and_deaths),
	    rig_test(without_an_initial_one),
	    rig_test(in_a_container),
	    rig_test(where_nothing_tells_the_initial_one),
	    rig_test(types_and_notes),
	    rig_test(hostile_text_and_narrow_panes),
	};

	return cmocka_run_group_tests_name("detail", tests, NULL, NULL);
}
