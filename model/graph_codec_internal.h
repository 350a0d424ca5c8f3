/* The records of graph_codec.h: what graph_pack.c and graph_unpack.c agree on. */
#pragma once

#include "model/graph.h"

enum record_kind { RECORD_MACHINE = 1, RECORD_NS, RECORD_PROCESS };

enum {
	RECORD_LENGTH_BYTES = 4,
	/* A link is why it is not known, or this and its namespace's number. */
	LINK_KNOWN = UNREAD_NEVER + 1,
	/* Of machine records. */
	NS_FLAG_INITIAL = 1, /* of a namespace */
	NS_FLAG_OWN = 2,
	NS_FLAG_NAMED_BY_LINK = 4,
	NS_FLAG_UNSEEN = 8,
	NS_FLAG_HAD_MEMBERS = 16,
	NS_FLAG_HAD_INIT = 32, /* its two numbers are there */
	NS_FLAGS = 63,
	PROCESS_FLAG_KERNEL = 1,
	PROCESS_FLAG_EXITING = 2,
	PROCESS_FLAG_CMDLINE_CUT = 4,
	PROCESS_FLAG_PIDS_CUT = 8,
	PROCESS_FLAG_CMDLINE_LATE = 16,
	PROCESS_FLAGS = 31,
	/* Of keepers: added to the kind where the number of a thread follows. */
	KEEPER_OF_THREAD = 64,
	FLAG_HIDDEN = 1,
	FLAG_FOREIGN = 2,
	FLAG_NAMES_LATE = 4,
	/* More levels than the kernel lets PID namespaces have: 32, pid_namespaces(7). */
	PID_LEVELS_MAX = 64,
	TEXT_BYTES_MAX = 16 * 1024 * 1024,
};
