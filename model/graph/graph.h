/* The graph: a snapshot of the machine.
 *
 * Processes, namespaces of the eight types, and the edges between them. A scanner source fills a
 * builder; freezing the builder gives the graph, which never changes again and owns all that it points
 * to. Graphs are reference-counted: the history, views and the lesson player hold one each.
 *
 * Nothing here is identified by a bare number that the kernel reuses. A process is (pid, start time);
 * a namespace is the kernel's unique id where there is one (NS_GET_ID, 6.18), else (type, device,
 * inode, generation), where the generation follows from the members: an inode whose members of the
 * last graph are all gone may be another namespace, see graph_freeze.
 *
 * What could not be read is data: every link carries its reason.
 *
 * Text in the graph (comm, command line, user, host name) is raw bytes from the system: show it
 * through line.h only. */
#pragma once

#include "model/graph/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ns_id {
	enum nstype type;
	uint32_t generation; /* 0 for the first one seen with this inode */
	uint64_t dev, ino;   /* of nsfs */
	uint64_t unique;     /* NS_GET_ID or NS_GET_MNTNS_ID; 0 where the kernel gives none */
};

struct process_id {
	pid_t pid;
	uint64_t start_ticks; /* since boot, in clock ticks; proc_pid_stat(5) field 22 */
};

bool ns_id_equal(const struct ns_id *a, const struct ns_id *b);
uint64_t ns_id_hash(const struct ns_id *id);
bool process_id_equal(const struct process_id *a, const struct process_id *b);
uint64_t process_id_hash(const struct process_id *id);

/* Whether something could be read, and why not. */
enum read_status {
	READ_OK,
	READ_DENIED,      /* EACCES, EPERM: the ptrace access mode check fails */
	READ_GONE,        /* ENOENT, ESRCH: the process ended while it was read */
	READ_ZOMBIE,      /* a zombie keeps only some links */
	READ_UNSUPPORTED, /* the kernel has no such link or ioctl */
	READ_EMPTY, /* pid_for_children before the first fork: the namespace has no init yet */
	READ_NEVER, /* it was not read */
};

/* "denied", "gone", "zombie", "unsupported", "empty", "not read": for reports and JSON. */
const char *read_status_name(enum read_status why);
/* A sentence for people, translated. */
const char *read_status_text(enum read_status why);

/* When the history first saw it, and when it ended, in milliseconds on the history's clock. 0 for
 * appeared_ms: it existed when watching began. 0 for ended_ms: it has not ended. */
struct life {
	uint64_t appeared_ms;
	uint64_t ended_ms;
};

struct ns;
struct process;

/* A diverged thread: its links differ from those of its process, or it goes on in a process whose
 * first thread has ended (state Z, threads > 1), so that only such threads are in its namespaces.
 * namespaces(7) are attributes of threads. A thread that is back in its process's namespaces stays for
 * one more graph, so that it does not seem to have ended. A thread is identified by its tid and start
 * time. */
struct thread {
	pid_t tid;            /* as in the scanner's PID namespace */
	uint64_t start_ticks; /* as of a process; 0 where it was not read */
	const char *comm;     /* raw; never NULL */
	const struct process *process;
	const struct ns *ns[NS_LINK_COUNT]; /* NULL where read_status[link] is not READ_OK */
	enum read_status read_status[NS_LINK_COUNT];
	struct life life;
	const struct thread *next; /* of the same process, by tid */
};

/* What holds a namespace: one reference to it. */
enum holder_kind {
	HOLDER_PROCESS,      /* a member */
	HOLDER_THREAD,       /* a thread is a member, and its process is not */
	HOLDER_FOR_CHILDREN, /* the next child of a process gets it, and the process is not a member */
	HOLDER_FD,           /* an open descriptor, with O_PATH too */
	HOLDER_SOCKET,       /* of a net namespace whose member the socket's owner is not */
	HOLDER_MOUNT,        /* a bind mount of its file */
	HOLDER_CHILD,        /* a child namespace */
	HOLDER_OWNED,        /* a namespace that it owns, but for its children */
	HOLDER_TUN, /* a descriptor of /dev/net/tun, which refers to a net namespace as a socket does */
	HOLDER_UNSEEN,     /* the kernel lists it as active, and no other holder was found */
	HOLDER_KIND_COUNT, /* recordings have these numbers: new kinds come last */
};

