/* The timeline: what happened, in words, the newest first; bounded.
 *
 * Each entry keeps its text, since its subject may be gone, and its time, so that the view can go back
 * there. */
#pragma once

#include "model/report/event_report.h"

struct timeline_entry {
	uint64_t number; /* its own, from 1, in the order in which things happened */
	uint64_t at_ms;  /* of the graph that showed it first, on the clock of history_push */
	uint64_t taken_at_ms;
	struct event event;
	bool of_kernel;    /* of one of the kernel's threads */
	bool ordinary;     /* a process that started in its parent's namespaces, or exited */
	struct line words; /* of event_words */
};

struct timeline;

/* Keeps the last @most. */
struct timeline *timeline_new(enum charset charset, size_t most);
void timeline_free(struct timeline *timeline); /* NULL is fine */

/* Adds what changed between the graphs of @context. */
void timeline_add(
    struct timeline *timeline, const struct event_context *context, const struct events *events);

size_t timeline_count(const struct timeline *timeline);
/* The number of the newest one; 0 for none. */
uint64_t timeline_last(const struct timeline *timeline);
/* @index: 0 for the newest one.  Borrowed until more is added. */
const struct timeline_entry *timeline_at(const struct timeline *timeline, size_t index);

/* What it is of: a thread, a process or a namespace, as a row by PID namespace has it. */
struct row_key;
void timeline_entry_key(const struct timeline_entry *entry, struct row_key *ret_key);
