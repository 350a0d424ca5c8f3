/* Each record is described once, by a function that writes it or reads it: see struct codec. */
#include "model/record/graph_codec.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/graph_internal.h"
#include "model/graph/ns.h"

#include <limits.h>
#include <string.h>

enum record_kind { RECORD_MACHINE = 1, RECORD_NS, RECORD_PROCESS };

enum {
	LENGTH_BYTES = 4,
	/* A link is its read status, or this plus the number of its namespace. */
	LINK_KNOWN = READ_NEVER + 1,
	/* Of holders: added to the kind where the number of a thread follows. */
	HOLDER_OF_THREAD = 64,
	/* More levels than the kernel lets PID namespaces have: 32, pid_namespaces(7). */
	PID_LEVELS_MAX = 64,
	TEXT_BYTES_MAX = 16 * 1024 * 1024,
	/* Items with the same number, with those that ended within seconds. More would make look-ups
	 * slow. */
	SAME_NUMBER_MAX = 256,
	/* The insides of a namespace or of a process take at least as many, but in version 1: there are never many
	 * more of them than bytes, so little that was compressed does not become much memory. */
	INSIDES_BYTES_MIN = 80,
	/* The shortest record of a process; their count is never more than bytes can hold. */
	COUNT_MAX = GRAPH_BYTES_MAX / 8,
};

static const uint64_t ns_number_max = UINT32_MAX - LINK_KNOWN;

static const char expected_number[] = N_("a number in its range");
static const char expected_text[] = N_("a text");
static const char expected_order[] = N_("a record in its order");
static const char expected_ns[] = N_("the number of a namespace of that type");

/* Writes to @out, or, where that is NULL, reads @in into @builder.  What is written is a copy, so the same
 * functions may set what they have read. */
struct codec {
	struct bytes *out;
	struct byte_reader *in;
	struct graph_builder *builder;
	const struct ns *last_ns[NS_LINK_COUNT]; /* neighbors are in the same, mostly */
};

/* --- What records consist of -------------------------------------------------------------------- */

/* Writes @value and returns it, or reads and returns a number. */
static inline uint64_t code_number(struct codec *codec, uint64_t value, size_t width, uint64_t most)
{
	if (!codec->out)
		return read_number(codec->in, width, most, expected_number);
	bytes_put_number(codec->out, value, width);
	return value;
}

#define NUMBER(codec, field, most)                                                                 \
	((field) =                                                                                 \
	        (__typeof__(field))code_number((codec), (uint64_t)(field), sizeof(field), (most)))

/* One bit for each, the lowest first. */
static void code_flags(struct codec *codec, bool *const *which, size_t count)
{
	uint64_t set = 0;

	for (size_t i = 0; i < count; i++)
		set |= (uint64_t)*which[i] << i;
	set = code_number(codec, set, sizeof(uint8_t), (UINT64_C(1) << count) - 1);
	for (size_t i = 0; i < count; i++)
		*which[i] = set >> i & 1;
}

#define FLAGS(codec, ...)                                                                          \
	code_flags((codec), (bool *const[]){__VA_ARGS__}, array_len(((bool *const[]){__VA_ARGS__})))

/* Never NULL. */
static void code_text(struct codec *codec, const char **text)
{
	size_t len;
	const char *read;

	if (codec->out) {
		bytes_put_text(codec->out, *text, strlen(*text));
		return;
	}
	read = read_text(codec->in, TEXT_BYTES_MAX, &len, expected_text);
	*text = reader_ok(codec->in) ? graph_text_copy(codec->builder, read, len) : "";
}

/* Its length and one more, or 0 for NULL. */
static void code_optional_data(struct codec *codec, const char **text, size_t *len)
{
	uint64_t more = code_number(
	    codec, *text ? *len + 1 : 0, sizeof(uint32_t), (uint64_t)TEXT_BYTES_MAX + 1);
	const uint8_t *read;

	if (codec->out) {
		bytes_put(codec->out, *text, *text ? *len : 0);
		return;
	}
	read = more ? read_bytes(codec->in, (size_t)more - 1, expected_text) : NULL;
	*len = read ? (size_t)more - 1 : 0;
	*text = read ? graph_text_copy(codec->builder, (const char *)read, *len) : NULL;
}

