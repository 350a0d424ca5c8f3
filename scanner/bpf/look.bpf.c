/* The iterators: each task with its namespaces, and the open files that hold a namespace.
 *
 * The kernel walks over the tasks of the reader's PID namespace, in order of their PIDs there.  The programs
 * only read.  A task holds the objects that it points to, so they exist as long as the task still has the
 * same nsproxy: that is checked again after the last read. */
#include "scanner/bpf/emit.h"

enum {
	KTHREAD = 0x00200000, /* PF_KTHREAD, PF_WQ_WORKER, PF_EXITING of linux/sched.h */
	WORKER = 0x00000020,
	EXITING = 0x00000004,
	PATH_ONLY = 010000000, /* O_PATH of asm-generic/fcntl.h */
	IS_MASK = 0170000,     /* S_IFMT and S_IFCHR of linux/stat.h */
	IS_CHARACTER = 0020000,
	TUN = 10 << 20 | 200, /* /dev/net/tun, as the kernel has numbers of devices */
	TRIES = 3,
};

#define NSFS_MAGIC   0x6e736673UL
#define SOCKFS_MAGIC 0x534f434bUL

struct record_task task_out;
struct record_file file_out;
static __u32 files_since_yield;
static __u64 last_scan, last_user, last_pid_ns, last_proxy; /* of the previous task */

static __noinline void meet_reader(void)
{
	note_reader((void *)bpf_get_current_task());
}

/* --- Descriptions of namespaces ------------------------------------------------------------------ */

/* Each namespace is described once in a scan, before the first task or file that leads to it. */

/* Descriptions with one task or file; the reader queries deeper ones itself. */
enum { PENDING_MAX = 128 };

/* Set by the reader before each walk. */
__u64 context; /* the number of the scan */
__u32 wants_names;

/* The objects that were described, by address: in which scan, with which task, and in which run for that
 * task.  When the reader's buffer was full, all that was written for the task is lost, and the kernel runs
 * the program for it once more.  When another object has the address by now, its description is missing, and
 * the reader queries it itself. */
struct description {
	__u64 context;
	__u64 task;
	__u64 show;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct description);
} described SEC(".maps");

/* The descriptions for the current task, before they are written. */
struct record_ns pending[PENDING_MAX];
__u32 pending_count;
static __u64 task_now, show_now;
static volatile __u64 passed;

/* The verifier checks functions that are not static once, without their callers; so they take addresses as
 * numbers, and it knows nothing of what is there.  They return 0, or 1 when there was no room for all. */

/* The address as a number, which the verifier does not track as a pointer. */
static __always_inline __u64 address_of(const void *object)
{
	passed = (__u64)object;
	return passed;
}

static __always_inline bool is_described(__u64 object)
{
	struct description *found = bpf_map_lookup_elem(&described, &object);

	return found && found->context == context &&
	       (found->task != task_now || found->show == show_now);
}

static __always_inline void mark_described(__u64 object)
{
	const struct description new = {.context = context, .task = task_now, .show = show_now};

	bpf_map_update_elem(&described, &object, &new, BPF_ANY);
}

static __always_inline void mark_void(__u64 object)
{
	bpf_map_delete_elem(&described, &object);
}

/* The program runs for another task, or once more for one. */
static __always_inline void begin_show(__u64 task)
{
	task_now = task;
	show_now++;
	pending_count = 0;
}

/* A new pending description; NULL when there is no room. */
static __always_inline struct record_ns *new_description(__u32 type)
{
	__u32 at = pending_count;
	struct record_ns *new;

	if (at >= PENDING_MAX)
		return NULL;
	barrier_var(at); /* else the compiler reads it once more */
	if (at >= PENDING_MAX)
		return NULL;
	pending_count = at + 1;
	new = &pending[at];
	new->head.bytes = sizeof(*new);
	new->head.kind = RECORD_NS;
	new->type = type;
	new->owner_uid = 0;
	new->parent_seen = 0;
	new->parent.id = new->parent.ino = 0;
	new->owner.id = new->owner.ino = 0;
	new->has_name = 0;
	return new;
}

static __always_inline int write_pending(struct seq_file *seq)
{
	__u64 count = pending_count;

	barrier_var(count); /* the verifier knows the bounds of this register only */
	if (count == 0 || count > PENDING_MAX)
		return 0;
	return bpf_seq_write(seq, pending, count * sizeof(pending[0]));
}

