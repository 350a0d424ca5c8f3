/* The host names of a sweep's uts namespaces.
 *
 * Namespaces that the graph before did not have are all asked.  Of those that it had, so many are
 * asked again in turn that a sweep stays short, and the others keep the name that they had.
 */
#pragma once

#include "scanner/source.h"

struct hostnames;

/* Starts the helper process.  Returns 0 or -errno. */
int hostnames_new(struct hostnames **ret_hostnames);
void hostnames_free(struct hostnames *hostnames); /* ends the helper; NULL is fine */

/* Begins with the namespaces of @sweep, borrowed until the next call. */
void hostnames_begin(struct hostnames *hostnames, struct sweep *sweep);

/* Works until clock_us() passes @until_us.  Returns whether all is done.  A name that could not
 * be read stays what it was before, or NULL. */
bool hostnames_step(struct hostnames *hostnames, uint64_t until_us);