static void code_optional_text(struct codec *codec, const char **text)
{
	size_t len = codec->out && *text ? strlen(*text) : 0;

	code_optional_data(codec, text, &len);
}

static void code_life(struct codec *codec, struct life *life)
{
	NUMBER(codec, life->appeared_ms, UINT64_MAX);
	NUMBER(codec, life->ended_ms, UINT64_MAX);
}

static void code_process_id(struct codec *codec, struct process_id *id)
{
	NUMBER(codec, id->pid, INT_MAX);
	NUMBER(codec, id->start_ticks, UINT64_MAX);
}

/* @key: a number; @item: struct ns *. */
static int compare_key(const void *key, const void *item)
{
	return compare_u64(*(const uint32_t *)key, (*(struct ns *const *)item)->number);
}

/* The namespace of @type with the number @wanted; NULL, with a fault noted, where there is none. */
static const struct ns *find_ns(struct codec *codec, uint64_t wanted, enum nstype type)
{
	struct graph_store *store = codec->builder->store;
	uint32_t key = (uint32_t)wanted;
	/* They were added by number, and are sorted otherwise only in the end. */
	struct ns *const *found = store->graph.ns_count
	                              ? bsearch(&key, store->namespaces, store->graph.ns_count,
	                                    sizeof(struct ns *), compare_key)
	                              : NULL;

	if (found && (*found)->id.type == type)
		return *found;
	reader_fail(codec->in, expected_ns);
	return NULL;
}

/* A namespace by its number, or 0 for NULL. */
static void code_ns_of_type(struct codec *codec, const struct ns **ns, enum nstype type)
{
	uint64_t which =
	    code_number(codec, *ns ? (*ns)->number : 0, sizeof((*ns)->number), ns_number_max);

	if (!codec->out)
		*ns = which ? find_ns(codec, which, type) : NULL;
}

static void code_links(struct codec *codec, const struct ns **ns, enum read_status *read_status)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		enum read_status why = read_status[link] ? read_status[link] : READ_NEVER;
		uint64_t value =
		    code_number(codec, ns[link] ? (uint64_t)LINK_KNOWN + ns[link]->number : why,
		        sizeof(uint32_t), UINT32_MAX);
		const struct ns *last = codec->last_ns[link];

		if (codec->out)
			continue;
		if (value < LINK_KNOWN) {
			if (value == READ_OK)
				reader_fail(codec->in, expected_number);
			read_status[link] = (enum read_status)value;
			continue;
		}
		if (!last || last->number != value - LINK_KNOWN)
			last = find_ns(codec, value - LINK_KNOWN, ns_link_type((enum ns_link)link));
		codec->last_ns[link] = last;
		ns[link] = last;
		read_status[link] = READ_OK;
	}
}

/* --- The records' insides ------------------------------------------------------------------------ */

static void code_machine(struct codec *codec, struct graph *graph)
{
	struct scan_stats *stats = &graph->stats;
	uint32_t scan_us = (uint32_t)(stats->scan_ms * 1000);

	code_text(codec, &graph->host);
	code_text(codec, &graph->kernel);
	code_text(codec, &graph->source);
	FLAGS(codec, &stats->hidden, &stats->foreign_proc, &stats->names_late);
	FLAGS(codec, &stats->type_missing[0], &stats->type_missing[1], &stats->type_missing[2],
	    &stats->type_missing[3], &stats->type_missing[4], &stats->type_missing[5],
	    &stats->type_missing[6], &stats->type_missing[7]);
	NUMBER(codec, stats->denied, UINT32_MAX);
	NUMBER(codec, stats->vanished, UINT32_MAX);
	NUMBER(codec, stats->fds_denied, UINT32_MAX);
	NUMBER(codec, stats->unchanged, UINT32_MAX);
	NUMBER(codec, stats->taken_at_ms, INT64_MAX);
	NUMBER(codec, stats->taken_at_ticks, INT64_MAX);
	NUMBER(codec, scan_us, UINT32_MAX);
	stats->scan_ms = (double)scan_us / 1000;
}
_Static_assert(NS_TYPE_COUNT == 8, "code_machine() has a flag for each type");

