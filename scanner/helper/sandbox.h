/* What a helper of the scanner can still do, since it goes to where others are masters: a process in the
 * user namespace that a helper joined has every capability over it.
 *
 * - Nobody of a lesser user namespace can trace it or read its descriptors, memory, root and links below
 *   /proc/PID: it is not dumpable (PR_SET_DUMPABLE), and for that the kernel asks for CAP_SYS_PTRACE in the
 *   user namespace that the program was executed in, which is ours.  So it isn't executed anew to lose
 *   the heap that fork(2) has copied: that would be in reach of the same processes, which are none.
 * - No helper is ever a member of a foreign PID namespace, where CAP_SYS_PTRACE of a container without a
 *   user namespace would do: its processes can't even name it.
 * - It has an empty root directory where it needs none, and the variables of the environment are wiped.
 * - Of the capabilities it may take up those of its work (permitted).  None is in effect but for the
 *   length of the call that it is for.
 * - A filter (seccomp(2)) leaves it the calls of its work, first those to join, then those to read.
 *   A call that is not in it does not exist (ENOSYS). */
#pragma once

#include "scanner/proc/privileges.h"

#include <stdbool.h>
#include <stdint.h>

/* What a helper is for, and so which calls it has. */
enum sandbox_work {
	SANDBOX_NAMES,    /* joins UTS namespaces */
	SANDBOX_CMDLINES, /* reads files of /proc */
	SANDBOX_INSPECT,  /* joins and reads what is not of processes */
	SANDBOX_USERS,    /* runs modules of nsswitch.conf(5): no filter knows their calls */
};

struct sandbox {
	enum sandbox_work work;
	bool empty_root;       /* nothing but open descriptors leads to files from now on */
	bool alone;            /* it begins no process */
	uint64_t joins;        /* CLONE_NEW… flags: the only ones that setns(2) takes */
	uint64_t capabilities; /* the only ones that sandbox_raise has */
};

/* What can't be had, because the kernel is built without it or there are no privileges to give up, is
 * done without. */
void sandbox_enter(const struct sandbox *sandbox);

/* Puts @capabilities into effect, as far as they are left, and no other: for the length of one call, until
 * sandbox_lower.  errno stays what it is. */
void sandbox_raise(uint64_t capabilities);
void sandbox_lower(void);

/* No other than @capabilities can be raised from now on. */
void sandbox_keep(uint64_t capabilities);

/* No capability is left, and none of the calls that take one.  To be called when what had to be joined
 * is joined. */
void sandbox_close(void);
