/* What is inside the namespaces that a view shows.  They are inspected shortly after the selection
 * stops moving, and again every two seconds while they are shown.
 *
 * A helper process inspects one namespace after the other (scanner/helper/inspect.h).  Scans must
 * leave it out while it runs, since it would count as a member.
 */
#pragma once

#include "model/report/inspection_lines.h"
#include "scanner/helper/inspect.h"
#include "tui/core/live.h"

enum { INSPECT_MAX = 2 * NS_TYPE_COUNT };

/* What a view wants inspected.  Made again each time: the namespaces are of the graph. */
struct inspect_request {
	uint64_t about; /* identifies the subject; 0: nothing is requested */
	const struct ns *ns[INSPECT_MAX];
	unsigned count;
};

struct inspect_pane {
	struct inspect *running;               /* NULL: none */
	uint64_t about;                        /* of the present request; 0: none */
	bool complete;                         /* all of it was inspected once */
	unsigned at;                           /* the next to inspect, or the present one */
	uint64_t due_ms;                       /* when it continues; 0: nothing to do */
	struct inspection *found[INSPECT_MAX]; /* NULL: not yet */
};

/* Requests the namespace of @row, or those in which its process or group differs from the
 * reference.  @all: all eight. */
void inspect_request_row(struct inspect_request *request, const struct row *row, bool all);

void inspect_pane_done(struct inspect_pane *pane);

/* Works when something is due: reads a helper's answer, or starts the next helper.  Another subject than
 * before starts again.
 * @request: what is shown now, of the graph that @live shows.
 * Returns true when the screen has to change. */
bool inspect_pane_step(struct inspect_pane *pane, struct live *live,
    const struct inspect_request *request, uint64_t now_ms);
/* Repeats the inspection at once. */
void inspect_pane_again(struct inspect_pane *pane, uint64_t now_ms);

/* Is a helper inside a namespace, where a scan would count it as a member? */
bool inspect_pane_in_the_way(const struct inspect_pane *pane);
/* The descriptor to poll, or -1. */
int inspect_pane_fd(const struct inspect_pane *pane);
/* Milliseconds until there is something to do, or -1 for never. */
int inspect_pane_timeout(const struct inspect_pane *pane, uint64_t now_ms);

/* The results for @ns, or NULL. */
const struct inspection *inspect_pane_found(const struct inspect_pane *pane, const struct ns *ns);