/* The state of a walk upward. */
struct climb {
	__u64 ns; /* the next one; 0 at the end */
	int full; /* there was no room */
};

static long describe_one_user(__u32 step, struct climb *climb)
{
	struct user_namespace *ns = (void *)climb->ns, *parent;
	struct record_ns *new;

	(void)step;
	if (!ns || is_described((__u64)ns))
		return 1;
	new = new_description(TYPE_USER);
	if (!new) {
		climb->full = 1;
		return 1;
	}
	read_ref(&new->ns, &ns->ns);
	new->owner_uid = BPF_CORE_READ(ns, owner.val);
	parent = BPF_CORE_READ(ns, parent);
	if (parent)
		read_ref(&new->owner, &parent->ns);
	new->parent = new->owner;
	mark_described((__u64)ns);
	climb->ns = (__u64)parent;
	return 0;
}

/* Describes a user namespace and all above it. */
__noinline int describe_user(__u64 ns)
{
	struct climb climb = {.ns = ns};

	bpf_loop(RECORD_LEVELS + 2, describe_one_user, &climb, 0);
	return climb.full;
}

/* The structure of @type that contains the member @ns. */
#define whole(ns, type) ((struct type *)((void *)(ns)-bpf_core_field_offset(struct type, ns)))

/* The user namespace that owns @ns, one of the flat @type. */
static __always_inline struct user_namespace *owner_of(__u32 type, struct ns_common *ns)
{
	switch (type) {
	case TYPE_CGROUP:
		return BPF_CORE_READ(whole(ns, cgroup_namespace), user_ns);
	case TYPE_IPC:
		return BPF_CORE_READ(whole(ns, ipc_namespace), user_ns);
	case TYPE_MNT:
		return BPF_CORE_READ(whole(ns, mnt_namespace), user_ns);
	case TYPE_NET:
		return BPF_CORE_READ(whole(ns, net), user_ns);
	case TYPE_TIME:
		return BPF_CORE_READ(whole(ns, time_namespace), user_ns);
	case TYPE_UTS:
		return BPF_CORE_READ(whole(ns, uts_namespace), user_ns);
	}
	return NULL;
}

/* Describes a namespace of a type that does not nest, and its owner. */
__noinline int describe_flat(__u32 type, __u64 address)
{
	struct ns_common *ns = (void *)address;
	struct user_namespace *owner;
	struct record_ns *new;

	if (!ns || is_described(address))
		return 0;
	new = new_description(type);
	if (!new)
		return 1;
	owner = owner_of(type, ns);
	if (type == TYPE_MNT)
		read_mnt_ref(&new->ns, whole(ns, mnt_namespace));
	else
		read_ref(&new->ns, ns);
	if (owner)
		read_ref(&new->owner, &owner->ns);
	if (type == TYPE_UTS && wants_names) {
		new->has_name = 1;
		bpf_core_read_str(new->name, RECORD_NAME, &whole(ns, uts_namespace)->name.nodename);
	}
	mark_described(address);
	return describe_user((__u64)owner);
}

static long climb_one(__u32 step, struct climb *climb)
{
	struct pid_namespace *ns = (void *)climb->ns;

	(void)step;
	if (!ns || BPF_CORE_READ(ns, level) <= level)
		return 1;
	climb->ns = (__u64)BPF_CORE_READ(ns, parent);
	return 0;
}

/* Returns 1 if it is the reader's PID namespace or a descendant of it, else 0. */
__noinline int is_within(__u64 address)
{
	struct climb climb = {.ns = address};
	struct record_ref at = {0};
	struct pid_namespace *ns;

	bpf_loop(RECORD_LEVELS, climb_one, &climb, 0);
	ns = (void *)climb.ns;
	if (!ns || BPF_CORE_READ(ns, level) != level)
		return 0;
	read_ref(&at, &ns->ns);
	return at.ino == reader.ino && at.id == reader.id;
}

static long describe_one_pid(__u32 step, struct climb *climb)
{
	struct pid_namespace *ns = (void *)climb->ns, *parent;
	struct user_namespace *owner;
	struct record_ns *new;
	bool seen;

	(void)step;
	if (!ns || is_described((__u64)ns))
		return 1;
	parent = BPF_CORE_READ(ns, parent);
	owner = BPF_CORE_READ(ns, user_ns);
	seen = parent && is_within((__u64)parent);
	new = new_description(TYPE_PID);
	if (!new) {
		climb->full = 1;
		return 1;
	}
	read_ref(&new->ns, &ns->ns);
	if (owner)
		read_ref(&new->owner, &owner->ns);
	if (seen)
		read_ref(&new->parent, &parent->ns);
	new->parent_seen = seen;
	mark_described((__u64)ns);
	climb->full = describe_user((__u64)owner);
	climb->ns = seen ? (__u64)parent : 0;
	return climb->full != 0;
}

