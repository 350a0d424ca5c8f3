#include "tui/inspect_pane.h"

#include "model/util.h"

enum {
	REST_MS = 150, /* of the selection, so that not every row passed is looked into */
	AGAIN_MS = 2000,
};

/* The namespace of @type that is shown for @row, or NULL. */
static const struct ns *shown_ns(const struct row *row, enum ns_type type)
{
	const struct ns *ns = NULL;

	if (row->key.kind == ROW_NS)
		ns = row->ns;
	else if (row->key.kind == ROW_PROCESS)
		ns = row->process->ns[type];
	else if (row->key.kind == ROW_ROOM)
		ns = row->room->ns[type];
	/* Of a process and a room only what sets it apart. */
	if (!ns || ns->id.type != type || (row->key.kind != ROW_NS && ns->baseline))
		return NULL;
	return ns;
}

static void forget(struct inspect_pane *pane)
{
	inspect_free(pane->running);
	pane->running = NULL;
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		inspection_free(pane->found[type]);
		pane->found[type] = NULL;
	}
	pane->at = 0;
	pane->due_ms = 0;
	pane->has_key = pane->complete = false;
}

void inspect_pane_done(struct inspect_pane *pane)
{
	forget(pane);
}

void inspect_pane_show(struct inspect_pane *pane, const struct row *row, uint64_t now_ms)
{
	if (row && pane->has_key && row_key_equal(&row->key, &pane->key))
		return;
	forget(pane);
	if (!row ||
	    (row->key.kind != ROW_NS && row->key.kind != ROW_PROCESS && row->key.kind != ROW_ROOM))
		return;
	pane->key = row->key;
	pane->has_key = true;
	pane->due_ms = now_ms + REST_MS;
}

/* Keeps @inspection.  Returns whether it tells anything new. */
static bool keep(struct inspect_pane *pane, struct inspection *inspection)
{
	struct inspection **found = &pane->found[pane->at];
	bool changed = !*found || !inspection_equal(*found, inspection);

	inspection_free(*found);
	*found = inspection;
	return changed;
}

/* Starts with the next namespace; at the end of the round, plans the next one. */
static bool start_next(
    struct inspect_pane *pane, const struct graph *graph, const struct row *row, uint64_t now_ms)
{
	bool changed = false;

	for (; pane->at < NS_TYPE_COUNT; pane->at++) {
		const struct ns *ns = shown_ns(row, pane->at);
		struct inspection *failed;
		int r;

		if (!ns || ns->life.died_ms)
			continue;
		r = inspect_start(graph, ns, &pane->running);
		if (r == 0)
			return changed;
		failed = inspection_failed(r);
		failed->id = ns->id;
		changed |= keep(pane, failed);
	}
	pane->at = 0;
	pane->complete = true;
	pane->due_ms = now_ms + AGAIN_MS;
	return changed;
}

bool inspect_pane_step(struct inspect_pane *pane, const struct graph *graph, const struct row *row,
    uint64_t now_ms, bool start, bool again)
{
	struct inspection *inspection;
	bool changed = false;

	if (pane->running) {
		if (!inspect_io(pane->running, &inspection))
			return false;
		inspect_free(pane->running);
		pane->running = NULL;
		changed = keep(pane, inspection);
		pane->at++;
	} else if (pane->due_ms == 0 || now_ms < pane->due_ms) {
		return false;
	} else if (pane->complete && !again) {
		pane->due_ms = now_ms + AGAIN_MS;
		return false;
	}
	if (!start || !row || !pane->has_key || !row_key_equal(&row->key, &pane->key))
		return changed;
	return start_next(pane, graph, row, now_ms) || changed;
}

pid_t inspect_pane_session(const struct inspect_pane *pane)
{
	return pane->running ? inspect_session(pane->running) : 0;
}

int inspect_pane_fd(const struct inspect_pane *pane)
{
	return pane->running ? inspect_fd(pane->running) : -1;
}

int inspect_pane_timeout(const struct inspect_pane *pane, uint64_t now_ms)
{
	if (pane->running)
		return inspect_timeout(pane->running);
	if (pane->due_ms == 0)
		return -1;
	return pane->due_ms > now_ms ? (int)(pane->due_ms - now_ms) : 0;
}

void inspect_pane_lines(const struct inspect_pane *pane, const struct rowline_context *context,
    const struct row *row, struct lines *lines)
{
	for (enum ns_type type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = shown_ns(row, type);
		const struct inspection *found = pane->found[type];

		/* The row may be another by now, or its process have moved. */
		if (!ns || (found && !ns_id_equal(&found->id, &ns->id)))
			found = NULL;
		if (ns && (found || !ns->life.died_ms))
			inspection_lines(context, ns, found, lines);
	}
}
