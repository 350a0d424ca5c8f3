/* What both programs share: references to namespaces, and PIDs and times as the reader sees them.
 *
 * "The reader" is the process that loads the programs, and reads what they write.  Records hold the numbers
 * of its PID namespace and the clock of its time namespace.
 * set_… takes a pointer that the verifier knows, read_… any address of the kernel. */
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

/* Filled by note_reader, before any record is written. */
__u32 level;              /* the nesting level of its PID namespace, 0 for the initial one */
struct record_ref reader; /* that PID namespace */
__s64 boot_offset_ns;     /* the offset of its time namespace to CLOCK_BOOTTIME */

/* Set by the loader, which queries the ioctls: does the kernel have unique ids, of all namespaces (6.18) and
 * of mount namespaces (6.11)?  The member that holds an id in one kernel held another number in an earlier one. */
const volatile bool kernel_has_ids, kernel_has_mnt_ids;

#define has_id(ns) bpf_core_field_exists(((struct ns_common___id *)(ns))->ns_id)

static __always_inline void set_ref(struct record_ref *ref, struct ns_common *ns)
{
	ref->ino = ns->inum;
	ref->id = 0;
	if (kernel_has_ids && has_id(ns))
		ref->id = ((struct ns_common___id *)ns)->ns_id;
}

static __always_inline void read_ref(struct record_ref *ref, struct ns_common *ns)
{
	ref->ino = BPF_CORE_READ(ns, inum);
	ref->id = 0;
	if (kernel_has_ids && has_id(ns))
		ref->id = BPF_CORE_READ((struct ns_common___id *)ns, ns_id);
}

/* Mount namespaces had ids before the other types: mnt_namespace.seq, 6.11 to 6.17. */
#define has_seq(ns) bpf_core_field_exists(((struct mnt_namespace___seq *)(ns))->seq)

static __always_inline void set_mnt_ref(struct record_ref *ref, struct mnt_namespace *ns)
{
	ref->ino = ns->ns.inum;
	ref->id = 0;
	if (!kernel_has_mnt_ids)
		return;
	if (has_id(&ns->ns))
		ref->id = ((struct ns_common___id *)&ns->ns)->ns_id;
	else if (has_seq(ns))
		ref->id = ((struct mnt_namespace___seq *)ns)->seq;
}

static __always_inline void read_mnt_ref(struct record_ref *ref, struct mnt_namespace *ns)
{
	ref->ino = BPF_CORE_READ(ns, ns.inum);
	ref->id = 0;
	if (!kernel_has_mnt_ids)
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

/* The PID namespace that a process with @pid is a member of: the deepest one that has a number for it. */
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

/* Takes @own, the current task, for the reader. */
static __always_inline void note_reader(struct task_struct *own)
{
	struct pid *pid = BPF_CORE_READ(own, thread_pid);
	struct time_namespace *time = BPF_CORE_READ(own, nsproxy, time_ns);

	boot_offset_ns = BPF_CORE_READ(time, offsets.boottime.tv_sec) * 1000000000LL +
	                 BPF_CORE_READ(time, offsets.boottime.tv_nsec);
	level = BPF_CORE_READ(pid, level);
	read_ref(&reader, &innermost(pid)->ns);
}

/* The type of a CLONE_NEW… flag, sched.h; RECORD_TYPES for others. */
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

/* The type of @ns, as ns_common has it (6.18) or its operations (before). */
static __always_inline __u32 type_of(struct ns_common *ns)
{
	if (bpf_core_field_exists(((struct ns_common___type *)ns)->ns_type))
		return type_of_flag(BPF_CORE_READ((struct ns_common___type *)ns, ns_type));
	if (bpf_core_field_exists(struct proc_ns_operations___type, type))
		return type_of_flag((__u32)BPF_CORE_READ((struct ns_common___ops *)ns, ops, type));
	return RECORD_TYPES;
}
