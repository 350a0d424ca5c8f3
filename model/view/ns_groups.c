#include "model/view/ns_groups.h"

#include "model/base/hash.h"
#include "model/base/util.h"

#include <string.h>

static const char *const column_names[NS_GROUPS_BY_TYPE] = {
    [NS_GROUPS_BY_COUNT] = "processes",
    [NS_GROUPS_BY_NAME] = "command",
    [NS_GROUPS_BY_FIRST] = "pid",
};

/* The PID column has the same name as the type, which therefore has another one. */
static const char *const type_column_names[NS_TYPE_COUNT] = {[NS_PID] = "pidns"};

const char *ns_groups_column_name(unsigned column)
{
	if (column < NS_GROUPS_BY_TYPE)
		return column_names[column];

	const char *name = type_column_names[column - NS_GROUPS_BY_TYPE];
	return name ? name : ns_types[column - NS_GROUPS_BY_TYPE].name;
}

bool ns_groups_column_from_name(const char *name, unsigned *ret_column)
{
	for (unsigned column = 0; column < NS_GROUPS_COLUMN_COUNT; column++) {
		if (strcmp(name, ns_groups_column_name(column)) == 0) {
			*ret_column = column;
			return true;
		}
	}
	return false;
}

enum nstype ns_groups_order_type(const struct ns_groups_order *order)
{
	if (order->column < NS_GROUPS_BY_TYPE)
		return NS_TYPE_COUNT;
	return (enum nstype)(order->column - NS_GROUPS_BY_TYPE);
}

/* --- Who goes where --------------------------------------------------------------------------- */

/* A member, and what it was put into. */
struct placed {
	struct ns_group_member member;
	uint32_t ns_group; /* or NO_NS_GROUP */
	enum read_status why;
};

enum { NO_NS_GROUP = UINT32_MAX };

struct builder {
	struct ns_groups *ns_groups;
	size_t ns_group_capacity;
	struct placed *placed; /* in the order of PIDs */
	size_t placed_count, placed_capacity;
	struct hash by_links; /* the number of a group plus one, for the groups themselves move */
};

static uint64_t links_hash(const struct ns *const *links)
{
	uint64_t hash = 0;

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		hash = hash_mix(hash ^ (uint64_t)(uintptr_t)links[type]);
	return hash;
}

static uint64_t identity_hash(const struct ns *const *links)
{
	uint64_t hash = 0;

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		hash = hash_mix(hash + (links[type] ? ns_id_hash(&links[type]->id) : 1));
	return hash;
}

static bool same_links(const struct ns *const *a, const struct ns *const *b)
{
	return memcmp(a, b, NS_TYPE_COUNT * sizeof(*a)) == 0;
}

static uint32_t ns_group_of(struct builder *builder, const struct ns *const *links)
{
	struct ns_groups *ns_groups = builder->ns_groups;
	uint64_t hash = links_hash(links);
	const void *known;

	hash_each (known, &builder->by_links, hash) {
		uint32_t number = (uint32_t)((uintptr_t)known - 1);

		if (same_links(ns_groups->groups[number].ns, links))
			return number;
	}
	array_reserve(ns_groups->groups, builder->ns_group_capacity, ns_groups->count + 1);
	struct ns_group *ns_group = &ns_groups->groups[ns_groups->count];
	*ns_group = (struct ns_group){.hash = identity_hash(links)};
	memcpy(ns_group->ns, links, sizeof(ns_group->ns));
	hash_put(&builder->by_links, hash, (void *)(uintptr_t)(++ns_groups->count));
	return (uint32_t)ns_groups->count - 1;
}

static void ns_group_enter(
    struct ns_group *ns_group, const struct ns_group_member *member, bool alive)
{
	if (!ns_group->first || (alive && !ns_group->processes && !ns_group->threads))
		ns_group->first = member->process;
	ns_group->member_count++;
	ns_group->processes += alive && !member->thread;
	ns_group->threads += alive && member->thread;
}

/* READ_OK where it is known of every type that there is. */
static enum read_status why_not_placed(
    const struct ns *const *links, const enum read_status *read_status)
{
	enum read_status why = READ_OK;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (links[type] || read_status[type] == READ_UNSUPPORTED)
			continue;
		if (read_status[type] == READ_DENIED)
			return READ_DENIED;
		why = why == READ_OK ? read_status[type] : why;
	}
	return why;
}

/* An exited process is in its last group; without one it is left out. */
static void place(struct builder *builder, const struct ns_group_member *member)
{
	const struct ns *const *links = member->thread ? member->thread->ns : member->process->ns;
	const enum read_status *read_status =
	    member->thread ? member->thread->read_status : member->process->read_status;
	const struct life *life = member->thread ? &member->thread->life : &member->process->life;
	struct placed placed = {.member = *member, .ns_group = NO_NS_GROUP};

	placed.why = why_not_placed(links, read_status);
	if (placed.why == READ_OK) {
		placed.ns_group = ns_group_of(builder, links);
		ns_group_enter(
		    &builder->ns_groups->groups[placed.ns_group], member, !life->ended_ms);
	} else if (life->ended_ms) {
		return;
	}
	array_reserve(builder->placed, builder->placed_capacity, builder->placed_count + 1);
	builder->placed[builder->placed_count++] = placed;
}

