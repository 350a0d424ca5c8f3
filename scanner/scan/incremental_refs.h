/* What keeps namespaces by descriptors, sockets and mounts, for a incremental scan (incremental.h): taken from the graph
 * before.
 *
 * What opens or closes a descriptor leaves no record in the feed, so a graph of a incremental scan is as
 * old in this as that of the whole one before it.  But it never tells that a namespace has ended that
 * lives: one that nobody would be seen to keep any more is asked for by its id. */
#pragma once

#include "scanner/scan/source.h"

/* Adds to @context, which has all processes and their links, who keeps what, and what was learned by way of
 * them: names, and numbers of net namespaces.
 * Returns whether that is known; else nothing was added, and a full scan must look. */
bool incremental_take_refs(struct context *context, struct changes *changes);
