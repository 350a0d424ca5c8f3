/* Matches the items of a builder with those of the previous graph.
 *
 * A process is matched by its id, as is a namespace with a unique id on both sides. For the others an
 * inode is not enough, since the kernel reuses inodes at once: a holder of the namespace must be a
 * holder of the old one. Holders are processes and threads, by any of their ten links, descriptors,
 * mounts, and namespaces that are its children or owned by it; so an ancestor without members is
 * matched by its descendants. A namespace without a known holder (an unseen descriptor or mount) is
 * taken for the same, for no holder is gone. */
#include "model/base/util.h"
#include "model/graph/graph_internal.h"

#include <string.h>

struct found {
	struct graph_builder *builder;
	struct ns **items; /* matched namespaces, in the order of their matches */
	size_t count;
};

/* The initial namespaces last as long as the kernel. */
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
	 * an identity that changed would look like one freed and one created. */
	now->id = before->id;
	now->had_members |= before->had_members;
	if (!now->had_init.pid)
		now->had_init = before->had_init;
	found->items[found->count++] = now;
}

/* The same namespace regardless of its members. */
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

/* A thread that was not in the previous graph was in the namespaces of its process, if it existed. */
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

/* --- What ended and what is new --------------------------------------------------------------- */

/* What the next graph keeps of the previous one. */

/* The time at which a missing item ended; false where that is so long ago that it is left out. */
static bool still_shown(
    const struct life *before, uint64_t now_ms, uint64_t dead_grace_ms, uint64_t *ret_ended_ms)
{
	uint64_t ended_ms = before->ended_ms ? before->ended_ms : now_ms;

	if (now_ms - ended_ms >= dead_grace_ms)
		return false;
	*ret_ended_ms = ended_ms;
	return true;
}

static const char *copy_text(struct graph_store *store, const char *text)
{
	return text ? arena_copy(&store->arena, text, strlen(text)) : NULL;
}

static struct ns *carry_ns(struct graph_store *store, const struct ns *before, uint64_t ended_ms)
{
	struct ns *ns = graph_insert_ns(store, &before->id);

	ns_node_of(ns)->before = before;
	ns->initial = before->initial;
	ns->parent_status = before->parent_status;
	ns->owner_status = before->owner_status;
	ns->owner_uid_status = before->owner_uid_status;
	ns->owner_uid = before->owner_uid;
	ns->netnsid = before->netnsid;
	ns->name = copy_text(store, before->name);
	ns->named_by_link = before->named_by_link;
	ns->hostname = copy_text(store, before->hostname);
	ns->life.appeared_ms = before->life.appeared_ms;
	ns->life.ended_ms = ended_ms;
	return ns;
}

/* What @before, which may be NULL, is in the new graph; NULL where it was left out. */
static const struct ns *ns_now(const struct graph_builder *builder, const struct ns *before)
{
	return before ? builder->ns_now[before->index] : NULL;
}

static void carry_namespaces(struct graph_builder *builder, uint64_t now_ms, uint64_t dead_grace_ms)
{
	const struct graph *prev = builder->prev;
	struct graph_store *store = builder->store;
	size_t living = store->graph.ns_count;

	for (size_t i = 0; i < living; i++) {
		struct ns *ns = store->namespaces[i];
		const struct ns *before = ns_node_of(ns)->before;

		ns->life.appeared_ms = before ? before->life.appeared_ms : now_ms;
	}
	for (size_t i = 0; i < prev->ns_count; i++) {
		const struct ns *before = prev->namespaces[i];
		uint64_t ended_ms;

		if (!builder->ns_now[i] &&
		    still_shown(&before->life, now_ms, dead_grace_ms, &ended_ms))
			builder->ns_now[i] = carry_ns(store, before, ended_ms);
	}
	/* Now that all are there: the edges of the dead. */
	for (size_t i = living; i < store->graph.ns_count; i++) {
		struct ns *ns = store->namespaces[i];
		const struct ns *before = ns_node_of(ns)->before;

		ns->parent = ns_now(builder, before->parent);
		if (before->parent && !ns->parent)
			ns->parent_status = READ_GONE;
		ns->owner = ns_now(builder, before->owner);
		if (before->owner && !ns->owner)
			ns->owner_status = READ_GONE;
	}
}

static void carry_thread(struct graph_builder *builder, const struct thread *before,
    struct process *process, uint64_t ended_ms)
{
	struct thread *thread = graph_insert_thread(builder->store, process, before->tid);

	thread->start_ticks = before->start_ticks;
	thread->comm = copy_text(builder->store, before->comm);
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		thread->ns[link] = ns_now(builder, before->ns[link]);
		thread->read_status[link] = before->read_status[link];
		if (before->ns[link] && !thread->ns[link])
			thread->read_status[link] = READ_GONE;
	}
	thread->life.appeared_ms = before->life.appeared_ms;
	thread->life.ended_ms = ended_ms;
}

static bool has_tid(const struct process *process, pid_t tid)
{
	const struct thread *thread = process->first_thread;

	while (thread && thread->tid != tid)
		thread = thread->next;
	return thread;
}

