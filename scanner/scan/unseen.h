/* Namespaces that exist without a visible holder: a descriptor in flight in a unix socket, a mapped
 * System V segment, a file that was opened inside a user namespace, …
 *
 * There are two ways to find them.  Since Linux 6.19 listns(2) lists them (listing.h), for root in the
 * initial PID namespace; elsewhere invisible processes hold most of what it lists.  Before, and for
 * every user, the kernel opens a namespace of the previous graph by its handle while it exists
 * (nsfs_lives).
 *
 * A scan takes time, so each new one is checked.  It must have existed when the scan began, and still
 * exist a while after the end: the kernel frees some namespaces later than their last holder (user
 * namespaces after an RCU grace period).  And no process may have joined it. */
#pragma once

#include "scanner/nsfs/nsfs.h"
#include "scanner/scan/source.h"

#include <dirent.h>

struct unseen_one {
	struct ns_id id;
	bool is_new; /* it was not known to be unseen before */
};

struct unseen {
	struct context *context;
	struct listing listing; /* of when the scan began */
	struct listing known;   /* the ids of what the scan has found */
	struct unseen_one *ones;
	size_t count, capacity;
	size_t listed_at, before_at; /* the next one in the listing, in the graph before */
	size_t stage;                /* looking, waiting, looking again */
	uint64_t wait_until_us;      /* 0: not begun */
	DIR *proc;                   /* where processes are looked through again, else NULL */
	int any;                     /* a descriptor on any namespace; -1 for none */
};

void unseen_init(struct unseen *unseen);
void unseen_done(struct unseen *unseen);

/* Call it before anything else is read. */
void unseen_scan_begins(struct unseen *unseen);
/* Call it when everything else was found.  @context: borrowed until all is done. */
void unseen_begin(struct unseen *unseen, struct context *context);
/* Works until clock_us() passes @until_us.  Returns whether all is done. */
bool unseen_step(struct unseen *unseen, uint64_t until_us);
