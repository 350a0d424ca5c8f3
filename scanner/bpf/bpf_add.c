#include "scanner/bpf/bpf_add.h"

#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/scan/proc_add.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* Of linux/sched.h, reported as fs/proc/array.c does. */
enum {
	TASK_UNINTERRUPTIBLE = 0x0002,
	TASK_REPORT = 0x007f,
	TASK_NOLOAD = 0x0400,
	TASK_RTLOCK_WAIT = 0x1000,
	TASK_FROZEN = 0x8000,
	TASK_IDLE = TASK_UNINTERRUPTIBLE | TASK_NOLOAD,
};

/* The letter of proc_pid_stat(5). */
static char letter_of(uint32_t state, uint32_t exit_state)
{
	static const char letters[] = "RSDTtXZP";
	uint32_t shown = (state | exit_state) & TASK_REPORT;

	if ((state & TASK_IDLE) == TASK_IDLE)
		return 'I';
	if (state & (TASK_RTLOCK_WAIT | TASK_FROZEN))
		shown = TASK_UNINTERRUPTIBLE;
	return shown ? letters[32 - __builtin_clz(shown)] : 'R';
}

/* --- Namespaces -------------------------------------------------------------------------------- */

struct ns *bpf_add_ref(const struct bpf_add *add, enum nstype type, const struct record_ref *ref)
{
	struct ns *ns = nsfs_add(add->context->builder, type, add->context->nsfs_dev, ref->ino);

	if (ns->id.unique == 0)
		ns->id.unique = ref->id;
	return ns->id.unique == ref->id ? ns : NULL;
}

static const struct ns *above(
    const struct bpf_add *add, enum nstype type, const struct record_ref *ref)
{
	return ref->ino ? bpf_add_ref(add, type, ref) : NULL;
}

void bpf_add_ns(const struct bpf_add *add, const struct record_ns *record)
{
	struct ns *ns =
	    record->ns.ino ? bpf_add_ref(add, (enum nstype)record->type, &record->ns) : NULL;

	if (!ns || nsfs_asked(ns))
		return;
	ns->owner = above(add, NS_USER, &record->owner);
	ns->owner_status = ns->owner || record->owner.ino == 0 ? READ_OK : READ_GONE;
	ns->parent_status = READ_OK; /* the flat types have none */
	ns->owner_uid_status = READ_UNSUPPORTED;
	if (record->type == NS_USER) {
		ns->parent = ns->owner;
		ns->parent_status = ns->owner_status;
		ns->owner_uid_status = READ_OK;
		ns->owner_uid = record->owner_uid;
	}
	if (record->type == NS_PID) {
		ns->parent = above(add, NS_PID, &record->parent);
		/* As NS_GET_PARENT says it: none above the initial one, and none to be seen above
		 * the reader's. */
		if (!ns->parent && !ns->initial)
			ns->parent_status = record->parent_seen ? READ_GONE : READ_DENIED;
	}
	if (record->type == NS_UTS && record->has_name)
		ns->hostname =
		    graph_text_copy(add->context->builder, record->name, strlen(record->name));
}

/* --- Tasks ------------------------------------------------------------------------------------- */

/* Did it move on and on while its links were read?  User and PID namespace are not of these. */
static bool is_torn(const struct record_task *record, int link)
{
	return (record->flags & RECORD_RESTLESS) && link != NS_USER && link != NS_PID;
}

/* Whether a PID namespace without an init can be seen is another answer in each kernel (since Linux 7.1 it can),
 * so what /proc says of it holds. */
