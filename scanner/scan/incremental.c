#include "scanner/scan/incremental.h"

#include "model/base/util.h"
#include "model/graph/ns.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/want.h"
#include "scanner/scan/proc_add.h"
#include "scanner/scan/reuse.h"
#include "scanner/scan/scan_context.h"
#include "scanner/scan/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* --- References to namespaces ---------------------------------------------------------------- */

/* References by descriptors, sockets and mounts are copied from the previous graph.
 *
 * A descriptor that is opened or closed leaves no record among the kernel events.  In this, the
 * graph of an incremental scan is as old as that of the last full scan.  It never reports that a
 * namespace was freed while it exists: a namespace without a known holder is looked up by its id. */

/* What is known of a previous holder. */
enum hold { LETS_GO, HOLDS, NOT_KNOWN };

struct kept {
	const struct ns *ns;         /* of the graph before */
	const struct holder *holder; /* NULL: the holder is not visible */
};

struct look {
	struct context *context;
	struct changes *changes;
	const struct graph *before;
	int any; /* a descriptor on any namespace */
	bool may_open_all;
	bool *exists; /* by index of the namespaces before: something is known that keeps it */
	struct listing listing; /* of now, where one is of use */
	bool listed;            /* it was tried */
	struct kept *kept;
	size_t count, capacity;
};

/* --- Which holders remain ----------------------------------------------------------------------- */

/* Does the process still have the descriptor?  It has changed since. */
static enum hold has_descriptor(
    const struct look *look, const struct ns *ns, const struct holder *holder)
{
	struct ns same = *ns;
	int fd = places_open(
	    look->context, &(struct ns_place){
	                       .ns = &same,
	                       .pid = holder->tid ? holder->tid : holder->process->id.pid,
	                       .fd = holder->fd,
	                   });

	if (fd < 0)
		return fd == -ESTALE || fd == -ENOENT ? LETS_GO : NOT_KNOWN;
	return nsfs_is_fd(ns, fd) ? HOLDS : LETS_GO;
}

static enum hold process_holds(
    const struct look *look, const struct ns *ns, const struct holder *holder)
{
	const struct process *now =
	    graph_builder_process_now(look->context->builder, holder->process);

	if (!now || now->state == 'Z')
		return LETS_GO;
	if (!changes_since(look->changes, now->id.pid, look->before->stats.looked_serial))
		return HOLDS;
	return holder->kind == HOLDER_FD ? has_descriptor(look, ns, holder) : NOT_KNOWN;
}

static enum hold holds(const struct look *look, const struct ns *ns, const struct holder *holder)
{
	enum hold hold = LETS_GO;

	if (holder_is_descriptor(holder->kind))
		hold = process_holds(look, ns, holder);
	else if (holder->kind == HOLDER_MOUNT)
		hold = holder->ns && graph_builder_ns_now(look->context->builder, holder->ns)
		           ? HOLDS
		           : NOT_KNOWN;
	return hold == HOLDS && !nsfs_settled(ns) ? NOT_KNOWN : hold;
}

/* And with it what is above it. */
static void mark_exists(const struct look *look, const struct ns *ns)
{
	if (look->exists[ns->index])
		return;
	look->exists[ns->index] = true;
	if (ns->owner)
		mark_exists(look, ns->owner);
	if (ns->parent)
		mark_exists(look, ns->parent);
}

static void note_kept(struct look *look, const struct ns *ns, const struct holder *holder)
{
	array_reserve(look->kept, look->capacity, look->count + 1);
	look->kept[look->count++] = (struct kept){.ns = ns, .holder = holder};
	mark_exists(look, ns);
}

/* --- Freed namespaces ------------------------------------------------------------------------------ */

/* What was there when the full scan before began and is listed no more has ended: one call for all of them. */
static bool is_off_the_list(struct look *look, const struct ns *ns)
{
	if (!ns->id.unique || !listing_has(look->context->listed, ns->id.unique))
		return false;
	if (!look->listed)
		listing_take(&look->listing);
	look->listed = true;
	return look->listing.count && !listing_has(&look->listing, ns->id.unique);
}

/* A socket may keep a net namespace that nobody was seen to keep; since Linux 6.19 such a one has no
 * handle, and is not listed. */
