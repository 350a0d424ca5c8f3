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
