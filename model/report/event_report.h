/* What is reported of an event: all that can be looked up of it in one place, and its words.  The line of
 * "nsscope events", the sentence of the timeline and the JSON (json.h) are made from that, also of
 * what a trace saw. */
#pragma once

#include "model/base/line.h"
#include "model/graph/history.h"

/* What the events are of: two graphs that follow each other. */
struct event_context {
	const struct graph *before; /* NULL at the beginning */
	const struct graph *after;
	uint64_t now_ms; /* as @after was pushed into the history */
};

enum event_call { CALL_UNKNOWN, CALL_CLONE, CALL_UNSHARE, CALL_SETNS, CALL_SETHOSTNAME };

/* Their names; NULL for CALL_UNKNOWN. */
extern const char *const event_call_names[];

/* The table of kinds: the word of the line (msgid), and the one of the JSON. */
extern const struct event_kind_words {
	const char *word, *key;
} event_kinds[];

/* What does not apply is 0 or NULL.  Borrowed from the graphs, or from the trace. */
struct event_report {
	enum event_kind kind;
	uint64_t at_ms;            /* wall clock, since 1970 */
	const struct graph *graph; /* EVENT_BEGIN */

	/* Of a process, or of a thread of it. */
	struct process_id process;
	pid_t tid;
	const char *comm;   /* raw; NULL: not known */
	bool has_ticks;     /* process.start_ticks is known */
	bool has_parent;    /* as is ppid */
	bool kernel_thread; /* the process is one of the kernel's */
	pid_t ppid;
	pid_t parent_pid;        /* of a process: the parent that is in the graph */
	const char *parent_comm; /* NULL: there is none */
	/* Of a process that started, the namespaces that are not its parent's (of a thread: its
	 * process's). */
	const struct ns *own_ns[NS_TYPE_COUNT];

	/* Of a namespace; where a process or thread moved to. */
	struct ns_id ns;
	/* EVENT_…_MOVED */
	struct ns_id from;
	enum ns_link link;
	bool back; /* the thread is where its process is, again */

	enum event_call call; /* by which it moved; EVENT_CALL: the one that was made */
	unsigned changed;     /* EVENT_CALL: a bit for each link that it changed… */
	struct ns_id links[NS_LINK_COUNT];    /* … and where that leads now */
	const char *host_before, *host_after; /* raw; of EVENT_CALL: what sethostname was given */

	uint64_t lifetime_us; /* EVENT_SHORT_LIVED */
	int wait_status;
	uint64_t lost; /* EVENT_LOST: so many records */
};

/* @event: NULL for the beginning: what there was when watching began. */
struct event_report event_report(const struct event_context *context, const struct event *event);

/* By which call the process or thread of @event, an EVENT_…_MOVED, got where it is.
 * A namespace that was there in the scan before can only be joined.  A new one was made by the one
 * that moved, unless others than its descendants are in it too, or other threads: then any of them
 * may have made it.
 * @after: the graph that history_push gave at @now_ms. */
enum event_call move_means(const struct graph *after, const struct event *event, uint64_t now_ms);

bool event_is_of_ns(enum event_kind kind);
bool event_is_move(enum event_kind kind);
bool event_is_start(enum event_kind kind);

/* In columns: time, event, process or namespace. */
void event_line(const struct event_report *report, struct line *line);

/* The same as a sentence, without the time: "sh (4711) left uts:4026531838 for a new one, …".  Not of what
 * a trace saw. */
void event_words(const struct event_report *report, struct line *line);

/* Appends the wall clock of @at_ms, milliseconds since 1970, in local time: "12:00:00.123". */
void event_add_time(uint64_t at_ms, struct line *line);