struct holder {
	enum holder_kind kind;
	int fd; /* FD, SOCKET, TUN; else -1 */
	pid_t
	    tid; /* FD, SOCKET, TUN: the thread with that descriptor table of its own; 0: the process's table */
	const struct process
	    *process;                /* PROCESS, THREAD, FOR_CHILDREN, FD, SOCKET, TUN; else NULL */
	const struct thread *thread; /* THREAD; FOR_CHILDREN of a thread; else NULL */
	const char *path;            /* MOUNT: as in the mount namespace @ns; raw; else NULL */
	const struct ns
	    *ns; /* CHILD, OWNED: that namespace. MOUNT: the mount namespace, NULL for unknown */
};

struct process {
	struct process_id id;
	pid_t ppid;          /* as in the scanner's PID namespace; 0 for none or outside */
	const char *comm;    /* raw, at most 15 bytes (63 for kernel workers); never NULL */
	const char *cmdline; /* raw, arguments separated by NUL; NULL where there is none */
	size_t cmdline_len;  /* without the last NUL */
	bool cmdline_cut;    /* it is longer */
	bool cmdline_late;   /* it could not be read in time: what is here, if anything, is older */
	const char *cgroup;  /* a path, see containers.h; raw; NULL where it was not read */
	uid_t uid;           /* effective, as in the scanner's user namespace */
	const char *user;    /* its name, NULL where unknown */
	char state;          /* proc_pid_stat(5): R S D Z T t I X */
	bool kernel_thread;
	bool exiting; /* it has begun to end (PF_EXITING), and may be without namespaces */
	int threads;
	const pid_t *pids; /* NSpid: from the scanner's PID namespace inwards */
	int pid_levels;    /* at least 1 */
	bool pids_cut;     /* the PIDs after the first could not be read: pid_levels is 1 */
	const struct ns *ns[NS_LINK_COUNT]; /* NULL where read_status[link] is not READ_OK */
	enum read_status read_status[NS_LINK_COUNT];
	const struct thread *first_thread; /* the diverged ones, see struct thread; by tid */
	enum read_status fds_status;       /* of its descriptors */
	struct life life;

	/* Set by graph_freeze. */
	/* The running process with pid ppid, or NULL; of a process that exited, its last parent. */
	const struct process *parent;
	const struct process *first_child; /* in order of pid */
	const struct process *next_sibling;
	const struct process *next_member[NS_TYPE_COUNT]; /* the next in the same namespace */
	uint32_t index;                                   /* its place in graph.processes */
};

struct ns {
	struct ns_id id;
	bool initial; /* known to be the initial instance of its type */
	bool own;     /* the scanning process is a member of it, see graph_note_own */
	bool unseen;  /* the kernel lists it as active, but no reference to it was found */
	bool
	    reference; /* the namespace columns compare with it: the initial one; where that is not visible, nsscope's own; where that is unknown too, that of the oldest process */
	enum read_status parent_status; /* READ_OK: parent is set, or it has none (initial) */
	const struct ns *parent; /* of pid and user namespaces; NS_GET_PARENT, ioctl_nsfs(2) */
	enum read_status owner_status;
	const struct ns *owner; /* the owning user namespace; NS_GET_USERNS */
	enum read_status owner_uid_status;
	uid_t owner_uid;            /* of user namespaces; NS_GET_OWNER_UID */
	const char *name;           /* of a bind mount of it ("blue"), NULL for none; raw */
	bool had_members;           /* a process was in it, in this graph or in one before */
	struct process_id had_init; /* of a PID namespace, its PID 1, likewise; pid 0: never seen */
	bool
	    named_by_link; /* the name is that of a symbolic link, which holds no reference; mounts.h */
	int32_t
	    netnsid; /* of net namespaces: the number in the scanner's own, rtnetlink(7); -1 for none */
	const char *hostname; /* of uts namespaces, NULL where it was not read; raw */
	/* Its own in a series of graphs, each of which follows from the one before
	 * (graph_builder_new), from 1; set by graph_freeze. */
	uint32_t number;
	struct life life;

	/* Set by graph_freeze. */
	const struct process *first_member; /* by its own link, not the for_children ones; by pid */
	uint32_t member_count;              /* those that have not ended */
	const struct holder *holders;       /* its other holders, by kind; see ns.h */
	uint32_t holder_count;
	uint32_t index; /* its place in graph.namespaces */
};

