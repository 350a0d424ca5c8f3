/* What the maps of the own user namespace say; user_namespaces(7). */
#pragma once

#include <stdbool.h>

/* Does @path, our uid_map or gid_map, give each id its own number, as in the initial user namespace?
 * Elsewhere ids that the kernel writes in the terms of that one are not to be compared with ours. */
bool ids_are_global(const char *path);
