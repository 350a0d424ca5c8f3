/* Events: a record in a ring buffer for each fork, exec and exit, and for each unshare(2), setns(2) and
 * sethostname(2).
 *
 * Only tracepoints are used, since not every kernel allows probes of its functions.  Every system call on the
 * machine passes those of system calls, which costs some ten nanoseconds each while a reader is attached.
 *
 * Tasks outside the reader's PID namespace have no records.  The programs only read. */
#include "scanner/bpf/emit.h"
#include "scanner/bpf/kernel.h"
#include "scanner/bpf/record.h"

enum {
	RING_BYTES = 4 << 20,
	CALLERS_MAX = 4096, /* tasks in one of the calls at a time */
};

/* For the reader: the number of records for which there was no room. */
__u64 lost;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} ring SEC(".maps");

/* What a task points to, in the order of enum ns_link. */
struct pointers {
	void *links[RECORD_LINKS];
};

/* A thread in one of the calls, and its namespaces before the call. */
struct caller {
	__u64 kind; /* enum record_event_kind */
	struct pointers before;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, CALLERS_MAX);
	__type(key, __u64);
	__type(value, struct caller);
} callers SEC(".maps");

/* The numbers of the calls on this architecture, set by the loader. */
const volatile int number_of_unshare, number_of_setns, number_of_sethostname;

static __always_inline void point(struct task_struct *task, struct pointers *to)
{
	struct nsproxy *proxy = BPF_CORE_READ(task, nsproxy);

	to->links[TYPE_CGROUP] = BPF_CORE_READ(proxy, cgroup_ns);
	to->links[TYPE_IPC] = BPF_CORE_READ(proxy, ipc_ns);
	to->links[TYPE_MNT] = BPF_CORE_READ(proxy, mnt_ns);
	to->links[TYPE_NET] = BPF_CORE_READ(proxy, net_ns);
	to->links[TYPE_PID] = innermost(BPF_CORE_READ(task, thread_pid));
	to->links[TYPE_TIME] = BPF_CORE_READ(proxy, time_ns);
	to->links[TYPE_USER] = BPF_CORE_READ(task, real_cred, user_ns);
	to->links[TYPE_UTS] = BPF_CORE_READ(proxy, uts_ns);
	to->links[LINK_PID_CHILDREN] = BPF_CORE_READ(proxy, pid_ns_for_children);
	to->links[LINK_TIME_CHILDREN] = BPF_CORE_READ(proxy, time_ns_for_children);
}

/* Begins a record of @task; NULL when it is not visible to the reader, or there is no room. */
static __always_inline struct record_event *begin(
    struct task_struct *task, __u32 kind, const __u64 bytes)
{
	int tid = number_of(BPF_CORE_READ(task, thread_pid));
	struct record_event *event;

	if (tid <= 0)
		return NULL;
	event = bpf_ringbuf_reserve(&ring, bytes, 0);
	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return NULL;
	}
	event->time_ns = bpf_ktime_get_boot_ns() + (__u64)boot_offset_ns; /* 5.8, as rings are */
	event->kind = kind;
	event->tid = tid;
	event->pid = number_of(BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]));
	event->parent = number_of(BPF_CORE_READ(task, real_parent, signal, pids[PIDTYPE_TGID]));
	event->changed = 0;
	event->code = 0;
	event->pad = 0;
	event->has_links = bytes == sizeof(*event);
	bpf_core_read_str(event->comm, sizeof(event->comm), &task->comm);
	return event;
}

enum { SHORT_BYTES = __builtin_offsetof(struct record_event, links) };

#define begin_short(task, kind) begin(task, kind, SHORT_BYTES)
#define begin_long(task, kind)  begin(task, kind, sizeof(struct record_event))

/* Sets all links, without a branch for each: the verifier would follow all combinations. */
static __always_inline void set_links(
    struct record_event *event, const struct pointers *now, __u32 changed)
{
	struct record_ref *refs = event->links;
	void *const *to = now->links;

