/* The live graph: scans in slices, and from each finished one the graph, letters and outline that
 * the views show.
 *
 * The end of a scan is spread over several turns, so that a key never waits for all of it.  Views
 * borrow graph and outline between calls of live_step and live_rebuild, and keep only identities
 * across them.
 */
#pragma once

#include "model/graph/history.h"
#include "model/record/history_log.h"
#include "model/report/timeline.h"
#include "model/view/ns_letters.h"
#include "model/view/outline.h"
#include "model/view/rowline.h"
#include "scanner/scan.h"
#include "scanner/scan_plan.h"

#include <stdbool.h>
#include <stdint.h>

enum time_travel_step {
	TIME_TRAVEL_BACK, /* to the previous snapshot, or the next */
	TIME_TRAVEL_FORTH,
	TIME_TRAVEL_MINUTE_BACK,
	TIME_TRAVEL_MINUTE_FORTH,
	TIME_TRAVEL_NOW, /* of a recording: to its end */
};

/* Where in time the explorer is: now, at an earlier snapshot, or within a recording. */
struct time_travel {
	struct history_log *log;
	bool recorded;               /* @log is of a file, and borrowed: there is no now */
	uint64_t at;                 /* the number of the snapshot on the screen; 0: now */
	uint64_t at_ms, taken_at_ms; /* its times, see struct snapshot */
	uint64_t wanted;             /* where to go next; 0 for nowhere */
	bool wants_now;
	struct history *then; /* holds the earlier graph on the screen */
	struct history_log_reader reader;
	uint64_t tick_ms; /* when "ago" changes; 0 for never */

	/* Of recordings that play: how much later than they were recorded. */
	bool plays;
	uint64_t later_ms;

	/* Of recordings, too: snapshots are read ahead one by one, for the timeline. */
	struct history_log_reader ahead_reader;
	uint64_t ahead; /* the next snapshot to be read */
	struct graph *ahead_before;
};

enum live_phase {
	LIVE_RESTING,
	LIVE_SCANNING,
	LIVE_PUSHING, /* the scan is done; next: its graph */
	LIVE_SHOWING, /* the graph is made; next: its outline */
	LIVE_NOTING,  /* it is shown; next: the history */
};

struct live {
	enum charset charset;
	struct outline_options options;
	struct ns_letters *ns_letters;
	struct folds *folds;       /* owned; options.folds borrows it */
	pid_t *actor_pids;         /* PIDs of the actors; owned, options.actors borrows it */
	struct outline outline;    /* what is shown, of the graph @shown */
	struct outline before;     /* only its keys, while rebuilt is called */
	const struct graph *shown; /* referenced; NULL before the first */

	/* The rows on the screen, set when they are painted: the links of their processes are
	 * checked. */
	uint32_t visible_from, visible_count;

	/* Called after each new outline; @before has the keys of the previous one. */
	void (*rebuilt)(void *data);
	void *rebuilt_data;

	enum live_phase phase;
	bool frozen;
	uint64_t frozen_at_ms;
	struct scan_plan plan;  /* when the next scan begins */
	uint64_t link_check_ms; /* when the links on the screen are checked */
	uint64_t fade_ms;       /* when a highlight ends; 0 for never */
	bool demanded;          /* a new scan is wanted */
	bool serving;           /* the present scan is that one */
	bool answered;          /* a demanded scan is shown now; the caller resets it */
	unsigned scans;         /* shown so far; wraps around */
	int error;              /* of the last scan, 0 or -errno */
	struct scan *scan;      /* NULL where a recording is shown */
	struct history *history;
	uint64_t pushed_ms; /* when the present graph was pushed */
	struct time_travel time_travel;
	struct timeline *timeline; /* events; of a recording, all of them */
	double work_ms;            /* CPU time of the scan's turns */
	double helpers_ms;         /* CPU time of the helpers when it began */
};

/* Returns 0 or -errno (as scan_new). */
int live_new(
    enum charset charset, enum grouping grouping, unsigned interval_ms, struct live **ret_live);
/* The same for a recording, from snapshot @at on; 0 for the first.
 * @recording: borrowed, with at least one snapshot. */
struct live *live_new_recorded(
    enum charset charset, enum grouping grouping, struct history_log *recording, uint64_t at);
void live_free(struct live *live); /* NULL is fine */

/* One turn of work, a few milliseconds, when some is due.  Returns true when the screen has to
 * change. */
bool live_step(struct live *live, uint64_t now_ms);
/* Milliseconds until live_step has something to do: 0 for at once, -1 for never. */
int live_timeout(const struct live *live, uint64_t now_ms);

/* @attentive: something waits for a scan, such as a lesson whose task is to be done.  Scans then
 * come sooner, and also without a report from the kernel, since not all that a lesson checks causes
 * one. */
void live_attend(struct live *live, bool attentive, uint64_t now_ms);

/* A descriptor that is readable when there are news, for live_hear to be called; -1 for none now.
 * live_timeout includes the time from which there is one. */
int live_news_fd(const struct live *live, uint64_t now_ms);
/* Takes the news; the next live_step acts on them. */
void live_hear(struct live *live, uint64_t now_ms);

/* The same for user names that arrive late: a descriptor while some are missing. */
int live_users_fd(const struct live *live);
void live_hear_users(struct live *live);

/* Sets the actors, which folds do not hide, for the next outline.  @pids: copied. */
void live_set_actors(struct live *live, const pid_t *pids, size_t count);

/* Builds the outline again after a change of options or folds. */
void live_rebuild(struct live *live);

/* Demands a new scan; a frozen view thaws.  Returns true where it was frozen. */
bool live_demand(struct live *live, uint64_t now_ms);

void live_freeze(struct live *live, bool frozen, uint64_t now_ms);

/* Fills the context that rows are composed with, but for actors and columns, which the caller adds. */
void live_context(const struct live *live, uint64_t now_ms, struct rowline_context *ret_context);

/* --- Time travel ------------------------------------------------------------------------------ */

/* Goes to another snapshot, in a turn of its own (live_step).  Scans continue meanwhile.  Returns
 * NULL, or why there is none: a few words, translated. */
const char *live_time_travel(struct live *live, enum time_travel_step step);
/* Goes at once to the snapshot at @at_ms, on the clock of history_push.  Returns false where it is
 * not kept or can't be read. */
bool live_time_travel_at_once(struct live *live, uint64_t at_ms, uint64_t now_ms);

/* Is a snapshot shown that is not the present graph? */
bool live_is_past(const struct live *live);
/* Why the kernel can't be queried about the graph on the screen: a sentence, translated; NULL where
 * it can. */
const char *live_why_not(const struct live *live);

/* Appends which snapshot is shown: "PAST 12:00:03, 75 s ago". */
void time_travel_describe(
    const struct time_travel *time_travel, uint64_t now_ms, struct line *line);
