/* Shells; and the side pane: the lab, or the lesson that runs, and presenter mode. */
#include "tui/explorer.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* --- Shells ----------------------------------------------------------------------------------- */

static const char *welcome(void)
{
	return _("nsscope goes on watching. Leave this shell (exit, or Ctrl-D) to be back in it.");
}

/* The learner may do the task in there: its processes must not be taken for helpers. */
static void admit(struct explorer *explorer)
{
	lesson_view_admit(&explorer->lesson, subshell_pid(&explorer->subshell));
}

/* Opens a shell for the user, in the namespaces of an actor or in nsscope's own. */
static void start_shell(struct explorer *explorer, const struct shell_place *place)
{
	int r = subshell_open(&explorer->subshell, place, welcome());

	if (r < 0)
		explorer_sayf(explorer, _("no shell could be started: %s"), strerror(-r));
	else
		admit(explorer);
}

void explorer_open_shell_here(struct explorer *explorer)
{
	/* A frozen view could not show the task being done. */
	if (explorer->live->frozen)
		live_freeze(explorer->live, false, explorer->ui_state.now_ms);
	start_shell(explorer, &(struct shell_place){.pidfd = -1});
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

/* The shell has the terminal, so the message goes there. */
void explorer_report_solved(struct explorer *explorer)
{
	struct line line;

	if (!subshell_is_here(&explorer->subshell) || !lesson_view_solved(&explorer->lesson))
		return;
	line_init(&line, explorer->live->charset);
	line_add_symbol(&line, STYLE_PLAIN, "✔ ", "+ ");
	line_adds(&line, STYLE_PLAIN, _("nsscope: that is it. Leave the shell to go on."));
	subshell_print(&explorer->subshell, line.text);
	line_done(&line);
}

/* --- A shell in the namespaces of a process --------------------------------------------------- */

/* The types in which @process and @own differ, as words; NULL for none.
 * @ret_unknown: some could not be read. */
static char *others(const struct process *process, const struct process *own, bool *ret_unknown)
{
	char *names = NULL;

	*ret_unknown = false;
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		char *more;

		if (!process->ns[type] || !own->ns[type]) {
			*ret_unknown |= process->read_status[type] != READ_UNSUPPORTED;
			continue;
		}
		if (process->ns[type] == own->ns[type])
			continue;
		more = names ? xasprintf("%s,%s", names, ns_types[type].name)
		             : xstrdup(ns_types[type].name);
		free(names);
		names = more;
	}
	return names;
}

/* Why joining is impossible; NULL where it is possible. */
static const char *obstacle(const struct process *process, const struct process *own)
{
	if (!process)
		return _("select a process for the shell: it joins the namespaces of that process");
	if (process->life.ended_ms)
		return _("it has ended: nothing is left to be joined through it");
	return own ? NULL : _("nsscope can't see itself here, so it can't work out what to join");
}

/* The program to execute: a path in the mount namespace that the shell joins. */
static const char *shell_name(void)
{
	const char *shell = getenv("SHELL");

	return shell && shell[0] == '/' ? shell : "/bin/sh";
}

static void open_shell(struct explorer *explorer, bool as_process)
{
	const struct process_id *process = &explorer->question.process;
	char ticket[SHELL_TICKET_BYTES];
	struct shell_place place;
	int r;

	/* The ticket finds the process that was seen, not another with its number. */
	shell_ticket_of(process->pid, process->start_ticks, as_process, ticket);
	r = shell_ticket_read(ticket, &place);
	if (r == 0) {
		start_shell(explorer, &place);
		close(place.pidfd);
		return;
	}
	if (r == -ESRCH)
		explorer_say(explorer, _("it has ended: nothing is left to be joined through it"));
	else
		explorer_sayf(explorer, _("no shell could be started: %s"), strerror(-r));
}

static void on_join_key(void *data, enum prompt_result result, int key)
{
	struct explorer *explorer = data;

	(void)key;
	if (result == PROMPT_EDITED || result == PROMPT_OTHER)
		return;
	if (result == PROMPT_ENTERED && explorer_agreed(explorer))
		open_shell(explorer, true);
	else if (result == PROMPT_ENTERED && (strcasecmp(explorer->prompt.text, "all") == 0 ||
	                                         strcasecmp(explorer->prompt.text, "a") == 0))
		open_shell(explorer, false);
	else
		explorer_say(explorer, _("canceled"));
}

