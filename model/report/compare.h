/* Two processes, compared type by type: do they share the namespace, and what does that mean for
 * these two? */
#pragma once

#include "model/report/detail.h"
#include "model/report/inspection.h"

enum sameness {
	SAME,
	DIFFERENT,
	SAMENESS_UNKNOWN, /* a link could not be read */
};

struct comparison {
	enum sameness sameness;
	const struct ns *ns[2]; /* of A and of B; NULL where it could not be read */
	enum read_status read_status[2];
	char *meaning; /* sentences, translated; they speak of A and B, and hold raw names */
};

/* Fills @ret: one for each type.
 * @viewer: the process that read the graph; user ids are those of its user namespace. NULL where it is
 * unknown. A namespace that both have is the same one; where a link could not be read it is not known
 * unless @a and @b are one process. */
void compare_processes(const struct process *a, const struct process *b,
    const struct process *viewer, struct comparison ret[NS_TYPE_COUNT]);
void comparisons_done(struct comparison comparisons[NS_TYPE_COUNT]);

/* The PID that @process has in the PID namespace of @of, from the PIDs at every level: a number; 0
 * where it has none there, so that it can't be seen; -1 where that is unknown. */
pid_t compare_pid_seen(const struct process *process, const struct process *of);

/* --- What they see of each other: PID, user id, host name, root ---
 *
 * PIDs and host names are in the graph.  User ids go through the maps of the user namespace of the process that
 * looks, user_namespaces(7); roots are read from /proc/PID/root, and their mount from the mount namespace.  These
 * come from inspections, which may be missing: then the report says that it is not known. */

/* What is known beyond the graph, of A and of B; all may be NULL. */
struct compare_known {
	const struct process *viewer;     /* as for compare_processes */
	const struct inspection *user[2]; /* of their user namespaces */
	const struct inspection *mnt[2];  /* of their mount namespaces */
	const char *root[2];              /* the link /proc/PID/root, raw */
};

enum uid_view {
	UID_SEEN,
	UID_UNMAPPED, /* the kernel shows the overflow id in its place, user_namespaces(7) */
	UID_NOT_KNOWN,
};

/* The user id @uid of the viewer's user namespace, as seen in the user namespace of @of.  @user: the inspection
 * of that one, or NULL. */
enum uid_view compare_uid_seen(uid_t uid, const struct process *of, const struct process *viewer,
    const struct inspection *user, uid_t *ret_uid);

/* Appends the two processes, the types one by one, and what each sees of the other; with headings
 * (STYLE_TITLE, an empty line before each). Wraps at @context->cols. */
void compare_lines(const struct rowline_context *context, const struct process *a,
    const struct process *b, const struct compare_known *known, struct lines *lines);
