/* What two processes see of each other: PID, user id, host name, root.
 *
 * PIDs and host names are in the graph.  User ids go through the maps of the user namespace of the
 * one who looks, user_namespaces(7); roots are read from /proc/PID/root, and what is mounted there is
 * told by the mount namespace.  These come from inspections, which may be missing: then it is said
 * that it is not known. */
#pragma once

#include "model/report/compare.h"
#include "model/report/detail.h"
#include "model/report/inspection.h"

/* What is known beyond the graph, of A and of B; all may be NULL. */
struct compare_known {
	const struct process *viewer;     /* as for compare_processes */
	const struct inspection *user[2]; /* of their user namespaces */
	const struct inspection *mnt[2];  /* of their mount namespaces */
	const char *root[2];              /* the link /proc/PID/root, raw */
};

enum uid_check_context {
	UID_SEEN,
	UID_UNMAPPED, /* the kernel shows the overflow id in its place, user_namespaces(7) */
	UID_NOT_KNOWN,
};

/* The user id @uid, told in the viewer's user namespace, as it is seen in the user namespace of
 * @of.  @user: what was found there, or NULL. */
enum uid_check_context compare_uid_seen(uid_t uid, const struct process *of,
    const struct process *viewer, const struct inspection *user, uid_t *ret_uid);

/* Appends everything: who they are, the types one by one, and what each sees of the other; with
 * headings (STYLE_TITLE, an empty line before each).  Wraps at @context->cols. */
void compare_lines(const struct rowline_context *context, const struct process *a,
    const struct process *b, const struct compare_known *known, struct lines *lines);
