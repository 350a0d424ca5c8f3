/* What an actor may reach, open and change.  Each function fails closed: what can't be known is not allowed.
 *
 * Namespaces.  No actor changes a namespace that the stage began in.
 *
 * Reading.  An actor may hold a descriptor of a namespace only where that is one of this stage's or
 * one that the stage began in, since it could join whatever it holds.  An actor that has left the
 * first user namespace is kept by the kernel: it has no privilege over any other namespace.  As long
 * as it hasn't, each path is walked without the magic links of /proc/PID (ns, fd, root, cwd; proc(5)),
 * but for the links of processes of this stage, which have their own session.  No actor opens files
 * that have an effect by being opened or read: devices, pipes with a name, the kernel's log.
 *
 * Changing.  A process that is root in a user namespace still owns the same files: the person's own,
 * and those of root, where the person was root.  So only such file systems may be changed as the
 * stage made, or any where the stage is sealed (stage_setup.h), since all others are read-only then;
 * and some files of /proc, by a table.
 */
#pragma once

#include "model/graph/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/statfs.h>
#include <sys/types.h>

struct actor;

struct ns_identity {
	bool known;
	uint64_t id; /* NS_GET_ID (6.18), 0 where the kernel has none */
	dev_t device;
	ino_t inode;
};

/* A tmpfs.  Its device number alone is given to another file system once it is gone. */
struct filesystem_identity {
	dev_t device;
	fsid_t id; /* at random, since 5.13; before, 0 */
};

/* What all actors of a stage have in common, in memory that they share. */
struct actor_world {
	struct ns_identity origin[NS_TYPE_COUNT]; /* the namespaces that the stage began in */
	/* In the mount namespaces that the stage made all is read-only for good but its own file
	 * systems (stage_setup.h). */
	bool sealed;
	/* The file systems that were made on this stage. */
	size_t made_count;
	struct filesystem_identity made[64];
};

/* Begins a world with the namespaces of the calling process.  What can't be read is not known. */
void confine_begin(struct actor_world *world, bool sealed);

/* Is the effect of a call that reaches @reaches (calls.h) invisible outside what the stage made?
 * False where that is unknown. */
bool actor_confined(const struct actor *actor, unsigned reaches);

/* --- Paths ------------------------------------------------------------------------------------ */

/* Instead of an errno: the actor may not do this, and didn't. */
#define PATH_REFUSED (-4096)

/* Opens @path with @flags, O_CLOEXEC, O_NONBLOCK and O_NOCTTY added; files that are made get the mode
 * 0600.  Returns the descriptor, -errno or PATH_REFUSED. */
int path_open(const struct actor *actor, const char *path, int flags);

/* Opens the folder that @path is in, where that may be changed; O_PATH.
 * @ret_name: gets the last part of @path; points into it.
 * Returns the descriptor, -errno or PATH_REFUSED. */
int path_open_folder(const struct actor *actor, const char *path, const char **ret_name);

/* Opens @path for writing, also in /proc.  Returns as path_open. */
int path_open_to_write(const struct actor *actor, const char *path);

/* The actor has just mounted a new tmpfs on @target: it may be changed from now on, by all actors.
 * Not for bind mounts, nor for file systems that show what is there anyhow (cgroup2) or change files
 * of others (overlay). */
void path_made_filesystem(const struct actor *actor, const char *target);

/* Identifies the tmpfs that is mounted on @target.  Returns false for others, and where there is none. */
bool path_filesystem(const char *target, struct filesystem_identity *ret_identity);
/* The actor has unmounted @identity: it isn't ours any more. */
void path_unmade_filesystem(const struct actor *actor, const struct filesystem_identity *identity);
