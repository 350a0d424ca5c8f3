/* What can be read on this machine, what confines this process, and which settings forbid namespaces. */
#pragma once

#include "model/graph/nstype.h"
#include "scanner/scan.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Ways of reading that nsscope uses, or can do without at a price. */
enum facility {
	FACILITY_OWN_LINKS,   /* /proc/self/ns: without it nothing is known */
	FACILITY_FIRST_LINKS, /* /proc/1/ns: ptrace access mode to another user's process */
	FACILITY_PARENT,      /* NS_GET_PARENT, ioctl_nsfs(2) */
	FACILITY_ID,          /* NS_GET_ID */
	FACILITY_HANDLE,      /* a namespace by its id, open_by_handle_at(2) */
	FACILITY_LISTNS,      /* all namespaces, listns(2) */
	FACILITY_SOCKET_NET,  /* SIOCGSKNS: of which network namespace a socket is */
	FACILITY_PIDFD_GETFD, /* another's descriptor, pidfd_getfd(2) */
	FACILITY_STATMOUNT,   /* statmount(2) */
	FACILITY_BPF,         /* programs in the kernel that read its structures, bpf(2) */
	FACILITY_TRACE,       /* BPF programs that report each call, see trace.h */
	FACILITY_PERF_EVENTS, /* records of changes, perf_event_open(2), see perf_events.h */
	FACILITY_COUNT,
};

/* Numbers under /proc/sys. */
enum setting {
	SETTING_USERNS_CLONE, /* kernel.unprivileged_userns_clone, of Debian's kernels */
	SETTING_APPARMOR,     /* kernel.apparmor_restrict_unprivileged_userns, of Ubuntu's */
	SETTING_MAX,          /* and one for each type: user.max_…_namespaces */
	SETTING_COUNT = SETTING_MAX + NS_TYPE_COUNT,
};

/* What confines this process besides its capabilities: reasons why a call may fail that its
 * capabilities would permit. */
struct confinement {
	int seccomp;       /* 0 none, 1 strict, 2 a filter; -1 unknown; proc_pid_status(5) */
	bool no_new_privs; /* sudo(8) and other set-user-ID programs gain nothing; prctl(2) */
	bool no_ids;       /* its user or group has no mapping in its user namespace */
	bool no_setgroups; /* denied in its user namespace, user_namespaces(7) */
	bool chrooted;     /* it is known to be below a chroot(2) */
	bool proc_covered; /* there are mounts over parts of /proc */
	bool no_sys;       /* /proc has no /proc/sys: subset=pid, proc(5) */
	uint64_t caps;     /* permitted, 1 << CAP_SYS_ADMIN, …; capabilities(7) */
	char label[128];   /* of the security module that confines it, raw; "" for none */
};

/* Forks a child process, which exits at once. */
void confinement_read(struct confinement *ret_confinement);

/* Returns whether @id is in one of the ranges of @map, the text of a uid_map.  user_namespaces(7) */
bool id_is_mapped(const char *map, unsigned long id);

struct doctor {
	struct bpf_refusal bpf, trace;
	char kernel[65]; /* release, uname(2); raw */
	bool type_there[NS_TYPE_COUNT];
	int facilities[FACILITY_COUNT];    /* 0 or -errno */
	int settings_errno[SETTING_COUNT]; /* 0 or -errno: -ENOENT where there is no such setting */
	long settings[SETTING_COUNT];
	struct confinement confinement;
};

/* Changes nothing and joins nothing; a child process is made, which ends at once. */
void doctor_examine(struct doctor *ret_doctor);

/* "/proc/1/ns", "NS_GET_ID", … */
const char *doctor_facility_name(enum facility facility);

/* "kernel.unprivileged_userns_clone", as sysctl(8) calls it. */
const char *doctor_setting_name(enum setting setting);

/* Returns 0 or -errno; -ENOENT where there is no such setting to be seen. */
int doctor_read_setting(enum setting setting, long *ret);
