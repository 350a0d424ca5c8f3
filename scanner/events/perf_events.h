/* Kernel events: each fork, exit, unshare(2), setns(2), execve(2) and change of a name writes a record
 * to a ring buffer.  perf_event_open(2), with attributes since Linux 4.12.
 *
 * unshare(2) and setns(2) leave theirs when the change is made and before they return, for time
 * namespaces too (though no record says which they are), a fork leaves one of its own
 * and one for the namespaces of the new task, and execve(2), which enters time_for_children, one
 * with the new name.  So a task without a record has the links that it had.  Only an exit
 * writes its record first (on Linux 6.18), and the task releases its memory, files and namespaces
 * after it.  PIDs are those of the caller's PID namespace; tasks outside of it have no records.
 *
 * It needs CAP_PERFMON (5.8; CAP_SYS_ADMIN before) in the initial user namespace.  It holds no
 * namespace open, changes no other process, and the kernel ends it with the caller.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

enum perf_record_kind {
	PERF_FORK,       /* a new process, or thread where tid is not pid */
	PERF_EXIT,       /* of a process or thread, which may have its namespaces still */
	PERF_NAMESPACES, /* unshare(2), setns(2) by the task; and once for each new one */
	PERF_COMM,       /* another name */
	PERF_EXEC,       /* execve(2) */
};

struct perf_record {
	enum perf_record_kind kind;
	pid_t pid, tid;    /* the task that the record is about */
	pid_t forked_from; /* PERF_FORK: the process that forked, else 0 */
	uint64_t time_ns;  /* CLOCK_MONOTONIC */
};

struct perf_events;

/* Returns 0, -EACCES or -EPERM (not allowed: see above), -ENOSYS or -EINVAL (the kernel hasn't got
 * it), -ENOENT (/sys does not list the processors), or another -errno. */
int perf_events_new(struct perf_events **ret_perf_events);
void perf_events_free(struct perf_events *perf_events); /* NULL is fine */

/* A descriptor to poll for POLLIN: there are records.  Borrowed; the same until perf_events_free. */
int perf_events_fd(const struct perf_events *perf_events);

/* Takes the next record.  Those of one processor come in their order, those of several one
 * processor after the other.
 * Returns 1; 0 when all are taken that were there when it was first asked after the last 0;
 * -EOVERFLOW when some were lost, or a processor was added, so that anything may have changed
 * (then go on); or another -errno: there will be no more records. */
int perf_events_next(struct perf_events *perf_events, struct perf_record *ret_record);
