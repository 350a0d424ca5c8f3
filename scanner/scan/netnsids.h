/* By which numbers other net namespaces are known in the caller's own: rtnetlink(7), RTM_GETNSID.  The
 * kernel gives one when an interface of the one has its other end in the other, or when somebody
 * asks for it (ip netns set); ip-link(8) shows it as link-netnsid.
 *
 * Nothing tells that one was given, so each is asked in each scan; but first the kernel is asked
 * for all of them, and where there are none, as on most machines, that is all. */
#pragma once

#include "scanner/scan/source.h"

struct netnsids {
	struct context *context;
	int socket;   /* -1 where there is nothing to be asked, or nobody */
	size_t at;    /* the next namespace of the builder */
	size_t place; /* when these are done, the next place */
};

/* Begins with @context, borrowed, all of whose namespaces must be there. */
void netnsids_begin(struct netnsids *netnsids, struct context *context);

/* Works until clock_us() passes @until_us.  Returns whether all is done; nothing is open then. */
bool netnsids_step(struct netnsids *netnsids, uint64_t until_us);

/* Drops what is under way; also before the first netnsids_begin. */
void netnsids_stop(struct netnsids *netnsids);
