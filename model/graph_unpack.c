/* Bytes that may be anything become a graph, or a place and what should have stood there. */
#include "model/graph_codec.h"
#include "model/graph_codec_internal.h"
#include "model/graph_internal.h"
#include "model/i18n.h"
#include "model/keepers.h"
#include "model/util.h"

#include <limits.h>
#include <string.h>

enum {
	/* Things that share a number: the living and those that died within seconds.  More would
	 * make look-ups slow. */
	SAME_NUMBER_MAX = 256,
	/* The shortest record of a process; their count is never more than bytes can hold. */
	COUNT_MAX = GRAPH_BYTES_MAX / 8,
};

static const char expected_number[] = N_("a number in its range");
static const char expected_text[] = N_("a text");
static const char expected_order[] = N_("a record in its order");
static const char expected_ns[] = N_("the number of a namespace of that type");

struct unpacker {
	struct byte_reader *in;
	struct graph_builder *builder;
	size_t ns_count, process_count;          /* gone over in the second walk */
	const struct ns *last_ns[NS_LINK_COUNT]; /* neighbours are in the same, mostly */
};

static uint64_t number(struct unpacker *unpacker, uint64_t most)
{
	return read_number(unpacker->in, most, expected_number);
}

/* Of the arena, with a NUL behind; "" on a mistake. */
static const char *text(struct unpacker *unpacker)
{
	size_t len;
	const char *data = read_text(unpacker->in, TEXT_BYTES_MAX, &len, expected_text);

	return reader_ok(unpacker->in) ? graph_text_copy(unpacker->builder, data, len) : "";
}

/* The same, or NULL where there is none. */
static const char *optional_text(struct unpacker *unpacker, size_t *ret_len)
{
	const char *data = read_optional(unpacker->in, TEXT_BYTES_MAX, ret_len, expected_text);

	return data ? graph_text_copy(unpacker->builder, data, *ret_len) : NULL;
}

static enum unread reason(struct unpacker *unpacker)
{
	return (enum unread)number(unpacker, UNREAD_NEVER);
}

static void unpack_life(struct unpacker *unpacker, struct life *ret_life)
{
	ret_life->born_ms = number(unpacker, UINT64_MAX);
	ret_life->died_ms = number(unpacker, UINT64_MAX);
}

static int compare_number(const void *key, const void *item)
{
	uint32_t left = *(const uint32_t *)key, right = (*(struct ns *const *)item)->number;

	return left < right ? -1 : left > right;
}

/* The namespace of @type with @wanted; NULL, and a mistake noted, where there is none. */
static const struct ns *find_ns(struct unpacker *unpacker, uint64_t wanted, enum nstype type)
{
	struct graph_store *store = unpacker->builder->store;
	uint32_t key = (uint32_t)wanted;
	/* They were added by number, and are sorted otherwise only in the end. */
	struct ns *const *found = store->graph.ns_count && wanted <= UINT32_MAX
	                              ? bsearch(&key, store->namespaces, store->graph.ns_count,
	                                    sizeof(struct ns *), compare_number)
	                              : NULL;

	if (found && (*found)->id.type == type)
		return *found;
	reader_fail(unpacker->in, expected_ns);
	return NULL;
}

static void unpack_links(struct unpacker *unpacker, const struct ns **links, enum unread *unread)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		uint64_t value = number(unpacker, (uint64_t)LINK_KNOWN + UINT32_MAX);
		const struct ns *last = unpacker->last_ns[link];

		if (value < LINK_KNOWN) {
			if (value == READ_OK)
				reader_fail(unpacker->in, expected_number);
			unread[link] = (enum unread)value;
			continue;
		}
		if (!last || last->number != value - LINK_KNOWN)
			last =
			    find_ns(unpacker, value - LINK_KNOWN, ns_link_type((enum ns_link)link));
		unpacker->last_ns[link] = last;
		links[link] = last;
		unread[link] = READ_OK;
	}
}

/* --- The records' insides --------------------------------------------------------------------- */

