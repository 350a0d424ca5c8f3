/* The iterators: what each task is and which namespaces it is in, and which open files keep one.
 *
 * The kernel walks over the tasks of the reader's PID namespace, in order of their numbers there.
 * All of it only reads.  What a task points to is held by it, so it is there while the task's
 * nsproxy is the one that it was before: that is looked at again behind the last read. */
#include "scanner/bpf/describe.h"

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
static __u64 last_scan, last_user, last_pid_ns, last_proxy; /* of the task before */

static __noinline void meet_reader(void)
{
	meet((void *)bpf_get_current_task());
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
		refer(&links[TYPE_CGROUP], &proxy->cgroup_ns->ns);
	if (proxy->ipc_ns)
		refer(&links[TYPE_IPC], &proxy->ipc_ns->ns);
	if (proxy->mnt_ns)
		refer_mnt(&links[TYPE_MNT], proxy->mnt_ns);
	if (proxy->net_ns)
		refer(&links[TYPE_NET], &proxy->net_ns->ns);
	if (proxy->time_ns)
		refer(&links[TYPE_TIME], &proxy->time_ns->ns);
	if (proxy->uts_ns)
		refer(&links[TYPE_UTS], &proxy->uts_ns->ns);
	if (proxy->time_ns_for_children)
		refer(&links[LINK_TIME_CHILDREN], &proxy->time_ns_for_children->ns);
	if (!proxy->pid_ns_for_children)
		return;
	refer(&links[LINK_PID_CHILDREN], &proxy->pid_ns_for_children->ns);
	if (!proxy->pid_ns_for_children->child_reaper)
		task_out.flags |= RECORD_NO_INIT;
}

static long read_one_number(__u32 step, struct climb *climb)
{
	struct upid *at = (void *)climb->ns;

	if (step >= task_out.levels)
		return 1;
	barrier_var(step); /* or the check that follows is folded into that one */
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
	bool same; /* what was read belongs together */
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

/* Describes what was not described yet of what the task points to.  Whose was described with the last
 * task needs no look into the map. */
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
int look_at_task(struct bpf_iter__task *ctx)
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
	refer_far(&task_out.links[TYPE_USER], &user->ns);
	pid_ns = innermost(pid);
	if (pid_ns)
		refer_far(&task_out.links[TYPE_PID], &pid_ns->ns);
	task_out.exit_state = (__u32)task->exit_state;
	proxy = BPF_CORE_READ(task, nsproxy);
	describe((__u64)proxy, (__u64)user, (__u64)pid_ns);
	if (BPF_CORE_READ(task, nsproxy) != proxy) {
		task_out.flags |= RECORD_TAKEN_BACK;
		mark_void((__u64)proxy);
	}
	if (write_told(seq) || write_task(seq))
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

/* The namespace that @file keeps, if it is one that is told; @ret_type is its type. */
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

/* Lets a read end after some files, however few of them are told. */
static __always_inline void yield(struct seq_file *seq)
{
	struct record_head head = {.bytes = sizeof(head), .kind = RECORD_YIELD};

	if (++files_since_yield < RECORD_YIELD_FILES)
		return;
	files_since_yield = 0;
	bpf_seq_write(seq, &head, sizeof(head));
}

SEC("iter/task_file")
int look_at_file(struct bpf_iter__task_file *ctx)
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
	if (write_told(seq))
		return 0;
	file_out.head.bytes = sizeof(file_out);
	file_out.head.kind = RECORD_FILE;
	file_out.tid = number_of(task->thread_pid);
	file_out.pid = number_of(task->signal->pids[PIDTYPE_TGID]);
	file_out.fd = ctx->fd;
	file_out.type = type;
	file_out.holder = holder;
	if (type == TYPE_MNT)
		refer_mnt_far(&file_out.ns, whole(ns, mnt_namespace));
	else
		refer_far(&file_out.ns, ns);
	bpf_seq_write(seq, &file_out, sizeof(file_out));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
