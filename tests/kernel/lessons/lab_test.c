/* The lab on the real kernel: what is wished for is done by actors, and by nobody else. */
#include "lessons/play/lab.h"
#include "lessons/stage/stage_setup.h"
#include "model/base/util.h"
#include "scanner/scan.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { CALLS_KEPT = 100 };

/* The lab of a test, and what was last seen of the machine. */
static struct {
	struct lab *lab;
	struct scan *scan;
	struct graph *graph;
} test;

static void look(void)
{
	struct graph *graph;
	int r = scan_begin(test.scan, test.graph);

	while (r == 0)
		r = scan_step(test.scan, 4000);
	CHECK(r == 1);
	graph = graph_freeze(scan_take(test.scan));
	graph_unref(test.graph);
	test.graph = graph;
}

/* Goes on until the lab waits for a person, or has failed. */
static void settle(void)
{
	for (;;) {
		struct pollfd fds[8];
		size_t count;

		switch (test.lab->state) {
		case LAB_LOOKING:
			look();
			lab_see(test.lab, test.graph);
			break;
		case LAB_ACTING:
			count = lab_poll(test.lab, fds, array_len(fds));
			CHECK(poll(fds, count, -1) > 0);
			lab_io(test.lab);
			break;
		default:
			return;
		}
	}
}

static pid_t pid_of(const char *name)
{
	size_t count;
	const struct actor_ref *cast = lab_actors(test.lab, &count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(cast[i].name, name) == 0)
			return cast[i].pid;
	}
	return 0;
}

static void aim_at(pid_t pid)
{
	look();
	lab_aim(test.lab, test.graph, graph_process_by_pid(test.graph, pid));
}

static void set_request(enum lab_way way, unsigned types)
{
	test.lab->request.types = types;
	test.lab->request.way = way;
}

static void choose(const char *name)
{
	aim_at(0);
	while (strcmp(test.lab->request.actor.name, name) != 0) {
		lab_step_actor(test.lab, 1);
		aim_at(0);
	}
}

static void begin(void)
{
	CHECK(scan_new(&(struct scan_options){.perf_events = false}, &test.scan) == 0);
	test.lab = lab_new();
	if (test.lab->state == LAB_FAILED)
		fprintf(stderr, "%s\n", test.lab->problem);
	settle();
	CHECK(test.lab->state == LAB_READY);
	aim_at(0);
}

static void end(void)
{
	lab_free(test.lab);
	graph_unref(test.graph);
	test.graph = NULL;
	scan_free(test.scan);
}

/* Does @types in the way @way, by @actor, and gives the calls that this took. */
static const struct lab_call *act(
    const char *actor, enum lab_way way, unsigned types, pid_t target, size_t *ret_count)
{
	const struct lab_call *calls;
	size_t count, last;

	choose(actor);
	set_request(way, types);
	aim_at(target);
	CHECK(!lab_request_objection(&test.lab->request));
	CHECK(lab_do(test.lab));
	settle();
	CHECK(test.lab->state == LAB_READY);
	calls = lab_calls(test.lab, &count, &last);
	*ret_count = count - last;
	return calls + last;
}

/* The same, and every call must have come out well. */
static void act_well(const char *actor, enum lab_way way, unsigned types, pid_t target)
{
	size_t count;
	const struct lab_call *calls = act(actor, way, types, target, &count);

	CHECK(count > 0);
	for (size_t i = 0; i < count; i++) {
		if (calls[i].answer.error)
			fprintf(stderr, "%s: %s\n", calls[i].source,
			    strerrorname_np(calls[i].answer.error));
		CHECK(calls[i].answer.error == 0);
	}
}

static bool shares(pid_t one, pid_t other, const char *link)
{
	char ones[64], others[64];

	actors_link(one, link, ones, sizeof(ones));
	actors_link(other, link, others, sizeof(others));
	return strcmp(ones, others) == 0;
}

#define TYPE(type) (1u << (type))

/* --------------------------------------------------------------------------------------------- */

/* Two actors stand together, apart from us only in a user namespace, in which nobody is more than
 * we are, or than nobody is. */
static void play_begins(void)
{
	char uid[64], expected[64];
	struct lab_request request;

	begin();
	CHECK(pid_of("A") > 0 && pid_of("B") > 0);
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		CHECK(shares(pid_of("A"), pid_of("B"), ns_types[i].name));
		CHECK(shares(pid_of("A"), getpid(), ns_types[i].name) == (i != NS_USER));
	}
	CHECK(stage_gave_up_root(test.lab->stage) == (geteuid() == 0));
	actors_status(pid_of("A"), "Uid:", uid, sizeof(uid));
	snprintf(expected, sizeof(expected), "Uid:\t%d", geteuid() ? (int)geteuid() : STAGE_UID);
	CHECK(strncmp(uid, expected, strlen(expected)) == 0);
	request = *&test.lab->request;
	CHECK(request.actor.home && request.actor.differing == TYPE(NS_USER));
	end();
}
BOTH_ROLES(begins)

