/* Where in time the explorer is: now, at an earlier snapshot, or within a recording. */
#pragma once

#include "model/base/line.h"
#include "model/graph/history.h"
#include "model/record/history_log.h"

enum {
	/* How much history a running explorer keeps, in how much memory; shown in the help. */
	TIME_TRAVEL_KEEP_MINUTES = 10,
	TIME_TRAVEL_MEMORY_MB = 64,
};

enum time_travel_step {
	TIME_TRAVEL_BACK, /* to the previous snapshot, or the next */
	TIME_TRAVEL_FORTH,
	TIME_TRAVEL_MINUTE_BACK,
	TIME_TRAVEL_MINUTE_FORTH,
	TIME_TRAVEL_NOW, /* of a recording: to its end */
};

struct time_travel {
	struct history_log *history_log;
	bool recorded;               /* @history_log is of a file, and borrowed: there is no now */
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

/* @recording: NULL, or the recording to show, borrowed. */
void time_travel_init(
    struct time_travel *time_travel, struct history_log *recording, uint64_t dead_grace_ms);
void time_travel_done(struct time_travel *time_travel);

/* Chooses where to go next.  Returns false where there is nothing in that direction. */
bool time_travel_choose(struct time_travel *time_travel, enum time_travel_step step);
/* The same for the last snapshot at or before @at_ms, on the clock of history_push. */
void time_travel_choose_time(struct time_travel *time_travel, uint64_t at_ms);
bool time_travel_is_due(const struct time_travel *time_travel);

/* Goes to the chosen snapshot and returns its graph, which @then holds.  Returns NULL where it can't
 * be read: nothing has changed then, and @reader has the reason. */
const struct graph *time_travel_go(struct time_travel *time_travel);

/* Plays a recording from @now_ms on, from its beginning where it was at its end; or stops it. */
void time_travel_play(struct time_travel *time_travel, bool plays, uint64_t now_ms);
/* When the next snapshot of a recording that plays is due, UINT64_MAX for never. */
uint64_t time_travel_next_ms(const struct time_travel *time_travel);

/* Appends which snapshot is shown: "PAST 12:00:03, 75 s ago". */
void time_travel_describe(
    const struct time_travel *time_travel, uint64_t now_ms, struct line *line);