static void unpack_machine(struct unpacker *unpacker)
{
	const char *host = text(unpacker), *kernel = text(unpacker), *source = text(unpacker);
	struct sweep_stats *stats = graph_stats(unpacker->builder);
	uint64_t flags = number(unpacker, FLAG_HIDDEN | FLAG_FOREIGN | FLAG_NAMES_LATE);
	uint64_t missing = number(unpacker, (1U << NS_TYPE_COUNT) - 1);

	graph_set_machine(unpacker->builder, host, kernel, source);
	stats->hidden = flags & FLAG_HIDDEN;
	stats->foreign_proc = flags & FLAG_FOREIGN;
	stats->names_late = flags & FLAG_NAMES_LATE;
	for (int type = 0; type < NS_TYPE_COUNT; type++)
		stats->type_missing[type] = missing >> type & 1;
	stats->denied = (uint32_t)number(unpacker, UINT32_MAX);
	stats->vanished = (uint32_t)number(unpacker, UINT32_MAX);
	stats->fds_denied = (uint32_t)number(unpacker, UINT32_MAX);
	stats->unchanged = (uint32_t)number(unpacker, UINT32_MAX);
	stats->taken_at_ms = number(unpacker, INT64_MAX);
	stats->taken_at_ticks = number(unpacker, INT64_MAX);
	stats->sweep_ms = (double)number(unpacker, UINT32_MAX) / 1000;
}

static void unpack_keeper(struct unpacker *unpacker, struct ns *kept)
{
	struct keeper keeper = {.fd = -1};
	struct process_id id;
	uint64_t above, kind = number(unpacker, KEEPER_OF_THREAD + KEEPER_KIND_COUNT - 1);
	bool of_thread = kind >= KEEPER_OF_THREAD;

	keeper.kind = (enum keeper_kind)(kind - (of_thread ? KEEPER_OF_THREAD : 0));
	if (of_thread && !keeper_is_descriptor(keeper.kind))
		reader_fail(unpacker->in, N_("a descriptor of a thread"));
	switch (keeper.kind) {
	case KEEPER_MOUNT:
		keeper.path = text(unpacker);
		above = number(unpacker, UINT32_MAX);
		keeper.ns = above ? find_ns(unpacker, above, NS_MNT) : NULL;
		break;
	case KEEPER_FD:
	case KEEPER_SOCKET:
	case KEEPER_TUN:
		keeper.fd = (int)number(unpacker, INT_MAX);
		id.pid = (pid_t)number(unpacker, INT_MAX);
		id.start_ticks = number(unpacker, UINT64_MAX);
		keeper.process = graph_process(&unpacker->builder->store->graph, &id);
		if (!keeper.process)
			reader_fail(unpacker->in, N_("a process that is there"));
		if (of_thread)
			keeper.tid = (pid_t)number(unpacker, INT_MAX);
		break;
	default:
		reader_fail(unpacker->in, N_("a descriptor, a socket or a mount"));
		break;
	}
	if (reader_ok(unpacker->in))
		graph_add_keeper(unpacker->builder, kept, &keeper);
}

/* An edge from @ns to what is above it. */
static const struct ns *unpack_above(
    struct unpacker *unpacker, const struct ns *ns, enum nstype type, enum unread *ret_unread)
{
	uint64_t above;
	const struct ns *found;

	*ret_unread = reason(unpacker);
	above = number(unpacker, UINT32_MAX);
	if (!above)
		return NULL;
	found = find_ns(unpacker, above, type);
	if (found == ns || *ret_unread != READ_OK)
		reader_fail(unpacker->in, expected_ns);
	return found;
}

static void unpack_ns(struct unpacker *unpacker, struct ns *ns)
{
	uint64_t flags = number(unpacker, NS_FLAGS);
	size_t len;

	ns->initial = flags & NS_FLAG_INITIAL;
	ns->own = flags & NS_FLAG_OWN;
	ns->unseen = flags & NS_FLAG_UNSEEN;
	ns->named_by_link = flags & NS_FLAG_NAMED_BY_LINK;
	ns->had_members = flags & NS_FLAG_HAD_MEMBERS;
	ns->parent = unpack_above(unpacker, ns, ns->id.type, &ns->parent_unread);
	if (ns->parent && ns->id.type != NS_PID && ns->id.type != NS_USER)
		reader_fail(unpacker->in, expected_ns);
	ns->owner = unpack_above(unpacker, ns, NS_USER, &ns->owner_unread);
	ns->owner_uid_unread = reason(unpacker);
	ns->owner_uid = (uid_t)number(unpacker, UINT32_MAX);
	ns->name = optional_text(unpacker, &len);
	ns->hostname = optional_text(unpacker, &len);
	ns->netnsid = (int32_t)((int64_t)number(unpacker, (uint64_t)INT_MAX + 1) - 1);
	unpack_life(unpacker, &ns->life);
	if (flags & NS_FLAG_HAD_INIT) {
		ns->had_init.pid = (pid_t)number(unpacker, INT_MAX);
		ns->had_init.start_ticks = number(unpacker, UINT64_MAX);
	}
	for (uint64_t left = number(unpacker, COUNT_MAX); left && reader_ok(unpacker->in); left--)
		unpack_keeper(unpacker, ns);
}

