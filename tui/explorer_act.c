/* Actions of keys, commands and the prompt: on the panes, on the views, and on the explorer itself. */
#include "tui/explorer.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"
#include "tui/tour.h"
#include "tui/views/view_commands.h"

#include <curses.h>
#include <string.h>

/* --- Back and forward ------------------------------------------------------------------------- */

static bool is_same(const struct nav_place *a, const struct nav_place *b)
{
	return a->main == b->main && a->grouping == b->grouping && a->has_key == b->has_key &&
	       (!a->has_key || row_key_equal(&a->key, &b->key));
}

void nav_history_note(struct nav_history *nav_history, const struct nav_place *present)
{
	if (nav_history->at > 0 && is_same(&nav_history->places[nav_history->at - 1], present)) {
		nav_history->end = nav_history->at;
		return;
	}
	if (nav_history->at == NAV_HISTORY_MAX) {
		memmove(nav_history->places, nav_history->places + 1,
		    (NAV_HISTORY_MAX - 1) * sizeof(nav_history->places[0]));
		nav_history->at--;
	}
	nav_history->places[nav_history->at++] = *present;
	nav_history->end = nav_history->at;
}

bool nav_history_step(struct nav_history *nav_history, int step, const struct nav_place *present,
    struct nav_place *ret_place)
{
	if (step < 0 ? nav_history->at == 0 : nav_history->at >= nav_history->end)
		return false;
	nav_history->places[nav_history->at] = *present;
	nav_history->at = step < 0 ? nav_history->at - 1 : nav_history->at + 1;
	*ret_place = nav_history->places[nav_history->at];
	return true;
}

static struct nav_place present(const struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct nav_place place = {
	    .grouping = explorer->live->options.grouping,
	    .has_key = row != NULL,
	};

	while (explorer->panes.mains[place.main] != explorer->ui_state.main)
		place.main++;
	if (row)
		place.key = row->key;
	return place;
}

/* Call it before leaving the present selection. */
static void note_place(struct explorer *explorer)
{
	struct nav_place place = present(explorer);

	nav_history_note(&explorer->nav_history, &place);
}

static void step_nav_history(struct explorer *explorer, int step)
{
	struct nav_place now = present(explorer), place;
	struct live *live = explorer->live;

	if (!nav_history_step(&explorer->nav_history, step, &now, &place)) {
		explorer_say(explorer,
		    step < 0 ? _("no further back: here you began") : _("no further forward"));
		return;
	}
	if (live->options.grouping != place.grouping) {
		live->options.grouping = place.grouping;
		live_rebuild(live);
	}
	explorer->ui_state.main = explorer->panes.mains[place.main];
	explorer_focus_on(explorer, PANE_MAIN);
	if (place.has_key &&
	    !explorer->ui_state.main->ops->present(explorer->ui_state.main, &place.key, true))
		explorer_say(explorer, _("what was selected here is gone"));
}

/* Shows enum main_view @main; the selection stays where @main has it, too. */
static void set_main(struct explorer *explorer, int main)
{
	struct view *view = explorer->panes.mains[main];
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct row_key key = row ? row->key : (struct row_key){0};

	note_place(explorer);
	explorer->ui_state.main = view;
	if (row)
		view->ops->present(view, &key, false);
	explorer_focus_on(explorer, PANE_MAIN);
}

/* Selects the row of @key in the tree.  The caller has noted the place.  Returns false where it has none. */
static bool select_in_tree(struct explorer *explorer, const struct row_key *key)
{
	struct view *tree = explorer->panes.mains[MAIN_TREE];

	explorer->ui_state.main = tree;
	explorer_focus_on(explorer, PANE_MAIN);
	return tree->ops->present(tree, key, true);
}

/* Goes to the row of @key in the tree.  Returns false where it has none. */
static bool go_to(struct explorer *explorer, const struct row_key *key)
{
	note_place(explorer);
	return select_in_tree(explorer, key);
}

/* --- Search and filter ------------------------------------------------------------------------ */

static void replace(char **text, const char *with)
{
	free(*text);
	*text = with && *with ? xstrdup(with) : NULL;
}

static void apply_search(const struct search *search, struct live *live)
{
	live->options.search = search->search;
	live->options.filter = search->filter;
	live_rebuild(live);
}

