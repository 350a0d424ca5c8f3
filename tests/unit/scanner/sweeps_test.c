/* Scans of a made-up machine, by chance but always the same: processes and namespaces come and
 * go, numbers are used again at once, some things can't be read for a while.  What the graph says
 * is compared with what that machine knows of itself. */
#include "tests/unit/fixture.h"

#include "model/base/util.h"
#include "model/view/ns_letters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { PIDS = 60, INODES = 12, SWEEPS = 400, DEAD_GRACE_MS = 250 };

/* What there is: a slot for each pid and for each inode of uts. */
struct machine {
	uint32_t seed;
	uint64_t clock;       /* gives start times and unique ids */
	uint64_t start[PIDS]; /* 0: no such process */
	pid_t parent[PIDS];
	int in[PIDS];            /* which inode */
	uint64_t unique[INODES]; /* of the namespace that has the inode, 0: none */
	int members[INODES];
};

static uint32_t chance(struct machine *machine, uint32_t sides)
{
	machine->seed = machine->seed * 1664525 + 1013904223;
	return (machine->seed >> 8) % sides;
}

static void enter(struct machine *machine, int pid, int ino)
{
	machine->in[pid] = ino;
	machine->members[ino]++;
}

static void leave(struct machine *machine, int pid)
{
	int ino = machine->in[pid];

	if (--machine->members[ino] == 0 && ino != 0)
		machine->unique[ino] = 0;
}

static void start(struct machine *machine, int pid, int parent)
{
	machine->start[pid] = ++machine->clock;
	machine->parent[pid] = parent;
	enter(machine, pid, machine->in[parent]);
}

static void end(struct machine *machine, int pid)
{
	machine->start[pid] = 0;
	leave(machine, pid);
	for (int child = 2; child < PIDS; child++) {
		if (machine->start[child] && machine->parent[child] == pid)
			machine->parent[child] = 1;
	}
}

/* Into a namespace of its own, with the lowest inode that is free, as the kernel does. */
static void unshare(struct machine *machine, int pid)
{
	int ino = 1;

	while (ino < INODES && machine->unique[ino])
		ino++;
	if (ino == INODES)
		return;
	machine->unique[ino] = ++machine->clock;
	leave(machine, pid);
	enter(machine, pid, ino);
}

static void live(struct machine *machine)
{
	for (uint32_t turns = chance(machine, 8); turns; turns--) {
		int pid = 2 + (int)chance(machine, PIDS - 2);
		int other = 1 + (int)chance(machine, PIDS - 1);

		if (!machine->start[pid] && machine->start[other])
			start(machine, pid, other);
		else if (machine->start[pid] && chance(machine, 2))
			end(machine, pid);
		else if (machine->start[pid])
			unshare(machine, pid);
	}
}

static struct machine boot(uint32_t seed)
{
	struct machine machine = {.seed = seed, .unique = {1}, .clock = 1};

	machine.start[1] = 1;
	enter(&machine, 1, 0);
	return machine;
}

static uint64_t inode(int ino)
{
	return ino ? 5000 + (uint64_t)ino : ns_types[NS_UTS].initial_ino;
}

/* @unique_ids: as on a kernel that tells them.  @deny: some links can't be read. */
static struct graph_builder *context(
    struct machine *machine, const struct graph *prev, bool unique_ids, bool deny)
{
	struct graph_builder *builder = graph_builder_new(prev);

	for (int pid = 1; pid < PIDS; pid++) {
		struct process_id id = {.pid = pid, .start_ticks = machine->start[pid]};
		struct process *process;
		struct ns *ns;

		if (!machine->start[pid])
			continue;
		process = graph_add_process(builder, &id);
		process->ppid = machine->parent[pid];
		process->comm = graph_text_copy(builder, "process", 7);
		process->read_status[NS_UTS] = READ_DENIED;
		if (deny && !chance(machine, 4))
			continue;
		ns = graph_add_ns(builder, NS_UTS, FIXTURE_DEV, inode(machine->in[pid]), NULL);
		if (unique_ids)
			ns->id.unique = machine->unique[machine->in[pid]];
		process->ns[NS_UTS] = ns;
		process->read_status[NS_UTS] = READ_OK;
	}
	return builder;
}

/* --- What must hold of any graph -------------------------------------------------------------- */

static void check_family(const struct graph *graph)
{
	size_t children = 0, parents = 0;

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];
		pid_t last = 0;

		assert_int_equal(process->index, i);
		assert_ptr_equal(graph_process(graph, &process->id), process);
		parents += process->parent != NULL;
		for (const struct process *child = process->first_child; child;
		     child = child->next_sibling, children++) {
			assert_ptr_equal(child->parent, process);
			assert_true(child->id.pid >= last);
			last = child->id.pid;
		}
		if (process->life.ended_ms)
			continue;
		assert_ptr_equal(graph_process_by_pid(graph, process->id.pid), process);
		assert_true(!process->parent || !process->parent->life.ended_ms);
	}
	assert_int_equal(children, parents);
}

static void check_members(const struct graph *graph)
{
	size_t members = 0, links = 0;

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];
		const struct process *process = ns->first_member;
		uint32_t living = 0;

		assert_int_equal(ns->index, i);
		assert_ptr_equal(graph_ns(graph, &ns->id), ns);
		for (; process; process = process->next_member[NS_UTS], members++) {
			assert_ptr_equal(process->ns[NS_UTS], ns);
			living += !process->life.ended_ms;
		}
		assert_int_equal(ns->member_count, living);
		assert_true(!ns->life.ended_ms || !living);
	}
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct ns *ns = graph->processes[i]->ns[NS_UTS];

		links += ns != NULL;
		assert_true(!ns || graph->namespaces[ns->index] == ns);
	}
	assert_int_equal(members, links);
}

