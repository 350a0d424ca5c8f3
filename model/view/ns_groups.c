#include "model/view/ns_groups.h"

#include "model/base/util.h"
#include "model/graph/containers.h"
#include "model/graph/graph_internal.h"
#include "model/view/outline_tree.h"

#include <string.h>

static const char *const column_names[ROOMS_BY_TYPE] = {
    [ROOMS_BY_COUNT] = "processes",
    [ROOMS_BY_NAME] = "command",
    [ROOMS_BY_FIRST] = "pid",
};

/* The PID column is named as the type is; who means the type says so. */
static const char *const type_column_names[NS_TYPE_COUNT] = {[NS_PID] = "pidns"};

const char *rooms_column_name(unsigned column)
{
	if (column < ROOMS_BY_TYPE)
		return column_names[column];

	const char *name = type_column_names[column - ROOMS_BY_TYPE];
	return name ? name : ns_types[column - ROOMS_BY_TYPE].name;
}

bool rooms_column_from_name(const char *name, unsigned *ret_column)
{
	for (unsigned column = 0; column < ROOMS_COLUMN_COUNT; column++) {
		if (strcmp(name, rooms_column_name(column)) == 0) {
			*ret_column = column;
			return true;
		}
	}
	return false;
}

enum nstype rooms_order_type(const struct rooms_order *order)
{
	if (order->column < ROOMS_BY_TYPE)
		return NS_TYPE_COUNT;
	return (enum nstype)(order->column - ROOMS_BY_TYPE);
}

/* --- Who goes where --------------------------------------------------------------------------- */

/* A member, and what it was put into. */
struct placed {
	struct room_member member;
	uint32_t room; /* or NO_ROOM */
	enum unread why;
};

enum { NO_ROOM = UINT32_MAX };

struct builder {
	struct rooms *rooms;
	size_t room_room;
	struct placed *placed; /* in the order of PIDs */
	size_t placed_count, placed_room;
	struct hash by_links; /* the number of a room, and one, for the rooms themselves move */
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

static uint32_t room_of(struct builder *builder, const struct ns *const *links)
{
	struct rooms *rooms = builder->rooms;
	uint64_t hash = links_hash(links);
	const void *known;

	hash_each (known, &builder->by_links, hash) {
		uint32_t number = (uint32_t)((uintptr_t)known - 1);

		if (same_links(rooms->rooms[number].ns, links))
			return number;
	}
	array_reserve(rooms->rooms, builder->room_room, rooms->count + 1);
	struct room *room = &rooms->rooms[rooms->count];
	*room = (struct room){.hash = identity_hash(links)};
	memcpy(room->ns, links, sizeof(room->ns));
	hash_put(&builder->by_links, hash, (void *)(uintptr_t)(++rooms->count));
	return (uint32_t)rooms->count - 1;
}

static void enter_room(struct room *room, const struct room_member *member, bool alive)
{
	if (!room->first || (alive && !room->processes && !room->threads))
		room->first = member->process;
	room->member_count++;
	room->processes += alive && !member->thread;
	room->threads += alive && member->thread;
}

/* READ_OK where it is known of every type that there is. */
static enum unread why_not_placed(const struct ns *const *links, const enum unread *unread)
{
	enum unread why = READ_OK;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (links[type] || unread[type] == UNREAD_UNSUPPORTED)
			continue;
		if (unread[type] == UNREAD_DENIED)
			return UNREAD_DENIED;
		why = why == READ_OK ? unread[type] : why;
	}
	return why;
}

/* The dead are told where they lived, else not at all. */
static void place(struct builder *builder, const struct room_member *member)
{
	const struct ns *const *links = member->thread ? member->thread->ns : member->process->ns;
	const enum unread *unread =
	    member->thread ? member->thread->unread : member->process->unread;
	const struct life *life = member->thread ? &member->thread->life : &member->process->life;
	struct placed placed = {.member = *member, .room = NO_ROOM};

	placed.why = why_not_placed(links, unread);
	if (placed.why == READ_OK) {
		placed.room = room_of(builder, links);
		enter_room(&builder->rooms->rooms[placed.room], member, !life->died_ms);
	} else if (life->died_ms) {
		return;
	}
	array_reserve(builder->placed, builder->placed_room, builder->placed_count + 1);
	builder->placed[builder->placed_count++] = placed;
}

