#include "scanner/scan/incremental.h"

#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/want.h"
#include "scanner/scan/incremental_refs.h"
#include "scanner/scan/proc_one.h"
#include "scanner/scan/reuse.h"
#include "scanner/scan/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

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
	/* The feed's numbers are those of our PID namespace, which a foreign /proc is not of. */
	if (!changes || !before || before->stats.foreign_proc ||
	    !changes_known(changes, before->stats.looked_serial) || !know_links(incremental))
		return -EAGAIN;
	threads_stop(incremental->threads);
	return 0;
}

/* --- Those who have not changed ----------------------------------------------------------------- */

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
	process->exec_generation = before->exec_generation;
	process->fds_unread = before->fds_unread;
	graph_stats(incremental->context->builder)->unchanged++;
	return true;
}

static int compare_pids(const void *a, const void *b)
{
	pid_t left = *(const pid_t *)a, right = *(const pid_t *)b;

	return left < right ? -1 : left > right;
}

/* Adds those who are new to those who could not be carried.  Returns 1 or -EAGAIN. */
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
	return before->life.died_ms || carry(incremental, before)
	           ? 0
	           : want(incremental, before->id.pid);
}

/* --- The others --------------------------------------------------------------------------------- */

static bool is_refused(const struct process *process)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (process->unread[link] == UNREAD_DENIED)
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
	/* Who is refused as a whole is counted by full scans. */
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
	process->fds_unread = before ? before->fds_unread : UNREAD_NEVER;
	context_want_cmdline(incremental->context, process);
	/* Its record came before its end. */
	if (incremental->one.stat.exiting)
		changes_mark(incremental->changes, pid);
	return 0;
}

/* Asks for the parents of those whose parent has ended: of that no record tells. */
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