static void play_unshares(void)
{
	autofree char *command = NULL;
	char expected[64];

	begin();
	act_well("A", LAB_UNSHARE, TYPE(NS_UTS) | TYPE(NS_NET), 0);
	CHECK(!shares(pid_of("A"), pid_of("B"), "uts"));
	CHECK(!shares(pid_of("A"), pid_of("B"), "net"));
	CHECK(shares(pid_of("A"), pid_of("B"), "user"));
	/* By hand one would have to go there first. */
	choose("A");
	command = lab_request_command(&test.lab->request);
	snprintf(expected, sizeof(expected),
	    "nsenter --target %d --user --preserve-credentials --net --uts unshare ",
	    (int)pid_of("A"));
	CHECK(strncmp(command, expected, strlen(expected)) == 0);
	choose("B");
	CHECK(test.lab->request.actor.home);
	end();
}
BOTH_ROLES(unshares)

static void play_maps_root(void)
{
	size_t count;
	const struct lab_call *calls;
	struct stage_answer last;

	begin();
	act_well("A", LAB_UNSHARE, TYPE(NS_USER) | TYPE(NS_UTS), 0);
	CHECK(!shares(pid_of("A"), pid_of("B"), "user"));
	/* And once more, which only root may, as he is by now. */
	act_well("A", LAB_UNSHARE, TYPE(NS_USER), 0);
	/* Not mapped, who has no number can't make another: the rest is not tried. */
	test.lab->request.maps_root = false;
	act_well("B", LAB_UNSHARE, TYPE(NS_USER), 0);
	test.lab->request.maps_root = true;
	calls = act("B", LAB_UNSHARE, TYPE(NS_USER), 0, &count);
	CHECK(count == 1);
	last = calls[0].answer;
	CHECK(last.error == EPERM && !last.refused);
	end();
}
BOTH_ROLES(maps_root)

static void play_clones(void)
{
	char pids[64];
	struct lab_request request;

	begin();
	act_well("A", LAB_CLONE, TYPE(NS_PID) | TYPE(NS_USER) | TYPE(NS_TIME), 0);
	CHECK(pid_of("C") > 0);
	actors_status(pid_of("C"), "NSpid:", pids, sizeof(pids));
	CHECK(strcmp(strrchr(pids, '\t'), "\t1") == 0);
	CHECK(shares(pid_of("A"), pid_of("B"), "user"));
	CHECK(!shares(pid_of("A"), pid_of("C"), "user"));
	CHECK(!shares(pid_of("A"), pid_of("C"), "time"));
	/* Without a type it is a fork, into what waits for children. */
	act_well("B", LAB_UNSHARE, TYPE(NS_PID), 0);
	act_well("B", LAB_CLONE, 0, 0);
	CHECK(!shares(pid_of("B"), pid_of("D"), "pid"));
	request = *&test.lab->request;
	CHECK(strcmp(request.child, "E") == 0);
	end();
}
BOTH_ROLES(clones)

static void play_joins(void)
{
	begin();
	act_well("A", LAB_UNSHARE, TYPE(NS_UTS) | TYPE(NS_IPC) | TYPE(NS_MNT) | TYPE(NS_CGROUP), 0);
	act_well("B", LAB_SETNS, TYPE(NS_UTS) | TYPE(NS_MNT), pid_of("A"));
	CHECK(shares(pid_of("A"), pid_of("B"), "uts"));
	CHECK(shares(pid_of("A"), pid_of("B"), "mnt"));
	CHECK(!shares(pid_of("A"), pid_of("B"), "ipc"));
	/* Into a user namespace below, too. */
	act_well("A", LAB_UNSHARE, TYPE(NS_USER), 0);
	act_well("B", LAB_SETNS, TYPE(NS_USER), pid_of("A"));
	CHECK(shares(pid_of("A"), pid_of("B"), "user"));
	end();
}
BOTH_ROLES(joins)

/* A call that fails is told, with what its error means, and what was opened for it is closed. */
static void play_fails(void)
{
	const struct lab_call *calls;
	size_t count;
	int before;

	begin();
	before = actors_descriptors(pid_of("B"));
	calls = act("B", LAB_SETNS, TYPE(NS_USER), pid_of("A"), &count);
	CHECK(count == 3);
	CHECK(strcmp(calls[1].source, "setns(p, CLONE_NEWUSER)") == 0);
	CHECK(strcmp(calls[1].name, "setns") == 0 && calls[1].answer.error == EINVAL);
	CHECK(strcmp(calls[2].name, "close") == 0 && calls[2].answer.error == 0);
	CHECK(actors_descriptors(pid_of("B")) == before);
	end();
}
BOTH_ROLES(fails)

