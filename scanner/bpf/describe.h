/* How the iterators describe namespaces: each once in a scan, with the first task or file that leads to
 * it. */
#pragma once

#include "scanner/bpf/tell.h"

/* Descriptions with one task; what stands deeper the reader asks for itself. */
enum { TOLD_MAX = 128 };

/* Set by the reader. */
__u64 context; /* another number for each */
__u32 wants_names;

/* Which objects were described in which scan, by their addresses, and when which task was shown: where the
 * reader's buffer was full, that one is shown once more, and all that was written for it is lost.
 * Where another object has the address meanwhile, the reader misses the description and asks for it
 * itself. */
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

/* What is described with the present task, before it is written. */
struct record_ns told[TOLD_MAX];
__u32 told_count;
static __u64 task_now, show_now;
static volatile __u64 passed;

/* Functions that are not static are looked at by the verifier once, whoever calls them; so they take
 * addresses as numbers, and nothing is known of what these lead to.  They return 0, or 1 where there
 * was no room for all. */

/* The address as a number, which the verifier takes for no pointer any more. */
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

/* Another task is shown, or one once more. */
static __always_inline void begin_show(__u64 task)
{
	task_now = task;
	show_now++;
	told_count = 0;
}

/* Room for one more; NULL where there is none. */
static __always_inline struct record_ns *new_told(__u32 type)
{
	__u32 at = told_count;
	struct record_ns *new;

	if (at >= TOLD_MAX)
		return NULL;
	barrier_var(at); /* or it is read once more */
	if (at >= TOLD_MAX)
		return NULL;
	told_count = at + 1;
	new = &told[at];
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

static __always_inline int write_told(struct seq_file *seq)
{
	__u64 count = told_count;

	barrier_var(count); /* its bounds are those of this very register */
	if (count == 0 || count > TOLD_MAX)
		return 0;
	return bpf_seq_write(seq, told, count * sizeof(told[0]));
}

/* Where a walk upward is. */
struct climb {
	__u64 ns; /* 0 at the end */
	int full;
};

static long describe_one_user(__u32 step, struct climb *climb)
{
	struct user_namespace *ns = (void *)climb->ns, *parent;
	struct record_ns *new;

	(void)step;
	if (!ns || is_described((__u64)ns))
		return 1;
	new = new_told(TYPE_USER);
	if (!new) {
		climb->full = 1;
		return 1;
	}
	refer_far(&new->ns, &ns->ns);
	new->owner_uid = BPF_CORE_READ(ns, owner.val);
	parent = BPF_CORE_READ(ns, parent);
	if (parent)
		refer_far(&new->owner, &parent->ns);
	new->parent = new->owner;
	mark_described((__u64)ns);
	climb->ns = (__u64)parent;
	return 0;
}

/* A user namespace and all above it. */
__noinline int describe_user(__u64 ns)
{
	struct climb climb = {.ns = ns};

	bpf_loop(RECORD_LEVELS + 2, describe_one_user, &climb, 0);
	return climb.full;
}

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

/* A namespace of a type that does not nest, and its owner. */
__noinline int describe_flat(__u32 type, __u64 address)
{
	struct ns_common *ns = (void *)address;
	struct user_namespace *owner;
	struct record_ns *new;

	if (!ns || is_described(address))
		return 0;
	new = new_told(type);
	if (!new)
		return 1;
	owner = owner_of(type, ns);
	if (type == TYPE_MNT)
		refer_mnt_far(&new->ns, whole(ns, mnt_namespace));
	else
		refer_far(&new->ns, ns);
	if (owner)
		refer_far(&new->owner, &owner->ns);
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

/* Is that the reader's PID namespace or one below it?  1 or 0. */
__noinline int is_within(__u64 address)
{
	struct climb climb = {.ns = address};
	struct record_ref at = {0};
	struct pid_namespace *ns;

	bpf_loop(RECORD_LEVELS, climb_one, &climb, 0);
	ns = (void *)climb.ns;
	if (!ns || BPF_CORE_READ(ns, level) != level)
		return 0;
	refer_far(&at, &ns->ns);
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
	new = new_told(TYPE_PID);
	if (!new) {
		climb->full = 1;
		return 1;
	}
	refer_far(&new->ns, &ns->ns);
	if (owner)
		refer_far(&new->owner, &owner->ns);
	if (seen)
		refer_far(&new->parent, &parent->ns);
	new->parent_seen = seen;
	mark_described((__u64)ns);
	climb->full = describe_user((__u64)owner);
	climb->ns = seen ? (__u64)parent : 0;
	return climb->full != 0;
}

/* A PID namespace and those above it, as far as the reader may see them. */
__noinline int describe_pid(__u64 ns)
{
	struct climb climb = {.ns = ns};

	bpf_loop(RECORD_LEVELS, describe_one_pid, &climb, 0);
	return climb.full;
}

/* Number @step of what a proxy points to. */
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
