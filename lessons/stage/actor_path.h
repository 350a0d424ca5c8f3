/* Paths of a lesson: what an actor may open, and what it may change.
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

#include "lessons/stage/actor.h"

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

/* May files on the file system of @fd be changed? */
bool path_is_ours(const struct actor *actor, int fd);

/* The actor has just mounted a new tmpfs on @target: it may be changed from now on, by all actors.
 * Not for bind mounts, nor for file systems that show what is there anyhow (cgroup2) or change files
 * of others (overlay). */
void path_made_filesystem(const struct actor *actor, const char *target);

/* Identifies the tmpfs that is mounted on @target.  Returns false for others, and where there is none. */
bool path_filesystem(const char *target, struct filesystem_identity *ret_identity);
/* The actor has unmounted @identity: it isn't ours any more. */
void path_unmade_filesystem(const struct actor *actor, const struct filesystem_identity *identity);

/* Fills the answer with a negative result of these. */
void path_answer(struct stage_answer *answer, int result);

/* --- For actor_path.c, actor_made.c, actor_proc.c ------------------------------------------- */

/* Is @fd on a file system that was passed to path_made_filesystem? */
bool path_was_made(const struct actor *actor, int fd);

/* Opens @path below @folder part by part, for no more than a place (O_PATH), and follows no link at
 * all.  Returns the descriptor, -errno or PATH_REFUSED at a link or "..". */
int path_walk(int folder, const char *path);

/* Opens what is at a place, for good.  Returns as path_open. */
int path_open_place(int place, int flags);

/* Splits "/proc/4711/ns/uts" into "/proc/4711" and "ns/uts".  Returns false for other paths. */
bool path_split_process(const char *path, char *ret_folder, size_t capacity, const char **ret_rest);

/* Is @folder one of /proc, of a process of this stage?  They all are in the session that the stage
 * process began, and no other process is. */
bool path_is_of_stage(const struct actor *actor, int folder);
