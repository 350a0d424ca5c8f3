/* The source "proc": what libproc2 and /proc/PID/ns tell.
 *
 * Processes are taken in batches.  The directory of each is opened first, and only then does
 * libproc2 walk over it; since the directory is read last, and answers only while that process has
 * not been reaped, a PID that was used again in between can't mix two processes.
 */
#include "model/util.h"
#include "scanner/clock.h"
#include "scanner/fds.h"
#include "scanner/nsfs.h"
#include "scanner/proc_read.h"
#include "scanner/source.h"
#include "scanner/stat_walk.h"
#include "scanner/threads.h"
#include "scanner/users.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

enum {
	BATCH = 16, /* pinned at once; about a millisecond */
	LIST_AT_ONCE = 256,
	KTHREADD = 2, /* the parent of all kernel threads */
};

struct pinned {
	pid_t pid;
	int dir, ns_dir;
};

struct source {
	DIR *proc;
	struct stat_walk *walk;
	bool walking; /* it is that of this sweep */
	struct user_cache *users;
	struct known_links links;
	bool links_known;
	struct reading reading;
	struct threads *threads;
	struct fds *fds; /* NULL where they are not wanted */

	/* The sweep under way. */
	struct sweep *sweep;
	pid_t *pids; /* all of /proc */
	size_t pid_count, pid_room;
	bool listed;    /* pids is whole */
	size_t pids_at; /* the first that is not in a batch yet */
	struct pinned batch[BATCH];
	size_t batch_count, batch_at;
	struct process *process; /* whose threads and descriptors are looked through now, or NULL */
};

static void unpin(struct pinned *pinned)
{
	if (pinned->ns_dir >= 0)
		close(pinned->ns_dir);
	close_fd(&pinned->dir);
}

static void drop_batch(struct source *source)
{
	while (source->batch_at < source->batch_count)
		unpin(&source->batch[source->batch_at++]);
	source->batch_at = 0;
	source->batch_count = 0;
}

static void proc_close(struct source *source)
{
	drop_batch(source);
	stat_walk_free(source->walk);
	if (source->proc)
		closedir(source->proc);
	user_cache_free(source->users);
	threads_free(source->threads);
	fds_free(source->fds);
	free(source->pids);
	free(source);
}

