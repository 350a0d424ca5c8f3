/* Reading one process through a descriptor on its directory in /proc.
 *
 * The descriptor pins the identity: once the process is reaped, everything through it fails with
 * ESRCH or ENOENT, also when another process has got its PID.  So what is read through it before
 * a last read that succeeds belongs to that one process.
 */
#pragma once

#include "model/graph/graph.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"

#include <fcntl.h>

enum {
	COMM_BYTES_MAX = 64, /* 15, of kernel workers 63; and the newline */
	CMDLINE_BYTES_MAX =
	    65536, /* what is kept of a command line at most; see struct cmdline_budget */
	CMDLINE_BYTES_SURE = 4096,
	STATUS_BYTES = 4096, /* of most of them; to begin with */
	STAT_BYTES = 1024,
};

struct link_reading {
	enum read_status read_status;
	uint64_t ino; /* with READ_OK */
};

/* What was read of one process; used again for the next one. */
struct reading {
	struct link_reading links[NS_LINK_COUNT];
	struct proc_status status;
};

/* The name of a directory entry that is a number (a PID, a descriptor); 0 for others. */
pid_t proc_pid_of(const char *name);

/* Reads the next entries of the directory @dir, in @bytes of them (about 24 each), and calls @each with each
 * name.  Returns 1, 0 when there are no more, or -errno. */
int proc_entries_read(int dir, size_t bytes, void (*each)(void *arg, const char *name), void *arg);

/* PIDs in the order of /proc.  All zero to begin with; the caller frees items. */
struct proc_pids {
	pid_t *items;
	size_t count, capacity;
};

/* Appends some of the PIDs in @proc, a descriptor on /proc, about 600.  Returns as proc_entries_read. */
int proc_pids_read(struct proc_pids *pids, int proc);

/* Opens the directory of @pid in @proc, a descriptor on /proc, with O_PATH.  Returns a descriptor or -errno. */
int proc_dir_open(int proc, pid_t pid);

/* Reads the link @name below @dir, such as "ns/mnt".  Returns 0, -errno of readlinkat(2), or as
 * parse_ns_link. */
int read_ns_link(int dir, const char *name, enum nstype type, uint64_t *ret_ino);

/* Reads the start time (parse_start_ticks) in @name, a file "stat" below @dir.  Returns 0 or -errno. */
int read_start_ticks(int dir, const char *name, uint64_t *ret_ticks);

/* Reads @name, a file "comm" below @dir, without the newline.  Returns the bytes or -errno. */
ssize_t read_comm(int dir, const char *name, char ret_comm[COMM_BYTES_MAX]);

/* Reads those links of a thread that are @wanted, and leaves the others as they are. */
void read_some_links(
    int ns_dir, const bool wanted[NS_LINK_COUNT], struct link_reading links[NS_LINK_COUNT]);

/* The links that this kernel has. */
struct known_links {
	bool known[NS_LINK_COUNT];
};

/* Looks which links the process behind @dir (a descriptor on /proc/PID) has at all; this needs no
 * permission, but for hidepid=1.  Returns 0, -ESRCH where it has ended, or another -errno. */
int read_known_links(int dir, struct known_links *ret_links);

/* Reads a command line from @file, of /proc/PID/cmdline.  Where that fails, or is not open, it is empty. */
void read_cmdline(int file, struct proc_text *ret_cmdline);

/* The memory for long command lines in one scan.  Of each, CMDLINE_BYTES_SURE are kept.  Up to
 * CMDLINE_BYTES_MAX are kept as long as the budget for all processes lasts: so a graph stays small, whatever
 * processes write. */
struct cmdline_budget {
	size_t spent;
};

/* Returns how much of a command line of @len bytes a scan keeps, and takes it from the budget. */
size_t cmdline_kept(struct cmdline_budget *budget, size_t len);

/* Opens the folder "ns" below @dir.  Returns a descriptor or -errno. */
int open_ns_dir(int dir);

/* The reason why libproc2 could not read the process behind @dir: -errno, or 0 when it can be read now. */
int read_refusal(int dir);

/* Reads all of a process but what libproc2 reads.
 * @dir: /proc/PID, @ns_dir: /proc/PID/ns or the -errno of opening that (open_ns_dir).
 * @state: proc_pid_stat(5), read before.
 * Returns 0, -ESRCH (it has ended: @ret_reading holds nothing of use), or another -errno (want.h). */
int read_process(
    int dir, int ns_dir, char state, const struct known_links *known, struct reading *ret_reading);

/* Reads the link /proc/PID/root of @process, proc_pid_root(5): the path of its root directory in its mount
 * namespace ("/" unless chroot(2) changed it).  Of a process in another mount namespace it is what the
 * kernel knows.  No file system is queried, so it never waits.
 * Returns 0 and fills @ret_path (raw; the caller frees it), or -errno; -ESRCH also when another process has
 * that PID by now. */
int root_link_read(const struct process *process, char **ret_path);

/* --- The threads of a process that have a descriptor table of their own --- */

/* Threads share one table, until one calls unshare(CLONE_FILES) or close_range(CLOSE_RANGE_UNSHARE).  What it
 * opens after that is in /proc/PID/task/TID/fd only.  No file shows which threads did so; kcmp(2), 3.5, does.
 * Where a seccomp filter or the kernel's configuration (CONFIG_KCMP) forbids it, none is found. */

/* A flag of pidfd_open(2): for one thread, so pidfd_getfd(2) copies from its table.  PIDFD_THREAD, 6.9 */
enum { OWN_TABLES_PIDFD = O_EXCL };

struct own_table {
	pid_t shared; /* a thread that has the table of the process */
	pid_t tid;    /* the lowest one that has this table */
};

struct own_tables {
	struct own_table *items; /* kept from use to use */
	size_t count, capacity;
};

/* Forgets what was found. */
void own_tables_begin(struct own_tables *tables);
/* Returns whether the table of @tid is a new one: neither that of @shared, a thread with the table of the
 * process, nor that of a thread before.  Call it in order of tid, as in the caller's PID namespace. */
bool own_tables_is_new(struct own_tables *tables, pid_t shared, pid_t tid);
void own_tables_done(struct own_tables *tables);
