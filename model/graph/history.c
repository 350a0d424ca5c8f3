#include "model/graph/history.h"

#include "model/base/util.h"

#include <string.h>

struct history {
	uint64_t dead_grace_ms;
	struct graph *now;
	uint64_t pushed_ms;
	/* The moments at which something that is shown was born or died, each once, sorted.  There
	 * is one for each scan of the last dead_grace_ms at most. */
	uint64_t *changes_ms;
	size_t change_count, change_capacity;
};

struct history *history_new(uint64_t dead_grace_ms)
{
	struct history *history = xcalloc(1, sizeof(*history));

	history->dead_grace_ms = dead_grace_ms;
	return history;
}

void history_free(struct history *history)
{
	if (!history)
		return;
	graph_unref(history->now);
	free(history->changes_ms);
	free(history);
}

const struct graph *history_now(const struct history *history)
{
	return history->now;
}

/* Notes when @life began or ended, if that is shown still.  Called in any order. */
static void note_change(struct history *history, const struct life *life, uint64_t now_ms)
{
	uint64_t changed_ms = life->ended_ms ? life->ended_ms : life->appeared_ms;
	size_t at = history->change_count;

	if (!changed_ms || now_ms - changed_ms >= history->dead_grace_ms)
		return;
	while (at && history->changes_ms[at - 1] > changed_ms)
		at--;
	if (at && history->changes_ms[at - 1] == changed_ms)
		return;
	array_reserve(history->changes_ms, history->change_capacity, history->change_count + 1);
	memmove(&history->changes_ms[at + 1], &history->changes_ms[at],
	    (history->change_count - at) * sizeof(*history->changes_ms));
	history->changes_ms[at] = changed_ms;
	history->change_count++;
}

static void set_now(struct history *history, struct graph *now, uint64_t now_ms)
{
	graph_unref(history->now);
	history->now = now;
	history->pushed_ms = now_ms;

	history->change_count = 0;
	for (size_t i = 0; i < now->process_count; i++) {
		note_change(history, &now->processes[i]->life, now_ms);
		for (const struct thread *thread = now->processes[i]->first_thread; thread;
		     thread = thread->next)
			note_change(history, &thread->life, now_ms);
	}
	for (size_t i = 0; i < now->ns_count; i++)
		note_change(history, &now->namespaces[i]->life, now_ms);
}

void history_place(struct history *history, const struct graph *graph, uint64_t at_ms)
{
	set_now(history, graph_ref(graph), at_ms);
}

const struct graph *history_push(
    struct history *history, struct graph_builder *builder, uint64_t now_ms, struct events *events)
{
	struct graph *before = history->now;
	struct graph *now;

	graph_carry(builder, now_ms, history->dead_grace_ms);
	now = graph_freeze(builder);
	if (before && events)
		diff_graphs(before, now, events);
	set_now(history, now, now_ms);
	return now;
}

bool history_is_new(const struct history *history, const struct life *life, uint64_t now_ms)
{
	return life->appeared_ms && !life->ended_ms &&
	       now_ms - life->appeared_ms < history->dead_grace_ms;
}

uint64_t history_next_change_ms(const struct history *history, uint64_t now_ms)
{
	for (size_t i = 0; i < history->change_count; i++) {
		if (history->changes_ms[i] + history->dead_grace_ms > now_ms)
			return history->changes_ms[i] + history->dead_grace_ms;
	}
	return 0;
}

uint64_t history_wall_ms(const struct history *history, uint64_t changed_ms)
{
	uint64_t taken_ms = history->now ? history->now->stats.taken_at_ms : 0;

	if (!taken_ms)
		return 0;
	/* Unsigned, so moments after the push come out right as well. */
	return taken_ms + (changed_ms - history->pushed_ms);
}