static bool search(struct explorer *explorer, enum search_step step)
{
	struct view *view = explorer->ui_state.main;

	return view->ops->search(view, step);
}

/* @step: SEARCH_NEXT or SEARCH_PREVIOUS. */
static void next_match(struct explorer *explorer, int step)
{
	note_place(explorer);
	if (!search(explorer, step))
		explorer_say(explorer, explorer->search.search
		                           ? _("not found")
		                           : _("nothing is searched for yet: / begins"));
}

/* Search and filter act while they are typed. */
static void on_search_key(void *data, enum prompt_result result, int key)
{
	struct explorer *explorer = data;
	struct search *texts = &explorer->search;
	const char *text = result == PROMPT_CANCELLED ? "" : explorer->prompt.text;

	(void)key;
	replace(texts->filters ? &texts->filter : &texts->search, text);
	apply_search(texts, explorer->live);
	if (texts->filters)
		return;
	/* Unfolds nothing while the text may be incomplete. */
	if (search(explorer, SEARCH_TYPED) || !texts->search || result != PROMPT_ENTERED)
		return;
	next_match(explorer, SEARCH_NEXT);
}

/* Opens the prompt for a search; or, where it @filters, for the filter. */
static void open_search(struct explorer *explorer, int filters)
{
	const char *now = filters ? explorer->search.filter : NULL;

	note_place(explorer);
	explorer->search.filters = filters;
	search(explorer, SEARCH_BEGINS);
	prompt_open(&explorer->prompt, filters ? _("Filter: ") : _("Search: "), now ? now : "",
	    on_search_key, explorer);
}

/* Searches or filters for @text as if typed; only opens the prompt where it is empty. */
static void search_for(struct explorer *explorer, bool filters, const char *text)
{
	open_search(explorer, filters);
	if (!*text)
		return;
	prompt_set(&explorer->prompt, text);
	prompt_press(&explorer->prompt, '\r');
}

/* Returns false where there was neither search nor filter. */
static bool clear_search(struct search *search, struct live *live)
{
	if (!search->search && !search->filter)
		return false;
	replace(&search->search, NULL);
	replace(&search->filter, NULL);
	apply_search(search, live);
	return true;
}

/* --- Processes to compare --------------------------------------------------------------------- */

/* The process of @row, or NULL. */
static const struct process *process_of(const struct row *row)
{
	if (!row)
		return NULL;
	return row->ns_group ? row->ns_group->first : row->process;
}

static void drop(struct ui_state *ui_state, size_t at)
{
	if (at == 0)
		ui_state->chosen[0] = ui_state->chosen[1];
	ui_state->chosen_count--;
}

static void say_marked(struct explorer *explorer, const struct process *process)
{
	explorer_sayf(explorer,
	    explorer->ui_state.chosen_count == 1
	        ? _("A is %d %s; mark another process, then 5 compares")
	        : _("B is %d %s; 5 compares"),
	    (int)process->id.pid, process->comm);
}

/* Marks the selection for a comparison, or removes the mark; says which. */
static void toggle_mark(struct explorer *explorer)
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
	/* A third mark replaces the first. */
	if (ui_state->chosen_count == array_len(ui_state->chosen))
		drop(ui_state, 0);
	ui_state->chosen[ui_state->chosen_count++] = process->id;
	say_marked(explorer, process);
}

/* --- Time travel and the timeline ------------------------------------------------------------- */

/* @step: enum time_travel_step. */
static void step_in_time(struct explorer *explorer, int step)
{
	explorer_say(explorer, live_time_travel(explorer->live, (enum time_travel_step)step));
}

bool explorer_refuses(struct explorer *explorer)
{
	const char *why = live_why_not(explorer->live);

	if (why)
		explorer_say(explorer, why);
	return why;
}

/* Back to now; false where it is now, or in a recording. */
static bool leave_history(struct explorer *explorer)
{
	if (!explorer->live->time_travel.at || explorer->live->time_travel.recorded)
		return false;
	step_in_time(explorer, TIME_TRAVEL_NOW);
	return true;
}

/* Does the graph on the screen have the process or namespace of @key? */
static bool is_there(const struct explorer *explorer, const struct row_key *key)
{
	const struct graph *graph = explorer->live->shown;

	if (!graph)
		return false;
	return key->kind == ROW_NS ? graph_ns(graph, &key->ns) != NULL
	                           : graph_process(graph, &key->process) != NULL;
}

