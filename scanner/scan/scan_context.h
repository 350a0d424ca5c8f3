/* What one scan fills, and what its phases know of each other: who has been seen where, what is to be opened
 * or asked later. */
#pragma once

#include "model/graph/graph.h"
#include "scanner/proc/proc_read.h"

#include <stdint.h>

/* A namespace of this scan, and a process or thread through which it can be reached. */
struct ns_member {
	struct ns *ns; /* of the builder */
	pid_t pid;     /* as in /proc */
};

struct ns_members {
	struct ns_member *items; /* each namespace once; kept from scan to scan */
	size_t count, room;
};

/* A link of a task whose namespace could not be asked any more. */
struct doubt {
	const struct ns **ns;
	enum unread *unread;
};

/* Where a namespace can be opened that perhaps nobody is in.  See places.h. */
struct ns_place {
	struct ns *ns;
	pid_t pid;        /* as in /proc */
	int fd;           /* a descriptor of that one; or -1 */
	const char *path; /* else a mount point below its root directory */
};

struct listing; /* listing.h */

/* What one scan fills. */
struct context {
	struct graph_builder *builder; /* owned by the scan */
	uint64_t prev_serial;          /* of the scan that the graph before is of; 0 for none */
	bool incremental;              /* see scan_begin_incremental: the source is not asked */
	bool fds_whole; /* the source has looked through all descriptors, but for those refused */
	const struct listing *listed; /* what lived when the last full scan began; may be empty */
	struct ns_members uts, mnt;
	struct ns_place *places; /* kept from scan to scan */
	size_t place_count, place_room;
	struct doubt *doubts; /* kept from scan to scan */
	size_t doubt_count, doubt_room;
	uint64_t nsfs_dev; /* all namespaces are on one device; 0 until one was seen */
	pid_t own_pid;     /* of this process, as in /proc; 0 where that doesn't show it */
	pid_t helper_pid;  /* of the helper, as getpid(2) told it; 0 for none */
	pid_t left_out;    /* the session of a helper, as in /proc, that isn't told; 0 for none */
	pid_t *always;     /* see scan_always; kept from scan to scan */
	size_t always_count;
	struct cmdline_budget cmdlines; /* what was spent */
	struct process *
	    *unread; /* those whose command line is to be read; kept from scan to scan */
	size_t unread_count, unread_room;
	int proc; /* a descriptor on /proc, the source's */
};

/* The number of the scan of this program that began last, over all scans; 0 for none yet.  It is
 * in scan_stats. */
uint64_t scan_last_serial(void);
/* One more begins. */
void sweep_count(void);

/* Notes that the task @pid is in @ns, where that is the first one. */
void context_reach(struct context *context, struct ns *ns, pid_t pid);

/* Is the process @pid of @session (both as in /proc) not to be told?  A helper is one already before it has
 * made its session. */
bool context_leaves_out(const struct context *context, pid_t pid, pid_t session);

/* Is @process this program or a helper of it?  What its descriptors keep is not told. */
bool context_is_ours(const struct context *context, const struct process *process);

/* Notes that the command line of @process is to be read when the source is done: cmdlines.h.  Those of
 * kernel threads, zombies and who is exiting are none. */
void context_want_cmdline(struct context *context, struct process *process);

/* Gives @process its command line @text, copied, as far as the budget goes.  @cut: it is longer. */
void context_give_cmdline(
    struct context *context, struct process *process, const char *text, size_t len, bool cut);

/* Notes that the namespace at @ns, of a process or thread of the builder, could not be asked
 * because of @error; where the task has left it by then, another with its inode may be asked
 * later.  See verify.h. */
void context_doubt(struct context *context, int error, const struct ns **ns, enum unread *unread);