static int open_proc(struct source *source)
{
	struct statfs fs;

	source->proc = opendir("/proc"); /* O_CLOEXEC by itself */
	if (!source->proc)
		return -errno;
	if (fstatfs(dirfd(source->proc), &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return -ENOENT;
	return stat_walk_new(&source->walk);
}

static int proc_open(const struct scan_options *options, struct source **ret_source)
{
	struct source *source = xcalloc(1, sizeof(*source));
	int r;

	source->users = user_cache_new();
	source->threads = threads_new();
	if (options->fds)
		source->fds = fds_new(options->fds_budget_us);
	r = open_proc(source);
	if (r < 0) {
		proc_close(source);
		return r;
	}
	*ret_source = source;
	return 0;
}

static int proc_begin(struct source *source, struct sweep *sweep)
{
	char self[16];
	ssize_t len = readlinkat(dirfd(source->proc), "self", self, sizeof(self) - 1);
	uint64_t pid = 0;

	for (ssize_t i = 0; i < len; i++)
		pid = pid * 10 + (uint64_t)(self[i] - '0');
	graph_stats(sweep->builder)->foreign_proc = pid != (uint64_t)getpid();
	sweep->own_pid = (pid_t)pid;
	sweep->proc = dirfd(source->proc);
	drop_batch(source);
	source->process = NULL;
	threads_stop(source->threads);
	if (source->fds)
		fds_begin(source->fds, sweep);
	rewinddir(source->proc);
	user_cache_begin(source->users, sweep->builder);
	source->sweep = sweep;
	source->listed = false;
	source->pid_count = 0;
	source->pids_at = 0;
	source->walking = false;
	return 0;
}

/* Lists some more of /proc; all of it before the first process is read, because a sweep that lists
 * as it reads runs behind the PIDs of a fork storm and never ends.  Returns 0 or -errno. */
static int list_some(struct source *source)
{
	for (int i = 0; i < LIST_AT_ONCE && !source->listed; i++) {
		struct dirent *entry;
		pid_t pid;

		errno = 0;
		entry = readdir(source->proc);
		if (!entry && errno)
			return -errno;
		source->listed = !entry;
		pid = entry ? proc_pid_of(entry->d_name) : 0;
		if (pid > 0) {
			array_reserve(source->pids, source->pid_room, source->pid_count + 1);
			source->pids[source->pid_count++] = pid;
		}
	}
	return 0;
}

static void pin(struct source *source, pid_t pid)
{
	struct pinned *pinned = &source->batch[source->batch_count];
	char name[16];
	int dir;

	snprintf(name, sizeof(name), "%d", pid);
	dir = openat(dirfd(source->proc), name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		graph_stats(source->sweep->builder)->vanished++;
		return;
	}
	if (!source->links_known)
		source->links_known = read_known_links(dir, &source->links) == 0;
	*pinned = (struct pinned){.pid = pid, .dir = dir};
	pinned->ns_dir = openat(dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	source->batch_count++;
}

static void fill_batch(struct source *source)
{
	drop_batch(source);
	while (source->batch_count < BATCH && source->pids_at < source->pid_count)
		pin(source, source->pids[source->pids_at++]);
	stat_walk_pinned(source->walk);
}

/* Finds the device of nsfs: all namespaces are on one. */
static bool have_nsfs_dev(struct source *source, int ns_dir, enum ns_link link)
{
	struct sweep *sweep = source->sweep;
	struct stat st;

	if (!sweep->nsfs_dev && fstatat(ns_dir, ns_link_names[link], &st, 0) == 0)
		sweep->nsfs_dev = st.st_dev;
	return sweep->nsfs_dev != 0;
}

static void add_links(struct source *source, const struct pinned *pinned, struct process *process)
{
	struct graph_builder *builder = source->sweep->builder;
	bool denied = false;

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const struct link_reading *reading = &source->reading.links[link];
		enum ns_type type = ns_link_type(link);
		struct ns *ns;
		int r;

		process->unread[link] = reading->unread;
		denied = denied || reading->unread == UNREAD_DENIED;
		if (reading->unread != READ_OK)
			continue;
		if (!have_nsfs_dev(source, pinned->ns_dir, link)) {
			process->unread[link] = UNREAD_GONE;
			continue;
		}
		ns = nsfs_add(builder, type, source->sweep->nsfs_dev, reading->ino);
		r = nsfs_ask(builder, ns, pinned->ns_dir, ns_link_names[link]);
		if (r == 0 && link < NS_TYPE_COUNT)
			sweep_reach(source->sweep, ns, pinned->pid);
		else if (r == 0)
			ns->seen_children = pinned->pid;
		/* Not every kernel fixes the inodes of the initial ones, but there too kthreadd
		 * is in all of them. */
		if (process->kernel_thread && process->id.pid == KTHREADD)
			ns->initial = true;
		process->ns[link] = ns;
		if (r < 0)
			sweep_doubt(source->sweep, r, &process->ns[link], &process->unread[link]);
	}
	if (denied)
		graph_stats(builder)->denied++;
}

static struct process *add_process(
    struct source *source, const struct pinned *pinned, const struct proc_stat *stat)
{
	struct graph_builder *builder = source->sweep->builder;
	const struct reading *reading = &source->reading;
	const struct process_id id = {.pid = pinned->pid, .start_ticks = stat->start_ticks};
	struct process *process = graph_add_process(builder, &id);

	process->ppid = stat->ppid;
	process->state = stat->state;
	process->threads = stat->threads;
	process->kernel_thread = stat->kernel_thread;
	process->comm = graph_text_copy(builder, reading->status.name, reading->status.name_len);
	if (reading->cmdline_len > 0) {
		process->cmdline = graph_text_copy(builder, reading->cmdline, reading->cmdline_len);
		process->cmdline_len = reading->cmdline_len;
	}
	process->uid = reading->status.euid;
	process->user = user_cache_name(source->users, process->uid);
	process->pid_levels = reading->status.pid_levels;
	process->pids =
	    graph_pids_copy(builder, reading->status.pids, (size_t)reading->status.pid_levels);
	if (process->pid_levels == 0) { /* before 4.1 */
		process->pid_levels = 1;
		process->pids = graph_pids_copy(builder, &id.pid, 1);
	}
	add_links(source, pinned, process);
	return process;
}

/* Goes on with what only some processes need; it takes the pinned directory. */
static void begin_more(struct source *source, struct pinned *pinned, struct process *process)
{
	bool threads = process->threads > 1 && process->unread[NS_USER] != UNREAD_DENIED;
	bool fds = source->fds && fds_wanted(source->fds, process);

	if (!threads && !fds)
		return;
	source->process = process;
	if (threads)
		threads_start(source->threads, source->sweep, pinned->dir, process);
	if (fds) {
		fds_start(source->fds, pinned->dir, process);
		pinned->dir = -1;
	}
}

static void step_more(struct source *source)
{
	if (!threads_step(source->threads))
		return;
	if (!source->fds || fds_step(source->fds))
		source->process = NULL;
}

static void read_one(struct source *source, struct pinned *pinned)
{
	struct proc_stat stat;
	int r = stat_walk_read(source->walk, pinned->pid, &stat);

	if (r == 0)
		r = read_process(
		    pinned->dir, pinned->ns_dir, stat.state, &source->links, &source->reading);
	if (r == 0)
		begin_more(source, pinned, add_process(source, pinned, &stat));
	else
		graph_stats(source->sweep->builder)->vanished++;
	unpin(pinned);
}

/* Does the next small piece of work.  Returns 1 when all is done, 0, or -errno. */
static int do_next(struct source *source)
{
	int r;

	if (!source->walking) {
		r = stat_walk_begin(source->walk);
		source->walking = r == 1;
		return r < 0 ? r : 0;
	}
	if (!source->listed)
		return list_some(source);
	if (source->process) {
		step_more(source);
		return 0;
	}
	if (source->batch_at < source->batch_count) {
		struct pinned *pinned = &source->batch[source->batch_at];

		if (stat_walk_towards(source->walk, pinned->pid)) {
			source->batch_at++;
			read_one(source, pinned);
		}
		return 0;
	}
	if (source->pids_at == source->pid_count)
		return stat_walk_end(source->walk);
	fill_batch(source);
	return 0;
}

static int proc_step(struct source *source, uint64_t until_us)
{
	struct sweep_stats *stats = graph_stats(source->sweep->builder);
	int r;

	do
		r = do_next(source);
	while (r == 0 && clock_us() < until_us);
	if (r == 1) {
		for (int type = 0; type < NS_TYPE_COUNT; type++)
			stats->type_missing[type] = !source->links.known[type];
	}
	return r;
}

const struct source_ops proc_source = {
    .name = "proc",
    .open = proc_open,
    .close = proc_close,
    .begin = proc_begin,
    .step = proc_step,
};
