/* Asking a namespace about itself, through the ioctls of nsfs.  ioctl_nsfs(2) */
#pragma once

#include "model/graph/graph.h"

/* Does the kernel give unique ids to namespaces of @type?  This process's own is queried. */
bool nsfs_tells_ids(enum nstype type);

/* Adds a namespace to @builder, or finds it there; a new one is one that nobody has asked. */
struct ns *nsfs_add(struct graph_builder *builder, enum nstype type, uint64_t dev, uint64_t ino);

/* Was @ns queried in this scan? */
bool nsfs_asked(const struct ns *ns);

/* Opens the namespace that @link (of the directory @dir) points to and asks for its id, its owner
 * and its parent; those are added to @builder and asked likewise, upward, to where they can't be
 * seen.  A namespace that was asked in this scan is not asked again.  No descriptor stays open.
 * Returns 0, -ESTALE (the link points to another namespace by now), or -errno of the open. */
int nsfs_ask(struct graph_builder *builder, struct ns *ns, int dir, const char *link);

/* Does @ns, of a graph, live, and were all its answers such as it gives every time? */
bool nsfs_settled(const struct ns *ns);

/* Adds @before, which was in the graph before and is known to be there still, with what was known
 * of it and of what is above it: none of that ever changes.
 * Returns it, or NULL where it was not known or its inode was found on another one meanwhile. */
struct ns *nsfs_carry(struct graph_builder *builder, const struct ns *before);

/* nsfs_ask for an open descriptor @fd, which is closed.  Returns 0 or -ESTALE. */
int nsfs_ask_fd(struct graph_builder *builder, struct ns *ns, int fd);

/* Is @fd on @ns, whose unique id is known where the kernel tells any? */
bool nsfs_is_same(const struct ns *ns, int fd);
/* nsfs_ask_fd where that is so, else -ESTALE; @fd is closed. */
int nsfs_ask_known(struct graph_builder *builder, struct ns *ns, int fd);

/* Is @fd on @ns, by its unique id?  Closes it. */
bool nsfs_is_fd(const struct ns *ns, int fd);

/* Does the namespace @ns still exist, whatever holds it?  @any: a descriptor on any namespace.
 * Returns 0, -ESTALE, or another -errno: the kernel doesn't say (nsfs gives handles since Linux 6.18).
 * The kernel says ESTALE also of one that the caller may not open; that it has ended is sure only where
 * nsfs_handles_tell.  Since 6.19 it says so of an inactive one, too: docs/holders.md. */
int nsfs_lives(const struct ns *ns, int any);

/* May this process open every namespace that lives by its handle?  It takes CAP_SYS_ADMIN in the initial user
 * namespace, and in Linux 7.2 to be in the initial PID namespace; which kernel began with that is not known, so
 * all are taken to that have listns(2). */
bool nsfs_handles_tell(void);

/* Opens the namespace @id by its handle, whatever holds it.  Returns a descriptor, or an error as nsfs_lives. */
int nsfs_open_handle(const struct ns_id *id, int any);
/* The same where only its unique id is known.  Linux 6.18 */
int nsfs_open_by_id(uint64_t unique);

/* Opens for asking what @path_fd, opened with O_PATH, is on; so nothing is opened that could block
 * or has effects.  @proc: a descriptor on /proc.
 * Returns a descriptor, -ESTALE (it is no namespace), or -errno. */
int nsfs_reopen(int proc, int path_fd);

/* Opens the namespace behind @link, below @dir a link of /proc such as "7/ns/uts" or "7/fd/3", in the same
 * way: what a descriptor of somebody is on may be anything by now.  Returns the same. */
int nsfs_open(int proc, int dir, const char *link);

/* The type of the namespace that @fd is on (NS_GET_NSTYPE, 4.11).  Returns 0 or -errno. */
int nsfs_type(int fd, enum nstype *ret_type);

/* Notes that @ns could not be queried, because of @error (positive). */
void nsfs_refused(struct ns *ns, int error);
