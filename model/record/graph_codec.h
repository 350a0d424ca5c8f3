/* A graph as bytes, and back.
 *
 * The bytes are records: first one of the machine and the scan, then one of each namespace by its
 * number (ns.number), then one of each process by pid and start time, with those that ended. Each
 * begins with its length (four bytes), a kind (one) and two numbers (eight each), which are its key.
 * The results of graph_freeze (members, children, holders that follow from the links) are not in it,
 * nor the notes of sources.
 *
 * Since namespaces are referred to by number and the order is by key, a graph has mostly the same
 * bytes as the previous one. */
#pragma once

#include "model/base/bytes.h"
#include "model/graph/graph.h"

/* No graph takes more bytes; one of 10,000 processes takes about two million. */
enum { GRAPH_BYTES_MAX = 64 * 1024 * 1024 };

/* Appends @graph to @out. */
void graph_pack(const struct graph *graph, struct bytes *out);

/* Makes a graph of the bytes of @in, from its place to the last byte. They are not trusted: each
 * number and each reference is checked.
 * Returns the graph, or NULL with @in->expected and @in->at set. */
struct graph *graph_unpack(struct byte_reader *in);
