/* Asking a namespace about itself, through the ioctls of nsfs.  ioctl_nsfs(2) */
#pragma once

#include "model/graph.h"

/* Adds a namespace to @builder, or finds it there; a new one is one that nobody has asked. */
struct ns *nsfs_add(struct graph_builder *builder, enum ns_type type, uint64_t dev, uint64_t ino);

/* Has @ns been asked in this sweep? */
bool nsfs_asked(const struct ns *ns);

/* Opens the namespace that @link (of the directory @dir) points to and asks for its id, its owner
 * and its parent; those are added to @builder and asked likewise, upward, to where they can't be
 * seen.  A namespace that was asked in this sweep is not asked again.  No descriptor stays open.
 * Returns 0, -ESTALE (the link points to another namespace by now), or -errno of the open. */
int nsfs_ask(struct graph_builder *builder, struct ns *ns, int dir, const char *link);