static bool has_ended(struct look *look, const struct ns *ns)
{
	return ns->id.type != NS_NET && look->may_open_all &&
	       (is_off_the_list(look, ns) || nsfs_exists(ns, look->any) == -ESTALE);
}

/* Returns false where that can't be known. */
static bool find_kept(struct look *look, const struct ns *ns)
{
	if (graph_builder_ns_now(look->context->builder, ns))
		look->exists[ns->index] = true;
	if (ns->unseen && nsfs_settled(ns) && nsfs_exists(ns, look->any) == 0)
		note_kept(look, ns, NULL);
	for (uint32_t i = 0; i < ns->holder_count; i++) {
		const struct holder *holder = &ns->holders[i];
		enum hold hold = holds(look, ns, holder);

		if (hold == NOT_KNOWN)
			return false;
		if (hold == HOLDS)
			note_kept(look, ns, holder);
	}
	return true;
}

static bool know_all(struct look *look)
{
	for (size_t i = 0; i < look->before->ns_count; i++) {
		const struct ns *ns = look->before->namespaces[i];

		if (!ns->life.ended_ms && !find_kept(look, ns))
			return false;
	}
	for (size_t i = 0; i < look->before->ns_count; i++) {
		const struct ns *ns = look->before->namespaces[i];

		if (!ns->life.ended_ms && !look->exists[i] && !has_ended(look, ns))
			return false;
	}
	return true;
}

/* --- Taking it ---------------------------------------------------------------------------------- */

static const char *copy(struct graph_builder *builder, const char *text)
{
	return text ? graph_text_copy(builder, text, strlen(text)) : NULL;
}

static void take_kept(const struct look *look, const struct kept *kept)
{
	struct graph_builder *builder = look->context->builder;
	struct ns *ns = nsfs_carry(builder, kept->ns);
	struct holder holder;

	if (!ns)
		return;
	ns->unseen = !kept->holder;
	if (!kept->holder)
		return;
	holder = *kept->holder;
	holder.process = holder.process ? graph_builder_process_now(builder, holder.process) : NULL;
	holder.ns = holder.ns ? graph_builder_ns_now(builder, holder.ns) : NULL;
	holder.path = copy(builder, holder.path);
	graph_add_holder(builder, ns, &holder);
}

/* What a full scan reads of a namespace by way of its mounts and descriptors. */
static void take_facts(const struct look *look)
{
	struct graph_builder *builder = look->context->builder;

	for (size_t i = 0; i < look->before->ns_count; i++) {
		const struct ns *before = look->before->namespaces[i];
		struct ns *ns =
		    before->life.ended_ms ? NULL : graph_builder_ns_now(builder, before);

		if (!ns)
			continue;
		ns->netnsid = before->netnsid;
		ns->name = copy(builder, before->name);
		ns->named_by_link = before->named_by_link;
		ns->hostname = copy(builder, before->hostname);
	}
}

/* Adds the references to @context, which has all processes and their links, and what was read through
 * them: names, and ids of net namespaces.
 * Returns false when they are not known: nothing was added, and a full scan is needed. */
static bool incremental_take_refs(struct context *context, struct changes *changes)
{
	const struct graph *before = graph_builder_prev(context->builder);
	autofree bool *exists = xcalloc(before->ns_count, sizeof(*exists));
	autoclose int any = openat(context->proc, "self/ns/uts", O_RDONLY | O_CLOEXEC);
	struct look look = {.context = context,
	    .changes = changes,
	    .before = before,
	    .any = any,
	    .may_open_all = nsfs_may_open_all(),
	    .exists = exists};
	bool all = know_all(&look);

	for (size_t i = 0; all && i < look.count; i++)
		take_kept(&look, &look.kept[i]);
	free(look.kept);
	listing_done(&look.listing);
	if (!all)
		return false;
	take_facts(&look);
	return true;
}

/* --- The scan -------------------------------------------------------------------------------- */

enum {
	READ_MAX = 250,   /* processes; of more a full scan costs about as much */
	THREADS_MAX = 64, /* of one of them */
	AT_ONCE = 32,     /* between two looks at the clock */
};

