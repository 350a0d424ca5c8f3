#include "model/graph_codec.h"
#include "model/graph_codec_internal.h"
#include "model/graph_internal.h"
#include "model/keepers.h"
#include "model/util.h"

#include <string.h>

static void put_string(struct bytes *out, const char *text)
{
	bytes_put_text(out, text, strlen(text));
}

static void put_optional_string(struct bytes *out, const char *text)
{
	bytes_put_optional(out, text, text ? strlen(text) : 0);
}

/* Begins a record; gives where, for end_record. */
static size_t begin_record(struct bytes *out, enum record_kind kind, uint64_t major, uint64_t minor)
{
	size_t at = out->len;

	bytes_reserve(out, RECORD_LENGTH_BYTES);
	out->len += RECORD_LENGTH_BYTES;
	bytes_put_number(out, kind);
	bytes_put_number(out, major);
	bytes_put_number(out, minor);
	return at;
}

static void end_record(struct bytes *out, size_t at)
{
	bytes_set_u32(out->data + at, (uint32_t)(out->len - at - RECORD_LENGTH_BYTES));
}

static void pack_machine(const struct graph *graph, struct bytes *out)
{
	const struct sweep_stats *stats = &graph->stats;
	size_t at = begin_record(out, RECORD_MACHINE, 0, 0);
	uint64_t missing = 0;

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		missing |= (uint64_t)stats->type_missing[type] << type;
	put_string(out, graph->host);
	put_string(out, graph->kernel);
	put_string(out, graph->source);
	bytes_put_number(out, (stats->hidden ? FLAG_HIDDEN : 0) |
	                          (stats->foreign_proc ? FLAG_FOREIGN : 0) |
	                          (stats->names_late ? FLAG_NAMES_LATE : 0));
	bytes_put_number(out, missing);
	bytes_put_number(out, stats->denied);
	bytes_put_number(out, stats->vanished);
	bytes_put_number(out, stats->fds_denied);
	bytes_put_number(out, stats->unchanged);
	bytes_put_number(out, stats->taken_at_ms);
	bytes_put_number(out, stats->taken_at_ticks);
	bytes_put_number(out, (uint64_t)(stats->sweep_ms * 1000));
	end_record(out, at);
}

static void pack_life(const struct life *life, struct bytes *out)
{
	bytes_put_number(out, life->born_ms);
	bytes_put_number(out, life->died_ms);
}

static void pack_links(const struct ns *const *links, const enum unread *unread, struct bytes *out)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (links[link])
			bytes_put_number(out, (uint64_t)LINK_KNOWN + links[link]->number);
		else
			bytes_put_number(out, unread[link] ? unread[link] : UNREAD_NEVER);
	}
}

/* Of something above, or NULL: 0. */
static uint64_t number_of(const struct ns *ns)
{
	return ns ? ns->number : 0;
}

static bool is_seen(const struct keeper *keeper)
{
	return keeper_is_descriptor(keeper->kind) || keeper->kind == KEEPER_MOUNT;
}

/* Those that a source saw: the others follow. */
static void pack_keepers(const struct ns *ns, struct bytes *out)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < ns->keeper_count; i++)
		count += is_seen(&ns->keepers[i]);
	bytes_put_number(out, count);
	for (uint32_t i = 0; i < ns->keeper_count; i++) {
		const struct keeper *keeper = &ns->keepers[i];

		if (!is_seen(keeper))
			continue;
		bytes_put_number(
		    out, (uint64_t)keeper->kind + (keeper->tid ? KEEPER_OF_THREAD : 0));
		if (keeper->kind == KEEPER_MOUNT) {
			put_string(out, keeper->path);
			bytes_put_number(out, number_of(keeper->ns));
			continue;
		}
		bytes_put_number(out, (uint64_t)keeper->fd);
		bytes_put_number(out, (uint64_t)keeper->process->id.pid);
		bytes_put_number(out, keeper->process->id.start_ticks);
		if (keeper->tid)
			bytes_put_number(out, (uint64_t)keeper->tid);
	}
}