void explorer_ask_join(struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	const struct process *process = row ? row->process : NULL;
	const struct process *own =
	    explorer->live->shown ? graph_process_by_pid(explorer->live->shown, getpid()) : NULL;
	const char *why = obstacle(process, own);
	autofree char *names = NULL;
	bool unknown = false;

	if (explorer_refuses(explorer))
		return;
	if (!why && process && own)
		names = others(process, own, &unknown);
	if (!why && unknown)
		why =
		    _("its namespaces can't all be read, so none can be joined: try sudo nsscope");
	else if (!why && !names)
		why = _("it shares all namespaces with nsscope: any shell is in them");
	if (why || !process || !own) {
		explorer_say(explorer, why);
		return;
	}
	free(explorer->question.text);
	explorer->question.text =
	    xasprintf(_("%s in %s of %d: its privileges (y), or yours (a)? [y/a/N] "), shell_name(),
	        names, (int)process->id.pid);
	explorer->question.process = process->id;
	prompt_open(&explorer->prompt, explorer->question.text, "", on_join_key, explorer);
}

/* --- The side pane ---------------------------------------------------------------------------- */

bool explorer_has_side(const struct explorer *explorer)
{
	return explorer->lab.lab || explorer->lesson.player;
}

const struct actor_ref *explorer_actors(struct explorer *explorer, size_t *ret_count)
{
	*ret_count = 0;
	if (explorer->lab.lab)
		return lab_view_actors(&explorer->lab, ret_count);
	if (explorer->lesson.player)
		return lesson_view_actors(&explorer->lesson, ret_count);
	return NULL;
}

void explorer_open_lab_shell(struct explorer *explorer)
{
	struct shell_place place;

	if (lab_view_shell_place(&explorer->lab, &place) < 0)
		explorer_say(explorer, _("there is no actor for a shell"));
	else
		start_shell(explorer, &place);
}

size_t explorer_poll_actors(const struct explorer *explorer, struct pollfd *fds, size_t max)
{
	if (explorer->lab.lab)
		return lab_poll(explorer->lab.lab, fds, max);
	return explorer->lesson.player ? player_poll(explorer->lesson.player, fds, max) : 0;
}

void explorer_take_actors(struct explorer *explorer)
{
	if (explorer->lab.lab)
		lab_io(explorer->lab.lab);
	else if (explorer->lesson.player)
		player_io(explorer->lesson.player);
	explorer_update(explorer);
}

/* Called when a demanded scan is shown, and when the lesson or the lab may demand one. */
void explorer_pump(struct explorer *explorer, bool answered)
{
	bool lab = explorer->lab.lab != NULL, thawed;

	if (answered && lab)
		lab_view_scan_shown(&explorer->lab);
	else if (answered)
		lesson_view_scan_shown(&explorer->lesson);
	thawed = lab ? lab_view_pump(&explorer->lab, explorer->ui_state.now_ms)
	             : lesson_view_pump(&explorer->lesson, explorer->ui_state.now_ms);
	if (thawed)
		explorer_say(
		    explorer, lab ? _("no longer frozen: the lab looks at the machine")
		                  : _("no longer frozen: the lesson looks at the machine"));
}

/* --- Lessons ---------------------------------------------------------------------------------- */

void explorer_leave_lesson(struct explorer *explorer)
{
	lesson_view_close(&explorer->lesson);
	explorer_focus_on(explorer, PANE_MAIN);
}

void explorer_say_what_waits(struct explorer *explorer)
{
	size_t choices = lesson_view_asks(&explorer->lesson);

	if (choices)
		explorer_sayf(explorer,
		    _("the question waits: 1-%zu answer it, PageDown shows the answer"), choices);
	else
		explorer_say(explorer, _("the task waits for you: h shows a hint, n skips it"));
}

static void resume(struct explorer *explorer)
{
	size_t step = lesson_view_resume(&explorer->lesson);

	if (step > 0)
		explorer_sayf(
		    explorer, _("goes on with step %zu, where you left; R begins anew"), step);
}

/* A lesson or the lab points into the tree, which shows what is done. */
static void show_side(struct explorer *explorer)
{
	explorer->ui_state.main = explorer->panes.mains[MAIN_TREE];
	explorer->panes.overlay = OVERLAY_NONE;
	explorer_focus_on(explorer, PANE_LESSON);
}