static enum read_status read_children(
    const struct bpf_add *add, pid_t task, const struct record_ref *ref)
{
	const bool wanted[NS_LINK_COUNT] = {[LINK_PID_FOR_CHILDREN] = true};
	struct link_reading links[NS_LINK_COUNT] = {{.read_status = READ_OK}};
	const struct link_reading *children = &links[LINK_PID_FOR_CHILDREN];
	autofree char *name = xasprintf("%d/ns", (int)task);
	autoclose int ns_dir = openat(add->context->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	read_some_links(ns_dir, wanted, links);
	if (children->read_status == READ_OK && children->ino != ref->ino)
		return READ_GONE; /* it moved on meanwhile */
	return children->read_status;
}

static void add_links(const struct bpf_add *add, const struct record_task *record, char state,
    const struct ns *ret_links[NS_LINK_COUNT], enum read_status ret_status[NS_LINK_COUNT])
{
	enum read_status none = state == 'Z' ? READ_ZOMBIE : READ_GONE;
	pid_t task = record->tid;

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const struct record_ref *ref = &record->links[link];
		struct ns *ns;

		ret_status[link] = add->known[link] ? none : READ_UNSUPPORTED;
		ret_links[link] = NULL;
		if (!add->known[link] || ref->ino == 0 || is_torn(record, link))
			continue;
		if (link == LINK_PID_FOR_CHILDREN && (record->flags & RECORD_NO_INIT)) {
			ret_status[link] = read_children(add, task, ref);
			if (ret_status[link] != READ_OK)
				continue;
		}
		ns = bpf_add_ref(add, ns_link_type(link), ref);
		if (!ns)
			continue;
		ret_links[link] = ns;
		ret_status[link] = READ_OK;
		if (link < NS_TYPE_COUNT)
			context_reach(add->context, ns, task);
		else
			ns_notes(ns)->for_children = task;
		/* Not every kernel fixes the inodes of the initial ones, but there too kthreadd
		 * is in all of them. */
		if ((record->flags & RECORD_KERNEL_THREAD) && task == KTHREADD)
			ns->initial = true;
	}
}

/* Names of kernel threads may be longer than the task's own field; those of workers show what they work
 * on. */
static const char *kernel_name(
    const struct bpf_add *add, const struct record_task *record, const struct process_id *id)
{
	const struct process *before = graph_builder_process_before(add->context->builder, id);
	char name[32], comm[COMM_BYTES_MAX];
	ssize_t len;

	if (before && !(record->flags & RECORD_KERNEL_WORKER) &&
	    strncmp(before->comm, record->comm, strlen(record->comm)) == 0)
		return graph_text_copy(add->context->builder, before->comm, strlen(before->comm));
	snprintf(name, sizeof(name), "%d/comm", (int)record->pid);
	len = read_comm(add->context->proc, name, comm);
	return len > 0 ? graph_text_copy(add->context->builder, comm, (size_t)len) : NULL;
}

static uint64_t start_ticks_of(const struct record_task *record)
{
	return record->start_ns / (1000000000U / (uint64_t)sysconf(_SC_CLK_TCK));
}

static const char *name_of(const struct bpf_add *add, const struct record_task *record)
{
	return graph_text_copy(
	    add->context->builder, record->comm, strnlen(record->comm, sizeof(record->comm)));
}

struct process *bpf_add_process(const struct bpf_add *add, const struct record_task *record)
{
	struct graph_builder *builder = add->context->builder;
	const struct process_id id = {.pid = record->pid, .start_ticks = start_ticks_of(record)};
	struct process *process = graph_add_process(builder, &id);
	const char *name = NULL;

	process->ppid = record->ppid;
	process->state = letter_of(record->state, record->exit_state);
	process->threads = (int)record->threads;
	process->kernel_thread = record->flags & RECORD_KERNEL_THREAD;
	process->exiting = record->flags & RECORD_EXITING;
	process->uid = record->euid;
	process_notes(process)->exec_generation = record->exec_id + 1;
	process->pid_levels = (int)record->levels;
	process->pids = graph_pids_copy(builder, record->pids, record->levels);
	if (process->kernel_thread)
		name = kernel_name(add, record, &id);
	process->comm = name ? name : name_of(add, record);
	add_links(add, record, process->state, process->ns, process->read_status);
	return process;
}

void bpf_add_thread(
    const struct bpf_add *add, struct process *process, const struct record_task *record)
{
	const struct ns *links[NS_LINK_COUNT];
	enum read_status read_status[NS_LINK_COUNT];
	struct thread *thread;
	bool diverged = process->state == 'Z' && process->threads > 1;

	add_links(add, record, letter_of(record->state, record->exit_state), links, read_status);
	for (int link = 0; link < NS_LINK_COUNT && !diverged; link++)
		diverged = links[link] != process->ns[link] ||
		           read_status[link] != process->read_status[link];
	if (read_status[NS_UTS] != READ_OK ||
	    (!diverged && !thread_had_diverged(add->context, process, record->tid)))
		return;
	thread = graph_add_thread(add->context->builder, process, record->tid);
	thread->start_ticks = start_ticks_of(record);
	thread->comm = name_of(add, record);
	memcpy(thread->ns, links, sizeof(thread->ns));
	memcpy(thread->read_status, read_status, sizeof(thread->read_status));
}