	event->changed = changed;
	event->name[0] = '\0';
	read_ref(&refs[TYPE_CGROUP], &((struct cgroup_namespace *)to[TYPE_CGROUP])->ns);
	read_ref(&refs[TYPE_IPC], &((struct ipc_namespace *)to[TYPE_IPC])->ns);
	read_mnt_ref(&refs[TYPE_MNT], to[TYPE_MNT]);
	read_ref(&refs[TYPE_NET], &((struct net *)to[TYPE_NET])->ns);
	read_ref(&refs[TYPE_PID], &((struct pid_namespace *)to[TYPE_PID])->ns);
	read_ref(&refs[TYPE_TIME], &((struct time_namespace *)to[TYPE_TIME])->ns);
	read_ref(&refs[TYPE_USER], &((struct user_namespace *)to[TYPE_USER])->ns);
	read_ref(&refs[TYPE_UTS], &((struct uts_namespace *)to[TYPE_UTS])->ns);
	read_ref(&refs[LINK_PID_CHILDREN], &((struct pid_namespace *)to[LINK_PID_CHILDREN])->ns);
	read_ref(&refs[LINK_TIME_CHILDREN], &((struct time_namespace *)to[LINK_TIME_CHILDREN])->ns);
}

static __always_inline __u32 differences(const struct pointers *a, const struct pointers *b)
{
	__u32 changed = 0;

	for (int link = 0; link < RECORD_LINKS; link++)
		changed |= (__u32)(a->links[link] != b->links[link]) << link;
	return changed;
}

/* Notes the reader, which runs it once by reading from it. */
SEC("iter/task")
int meet_reader(struct bpf_iter__task *ctx)
{
	if (ctx->meta->seq_num == 0)
		note_reader((void *)bpf_get_current_task());
	return 0;
}

/* --- Processes ---------------------------------------------------------------------------------- */

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	struct pointers from, to;
	struct record_event *event;
	__u32 changed = 0;

	if (parent->nsproxy != child->nsproxy ||
	    parent->real_cred->user_ns != child->real_cred->user_ns ||
	    innermost(parent->thread_pid) != innermost(child->thread_pid)) {
		point(parent, &from);
		point(child, &to);
		changed = differences(&from, &to);
		/* The namespace that the parent had for its children is no effect of clone(2). */
		if (to.links[TYPE_PID] == from.links[LINK_PID_CHILDREN])
			changed &= ~(1U << TYPE_PID);
		if (to.links[TYPE_TIME] == from.links[LINK_TIME_CHILDREN])
			changed &= ~(1U << TYPE_TIME);
	}
	event = changed ? begin_long(child, RECORD_FORK) : begin_short(child, RECORD_FORK);
	if (!event)
		return 0;
	event->parent = number_of(BPF_CORE_READ(parent, signal, pids[PIDTYPE_TGID]));
	if (changed)
		set_links(event, &to, changed);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
	struct record_event *event = begin_short(task, RECORD_EXEC);

	if (event)
		bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct record_event *event = begin_short(task, RECORD_EXIT);

	if (!event)
		return 0;
	event->code = task->exit_code;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* --- Calls -------------------------------------------------------------------------------------- */

SEC("tp_btf/sys_enter")
int BPF_PROG(call_begins, struct pt_regs *regs, long number)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct caller caller = {};

	if (number == number_of_unshare)
		caller.kind = RECORD_UNSHARE;
	else if (number == number_of_setns)
		caller.kind = RECORD_SETNS;
	else if (number == number_of_sethostname)
		caller.kind = RECORD_SETHOSTNAME;
	else
		return 0;
	point((void *)bpf_get_current_task(), &caller.before);
	bpf_map_update_elem(&callers, &thread, &caller, BPF_ANY);
	return 0;
}

static __always_inline void set_hostname(struct record_event *event, const struct pointers *now)
{
	struct uts_namespace *uts = now->links[TYPE_UTS];

	set_links(event, now, 1U << TYPE_UTS);
	bpf_core_read_str(event->name, RECORD_NAME, &uts->name.nodename);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(call_ends, struct pt_regs *regs, long ret)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 thread = bpf_get_current_pid_tgid();
	struct caller *caller = bpf_map_lookup_elem(&callers, &thread);
	struct record_event *event;
	struct pointers now;
	__u32 kind, changed;

	if (!caller)
		return 0;
	point(task, &now);
	kind = (__u32)caller->kind;
	changed = differences(&caller->before, &now);
	bpf_map_delete_elem(&callers, &thread);
	if (kind == RECORD_SETHOSTNAME ? ret != 0 : !changed)
		return 0;
	event = begin_long(task, kind);
	if (!event)
		return 0;
	if (kind == RECORD_SETHOSTNAME)
		set_hostname(event, &now);
	else
		set_links(event, &now, changed);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
