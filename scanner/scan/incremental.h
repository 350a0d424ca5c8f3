/* An incremental scan reads only the processes that kernel events name (changes.h).
 *
 * A process without an event since the previous graph still has the same links, threads and name,
 * so it is copied from that graph.  Its state, user, command line and references to namespaces,
 * which no event reports, are copied too: these are as old as the last full scan.  The other
 * processes are read from /proc, whatever the source. */
#pragma once

#include "scanner/scan/source.h"

struct incremental;

/* Returns 0 or -errno. */
int incremental_new(struct incremental **ret_incremental);
void incremental_free(struct incremental *incremental); /* NULL is fine */

/* Begins to fill @context.  @context and @changes are borrowed until it is done.
 * @changes: its events were read just now; NULL without kernel events.
 * @reads_refused: the source reads what /proc denies, so a full scan must read that.
 * Returns 0, or -EAGAIN: a full scan is needed. */
int incremental_begin(struct incremental *incremental, struct context *context,
    struct changes *changes, bool reads_refused);

/* Works until clock_us() passes @until_us.
 * Returns 1 when all is done, 0 when there is more, -EAGAIN (a full scan is needed), or another -errno. */
int incremental_step(struct incremental *incremental, uint64_t until_us);
