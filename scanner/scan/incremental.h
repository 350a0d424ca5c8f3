/* A incremental scan: only of those whom the feed names (changes.h).
 *
 * Who has left no record since the graph before has the links, threads and name that he had; so he is taken
 * from it, and with him what no record tells of: state, user, command line, and what he keeps
 * (references to namespaces).  Of these the graph is as old as that of the full scan before it.  The others are read
 * from /proc, whatever the source. */
#pragma once

#include "scanner/scan/source.h"

struct incremental;

/* Returns 0 or -errno. */
int incremental_new(struct incremental **ret_incremental);
void incremental_free(struct incremental *incremental); /* NULL is fine */

/* Begins to fill @context.  Both are borrowed until it is done.
 * @changes: the feed has been read just now; NULL where there is none.
 * @reads_refused: the source reads what /proc refuses, so that is left to it.
 * Returns 0, or -EAGAIN: it takes a full scan. */
int incremental_begin(struct incremental *incremental, struct context *context,
    struct changes *changes, bool reads_refused);

/* Works until clock_us() passes @until_us.
 * Returns 1 when all is done, 0, -EAGAIN (it takes a full scan), or another -errno. */
int incremental_step(struct incremental *incremental, uint64_t until_us);