/* The same by type: not every grouping has a row for each namespace. */
static bool select_by_type(struct explorer *explorer, const struct row_key *key)
{
	explorer->live->options.grouping = GROUP_BY_TYPE;
	live_rebuild(explorer->live);
	return select_in_tree(explorer, key);
}

/* --- The members of a namespace ------------------------------------------------------------------ */

/* Shows the members of @ns: its row in the tree by type, unfolded. */
static void show_members(struct explorer *explorer, const struct ns *ns)
{
	const struct row_key key = {.kind = ROW_NS, .ns = ns->id};

	note_place(explorer);
	folds_set(explorer->live->folds, &key, false);
	if (!select_by_type(explorer, &key))
		explorer_say(explorer, _("the filter hides it: Esc shows all again"));
}

/* The first letter decides. */
static void on_type_key(void *data, enum prompt_result result, int key)
{
	struct explorer *explorer = data;
	const struct row *row = ui_state_subject(&explorer->ui_state);
	const struct process *process = process_of(row);

	(void)key;
	if (result != PROMPT_EDITED || !*explorer->prompt.text)
		return;
	explorer->prompt.open = false;
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = !process      ? NULL
		                      : row->thread ? row->thread->ns[type]
		                                    : process->ns[type];

		if (explorer->prompt.text[0] != ns_types[type].letter)
			continue;
		if (ns)
			show_members(explorer, ns);
		else
			explorer_say(explorer, _("its namespace of this type could not be read"));
		return;
	}
	explorer_say(explorer, _("no type has this letter: c i m n p t u U"));
}

/* Asks whose: of which type the namespace is.  A namespace that is selected itself needs no question. */
static void ask_members(struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);

	if (row && row->key.kind == ROW_NS && row->ns)
		show_members(explorer, row->ns);
	else if (process_of(row))
		prompt_open(&explorer->prompt,
		    _("Members of its: c cgroup, i ipc, m mnt, n net, p pid, t time, u user, U "
		      "uts? "),
		    "", on_type_key, explorer);
	else
		explorer_say(explorer, _("select a process in the tree first"));
}

static void take_event(struct explorer *explorer)
{
	const struct timeline_entry *entry = timeline_view_event(explorer->ui_state.main);
	struct row_key key, process;
	uint64_t at_ms;

	if (!entry)
		return;
	note_place(explorer);
	timeline_entry_key(entry, &key);
	at_ms = entry->at_ms;
	process = key;
	process.kind = ROW_PROCESS;
	process.tid = 0;
	/* A lesson runs on the present machine, so the explorer stays in the present. */
	if (!is_there(explorer, &key) && explorer_has_side(explorer)) {
		explorer_say(explorer, _("it is gone: no way back in time while a lesson runs"));
		return;
	}
	if (!is_there(explorer, &key) &&
	    !live_time_travel_at_once(explorer->live, at_ms, explorer->ui_state.now_ms)) {
		explorer_say(explorer, _("too old: no longer in the ten-minute history"));
		return;
	}
	if (!is_there(explorer, &key)) {
		explorer_say(explorer, _("no snapshot of it is left: too much happened"));
		return;
	}
	if (select_in_tree(explorer, &key) ||
	    (key.kind == ROW_THREAD && select_in_tree(explorer, &process)) ||
	    (key.kind == ROW_NS && select_by_type(explorer, &key)))
		return;
	explorer_say(explorer, explorer->search.filter
	                           ? _("the filter hides it: Esc shows all again")
	                           : _("it is hidden: K shows the kernel's threads"));
}

/* --- Settings ----------------------------------------------------------------------------------- */

static void speak(struct explorer *explorer, unsigned language)
{
	/* Chinese takes more than ASCII. */
	if (explorer->live->charset == CHARSET_ASCII || !explorer->options->speak) {
		explorer_say(explorer, _("takes effect at the next start"));
		return;
	}
	explorer->options->speak(settings_table[SETTINGS_LANG].words[language]);
	live_rebuild(explorer->live);
}