static void check_times(const struct graph *graph, uint64_t now_ms)
{
	size_t living = 0, living_ns = 0;

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct life *life = &graph->processes[i]->life;

		living += !life->ended_ms;
		assert_true(!life->ended_ms || now_ms - life->ended_ms < DEAD_GRACE_MS);
		assert_true(!life->ended_ms || life->appeared_ms < life->ended_ms);
	}
	for (size_t i = 0; i < graph->ns_count; i++)
		living_ns += !graph->namespaces[i]->life.ended_ms;
	assert_int_equal(graph->living_count, living);
	assert_int_equal(graph->living_ns_count, living_ns);
}

/* The living are those of the machine, in the families and namespaces that they are in there. */
static void check_against_machine(const struct graph *graph, const struct machine *machine)
{
	for (int pid = 1; pid < PIDS; pid++) {
		const struct process *process = graph_process_by_pid(graph, pid);

		if (!machine->start[pid]) {
			assert_null(process);
			continue;
		}
		assert_non_null(process);
		assert_int_equal(process->id.start_ticks, machine->start[pid]);
		if (pid > 1)
			assert_int_equal(process->parent->id.pid, machine->parent[pid]);
		if (process->ns[NS_UTS])
			assert_int_equal(process->ns[NS_UTS]->id.ino, inode(machine->in[pid]));
	}
}

/* --- The tests -------------------------------------------------------------------------------- */

/* Adds and takes away what @events tell; then as many live as @graph says. */
static void follow(long *processes, long *namespaces, const struct events *events)
{
	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = &events->items[i];

		*processes +=
		    (event->kind == EVENT_PROCESS_STARTED) - (event->kind == EVENT_PROCESS_EXITED);
		*namespaces += (event->kind == EVENT_NS_CREATED) - (event->kind == EVENT_NS_FREED);
		if (event->kind == EVENT_PROCESS_MOVED)
			assert_false(ns_id_equal(&event->from, &event->ns));
	}
}

static void watch(uint32_t seed, bool unique_ids, bool deny)
{
	struct machine machine = boot(seed);
	struct history *history = history_new(DEAD_GRACE_MS);
	struct ns_letters *ns_letters = ns_letters_new();
	long processes = 1, namespaces = 1;

	history_push(history, context(&machine, NULL, unique_ids, false), 100, NULL);
	for (uint64_t now_ms = 200; now_ms < 100 * SWEEPS; now_ms += 100) {
		const struct graph *graph;
		struct events events = {0};

		live(&machine);
		graph = history_push(history,
		    context(&machine, history_now(history), unique_ids, deny), now_ms, &events);
		ns_letters_update(ns_letters, graph);
		check_family(graph);
		check_members(graph);
		check_times(graph, now_ms);
		check_against_machine(graph, &machine);
		follow(&processes, &namespaces, &events);
		assert_int_equal(processes, graph->living_count);
		assert_int_equal(namespaces, graph->living_ns_count);
		for (size_t i = 1; i < graph->ns_count; i++)
			assert_true(strlen(ns_letters_label(
			                ns_letters, graph->namespaces[i], CHARSET_ASCII)) == 1);
		events_done(&events);
	}
	history_free(history);
	ns_letters_free(ns_letters);
}

static void with_unique_ids(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 4; seed++)
		watch(seed, true, false);
}

static void with_generations(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 4; seed++)
		watch(seed, false, false);
}

static void with_refusals(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 4; seed++) {
		watch(seed, false, true);
		watch(seed, true, true);
	}
}

/* One ends, and another one starts and makes a namespace, which often gets the inode at once. */
static void replace(struct machine *machine)
{
	int old = 2 + (int)chance(machine, PIDS - 2);
	int new = 2 + (int)chance(machine, PIDS - 2);

	if (machine->start[old])
		end(machine, old);
	if (machine->start[new])
		return;
	start(machine, new, 1);
	unshare(machine, new);
}

/* As long as nobody who saw a namespace end stays where its inode is used again, generations tell
 * apart what unique ids do. */
static void generations_tell_what_unique_ids_do(void **state)
{
	struct machine machine = boot(77);
	struct graph *by_id = graph_freeze(context(&machine, NULL, true, false));
	struct graph *told = graph_freeze(context(&machine, NULL, false, false));
	int same = 0, other = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct graph *next_by_id, *next_told;

		replace(&machine);
		next_by_id = graph_freeze(context(&machine, by_id, true, false));
		next_told = graph_freeze(context(&machine, told, false, false));
		assert_int_equal(next_by_id->ns_count, next_told->ns_count);
		for (size_t at = 0; at < next_told->ns_count; at++) {
			const struct ns *ns = next_told->namespaces[at];
			const struct ns *twin = graph_ns_by_ino(next_by_id, NS_UTS, ns->id.ino);
			bool was_there = graph_ns(told, &ns->id);

			assert_int_equal(was_there, graph_ns(by_id, &twin->id) != NULL);
			if (graph_ns_by_ino(told, NS_UTS, ns->id.ino)) {
				same += was_there;
				other += !was_there;
			}
		}
		graph_unref(by_id);
		graph_unref(told);
		by_id = next_by_id;
		told = next_told;
	}
	assert_true(same > 1000);
	assert_true(other > 100);
	graph_unref(by_id);
	graph_unref(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(with_unique_ids),
	    cmocka_unit_test(with_generations),
	    cmocka_unit_test(with_refusals),
	    cmocka_unit_test(generations_tell_what_unique_ids_do),
	};

	return cmocka_run_group_tests_name("sweeps", tests, NULL, NULL);
}
