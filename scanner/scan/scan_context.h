/* What one scan fills, and the data that its phases share: the members that were found, and what is
 * to be opened or queried later. */
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
	size_t count, capacity;
};

/* A link of a task whose namespace could not be queried any more. */
struct doubt {
	const struct ns **ns;
	enum read_status *read_status;
};

/* Where a namespace that may have no members can be opened. */
struct ns_place {
	struct ns *ns;
	pid_t pid;        /* as in /proc */
	int fd;           /* a descriptor of that process; or -1 */
	const char *path; /* else a mount point below its root directory */
};

struct listing; /* nsfs.h */

/* What one scan fills. */
struct context {
	struct graph_builder *builder; /* owned by the scan */
	uint64_t prev_serial;          /* of the scan that made the previous graph; 0 for none */
	bool incremental;              /* see scan_begin_incremental: the source reads nothing */
	bool fds_whole;                /* the source has read all descriptors that it may read */
	const struct listing *listed; /* what existed when the last full scan began; may be empty */
	struct ns_members uts, mnt;
	struct ns_place *places; /* kept from scan to scan */
	size_t place_count, place_capacity;
	struct doubt *doubts; /* kept from scan to scan */
	size_t doubt_count, doubt_capacity;
	uint64_t nsfs_dev; /* all namespaces are on one device; 0 until one was seen */
	pid_t own_pid;     /* of this process, as in /proc; 0 if /proc does not show it */
	pid_t helper_pid;  /* of the helper, as its getpid(2) returns it; 0 for none */
	pid_t left_out;    /* the session of an omitted helper, as in /proc; 0 for none */
	pid_t *always;     /* see scan_always; kept from scan to scan */
	size_t always_count;
	struct cmdline_budget cmdlines; /* what was spent */
	struct process **
	    cmdline_requests; /* processes whose command line is to be read; kept from scan to scan */
	size_t cmdline_request_count, cmdline_request_capacity;
	int proc; /* a descriptor on /proc, the source's */
};

/* The serial number of the scan that began last in this program; 0 for none.  It is in scan_stats. */
uint64_t scan_last_serial(void);
/* Counts a scan that begins. */
void scan_count_begun(void);

/* Notes the task @pid as the first member of @ns, unless there is one. */
void context_reach(struct context *context, struct ns *ns, pid_t pid);

/* Returns whether the graph omits the process @pid of @session (both as in /proc): it is a helper.  A
 * helper counts as one before its setsid(2), too. */
bool context_leaves_out(const struct context *context, pid_t pid, pid_t session);

/* Returns whether @process is this program or a helper: what its descriptors hold is not reported. */
bool context_is_ours(const struct context *context, const struct process *process);

/* Notes that the command line of @process is to be read when the source is done: phases.h.  Kernel
 * threads, zombies and exiting processes have none. */
void context_want_cmdline(struct context *context, struct process *process);

/* Sets the command line of @process to a copy of @text, as far as the budget permits.
 * @cut: it is longer. */
void context_give_cmdline(
    struct context *context, struct process *process, const char *text, size_t len, bool cut);

/* Notes that the namespace at @ns, of a process or thread of the builder, could not be queried because
 * of @error.  When the task has left it by then, a later task may show another with the same inode.
 * See phases.h. */
void context_doubt(
    struct context *context, int error, const struct ns **ns, enum read_status *read_status);

/* --- Namespaces without members --- */

/* They can be opened through a descriptor of a process, or a mount, that the scan has found.  Only UTS and
 * net namespaces are noted, from which a scan reads more than nsfs reports. */

/* Notes that @ns, of the builder, is behind descriptor @fd of the process @pid (as in /proc), or where
 * @fd is -1 at the mount point @path, of the builder too, as that process sees it. */
void places_note(struct context *context, struct ns *ns, pid_t pid, int fd, const char *path);

/* Opens the namespace at @place.  Only cached path components are used (RESOLVE_CACHED).
 * Returns a descriptor, -ESTALE (it is another file by now), or another -errno. */
int places_open(const struct context *context, const struct ns_place *place);

/* Opens the namespace @ns, of which the task @pid is a member.  Returns the same. */
int places_open_member(const struct context *context, const struct ns *ns, pid_t pid);
