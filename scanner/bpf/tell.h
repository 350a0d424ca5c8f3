/* How the programs tell namespaces and numbers. */
#pragma once

#include "scanner/bpf/kernel.h"
#include "scanner/bpf/record.h"

#include <stdbool.h>

/* In the order of enum nstype and enum ns_link. */
enum {
	TYPE_CGROUP,
	TYPE_IPC,
	TYPE_MNT,
	TYPE_NET,
	TYPE_PID,
	TYPE_TIME,
	TYPE_USER,
	TYPE_UTS,
	LINK_PID_CHILDREN,
	LINK_TIME_CHILDREN,
};

/* Of the reader, whose numbers and clock are told. */
__u32 level;              /* of its PID namespace */
struct record_ref reader; /* that namespace */
__s64 boot_offset_ns;     /* of its time namespace */

/* Does the kernel tell unique ids, of all namespaces or of mount namespaces only?  Whoever loads the programs
 * asks its ioctls: what is an id in one kernel is another number in one before it. */
const volatile bool tells_ids, tells_mnt_ids;

#define has_id(ns) bpf_core_field_exists(((struct ns_common___id *)(ns))->ns_id)

static __always_inline void refer(struct record_ref *ref, struct ns_common *ns)
{
	ref->ino = ns->inum;
	ref->id = 0;
	if (tells_ids && has_id(ns))
		ref->id = ((struct ns_common___id *)ns)->ns_id;
}

/* The same where the verifier doesn't know what @ns points to. */
static __always_inline void refer_far(struct record_ref *ref, struct ns_common *ns)
{
	ref->ino = BPF_CORE_READ(ns, inum);
	ref->id = 0;
	if (tells_ids && has_id(ns))
		ref->id = BPF_CORE_READ((struct ns_common___id *)ns, ns_id);
}

/* Mount namespaces had ids of their own before the others. */
#define has_seq(ns) bpf_core_field_exists(((struct mnt_namespace___seq *)(ns))->seq)

static __always_inline void refer_mnt(struct record_ref *ref, struct mnt_namespace *ns)
{
	ref->ino = ns->ns.inum;
	ref->id = 0;
	if (!tells_mnt_ids)
		return;
	if (has_id(&ns->ns))
		ref->id = ((struct ns_common___id *)&ns->ns)->ns_id;
	else if (has_seq(ns))
		ref->id = ((struct mnt_namespace___seq *)ns)->seq;
}

static __always_inline void refer_mnt_far(struct record_ref *ref, struct mnt_namespace *ns)
{
	ref->ino = BPF_CORE_READ(ns, ns.inum);
	ref->id = 0;
	if (!tells_mnt_ids)
		return;
	if (has_id(&ns->ns))
		ref->id = BPF_CORE_READ((struct ns_common___id *)&ns->ns, ns_id);
	else if (has_seq(ns))
		ref->id = BPF_CORE_READ((struct mnt_namespace___seq *)ns, seq);
}

/* The number of @pid in the reader's PID namespace; 0 for none. */
static __always_inline int number_of(struct pid *pid)
{
	struct upid *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	struct upid *own = (void *)numbers + level * bpf_core_type_size(struct upid);
	struct pid_namespace *ns = NULL;
	unsigned int inum = 0;
	int nr = 0;

	if (!pid || BPF_CORE_READ(pid, level) < level)
		return 0;
	bpf_core_read(&nr, sizeof(nr), &own->nr);
	if (level == 0)
		return nr;
	bpf_core_read(&ns, sizeof(ns), &own->ns);
	bpf_core_read(&inum, sizeof(inum), &ns->ns.inum);
	return inum == reader.ino ? nr : 0;
}

static __always_inline struct pid_namespace *innermost(struct pid *pid)
{
	struct upid *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	struct pid_namespace *ns = NULL;
	unsigned int depth = 0;

	bpf_core_read(&depth, sizeof(depth), &pid->level);
	numbers = (void *)numbers + depth * bpf_core_type_size(struct upid);
	bpf_core_read(&ns, sizeof(ns), &numbers->ns);
	return ns;
}

/* Notes that @own is the reader. */
static __always_inline void meet(struct task_struct *own)
{
	struct pid *pid = BPF_CORE_READ(own, thread_pid);
	struct time_namespace *time = BPF_CORE_READ(own, nsproxy, time_ns);

	boot_offset_ns = BPF_CORE_READ(time, offsets.boottime.tv_sec) * 1000000000LL +
	                 BPF_CORE_READ(time, offsets.boottime.tv_nsec);
	level = BPF_CORE_READ(pid, level);
	refer_far(&reader, &innermost(pid)->ns);
}

static __always_inline __u32 type_of_flag(__u32 flag)
{
	switch (flag) {
	case 0x02000000:
		return TYPE_CGROUP;
	case 0x08000000:
		return TYPE_IPC;
	case 0x00020000:
		return TYPE_MNT;
	case 0x40000000:
		return TYPE_NET;
	case 0x20000000:
		return TYPE_PID;
	case 0x00000080:
		return TYPE_TIME;
	case 0x10000000:
		return TYPE_USER;
	case 0x04000000:
		return TYPE_UTS;
	}
	return RECORD_TYPES;
}

static __always_inline __u32 type_of(struct ns_common *ns)
{
	if (bpf_core_field_exists(((struct ns_common___type *)ns)->ns_type))
		return type_of_flag(BPF_CORE_READ((struct ns_common___type *)ns, ns_type));
	if (bpf_core_field_exists(struct proc_ns_operations___type, type))
		return type_of_flag((__u32)BPF_CORE_READ((struct ns_common___ops *)ns, ops, type));
	return RECORD_TYPES;
}