/* Describes a PID namespace and those above it that are visible to the reader. */
__noinline int describe_pid(__u64 ns)
{
	struct climb climb = {.ns = ns};

	bpf_loop(RECORD_LEVELS, describe_one_pid, &climb, 0);
	return climb.full;
}

/* Describes number @step of the namespaces of a proxy, in the order of enum ns_link. */
static long describe_one_of(__u32 step, struct climb *climb)
{
	struct nsproxy *proxy = (void *)climb->ns;
	struct ns_common *ns = NULL;
	__u32 type = step;

	switch (step) {
	case TYPE_CGROUP:
		ns = &BPF_CORE_READ(proxy, cgroup_ns)->ns;
		break;
	case TYPE_IPC:
		ns = &BPF_CORE_READ(proxy, ipc_ns)->ns;
		break;
	case TYPE_MNT:
		ns = &BPF_CORE_READ(proxy, mnt_ns)->ns;
		break;
	case TYPE_NET:
		ns = &BPF_CORE_READ(proxy, net_ns)->ns;
		break;
	case TYPE_TIME:
		ns = &BPF_CORE_READ(proxy, time_ns)->ns;
		break;
	case TYPE_UTS:
		ns = &BPF_CORE_READ(proxy, uts_ns)->ns;
		break;
	case LINK_TIME_CHILDREN:
		ns = &BPF_CORE_READ(proxy, time_ns_for_children)->ns;
		type = TYPE_TIME;
		break;
	default:
		return 0;
	}
	climb->full = describe_flat(type, (__u64)ns);
	return climb->full != 0;
}

/* Describes all namespaces of a proxy. */
__noinline int describe_proxy(__u64 address)
{
	struct nsproxy *proxy = (void *)address;
	struct pid_namespace *children = BPF_CORE_READ(proxy, pid_ns_for_children);
	struct climb climb = {.ns = address};

	bpf_loop(RECORD_LINKS, describe_one_of, &climb, 0);
	if (climb.full || !children || !BPF_CORE_READ(children, child_reaper))
		return climb.full;
	return describe_pid((__u64)children);
}

/* --- Tasks -------------------------------------------------------------------------------------- */

static __always_inline void clear_links(void)
{
	for (int i = 0; i < RECORD_LINKS; i++) {
		task_out.links[i].id = 0;
		task_out.links[i].ino = 0;
	}
}

static __noinline void read_proxy(struct nsproxy *proxy)
{
	struct record_ref *links = task_out.links;

	if (proxy->cgroup_ns)
		set_ref(&links[TYPE_CGROUP], &proxy->cgroup_ns->ns);
	if (proxy->ipc_ns)
		set_ref(&links[TYPE_IPC], &proxy->ipc_ns->ns);
	if (proxy->mnt_ns)
		set_mnt_ref(&links[TYPE_MNT], proxy->mnt_ns);
	if (proxy->net_ns)
		set_ref(&links[TYPE_NET], &proxy->net_ns->ns);
	if (proxy->time_ns)
		set_ref(&links[TYPE_TIME], &proxy->time_ns->ns);
	if (proxy->uts_ns)
		set_ref(&links[TYPE_UTS], &proxy->uts_ns->ns);
	if (proxy->time_ns_for_children)
		set_ref(&links[LINK_TIME_CHILDREN], &proxy->time_ns_for_children->ns);
	if (!proxy->pid_ns_for_children)
		return;
	set_ref(&links[LINK_PID_CHILDREN], &proxy->pid_ns_for_children->ns);
	if (!proxy->pid_ns_for_children->child_reaper)
		task_out.flags |= RECORD_NO_INIT;
}

static long read_one_number(__u32 step, struct climb *climb)
{
	struct upid *at = (void *)climb->ns;

	if (step >= task_out.levels)
		return 1;
	barrier_var(step); /* else the compiler folds the next check into this one */
	if (step >= RECORD_LEVELS)
		return 1;
	bpf_core_read(&task_out.pids[step], sizeof(task_out.pids[step]), &at->nr);
	climb->ns = (__u64)at + bpf_core_type_size(struct upid);
	return 0;
}

