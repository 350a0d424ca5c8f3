/* The last step of graph_freeze: the order, and the edges that follow from what was read. */
#include "model/base/util.h"
#include "model/graph/graph_internal.h"

#include <string.h>

enum { NO_PARENT = UINT32_MAX };

/* --- Order ---------------------------------------------------------------------------------- */

static int compare_processes(const void *a, const void *b)
{
	const struct process *left = *(const struct process *const *)a;
	const struct process *right = *(const struct process *const *)b;
	int order = compare_u64((uint64_t)left->id.pid, (uint64_t)right->id.pid);

	return order ? order : compare_u64(left->id.start_ticks, right->id.start_ticks);
}

/* Merges the sorted runs [0, middle) and [middle, count). */
static void merge_runs(struct process **list, size_t middle, size_t count)
{
	autofree struct process **first = xmalloc(middle * sizeof(*first));
	size_t left = 0, right = middle, to = 0;

	memcpy(first, list, middle * sizeof(*first));
	while (left < middle && right < count) {
		if (compare_processes(&list[right], &first[left]) < 0)
			list[to++] = list[right++];
		else
			list[to++] = first[left++];
	}
	memcpy(list + to, first + left, (middle - left) * sizeof(*first));
}

static size_t sorted_run(struct process *const *list, size_t from, size_t count)
{
	size_t at = from + 1;

	while (at < count && compare_processes(&list[at - 1], &list[at]) <= 0)
		at++;
	return at < count ? at : count;
}

/* A scan goes by pid, and the dead are carried over by pid: nearly always it is two runs. */
static void sort_processes(struct graph_store *store)
{
	struct process **list = store->processes;
	size_t count = store->graph.process_count;
	size_t middle = sorted_run(list, 0, count);

	if (middle < count) {
		if (sorted_run(list, middle, count) == count)
			merge_runs(list, middle, count);
		else
			qsort(list, count, sizeof(*list), compare_processes);
	}
	for (size_t i = 0; i < count; i++) {
		list[i]->index = (uint32_t)i;
		store->graph.living_count += !list[i]->life.ended_ms;
	}
}

static pid_t first_pid(const struct ns *ns)
{
	/* A namespace without members comes last. */
	return ns->first_member ? ns->first_member->id.pid : INT32_MAX;
}

static int compare_namespaces(const void *a, const void *b)
{
	const struct ns *left = *(const struct ns *const *)a;
	const struct ns *right = *(const struct ns *const *)b;
	int order = (int)left->id.type - (int)right->id.type;

	if (!order)
		order = (int)right->reference - (int)left->reference;
	if (!order)
		order = compare_u64((uint64_t)first_pid(left), (uint64_t)first_pid(right));
	if (!order)
		order = compare_u64(left->id.ino, right->id.ino);
	if (!order)
		order = compare_u64(left->id.dev, right->id.dev);
	if (!order)
		order = compare_u64(left->id.generation, right->id.generation);
	return order ? order : compare_u64(left->id.unique, right->id.unique);
}

static void sort_namespaces(struct graph_store *store)
{
	if (store->graph.ns_count)
		qsort(store->namespaces, store->graph.ns_count, sizeof(struct ns *),
		    compare_namespaces);
	for (size_t i = 0; i < store->graph.ns_count; i++) {
		store->namespaces[i]->index = (uint32_t)i;
		store->graph.living_ns_count += !store->namespaces[i]->life.ended_ms;
	}
}

/* --- Edges ---------------------------------------------------------------------------------- */

/* @up: for each of @count things the one above it, or NO_PARENT.  A scan is no instant, and with
 * numbers used again it may see two things each below the other: such a circle is opened. */
static void cut_circles(uint32_t *up, uint32_t count)
{
	enum { UNSEEN, ON_THE_WAY, DONE };
	autofree uint8_t *seen = xcalloc(count, 1);

	for (uint32_t from = 0; from < count; from++) {
		uint32_t last = NO_PARENT;
		uint32_t at = from;

		for (; at != NO_PARENT && seen[at] == UNSEEN; at = up[at]) {
			seen[at] = ON_THE_WAY;
			last = at;
		}
		if (at != NO_PARENT && seen[at] == ON_THE_WAY)
			up[last] = NO_PARENT;
		for (at = from; at != NO_PARENT && seen[at] == ON_THE_WAY; at = up[at])
			seen[at] = DONE;
	}
}

static const struct process *find_parent(const struct graph *graph, const struct process *process)
{
	const struct process_node *node = process_node_of(process);
	const struct process *parent = NULL;

	if (process->life.ended_ms)
		parent = node->has_parent_id ? graph_process(graph, &node->parent_id) : NULL;
	else if (process->ppid > 0)
		parent = graph_process_by_pid(graph, process->ppid);
	/* A reaper is never younger than the orphan, so this is another with the parent's pid. */
	if (parent && parent->id.start_ticks > process->id.start_ticks)
		return NULL;
	return parent;
}

