/* What the BPF programs write and the scanner reads: numbers of one size everywhere, each aligned to its own
 * size, so that the layout is the same for both.
 *
 * An iterator gives a stream of records, each of which begins with its size and kind.  Descriptions
 * of namespaces come before the task that they were found with, and hold only where that task does
 * not take them back. */
#pragma once

#include <linux/types.h>

enum {
	RECORD_LINKS = 10,       /* in the order of enum ns_link */
	RECORD_TYPES = 8,        /* in the order of enum nstype */
	RECORD_LEVELS = 33,      /* pid namespaces nest 32 deep below the initial one */
	RECORD_NAME = 65,        /* utsname.nodename */
	RECORD_COMM = 16,        /* task_struct.comm */
	RECORD_YIELD_FILES = 64, /* files between two beats */
};

enum record_kind {
	RECORD_TASK = 1, /* struct record_task */
	RECORD_NS,       /* struct record_ns */
	RECORD_FILE,     /* struct record_file */
	RECORD_YIELD,    /* nothing but its head: so that a read ends in time */
};

struct record_head {
	__u16 bytes; /* of all of the record, a multiple of 8 */
	__u16 kind;
	__u32 pad;
};

struct record_ref {
	__u64 id;  /* the kernel's unique one, 0 where it has none */
	__u32 ino; /* 0 for none */
	__u32 pad;
};

enum record_task_flags {
	RECORD_KERNEL_THREAD = 1,
	RECORD_KERNEL_WORKER = 2,
	RECORD_NO_INIT = 4,     /* pid_for_children has none yet; it is not described */
	RECORD_RESTLESS = 8,    /* its namespaces changed again and again while they were read */
	RECORD_TAKEN_BACK = 16, /* the descriptions before it are void */
	RECORD_EXITING = 32,    /* it has begun to end */
};

/* A process, or a thread where tid is not pid: one that may stand apart from its process. */
struct record_task {
	struct record_head head;
	__u64 start_ns;                /* since boot, as in the reader's time namespace */
	__u64 exec_id;                 /* another one after each execve(2) */
	__s32 pid, tid, ppid, session; /* of the reader's PID namespace */
	__u32 euid;
	__u32 threads;
	__u32 state, exit_state; /* as in task_struct */
	__u32 flags;
	__u32 levels; /* from the reader's PID namespace inwards */
	char comm[RECORD_COMM];
	struct record_ref links[RECORD_LINKS];
	__s32 pids[RECORD_LEVELS + 1]; /* cut behind the last one and its padding */
};

struct record_ns {
	struct record_head head;
	__u32 type;
	__u32 owner_uid;   /* of user namespaces */
	__u32 parent_seen; /* of pid namespaces: the parent is within the reader's */
	__u32 has_name;
	struct record_ref ns, owner, parent;
	char name[RECORD_NAME + 7]; /* of uts namespaces; ends with NUL */
};

enum record_holder { RECORD_OF_NSFS, RECORD_SOCKET, RECORD_TUN };

/* An open file: one of nsfs, or a socket or /dev/net/tun of another net namespace than its task's. */
struct record_file {
	struct record_head head;
	__s32 pid, tid;
	__u32 fd;
	__u32 type;   /* of the namespace; RECORD_TYPES where it is none of those */
	__u32 holder; /* enum record_holder */
	__u32 pad;
	struct record_ref ns;
};

/* What happened; a ring buffer holds these.  Those without namespaces end before them. */
enum record_event_kind {
	RECORD_FORK = 1,
	RECORD_EXEC,
	RECORD_EXIT,
	RECORD_UNSHARE,     /* unshare(2) that changed something */
	RECORD_SETNS,       /* setns(2), likewise */
	RECORD_SETHOSTNAME, /* sethostname(2) that gave 0: name is the new one, of links[uts] */
};

struct record_event {
	__u64 time_ns; /* CLOCK_BOOTTIME of the reader: it goes on while the machine is suspended */
	__u32 kind;
	__s32 pid, tid; /* of the reader's PID namespace */
	__s32 parent; /* RECORD_FORK: the process that forked; else that which has it for a child */
	__u32 changed; /* a bit for each link that is another one now; RECORD_FORK: by clone(2) */
	__s32 code;    /* RECORD_EXIT: as wait(2) tells it */
	__u32 has_links;
	__u32 pad;
	char comm[RECORD_COMM];
	struct record_ref links[RECORD_LINKS];
	char name[RECORD_NAME + 7];
};