/* Does what the setting now says. */
static void take_setting(struct explorer *explorer, enum settings_key key)
{
	unsigned value = explorer->settings.values[key];
	struct live *live = explorer->live;

	switch (key) {
	case SETTINGS_THEME:
		screen_theme(explorer->options->no_color ? THEME_MONO : (enum theme)value);
		if (explorer->options->no_color && value != THEME_MONO)
			explorer_say(explorer, _("no colors: NO_COLOR or --no-color says so"));
		break;
	case SETTINGS_COLUMNS:
		explorer->ui_state.left_out = ~value;
		break;
	case SETTINGS_DETAILS:
		explorer->panes.detail_wanted = value == SETTINGS_ON;
		break;
	case SETTINGS_KERNEL_THREADS:
		live->options.kernel_threads = value == SETTINGS_ON;
		live_rebuild(live);
		break;
	case SETTINGS_FOLLOW:
		explorer->ui_state.follow = value == SETTINGS_ON;
		break;
	case SETTINGS_INTERVAL:
		live->plan.interval_ms = value;
		break;
	case SETTINGS_MOUSE:
		explorer->mouse.on = value == SETTINGS_ON;
		screen_mouse(explorer->mouse.on);
		break;
	case SETTINGS_LANG:
		speak(explorer, value);
		break;
	case SETTINGS_BY:
	case SETTINGS_ASCII:
	default:
		explorer_say(explorer, _("takes effect at the next start"));
		break;
	}
}

/* The user has changed @key: applies and saves it. */
static void on_setting(void *data, enum settings_key key)
{
	struct explorer *explorer = data;
	const char *path;
	int r;

	take_setting(explorer, key);
	r = settings_view_save(explorer->panes.overlays[OVERLAY_SETTINGS], key, &path);
	if (r < 0)
		explorer_sayf(explorer, _("it can't be saved: %s: %s"), path, errand_error(r));
}

struct view *explorer_new_settings(struct explorer *explorer)
{
	return settings_view_new(&explorer->ui_state, &explorer->settings, on_setting, explorer);
}

void explorer_init_settings(struct explorer *explorer)
{
	static const enum settings_key at_start[] = {SETTINGS_COLUMNS, SETTINGS_DETAILS,
	    SETTINGS_KERNEL_THREADS, SETTINGS_FOLLOW, SETTINGS_MOUSE};

	for (size_t i = 0; i < array_len(at_start); i++)
		take_setting(explorer, at_start[i]);
	if (explorer->options->said) /* else what a lesson said stays */
		explorer_say(explorer, explorer->options->said);
}

/* --- The command line ------------------------------------------------------------------------- */

/* Does @action as its key would in the focused view, or else in the main view. */
static void do_action(struct explorer *explorer, enum action action);

static void list(struct explorer *explorer)
{
	struct command_line *line = &explorer->command_line;

	line->empty = explorer->prompt.len == 0;
	commands_view_list(
	    explorer->panes.overlays[OVERLAY_COMMANDS], explorer->prompt.text, line->places);
}

static void leave_commands(struct explorer *explorer)
{
	explorer->prompt.open = false;
	explorer_set_overlay(explorer, explorer->command_line.overlay);
}

static void go(struct explorer *explorer, const struct row_key *where)
{
	explorer_set_overlay(explorer, OVERLAY_NONE);
	if (!go_to(explorer, where))
		explorer_say(
		    explorer, explorer->search.filter
		                  ? _("it is there, but the filter hides it: Esc clears that")
		                  : _("it is there, but not shown (kernel threads: K)"));
}

static void set(struct explorer *explorer, const char *argument)
{
	size_t name_len = strcspn(argument, " ");
	autofree char *name = xstrndup(argument, name_len);
	enum settings_key key = settings_find(name);
	const char *value = argument + name_len + strspn(argument + name_len, " ");

	if (key == SETTINGS_COUNT ||
	    !settings_value(key, value, strlen(value), &explorer->settings.values[key]))
		explorer_say(explorer, _("there is no such setting or value: F2 shows them"));
	else
		on_setting(explorer, key);
}