static void place_all(struct builder *builder, const struct graph *graph, bool kernel_threads)
{
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		if (process->kernel_thread && !kernel_threads) {
			builder->rooms->kernel_threads += !process->life.died_ms;
			continue;
		}
		place(builder, &(struct room_member){.process = process});
		for (const struct thread *thread = process->first_thread; thread;
		     thread = thread->next) {
			if (thread_stands_apart(thread) && !same_links(thread->ns, process->ns))
				place(builder,
				    &(struct room_member){.process = process, .thread = thread});
		}
	}
}

/* --- Order ------------------------------------------------------------------------------------ */

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* The largest first, and of equals the one with the lowest PID. */
static int compare_usual(const struct room *a, const struct room *b)
{
	int order = compare_numbers(b->processes, a->processes);

	return order ? order : compare_numbers(a->first->index, b->first->index);
}

static uint64_t ns_place(const struct ns *ns)
{
	return ns ? ns->index : UINT64_MAX;
}

static int compare_rooms(const void *left, const void *right, void *data)
{
	const struct room *a = left, *b = right;
	const struct rooms_order *order = data;
	enum nstype type = rooms_order_type(order);
	int result = 0;

	if (type < NS_TYPE_COUNT)
		result = compare_numbers(ns_place(a->ns[type]), ns_place(b->ns[type]));
	else if (order->column == ROOMS_BY_COUNT)
		result = compare_numbers(b->processes, a->processes);
	else if (order->column == ROOMS_BY_FIRST)
		result = compare_numbers(a->first->index, b->first->index);
	else if (order->column == ROOMS_BY_NAME)
		result = strcmp(a->first->comm, b->first->comm);
	if (result)
		return order->inverted ? -result : result;
	result = compare_usual(a, b);
	/* A process and its threads may live in different ones. */
	return result ? result
	              : compare_numbers(
	                    (uint64_t)(uintptr_t)a->members, (uint64_t)(uintptr_t)b->members);
}

/* Members room after room, in their order; then those that stand in none. */
static void collect(struct builder *builder)
{
	struct rooms *rooms = builder->rooms;
	autofree uint32_t *next = xcalloc(rooms->count + 1, sizeof(*next));
	uint32_t at = 0, why_next[UNREAD_NEVER + 1];

	for (size_t i = 0; i < rooms->count; i++) {
		next[i] = at;
		at += rooms->rooms[i].member_count;
	}
	for (size_t i = 0; i < builder->placed_count; i++) {
		if (builder->placed[i].room == NO_ROOM)
			rooms->unplaced[builder->placed[i].why]++;
	}
	for (int why = 0; why <= UNREAD_NEVER; why++) {
		rooms->first_unplaced[why] = why_next[why] = at;
		at += rooms->unplaced[why];
	}
	rooms->member_count = at;
	rooms->members = xcalloc((size_t)at + 1, sizeof(*rooms->members));
	for (size_t i = 0; i < rooms->count; i++)
		rooms->rooms[i].members = rooms->members + next[i];
	for (size_t i = 0; i < builder->placed_count; i++) {
		const struct placed *placed = &builder->placed[i];
		uint32_t *to =
		    placed->room == NO_ROOM ? &why_next[placed->why] : &next[placed->room];

		rooms->members[(*to)++] = placed->member;
	}
}

void rooms_build(struct rooms *ret_rooms, const struct graph *graph, bool kernel_threads,
    const struct rooms_order *order)
{
	struct builder builder = {.rooms = ret_rooms};

	*ret_rooms = (struct rooms){0};
	place_all(&builder, graph, kernel_threads);
	collect(&builder);
	if (ret_rooms->count)
		qsort_r(ret_rooms->rooms, ret_rooms->count, sizeof(*ret_rooms->rooms),
		    compare_rooms, (void *)order);
	free(builder.placed);
	hash_done(&builder.by_links);
}

void rooms_done(struct rooms *rooms)
{
	free(rooms->rooms);
	free(rooms->members);
	*rooms = (struct rooms){0};
}

bool rooms_order_descends(const struct rooms_order *order)
{
	return (order->column == ROOMS_BY_COUNT) != order->inverted;
}

bool room_holds_process(const struct room *room, const struct process *process)
{
	return same_links(room->ns, process->ns);
}

static bool container_holds(const struct room *room, const char *needle)
{
	struct container container;

	if (!container_of_process(room->first, &container))
		return false;
	return string_holds(container_kind_names[container.kind], needle) ||
	       string_holds(container.id, needle) || string_holds(container.name, needle);
}

bool room_holds(const struct room *room, const char *needle)
{
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (room->ns[type] && ns_holds(room->ns[type], needle))
			return true;
	}
	return container_holds(room, needle);
}
