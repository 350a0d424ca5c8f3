/* The host names of a scan's UTS namespaces.
 *
 * Each name that the scan does not know yet is read.  A full scan of /proc reads all of them, because
 * no event reports sethostname(2).  It takes about 50 microseconds each.
 */
#pragma once

#include "scanner/scan/source.h"

struct hostnames;

/* Starts the helper process.  Returns 0 or -errno. */
int hostnames_new(struct hostnames **ret_hostnames);
void hostnames_free(struct hostnames *hostnames); /* ends the helper; NULL is fine */

/* The PID of the current helper, in this process's PID namespace. */
pid_t hostnames_helper(const struct hostnames *hostnames);

/* Drops the pending query and ends its helper: the answer would be taken for that to the next query,
 * and the helper may be a member of the namespace that it reads. */
void hostnames_drop(struct hostnames *hostnames);

/* Begins with the namespaces of @context, borrowed until the next call.  No query may be pending. */
void hostnames_begin(struct hostnames *hostnames, struct context *context);

/* Works until clock_us() passes @until_us.  Returns whether all is done.  A name that could not
 * be read stays NULL. */
bool hostnames_step(struct hostnames *hostnames, uint64_t until_us);
