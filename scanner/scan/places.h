/* Where namespaces without members can be opened: through a descriptor of a process or a mount that a
 * scan has found.  Only for UTS and net namespaces, from which a scan reads more than nsfs reports. */
#pragma once

#include "scanner/scan/source.h"

/* Notes that @ns, of the builder, is behind descriptor @fd of the process @pid (as in /proc), or where
 * @fd is -1 at the mount point @path, of the builder too, as that process sees it. */
void places_note(struct context *context, struct ns *ns, pid_t pid, int fd, const char *path);

/* Opens the namespace at @place.  Only cached path components are used (RESOLVE_CACHED).
 * Returns a descriptor, -ESTALE (it is another file by now), or another -errno. */
int places_open(const struct context *context, const struct ns_place *place);

/* Opens the namespace @ns, of which the task @pid is a member.  Returns the same. */
int places_open_member(const struct context *context, const struct ns *ns, pid_t pid);