/* How the scan went. */
struct scan_stats {
	uint64_t taken_at_ms;             /* wall clock, since 1970, when the scan began */
	uint64_t taken_at_ticks;          /* the same as start times have it; 0: not known */
	double scan_ms;                   /* the working time, without waits between slices */
	uint32_t denied;                  /* processes with a link that was refused */
	uint32_t vanished;                /* processes that ended while they were read */
	uint32_t unchanged;               /* processes that were not read again */
	uint32_t fds_denied;              /* processes whose descriptors were refused */
	uint64_t serial;                  /* of the scan: counts the scans of this program from 1 */
	uint64_t looked_serial;           /* that of the last full scan */
	bool hidden;                      /* /proc hides other users' processes (hidepid) */
	bool foreign_proc;                /* /proc belongs to another PID namespace than ours */
	bool names_late;                  /* the folder with names by links did not answer */
	bool type_missing[NS_TYPE_COUNT]; /* the kernel has no such type */
};

struct graph {
	const char *host; /* node name and release, uname(2); raw */
	const char *kernel;
	const char *source; /* "proc" */
	struct scan_stats stats;
	const struct process *const
	    *processes; /* by pid, then start time; with those that ended lately */
	size_t process_count;
	size_t living_count;
	const struct ns *const
	    *namespaces; /* by type, the reference one first, then by first pid, ino */
	size_t ns_count;
	size_t living_ns_count;
	const struct ns *reference[NS_TYPE_COUNT]; /* NULL where none is visible */
	bool pid_members_known; /* a PID namespace without a visible member has none, see ns.h */
};

struct graph *graph_ref(const struct graph *graph);
void graph_unref(struct graph *graph); /* NULL is fine */

/* The size of a graph, in bytes. */
size_t graph_bytes(const struct graph *graph);

/* Look-ups; NULL for none. A bare pid finds only running processes; an id also those that exited. */
const struct process *graph_process_by_pid(const struct graph *graph, pid_t pid);
const struct process *graph_process(const struct graph *graph, const struct process_id *id);
const struct ns *graph_ns(const struct graph *graph, const struct ns_id *id);
/* The number of processes in stats.denied that are refused entirely: the graph does not have them. */
uint32_t graph_refused(const struct graph *graph);
/* The namespace with this inode that has not been freed. */
const struct ns *graph_ns_by_ino(const struct graph *graph, enum nstype type, uint64_t ino);

/* Is a namespace the initial one of its type? In a container, or in a user namespace of one's own, the
 * initial ones may not be visible; and before Linux 6.18 the initial mnt and net namespaces have no
 * fixed inode, so without a visible kernel thread nothing distinguishes them. */
enum standing {
	STANDING_INITIAL, /* it is */
	STANDING_OTHER,   /* it is not */
	STANDING_UNKNOWN, /* unknown */
};
enum standing ns_standing(const struct graph *graph, const struct ns *ns);

/* The thread of @process, not ended, that is @thread of another graph; NULL for none. */
const struct thread *graph_same_thread(const struct process *process, const struct thread *thread);
/* Does one of its links differ from its process's, or has that process's first thread ended? */
bool thread_diverged(const struct thread *thread);

/* --- Building ------------------------------------------------------------------------------- */

struct graph_builder;

/* @prev: the previous graph, borrowed until the builder ends, NULL for none; generations and
 * graph_carry depend on it. */
struct graph_builder *graph_builder_new(const struct graph *prev);
void graph_builder_free(struct graph_builder *builder); /* NULL is fine; not after graph_freeze */

/* The strings are copied. */
void graph_set_machine(
    struct graph_builder *builder, const char *host, const char *kernel, const char *source);
struct scan_stats *graph_stats(struct graph_builder *builder);

/* Adds a process, or finds the one with this id; fill its plain fields (not those that graph_freeze
 * sets). Everything in it that points somewhere must come from graph_bytes_copy, graph_pids_copy or
 * graph_add_ns. All links start as READ_NEVER. */
struct process *graph_add_process(struct graph_builder *builder, const struct process_id *id);

/* What sources note of a process for the next scan; it stays with the graph. */
struct process_notes {
	uint64_t exec_generation; /* another one after each execve(2); 0: not known */
	uint32_t held_count;      /* descriptors that hold a namespace; see graph_add_holder */
};

