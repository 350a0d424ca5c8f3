/* What all helper processes share: a helper is forked, holds one descriptor, and receives no signals
 * of the terminal. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* The purpose of a helper, which gives it its name in ps(1). */
enum helper_work { HELPER_PROBE, HELPER_INSPECT, HELPER_CMDLINES, HELPER_USERS, HELPER_FILES };

/* The first call in the forked process.  Of the inherited descriptors it keeps only @descriptor, as
 * number 0 (1 and 2 are /dev/null), and it resets signal handlers.  The helper leads a session and a
 * process group of its own, so it can be killed with its children.  Exits on failure. */
void helper_begin(int descriptor, enum helper_work work);

/* For a forked process that becomes another program or runs on by itself: signals have their default actions, and none
 * is blocked. */
void signals_reset(void);

/* How a helper talks to the process that forks it, by its descriptor 0. */
enum helper_channel {
	HELPER_PIPE,    /* the helper writes; the other end does not block, pipe2(2) */
	HELPER_STREAM,  /* both write, socketpair(2) */
	HELPER_PACKETS, /* the same with borders between messages, SOCK_SEQPACKET */
};

/* Forks a helper: it calls helper_begin, runs @serve, and exits with what that returns.  The caller must not
 * have other threads.  Until helper_end or helper_forget its events are no news, and its descriptors do not
 * count as holders.
 * @ret_fd: the caller's end of the channel.  Returns the PID, or -errno. */
pid_t helper_start(enum helper_work work, enum helper_channel channel, int (*serve)(void *arg),
    void *arg, int *ret_fd);

/* Returns whether @pid, from fork(2), is a helper of this process. */
bool helper_is_own(pid_t pid);

/* Kills the child @pid and waits a short time for its end: a file system or a tracer may delay it.
 * @hangs: it is known to block in the kernel, so this does not wait.  A later helper_end or
 * helper_reap_killed reaps it. */
void helper_end(pid_t pid, bool hangs);
/* Forgets the child @pid, which was reaped. */
void helper_forget(pid_t pid);
/* Reaps killed helpers that have exited by now. */
void helper_reap_killed(void);
/* Returns whether @proc_pid, as in /proc, is a killed helper that was not reaped yet. */
bool helper_is_killed(pid_t proc_pid);

/* Returns whether @comm is the name of a helper, of this nsscope or of another one on the system. */
bool helper_has_name(const char *comm);

/* The PID of the child @pid in /proc, which may be of another PID namespace (pidfd_open(2), 5.3).
 * 0 when it is not known. */
pid_t helper_proc_pid(pid_t pid);

/* Opens /dev/null, or in a root directory without it an empty memfd_create(2) file (3.17).
 * Returns a close-on-exec descriptor, or -errno. */
int helper_open_null(void);
