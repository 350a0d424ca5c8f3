/* The explorer in front of others: presenter mode and autoplay. */
#include "tui/explorer_internal.h"
#include "tui/views/lesson_teach.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/clock.h"

void explorer_present(struct explorer *explorer, bool presents)
{
	enum theme theme = explorer->settings.values.values[SETTINGS_THEME];

	explorer->lesson.presents = presents;
	if (!explorer->no_color)
		screen_theme(presents ? THEME_CONTRAST : theme);
	explorer_resize(explorer);
	explorer_say(explorer,
	    presents ? _("presenter mode: PageDown or a clicker goes on; make the terminal's "
	                 "letters larger, too")
	             : _("no longer in presenter mode"));
}

void explorer_init_teaching(struct explorer *explorer, const struct tui_options *options)
{
	explorer->now_ms = clock_history_ms();
	if (options->present)
		explorer_present(explorer, true);
	if (options->auto_s)
		explorer_set_pace(explorer, options->auto_s);
}

bool explorer_is_presenters(const struct explorer *explorer, enum action action)
{
	return explorer->lesson.presents &&
	       (action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN);
}

void explorer_set_pace(struct explorer *explorer, unsigned seconds)
{
	autofree char *message = NULL;

	lesson_teach_set_pace(&explorer->lesson, seconds, explorer->now_ms);
	if (explorer->lesson.pace_s)
		message = xasprintf(ngettext("goes on by itself every %u second; + and - change it",
		                        "goes on by itself every %u seconds; + and - change it",
		                        explorer->lesson.pace_s),
		    explorer->lesson.pace_s);
	explorer_say(explorer, message ? message : _("waits for you again"));
}

/* @step: seconds more or fewer. */
static void change_pace(struct explorer *explorer, int step)
{
	int seconds = (int)explorer->lesson.pace_s + step;

	if (explorer->lesson.pace_s == 0)
		seconds = TEACH_PACE_USUAL_S;
	explorer_set_pace(
	    explorer, (unsigned)(seconds < TEACH_PACE_LEAST_S ? TEACH_PACE_LEAST_S : seconds));
}

bool explorer_teach(struct explorer *explorer, enum action action)
{
	switch (action) {
	case ACTION_PRESENT:
		explorer_present(explorer, !explorer->lesson.presents);
		return true;
	case ACTION_AUTO:
		explorer_set_pace(explorer, explorer->lesson.pace_s ? 0 : TEACH_PACE_USUAL_S);
		return true;
	case ACTION_AUTO_SLOWER:
		change_pace(explorer, 1);
		return true;
	case ACTION_AUTO_FASTER:
		change_pace(explorer, -1);
		return true;
	default:
		return false;
	}
}

/* Has the person an eye for the lesson? */
static bool is_watched(const struct explorer *explorer)
{
	return explorer->overlay == OVERLAY_NONE && !explorer->prompt.open &&
	       !subshell_is_here(&explorer->subshell) && !lab_view_running(&explorer->lab);
}

void explorer_tick(struct explorer *explorer)
{
	if (!is_watched(explorer))
		lesson_teach_wait(&explorer->lesson, explorer->now_ms);
	else if (lesson_teach_step(&explorer->lesson, explorer->now_ms))
		explorer_update(explorer);
}

int explorer_tick_timeout(const struct explorer *explorer)
{
	return is_watched(explorer) ? lesson_teach_timeout(&explorer->lesson, explorer->now_ms)
	                            : -1;
}
