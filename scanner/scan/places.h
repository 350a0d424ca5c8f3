/* Where namespaces that nobody is in can be opened: what a scan saw on its way, through a descriptor
 * of somebody or a mount.  Only of uts and net namespaces, which are asked for more than nsfs tells. */
#pragma once

#include "scanner/scan/source.h"

/* Notes that @ns, of the builder, is behind descriptor @fd of the process @pid (as in /proc), or where
 * @fd is -1 at the mount point @path, of the builder too, as that process sees it. */
void places_note(struct context *context, struct ns *ns, pid_t pid, int fd, const char *path);

/* Opens the namespace at @place.  Nothing is asked on the way but what the kernel has at hand.
 * Returns a descriptor, -ESTALE (something else is there by now), or another -errno. */
int places_open(const struct context *context, const struct ns_place *place);

/* Opens the namespace @ns that the task @pid is in.  Returns the same. */
int places_open_member(const struct context *context, const struct ns *ns, pid_t pid);