/* Copies ended threads of @before, which is @process now and has not exited. */
static void carry_dead_threads(struct graph_builder *builder, const struct process *before,
    struct process *process, uint64_t now_ms, uint64_t dead_grace_ms)
{
	for (const struct thread *from = before->first_thread; from; from = from->next) {
		uint64_t ended_ms;

		/* One row for each tid. A thread that returned to its process has not ended; and it is
		 * unknown whether one has whose process is not readable any more. */
		if (has_tid(process, from->tid) ||
		    (!from->life.ended_ms &&
		        (!thread_diverged(from) || process->read_status[NS_UTS] == READ_DENIED)))
			continue;
		if (still_shown(&from->life, now_ms, dead_grace_ms, &ended_ms))
			carry_thread(builder, from, process, ended_ms);
	}
}

static void mark_new_threads(struct process *process, const struct process *before, uint64_t now_ms)
{
	for (struct thread *thread = (struct thread *)(uintptr_t)process->first_thread; thread;
	     thread = (struct thread *)(uintptr_t)thread->next) {
		const struct thread *same = before ? graph_same_thread(before, thread) : NULL;

		thread->life.appeared_ms = same ? same->life.appeared_ms : now_ms;
	}
}

/* What @before had in @link when it was seen with it last; NULL for nothing. */
static const struct ns *last_ns(const struct process *before, int link)
{
	const struct last_had *had = process_node_of(before)->had;

	return before->ns[link] || !had ? before->ns[link] : had->ns[link];
}

static const char *last_cmdline(
    struct graph_store *store, const struct process *before, size_t *ret_len, bool *ret_cut)
{
	const struct last_had *had = process_node_of(before)->had;
	const char *cmdline = before->cmdline || !had ? before->cmdline : had->cmdline;

	*ret_len = cmdline == before->cmdline ? before->cmdline_len : had->cmdline_len;
	*ret_cut = cmdline == before->cmdline ? before->cmdline_cut : had->cmdline_cut;
	return cmdline ? arena_copy(&store->arena, cmdline, *ret_len) : NULL;
}

/* A process that exits releases its namespaces and its memory, and a scan may see it like that: what
 * it had is kept, to be shown when it is gone. */
static void remember(
    struct graph_builder *builder, struct process *process, const struct process *before)
{
	struct graph_store *store = builder->store;
	struct last_had *had;
	bool ends = false;

	for (int link = 0; link < NS_LINK_COUNT; link++)
		ends |= process->read_status[link] == READ_ZOMBIE ||
		        process->read_status[link] == READ_GONE;
	if (!ends)
		return;
	had = arena_alloc(&store->arena, sizeof(*had));
	*had = (struct last_had){.cmdline = NULL};
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (!process->ns[link])
			had->ns[link] = ns_now(builder, last_ns(before, link));
	}
	if (!process->cmdline)
		had->cmdline = last_cmdline(store, before, &had->cmdline_len, &had->cmdline_cut);
	process_node_of(process)->had = had;
}

static void carry_process(
    struct graph_builder *builder, const struct process *before, uint64_t ended_ms)
{
	struct graph_store *store = builder->store;
	struct process *process = graph_insert_process(store, &before->id);
	struct process_node *node = process_node_of(process);

	process->ppid = before->ppid;
	process->comm = copy_text(store, before->comm);
	process->cmdline =
	    last_cmdline(store, before, &process->cmdline_len, &process->cmdline_cut);
	process->cgroup = copy_text(store, before->cgroup);
	process->uid = before->uid;
	process->user = copy_text(store, before->user);
	process->state = before->state;
	process->kernel_thread = before->kernel_thread;
	process->exiting = before->exiting;
	process->threads = before->threads;
	process->pids = graph_pids_copy(builder, before->pids, (size_t)before->pid_levels);
	process->pid_levels = before->pid_levels;
	process->pids_cut = before->pids_cut;
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const struct ns *had = last_ns(before, link);

		process->ns[link] = ns_now(builder, had);
		process->read_status[link] = process->ns[link] ? READ_OK
		                             : had             ? READ_GONE
		                                               : before->read_status[link];
	}
	for (const struct thread *from = before->first_thread; from; from = from->next)
		carry_thread(
		    builder, from, process, from->life.ended_ms ? from->life.ended_ms : ended_ms);
	process->fds_status = before->fds_status;
	process->life.appeared_ms = before->life.appeared_ms;
	process->life.ended_ms = ended_ms;
	if (before->parent) {
		node->has_parent_id = true;
		node->parent_id = before->parent->id;
	}
}

static void carry_processes(struct graph_builder *builder, uint64_t now_ms, uint64_t dead_grace_ms)
{
	const struct graph *prev = builder->prev;
	struct graph_store *store = builder->store;

	for (size_t i = 0; i < store->graph.process_count; i++) {
		struct process *process = store->processes[i];
		const struct process *before = process_node_of(process)->before;

		process->life.appeared_ms = before ? before->life.appeared_ms : now_ms;
		mark_new_threads(process, before, now_ms);
		if (!before)
			continue;
		remember(builder, process, before);
		carry_dead_threads(builder, before, process, now_ms, dead_grace_ms);
	}
	for (size_t i = 0; i < prev->process_count; i++) {
		const struct process *before = prev->processes[i];
		uint64_t ended_ms;

		if (!builder->process_now[i] &&
		    still_shown(&before->life, now_ms, dead_grace_ms, &ended_ms))
			carry_process(builder, before, ended_ms);
	}
}

void graph_carry(struct graph_builder *builder, uint64_t now_ms, uint64_t dead_grace_ms)
{
	if (!builder->prev)
		return;
	graph_match_previous(builder);
	carry_namespaces(builder, now_ms, dead_grace_ms);
	carry_processes(builder, now_ms, dead_grace_ms);
}