static void run(struct explorer *explorer, const struct candidate *item, const char *typed)
{
	autofree char *line = xstrdup(item->text ? item->text : "");
	autofree char *argument = NULL;
	struct row_key where = item->where;
	enum action action = item->action;

	/* Free text is taken as typed. */
	argument = xstrdup(command_argument(item->takes ? typed : line));
	leave_commands(explorer);
	switch (action) {
	case ACTION_GO:
		go(explorer, &where);
		break;
	case ACTION_SET:
		set(explorer, argument);
		break;
	case ACTION_SEARCH:
	case ACTION_FILTER:
		search_for(explorer, action == ACTION_FILTER, argument);
		break;
	case ACTION_WRITE:
		explorer_write(explorer, argument);
		break;
	case ACTION_PAGE:
		explorer_open_page(explorer, *argument ? argument : NULL);
		break;
	default:
		do_action(explorer, action);
		break;
	}
}

/* Completes the command line with the selected candidate. */
static void complete(struct explorer *explorer)
{
	const struct candidate *item =
	    commands_view_selected(explorer->panes.overlays[OVERLAY_COMMANDS]);
	autofree char *text = NULL;

	if (!item || !item->text)
		return;
	text = xasprintf("%s%s", item->text, item->takes ? " " : "");
	prompt_set(&explorer->prompt, text);
	list(explorer);
}

static void take_command(struct explorer *explorer)
{
	const struct candidate *item =
	    commands_view_selected(explorer->panes.overlays[OVERLAY_COMMANDS]);
	autofree char *typed = xstrdup(explorer->prompt.text);

	explorer->prompt.open = true;
	if (!item)
		return;
	if (item->wants)
		complete(explorer);
	else
		run(explorer, item, typed);
}

/* Of keys that move in the list. */
static enum action list_action(int key)
{
	switch (key) {
	case KEY_FUNCTION | KEY_UP:
	case 'P' & 0x1f:
		return ACTION_UP;
	case KEY_FUNCTION | KEY_DOWN:
	case 'N' & 0x1f:
		return ACTION_DOWN;
	case KEY_FUNCTION | KEY_PPAGE:
		return ACTION_PAGE_UP;
	case KEY_FUNCTION | KEY_NPAGE:
		return ACTION_PAGE_DOWN;
	default:
		return ACTION_NONE;
	}
}

static void on_command_key(void *data, enum prompt_result result, int key)
{
	struct explorer *explorer = data;
	struct view *view = explorer->panes.overlays[OVERLAY_COMMANDS];
	bool was_empty = explorer->command_line.empty;

	switch (result) {
	case PROMPT_ENTERED:
		take_command(explorer);
		return;
	case PROMPT_CANCELLED:
		leave_commands(explorer);
		return;
	case PROMPT_OTHER:
		if (list_action(key) != ACTION_NONE) {
			view->ops->act(view, list_action(key));
			return;
		}
		if (key == '\t') {
			complete(explorer);
			return;
		}
		break;
	case PROMPT_EDITED:
		break;
	}
	/* As in vi: deleting the colon leaves the command line. */
	if (was_empty && explorer->prompt.len == 0)
		leave_commands(explorer);
	else
		list(explorer);
}

static void open_commands(struct explorer *explorer)
{
	struct command_line *line = &explorer->command_line;

	line->overlay = explorer->panes.overlay;
	line->places = explorer_place(explorer);
	/* Beside a lesson or the details, the main view's commands, too. */
	if (line->overlay == OVERLAY_NONE)
		line->places |= explorer->ui_state.main->ops->place | PLACE_DETAIL;
	prompt_open(&explorer->prompt, ":", "", on_command_key, explorer);
	list(explorer);
	explorer_set_overlay(explorer, OVERLAY_COMMANDS);
}

/* --- Actions ---------------------------------------------------------------------------------- */

/* Tab goes through all panes, also those without room: the one with the focus gets room. */
static void focus_step(struct explorer *explorer, int step)
{
	int pane = (int)explorer->panes.focus;
	bool lesson = explorer_has_side(explorer);

	do {
		pane = (pane + step + PANE_COUNT) % PANE_COUNT;
		if (pane == PANE_DETAIL && lesson && explorer->panes.layout.panes[pane].rows == 0)
			continue;
		if (pane == PANE_DETAIL && explorer->ui_state.main->ops->alone)
			continue;
		if (pane == PANE_LESSON && !lesson)
			continue;
		break;
	} while (pane != (int)explorer->panes.focus);
	explorer_focus_on(explorer, (enum pane)pane);
}