static void link_children(struct graph_store *store)
{
	uint32_t count = (uint32_t)store->graph.process_count;
	autofree uint32_t *up = xmalloc(count * sizeof(*up));

	for (uint32_t i = 0; i < count; i++) {
		const struct process *parent = find_parent(&store->graph, store->processes[i]);

		up[i] = parent ? parent->index : NO_PARENT;
	}
	cut_circles(up, count);
	/* From the last to the first, each put in front of its elder siblings. */
	for (uint32_t i = count; i-- > 0;) {
		struct process *process = store->processes[i];
		struct process *parent = up[i] == NO_PARENT ? NULL : store->processes[up[i]];

		process->parent = parent;
		if (!parent)
			continue;
		process->next_sibling = parent->first_child;
		parent->first_child = process;
	}
}

static void link_members(struct graph_store *store)
{
	for (size_t i = store->graph.process_count; i-- > 0;) {
		struct process *process = store->processes[i];

		for (int type = 0; type < NS_TYPE_COUNT; type++) {
			struct ns *ns;

			if (!process->ns[type])
				continue;
			ns = &ns_node_of(process->ns[type])->ns;
			process->next_member[type] = ns->first_member;
			ns->first_member = process;
			ns->member_count += !process->life.ended_ms;
			ns->had_members = true;
			if (type == NS_PID && process->pid_levels &&
			    process->pids[process->pid_levels - 1] == 1)
				ns->had_init = process->id;
		}
	}
}

/* The same for parents and owners of namespaces, by @edge's place in struct ns. */
static void cut_ns_circles(struct graph_store *store, size_t edge)
{
	uint32_t count = (uint32_t)store->graph.ns_count;
	autofree uint32_t *up = xmalloc(count * sizeof(*up));

	for (uint32_t i = 0; i < count; i++) {
		const struct ns *above =
		    *(const struct ns *const *)((const char *)store->namespaces[i] + edge);

		up[i] = above ? above->index : NO_PARENT;
	}
	cut_circles(up, count);
	for (uint32_t i = 0; i < count; i++) {
		struct ns *ns = store->namespaces[i];
		const struct ns **above = (const struct ns **)((char *)ns + edge);

		if (!*above || up[i] != NO_PARENT)
			continue;
		*above = NULL;
		if (edge == offsetof(struct ns, parent))
			ns->parent_status = READ_GONE;
		else
			ns->owner_status = READ_GONE;
	}
}

/* --- References of the namespace columns ---------------------------------------------------- */

static void set_reference(struct graph *graph, const struct ns *ns)
{
	if (graph->reference[ns->id.type] || ns->life.ended_ms)
		return;
	graph->reference[ns->id.type] = ns;
	ns_node_of(ns)->ns.reference = true;
}

static void find_references(struct graph_store *store)
{
	struct graph *graph = &store->graph;

	for (size_t i = 0; i < graph->ns_count; i++) {
		if (store->namespaces[i]->initial)
			set_reference(graph, store->namespaces[i]);
	}
	for (size_t i = 0; i < graph->ns_count; i++) {
		if (store->namespaces[i]->own)
			set_reference(graph, store->namespaces[i]);
	}
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		for (size_t i = 0; i < graph->process_count && !graph->reference[type]; i++) {
			const struct process *process = store->processes[i];

			if (process->ns[type] && !process->life.ended_ms)
				set_reference(graph, process->ns[type]);
		}
	}
}

/* Could a visible process be an undetected member of a PID namespace? The links of a process may be
 * refused, but its PIDs are not: with only one of them it is in the PID namespace of /proc. */
static void find_whether_pid_members_are_known(struct graph_store *store)
{
	struct graph *graph = &store->graph;

	graph->pid_members_known = !graph->stats.hidden && !graph->stats.foreign_proc;
	for (size_t i = 0; i < graph->process_count && graph->pid_members_known; i++) {
		const struct process *process = store->processes[i];

		/* One that ended while it was read is a member no more. */
		if (!process->ns[NS_PID] && process->read_status[NS_PID] != READ_GONE &&
		    process->pid_levels != 1 && !process->life.ended_ms)
			graph->pid_members_known = false;
	}
}

/* --- Holders ---------------------------------------------------------------------------------- */

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

/* Does it exist without a visible holder? */
static bool is_unseen(const struct ns *ns, uint32_t reasons)
{
	return ns->unseen && !ns->life.ended_ms && !ns->member_count && !reasons;
}

static void link_holders(struct graph_store *store)
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

/* --- All ---------------------------------------------------------------------------------------- */

void graph_link_all(struct graph_store *store)
{
	sort_processes(store);
	link_children(store);
	link_members(store);
	find_references(store);
	find_whether_pid_members_are_known(store);
	sort_namespaces(store);
	cut_ns_circles(store, offsetof(struct ns, parent));
	cut_ns_circles(store, offsetof(struct ns, owner));
	link_holders(store);
}
