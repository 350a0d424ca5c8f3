/* An independent reader: what plain open(2), read(2) and readlink(2) say of /proc, compared with a graph that
 * a scan made of it.  It shares no code with the scanner. */
#pragma once

#include "model/graph/graph.h"

/* Prints what is different in @graph: processes, their numbers on each level, links, threads, command lines,
 * members of namespaces, holders that files of /proc tell of (descriptors and bind mounts), names by symbolic
 * links, and whether PID namespaces with an init live.  Nothing may change between the scan and this.
 * Sockets and /dev/net/tun tell their namespaces in no file.
 * Returns how much is different. */
int proc_differences(const struct graph *graph);

/* Before a fork of who compares: it goes on leaving out the helpers of the caller's scans, as its own scans do. */
void proc_hand_helpers_down(void);

/* How many helpers of scans, which are none of a graph's, are in the namespace @ino of @type. */
size_t proc_helpers_in(enum nstype type, uint64_t ino);