static void pack_ns(const struct ns *ns, struct bytes *out)
{
	size_t at = begin_record(out, RECORD_NS, ns->number, ns->id.type);

	bytes_put_number(out, ns->id.generation);
	bytes_put_number(out, ns->id.dev);
	bytes_put_number(out, ns->id.ino);
	bytes_put_number(out, ns->id.unique);
	bytes_put_number(out, (ns->initial ? NS_FLAG_INITIAL : 0) | (ns->own ? NS_FLAG_OWN : 0) |
	                          (ns->named_by_link ? NS_FLAG_NAMED_BY_LINK : 0) |
	                          (ns->had_members ? NS_FLAG_HAD_MEMBERS : 0) |
	                          (ns->had_init.pid ? NS_FLAG_HAD_INIT : 0) |
	                          (ns->unseen ? NS_FLAG_UNSEEN : 0));
	bytes_put_number(out, ns->parent_unread);
	bytes_put_number(out, number_of(ns->parent));
	bytes_put_number(out, ns->owner_unread);
	bytes_put_number(out, number_of(ns->owner));
	bytes_put_number(out, ns->owner_uid_unread);
	bytes_put_number(out, ns->owner_uid);
	put_optional_string(out, ns->name);
	put_optional_string(out, ns->hostname);
	bytes_put_number(out, ns->netnsid < 0 ? 0 : (uint64_t)ns->netnsid + 1);
	pack_life(&ns->life, out);
	if (ns->had_init.pid) {
		bytes_put_number(out, (uint64_t)ns->had_init.pid);
		bytes_put_number(out, ns->had_init.start_ticks);
	}
	pack_keepers(ns, out);
	end_record(out, at);
}

static void pack_threads(const struct process *process, struct bytes *out)
{
	uint64_t count = 0;

	for (const struct thread *thread = process->first_thread; thread; thread = thread->next)
		count++;
	bytes_put_number(out, count);
	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		bytes_put_number(out, (uint64_t)thread->tid);
		bytes_put_number(out, thread->start_ticks);
		put_string(out, thread->comm);
		pack_links(thread->ns, thread->unread, out);
		pack_life(&thread->life, out);
	}
}

/* What does not change comes first and last: what does stands together, for the patches. */
static void pack_process(const struct process *process, struct bytes *out)
{
	const struct process *parent = process->life.died_ms ? process->parent : NULL;
	size_t at =
	    begin_record(out, RECORD_PROCESS, (uint64_t)process->id.pid, process->id.start_ticks);

	bytes_put_number(out, (uint64_t)process->pid_levels);
	for (int level = 0; level < process->pid_levels; level++)
		bytes_put_number(out, (uint64_t)process->pids[level]);
	bytes_put_number(out, (process->kernel_thread ? PROCESS_FLAG_KERNEL : 0) |
	                          (process->exiting ? PROCESS_FLAG_EXITING : 0) |
	                          (process->cmdline_cut ? PROCESS_FLAG_CMDLINE_CUT : 0) |
	                          (process->cmdline_late ? PROCESS_FLAG_CMDLINE_LATE : 0) |
	                          (process->pids_cut ? PROCESS_FLAG_PIDS_CUT : 0));
	bytes_put_number(out, process->uid);
	put_optional_string(out, process->user);
	put_string(out, process->comm);
	bytes_put_number(out, process->fds_unread);
	bytes_put_number(out, (uint64_t)process->ppid);
	bytes_put_number(out, (uint8_t)process->state);
	bytes_put_number(out, (uint64_t)process->threads);
	pack_life(&process->life, out);
	bytes_put_number(out, parent ? (uint64_t)parent->id.pid : 0);
	bytes_put_number(out, parent ? parent->id.start_ticks : 0);
	pack_threads(process, out);
	pack_links(process->ns, process->unread, out);
	bytes_put_optional(out, process->cmdline, process->cmdline_len);
	put_optional_string(out, process->cgroup);
	end_record(out, at);
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t left = (*(const struct ns *const *)a)->number;
	uint32_t right = (*(const struct ns *const *)b)->number;

	return left < right ? -1 : left > right;
}

void graph_pack(const struct graph *graph, struct bytes *out)
{
	autofree const struct ns **by_number = xmalloc(graph->ns_count * sizeof(*by_number) + 1);

	for (size_t i = 0; i < graph->ns_count; i++)
		by_number[i] = graph->namespaces[i];
	qsort(by_number, graph->ns_count, sizeof(*by_number), compare_numbers);

	pack_machine(graph, out);
	for (size_t i = 0; i < graph->ns_count; i++)
		pack_ns(by_number[i], out);
	for (size_t i = 0; i < graph->process_count; i++)
		pack_process(graph->processes[i], out);
}
