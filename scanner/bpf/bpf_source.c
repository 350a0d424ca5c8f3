/* The source "bpf": what the kernel's own structures say, read by iterators (bpf_look.h).
 *
 * The graph equals that of "proc", at a fraction of its cost.  /proc is read for command lines, which are in
 * the memory of processes, for the long names of kernel threads, and for a namespace without a description
 * (see step_undescribed).
 *
 * Each link of a task comes with the unique id of its namespace, so nothing is left to be
 * confirmed (phases.h). */
#include "model/base/util.h"
#include "scanner/bpf/bpf_add.h"
#include "scanner/bpf/bpf_look.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/proc_read.h"
#include "scanner/proc/want.h"
#include "scanner/scan/proc_add.h"
#include "scanner/scan/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- The source ------------------------------------------------------------------------------ */

enum { LIST_EVERY = 32 }; /* scans; see list_missing */

enum stage { STAGE_TASKS, STAGE_MISSING, STAGE_THREADS, STAGE_UNDESCRIBED, STAGE_FILES, STAGE_END };

struct source {
	struct bpf_look *look;
	int proc;                /* a descriptor on /proc */
	struct changes *changes; /* NULL when they are not available, or not wanted */
	bool fds, names;
	struct known_links known;
	struct proc_one one;
	unsigned scans;           /* that were begun */
	struct proc_pids missing; /* that the iterators omit, as listed last */

	/* The scan under way. */
	struct bpf_add add;
	enum stage stage;
	struct record_ns *described; /* since the last task; void where that says so */
	size_t described_count, described_capacity;
	struct record_task *threads; /* those that may have diverged */
	size_t thread_count, thread_capacity;
	size_t at; /* of what the stage goes through, the next one */
	struct own_tables tables;
	struct process **by_pid; /* in order, since they come so */
	size_t process_count, process_capacity;
};

static void bpf_close(struct source *source)
{
	bpf_look_free(source->look);
	close_fd(&source->proc);
	proc_one_done(&source->one);
	free(source->missing.items);
	changes_free(source->changes);
	free(source->described);
	free(source->threads);
	free(source->by_pid);
	own_tables_done(&source->tables);
	free(source);
}

static int open_proc(struct source *source)
{
	autoclose int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	source->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (source->proc < 0 || self < 0)
		return -errno;
	return read_known_links(self, &source->known);
}

/* --- The trial ---------------------------------------------------------------------------------- */

/* Compares @record, of this process, with /proc.  Returns 0, -EPROTO when they differ, or -errno of a want
 * (want.h). */
static int compare_own(const struct source *source, const struct record_task *record)
{
	bool right = true;

	for (int link = 0; link < NS_LINK_COUNT && right; link++) {
		const struct record_ref *ref = &record->links[link];
		struct ns read = {
		    .id = {.type = ns_link_type(link), .ino = ref->ino, .unique = ref->id}};
		autofree char *path = xasprintf("self/ns/%s", ns_link_names[link]);
		autoclose int fd = openat(source->proc, path, O_RDONLY | O_CLOEXEC);
		struct stat st;

		if (fd < 0 && error_is_want(-errno))
			return -errno;
		if (fd >= 0 && fstat(fd, &st) == 0) {
			read.id.dev = st.st_dev;
			right = nsfs_is_same(&read, fd);
		} else {
			right = !source->known.known[link] || ref->ino == 0 ||
			        (link == LINK_PID_FOR_CHILDREN && (record->flags & RECORD_NO_INIT));
		}
	}
	return right ? 0 : -EPROTO;
}

/* Walks up to this process, before any scan.  Returns 0, -EPROTO when /proc differs (the structures of this
 * kernel are not those that we know), or -errno of the walk. */
