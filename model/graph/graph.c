#include "model/graph/graph.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/graph_internal.h"

#include <assert.h>
#include <string.h>

/* --- Identities ------------------------------------------------------------------------------- */

bool ns_id_equal(const struct ns_id *a, const struct ns_id *b)
{
	if (a->type != b->type || a->unique != b->unique)
		return false;
	if (a->unique)
		return true;
	return a->ino == b->ino && a->dev == b->dev && a->generation == b->generation;
}

uint64_t ns_id_hash(const struct ns_id *id)
{
	uint64_t hash;

	if (id->unique)
		return hash_mix(id->unique * NS_TYPE_COUNT + (uint64_t)id->type);
	hash = hash_ino(id->type, id->ino);
	return hash_mix(hash ^ (id->dev << 32) ^ id->generation);
}

bool process_id_equal(const struct process_id *a, const struct process_id *b)
{
	return a->pid == b->pid && a->start_ticks == b->start_ticks;
}

uint64_t process_id_hash(const struct process_id *id)
{
	return hash_mix(((uint64_t)id->pid << 40) ^ id->start_ticks);
}

static const char *const read_status_names[] = {
    [READ_OK] = "ok",
    [READ_DENIED] = "denied",
    [READ_GONE] = "gone",
    [READ_ZOMBIE] = "zombie",
    [READ_UNSUPPORTED] = "unsupported",
    [READ_EMPTY] = "empty",
    [READ_NEVER] = "not read",
};

static const char *const read_status_texts[] = {
    [READ_OK] = N_("It was read."),
    [READ_DENIED] = N_("Permission denied (it takes ptrace access)."),
    [READ_GONE] = N_("It ended while it was read."),
    [READ_ZOMBIE] = N_("A zombie has released it already."),
    [READ_UNSUPPORTED] = N_("This kernel does not report it."),
    [READ_EMPTY] = N_("The new namespace has no process yet: it begins with the next child."),
    [READ_NEVER] = N_("It was not asked for."),
};

const char *read_status_name(enum read_status why)
{
	return read_status_names[why];
}

const char *read_status_text(enum read_status why)
{
	return _(read_status_texts[why]);
}

/* --- Graphs ----------------------------------------------------------------------------------- */

static void store_free(struct graph_store *store)
{
	arena_done(&store->arena);
	free(store->processes);
	free(store->namespaces);
	hash_done(&store->by_pid);
	hash_done(&store->by_ino);
	free(store->spent);
	free(store->seen);
	free(store);
}

struct graph *graph_ref(const struct graph *graph)
{
	struct graph_store *store = (struct graph_store *)(uintptr_t)graph;

	store->references++;
	return &store->graph;
}

void graph_unref(struct graph *graph)
{
	struct graph_store *store = (struct graph_store *)graph;

	if (!store)
		return;
	assert(store->references > 0);
	if (--store->references == 0)
		store_free(store);
}

size_t graph_bytes(const struct graph *graph)
{
	const struct graph_store *store = graph_store_of(graph);

	return sizeof(*store) + store->arena.total_bytes +
	       store->process_capacity * sizeof(*store->processes) +
	       store->ns_capacity * sizeof(*store->namespaces) +
	       (store->by_pid.capacity + store->by_ino.capacity) * sizeof(struct hash_slot) +
	       store->retired_capacity * sizeof(*store->spent);
}

const struct process *graph_process_by_pid(const struct graph *graph, pid_t pid)
{
	const struct hash *table = &graph_store_of(graph)->by_pid;
	const struct process *found = NULL;
	const struct process *process;

	hash_each (process, table, hash_pid(pid)) {
		if (process->id.pid != pid || process->life.ended_ms)
			continue;
		/* A pid used again within one scan: the later one is there now. */
		if (!found || found->id.start_ticks < process->id.start_ticks)
			found = process;
	}
	return found;
}

const struct process *graph_process(const struct graph *graph, const struct process_id *id)
{
	const struct hash *table = &graph_store_of(graph)->by_pid;
	const struct process *process;

	hash_each (process, table, hash_pid(id->pid)) {
		if (process_id_equal(&process->id, id))
			return process;
	}
	return NULL;
}

