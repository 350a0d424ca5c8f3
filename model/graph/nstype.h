/* The eight namespace types: the table of their properties.  What else differs by type has a table or a switch
 * where it is used; docs/extending.md lists them.
 *
 * The order is the alphabetical one of /proc/PID/ns, and the namespace columns, the JSON keys and the
 * reports keep it. The first NS_TYPE_COUNT links of enum ns_link have the numbers of the types, so a
 * type is usable as a link. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum nstype {
	NS_CGROUP,
	NS_IPC,
	NS_MNT,
	NS_NET,
	NS_PID,
	NS_TIME,
	NS_USER,
	NS_UTS,
	NS_TYPE_COUNT,
};

/* The ten links of /proc/PID/ns: one for each type, and the pair that says what the next child
 * will get.  proc_pid_ns(5) */
enum ns_link {
	LINK_PID_FOR_CHILDREN = NS_TYPE_COUNT,
	LINK_TIME_FOR_CHILDREN,
	NS_LINK_COUNT,
};

struct ns_type_info {
	const char *name;      /* "uts", as in /proc/PID/ns and the text of its link */
	char letter;           /* where there is space for one: "U"; no two alike */
	const char *flag_name; /* "CLONE_NEWUTS" */
	uint64_t flag;         /* the value of that flag, from linux/sched.h */
	uint64_t initial_ino;  /* the initial instance has it wherever that number is fixed */
	const char *since;     /* the kernel that made it usable: "2.6.19" */
	const char *isolates;  /* one sentence, msgid */
	const char *start;     /* how a new one begins (copied, empty, …), one sentence, msgid */
	const char *man;       /* "uts_namespaces(7)" */
};

extern const struct ns_type_info ns_types[NS_TYPE_COUNT];

/* The names of the links: "uts", "pid_for_children", … */
extern const char *const ns_link_names[NS_LINK_COUNT];

/* The type of the namespace that @link points to. */
enum nstype ns_link_type(enum ns_link link);

/* Do namespaces of @type have parents?  pid_namespaces(7), user_namespaces(7) */
static inline bool ns_type_nests(enum nstype type)
{
	return type == NS_PID || type == NS_USER;
}

/* Finds the type called @name ("uts").  Returns false, and leaves @ret, where there is none. */
bool ns_type_from_name(const char *name, enum nstype *ret);