static int try_own(struct source *source)
{
	const struct record_head *head;
	int r = bpf_look_begin(source->look, BPF_WALK_TASKS, UINT64_MAX, false);
	bool found = false;
	int own = -EPROTO;

	while (r == 0 && !found && (r = bpf_look_next(source->look, &head)) > 0) {
		const struct record_task *record = (const struct record_task *)(const void *)head;

		r = 0;
		found = head->kind == RECORD_TASK && record->tid == getpid();
		if (found)
			own = compare_own(source, record);
	}
	bpf_look_end(source->look);
	return r < 0 ? r : own;
}

/* Loads the programs, and checks that they understand this kernel. */
static int open_look(struct source *source, struct bpf_refusal *ret_why)
{
	int r = bpf_look_new(&source->look, ret_why);

	if (r < 0)
		return r;
	r = try_own(source);
	if (r < 0)
		*ret_why = (struct bpf_refusal){
		    .what = r == -EPROTO ? BPF_DIFFERS : BPF_FAILED, .error = -r};
	return r;
}

/* --- Opening ------------------------------------------------------------------------------------ */

static int bpf_open(const struct scan_options *options, struct source **ret_source)
{
	struct source *source = xcalloc(1, sizeof(*source));
	struct bpf_refusal why = {.what = BPF_NO_OBSTACLE};
	int r;

	source->fds = options->fds;
	source->names = options->hostnames;
	r = open_proc(source);
	if (r == 0)
		r = proc_one_init(&source->one);
	if (r == 0)
		r = open_look(source, &why);
	bpf_why_note(&why);
	if (r == 0 && options->perf_events)
		changes_new(&source->changes);
	if (r < 0) {
		bpf_close(source);
		return r;
	}
	*ret_source = source;
	return 0;
}

static int bpf_begin(struct source *source, struct context *context)
{
	struct stat st;

	context->own_pid = getpid();
	context->proc = source->proc;
	if (fstatat(source->proc, "self/ns/uts", &st, 0) < 0)
		return -errno;
	context->nsfs_dev = st.st_dev;
	if (context->incremental)
		return 0;
	source->add = (struct bpf_add){.context = context};
	memcpy(source->add.known, source->known.known, sizeof(source->add.known));
	source->stage = STAGE_TASKS;
	own_tables_begin(&source->tables);
	source->described_count = source->thread_count = source->process_count = 0;
	return bpf_look_begin(
	    source->look, BPF_WALK_TASKS, graph_stats(context->builder)->serial, source->names);
}

/* --- Tasks ------------------------------------------------------------------------------------- */

static void take_described(struct source *source, bool is_void)
{
	for (size_t i = 0; i < source->described_count && !is_void; i++)
		bpf_add_ns(&source->add, &source->described[i]);
	source->described_count = 0;
}

static void take_process(struct source *source, const struct record_task *record)
{
	struct process *process = bpf_add_process(&source->add, record);

	context_want_cmdline(source->add.context, process);
	if (source->fds && !process->kernel_thread &&
	    !context_is_ours(source->add.context, process))
		process->fds_status = READ_OK;
	array_reserve(source->by_pid, source->process_capacity, source->process_count + 1);
	source->by_pid[source->process_count++] = process;
}

static void take_task(struct source *source, const struct record_task *record)
{
	bool left_out = context_leaves_out(source->add.context, record->pid, record->session);

	/* A namespace with only a helper in it is omitted like the helper; step_undescribed reads the rest. */
	take_described(source, left_out || (record->flags & RECORD_TAKEN_BACK));
	if (left_out)
		return;
	if (record->pid == record->tid) {
		take_process(source, record);
		return;
	}
	array_reserve(source->threads, source->thread_capacity, source->thread_count + 1);
	memcpy(&source->threads[source->thread_count++], record, record->head.bytes);
}

static void note_described(struct source *source, const struct record_ns *record)
{
	array_reserve(source->described, source->described_capacity, source->described_count + 1);
	source->described[source->described_count++] = *record;
}

/* --- Processes that the iterators omit ------------------------------------------------------- */

