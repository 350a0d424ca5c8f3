/* The kernel's own word on who changes: each fork, exit, unshare(2), setns(2), execve(2) and change
 * of a name leaves a record in a ring buffer.  perf_event_open(2), with attributes that began with
 * Linux 4.12.
 *
 * unshare(2) and setns(2) leave theirs when the change is made and before they return, for time
 * namespaces too (though no record tells of those which they are), a fork leaves one of its own
 * and one for the namespaces of the new task, and execve(2), which enters time_for_children, one
 * with the new name.  So a task without a record has the links that it had.  Only who ends tells it
 * first (on Linux 6.18), and lets go of its memory, files and namespaces then.  Numbers are those of
 * the PID namespace that the caller is in; of tasks that it doesn't see there are no records.
 *
 * It takes CAP_PERFMON (5.8; CAP_SYS_ADMIN before) in the initial user namespace.  No namespace is
 * held open, no process but the caller is touched, and the kernel ends it all with the caller.
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
	pid_t pid, tid;    /* who */
	pid_t forked_from; /* PERF_FORK: the process that did it, else 0 */
	uint64_t time_ns;  /* CLOCK_MONOTONIC */
};

struct perf_events;

/* Returns 0, -EACCES or -EPERM (not allowed: see above), -ENOSYS or -EINVAL (the kernel hasn't got
 * it), -ENOENT (/sys doesn't tell the processors), or another -errno. */
int perf_events_new(struct perf_events **ret_perf_events);
void perf_events_free(struct perf_events *perf_events); /* NULL is fine */

/* To be polled for POLLIN: there are records.  Borrowed; the same until perf_events_free. */
int perf_events_fd(const struct perf_events *perf_events);

/* Takes the next record.  Those of one processor come in their order, those of several one
 * processor after the other.
 * Returns 1; 0 when all are taken that were there when it was first asked after the last 0;
 * -EOVERFLOW when some were lost, or a processor was added, so that anything may have changed
 * (then go on); or another -errno: there will be no more records. */
int perf_events_next(struct perf_events *perf_events, struct perf_record *ret_record);