static void code_descriptor(struct codec *codec, struct holder *holder, bool of_thread)
{
	struct process_id id = {0};

	if (holder->process)
		id = holder->process->id;
	NUMBER(codec, holder->fd, INT_MAX);
	code_process_id(codec, &id);
	if (!codec->out) {
		holder->process = graph_process(&codec->builder->store->graph, &id);
		if (!holder->process)
			reader_fail(codec->in, N_("a process that is there"));
	}
	if (of_thread)
		NUMBER(codec, holder->tid, INT_MAX);
}

static void code_holder(struct codec *codec, struct holder *holder)
{
	uint64_t kind = code_number(codec, holder->kind + (holder->tid ? HOLDER_OF_THREAD : 0),
	    sizeof(uint8_t), HOLDER_OF_THREAD + HOLDER_KIND_COUNT - 1);
	bool of_thread = kind >= HOLDER_OF_THREAD;

	holder->kind = (enum holder_kind)(kind - (of_thread ? HOLDER_OF_THREAD : 0));
	if (of_thread && !codec->out && !holder_is_descriptor(holder->kind))
		reader_fail(codec->in, N_("a descriptor of a thread"));
	if (holder->kind == HOLDER_MOUNT) {
		code_text(codec, &holder->path);
		code_ns_of_type(codec, &holder->ns, NS_MNT);
	} else if (holder_is_descriptor(holder->kind)) {
		code_descriptor(codec, holder, of_thread);
	} else {
		reader_fail(codec->in, N_("a descriptor, a socket or a mount"));
	}
}

static bool is_seen(const struct holder *holder)
{
	return holder_is_descriptor(holder->kind) || holder->kind == HOLDER_MOUNT;
}

/* Those that a source found: the others follow. */
static void code_holders(struct codec *codec, struct ns *ns)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < ns->holder_count; i++)
		count += is_seen(&ns->holders[i]);
	count = code_number(codec, count, sizeof(uint32_t), COUNT_MAX);
	for (uint32_t i = 0; i < ns->holder_count; i++) {
		struct holder copy = ns->holders[i];

		if (is_seen(&copy))
			code_holder(codec, &copy);
	}
	for (; !codec->out && count && reader_ok(codec->in); count--) {
		struct holder seen = {.fd = -1};

		code_holder(codec, &seen);
		if (reader_ok(codec->in))
			graph_add_holder(codec->builder, ns, &seen);
	}
}

/* An edge from @ns to what is above it. */
static void code_edge(struct codec *codec, const struct ns *ns, const struct ns **edge,
    enum read_status *read_status, enum nstype type)
{
	NUMBER(codec, *read_status, READ_NEVER);
	code_ns_of_type(codec, edge, type);
	if (!codec->out && *edge && (*edge == ns || *read_status != READ_OK))
		reader_fail(codec->in, expected_ns);
}

