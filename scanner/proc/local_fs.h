/* Paths on local file systems, which never wait for another process or machine.
 *
 * FUSE, NFS, autofs and others query a server for each component of a path, and it may never answer; overlayfs
 * may have such a lower layer.  No call that resolves a path can avoid that.  So the path is resolved component
 * by component, each only in a directory that is on a file system known to be local. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Returns whether all components of @path are on local file systems, with symbolic links and the last one.
 * True also when the path does not exist: opening it fails at once.  No other file system is queried.
 * @ret_mount: when it is not local, the id of the first mount that is not; 0: unknown. */
bool local_fs_has(const char *path, uint64_t *ret_mount);
