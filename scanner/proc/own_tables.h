/* The threads of a process that have a descriptor table of their own.
 *
 * Threads share one table, until one calls unshare(CLONE_FILES) or close_range(CLOSE_RANGE_UNSHARE).  What it
 * opens after that is in /proc/PID/task/TID/fd only.  No file shows which threads did so; kcmp(2), 3.5, does.
 * Where a seccomp filter or the kernel's configuration (CONFIG_KCMP) forbids it, none is found. */
#pragma once

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

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
