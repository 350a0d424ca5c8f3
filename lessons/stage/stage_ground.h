/* The environment of the actors: the stage process sets it up for itself before it starts the first
 * actor, and they inherit it. */
#pragma once

#include "lessons/stage/stage_setup.h"

enum { GROUND_NOBODY = 65534 };

/* Opens /proc as PROC_FD: of a mount namespace in which no actor can mount anything over it.  Where
 * there is none, that descriptor leads nowhere: actors then read nothing, and change nothing.
 * Returns 0 or -errno. */
int ground_keep_proc(void);

/* Gives up root: becomes the user and group 65534, with no more groups and no capability.  A process
 * that isn't root only drops its capabilities.
 * Returns 0 or -errno with @ret_step, what could not be done. */
int ground_give_up_root(const char **ret_step);

/* Does that setup make everything read-only but what the stage makes itself? */
bool ground_seals(const struct stage_setup *setup);

/* Moves into a user namespace, in which the caller is root, and with it into those of the types
 * @setup.  Seals the mounts, where a mount namespace is among them: all is private and read-only,
 * and a second user namespace within the first keeps it so, since what comes from another user
 * namespace is locked; mount_namespaces(7).  PROC_FD is opened anew in the first of the two.  Fresh
 * are /tmp, /run and /dev; /proc stays writable,
 * where the kernel decides file by file.
 * Returns as above. */
int ground_make_userns(const struct stage_setup *setup, const char **ret_step);