void explorer_open_lab(struct explorer *explorer)
{
	lab_view_open(&explorer->lab);
	show_side(explorer);
}

void explorer_close_lab(struct explorer *explorer)
{
	lab_view_close(&explorer->lab);
	lesson_view_wake(&explorer->lesson);
	explorer_focus_on(explorer, explorer->lesson.player ? PANE_LESSON : PANE_MAIN);
}

void explorer_start_lesson(struct explorer *explorer)
{
	struct lesson *lesson = list_view_take(explorer->panes.overlays[OVERLAY_LIST]);

	if (!lesson)
		return;
	lab_view_close(&explorer->lab);
	lesson_view_open(&explorer->lesson, lesson, true);
	resume(explorer);
	show_side(explorer);
}

void explorer_init_lesson(struct explorer *explorer)
{
	const struct tui_options *options = explorer->options;

	explorer->lesson.notes = options->notes;
	if (!options->lesson)
		return;
	lesson_view_open(&explorer->lesson, options->lesson, false);
	if (options->resume)
		resume(explorer);
	else if (options->from > 0)
		lesson_view_go_to(&explorer->lesson, options->from);
	explorer->panes.focus = PANE_LESSON;
}

/* --- Presenter mode and autoplay -------------------------------------------------------------- */

/* Presenter mode on or off. */
static void set_presenter_mode(struct explorer *explorer, bool presents)
{
	enum theme theme = explorer->settings.values[SETTINGS_THEME];

	explorer->lesson.presents = presents;
	if (!explorer->options->no_color)
		screen_theme(presents ? THEME_CONTRAST : theme);
	explorer_resize(explorer);
	explorer_say(explorer, presents ? _("presenter mode: PageDown or a clicker continues; "
	                                    "enlarge the terminal's font, too")
	                                : _("no longer in presenter mode"));
}

/* Goes on by itself every @seconds; 0: no longer. */
static void set_pace(struct explorer *explorer, unsigned seconds)
{
	lesson_teach_set_pace(&explorer->lesson, seconds, explorer->ui_state.now_ms);
	seconds = explorer->lesson.pace_s;
	if (seconds)
		explorer_sayf(explorer,
		    ngettext("goes on by itself every %u second; + and - change it",
		        "goes on by itself every %u seconds; + and - change it", seconds),
		    seconds);
	else
		explorer_say(explorer, _("waits for you again"));
}

void explorer_init_teaching(struct explorer *explorer)
{
	const struct tui_options *options = explorer->options;

	if (options->present)
		set_presenter_mode(explorer, true);
	if (options->auto_s)
		set_pace(explorer, options->auto_s);
	if (options->lab)
		explorer_open_lab(explorer);
}

void explorer_change_pace(struct explorer *explorer, int step)
{
	int seconds = (int)explorer->lesson.pace_s + step;

	if (explorer->lesson.pace_s == 0)
		seconds = TEACH_PACE_USUAL_S;
	set_pace(explorer, (unsigned)(seconds < TEACH_PACE_LEAST_S ? TEACH_PACE_LEAST_S : seconds));
}

void explorer_toggle_presenter_mode(struct explorer *explorer)
{
	set_presenter_mode(explorer, !explorer->lesson.presents);
}

void explorer_toggle_autoplay(struct explorer *explorer)
{
	set_pace(explorer, explorer->lesson.pace_s ? 0 : TEACH_PACE_USUAL_S);
}

/* Is the lesson what the user looks at? */
static bool is_watched(const struct explorer *explorer)
{
	return explorer->panes.overlay == OVERLAY_NONE && !explorer->prompt.open &&
	       !subshell_is_here(&explorer->subshell) && !explorer->lab.lab;
}

void explorer_tick(struct explorer *explorer)
{
	if (!is_watched(explorer))
		lesson_teach_wait(&explorer->lesson, explorer->ui_state.now_ms);
	else if (lesson_teach_step(&explorer->lesson, explorer->ui_state.now_ms))
		explorer_update(explorer);
}

int explorer_tick_timeout(const struct explorer *explorer)
{
	return is_watched(explorer)
	           ? lesson_teach_timeout(&explorer->lesson, explorer->ui_state.now_ms)
	           : -1;
}
