/* Namespaces that live though nothing in sight keeps them: a descriptor in flight in a unix socket, a mapped
 * segment of System V, a file that was opened inside a user namespace, …
 *
 * Two things tell of them.  Since Linux 6.19 listns(2) has them (listing.h), for root in the initial PID
 * namespace; elsewhere processes that can't be seen keep most of what it lists.  Before, and for everybody, the
 * kernel opens a namespace of the graph before by its handle for as long as it lives (nsfs_lives).
 *
 * A scan is no instant, so each new one is doubted: it must have been there when the scan began, it must still
 * be there a while after its end, since the kernel lets go of some later than their last holder does (user
 * namespaces: when nobody may be reading the credentials any more), and no process may have come to be in it. */
#pragma once

#include "scanner/nsfs/listing.h"
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
	size_t count, room;
	size_t listed_at, before_at; /* the next one in the listing, in the graph before */
	size_t stage;                /* looking, waiting, looking again */
	uint64_t wait_until_us;      /* 0: not begun */
	DIR *proc;                   /* where processes are looked through again, else NULL */
	int any;                     /* a descriptor on any namespace; -1 for none */
};

void unseen_init(struct unseen *unseen);
void unseen_done(struct unseen *unseen);

/* Before anything else is read. */
void unseen_scan_begins(struct unseen *unseen);
/* When everything else was found.  @context: borrowed until all is done. */
void unseen_begin(struct unseen *unseen, struct context *context);
/* Works until clock_us() passes @until_us.  Returns whether all is done. */
bool unseen_step(struct unseen *unseen, uint64_t until_us);
