/* When the machine is scanned next: the more rarely the more a scan costs, and soon after the kernel
 * has reported a change.
 *
 * The plan is values only: the caller scans, listens and measures.  Times are milliseconds on one
 * clock of the caller, never 0.  Costs are milliseconds of a processor, those of helpers included.
 * Where a function takes @reported, the kernel reports changes now, and the caller listens. */
#pragma once

#include "scanner/scan/changes.h"

#include <stdbool.h>
#include <stdint.h>

/* The longest pause between two scans by their cost. */
enum { SCAN_PLAN_PAUSE_MAX_MS = 5000 };

/* All zero: a scan is due at once. */
struct scan_plan {
	/* Set by the caller. */
	unsigned interval_ms; /* between two scans; 0: by their cost */
	bool full_only;       /* urgent scans are full ones, too, and not as soon; without a report
	                       * scans are no rarer */
	bool attentive;       /* something waits for what a scan shows: see scan_plan_again */
	struct news news;     /* since the last scan began; see scan_plan_hear */
	uint64_t due_ms;      /* when the next scan begins; may be brought forward */

	/* For the caller to read. */
	unsigned pause_ms; /* between the last full scan and the next */
	bool incremental;  /* the present scan */

	/* Private. */
	double cost_ms;   /* of the last full scan */
	double credit_ms; /* for urgent scans at @credit_at_ms; below 0 it was overdrawn */
	uint64_t credit_at_ms;
	uint64_t soon_ms;   /* when an urgent scan may begin */
	uint64_t quiet_ms;  /* when the next scan begins without a report */
	uint64_t listen_ms; /* when listening begins */
	bool full_next;     /* the last scan was incremental: a full one has to follow */
	bool dropped;       /* a full scan was dropped; the next one is not */
};

/* A scan begins. */
void scan_plan_begin(struct scan_plan *plan, bool incremental);
/* It has ended, and has cost @cost_ms; @incremental: in the end (scan_is_incremental). */
void scan_plan_end(
    struct scan_plan *plan, double cost_ms, bool incremental, bool reported, uint64_t now_ms);
/* It failed. */
void scan_plan_fail(struct scan_plan *plan, uint64_t now_ms);
/* Plans the pause again from now on, after a change of attentive. */
void scan_plan_again(struct scan_plan *plan, bool reported, uint64_t now_ms);

/* When the next scan begins. */
uint64_t scan_plan_next_ms(const struct scan_plan *plan, bool reported);
/* Is that one urgent?  Then it is an incremental one, unless full_only. */
bool scan_plan_is_urgent(const struct scan_plan *plan, uint64_t now_ms);

/* From when on the caller listens between two scans; UINT64_MAX: not at all. */
uint64_t scan_plan_listen_ms(const struct scan_plan *plan, bool reported);
/* Takes what the kernel has reported.  Then the caller does not listen for some milliseconds: on a busy machine
 * not every event wakes it. */
void scan_plan_hear(struct scan_plan *plan, struct news news, uint64_t now_ms);

/* May the present scan be dropped for an urgent one?  Each full scan only once, so that one ends even
 * where the kernel always reports something. */
bool scan_plan_may_drop(const struct scan_plan *plan, uint64_t now_ms);
/* It was dropped, and has cost @cost_ms so far; the urgent one begins at once. */
void scan_plan_drop(struct scan_plan *plan, double cost_ms, uint64_t now_ms);
