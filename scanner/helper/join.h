/* Joining namespaces: for helper processes only (helper.h), the main process joins none.  @own_user is the
 * inode of the caller's user namespace, which a helper with an empty root (sandbox.h) can't look up; 0
 * where that is not known. */
#pragma once

#include "model/graph/nstype.h"

#include <stdint.h>

/* What setns(2) takes for a namespace of @type: 1 << CAP_SYS_ADMIN, … */
uint64_t join_capabilities(enum nstype type);

/* Joins the namespace of @type behind @fd, which is none of PIDs: no child of a helper is to be a member
 * of such a one.  In a sandbox with the capabilities that this takes, and for no longer.  setns(2)  Returns 0 or -errno. */
int join_ns(int fd, enum nstype type);

/* Is the one behind @fd owned by another user namespace than the caller's, so that joining that one
 * could help? */
bool join_has_other_owner(uint64_t own_user, int fd);

/* Joins the user namespace that owns the one behind @fd, because whoever made that one has all
 * capabilities in it; user_namespaces(7).  There is no way back.
 * Returns 0, -EPERM where that could not help (the caller is in it already, or it can't be seen),
 * or another -errno. */
int join_owner(uint64_t own_user, int fd);

/* The first, or where that is refused, both. */
int join_by_all_means(uint64_t own_user, int fd, enum nstype type);