/* Groups by enum grouping @grouping.  The selection stays on the same process or namespace where the new tree shows it. */
static void regroup(struct explorer *explorer, int grouping)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct row_key key = row ? row->key : (struct row_key){0};
	struct view *tree = explorer->panes.mains[MAIN_TREE];

	note_place(explorer);
	explorer->live->options.grouping = (enum grouping)grouping;
	live_rebuild(explorer->live);
	if (row)
		tree->ops->present(tree, &key, false);
	if (explorer->ui_state.main != tree)
		set_main(explorer, MAIN_TREE);
}

/* Works from the details, too: it orders the tree. */
static void order_ns_groups(struct explorer *explorer, int action)
{
	struct view *tree = explorer->panes.mains[MAIN_TREE];

	if (explorer->ui_state.main != tree || !tree->ops->act(tree, (enum action)action))
		explorer_say(explorer, _("only groups have an order: key 4"));
}

static void next_grouping(struct explorer *explorer, int step)
{
	regroup(explorer, ((int)explorer->live->options.grouping + step) % GROUPING_COUNT);
}

/* One level back; returns false at the outermost. */
static bool go_back(struct explorer *explorer)
{
	if (explorer->panes.overlay != OVERLAY_NONE)
		explorer_set_overlay(explorer, OVERLAY_NONE);
	else if (explorer->panes.focus == PANE_DETAIL &&
	         explorer->panes.layout.panes[PANE_MAIN].rows == 0)
		explorer_focus_on(explorer, PANE_MAIN);
	else if (explorer->lab.lab)
		explorer_close_lab(explorer);
	else if (explorer->lesson.player)
		explorer_leave_lesson(explorer);
	else
		return false;
	return true;
}

static void escape(struct explorer *explorer)
{
	bool panes =
	    explorer->panes.overlay == OVERLAY_NONE && explorer->panes.focus != PANE_LESSON;

	if ((panes && clear_search(&explorer->search, explorer->live)) || go_back(explorer) ||
	    leave_history(explorer))
		return;
	if (explorer->panes.focus == PANE_MAIN &&
	    explorer->ui_state.main != explorer->panes.mains[MAIN_TREE])
		set_main(explorer, MAIN_TREE);
	else
		explorer_focus_on(explorer, PANE_MAIN);
}

static void toggle_mouse(struct explorer *explorer)
{
	bool on = !explorer->mouse.on;

	explorer->mouse.on = on;
	screen_mouse(on);
	explorer_say(
	    explorer, on ? _("mouse on") : _("mouse off: the terminal can select and copy"));
}

static void toggle_freeze(struct explorer *explorer)
{
	struct live *live = explorer->live;

	live_freeze(live, !live->frozen, explorer->ui_state.now_ms);
	explorer_say(explorer, live->frozen ? _("frozen: p goes on") : NULL);
}

static void toggle_kernel_threads(struct explorer *explorer)
{
	struct outline_options *options = &explorer->live->options;

	options->kernel_threads = !options->kernel_threads;
	live_rebuild(explorer->live);
	explorer_say(explorer, options->kernel_threads ? _("the kernel's threads are shown")
	                                               : _("the kernel's threads are hidden"));
}

static void toggle_follow(struct explorer *explorer)
{
	bool follow = !explorer->ui_state.follow;

	explorer->ui_state.follow = follow;
	explorer_say(
	    explorer, follow ? _("following: the selected process stays selected when it moves")
	                     : _("not following"));
}

static void toggle_detail(struct explorer *explorer)
{
	struct panes *panes = &explorer->panes;

	panes->detail_wanted = !panes->detail_wanted;
	if (!panes->detail_wanted && panes->focus == PANE_DETAIL)
		panes->focus = PANE_MAIN;
	explorer_resize(explorer);
	if (panes->detail_wanted && panes->layout.panes[PANE_DETAIL].rows == 0)
		explorer_say(
		    explorer, _("no space for the details here: Enter or Tab shows them alone"));
}

bool explorer_take_line(struct explorer *explorer)
{
	switch (explorer->panes.overlay) {
	case OVERLAY_LIST:
		explorer_start_lesson(explorer);
		return true;
	case OVERLAY_COMMANDS:
		take_command(explorer);
		return true;
	case OVERLAY_STEPS:
		lesson_view_take_step(&explorer->lesson);
		explorer_set_overlay(explorer, OVERLAY_NONE);
		return true;
	case OVERLAY_NONE:
		if (explorer->panes.focus != PANE_MAIN ||
		    explorer->ui_state.main != explorer->panes.mains[MAIN_TIMELINE])
			return false;
		take_event(explorer);
		return true;
	default:
		return false;
	}
}

