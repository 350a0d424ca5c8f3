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
	READ_MOST = 250,   /* processes; of more a whole sweep costs about as much */
	THREADS_MOST = 64, /* of one of them */
	AT_ONCE = 32,      /* between two looks at the clock */
};

enum stage { STAGE_CARRY, STAGE_READ, STAGE_ORPHANS, STAGE_KEPT, STAGE_DONE };

struct brief {
	struct proc_one one;
	struct threads *threads;
	bool links_known;
	struct known_links known;

	/* The sweep under way. */
	struct sweep *sweep;
	struct changes *changes;
	const struct graph *before;
	enum stage stage;
	size_t at;
	pid_t pids[READ_MOST]; /* to be read, in order */
	size_t count;
	bool reads_refused; /* see brief_begin */
};

int brief_new(struct brief **ret_brief)
{
	struct brief *brief = xcalloc(1, sizeof(*brief));
	int r = proc_one_init(&brief->one);

	if (r < 0) {
		free(brief);
		return r;
	}
	brief->threads = threads_new();
	*ret_brief = brief;
	return 0;
}

void brief_free(struct brief *brief)
{
	if (!brief)
		return;
	proc_one_done(&brief->one);
	threads_free(brief->threads);
	free(brief);
}

static bool know_links(struct brief *brief)
{
	if (brief->links_known)
		return true;
	autoclose int self = openat(brief->sweep->proc, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	brief->links_known = self >= 0 && read_known_links(self, &brief->known) == 0;
	return brief->links_known;
}

int brief_begin(
    struct brief *brief, struct sweep *sweep, struct changes *changes, bool reads_refused)
{
	const struct graph *before = graph_builder_prev(sweep->builder);

	brief->sweep = sweep;
	brief->changes = changes;
	brief->before = before;
	brief->stage = STAGE_CARRY;
	brief->at = brief->count = 0;
	brief->reads_refused = reads_refused;
	/* The feed's numbers are those of our PID namespace, which a foreign /proc is not of. */
	if (!changes || !before || before->stats.foreign_proc ||
	    !changes_known(changes, before->stats.looked_serial) || !know_links(brief))
		return -EAGAIN;
	threads_stop(brief->threads);
	return 0;
}

/* --- Those who have not changed ----------------------------------------------------------------- */

/* Returns 0, or -EAGAIN where there are too many. */
static int want(struct brief *brief, pid_t pid)
{
	/* One number may have been that of two processes. */
	if (brief->count && brief->pids[brief->count - 1] == pid)
		return 0;
	if (brief->count == READ_MOST)
		return -EAGAIN;
	brief->pids[brief->count++] = pid;
	return 0;
}

/* Takes @before as it was, where that can be.  Zombies go without a record. */
static bool carry(struct brief *brief, const struct process *before)
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

	if (changes_since(brief->changes, before->id.pid, brief->before->stats.serial))
		return false;
	process = reuse_process(brief->sweep, before, &stat, -1);
	if (!process)
		return false;
	sweep_give_cmdline(
	    brief->sweep, process, before->cmdline, before->cmdline_len, before->cmdline_cut);
	process->cmdline_late = before->cmdline_late;
	process->image = before->image;
	process->fds_unread = before->fds_unread;
	graph_stats(brief->sweep->builder)->unchanged++;
	return true;
}

static int compare_pids(const void *a, const void *b)
{
	pid_t left = *(const pid_t *)a, right = *(const pid_t *)b;

	return left < right ? -1 : left > right;
}

/* Adds those who are new to those who could not be carried.  Returns 1 or -EAGAIN. */
static int want_new(struct brief *brief)
{
	uint64_t serial = brief->before->stats.serial;
	pid_t pid = 0;

	while ((pid = changes_next(brief->changes, pid, serial))) {
		if (!graph_process_by_pid(brief->before, pid) && want(brief, pid) < 0)
			return -EAGAIN;
	}
	qsort(brief->pids, brief->count, sizeof(*brief->pids), compare_pids);
	return 1;
}

