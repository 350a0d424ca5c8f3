/* A graph as bytes, and back.
 *
 * The bytes are records one behind the other: first what is said of the machine and of the scan, then a
 * record for each namespace by its number (ns.number), then one for each process by pid and start time, the
 * dead with the living.  Each begins with its length (four bytes), a kind (one) and two numbers (eight each),
 * which are its key.  What sealing finds out (members, children, holders that follow from the links) isn't in
 * it, nor what is only for sources.
 *
 * Since namespaces are told by number and the order is by key, a graph that follows another one has mostly the
 * same bytes.
 */
#pragma once

#include "model/base/bytes.h"
#include "model/graph/graph.h"

/* No graph takes more bytes; one of 10,000 processes takes about two million. */
enum { GRAPH_BYTES_MAX = 64 * 1024 * 1024 };

/* Appends @graph to @out. */
void graph_pack(const struct graph *graph, struct bytes *out);

/* Makes a graph of what @in holds, from where it stands to its last byte.  It may be anything: each number
 * and each name of something else is looked at.
 * Returns the graph, or NULL with @in->expected and @in->at set. */
struct graph *graph_unpack(struct byte_reader *in);