static struct process *process_of(const struct source *source, pid_t pid)
{
	size_t at = lower_bound(i, source->process_count, source->by_pid[i]->id.pid < pid);

	return at < source->process_count && source->by_pid[at]->id.pid == pid ? source->by_pid[at]
	                                                                       : NULL;
}

/* Lists the processes that /proc shows and the iterators omit: on some kernels, the first one.  The first
 * scan, and one in LIST_EVERY, compares the two.  The missing processes are read from /proc in each scan.
 * One that started after the iterator passed is listed as well, which does no harm. */
static void list_missing(struct source *source)
{
	struct proc_pids *missing = &source->missing;
	size_t kept = 0;

	missing->count = 0;
	lseek(source->proc, 0, SEEK_SET);
	while (proc_pids_read(missing, source->proc) > 0)
		;
	for (size_t i = 0; i < missing->count; i++) {
		if (!process_of(source, missing->items[i]))
			missing->items[kept++] = missing->items[i];
	}
	missing->count = kept;
}

/* Adds the next one of them: its links, but no threads and descriptors. */
static int step_missing(struct source *source)
{
	struct process *process;
	pid_t pid;
	int dir, r;

	if (source->at == source->missing.count)
		return 1;
	pid = source->missing.items[source->at++];
	if (process_of(source, pid))
		return 0;
	r = proc_one_add(&source->one, source->add.context, pid, &source->known, &process, &dir);
	close_fd(&dir);
	if (process)
		context_want_cmdline(source->add.context, process);
	return error_is_want(r) ? r : 0;
}

/* --- Threads, and namespaces without a description ---------------------------------------------- */

static int step_threads(struct source *source)
{
	const struct record_task *record;
	struct process *process;

	if (source->at == source->thread_count)
		return 1;
	record = &source->threads[source->at++];
	process = process_of(source, record->pid);
	if (process)
		bpf_add_thread(&source->add, process, record);
	return 0;
}

/* Queries a namespace that was not described: its description was void, or another object had the address of
 * its holder within the scan.  One that is freed by now stays without. */
