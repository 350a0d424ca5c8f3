/* The capabilities of this process, and when they are in effect.
 *
 * The explorer holds its capabilities: none is in effect while it waits, reads keys and paints, and each part
 * that needs some raises them while it works.  So code that opens a file or sends a signal by mistake does it
 * without privileges.  It does not protect from hostile code in this process, which could raise them too.
 * After fork(2) and execve(2) all permitted ones are in effect again.
 *
 * Other programs do not hold them, and there raising has no effect. */
#pragma once

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>

#define CAP_BIT(capability) (UINT64_C(1) << (capability))

/* As a set, 1 << CAP_SYS_ADMIN, …; empty where it can't be read.  capabilities(7) */
uint64_t privileges_permitted(void);
uint64_t privileges_effective(void);

/* Drops all permitted ones but @permitted, and all inheritable ones.  Puts those of @effective into effect
 * that are still permitted.  Of the calling thread only; safe after fork(2).
 * Returns 0 or -errno. */
int privileges_set(uint64_t permitted, uint64_t effective);

/* From now on none is in effect but what is raised. */
void privileges_hold(void);
/* What is permitted is in effect again, if it was held. */
void privileges_release(void);

/* Puts @capabilities into effect, too, as far as they are held.  Returns what to give back to
 * privileges_restore, which leaves errno alone. */
uint64_t privileges_raise(uint64_t capabilities);
void privileges_restore(const uint64_t *before);

/* autoprivileges uint64_t before = privileges_raise(…): as long as @before is in scope. */
#define autoprivileges __attribute__((cleanup(privileges_restore), unused))

/* To read /proc of others, as ptrace access allows it. */
#define PRIVILEGES_PROC (CAP_BIT(CAP_SYS_PTRACE) | CAP_BIT(CAP_DAC_READ_SEARCH))
/* For files that the person names, which may be another user's. */
#define PRIVILEGES_FILES                                                                           \
	(CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_DAC_READ_SEARCH) | CAP_BIT(CAP_FOWNER))

/* Returns whether @path, our uid_map or gid_map, maps each id to itself, as in the initial user namespace.
 * Elsewhere ids that the kernel writes as seen from the initial one cannot be compared with ours.
 * user_namespaces(7) */
bool ids_are_global(const char *path);