static void place_all(struct builder *builder, const struct graph *graph, bool kernel_threads)
{
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		if (process->kernel_thread && !kernel_threads) {
			builder->ns_groups->kernel_threads += !process->life.ended_ms;
			continue;
		}
		place(builder, &(struct ns_group_member){.process = process});
		for (const struct thread *thread = process->first_thread; thread;
		     thread = thread->next) {
			if (thread_diverged(thread) && !same_links(thread->ns, process->ns))
				place(builder, &(struct ns_group_member){
				                   .process = process, .thread = thread});
		}
	}
}

/* --- Order ------------------------------------------------------------------------------------ */

/* The largest first, and of equals the one with the lowest PID. */
static int compare_usual(const struct ns_group *a, const struct ns_group *b)
{
	int order = compare_u64(b->processes, a->processes);

	return order ? order : compare_u64(a->first->index, b->first->index);
}

static uint64_t ns_place(const struct ns *ns)
{
	return ns ? ns->index : UINT64_MAX;
}

static int compare_ns_groups(const void *left, const void *right, void *data)
{
	const struct ns_group *a = left, *b = right;
	const struct ns_groups_order *order = data;
	enum nstype type = ns_groups_order_type(order);
	int result = 0;

	if (type < NS_TYPE_COUNT)
		result = compare_u64(ns_place(a->ns[type]), ns_place(b->ns[type]));
	else if (order->column == NS_GROUPS_BY_COUNT)
		result = compare_u64(b->processes, a->processes);
	else if (order->column == NS_GROUPS_BY_FIRST)
		result = compare_u64(a->first->index, b->first->index);
	else if (order->column == NS_GROUPS_BY_NAME)
		result = strcmp(a->first->comm, b->first->comm);
	if (result)
		return order->inverted ? -result : result;
	result = compare_usual(a, b);
	/* A process and its threads may be in different groups. */
	return result
	           ? result
	           : compare_u64((uint64_t)(uintptr_t)a->members, (uint64_t)(uintptr_t)b->members);
}

/* Members group after group, in their order; then those without a group. */
static void collect(struct builder *builder)
{
	struct ns_groups *ns_groups = builder->ns_groups;
	autofree uint32_t *next = xcalloc(ns_groups->count + 1, sizeof(*next));
	uint32_t at = 0, why_next[READ_NEVER + 1];

	for (size_t i = 0; i < ns_groups->count; i++) {
		next[i] = at;
		at += ns_groups->groups[i].member_count;
	}
	for (size_t i = 0; i < builder->placed_count; i++) {
		if (builder->placed[i].ns_group == NO_NS_GROUP)
			ns_groups->unplaced[builder->placed[i].why]++;
	}
	for (int why = 0; why <= READ_NEVER; why++) {
		ns_groups->first_unplaced[why] = why_next[why] = at;
		at += ns_groups->unplaced[why];
	}
	ns_groups->member_count = at;
	ns_groups->members = xcalloc((size_t)at + 1, sizeof(*ns_groups->members));
	for (size_t i = 0; i < ns_groups->count; i++)
		ns_groups->groups[i].members = ns_groups->members + next[i];
	for (size_t i = 0; i < builder->placed_count; i++) {
		const struct placed *placed = &builder->placed[i];
		uint32_t *to = placed->ns_group == NO_NS_GROUP ? &why_next[placed->why]
		                                               : &next[placed->ns_group];

		ns_groups->members[(*to)++] = placed->member;
	}
}

void ns_groups_build(struct ns_groups *ret_ns_groups, const struct graph *graph,
    bool kernel_threads, const struct ns_groups_order *order)
{
	struct builder builder = {.ns_groups = ret_ns_groups};

	*ret_ns_groups = (struct ns_groups){0};
	place_all(&builder, graph, kernel_threads);
	collect(&builder);
	if (ret_ns_groups->count)
		qsort_r(ret_ns_groups->groups, ret_ns_groups->count, sizeof(*ret_ns_groups->groups),
		    compare_ns_groups, (void *)order);
	free(builder.placed);
	hash_done(&builder.by_links);
}

void ns_groups_done(struct ns_groups *ns_groups)
{
	free(ns_groups->groups);
	free(ns_groups->members);
	*ns_groups = (struct ns_groups){0};
}

bool ns_groups_order_descends(const struct ns_groups_order *order)
{
	return (order->column == NS_GROUPS_BY_COUNT) != order->inverted;
}

bool ns_group_has_process(const struct ns_group *ns_group, const struct process *process)
{
	return same_links(ns_group->ns, process->ns);
}