/* What sources note of a namespace while they scan. */
struct ns_notes {
	pid_t member;       /* a task in it, as in /proc; 0 for none */
	pid_t last_member;  /* the task in it that was read last */
	pid_t for_children; /* the last task that has it for its children; 0 for none */
	bool seen_now;      /* a link to it was read in this scan */
	bool inherited;     /* its properties were read in an earlier scan */
};

struct process_notes *process_notes(const struct process *process);
struct ns_notes *ns_notes(const struct ns *ns);

const char *graph_text_copy(struct graph_builder *builder, const char *data, size_t len);
const pid_t *graph_pids_copy(struct graph_builder *builder, const pid_t *pids, size_t count);

/* The process @id in the previous graph; NULL for none. */
const struct process *graph_builder_process_before(
    const struct graph_builder *builder, const struct process_id *id);

/* The other way round: @before, of the previous graph, in @builder; NULL for none so far. A namespace
 * is found only where the source has noted it, or where it has the same unique id. */
struct process *graph_builder_process_now(
    struct graph_builder *builder, const struct process *before);
struct ns *graph_builder_ns_now(struct graph_builder *builder, const struct ns *before);
void graph_builder_note_same(
    struct graph_builder *builder, const struct ns *before, struct ns *now);

/* The previous graph; NULL for none. */
const struct graph *graph_builder_prev(const struct graph_builder *builder);

/* Adds a thread to @process, or finds the one with this @tid; fill it like a process. Adding them in
 * order of tid is fastest. */
struct thread *graph_add_thread(struct graph_builder *builder, struct process *process, pid_t tid);

/* A holder of @kept: HOLDER_FD, HOLDER_SOCKET and HOLDER_TUN (fd, tid, process) or HOLDER_MOUNT (path,
 * which must be of this builder, and ns). graph_freeze finds the other kinds. */
void graph_add_holder(struct graph_builder *builder, struct ns *kept, const struct holder *holder);

/* Adds a namespace, or finds the one with (type, dev, ino).  @ret_new (may be NULL) says whether
 * it is a new one, whose parent, owner and unique id are then the caller's to fill in. */
struct ns *graph_add_ns(
    struct graph_builder *builder, enum nstype type, uint64_t dev, uint64_t ino, bool *ret_new);

/* The namespaces added so far, for sources that ask about each once. */
size_t graph_builder_ns_count(const struct graph_builder *builder);
struct ns *graph_builder_ns(struct graph_builder *builder, size_t index);

/* Marks the namespaces whose member the process @pid, nsscope itself, is. Call it when all processes
 * were added. Nothing is marked where @pid is not among them. */
void graph_note_own(struct graph_builder *builder, pid_t pid);

/* The processes added so far, in that order. */
size_t graph_builder_process_count(const struct graph_builder *builder);
struct process *graph_builder_process(struct graph_builder *builder, size_t index);

/* Call it when the builder is filled, before graph_freeze.
 * Copies into @builder what the previous graph has and this one has not: it ended at @now_ms, or earlier where
 * it had ended already; what ended @dead_grace_ms ago is left out.  What is new, threads too, gets appeared_ms =
 * @now_ms, unless there is no previous graph.  What ended keeps its edges to everything that is in the new
 * graph.  Nothing in the new graph points into the old one. */
void graph_carry(struct graph_builder *builder, uint64_t now_ms, uint64_t dead_grace_ms);

/* Ends the builder and returns the graph: members and children are linked, everything is sorted,
 * generations are set. Never fails.
 *
 * Generations: a namespace without a unique id keeps the id of the last one with its inode when a
 * holder of that one still holds it: a process (process_id) by any of its links or one of its
 * descriptors, a thread, a mount, or a namespace that is its child or owned by it; also when it is the
 * initial one or was the reference, and when that one had no visible holder, for then no holder is
 * gone. Else it gets the next generation, also when the inode was not visible for a time. Where the
 * unique id is known on one side only, the same holds, and the id stays what it was before.
 *
 * Parents form trees: a scan takes time, so it may see circles of processes and of namespaces; they
 * are cut, as is the edge to a parent that is younger than its child. */
struct graph *graph_freeze(struct graph_builder *builder);