static void code_ns(struct codec *codec, struct ns *ns)
{
	uint32_t netnsid = ns->netnsid < 0 ? 0 : (uint32_t)ns->netnsid + 1;
	bool had_init = ns->had_init.pid;

	NUMBER(codec, ns->id.generation, UINT32_MAX);
	NUMBER(codec, ns->id.dev, UINT64_MAX);
	NUMBER(codec, ns->id.ino, UINT64_MAX);
	NUMBER(codec, ns->id.unique, UINT64_MAX);
	FLAGS(codec, &ns->initial, &ns->own, &ns->named_by_link, &ns->unseen, &ns->had_members,
	    &had_init);
	code_edge(codec, ns, &ns->parent, &ns->parent_status, ns->id.type);
	if (!codec->out && ns->parent && ns->id.type != NS_PID && ns->id.type != NS_USER)
		reader_fail(codec->in, expected_ns);
	code_edge(codec, ns, &ns->owner, &ns->owner_status, NS_USER);
	NUMBER(codec, ns->owner_uid_status, READ_NEVER);
	NUMBER(codec, ns->owner_uid, UINT32_MAX);
	code_optional_text(codec, &ns->name);
	code_optional_text(codec, &ns->hostname);
	NUMBER(codec, netnsid, (uint64_t)INT_MAX + 1);
	ns->netnsid = (int32_t)((int64_t)netnsid - 1);
	code_life(codec, &ns->life);
	if (had_init)
		code_process_id(codec, &ns->had_init);
	code_holders(codec, ns);
}

static void code_thread(struct codec *codec, struct thread *thread)
{
	NUMBER(codec, thread->start_ticks, UINT64_MAX);
	code_text(codec, &thread->comm);
	code_links(codec, thread->ns, thread->read_status);
	code_life(codec, &thread->life);
}

static void code_threads(struct codec *codec, struct process *process)
{
	uint64_t count = 0;
	pid_t tid = 0;

	for (const struct thread *at = process->first_thread; at; at = at->next)
		count++;
	count = code_number(codec, count, sizeof(uint32_t), COUNT_MAX);
	for (const struct thread *at = process->first_thread; codec->out && at; at = at->next) {
		struct thread copy = *at;

		NUMBER(codec, copy.tid, INT_MAX);
		code_thread(codec, &copy);
	}
	for (; !codec->out && count; count--) {
		pid_t last = tid;

		NUMBER(codec, tid, INT_MAX);
		if (tid <= last)
			reader_fail(codec->in, expected_order);
		if (!reader_ok(codec->in))
			return;
		code_thread(codec, graph_insert_thread(codec->builder->store, process, tid));
	}
}

static void code_pids(struct codec *codec, struct process *process)
{
	pid_t read[PID_LEVELS_MAX];
	uint64_t levels =
	    code_number(codec, (uint64_t)process->pid_levels, sizeof(uint8_t), PID_LEVELS_MAX);

	if (codec->out) {
		for (uint64_t level = 0; level < levels; level++)
			bytes_put_number(codec->out, (uint64_t)process->pids[level], sizeof(pid_t));
		return;
	}
	if (!levels)
		reader_fail(codec->in, expected_number);
	for (uint64_t level = 0; level < levels; level++)
		read[level] =
		    (pid_t)read_number(codec->in, sizeof(pid_t), INT_MAX, expected_number);
	if (!reader_ok(codec->in))
		return;
	process->pids = graph_pids_copy(codec->builder, read, (size_t)levels);
	process->pid_levels = (int)levels;
}

static bool is_state(char state)
{
	return state == '?' || (state >= 'A' && state <= 'Z') || (state >= 'a' && state <= 'z');
}

/* @dead_parent: of one that has ended. */
static void code_process(
    struct codec *codec, struct process *process, struct process_id *dead_parent)
{
	code_pids(codec, process);
	FLAGS(codec, &process->kernel_thread, &process->exiting, &process->cmdline_cut,
	    &process->pids_cut, &process->cmdline_late);
	NUMBER(codec, process->uid, UINT32_MAX);
	code_optional_text(codec, &process->user);
	code_text(codec, &process->comm);
	NUMBER(codec, process->fds_status, READ_NEVER);
	NUMBER(codec, process->ppid, INT_MAX);
	NUMBER(codec, process->state, 'z');
	if (!codec->out && !is_state(process->state))
		reader_fail(codec->in, N_("the letter of a state"));
	NUMBER(codec, process->threads, INT_MAX);
	code_life(codec, &process->life);
	code_process_id(codec, dead_parent);
	code_threads(codec, process);
	code_links(codec, process->ns, process->read_status);
	code_optional_data(codec, &process->cmdline, &process->cmdline_len);
	code_optional_text(codec, &process->cgroup);
}

