/* What a helper of the scanner can still do.  A helper joins namespaces of others, and a process in a user
 * namespace that it joined may have every capability over it.
 *
 * - No process of a child user namespace can trace it or read its descriptors, memory, root and links below
 *   /proc/PID: it is not dumpable (PR_SET_DUMPABLE), so the kernel requires CAP_SYS_PTRACE in the user
 *   namespace in which the program was executed, which is ours.  (Another execve(2), to lose the heap that
 *   fork(2) has copied, would protect from the same processes only.)
 * - No helper is ever a member of another PID namespace, where CAP_SYS_PTRACE of a container without a
 *   user namespace would suffice: its processes have no number for the helper.
 * - Its root directory is empty if it needs none, and its environment is wiped.
 * - It may raise only the capabilities of its work, each for the length of one call.
 * - A filter (seccomp(2)) permits the calls of its work: first those to join, then those to read.
 *   Other calls fail with ENOSYS. */
#pragma once

#include "scanner/proc/privileges.h"

#include <stdbool.h>
#include <stdint.h>

/* The work of a helper, which defines the calls that it has. */
enum sandbox_work {
	SANDBOX_NAMES,    /* joins UTS namespaces */
	SANDBOX_CMDLINES, /* reads files of /proc */
	SANDBOX_INSPECT,  /* joins and reads the other types */
	SANDBOX_USERS,    /* runs modules of nsswitch.conf(5): no filter knows their calls */
};

struct sandbox {
	enum sandbox_work work;
	bool empty_root;       /* from now on only open descriptors lead to files */
	bool alone;            /* it starts no process */
	uint64_t joins;        /* CLONE_NEW… flags: the only ones that setns(2) takes */
	uint64_t capabilities; /* the only ones that sandbox_raise has */
};

/* Enters the sandbox.  Parts that the kernel was built without, or for which there are no privileges, are
 * omitted.  Exits on other failures. */
void sandbox_enter(const struct sandbox *sandbox);

/* Puts @capabilities into effect, as far as they are left, and no other: for the length of one call, until
 * sandbox_lower.  Both keep errno. */
void sandbox_raise(uint64_t capabilities);
void sandbox_lower(void);

/* From now on only @capabilities can be raised. */
void sandbox_keep(uint64_t capabilities);

/* Drops all capabilities, and the calls that need one: everything is joined. */
void sandbox_close(void);