/* Into the namespaces of no other process: neither ours, nor our parent's, nor the stage's. */
static void play_joins_no_others(void)
{
	const struct process *actor;
	pid_t others[3] = {0};

	begin();
	actor = graph_process_by_pid(test.graph, pid_of("A"));
	others[0] = getpid();
	others[1] = getppid();
	others[2] = actor->ppid;
	choose("A");
	set_request(LAB_SETNS, TYPE(NS_UTS));
	for (size_t i = 0; i < array_len(others); i++) {
		autofree char *command = NULL;

		aim_at(others[i]);
		CHECK(test.lab->request.target.pid == others[i]);
		CHECK(lab_request_objection(&test.lab->request));
		CHECK(!lab_do(test.lab));
		CHECK(test.lab->state == LAB_READY);
		command = lab_request_command(&test.lab->request);
		CHECK(strncmp(command, "nsenter --target ", 17) == 0);
	}
	end();
}
BOTH_ROLES(joins_no_others)

static void play_ends_actors(void)
{
	begin();
	choose("A");
	CHECK(lab_end_actor(test.lab));
	settle();
	CHECK(!pid_of("A") && pid_of("B"));
	aim_at(0);
	CHECK(strcmp(test.lab->request.actor.name, "B") == 0);
	CHECK(lab_end_actor(test.lab));
	settle();
	aim_at(0);
	CHECK(test.lab->state == LAB_READY);
	CHECK(test.lab->request.actor.pid == 0);
	CHECK(!lab_do(test.lab) && !lab_end_actor(test.lab));
	lab_reset(test.lab);
	settle();
	act_well("A", LAB_UNSHARE, TYPE(NS_UTS), 0);
	CHECK(pid_of("B") > 0);
	end();
}
BOTH_ROLES(ends_actors)

/* Not more actors than letters; and the oldest of many calls are forgotten. */
static void play_many(void)
{
	const struct lab_call *calls;
	size_t count, last;

	begin();
	for (char name = 'C'; name <= 'Z'; name++) {
		act_well("A", LAB_CLONE, 0, 0);
		CHECK(pid_of((char[]){name, '\0'}) > 0);
	}
	choose("B");
	set_request(LAB_CLONE, 0);
	aim_at(0);
	CHECK(lab_request_objection(&test.lab->request) && !lab_do(test.lab));
	set_request(LAB_UNSHARE, TYPE(NS_UTS));
	for (int i = 0; i < CALLS_KEPT; i++) {
		CHECK(lab_do(test.lab));
		settle();
	}
	calls = lab_calls(test.lab, &count, &last);
	CHECK(count == CALLS_KEPT && last == CALLS_KEPT - 1);
	CHECK(strcmp(calls[CALLS_KEPT - 1].actor, "B") == 0);
	end();
}
BOTH_ROLES(many)

static void play_survives_what_is_killed(void)
{
	size_t count;
	const struct lab_call *calls;
	struct pollfd fds[8];
	pid_t a;

	begin();
	a = pid_of("A");
	/* In a call. */
	actors_stop(a);
	choose("A");
	set_request(LAB_UNSHARE, TYPE(NS_UTS));
	CHECK(lab_do(test.lab));
	CHECK(kill(a, SIGKILL) == 0);
	settle();
	calls = lab_calls(test.lab, &count, &(size_t){0});
	CHECK(count == 1 && calls[0].answer.error == EPIPE);
	aim_at(0);
	CHECK(strcmp(test.lab->request.actor.name, "B") == 0);
	/* The stage itself, with all that is on it. */
	CHECK(kill(graph_process_by_pid(test.graph, pid_of("B"))->ppid, SIGKILL) == 0);
	while (test.lab->state == LAB_READY) {
		count = lab_poll(test.lab, fds, array_len(fds));
		CHECK(count && poll(fds, count, -1) > 0);
		lab_io(test.lab);
	}
	CHECK(test.lab->state == LAB_FAILED && test.lab->problem);
	lab_reset(test.lab);
	settle();
	act_well("A", LAB_UNSHARE, TYPE(NS_UTS), 0);
	end();
	actors_reap(); /* what the stage could not reap any more */
}
BOTH_ROLES(survives_what_is_killed)

static void play_shows_where_a_shell_stands(void)
{
	struct shell_place place;

	begin();
	CHECK(lab_shell_place(test.lab, "B", &place) == 0);
	CHECK(place.pid == pid_of("B") && place.pidfd >= 0);
	CHECK(place.give_up_root == (geteuid() == 0));
	CHECK(lab_shell_place(test.lab, "C", &place) == -ESRCH);
	end();
}
BOTH_ROLES(shows_where_a_shell_stands)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(begins),
	    TEST_ROLES(unshares),
	    TEST_ROLES(maps_root),
	    TEST_ROLES(clones),
	    TEST_ROLES(joins),
	    TEST_ROLES(fails),
	    TEST_ROLES(joins_no_others),
	    TEST_ROLES(ends_actors),
	    TEST_ROLES(many),
	    TEST_ROLES(survives_what_is_killed),
	    TEST_ROLES(shows_where_a_shell_stands),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
