/* Names that a symbolic link gives to a network namespace: /run/netns/NAME -> /proc/PID/ns/net, as an old
 * recipe for containers has it.  ip-netns(8) lists such a name.  It keeps nothing: when PID ends, the link
 * leads nowhere, and later to another process. */
#pragma once

#include "scanner/source.h"

/* Gives names to those namespaces of @sweep, all of whose processes must be there, that have none yet.
 * Only the texts of links are read, nothing is opened behind them. */
void name_links_add(struct sweep *sweep);