/* --- Writing ------------------------------------------------------------------------------------- */

/* Begins a record; gives where, for end_record. */
static size_t begin_record(
    struct codec *codec, enum record_kind kind, uint64_t major, uint64_t minor)
{
	size_t at = codec->out->len;

	bytes_put_number(codec->out, 0, LENGTH_BYTES);
	bytes_put_number(codec->out, kind, sizeof(uint8_t));
	bytes_put_number(codec->out, major, sizeof(uint64_t));
	bytes_put_number(codec->out, minor, sizeof(uint64_t));
	return at;
}

static void end_record(struct codec *codec, size_t at)
{
	bytes_set_u32(codec->out->data + at, (uint32_t)(codec->out->len - at - LENGTH_BYTES));
}

static void pack_machine(struct codec *codec, const struct graph *graph)
{
	struct graph copy = *graph;
	size_t at = begin_record(codec, RECORD_MACHINE, 0, 0);

	code_machine(codec, &copy);
	end_record(codec, at);
}

static void pack_ns(struct codec *codec, const struct ns *ns)
{
	struct ns copy = *ns;
	size_t at = begin_record(codec, RECORD_NS, ns->number, ns->id.type);

	code_ns(codec, &copy);
	end_record(codec, at);
}

static void pack_process(struct codec *codec, const struct process *of)
{
	struct process copy = *of;
	struct process_id dead_parent = {0};
	size_t at = begin_record(codec, RECORD_PROCESS, (uint64_t)of->id.pid, of->id.start_ticks);

	if (of->life.ended_ms && of->parent)
		dead_parent = of->parent->id;
	code_process(codec, &copy, &dead_parent);
	end_record(codec, at);
}

static int compare_ns(const void *a, const void *b)
{
	return compare_key(&(*(const struct ns *const *)a)->number, b);
}

void graph_pack(const struct graph *graph, struct bytes *out)
{
	struct codec codec = {.out = out};
	autofree const struct ns **by_number = xmalloc(graph->ns_count * sizeof(*by_number) + 1);

	for (size_t i = 0; i < graph->ns_count; i++)
		by_number[i] = graph->namespaces[i];
	qsort(by_number, graph->ns_count, sizeof(*by_number), compare_ns);

	pack_machine(&codec, graph);
	for (size_t i = 0; i < graph->ns_count; i++)
		pack_ns(&codec, by_number[i]);
	for (size_t i = 0; i < graph->process_count; i++)
		pack_process(&codec, graph->processes[i]);
}

/* --- Reading: two walks -------------------------------------------------------------------------- */

/* The head of a record, and where its bytes end. */
struct head {
	enum record_kind kind;
	uint64_t major, minor;
	size_t end;
};

static bool read_head(struct byte_reader *in, struct head *ret_head)
{
	const uint8_t *length = read_bytes(in, LENGTH_BYTES, N_("the length of a record"));
	size_t left = in->len - in->at;

	if (length && bytes_u32(length) > left)
		reader_fail(in, N_("a whole record"));
	if (!reader_ok(in))
		return false;
	ret_head->end = in->at + bytes_u32(length);
	ret_head->kind = (enum record_kind)read_number(
	    in, sizeof(uint8_t), RECORD_PROCESS, N_("a known record"));
	ret_head->major = read_number(in, sizeof(uint64_t), UINT64_MAX, expected_number);
	ret_head->minor = read_number(in, sizeof(uint64_t), UINT64_MAX, expected_number);
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
	const struct ns *ns;
	uint32_t count = 0;

	hash_each (ns, &store->by_ino, hash_ino(id->type, id->ino)) {
		if (ns_id_equal(&ns->id, id))
			return SAME_NUMBER_MAX;
		count += ns->id.type == id->type && ns->id.ino == id->ino;
	}
	return count;
}