static void unpack_thread(struct unpacker *unpacker, struct process *process, pid_t *last_tid)
{
	pid_t tid = (pid_t)number(unpacker, INT_MAX);
	struct thread *thread;

	if (tid <= *last_tid)
		reader_fail(unpacker->in, expected_order);
	if (!reader_ok(unpacker->in))
		return;
	*last_tid = tid;
	thread = graph_insert_thread(unpacker->builder->store, process, tid);
	thread->start_ticks = number(unpacker, UINT64_MAX);
	thread->comm = text(unpacker);
	unpack_links(unpacker, thread->ns, thread->unread);
	unpack_life(unpacker, &thread->life);
}

static void unpack_pids(struct unpacker *unpacker, struct process *process)
{
	pid_t pids[PID_LEVELS_MAX];
	size_t levels = (size_t)number(unpacker, PID_LEVELS_MAX);

	if (!levels)
		reader_fail(unpacker->in, expected_number);
	for (size_t level = 0; level < levels; level++)
		pids[level] = (pid_t)number(unpacker, INT_MAX);
	if (!reader_ok(unpacker->in))
		return;
	process->pids = graph_pids_copy(unpacker->builder, pids, levels);
	process->pid_levels = (int)levels;
}

static char unpack_state(struct unpacker *unpacker)
{
	char state = (char)number(unpacker, 'z');

	if (state != '?' && (state < 'A' || (state > 'Z' && state < 'a')))
		reader_fail(unpacker->in, N_("the letter of a state"));
	return state;
}

static void unpack_process(struct unpacker *unpacker, struct process *process)
{
	struct process_node *node = process_node_of(process);
	pid_t last_tid = 0;
	uint64_t flags;
	size_t len;

	unpack_pids(unpacker, process);
	flags = number(unpacker, PROCESS_FLAGS);
	process->kernel_thread = flags & PROCESS_FLAG_KERNEL;
	process->exiting = flags & PROCESS_FLAG_EXITING;
	process->cmdline_cut = flags & PROCESS_FLAG_CMDLINE_CUT;
	process->cmdline_late = flags & PROCESS_FLAG_CMDLINE_LATE;
	process->pids_cut = flags & PROCESS_FLAG_PIDS_CUT;
	process->uid = (uid_t)number(unpacker, UINT32_MAX);
	process->user = optional_text(unpacker, &len);
	process->comm = text(unpacker);
	process->fds_unread = reason(unpacker);
	process->ppid = (pid_t)number(unpacker, INT_MAX);
	process->state = unpack_state(unpacker);
	process->threads = (int)number(unpacker, INT_MAX);
	unpack_life(unpacker, &process->life);
	node->parent_id.pid = (pid_t)number(unpacker, INT_MAX);
	node->parent_id.start_ticks = number(unpacker, UINT64_MAX);
	node->has_parent_id = node->parent_id.pid != 0;
	for (uint64_t left = number(unpacker, COUNT_MAX); left && reader_ok(unpacker->in); left--)
		unpack_thread(unpacker, process, &last_tid);
	unpack_links(unpacker, process->ns, process->unread);
	process->cmdline = optional_text(unpacker, &process->cmdline_len);
	process->cgroup = optional_text(unpacker, &len);
}

/* --- The two walks ---------------------------------------------------------------------------- */

/* The head of a record, and where its bytes end. */
struct head {
	enum record_kind kind;
	uint64_t major, minor;
	size_t end;
};

static bool read_head(struct byte_reader *in, struct head *ret_head)
{
	const uint8_t *length = read_bytes(in, RECORD_LENGTH_BYTES, N_("the length of a record"));
	size_t left = in->len - in->at;

	if (length && bytes_u32(length) > left)
		reader_fail(in, N_("a whole record"));
	if (!reader_ok(in))
		return false;
	ret_head->end = in->at + bytes_u32(length);
	ret_head->kind = (enum record_kind)read_number(in, RECORD_PROCESS, N_("a known record"));
	ret_head->major = read_number(in, UINT64_MAX, expected_number);
	ret_head->minor = read_number(in, UINT64_MAX, expected_number);
	return reader_ok(in);
}

