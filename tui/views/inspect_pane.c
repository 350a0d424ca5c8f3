#include "tui/views/inspect_pane.h"

#include "model/base/util.h"

enum {
	REST_MS = 150, /* of the selection, so that rows passed over are not inspected */
	AGAIN_MS = 2000,
};

static const struct ns *ns_of_row(const struct row *row, enum nstype type)
{
	switch (row->key.kind) {
	case ROW_NS:
		return row->ns->id.type == type ? row->ns : NULL;
	case ROW_PROCESS:
		return row->process->ns[type];
	case ROW_NS_GROUP:
		return row->ns_group->ns[type];
	default:
		return NULL;
	}
}

void inspect_request_row(struct inspect_request *request, const struct row *row, bool all)
{
	*request = (struct inspect_request){0};
	if (!row || (row->key.kind != ROW_NS && row->key.kind != ROW_PROCESS &&
	                row->key.kind != ROW_NS_GROUP))
		return;
	/* Never 0; differs with @all. */
	request->about = (row_key_hash(&row->key) << 2) | (all ? 2 : 0) | 1;
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = ns_of_row(row, type);

		if (ns && (all || row->key.kind == ROW_NS || !ns->reference))
			request->ns[request->count++] = ns;
	}
}

void inspect_pane_done(struct inspect_pane *pane)
{
	inspect_free(pane->running);
	pane->running = NULL;
	for (unsigned i = 0; i < INSPECT_MAX; i++) {
		inspection_free(pane->found[i]);
		pane->found[i] = NULL;
	}
	pane->at = 0;
	pane->due_ms = pane->about = 0;
	pane->complete = false;
}

/* Sets what is shown now. */
static void show(struct inspect_pane *pane, const struct inspect_request *request, uint64_t now_ms)
{
	if (request->about && pane->about == request->about)
		return;
	inspect_pane_done(pane);
	pane->about = request->about;
	pane->due_ms = request->about ? now_ms + REST_MS : 0;
}

void inspect_pane_again(struct inspect_pane *pane, uint64_t now_ms)
{
	if (!pane->about || pane->running)
		return;
	pane->complete = false;
	pane->due_ms = now_ms;
}

/* Stores @inspection.  Returns whether it has anything new. */
static bool keep(struct inspect_pane *pane, struct inspection *inspection)
{
	struct inspection **found = &pane->found[pane->at];
	bool changed = !*found || !inspection_equal(*found, inspection);

	inspection_free(*found);
	*found = inspection;
	return changed;
}

/* Starts with the next namespace; at the end of the round, plans the next one. */
static bool start_next(struct inspect_pane *pane, const struct graph *graph,
    const struct inspect_request *request, uint64_t now_ms)
{
	bool changed = false;

	for (; pane->at < request->count; pane->at++) {
		const struct ns *ns = request->ns[pane->at];
		struct inspection *failed;
		int r;

		if (ns->life.ended_ms)
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

/* @start: may a helper be started? @again: repeat inspections. */
static bool step(struct inspect_pane *pane, const struct graph *graph,
    const struct inspect_request *request, uint64_t now_ms, bool start, bool again)
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
	if (!start || !request->about || request->about != pane->about)
		return changed;
	return start_next(pane, graph, request, now_ms) || changed;
}

bool inspect_pane_step(struct inspect_pane *pane, struct live *live,
    const struct inspect_request *request, uint64_t now_ms)
{
	static const struct inspect_request none;
	bool changed;

	if (live_why_not(live))
		request = &none;
	show(pane, request, now_ms);
	changed =
	    step(pane, live->shown, request, now_ms, live->phase == LIVE_RESTING, !live->frozen);
	if (live->scan)
		scan_leave_out(live->scan, pane->running ? inspect_session(pane->running) : 0);
	return changed;
}

bool inspect_pane_in_the_way(const struct inspect_pane *pane)
{
	return pane->running && !inspect_session(pane->running);
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

const struct inspection *inspect_pane_found(const struct inspect_pane *pane, const struct ns *ns)
{
	/* By its id: the process may have moved since the inspection. */
	for (unsigned i = 0; i < INSPECT_MAX; i++) {
		if (pane->found[i] && ns_id_equal(&pane->found[i]->id, &ns->id))
			return pane->found[i];
	}
	return NULL;
}
