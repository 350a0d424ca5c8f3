/* The explorer's shells: opened for the person, watched over, and closed. */
#include "tui/explorer_internal.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <string.h>

static const char *welcome(void)
{
	return _("nsscope goes on watching. Leave this shell (exit, or Ctrl-D) to be back in it.");
}

/* What is done in there may be the task: it must not be taken for a helper's doing. */
static void admit(struct explorer *explorer)
{
	lesson_view_admit(&explorer->lesson, subshell_pid(&explorer->subshell));
}

void explorer_open_shell(struct explorer *explorer, const struct shell_place *place)
{
	int r = subshell_open(&explorer->subshell, place, welcome());
	autofree char *message = NULL;

	if (r >= 0) {
		admit(explorer);
		return;
	}
	message = xasprintf(_("no shell could be started: %s"), strerror(-r));
	explorer_say(explorer, message);
}

void explorer_open_shell_here(struct explorer *explorer)
{
	/* A frozen picture sees nobody at the task. */
	if (explorer->live->frozen)
		live_freeze(explorer->live, false, explorer->now_ms);
	explorer_open_shell(explorer, &(struct shell_place){.pidfd = -1});
}

void explorer_take_shell(struct explorer *explorer)
{
	bool was_here = subshell_is_here(&explorer->subshell);
	autofree char *message = subshell_take(&explorer->subshell, welcome());

	admit(explorer);
	if (was_here)
		explorer_resize(explorer);
	explorer_say(explorer, message);
	explorer_update(explorer);
}

/* Whoever did it in the shell does not see the screen. */
void explorer_tell_shell(struct explorer *explorer)
{
	struct line line;

	if (!subshell_is_here(&explorer->subshell) || !lesson_view_solved(&explorer->lesson))
		return;
	line_init(&line, explorer->charset);
	line_add_symbol(&line, STYLE_PLAIN, "✔ ", "+ ");
	line_adds(&line, STYLE_PLAIN, _("nsscope: that is it. Leave the shell to go on."));
	subshell_tell(&explorer->subshell, line.text);
	line_done(&line);
}
