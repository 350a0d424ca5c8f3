/* The namespaces that the stage began in: what no actor may change.  And what the stage did so that
 * none can. */
#pragma once

#include "model/graph/nstype.h"

#include <sys/types.h>

struct ns_identity {
	bool known;
	uint64_t id; /* NS_GET_ID (6.18), 0 where the kernel has none */
	dev_t device;
	ino_t inode;
};

struct origin {
	struct ns_identity types[NS_TYPE_COUNT];
	/* In the mount namespaces that the stage made all is read-only for good but its own file
	 * systems (stage_ground.h). */
	bool sealed;
};

/* Reads the namespaces of the calling process.  What can't be read is not known.  Not sealed. */
void origin_read(struct origin *ret_origin);

/* Is the calling process, an actor, in another namespace of @type than @origin?  False where that
 * is unknown: the caller then must change nothing in it.
 * While the first one has a member on the stage, its inode number can't be reused. */
bool origin_left(const struct origin *origin, enum nstype type);

/* Is @fd, opened and not only a place (O_PATH), one of the namespaces of @origin? */
bool origin_has(const struct origin *origin, int fd);
