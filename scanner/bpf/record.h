/* What the BPF programs write and the scanner reads.  Each number has a fixed size, and is aligned to that
 * size, so the layout is the same for both.
 *
 * An iterator writes a stream of records, each of which begins with its size and kind.  Descriptions of
 * namespaces come before the task that they were found with.  They are void when that task has
 * RECORD_TAKEN_BACK. */
#pragma once

#include <linux/types.h>

enum {
	RECORD_LINKS = 10,       /* in the order of enum ns_link */
	RECORD_TYPES = 8,        /* in the order of enum nstype */
	RECORD_LEVELS = 33,      /* pid namespaces nest 32 deep below the initial one */
	RECORD_NAME = 65,        /* utsname.nodename */
	RECORD_COMM = 16,        /* task_struct.comm */
	RECORD_YIELD_FILES = 64, /* files between two records RECORD_YIELD */
};

enum record_kind {
	RECORD_TASK = 1, /* struct record_task */
	RECORD_NS,       /* struct record_ns */
	RECORD_FILE,     /* struct record_file */
	RECORD_YIELD,    /* only a head, so that a read ends in time */
};

struct record_head {
	__u16 bytes; /* of all of the record, a multiple of 8 */
	__u16 kind;
	__u32 pad;
};

struct record_ref {
	__u64 id;  /* the unique id, 0 when the kernel has none */
	__u32 ino; /* 0 for none */
	__u32 pad;
};

enum record_task_flags {
	RECORD_KERNEL_THREAD = 1,
	RECORD_KERNEL_WORKER = 2,
	RECORD_NO_INIT = 4,     /* pid_for_children has no init; it is not described */
	RECORD_RESTLESS = 8,    /* its namespaces changed at each attempt to read them */
	RECORD_TAKEN_BACK = 16, /* the descriptions before it are void */
	RECORD_EXITING = 32,    /* it has begun to exit */
};

/* A process; or, where tid is not pid, a thread that may have left the namespaces of its process. */
struct record_task {
	struct record_head head;
	__u64 start_ns;                /* since boot, as in the reader's time namespace */
	__u64 exec_id;                 /* changes with each execve(2) */
	__s32 pid, tid, ppid, session; /* as in the reader's PID namespace */
	__u32 euid;
	__u32 threads;
	__u32 state, exit_state; /* as in task_struct */
	__u32 flags;
	__u32 levels; /* numbers in pids, from the reader's PID namespace inwards */
	char comm[RECORD_COMM];
	struct record_ref links[RECORD_LINKS];
	__s32 pids[RECORD_LEVELS + 1]; /* the record ends after the last one and its padding */
};

struct record_ns {
	struct record_head head;
	__u32 type;
	__u32 owner_uid;   /* of user namespaces */
	__u32 parent_seen; /* of PID namespaces: the parent is visible to the reader */
	__u32 has_name;
	struct record_ref ns, owner, parent;
	char name[RECORD_NAME + 7]; /* of uts namespaces; ends with NUL */
};

enum record_holder { RECORD_OF_NSFS, RECORD_SOCKET, RECORD_TUN };

/* An open file: of nsfs, or a socket or /dev/net/tun of a net namespace other than its task's. */
struct record_file {
	struct record_head head;
	__s32 pid, tid;
	__u32 fd;
	__u32 type;   /* of the namespace; RECORD_TYPES: unknown */
	__u32 holder; /* enum record_holder */
	__u32 pad;
	struct record_ref ns;
};

/* An event, in a ring buffer.  An event without links ends before them. */
enum record_event_kind {
	RECORD_FORK = 1,
	RECORD_EXEC,
	RECORD_EXIT,
	RECORD_UNSHARE,     /* unshare(2) that changed something */
	RECORD_SETNS,       /* setns(2), likewise */
	RECORD_SETHOSTNAME, /* a successful sethostname(2): name is the new one, of links[NS_UTS] */
};

struct record_event {
	__u64 time_ns; /* CLOCK_BOOTTIME of the reader, which includes the time in suspend */
	__u32 kind;
	__s32 pid, tid; /* as in the reader's PID namespace */
	__s32 parent;   /* RECORD_FORK: the process that forked; else the parent process */
	__u32 changed;  /* a bit for each link that changed; RECORD_FORK: by clone(2) */
	__s32 code;     /* RECORD_EXIT: the status, as in wait(2) */
	__u32 has_links;
	__u32 pad;
	char comm[RECORD_COMM];
	struct record_ref links[RECORD_LINKS];
	char name[RECORD_NAME + 7];
};