static bool is_later(const struct head *head, const struct head *last)
{
	if (head->kind != last->kind)
		return head->kind > last->kind;
	return head->major != last->major ? head->major > last->major : head->minor > last->minor;
}

/* How many in the builder have the type and the inode of @id; as many as there may be where one has
 * all of it. */
static uint32_t count_inode(const struct graph_store *store, const struct ns_id *id)
{
	const struct graph_table *table = &store->by_ino;
	uint32_t count = 0;

	for (size_t at = hash_ino(id->type, id->ino); table->room; at++) {
		const struct ns *ns = table->slots[at & (table->room - 1)];

		if (!ns)
			break;
		if (ns_id_equal(&ns->id, id))
			return SAME_NUMBER_MAX;
		count += ns->id.type == id->type && ns->id.ino == id->ino;
	}
	return count;
}

static void add_ns(struct unpacker *unpacker, const struct head *head)
{
	struct ns_id id = {.type = (enum nstype)head->minor};

	id.generation = (uint32_t)number(unpacker, UINT32_MAX);
	id.dev = number(unpacker, UINT64_MAX);
	id.ino = number(unpacker, UINT64_MAX);
	id.unique = number(unpacker, UINT64_MAX);
	if (head->minor >= NS_TYPE_COUNT || !head->major || head->major > UINT32_MAX)
		reader_fail(unpacker->in, N_("a namespace's number and type"));
	if (!reader_ok(unpacker->in))
		return;
	if (count_inode(unpacker->builder->store, &id) >= SAME_NUMBER_MAX)
		reader_fail(unpacker->in, N_("a namespace that is not there yet"));
	else
		graph_insert_ns(unpacker->builder->store, &id)->number = (uint32_t)head->major;
}

/* The first walk adds all, so that each can be found by the others. */
static void add_all(struct unpacker *unpacker)
{
	struct byte_reader *in = unpacker->in;
	struct head head, last = {0};
	uint32_t same_pid = 0;

	if (!in->len)
		reader_fail(in, N_("a known record"));
	while (reader_ok(in) && in->at < in->len && read_head(in, &head)) {
		/* The first one is that of the machine, and there is no other. */
		if (!is_later(&head, &last) || (last.kind == 0) != (head.kind == RECORD_MACHINE))
			reader_fail(in, expected_order);
		same_pid = head.kind == last.kind && head.major == last.major ? same_pid + 1 : 0;
		last = head;
		if (head.kind == RECORD_NS)
			add_ns(unpacker, &head);
		if (head.kind == RECORD_PROCESS &&
		    (!head.major || head.major > INT_MAX || same_pid >= SAME_NUMBER_MAX))
			reader_fail(in, N_("a process's number"));
		if (!reader_ok(in))
			return;
		if (head.kind == RECORD_PROCESS)
			graph_insert_process(unpacker->builder->store,
			    &(struct process_id){(pid_t)head.major, head.minor});
		in->at = head.end;
	}
}

static void skip_ns_id(struct unpacker *unpacker)
{
	for (int i = 0; i < 4; i++)
		number(unpacker, UINT64_MAX);
}

static void fill_all(struct unpacker *unpacker)
{
	struct byte_reader *in = unpacker->in;
	struct graph_store *store = unpacker->builder->store;
	size_t whole = in->len;
	struct head head;

	while (reader_ok(in) && in->at < whole && read_head(in, &head)) {
		/* Nothing in a record reads past its end. */
		in->len = head.end;
		switch (head.kind) {
		case RECORD_MACHINE:
			unpack_machine(unpacker);
			break;
		case RECORD_NS:
			skip_ns_id(unpacker);
			unpack_ns(unpacker, store->namespaces[unpacker->ns_count++]);
			break;
		case RECORD_PROCESS:
			unpack_process(unpacker, store->processes[unpacker->process_count++]);
			break;
		}
		if (in->at != head.end)
			reader_fail(in, N_("the end of the record"));
		in->len = whole;
	}
}

struct graph *graph_unpack(struct byte_reader *in)
{
	struct unpacker unpacker = {.in = in, .builder = graph_builder_new(NULL)};

	if (in->len > GRAPH_BYTES_MAX)
		reader_fail(in, N_("a graph that is not so large"));
	add_all(&unpacker);
	if (reader_ok(in)) {
		in->at = 0;
		fill_all(&unpacker);
	}
	if (reader_ok(in))
		return graph_seal(unpacker.builder);
	graph_builder_free(unpacker.builder);
	return NULL;
}
