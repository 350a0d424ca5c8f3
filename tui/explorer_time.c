/* The explorer in time: steps into the past, and from the timeline to what its lines are of. */
#include "model/base/i18n.h"
#include "tui/explorer_internal.h"

void explorer_time_travel(struct explorer *explorer, enum time_travel_step step)
{
	explorer_say(explorer, live_time_travel(explorer->live, step));
}

bool explorer_refuses(struct explorer *explorer)
{
	const char *why = live_why_not(explorer->live);

	if (why)
		explorer_say(explorer, why);
	return why;
}

bool explorer_leave_past(struct explorer *explorer)
{
	if (!explorer->live->time_travel.at || explorer->live->time_travel.recorded)
		return false;
	explorer_time_travel(explorer, TIME_TRAVEL_NOW);
	return true;
}

/* Does the graph that is shown have what @key is about? */
static bool is_there(const struct explorer *explorer, const struct row_key *key)
{
	const struct graph *graph = explorer->live->shown;
	const struct process *process;

	if (!graph)
		return false;
	if (key->kind == ROW_NS)
		return graph_ns(graph, &key->ns);
	process = graph_process(graph, &key->process);
	return process;
}

/* Not every grouping has a row for each namespace. */
static bool go_to_by_type(struct explorer *explorer, const struct row_key *key)
{
	explorer->live->options.grouping = GROUP_BY_TYPE;
	live_rebuild(explorer->live);
	return explorer_go_to(explorer, key);
}

bool explorer_has_event(const struct explorer *explorer)
{
	return explorer->overlay == OVERLAY_NONE && explorer->focus == PANE_MAIN &&
	       explorer->ui_state.main == &explorer->timeline.view;
}

void explorer_take_event(struct explorer *explorer)
{
	const struct told *told = timeline_view_told(&explorer->timeline);
	struct row_key key, process;
	uint64_t at_ms;

	if (!told)
		return;
	explorer_note_place(explorer);
	told_key(told, &key);
	at_ms = told->at_ms;
	process = key;
	process.kind = ROW_PROCESS;
	process.tid = 0;
	/* What is looked at with others stays now. */
	if (!is_there(explorer, &key) && explorer_has_side(explorer)) {
		explorer_say(explorer, _("it is gone: no way back in time while a lesson runs"));
		return;
	}
	if (!is_there(explorer, &key) &&
	    !live_time_travel_at_once(explorer->live, at_ms, explorer->now_ms)) {
		explorer_say(explorer, _("that moment is not kept any more"));
		return;
	}
	if (!is_there(explorer, &key)) {
		explorer_say(explorer, _("no moment with it was kept: too much happened"));
		return;
	}
	if (explorer_go_to(explorer, &key) ||
	    (key.kind == ROW_THREAD && explorer_go_to(explorer, &process)) ||
	    (key.kind == ROW_NS && go_to_by_type(explorer, &key)))
		return;
	explorer_say(explorer, explorer->filter ? _("the filter hides it: Esc shows all again")
	                                        : _("it is hidden: K shows the kernel's threads"));
}