static void enter(struct explorer *explorer)
{
	if (!explorer_take_line(explorer) && explorer->panes.focus == PANE_MAIN)
		explorer_focus_on(explorer, PANE_DETAIL);
}

static void open_lessons(struct explorer *explorer)
{
	if (explorer_refuses(explorer))
		return;
	list_view_load(explorer->panes.overlays[OVERLAY_LIST]);
	explorer_set_overlay(explorer, OVERLAY_LIST);
}

static void open_steps(struct explorer *explorer)
{
	lesson_view_open_steps(&explorer->lesson);
	explorer_set_overlay(explorer, OVERLAY_STEPS);
}

static void open_settings(struct explorer *explorer)
{
	explorer_set_overlay(explorer, OVERLAY_SETTINGS);
}

/* Help is about the focused view, or the main view where that one has no legend. */
static void toggle_help(struct explorer *explorer)
{
	const struct view *view = explorer_focused_view(explorer);

	if (explorer->panes.overlay == OVERLAY_HELP) {
		explorer_set_overlay(explorer, OVERLAY_NONE);
		return;
	}
	help_view_about(explorer->panes.overlays[OVERLAY_HELP],
	    view->help ? view : explorer->ui_state.main, explorer_place(explorer));
	explorer_set_overlay(explorer, OVERLAY_HELP);
}

static void open_lab(struct explorer *explorer)
{
	if (!explorer_refuses(explorer))
		explorer_open_lab(explorer);
}

static void redraw(struct explorer *explorer)
{
	(void)explorer;
	screen_redraw();
}

static void ask_path(struct explorer *explorer)
{
	explorer_write(explorer, "");
}

static void open_page(struct explorer *explorer)
{
	explorer_open_page(explorer, NULL);
}

static void back(struct explorer *explorer)
{
	explorer->quit = !go_back(explorer);
}

/* Actions that no view takes. */
static const struct {
	enum action action;
	void (*act)(struct explorer *explorer);
} actions[] = {
    {ACTION_ESCAPE, escape},
    {ACTION_MARK, toggle_mark},
    {ACTION_MEMBERS, ask_members},
    {ACTION_ENTER, enter},
    {ACTION_DETAIL, toggle_detail},
    {ACTION_KERNEL_THREADS, toggle_kernel_threads},
    {ACTION_FOLLOW, toggle_follow},
    {ACTION_FREEZE, toggle_freeze},
    {ACTION_MOUSE, toggle_mouse},
    {ACTION_REDRAW, redraw},
    {ACTION_LESSONS, open_lessons},
    {ACTION_LESSON_PAGE, explorer_say_what_waits},
    {ACTION_LESSON_STEPS, open_steps},
    {ACTION_LESSON_SHELL, explorer_open_shell_here},
    {ACTION_PRESENT, explorer_toggle_presenter_mode},
    {ACTION_AUTO, explorer_toggle_autoplay},
    {ACTION_LAB, open_lab},
    {ACTION_LAB_SHELL, explorer_open_lab_shell},
    {ACTION_COMMAND, open_commands},
    {ACTION_JOIN, explorer_ask_join},
    {ACTION_WRITE, ask_path},
    {ACTION_COPY_ID, explorer_copy_id},
    {ACTION_COPY_COMMAND, explorer_copy_command},
    {ACTION_PAGE, open_page},
    {ACTION_SETTINGS, open_settings},
    {ACTION_HELP, toggle_help},
    {ACTION_BACK, back},
};

