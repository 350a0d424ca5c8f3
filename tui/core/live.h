/* The living picture: scans in slices, and from each finished one the graph, marks and outline
 * that the views show.
 *
 * The work of a scan's end is done in turns of its own, so that a key never waits for all of it.
 * Views borrow graph and outline between calls of live_step and live_rebuild, and keep only
 * identities over them.
 */
#pragma once

#include "model/base/pace.h"
#include "model/graph/history.h"
#include "model/report/timeline.h"
#include "model/view/ns_letters.h"
#include "model/view/outline.h"
#include "model/view/rowline.h"
#include "scanner/scan.h"
#include "tui/core/time_travel.h"

#include <stdbool.h>
#include <stdint.h>

enum live_phase {
	LIVE_RESTING,
	LIVE_SCANNING,
	LIVE_PUSHING, /* the scan is done; its graph is to be made */
	LIVE_SHOWING, /* the graph is made; its outline is to be made */
	LIVE_NOTING,  /* it is shown; the past is to know of it */
};

struct live {
	enum charset charset;
	unsigned interval_ms; /* 0: by the cost of a scan */
	struct outline_options options;
	struct ns_letters *ns_letters;
	struct folds *folds;       /* owned; options.folds borrows it */
	pid_t *cast;               /* owned; options.cast borrows it */
	struct outline outline;    /* what is shown, of the graph @shown */
	struct outline before;     /* only its keys, while rebuilt is called */
	const struct graph *shown; /* referenced; NULL before the first */

	/* The rows that are on the screen, set when they are painted: these are glanced at. */
	uint32_t check_context_from, check_context_count;

	/* Called after each new outline; the one before is still in @before. */
	void (*rebuilt)(void *data);
	void *rebuilt_data;

	enum live_phase phase;
	bool frozen;
	uint64_t frozen_at_ms;
	uint64_t due_ms;  /* when the next scan begins */
	uint64_t soon_ms; /* the same where somebody moved, as the kernel told */
	struct pace_credit credit;
	uint64_t quiet_ms;      /* the same where it tells, and nothing happened */
	uint64_t listen_ms;     /* from when on news are waited for */
	struct news news;       /* since the last scan began */
	bool incremental;       /* the scan under way is wanted at once (scan_begin_incremental) */
	bool put_off;           /* a full scan was dropped for such a one; the next isn't */
	uint64_t link_check_ms; /* when what is on the screen is glanced at */
	uint64_t fade_ms;       /* when something stops being new or dead; 0 for never */
	bool attentive;         /* somebody waits for what a scan shows: see live_attend */
	unsigned pause_ms;      /* between the last scan and the next, as it came out */
	bool demanded;          /* a scan that begins from now on is wanted */
	bool serving;           /* the present one is that */
	bool answered;          /* a demanded scan is shown now; the reader takes this back */
	unsigned scans;         /* that were shown so far; wraps around */
	int error;              /* of the last scan, 0 or -errno */
	struct scan *scan;      /* NULL where a recording is shown */
	struct history *history;
	uint64_t pushed_ms; /* when the present graph was */
	struct time_travel time_travel;
	struct timeline *timeline; /* what happened; of a recording, in all of it */
	double work_ms;            /* what the turns of the scan took, of a processor */
	double helpers_ms;         /* what the helpers had worked when it began */
	double cost_ms;            /* of the last whole one */
};

/* Returns 0 or -errno (as scan_new). */
int live_new(
    enum charset charset, enum grouping grouping, unsigned interval_ms, struct live **ret_live);
/* The same of a recording, from moment @at on; 0 for the first.
 * @recording: borrowed, with at least one moment. */
struct live *live_new_recorded(
    enum charset charset, enum grouping grouping, struct history_log *recording, uint64_t at);
void live_free(struct live *live); /* NULL is fine */

/* One turn of work, a few milliseconds, when some is due.  Returns true when what is to be seen
 * has changed. */
bool live_step(struct live *live, uint64_t now_ms);
/* Milliseconds until live_step has something to do: 0 for at once, -1 for never. */
int live_timeout(const struct live *live, uint64_t now_ms);

/* While @attentive somebody waits for what a scan may show, a lesson for its task to be done, say: scans come
 * sooner, and also where the kernel tells of nothing, since not all that a lesson asks for leaves a record. */
void live_attend(struct live *live, bool attentive, uint64_t now_ms);

/* A descriptor that is readable when there are news, for live_hear to be called; -1 for none now.
 * The time from which there is one is in live_timeout. */
int live_news_fd(const struct live *live, uint64_t now_ms);
/* Takes the news; the next live_step acts on them. */
void live_hear(struct live *live, uint64_t now_ms);

/* The same for names of users that come late: there is one as long as some are missing. */
int live_users_fd(const struct live *live);
void live_hear_users(struct live *live);

/* Whom folds leave in sight from the next outline on.  @pids: copied. */
void live_set_cast(struct live *live, const pid_t *pids, size_t count);

/* Makes the outline anew after a change of options or folds. */
void live_rebuild(struct live *live);

/* Wants a scan that begins now; also when the picture is frozen, which then thaws.  Returns true
 * where it was. */
bool live_demand(struct live *live, uint64_t now_ms);

void live_freeze(struct live *live, bool frozen, uint64_t now_ms);

/* The moment that the picture shows: of the freeze, or @now_ms. */
uint64_t live_moment(const struct live *live, uint64_t now_ms);

/* Fills what rows are composed with; the cast and the columns are the caller's to add. */
void live_context(const struct live *live, uint64_t now_ms, struct rowline_context *ret_context);

/* --- Time travel ------------------------------------------------------------------------------ */

/* Goes to another moment, in a turn of its own (live_step).  Scans go on meanwhile.  Returns NULL, or in
 * a few words, translated, why there is none. */
const char *live_time_travel(struct live *live, enum time_travel_step step);
/* Goes to the moment at @at_ms, on the clock of history_push, at once.  Returns false where it is not kept,
 * or can't be read. */
bool live_time_travel_at_once(struct live *live, uint64_t at_ms, uint64_t now_ms);

/* Is something else shown than what is now? */
bool live_is_past(const struct live *live);
/* Why the kernel can't be asked about what is shown: a sentence, translated; NULL where it can. */
const char *live_why_not(const struct live *live);
