/* What helper processes of the scanner have in common: a helper is forked, holds one descriptor,
 * and no key of the terminal reaches it. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* What it is for, and so what ps(1) calls it. */
enum helper_work { HELPER_PROBE, HELPER_INSPECT, HELPER_CMDLINES, HELPER_USERS, HELPER_FILES };

/* To be called first in the forked process.  Leaves of what was inherited only @descriptor, as
 * number 0 (1 and 2 lead nowhere); signal handlers are gone.  The helper leads a session and process
 * group of its own, so that it can be ended with all that it starts.  Ends the process where that
 * can't be had. */
void helper_begin(int descriptor, enum helper_work work);

/* Notes that the child @pid is a helper, until helper_end; whatever it does is nobody's news, and what it
 * holds keeps nothing. */
void helper_note(pid_t pid);
/* Is @pid, as fork(2) gave it, a helper of this process? */
bool helper_is_own(pid_t pid);

/* Kills the child @pid, and waits for its end, but not for long: a file system that does not answer, or a tracer, may
 * hold it up.  Where it is known to hang in the kernel (@hangs) that is not tried.  It ends when it may, and is
 * reaped by helper_reap_killed, or when another helper is ended. */
void helper_end(pid_t pid, bool hangs);
/* The child @pid has ended and was reaped. */
void helper_forget(pid_t pid);
/* Reaps those of whom the end was not waited for and that have ended by now. */
void helper_reap_killed(void);
/* Is @proc_pid, as in /proc, such a helper that was not reaped yet?  It is there, and may be so for long. */
bool helper_is_killed(pid_t proc_pid);

/* Is @comm the name of a helper?  Of this nsscope or of another one on the machine, whose helper joins a
 * namespace, looks and is gone again. */
bool helper_has_name(const char *comm);

/* The number of the child @pid in /proc, also where that is of another PID namespace (pidfd_open(2),
 * 5.3).  0 where it can't be known. */
pid_t helper_proc_pid(pid_t pid);

/* A descriptor that reads as empty, and whose writes nobody sees: /dev/null, or where a root has none,
 * memory of its own (memfd_create(2), 3.17).  Returns it, closed by execve(2), or -errno. */
int helper_open_null(void);