/* The same of several actions that differ in a number. */
static const struct {
	enum action action;
	int by;
	void (*act)(struct explorer *explorer, int by);
} numbered[] = {
    {ACTION_SEARCH, false, open_search},
    {ACTION_FILTER, true, open_search},
    {ACTION_NEXT_MATCH, SEARCH_NEXT, next_match},
    {ACTION_PREVIOUS_MATCH, SEARCH_PREVIOUS, next_match},
    {ACTION_GROUP_PID, GROUP_BY_PID, regroup},
    {ACTION_GROUP_TYPE, GROUP_BY_TYPE, regroup},
    {ACTION_GROUP_OWNER, GROUP_BY_OWNER, regroup},
    {ACTION_GROUP_NS_GROUP, GROUP_BY_NS_GROUP, regroup},
    {ACTION_GROUP_NEXT, 1, next_grouping},
    {ACTION_COMPARE, MAIN_COMPARE, set_main},
    {ACTION_INSPECTOR, MAIN_INSPECTOR, set_main},
    {ACTION_TIMELINE, MAIN_TIMELINE, set_main},
    {ACTION_ORDER_NEXT, ACTION_ORDER_NEXT, order_ns_groups},
    {ACTION_ORDER_PREVIOUS, ACTION_ORDER_PREVIOUS, order_ns_groups},
    {ACTION_ORDER_INVERT, ACTION_ORDER_INVERT, order_ns_groups},
    {ACTION_FOCUS_NEXT, 1, focus_step},
    {ACTION_FOCUS_PREVIOUS, -1, focus_step},
    {ACTION_PAST_BACK, TIME_TRAVEL_BACK, step_in_time},
    {ACTION_PAST_FORTH, TIME_TRAVEL_FORTH, step_in_time},
    {ACTION_PAST_MINUTE_BACK, TIME_TRAVEL_MINUTE_BACK, step_in_time},
    {ACTION_PAST_MINUTE_FORTH, TIME_TRAVEL_MINUTE_FORTH, step_in_time},
    {ACTION_NOW, TIME_TRAVEL_NOW, step_in_time},
    {ACTION_AUTO_SLOWER, 1, explorer_change_pace},
    {ACTION_AUTO_FASTER, -1, explorer_change_pace},
    {ACTION_NAV_BACK, -1, step_nav_history},
    {ACTION_NAV_FORWARD, 1, step_nav_history},
};

static void act(struct explorer *explorer, enum action action)
{
	for (size_t i = 0; i < array_len(actions); i++) {
		if (actions[i].action == action)
			actions[i].act(explorer);
	}
	for (size_t i = 0; i < array_len(numbered); i++) {
		if (numbered[i].action == action)
			numbered[i].act(explorer, numbered[i].by);
	}
}

/* While a lesson runs, some keys are the lesson's, wherever the focus is. */
static bool is_lessons(const struct explorer *explorer, enum action action)
{
	switch (action) {
	case ACTION_LESSON_PAGE:
	case ACTION_SCROLL_UP:
	case ACTION_SCROLL_DOWN:
		return true;
	case ACTION_PAGE_UP:
	case ACTION_PAGE_DOWN:
		return explorer->lesson.presents;
	default:
		return false;
	}
}

/* The view that is offered @action first: the focused one, or the main view where the other has no such
 * key. */
static struct view *view_for(struct explorer *explorer, enum action action)
{
	enum key_place place = explorer_place(explorer);

	if (place == PLACE_STAGED && is_lessons(explorer, action))
		return &explorer->lesson.view;
	if (explorer->panes.overlay == OVERLAY_NONE && !key_binding_of(action, place))
		return explorer->ui_state.main;
	return explorer_focused_view(explorer);
}

static void do_action(struct explorer *explorer, enum action action)
{
	struct view *view = view_for(explorer, action);

	if (!view->ops->act(view, action))
		act(explorer, action);
}

void explorer_press_key(struct explorer *explorer, int typed)
{
	int key = key_without_input_method(typed);
	enum key_place place = explorer_place(explorer);
	enum action action = key_action(place, key);

	if (explorer->tour && action == ACTION_ESCAPE && explorer->panes.overlay == OVERLAY_NONE) {
		explorer->tour = 0;
		return;
	}
	if (action == ACTION_CHOOSE && place == PLACE_LAB)
		lab_view_choose(&explorer->lab, (size_t)(key - '1'));
	else if (action == ACTION_CHOOSE)
		lesson_view_choose(&explorer->lesson, (size_t)(key - '1'));
	else if (action != ACTION_NONE)
		do_action(explorer, action);
	/* Where nothing was selected, no members were asked for. */
	if (action != ACTION_MEMBERS || explorer->prompt.open)
		explorer->tour = tour_after(explorer->tour, action);
}
