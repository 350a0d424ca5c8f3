/* Which of the things in a builder are those of the graph before?
 *
 * A process is told by its id.  A namespace with a unique id on both sides is told by that.  For
 * the others an inode is not enough, since the kernel uses inodes again at once: something must
 * hold the namespace now that held it before.  Holders are processes and threads, by any of their
 * ten links, descriptors, mounts, and namespaces that are below it or owned by it; so an ancestor
 * without members is known by its descendants.  What nothing held before (kept by a descriptor or
 * a mount that was not seen) is taken for the same, for nothing is gone that could have ended it.
 */

#include "model/base/util.h"
#include "model/graph/graph_internal.h"

#include <string.h>

struct found {
	struct graph_builder *builder;
	struct ns *
	    *items; /* namespaces known to be the same, in the order in which that was told */
	size_t count;
};

/* The initial instances live as long as the kernel. */
static bool is_fixed(const struct ns *ns)
{
	return ns->initial || ns->id.ino == ns_types[ns->id.type].initial_ino;
}

/* May the two be one, going by their ids alone? */
static bool may_be_same(const struct ns *now, const struct ns *before)
{
	if (!same_ino(&now->id, &before->id))
		return false;
	return !now->id.unique || !before->id.unique || now->id.unique == before->id.unique;
}

static void found_same(struct found *found, struct ns *now, const struct ns *before)
{
	if (ns_node_of(now)->before || found->builder->ns_now[before->index])
		return;
	ns_node_of(now)->before = before;
	found->builder->ns_now[before->index] = now;
	/* The id as it was, even if the unique part was not known then or is not known now:
	 * an identity that changed would look like a death and a birth. */
	now->id = before->id;
	now->had_members |= before->had_members;
	if (!now->had_init.pid)
		now->had_init = before->had_init;
	found->items[found->count++] = now;
}

/* What is the same whoever is in it now. */
static const struct ns *match_by_id(const struct graph_store *prev, const struct ns *now)
{
	const struct ns *before = now->id.unique ? graph_ns(&prev->graph, &now->id) : NULL;

	if (before)
		return before;
	before = graph_latest_ns(prev, &now->id);
	if (!before || !may_be_same(now, before))
		return NULL;
	return is_fixed(before) || before->reference ? before : NULL;
}

static void match_by_ids(struct found *found)
{
	const struct graph_store *prev = graph_store_of(found->builder->prev);
	struct graph_store *store = found->builder->store;

	for (size_t i = 0; i < store->graph.ns_count; i++) {
		const struct ns *before = match_by_id(prev, store->namespaces[i]);

		if (before)
			found_same(found, store->namespaces[i], before);
	}
}

static void match_links(
    struct found *found, const struct ns *const *links, const struct ns *const *links_before)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const struct ns *now = links[link];

		if (now && !ns_node_of(now)->before && links_before[link] &&
		    may_be_same(now, links_before[link]))
			found_same(found, &ns_node_of(now)->ns, links_before[link]);
	}
}

/* A thread that was not told before was with its process, if it was there. */
static void match_threads(
    struct found *found, const struct process *process, const struct process *before)
{
	uint64_t taken_at_ticks = found->builder->prev->stats.taken_at_ticks;

	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		const struct thread *same = graph_same_thread(before, thread);

		if (same)
			match_links(found, thread->ns, same->ns);
		else if (taken_at_ticks && thread->start_ticks < taken_at_ticks)
			match_links(found, thread->ns, before->ns);
	}
}

static void match_by_processes(struct found *found)
{
	struct graph_builder *builder = found->builder;
	struct graph_store *store = builder->store;

	for (size_t i = 0; i < store->graph.process_count; i++) {
		struct process *process = store->processes[i];
		const struct process *before = graph_process(builder->prev, &process->id);

		process_node_of(process)->before = before;
		if (!before)
			continue;
		builder->process_now[before->index] = process;
		match_links(found, process->ns, before->ns);
		match_threads(found, process, before);
	}
}

/* A namespace holds those above it: what is above a known one is known too. */
static void match_upwards(struct found *found)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct ns *now = found->items[i];
		const struct ns *before = ns_node_of(now)->before;

		if (now->parent && before->parent && may_be_same(now->parent, before->parent))
			found_same(found, &ns_node_of(now->parent)->ns, before->parent);
		if (now->owner && before->owner && may_be_same(now->owner, before->owner))
			found_same(found, &ns_node_of(now->owner)->ns, before->owner);
	}
}

