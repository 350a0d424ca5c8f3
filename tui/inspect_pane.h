/* What is inside the selected namespace, or those of the selected process: looked into a moment
 * after the selection has come to rest, and again every two seconds while it is shown.
 *
 * One namespace after the other, each by a helper process (scanner/inspect.h), which sweeps must
 * leave out while it runs, or it would be seen as a member. */
#pragma once

#include "model/inspection_lines.h"
#include "scanner/inspect.h"

struct inspect_pane {
	struct inspect *running; /* NULL: none */
	struct row_key key;      /* of the row that it is about */
	bool has_key;
	bool complete;                           /* all of it was looked into once */
	enum ns_type at;                         /* the next to be looked into, or being so */
	uint64_t due_ms;                         /* when it goes on; 0: nothing is to be done */
	struct inspection *found[NS_TYPE_COUNT]; /* NULL: not yet */
};

void inspect_pane_done(struct inspect_pane *pane);

/* Tells which row is shown now; NULL for none.  Another one than before starts anew. */
void inspect_pane_show(struct inspect_pane *pane, const struct row *row, uint64_t now_ms);

/* Works when something is due: takes what a helper told, or starts the next one.
 * @row: as shown last, of @graph.  @start: none may be started where false.  @again: what was
 * looked into once may be so again.
 * Returns true when what is to be seen has changed. */
bool inspect_pane_step(struct inspect_pane *pane, const struct graph *graph, const struct row *row,
    uint64_t now_ms, bool start, bool again);

/* Of the helper that runs: inspect_session.  0 also where none runs. */
pid_t inspect_pane_session(const struct inspect_pane *pane);

/* The descriptor to poll, or -1. */
int inspect_pane_fd(const struct inspect_pane *pane);
/* Milliseconds until there is something to do, or -1 for never. */
int inspect_pane_timeout(const struct inspect_pane *pane, uint64_t now_ms);

/* Appends the lines for @row. */
void inspect_pane_lines(const struct inspect_pane *pane, const struct rowline_context *context,
    const struct row *row, struct lines *lines);
