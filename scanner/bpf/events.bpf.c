/* What happens, as it happens: a ring buffer takes a record of each fork, exec and exit, and of each
 * unshare(2), setns(2) and sethostname(2).
 *
 * Only tracepoints are used, since not every kernel lets its functions be hooked.  Those of system
 * calls are passed by every call on the machine, which costs each of them some ten nanoseconds as
 * long as somebody listens.
 *
 * Of tasks that the reader's PID namespace doesn't show there are no records.  All of it only
 * reads. */
#include "scanner/bpf/kernel.h"
#include "scanner/bpf/record.h"
#include "scanner/bpf/tell.h"

enum {
	RING_BYTES = 4 << 20,
	CALLERS_MAX = 4096, /* tasks that are within one of the calls at a time */
};

/* For the reader: how many records found no room. */
__u64 lost;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} ring SEC(".maps");

/* What a task points to, in the order of enum ns_link. */
struct pointers {
	void *links[RECORD_LINKS];
};

/* Who is within one of the calls, by thread, and where he was before. */
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

/* The numbers of the calls on this machine, from the reader. */
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

/* Begins a record of @task; NULL where it is not to be told, or there is no room. */
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

/* Tells all links: without a branch for each, or the verifier would walk all of their ways. */
static __always_inline void tell_links(
    struct record_event *event, const struct pointers *now, __u32 changed)
{
	struct record_ref *refs = event->links;
	void *const *to = now->links;

	event->changed = changed;
	event->name[0] = '\0';
	refer_far(&refs[TYPE_CGROUP], &((struct cgroup_namespace *)to[TYPE_CGROUP])->ns);
	refer_far(&refs[TYPE_IPC], &((struct ipc_namespace *)to[TYPE_IPC])->ns);
	refer_mnt_far(&refs[TYPE_MNT], to[TYPE_MNT]);
	refer_far(&refs[TYPE_NET], &((struct net *)to[TYPE_NET])->ns);
	refer_far(&refs[TYPE_PID], &((struct pid_namespace *)to[TYPE_PID])->ns);
	refer_far(&refs[TYPE_TIME], &((struct time_namespace *)to[TYPE_TIME])->ns);
	refer_far(&refs[TYPE_USER], &((struct user_namespace *)to[TYPE_USER])->ns);
	refer_far(&refs[TYPE_UTS], &((struct uts_namespace *)to[TYPE_UTS])->ns);
	refer_far(&refs[LINK_PID_CHILDREN], &((struct pid_namespace *)to[LINK_PID_CHILDREN])->ns);
	refer_far(
	    &refs[LINK_TIME_CHILDREN], &((struct time_namespace *)to[LINK_TIME_CHILDREN])->ns);
}

static __always_inline __u32 differences(const struct pointers *a, const struct pointers *b)
{
	__u32 changed = 0;

	for (int link = 0; link < RECORD_LINKS; link++)
		changed |= (__u32)(a->links[link] != b->links[link]) << link;
	return changed;
}

/* The reader runs this once by reading from it. */
SEC("iter/task")
int meet_reader(struct bpf_iter__task *ctx)
{
	if (ctx->meta->seq_num == 0)
		meet((void *)bpf_get_current_task());
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
		/* What the parent had got for its children is not clone's doing. */
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
		tell_links(event, &to, changed);
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

static __always_inline void tell_host(struct record_event *event, const struct pointers *now)
{
	struct uts_namespace *uts = now->links[TYPE_UTS];

	tell_links(event, now, 1U << TYPE_UTS);
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
		tell_host(event, &now);
	else
		tell_links(event, &now, changed);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
