/* What is inside the namespaces that a view tells of: looked into a moment after the selection has
 * come to rest, and again every two seconds while it is shown.
 *
 * One namespace after the other, each by a helper process (scanner/helper/inspect.h), which scans must
 * leave out while it runs, or it would be seen as a member. */
#pragma once

#include "model/report/inspection_lines.h"
#include "scanner/helper/inspect.h"

enum { INSPECT_MAX = 2 * NS_TYPE_COUNT };

/* What a view wants to be looked into.  Made anew each time: the namespaces are of the graph. */
struct inspect_request {
	uint64_t about; /* tells one subject from another; 0: nothing is wanted */
	const struct ns *ns[INSPECT_MAX];
	unsigned count;
};

struct inspect_pane {
	struct inspect *running;               /* NULL: none */
	uint64_t about;                        /* of the wish that it is about; 0: none */
	bool complete;                         /* all of it was looked into once */
	unsigned at;                           /* the next to be looked into, or being so */
	uint64_t due_ms;                       /* when it goes on; 0: nothing is to be done */
	struct inspection *found[INSPECT_MAX]; /* NULL: not yet */
};

/* What sets @row apart: the namespace, or those of a process or a room that are not the baseline.
 * @all: all eight. */
void inspect_request_row(struct inspect_request *request, const struct row *row, bool all);

void inspect_pane_done(struct inspect_pane *pane);

/* Tells what is shown now.  Another subject than before starts anew. */
void inspect_pane_show(
    struct inspect_pane *pane, const struct inspect_request *request, uint64_t now_ms);

/* Looks again at once at what is shown. */
void inspect_pane_again(struct inspect_pane *pane, uint64_t now_ms);

/* Works when something is due: takes what a helper told, or starts the next one.
 * @request: as shown last, of @graph.  @start: none may be started where false.  @again: what was
 * looked into once may be so again.
 * Returns true when what is to be seen has changed. */
bool inspect_pane_step(struct inspect_pane *pane, const struct graph *graph,
    const struct inspect_request *request, uint64_t now_ms, bool start, bool again);

/* Of the helper that runs: inspect_session.  0 also where none runs. */
pid_t inspect_pane_session(const struct inspect_pane *pane);

/* The descriptor to poll, or -1. */
int inspect_pane_fd(const struct inspect_pane *pane);
/* Milliseconds until there is something to do, or -1 for never. */
int inspect_pane_timeout(const struct inspect_pane *pane, uint64_t now_ms);

/* What was found in @ns, or NULL. */
const struct inspection *inspect_pane_found(const struct inspect_pane *pane, const struct ns *ns);
/* Appends the lines for all of @request. */
void inspect_pane_lines(const struct inspect_pane *pane, const struct rowline_context *context,
    const struct inspect_request *request, struct lines *lines);