__noinline int read_numbers(__u64 address)
{
	struct pid *pid = (void *)address;
	__u64 at = address + bpf_core_field_offset(struct pid, numbers);
	struct climb climb = {.ns = at + level * bpf_core_type_size(struct upid)};

	task_out.levels = BPF_CORE_READ(pid, level) - level + 1;
	bpf_loop(RECORD_LEVELS, read_one_number, &climb, 0);
	return 0;
}

static __always_inline __u32 state_of(struct task_struct *task)
{
	if (bpf_core_field_exists(task->__state))
		return task->__state;
	return (__u32)((struct task_struct___state *)task)->state;
}

static __noinline int write_task(struct seq_file *seq)
{
	__u32 levels = task_out.levels;
	__u32 bytes;

	if (levels > RECORD_LEVELS)
		levels = RECORD_LEVELS;
	levels += levels & 1;
	bytes = __builtin_offsetof(struct record_task, pids) + levels * 4;
	if (bytes > sizeof(task_out))
		bytes = sizeof(task_out);
	task_out.head.bytes = (__u16)bytes;
	task_out.head.kind = RECORD_TASK;
	return bpf_seq_write(seq, &task_out, bytes);
}

struct attempt {
	struct task_struct *task;
	bool same; /* all was read of one nsproxy */
};

static long read_links(__u32 step, struct attempt *attempt)
{
	struct task_struct *task = attempt->task;
	struct nsproxy *proxy = task->nsproxy;

	(void)step;
	clear_links();
	task_out.flags &= ~(__u32)RECORD_NO_INIT;
	if (proxy)
		read_proxy(proxy);
	attempt->same = (__u64)BPF_CORE_READ(task, nsproxy) == address_of(proxy);
	return attempt->same;
}

/* Describes the namespaces of a task that were not described yet.  Those of the previous task need no lookup
 * in the map. */
static __always_inline void describe(__u64 proxy, __u64 user, __u64 pid_ns)
{
	if (last_user != user)
		describe_user(user);
	if (last_pid_ns != pid_ns)
		describe_pid(pid_ns);
	if (proxy && last_proxy != proxy && !is_described(proxy) && !describe_proxy(proxy))
		mark_described(proxy);
}

SEC("iter/task")
int dump_task(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task, *leader;
	struct user_namespace *user;
	struct pid_namespace *pid_ns;
	struct signal_struct *signal;
	const struct cred *cred;
	struct nsproxy *proxy;
	struct pid *pid;
	struct attempt attempt;

	if (!task)
		return 0;
	if (last_scan != context) {
		last_scan = context;
		last_user = last_pid_ns = last_proxy = 0;
		meet_reader();
	}
	begin_show(address_of(task));
	leader = BPF_CORE_READ(task, group_leader);
	proxy = BPF_CORE_READ(task, nsproxy);
	if (task_now != (__u64)leader &&
	    (!proxy || task->exit_state || proxy == BPF_CORE_READ(leader, nsproxy)))
		return 0;
	pid = BPF_CORE_READ(task, thread_pid);
	if (!pid) /* released */
		return 0;
	attempt = (struct attempt){.task = task};
	signal = BPF_CORE_READ(task, signal);
	cred = BPF_CORE_READ(task, real_cred);
	task_out.flags = 0;
	if (task->flags & KTHREAD)
		task_out.flags |= RECORD_KERNEL_THREAD;
	if (task->flags & WORKER)
		task_out.flags |= RECORD_KERNEL_WORKER;
	if (task->flags & EXITING)
		task_out.flags |= RECORD_EXITING;
	task_out.tid = number_of(pid);
	task_out.pid = number_of(BPF_CORE_READ(signal, pids[PIDTYPE_TGID]));
	task_out.session = number_of(BPF_CORE_READ(signal, pids[PIDTYPE_SID]));
	task_out.ppid = number_of(BPF_CORE_READ(task, real_parent, signal, pids[PIDTYPE_TGID]));
	task_out.threads = (__u32)BPF_CORE_READ(signal, nr_threads);
	task_out.start_ns = task->start_boottime + (__u64)boot_offset_ns;
	task_out.exec_id = task->self_exec_id;
	task_out.state = state_of(task);
	task_out.euid = BPF_CORE_READ(cred, euid.val);
	bpf_core_read_str(task_out.comm, sizeof(task_out.comm), &task->comm);
	read_numbers((__u64)pid);
	bpf_loop(TRIES, read_links, &attempt, 0);
	if (!attempt.same)
		task_out.flags |= RECORD_RESTLESS;
	user = BPF_CORE_READ(cred, user_ns);
	read_ref(&task_out.links[TYPE_USER], &user->ns);
	pid_ns = innermost(pid);
	if (pid_ns)
		read_ref(&task_out.links[TYPE_PID], &pid_ns->ns);
	task_out.exit_state = (__u32)task->exit_state;
	proxy = BPF_CORE_READ(task, nsproxy);
	describe((__u64)proxy, (__u64)user, (__u64)pid_ns);
	if (BPF_CORE_READ(task, nsproxy) != proxy) {
		task_out.flags |= RECORD_TAKEN_BACK;
		mark_void((__u64)proxy);
	}
	if (write_pending(seq) || write_task(seq))
		return 0;
	last_user = (__u64)user;
	last_pid_ns = (__u64)pid_ns;
	last_proxy = task_out.flags & RECORD_TAKEN_BACK ? 0 : (__u64)proxy;
	return 0;
}