enum stage { STAGE_CARRY, STAGE_READ, STAGE_ORPHANS, STAGE_KEPT, STAGE_DONE };

struct incremental {
	struct proc_one one;
	struct threads *threads;
	bool links_known;
	struct known_links known;

	/* The scan under way. */
	struct context *context;
	struct changes *changes;
	const struct graph *before;
	enum stage stage;
	size_t at;
	pid_t pids[READ_MAX]; /* to be read, in order */
	size_t count;
	bool reads_refused; /* see incremental_begin */
};

int incremental_new(struct incremental **ret_incremental)
{
	struct incremental *incremental = xcalloc(1, sizeof(*incremental));
	int r = proc_one_init(&incremental->one);

	if (r < 0) {
		free(incremental);
		return r;
	}
	incremental->threads = threads_new();
	*ret_incremental = incremental;
	return 0;
}

void incremental_free(struct incremental *incremental)
{
	if (!incremental)
		return;
	proc_one_done(&incremental->one);
	threads_free(incremental->threads);
	free(incremental);
}

static bool know_links(struct incremental *incremental)
{
	if (incremental->links_known)
		return true;
	autoclose int self =
	    openat(incremental->context->proc, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	incremental->links_known = self >= 0 && read_known_links(self, &incremental->known) == 0;
	return incremental->links_known;
}

int incremental_begin(struct incremental *incremental, struct context *context,
    struct changes *changes, bool reads_refused)
{
	const struct graph *before = graph_builder_prev(context->builder);

	incremental->context = context;
	incremental->changes = changes;
	incremental->before = before;
	incremental->stage = STAGE_CARRY;
	incremental->at = incremental->count = 0;
	incremental->reads_refused = reads_refused;
	/* The numbers of kernel events are those of our PID namespace; a foreign /proc has others. */
	if (!changes || !before || before->stats.foreign_proc ||
	    !changes_known(changes, before->stats.looked_serial) || !know_links(incremental))
		return -EAGAIN;
	threads_stop(incremental->threads);
	return 0;
}

/* --- Unchanged processes ----------------------------------------------------------------- */

/* Returns 0, or -EAGAIN where there are too many. */
static int want(struct incremental *incremental, pid_t pid)
{
	/* One number may have been that of two processes. */
	if (incremental->count && incremental->pids[incremental->count - 1] == pid)
		return 0;
	if (incremental->count == READ_MAX)
		return -EAGAIN;
	incremental->pids[incremental->count++] = pid;
	return 0;
}

/* Takes @before as it was, where that can be.  Zombies go without a record. */
static bool carry(struct incremental *incremental, const struct process *before)
{
	const struct proc_stat stat = {
	    .ppid = before->ppid,
	    .state = before->state,
	    .threads = before->threads,
	    .start_ticks = before->id.start_ticks,
	    .euid = before->uid,
	    .kernel_thread = before->kernel_thread,
	    .exiting = before->exiting,
	};
	struct process *process;

	if (changes_since(incremental->changes, before->id.pid, incremental->before->stats.serial))
		return false;
	process = reuse_process(incremental->context, before, &stat, -1);
	if (!process)
		return false;
	context_give_cmdline(incremental->context, process, before->cmdline, before->cmdline_len,
	    before->cmdline_cut);
	process->cmdline_late = before->cmdline_late;
	process_notes(process)->exec_generation = process_notes(before)->exec_generation;
	process->fds_status = before->fds_status;
	graph_stats(incremental->context->builder)->unchanged++;
	return true;
}

static int compare_pids(const void *a, const void *b)
{
	pid_t left = *(const pid_t *)a, right = *(const pid_t *)b;

	return left < right ? -1 : left > right;
}

/* Adds new processes to those that could not be copied.  Returns 1 or -EAGAIN. */
static int want_new(struct incremental *incremental)
{
	uint64_t serial = incremental->before->stats.serial;
	pid_t pid = 0;

	while ((pid = changes_next(incremental->changes, pid, serial))) {
		if (!graph_process_by_pid(incremental->before, pid) && want(incremental, pid) < 0)
			return -EAGAIN;
	}
	qsort(incremental->pids, incremental->count, sizeof(*incremental->pids), compare_pids);
	return 1;
}

static int step_carry(struct incremental *incremental)
{
	const struct process *before;

	if (incremental->at == incremental->before->process_count)
		return want_new(incremental);
	before = incremental->before->processes[incremental->at++];
	return before->life.ended_ms || carry(incremental, before)
	           ? 0
	           : want(incremental, before->id.pid);
}

/* --- Other processes --------------------------------------------------------------------------------- */

static bool is_refused(const struct process *process)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (process->read_status[link] == READ_DENIED)
			return true;
	}
	return false;
}

