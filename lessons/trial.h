/* Trying which namespaces may be made here, without a trace. */
#pragma once

#include <stdint.h>

/* Makes namespaces of the types @flags (CLONE_NEW…) in a child process that does nothing else and
 * ends; the kernel ends them with it.  unshare(2)
 * Returns 0, -errno of unshare, -ECANCELED where the call killed the child (a seccomp filter), or
 * -errno of fork. */
int trial_unshare(uint64_t flags);

/* What keeps each user namespace from this process, whatever switches and filters say; translated.  NULL:
 * nothing that is known. */
const char *trial_obstacle(void);

/* Why it could not be made, for what trial_unshare returned below 0 when a user namespace was among the
 * types; translated. */
const char *trial_refusal(int error);

/* Does a filter (seccomp) refuse the system call @call, by its name, also to who has every capability?  Tried
 * in a child, in namespaces of its own, with arguments that nothing can be done with.
 * Returns 0 (no, or it is none of those that can be tried), or -errno of the refusal. */
int trial_call(const char *call);

/* Can this process look at a child of its that gave up root, as a stage does?  Returns 0 or -errno. */
int trial_see_nobody(void);
