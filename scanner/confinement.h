/* What confines this process besides its capabilities: reasons why a call may fail that its
 * capabilities would permit. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct confinement {
	int seccomp;       /* 0 none, 1 strict, 2 a filter; -1 not known; proc_pid_status(5) */
	bool no_new_privs; /* sudo(8) and other set-user-ID programs give none; prctl(2) */
	bool no_ids;       /* its user or group has no mapping in its user namespace */
	bool no_setgroups; /* denied in its user namespace, user_namespaces(7) */
	bool chrooted;     /* it is known to be below a chroot(2) */
	bool proc_covered; /* something is mounted over parts of /proc */
	bool no_sys;       /* there is a /proc, but no /proc/sys: subset=pid, proc(5) */
	uint64_t caps;     /* those that it can use, 1 << CAP_SYS_ADMIN, …; capabilities(7) */
	char label[128];   /* of the security module that confines it, raw; "" for none */
};

/* Forks a child process. */
void confinement_read(struct confinement *ret_confinement);

/* Is @id of one of the ranges of @map, the text of a uid_map?  user_namespaces(7) */
bool id_is_mapped(const char *map, unsigned long id);
