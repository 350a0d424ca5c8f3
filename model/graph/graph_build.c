#include "model/base/util.h"
#include "model/graph/graph_internal.h"

#include <string.h>

/* --- Filling -------------------------------------------------------------------------------- */

struct graph_builder *graph_builder_new(const struct graph *prev)
{
	struct graph_builder *builder = xcalloc(1, sizeof(*builder));
	struct graph_store *store = xcalloc(1, sizeof(*store));

	store->references = 1;
	arena_init(&store->arena);
	store->graph.host = store->graph.kernel = store->graph.source = "";
	builder->store = store;
	builder->prev = prev;
	return builder;
}

/* Everything but the store, which may have been handed out. */
static void drop_builder(struct graph_builder *builder)
{
	free(builder->process_now);
	free(builder->ns_now);
	free(builder->ns_noted);
	free(builder);
}

void graph_builder_free(struct graph_builder *builder)
{
	if (!builder)
		return;
	graph_store_free(builder->store);
	drop_builder(builder);
}

const char *graph_text_copy(struct graph_builder *builder, const char *data, size_t len)
{
	return arena_copy(&builder->store->arena, data, len);
}

const pid_t *graph_pids_copy(struct graph_builder *builder, const pid_t *pids, size_t count)
{
	pid_t *copy = arena_alloc(&builder->store->arena, count * sizeof(*copy));

	if (count)
		memcpy(copy, pids, count * sizeof(*copy));
	return copy;
}

void graph_set_machine(
    struct graph_builder *builder, const char *host, const char *kernel, const char *source)
{
	struct graph *graph = &builder->store->graph;

	graph->host = graph_text_copy(builder, host, strlen(host));
	graph->kernel = graph_text_copy(builder, kernel, strlen(kernel));
	graph->source = graph_text_copy(builder, source, strlen(source));
}

struct scan_stats *graph_stats(struct graph_builder *builder)
{
	return &builder->store->graph.stats;
}

struct process *graph_insert_process(struct graph_store *store, const struct process_id *id)
{
	struct process_node *node = arena_alloc(&store->arena, sizeof(*node));
	struct process *process = &node->process;

	process->id = *id;
	process->comm = "";
	process->state = '?';
	process->threads = 1;
	process->pids = &process->id.pid;
	process->pid_levels = 1;
	for (int link = 0; link < NS_LINK_COUNT; link++)
		process->read_status[link] = READ_NEVER;
	process->fds_status = READ_NEVER;
	array_reserve(store->processes, store->process_capacity, store->graph.process_count + 1);
	store->processes[store->graph.process_count++] = process;
	hash_put(&store->by_pid, hash_pid(id->pid), process);
	return process;
}

struct process *graph_add_process(struct graph_builder *builder, const struct process_id *id)
{
	const struct process *known = graph_process(&builder->store->graph, id);

	if (known)
		return &process_node_of(known)->process;
	return graph_insert_process(builder->store, id);
}

struct process_notes *process_notes(const struct process *process)
{
	return &process_node_of(process)->notes;
}

struct ns_notes *ns_notes(const struct ns *ns)
{
	return &ns_node_of(ns)->notes;
}

const struct process *graph_builder_process_before(
    const struct graph_builder *builder, const struct process_id *id)
{
	return builder->prev ? graph_process(builder->prev, id) : NULL;
}

struct process *graph_builder_process_now(
    struct graph_builder *builder, const struct process *before)
{
	const struct process *now = graph_process(&builder->store->graph, &before->id);

	return now ? &process_node_of(now)->process : NULL;
}

struct ns *graph_builder_ns_now(struct graph_builder *builder, const struct ns *before)
{
	const struct ns *now = builder->ns_noted ? builder->ns_noted[before->index] : NULL;

	if (!now && before->id.unique)
		now = graph_ns(&builder->store->graph, &before->id);
	return now ? &ns_node_of(now)->ns : NULL;
}

void graph_builder_note_same(struct graph_builder *builder, const struct ns *before, struct ns *now)
{
	if (!builder->ns_noted)
		builder->ns_noted = xcalloc(builder->prev->ns_count, sizeof(*builder->ns_noted));
	builder->ns_noted[before->index] = now;
}

const struct graph *graph_builder_prev(const struct graph_builder *builder)
{
	return builder->prev;
}

struct thread *graph_insert_thread(struct graph_store *store, struct process *process, pid_t tid)
{
	struct process_node *node = process_node_of(process);
	struct thread *thread = arena_alloc(&store->arena, sizeof(*thread));
	const struct thread **at = &process->first_thread;