static int step_undescribed(struct source *source)
{
	struct graph_builder *builder = source->add.context->builder;
	bool children;
	char name[64];
	struct ns *ns;
	pid_t member;
	int fd;

	if (source->at == graph_builder_ns_count(builder))
		return 1;
	ns = graph_builder_ns(builder, source->at++);
	children = !ns_notes(ns)->member;
	member = children ? ns_notes(ns)->for_children : ns_notes(ns)->member;
	if (nsfs_asked(ns) || !member)
		return 0;
	snprintf(name, sizeof(name), "%d/ns/%s%s", (int)member, ns_types[ns->id.type].name,
	    children ? "_for_children" : "");
	fd = openat(source->proc, name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		nsfs_ask_known(builder, ns, fd);
	return 0;
}

/* --- Files ------------------------------------------------------------------------------------- */

/* The process that has the descriptor of @record, as /proc shows it: the descriptors of a process are those of
 * its first thread, or when that has exited those of the next one.  The kernel gives the others' only where
 * their table is not the first thread's; several of these may be one.
 * @ret_tid: the thread with a table of its own, or 0. */
static struct process *holder_of(
    struct source *source, const struct record_file *record, pid_t *ret_tid)
{
	struct process *process = process_of(source, record->pid);
	pid_t tid = record->pid;

	if (!process || process->fds_status != READ_OK)
		return NULL;
	if (process->state == 'Z' && process->first_thread)
		tid = process->first_thread->tid;
	*ret_tid = record->tid == tid ? 0 : record->tid;
	if (record->tid == tid)
		return process;
	return own_tables_is_new(&source->tables, tid, record->tid) ? process : NULL;
}

/* The same as step_undescribed for a namespace that only a descriptor holds; not possible for a socket. */
static void ask_file(struct source *source, const struct record_file *record, struct ns *ns)
{
	autofree char *name = xasprintf("%d/fd/%u", (int)record->tid, record->fd);
	autoclose int path_fd =
	    record->holder != RECORD_OF_NSFS ? -1 : openat(source->proc, name, O_PATH | O_CLOEXEC);
	int fd = path_fd < 0 ? -ESRCH : nsfs_reopen(source->proc, path_fd);

	if (fd < 0 || nsfs_ask_known(source->add.context->builder, ns, fd) < 0)
		nsfs_refused(ns, ESRCH);
}

static void take_file(struct source *source, const struct record_file *record)
{
	static const enum holder_kind kinds[] = {
	    [RECORD_OF_NSFS] = HOLDER_FD,
	    [RECORD_SOCKET] = HOLDER_SOCKET,
	    [RECORD_TUN] = HOLDER_TUN,
	};
	struct holder holder = {.kind = kinds[record->holder], .fd = (int)record->fd};
	struct process *process = holder_of(source, record, &holder.tid);
	struct ns *ns;

	take_described(source, !process);
	if (!process || record->type >= NS_TYPE_COUNT)
		return;
	ns = bpf_add_ref(&source->add, (enum nstype)record->type, &record->ns);
	if (!ns)
		return;
	holder.process = process;
	graph_add_holder(source->add.context->builder, ns, &holder);
	if (!nsfs_asked(ns))
		ask_file(source, record, ns);
}

/* --- Stages ------------------------------------------------------------------------------------ */

/* Takes the next record of the walk.  Returns 1 when there are no more, 0, or -errno. */
static int step_records(struct source *source)
{
	const struct record_head *head;
	int r = bpf_look_next(source->look, &head);
	const void *record = head;

	if (r <= 0)
		return r < 0 ? r : 1;
	if (head->kind == RECORD_NS)
		note_described(source, record);
	else if (head->kind == RECORD_TASK)
		take_task(source, record);
	else if (head->kind == RECORD_FILE)
		take_file(source, record);
	return 0;
}

static int begin_stage(struct source *source)
{
	struct scan_stats *stats = graph_stats(source->add.context->builder);

	source->at = 0;
	if (source->stage == STAGE_MISSING && source->scans++ % LIST_EVERY == 0)
		list_missing(source);
	if (source->stage == STAGE_FILES && source->fds)
		return bpf_look_begin(source->look, BPF_WALK_FILES, stats->serial, false);
	if (source->stage == STAGE_FILES)
		source->stage = STAGE_END;
	if (source->stage == STAGE_END) {
		source->add.context->fds_whole = source->fds;
		bpf_look_end(source->look);
		for (int type = 0; type < NS_TYPE_COUNT; type++)
			stats->type_missing[type] = !source->add.known[type];
	}
	return 0;
}

/* Does the next small piece of work.  Returns 1 when all is done, 0, or -errno. */
static int do_next(struct source *source)
{
	static int (*const steps[])(struct source *) = {
	    [STAGE_TASKS] = step_records,
	    [STAGE_MISSING] = step_missing,
	    [STAGE_THREADS] = step_threads,
	    [STAGE_UNDESCRIBED] = step_undescribed,
	    [STAGE_FILES] = step_records,
	};
	int r;

	if (source->stage == STAGE_END)
		return 1;
	r = steps[source->stage](source);
	if (r != 1)
		return r;
	source->stage++;
	return begin_stage(source);
}

static int bpf_step(struct source *source, uint64_t until_us)
{
	int r;

	do
		r = do_next(source);
	while (r == 0 && clock_us() < until_us);
	return r;
}

static struct changes *bpf_changes(const struct source *source)
{
	return source->changes;
}

const struct source_ops bpf_source = {
    .name = "bpf",
    .reports_hostnames = true,
    .reads_refused = true,
    .open = bpf_open,
    .close = bpf_close,
    .begin = bpf_begin,
    .step = bpf_step,
    .changes = bpf_changes,
};