static int step_carry(struct brief *brief)
{
	const struct process *before;

	if (brief->at == brief->before->process_count)
		return want_new(brief);
	before = brief->before->processes[brief->at++];
	return before->life.died_ms || carry(brief, before) ? 0 : want(brief, before->id.pid);
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
static bool may_be_read(
    const struct brief *brief, const struct process *process, const struct process *before)
{
	return brief->reads_refused && is_refused(process) && !(before && is_refused(before));
}

static int step_read(struct brief *brief)
{
	struct graph_builder *builder = brief->sweep->builder;
	const struct process *before;
	struct process *process;
	pid_t pid;
	int dir, r;

	if (brief->at == brief->count)
		return 1;
	pid = brief->pids[brief->at++];
	r = proc_one_add(&brief->one, brief->sweep, pid, &brief->known, &process, &dir);
	/* Who is refused as a whole is counted by whole sweeps. */
	if (!process)
		return r == 0 || error_is_end(r) ? 0 : -EAGAIN;
	if (process->threads > 1 && process->threads <= THREADS_MOST) {
		threads_start(brief->threads, brief->sweep, dir, process);
		while (!threads_step(brief->threads))
			;
	}
	close_fd(&dir);
	before = graph_builder_process_before(builder, &process->id);
	if (process->threads > THREADS_MOST || may_be_read(brief, process, before))
		return -EAGAIN;
	process->fds_unread = before ? before->fds_unread : UNREAD_NEVER;
	sweep_want_cmdline(brief->sweep, process);
	/* Its record came before its end. */
	if (brief->one.stat.exiting)
		changes_mark(brief->changes, pid);
	return 0;
}

/* Asks for the parents of those whose parent has ended: of that no record tells. */
static int step_orphans(struct brief *brief)
{
	struct graph_builder *builder = brief->sweep->builder;
	const struct process *parent, *left, *child;
	struct proc_stat stat;

	if (brief->at == brief->count)
		return 1;
	parent = graph_process_by_pid(brief->before, brief->pids[brief->at++]);
	left = parent ? graph_builder_process_now(builder, parent) : NULL;
	if (!parent || (left && left->state != 'Z'))
		return 0;
	for (child = parent->first_child; child; child = child->next_sibling) {
		struct process *now = graph_builder_process_now(builder, child);

		if (now && stat_walk_ask(brief->one.walk, now->id.pid, &stat) == 0)
			now->ppid = stat.ppid;
	}
	return 0;
}

static int step_kept(struct brief *brief)
{
	struct sweep_stats *stats = graph_stats(brief->sweep->builder);

	if (!brief_take_kept(brief->sweep, brief->changes))
		return -EAGAIN;
	for (int type = 0; type < NS_TYPE_COUNT; type++)
		stats->type_missing[type] = !brief->known.known[type];
	stats->hidden = brief->before->stats.hidden;
	stats->names_late = brief->before->stats.names_late;
	stats->fds_denied = brief->before->stats.fds_denied;
	return 1;
}

/* --- All of it ---------------------------------------------------------------------------------- */

int brief_step(struct brief *brief, uint64_t until_us)
{
	static int (*const steps[])(struct brief * brief) = {
	    [STAGE_CARRY] = step_carry,
	    [STAGE_READ] = step_read,
	    [STAGE_ORPHANS] = step_orphans,
	    [STAGE_KEPT] = step_kept,
	};

	for (unsigned i = 1; brief->stage != STAGE_DONE; i++) {
		int r = steps[brief->stage](brief);

		if (r < 0)
			return r;
		if (r == 1) {
			brief->stage++;
			brief->at = 0;
		}
		if ((i % AT_ONCE == 0 || brief->stage != STAGE_CARRY) && clock_us() >= until_us)
			break;
	}
	return brief->stage == STAGE_DONE;
}
