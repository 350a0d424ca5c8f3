/* The explorer's marks: who is compared. */
#include "tui/explorer_internal.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

/* The process that @row stands for, or NULL. */
static const struct process *process_of(const struct row *row)
{
	if (!row)
		return NULL;
	return row->room ? row->room->first : row->process;
}

static void drop(struct ui_state *ui_state, size_t at)
{
	if (at == 0)
		ui_state->chosen[0] = ui_state->chosen[1];
	ui_state->chosen_count--;
}

static void say_marked(struct explorer *explorer, const struct process *process)
{
	size_t at = explorer->ui_state.chosen_count - 1;
	autofree char *message =
	    xasprintf(at == 0 ? _("A is %d %s; mark another one, and 5 compares")
	                      : _("B is %d %s; 5 compares"),
	        (int)process->id.pid, process->comm);

	explorer_say(explorer, message);
}

void explorer_mark(struct explorer *explorer)
{
	struct ui_state *ui_state = &explorer->ui_state;
	const struct process *process = process_of(ui_state_subject(ui_state));

	if (!process) {
		explorer_say(explorer, _("processes are compared: mark one of them"));
		return;
	}
	for (size_t i = 0; i < ui_state->chosen_count; i++) {
		if (!process_id_equal(&ui_state->chosen[i], &process->id))
			continue;
		drop(ui_state, i);
		explorer_say(explorer, _("no longer marked"));
		return;
	}
	/* Of three the first is forgotten. */
	if (ui_state->chosen_count == array_len(ui_state->chosen))
		drop(ui_state, 0);
	ui_state->chosen[ui_state->chosen_count++] = process->id;
	say_marked(explorer, process);
}
