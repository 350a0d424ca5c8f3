/* Joining namespaces: for helper processes only (helper.h), the main process joins none. */
#pragma once

#include "model/nstype.h"

/* Joins the namespace of @type behind @fd.  Of a PID namespace only children become members.
 * setns(2)  Returns 0 or -errno. */
int join_ns(int fd, enum nstype type);

/* Is the one behind @fd owned by another user namespace than the caller's, so that joining that one
 * could help? */
bool join_has_other_owner(int fd);

/* Joins the user namespace that owns the one behind @fd, because whoever made that one has all
 * capabilities in it; user_namespaces(7).  There is no way back.
 * Returns 0, -EPERM where that could not help (the caller is in it already, or it can't be seen),
 * or another -errno. */
int join_owner(int fd);

/* The first, or where that is refused, both. */
int join_by_all_means(int fd, enum nstype type);