static bool same_holder(const struct holder *now, const struct holder *before)
{
	if (now->kind != before->kind || now->fd != before->fd || now->tid != before->tid)
		return false;
	if (now->kind == HOLDER_MOUNT)
		return before->path && strcmp(now->path, before->path) == 0 &&
		       (now->ns ? ns_node_of(now->ns)->before : NULL) == before->ns;
	return before->process && process_id_equal(&now->process->id, &before->process->id);
}

/* A descriptor or a mount that held it before holds it now. */
static void match_by_holders(struct found *found)
{
	const struct graph_store *prev = graph_store_of(found->builder->prev);
	struct graph_store *store = found->builder->store;

	for (size_t i = 0; i < store->seen_count; i++) {
		const struct seen_holder *seen = &store->seen[i];
		const struct ns *before;

		if (ns_node_of(seen->kept)->before)
			continue;
		before = graph_latest_ns(prev, &seen->kept->id);
		if (!before || before->life.ended_ms || !may_be_same(seen->kept, before))
			continue;
		for (uint32_t at = 0; at < before->holder_count; at++) {
			if (same_holder(&seen->holder, &before->holders[at])) {
				found_same(found, seen->kept, before);
				break;
			}
		}
	}
}

static void match_unheld(struct found *found)
{
	const struct graph *prev = found->builder->prev;
	struct graph_store *store = found->builder->store;

	for (size_t i = 0; i < store->graph.ns_count; i++) {
		struct ns *now = store->namespaces[i];
		const struct ns *before;

		if (ns_node_of(now)->before)
			continue;
		before = graph_latest_ns(graph_store_of(prev), &now->id);
		if (!before || before->life.ended_ms || before->member_count ||
		    before->holder_count || !may_be_same(now, before))
			continue;
		found_same(found, now, before);
	}
}

static void assign_ids(struct graph_builder *builder)
{
	struct graph_store *store = builder->store;

	for (size_t i = 0; i < store->graph.ns_count; i++) {
		struct ns *ns = store->namespaces[i];

		if (ns_node_of(ns)->before || ns->id.unique || is_fixed(ns))
			continue;
		ns->id.generation =
		    (uint32_t)(graph_last_generation(graph_store_of(builder->prev), &ns->id) + 1);
	}
}

void graph_match_previous(struct graph_builder *builder)
{
	struct found found = {.builder = builder};
	autofree struct ns **items = NULL;

	if (builder->matched)
		return;
	builder->matched = true;
	if (!builder->prev)
		return;
	builder->process_now = xcalloc(builder->prev->process_count, sizeof(*builder->process_now));
	builder->ns_now = xcalloc(builder->prev->ns_count, sizeof(*builder->ns_now));
	items = xcalloc(builder->store->graph.ns_count, sizeof(*items));
	found.items = items;

	match_by_ids(&found);
	match_by_processes(&found);
	match_by_holders(&found);
	match_upwards(&found);
	match_unheld(&found);
	assign_ids(builder);
}

/* Keeps the last of those with equal inode in the sorted list: it has the highest generation. */
static size_t drop_repeated(struct retired_ino *spent, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (kept && spent[kept - 1].ino == spent[i].ino &&
		    spent[kept - 1].dev == spent[i].dev && spent[kept - 1].type == spent[i].type)
			kept--;
		spent[kept++] = spent[i];
	}
	return kept;
}

void graph_note_retired(struct graph_builder *builder)
{
	struct graph_store *store = builder->store;
	const struct graph_store *prev = builder->prev ? graph_store_of(builder->prev) : NULL;
	size_t count = prev ? prev->retired_count : 0;

	if (!prev)
		return;
	array_reserve(store->spent, store->retired_capacity, count);
	if (count)
		memcpy(store->spent, prev->spent, count * sizeof(*store->spent));
	for (size_t i = 0; i < prev->graph.ns_count; i++) {
		const struct ns_id *id = &prev->graph.namespaces[i]->id;

		if (builder->ns_now[i] || id->unique)
			continue;
		array_reserve(store->spent, store->retired_capacity, count + 1);
		store->spent[count++] = (struct retired_ino){
		    .dev = id->dev, .ino = id->ino, .type = id->type, .generation = id->generation};
	}
	if (count > prev->retired_count) {
		qsort(store->spent, count, sizeof(*store->spent), retired_ino_compare);
		count = drop_repeated(store->spent, count);
	}
	store->retired_count = count;
}
