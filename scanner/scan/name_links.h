/* Names that a symbolic link gives to a network namespace: /run/netns/NAME -> /proc/PID/ns/net, as an old
 * recipe for containers has it.  ip-netns(8) lists such a name.  It keeps nothing: when PID ends, the link
 * leads nowhere, and later to another process.
 *
 * The folder may be on a file system that does not answer, so it is read by an errand (errand.h). */
#pragma once

#include "scanner/helper/errand.h"
#include "scanner/scan/source.h"

struct name_links {
	struct context *context;
	size_t at;             /* of the folders, the one that is read */
	struct errand *errand; /* NULL where it could not be sent */
	int error;             /* why it could not, or what it came back with */
};

void name_links_done(struct name_links *links);

/* Begins to read names for @context, borrowed, which may have just begun: what has to be waited for is then waited for
 * beside all other reading. */
void name_links_begin(struct name_links *links, struct context *context);

/* When all processes are there: gives names to those namespaces that have none yet, and notes where a folder has not answered.  Only the texts of
 * links are read, nothing is opened behind them.
 * Works until clock_us() passes @until_us.  Returns whether all is done. */
bool name_links_step(struct name_links *links, uint64_t until_us);