/* Was @process refused here, but the source may read it?  It couldn't read @before either, where that was
 * refused too. */
static bool may_be_read(const struct incremental *incremental, const struct process *process,
    const struct process *before)
{
	return incremental->reads_refused && is_refused(process) && !(before && is_refused(before));
}

static int step_read(struct incremental *incremental)
{
	struct graph_builder *builder = incremental->context->builder;
	const struct process *before;
	struct process *process;
	pid_t pid;
	int dir, r;

	if (incremental->at == incremental->count)
		return 1;
	pid = incremental->pids[incremental->at++];
	r = proc_one_add(
	    &incremental->one, incremental->context, pid, &incremental->known, &process, &dir);
	/* Full scans count a process that /proc denies altogether. */
	if (!process)
		return r == 0 || error_is_end(r) ? 0 : -EAGAIN;
	if (process->threads > 1 && process->threads <= THREADS_MAX) {
		threads_start(incremental->threads, incremental->context, dir, process);
		while (!threads_step(incremental->threads))
			;
	}
	close_fd(&dir);
	before = graph_builder_process_before(builder, &process->id);
	if (process->threads > THREADS_MAX || may_be_read(incremental, process, before))
		return -EAGAIN;
	process->fds_status = before ? before->fds_status : READ_NEVER;
	context_want_cmdline(incremental->context, process);
	/* Its record came before its end. */
	if (incremental->one.stat.exiting)
		changes_mark(incremental->changes, pid);
	return 0;
}

/* Asks for the parents of those whose parent has ended: no record says that. */
static int step_orphans(struct incremental *incremental)
{
	struct graph_builder *builder = incremental->context->builder;
	const struct process *parent, *left, *child;
	struct proc_stat stat;

	if (incremental->at == incremental->count)
		return 1;
	parent = graph_process_by_pid(incremental->before, incremental->pids[incremental->at++]);
	left = parent ? graph_builder_process_now(builder, parent) : NULL;
	if (!parent || (left && left->state != 'Z'))
		return 0;
	for (child = parent->first_child; child; child = child->next_sibling) {
		struct process *now = graph_builder_process_now(builder, child);

		if (now && stat_walk_ask(incremental->one.walk, now->id.pid, &stat) == 0)
			now->ppid = stat.ppid;
	}
	return 0;
}

static int step_kept(struct incremental *incremental)
{
	struct scan_stats *stats = graph_stats(incremental->context->builder);

	if (!incremental_take_refs(incremental->context, incremental->changes))
		return -EAGAIN;
	for (int type = 0; type < NS_TYPE_COUNT; type++)
		stats->type_missing[type] = !incremental->known.known[type];
	stats->hidden = incremental->before->stats.hidden;
	stats->names_late = incremental->before->stats.names_late;
	stats->fds_denied = incremental->before->stats.fds_denied;
	return 1;
}

/* --- All of it ---------------------------------------------------------------------------------- */

int incremental_step(struct incremental *incremental, uint64_t until_us)
{
	static int (*const steps[])(struct incremental * incremental) = {
	    [STAGE_CARRY] = step_carry,
	    [STAGE_READ] = step_read,
	    [STAGE_ORPHANS] = step_orphans,
	    [STAGE_KEPT] = step_kept,
	};

	for (unsigned i = 1; incremental->stage != STAGE_DONE; i++) {
		int r = steps[incremental->stage](incremental);

		if (r < 0)
			return r;
		if (r == 1) {
			incremental->stage++;
			incremental->at = 0;
		}
		if ((i % AT_ONCE == 0 || incremental->stage != STAGE_CARRY) &&
		    clock_us() >= until_us)
			break;
	}
	return incremental->stage == STAGE_DONE;
}
