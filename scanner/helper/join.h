/* Joining namespaces: for helper processes only (helper.h); the main process joins none.
 *
 * @own_user is the inode of the caller's user namespace, 0 when it is not known: a helper with an empty root
 * (sandbox.h) can't look it up. */
#pragma once

#include "model/graph/nstype.h"

#include <stdbool.h>
#include <stdint.h>

/* The capabilities that setns(2) takes for a namespace of @type: 1 << CAP_SYS_ADMIN, … */
uint64_t join_capabilities(enum nstype type);

/* Joins the namespace of @type behind @fd.  @type is not NS_PID: no child of a helper may be a member of
 * another PID namespace.  In a sandbox it raises the capabilities for this call.  setns(2)
 * Returns 0 or -errno. */
int join_ns(int fd, enum nstype type);

/* Returns whether another user namespace than the caller's owns the one behind @fd, so that joining the
 * owner could help. */
bool join_has_other_owner(uint64_t own_user, int fd);

/* Joins the user namespace that owns the one behind @fd: its creator has all capabilities in it,
 * user_namespaces(7).  There is no way back.
 * Returns 0, -EPERM when that could not help (the caller is a member, or the owner is not visible), or
 * another -errno. */
int join_owner(uint64_t own_user, int fd);

/* join_ns, and when that is refused, join_owner and join_ns.  After a failure the caller may be a member of
 * the owner. */
int join_by_all_means(uint64_t own_user, int fd, enum nstype type);