	/* They come in order: behind the last one, most of the time. */
	if (node->last_thread && node->last_thread->tid < tid)
		at = &node->last_thread->next;
	while (*at && (*at)->tid < tid)
		at = &((struct thread *)(uintptr_t)*at)->next;
	if (!*at)
		node->last_thread = thread;
	*thread = (struct thread){.tid = tid, .comm = "", .process = process, .next = *at};
	for (int link = 0; link < NS_LINK_COUNT; link++)
		thread->read_status[link] = READ_NEVER;
	*at = thread;
	return thread;
}

struct thread *graph_add_thread(struct graph_builder *builder, struct process *process, pid_t tid)
{
	const struct thread *last = process_node_of(process)->last_thread;

	for (const struct thread *known = last && last->tid < tid ? NULL : process->first_thread;
	     known; known = known->next) {
		if (known->tid == tid)
			return (struct thread *)(uintptr_t)known;
	}
	return graph_insert_thread(builder->store, process, tid);
}

void graph_add_holder(struct graph_builder *builder, struct ns *kept, const struct holder *holder)
{
	struct graph_store *store = builder->store;

	array_reserve(store->seen, store->seen_capacity, store->seen_count + 1);
	store->seen[store->seen_count++] = (struct seen_holder){.kept = kept, .holder = *holder};
	if (holder->process)
		process_node_of(holder->process)->notes.held_count++;
}

struct ns *graph_insert_ns(struct graph_store *store, const struct ns_id *id)
{
	struct ns_node *node = arena_alloc(&store->arena, sizeof(*node));
	struct ns *ns = &node->ns;

	ns->id = *id;
	ns->netnsid = -1;
	ns->initial = id->ino == ns_types[id->type].initial_ino;
	ns->parent_status = ns->owner_status = ns->owner_uid_status = READ_NEVER;
	array_reserve(store->namespaces, store->ns_capacity, store->graph.ns_count + 1);
	store->namespaces[store->graph.ns_count++] = ns;
	hash_put(&store->by_ino, hash_ino(id->type, id->ino), ns);
	return ns;
}

struct ns *graph_add_ns(
    struct graph_builder *builder, enum nstype type, uint64_t dev, uint64_t ino, bool *ret_new)
{
	const struct ns_id id = {.type = type, .dev = dev, .ino = ino};
	/* Sources add before the dead are carried over, so whatever is found is alive. */
	struct ns *ns = graph_latest_ns(builder->store, &id);

	if (ret_new)
		*ret_new = !ns;
	return ns ? ns : graph_insert_ns(builder->store, &id);
}

size_t graph_builder_process_count(const struct graph_builder *builder)
{
	return builder->store->graph.process_count;
}

struct process *graph_builder_process(struct graph_builder *builder, size_t index)
{
	return builder->store->processes[index];
}

void graph_note_own(struct graph_builder *builder, pid_t pid)
{
	const struct graph_store *store = builder->store;

	for (size_t i = 0; i < store->graph.process_count; i++) {
		const struct process *process = store->processes[i];

		for (int type = 0; process->id.pid == pid && type < NS_TYPE_COUNT; type++) {
			if (process->ns[type])
				ns_node_of(process->ns[type])->ns.own = true;
		}
	}
}

size_t graph_builder_ns_count(const struct graph_builder *builder)
{
	return builder->store->graph.ns_count;
}

struct ns *graph_builder_ns(struct graph_builder *builder, size_t index)
{
	return builder->store->namespaces[index];
}

const struct ns *graph_builder_before(const struct graph_builder *builder, const struct ns *ns)
{
	if (!builder->prev || !ns->id.unique)
		return NULL;
	/* An id with a unique part equals only such an id. */
	return graph_ns(builder->prev, &ns->id);
}

static void number_namespaces(struct graph_builder *builder)
{
	struct graph_store *store = builder->store;

	store->last_number = builder->prev ? graph_store_of(builder->prev)->last_number : 0;
	for (size_t i = 0; i < store->graph.ns_count; i++) {
		struct ns *ns = store->namespaces[i];
		const struct ns *before = ns_node_of(ns)->before;

		if (before)
			ns->number = before->number;
		else if (!ns->number) /* one that was read back has it */
			ns->number = ++store->last_number;
		if (ns->number > store->last_number)
			store->last_number = ns->number;
	}
}

struct graph *graph_freeze(struct graph_builder *builder)
{
	struct graph_store *store = builder->store;

	graph_match_previous(builder);
	number_namespaces(builder);
	graph_note_retired(builder);
	graph_link_all(store);
	store->graph.processes = (const struct process *const *)store->processes;
	store->graph.namespaces = (const struct ns *const *)store->namespaces;
	drop_builder(builder);
	return &store->graph;
}
