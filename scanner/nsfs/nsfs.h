/* Queries to namespaces, through the ioctls and file handles of nsfs: ioctl_nsfs(2), open_by_handle_at(2). */
#pragma once

#include "model/graph/graph.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- One namespace --- */

/* Returns whether the kernel has unique ids for namespaces of @type.  It queries this process's own. */
bool nsfs_has_ids(enum nstype type);

/* Finds a namespace in @builder, or adds it as one that was not queried. */
struct ns *nsfs_add(struct graph_builder *builder, enum nstype type, uint64_t dev, uint64_t ino);

/* Returns whether @ns was queried in this scan. */
bool nsfs_asked(const struct ns *ns);

/* Opens the namespace that @link (in the directory @dir) points to.  Queries its id, owner and parent,
 * and likewise all namespaces above it that are visible, which are added to @builder.  Each namespace is
 * queried once in a scan.  No descriptor stays open.
 * Returns 0, -ESTALE (the link points to another namespace by now), or -errno of the open. */
int nsfs_ask(struct graph_builder *builder, struct ns *ns, int dir, const char *link);

/* The same for an open descriptor @fd, which is closed.  Returns 0 or -ESTALE. */
int nsfs_ask_fd(struct graph_builder *builder, struct ns *ns, int fd);

/* Notes that @ns could not be queried, because of @error (positive). */
void nsfs_refused(struct ns *ns, int error);

/* Returns whether @ns, of a graph, exists, and all its answers were final ones. */
bool nsfs_settled(const struct ns *ns);

/* Copies @before, a namespace of the previous graph that is known to exist, with those above it: these
 * facts never change.
 * Returns the copy.  NULL when it was not known, or another namespace has its inode by now. */
struct ns *nsfs_carry(struct graph_builder *builder, const struct ns *before);

/* Returns whether @fd is on @ns: the same file, and the same unique id where the kernel has ids. */
bool nsfs_is_same(const struct ns *ns, int fd);
/* nsfs_ask_fd when it is, else -ESTALE; @fd is closed. */
int nsfs_ask_known(struct graph_builder *builder, struct ns *ns, int fd);

/* Returns whether @fd is on @ns, by the unique id alone.  Closes it. */
bool nsfs_is_fd(const struct ns *ns, int fd);

/* Returns whether @ns still exists, whatever holds it: 0, -ESTALE, or another -errno when the kernel
 * does not know (nsfs has file handles since Linux 6.18).
 * @any: a descriptor on any namespace.
 * ESTALE also means that the caller may not open it: it is freed only where nsfs_may_open_all.  Since
 * 6.19 it means an inactive namespace, too: docs/keepers.md. */
int nsfs_exists(const struct ns *ns, int any);

/* Returns whether this process may open each existing namespace by its handle.  That takes CAP_SYS_ADMIN
 * in the initial user namespace, and in Linux 7.2 a member of the initial PID namespace.  The first kernel
 * with the second rule is not known, so it is assumed for all that have listns(2). */
bool nsfs_may_open_all(void);

/* Opens the namespace @id by its handle, whatever holds it.  Returns a descriptor, or an error as
 * nsfs_exists. */
int nsfs_open_handle(const struct ns_id *id, int any);
/* The same when only its unique id is known.  Linux 6.18 */
int nsfs_open_by_id(uint64_t unique);

/* Opens the namespace behind @path_fd, a descriptor with O_PATH.  So no file is opened that could block
 * or has effects.  @proc: a descriptor on /proc.
 * Returns a descriptor, -ESTALE (it is no namespace), or another -errno. */
int nsfs_reopen(int proc, int path_fd);

/* Opens the namespace behind @link in the same way.  @link is a link of /proc below @dir, such as
 * "7/ns/uts" or "7/fd/3": a descriptor of another process may be on any file by now.  Returns the same. */
int nsfs_open(int proc, int dir, const char *link);

/* The type of the namespace behind @fd (NS_GET_NSTYPE, 4.11).  Returns 0 or -errno. */
int nsfs_type(int fd, enum nstype *ret_type);

/* --- The ids of all namespaces: listns(2), since Linux 6.19 --- */

/* It lists namespaces whose owner gives the caller CAP_SYS_ADMIN, and those of which the caller is a
 * member.  An inactive namespace is not listed, though a socket or a mapping may hold it. */
struct listing {
	uint64_t *ids; /* in order; kept from use to use */
	size_t count, capacity;
};

/* Reads the ids.  Returns 0, or -errno: -ENOSYS before Linux 6.19; the list is empty then. */
int listing_take(struct listing *listing);
/* Sorts ids that the caller has filled in. */
void listing_sort(struct listing *listing);
bool listing_has(const struct listing *listing, uint64_t id);
/* Returns whether this process gets all namespaces, and sees all processes that may hold them. */
bool listing_is_whole(void);
void listing_done(struct listing *listing);
