/* The host names of a scan's uts namespaces.
 *
 * Each that the scan does not know yet is asked; of a full scan by /proc that is all of them, because nothing
 * tells that a name was changed.  About 50 microseconds each.
 */
#pragma once

#include "scanner/scan/source.h"

struct hostnames;

/* Starts the helper process.  Returns 0 or -errno. */
int hostnames_new(struct hostnames **ret_hostnames);
void hostnames_free(struct hostnames *hostnames); /* ends the helper; NULL is fine */

/* The pid of the helper that runs now, as in this process's PID namespace. */
pid_t hostnames_helper(const struct hostnames *hostnames);

/* Drops the question that is under way, and the helper with it: its answer would be taken for that to
 * another, and it may be in the namespace that it was asked about. */
void hostnames_drop(struct hostnames *hostnames);

/* Begins with the namespaces of @context, borrowed until the next call; no question is under way. */
void hostnames_begin(struct hostnames *hostnames, struct context *context);

/* Works until clock_us() passes @until_us.  Returns whether all is done.  A name that could not
 * be read stays NULL. */
bool hostnames_step(struct hostnames *hostnames, uint64_t until_us);
