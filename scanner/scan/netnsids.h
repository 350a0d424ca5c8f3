/* The ids of other net namespaces in the caller's own: rtnetlink(7), RTM_GETNSID.  The kernel assigns
 * one when an interface has its peer in the other namespace, or on request (ip netns set);
 * ip-link(8) shows it as link-netnsid.
 *
 * No event reports a new id, so each scan queries each namespace.  But first it dumps all ids, and
 * where there are none, as on most systems, that is all. */
#pragma once

#include "scanner/scan/source.h"

struct netnsids {
	struct context *context;
	int socket;   /* -1 when there is nothing to query */
	size_t at;    /* the next namespace of the builder */
	size_t place; /* when these are done, the next place */
};

/* Begins with @context, borrowed, which must have all its namespaces. */
void netnsids_begin(struct netnsids *netnsids, struct context *context);

/* Works until clock_us() passes @until_us.  Returns whether all is done; no socket is open then. */
bool netnsids_step(struct netnsids *netnsids, uint64_t until_us);

/* Drops an unfinished run.  May be called before the first netnsids_begin. */
void netnsids_stop(struct netnsids *netnsids);
