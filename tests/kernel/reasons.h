/* Making what keeps a namespace, as root or as another user, and reading the reasons from
 * nsscope json. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Is it to be made by nobody, and to be looked at by nobody? */
extern bool unprivileged;

/* Runs @body as root, and where that is possible and wanted as another user too. */
void for_each_user(void (*body)(void), bool also_nobody);

/* In a member: becomes the user that the test is about, and unshares @flags, for another user than
 * root in a user namespace of its own, which is the way to any other namespace.  0 or -1. */
int become(unsigned long flags);
/* The same without namespaces. */
int become_user(void);

/* The inode of what @path leads to, 0 for nothing. */
uint64_t ino_at(const char *path);

/* Makes namespaces with a process that ends, and opens /proc/PID/ns/@link of it with @open_flags.
 * Returns the descriptor, or -1. */
int open_orphan(unsigned long flags, const char *link, int open_flags);

/* What nsscope json says now.  @ret_pid: the pid that it had; NULL for not wanted. */
json_t *look(pid_t *ret_pid);

/* The namespace with @ino; fails the test where there is none. */
const json_t *ns_in(const json_t *graph, uint64_t ino);

/* What keeps @ns, "fd pid 12 fd 3; mount inode 77 /path"; the caller frees it. */
char *reasons_in(const json_t *ns);

/* The namespace with @ino has no member, and is kept by exactly this. */
void expect_kept(const json_t *graph, uint64_t ino, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