/* --- Files -------------------------------------------------------------------------------------- */

/* Describes the namespace behind @ns, of @type. */
static __always_inline void describe_any(struct ns_common *ns, __u32 type)
{
	if (type == TYPE_PID)
		describe_pid((__u64)whole(ns, pid_namespace));
	else if (type == TYPE_USER)
		describe_user((__u64)whole(ns, user_namespace));
	else
		describe_flat(type, (__u64)ns);
}

/* The namespace that @file holds, if such a file is reported; @ret_type is its type. */
static __always_inline struct ns_common *held_by(
    struct task_struct *task, struct file *file, __u32 *ret_type, __u32 *ret_holder)
{
	struct inode *inode = file->f_inode;
	unsigned long magic = inode->i_sb->s_magic;
	struct ns_common *ns = NULL;
	struct socket *socket;
	struct sock *sock;
	struct net *net;

	*ret_holder = RECORD_OF_NSFS;
	if (magic == NSFS_MAGIC) {
		ns = (struct ns_common *)BPF_CORE_READ(inode, i_private);
		*ret_type = type_of(ns);
		return ns;
	}
	if (file->f_flags & PATH_ONLY)
		return NULL;
	if (magic == SOCKFS_MAGIC) {
		*ret_holder = RECORD_SOCKET;
		socket = BPF_CORE_READ(file, private_data);
		sock = BPF_CORE_READ(socket, sk);
	} else if (inode->i_rdev == TUN && (inode->i_mode & IS_MASK) == IS_CHARACTER) {
		*ret_holder = RECORD_TUN;
		sock = BPF_CORE_READ(file, private_data); /* struct tun_file begins with it */
	} else {
		return NULL;
	}
	*ret_type = TYPE_NET;
	net = BPF_CORE_READ(sock, __sk_common.skc_net.net);
	if (!net || !task->nsproxy || net == task->nsproxy->net_ns)
		return NULL;
	return &net->ns;
}

/* Lets a read end after some files, however few of them are reported. */
static __always_inline void yield(struct seq_file *seq)
{
	struct record_head head = {.bytes = sizeof(head), .kind = RECORD_YIELD};

	if (++files_since_yield < RECORD_YIELD_FILES)
		return;
	files_since_yield = 0;
	bpf_seq_write(seq, &head, sizeof(head));
}

SEC("iter/task_file")
int dump_file(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct ns_common *ns;
	__u32 type, holder;

	if (!task || !file)
		return 0;
	ns = held_by(task, file, &type, &holder);
	if (!ns) {
		yield(seq);
		return 0;
	}
	begin_show((__u64)(__u32)task->pid << 32 | ctx->fd);
	describe_any(ns, type);
	if (write_pending(seq))
		return 0;
	file_out.head.bytes = sizeof(file_out);
	file_out.head.kind = RECORD_FILE;
	file_out.tid = number_of(task->thread_pid);
	file_out.pid = number_of(task->signal->pids[PIDTYPE_TGID]);
	file_out.fd = ctx->fd;
	file_out.type = type;
	file_out.holder = holder;
	if (type == TYPE_MNT)
		read_mnt_ref(&file_out.ns, whole(ns, mnt_namespace));
	else
		read_ref(&file_out.ns, ns);
	bpf_seq_write(seq, &file_out, sizeof(file_out));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