static void add_ns(struct codec *codec, const struct head *head)
{
	struct ns_id id = {.type = (enum nstype)head->minor};

	NUMBER(codec, id.generation, UINT32_MAX);
	NUMBER(codec, id.dev, UINT64_MAX);
	NUMBER(codec, id.ino, UINT64_MAX);
	NUMBER(codec, id.unique, UINT64_MAX);
	if (head->minor >= NS_TYPE_COUNT || !head->major || head->major > ns_number_max)
		reader_fail(codec->in, N_("a namespace's number and type"));
	if (!reader_ok(codec->in))
		return;
	if (count_inode(codec->builder->store, &id) >= SAME_NUMBER_MAX)
		reader_fail(codec->in, N_("a namespace that is not there yet"));
	else
		graph_insert_ns(codec->builder->store, &id)->number = (uint32_t)head->major;
}

/* The first walk adds all, so that each can be found by the others. */
static void add_all(struct codec *codec)
{
	struct byte_reader *in = codec->in;
	struct head head, last = {0};
	uint32_t same_pid = 0;

	if (in->at == in->len)
		reader_fail(in, N_("a known record"));
	while (reader_ok(in) && in->at < in->len && read_head(in, &head)) {
		/* The first one is that of the machine, and there is no other. */
		if (!is_later(&head, &last) || (last.kind == 0) != (head.kind == RECORD_MACHINE))
			reader_fail(in, expected_order);
		same_pid = head.kind == last.kind && head.major == last.major ? same_pid + 1 : 0;
		last = head;
		if (head.kind != RECORD_MACHINE && !in->short_numbers &&
		    head.end - in->at < INSIDES_BYTES_MIN)
			reader_fail(in, N_("a whole record"));
		if (head.kind == RECORD_NS)
			add_ns(codec, &head);
		if (head.kind == RECORD_PROCESS &&
		    (!head.major || head.major > INT_MAX || same_pid >= SAME_NUMBER_MAX))
			reader_fail(in, N_("a process's number"));
		if (!reader_ok(in))
			return;
		if (head.kind == RECORD_PROCESS)
			graph_insert_process(codec->builder->store,
			    &(struct process_id){(pid_t)head.major, head.minor});
		in->at = head.end;
	}
}

static void unpack_machine(struct codec *codec)
{
	struct graph graph = {.host = "", .kernel = "", .source = ""};

	code_machine(codec, &graph);
	graph_set_machine(codec->builder, graph.host, graph.kernel, graph.source);
	*graph_stats(codec->builder) = graph.stats;
}

static void unpack_process(struct codec *codec, struct process *of)
{
	struct process_node *node = process_node_of(of);

	code_process(codec, of, &node->parent_id);
	node->has_parent_id = node->parent_id.pid != 0;
}

static void fill_all(struct codec *codec)
{
	struct byte_reader *in = codec->in;
	struct graph_store *store = codec->builder->store;
	size_t whole = in->len, ns_count = 0, process_count = 0;
	struct head head;

	while (reader_ok(in) && in->at < whole && read_head(in, &head)) {
		/* Nothing in a record reads past its end. */
		in->len = head.end;
		switch (head.kind) {
		case RECORD_MACHINE:
			unpack_machine(codec);
			break;
		case RECORD_NS:
			code_ns(codec, store->namespaces[ns_count++]);
			break;
		case RECORD_PROCESS:
			unpack_process(codec, store->processes[process_count++]);
			break;
		}
		if (in->at != head.end)
			reader_fail(in, N_("the end of the record"));
		in->len = whole;
	}
}

struct graph *graph_unpack(struct byte_reader *in)
{
	struct codec codec = {.in = in, .builder = graph_builder_new(NULL)};
	size_t from = in->at;

	if (in->len - in->at > GRAPH_BYTES_MAX)
		reader_fail(in, N_("a graph that is not so large"));
	add_all(&codec);
	if (reader_ok(in)) {
		in->at = from;
		fill_all(&codec);
	}
	if (reader_ok(in))
		return graph_freeze(codec.builder);
	graph_builder_free(codec.builder);
	return NULL;
}
