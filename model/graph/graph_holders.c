/* The part of sealing that tells why each namespace is alive. */

#include "model/base/util.h"
#include "model/graph/graph_internal.h"

#include <string.h>

/* What a walk over all reasons does with each: first they are counted, then they are put. */
struct taker {
	uint32_t *ends; /* by index of the namespace: how many, then where its next one goes */
	struct holder *holders; /* NULL while they are counted */
};

static void take(struct taker *taker, const struct ns *kept, const struct holder *holder)
{
	if (!kept || kept->life.ended_ms)
		return;
	if (taker->holders)
		taker->holders[taker->ends[kept->index]] = *holder;
	taker->ends[kept->index]++;
}

/* The kinds in their order, each from the lowest pid on. */
static void take_threads(struct taker *taker, const struct process *process, enum holder_kind kind)
{
	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		const struct holder holder = {
		    .kind = kind, .fd = -1, .process = process, .thread = thread};

		if (thread->life.ended_ms)
			continue;
		for (int link = 0; link < NS_LINK_COUNT; link++) {
			const struct ns *ns = thread->ns[link];
			bool for_children = link >= NS_TYPE_COUNT;

			if (ns == process->ns[link] ||
			    for_children != (kind == HOLDER_FOR_CHILDREN))
				continue;
			if (for_children && ns == thread->ns[ns_link_type((enum ns_link)link)])
				continue;
			take(taker, ns, &holder);
		}
	}
}

static void take_for_children(struct taker *taker, const struct process *process)
{
	const struct holder holder = {.kind = HOLDER_FOR_CHILDREN, .fd = -1, .process = process};

	for (int link = NS_TYPE_COUNT; link < NS_LINK_COUNT; link++) {
		if (process->ns[link] != process->ns[ns_link_type((enum ns_link)link)])
			take(taker, process->ns[link], &holder);
	}
}

static void take_of_processes(struct taker *taker, const struct graph_store *store)
{
	for (size_t i = 0; i < store->graph.process_count; i++) {
		if (store->processes[i]->first_thread && !store->processes[i]->life.ended_ms)
			take_threads(taker, store->processes[i], HOLDER_THREAD);
	}
	for (size_t i = 0; i < store->graph.process_count; i++) {
		if (store->processes[i]->life.ended_ms)
			continue;
		take_for_children(taker, store->processes[i]);
		take_threads(taker, store->processes[i], HOLDER_FOR_CHILDREN);
	}
}

static void take_seen(struct taker *taker, const struct graph_store *store, enum holder_kind kind)
{
	for (size_t i = 0; i < store->seen_count; i++) {
		if (store->seen[i].holder.kind == kind)
			take(taker, store->seen[i].kept, &store->seen[i].holder);
	}
}

static void take_below(struct taker *taker, const struct graph_store *store)
{
	struct holder holder = {.kind = HOLDER_CHILD, .fd = -1};

	for (size_t i = 0; i < store->graph.ns_count; i++) {
		holder.ns = store->namespaces[i];
		if (!holder.ns->life.ended_ms)
			take(taker, holder.ns->parent, &holder);
	}
	holder.kind = HOLDER_OWNED;
	for (size_t i = 0; i < store->graph.ns_count; i++) {
		holder.ns = store->namespaces[i];
		if (!holder.ns->life.ended_ms && holder.ns->owner != holder.ns->parent)
			take(taker, holder.ns->owner, &holder);
	}
}

static void take_all(struct taker *taker, const struct graph_store *store)
{
	take_of_processes(taker, store);
	take_seen(taker, store, HOLDER_FD);
	take_seen(taker, store, HOLDER_SOCKET);
	take_seen(taker, store, HOLDER_TUN);
	take_seen(taker, store, HOLDER_MOUNT);
	take_below(taker, store);
}

/* Is it there for no reason in sight? */
static bool is_unseen(const struct ns *ns, uint32_t reasons)
{
	return ns->unseen && !ns->life.ended_ms && !ns->member_count && !reasons;
}

void graph_link_holders(struct graph_store *store)
{
	size_t ns_count = store->graph.ns_count;
	autofree uint32_t *ends = xcalloc(ns_count, sizeof(*ends));
	autofree bool *unseen = xcalloc(ns_count, sizeof(*unseen));
	struct taker taker = {.ends = ends};
	uint32_t total = 0;

	take_all(&taker, store);
	for (size_t i = 0; i < ns_count; i++) {
		unseen[i] = is_unseen(store->namespaces[i], ends[i]);
		ends[i] += unseen[i];
		store->namespaces[i]->holder_count = ends[i];
		ends[i] = total;
		total += store->namespaces[i]->holder_count;
	}
	taker.holders = arena_alloc(&store->arena, total * sizeof(*taker.holders));
	take_all(&taker, store);
	for (size_t i = 0; i < ns_count; i++) {
		if (unseen[i])
			take(&taker, store->namespaces[i],
			    &(struct holder){.kind = HOLDER_UNSEEN, .fd = -1});
	}
	for (size_t i = 0; i < ns_count; i++)
		store->namespaces[i]->holders =
		    taker.holders + (ends[i] - store->namespaces[i]->holder_count);
	free(store->seen);
	store->seen = NULL;
	store->seen_count = store->seen_capacity = 0;
}