const struct ns *graph_ns(const struct graph *graph, const struct ns_id *id)
{
	const struct hash *table = &graph_store_of(graph)->by_ino;
	const struct ns *ns;

	hash_each (ns, table, hash_ino(id->type, id->ino)) {
		if (ns_id_equal(&ns->id, id))
			return ns;
	}
	return NULL;
}

static bool has_denied_link(const struct process *process)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (process->read_status[link] == READ_DENIED)
			return true;
	}
	return false;
}

uint32_t graph_refused(const struct graph *graph)
{
	uint32_t shown = 0;

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		shown += !process->life.ended_ms && has_denied_link(process);
	}
	return graph->stats.denied > shown ? graph->stats.denied - shown : 0;
}

const struct ns *graph_ns_by_ino(const struct graph *graph, enum nstype type, uint64_t ino)
{
	const struct hash *table = &graph_store_of(graph)->by_ino;
	const struct ns *ns;

	hash_each (ns, table, hash_ino(type, ino)) {
		if (ns->id.ino == ino && ns->id.type == type && !ns->life.ended_ms)
			return ns;
	}
	return NULL;
}

struct ns *graph_latest_ns(const struct graph_store *store, const struct ns_id *id)
{
	const struct hash *table = &store->by_ino;
	struct ns *latest = NULL;
	struct ns *ns;

	hash_each (ns, table, hash_ino(id->type, id->ino)) {
		if (!same_ino(&ns->id, id))
			continue;
		if (!ns->life.ended_ms)
			return ns;
		if (!latest || latest->life.ended_ms < ns->life.ended_ms)
			latest = ns;
	}
	return latest;
}

static int compare_inodes(const void *a, const void *b)
{
	const struct retired_ino *left = a;
	const struct retired_ino *right = b;
	int order = compare_u64(left->ino, right->ino);

	if (!order)
		order = compare_u64(left->dev, right->dev);
	return order ? order : compare_u64(left->type, right->type);
}

int retired_ino_compare(const void *a, const void *b)
{
	int order = compare_inodes(a, b);

	return order ? order
	             : compare_u64(((const struct retired_ino *)a)->generation,
	                   ((const struct retired_ino *)b)->generation);
}

static const struct retired_ino *find_retired(
    const struct graph_store *store, const struct ns_id *id)
{
	const struct retired_ino wanted = {.type = id->type, .dev = id->dev, .ino = id->ino};

	if (!store->retired_count)
		return NULL;
	return bsearch(&wanted, store->spent, store->retired_count, sizeof(wanted), compare_inodes);
}

int64_t graph_last_generation(const struct graph_store *store, const struct ns_id *id)
{
	const struct hash *table = &store->by_ino;
	const struct ns *ns;
	const struct retired_ino *spent;
	int64_t last = -1;

	hash_each (ns, table, hash_ino(id->type, id->ino)) {
		if (same_ino(&ns->id, id) && last < ns->id.generation)
			last = ns->id.generation;
	}
	spent = find_retired(store, id);
	if (spent && last < spent->generation)
		last = spent->generation;
	return last;
}

const struct thread *graph_same_thread(const struct process *process, const struct thread *thread)
{
	for (const struct thread *same = process->first_thread; same; same = same->next) {
		if (same->tid == thread->tid && same->start_ticks == thread->start_ticks &&
		    !same->life.ended_ms)
			return same;
	}
	return NULL;
}

bool thread_diverged(const struct thread *thread)
{
	const struct process *process = thread->process;

	if (process->state == 'Z' && process->threads > 1)
		return true;
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (thread->ns[link] != process->ns[link] ||
		    thread->read_status[link] != process->read_status[link])
			return true;
	}
	return false;
}

enum standing ns_standing(const struct graph *graph, const struct ns *ns)
{
	const struct ns *reference = graph->reference[ns->id.type];

	if (ns->initial)
		return STANDING_INITIAL;
	if ((reference && reference->initial) || (ns->id.type != NS_MNT && ns->id.type != NS_NET))
		return STANDING_OTHER;
	/* Linux 6.18 fixed their numbers, and gave ids to all but mount namespaces, which had theirs. */
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (type != NS_MNT && graph->reference[type] && graph->reference[type]->id.unique)
			return STANDING_OTHER;
	}
	return STANDING_UNKNOWN;
}

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
	store_free(builder->store);
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
