/* Actions of keys, commands and the prompt: on the panes, on the views, and on the explorer itself. */
#include "tui/explorer_internal.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <curses.h>
#include <string.h>

/* --- Back and forward ------------------------------------------------------------------------- */

static struct nav_history_place present(const struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct nav_history_place place = {
	    .grouping = explorer->live->options.grouping,
	    .has_key = row != NULL,
	};

	while (explorer->mains[place.main] != explorer->ui_state.main)
		place.main++;
	if (row)
		place.key = row->key;
	return place;
}

/* Call it before leaving the present selection. */
static void note_place(struct explorer *explorer)
{
	struct nav_history_place place = present(explorer);

	nav_history_note(&explorer->nav_history, &place);
}

static void step_nav_history(struct explorer *explorer, int step)
{
	struct nav_history_place now = present(explorer), place;
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
	explorer->ui_state.main = explorer->mains[place.main];
	explorer_focus_on(explorer, PANE_MAIN);
	if (place.has_key &&
	    !explorer->ui_state.main->ops->present(explorer->ui_state.main, &place.key, true))
		explorer_say(explorer, _("what was selected here is gone"));
}

/* Shows @main; the selection stays where @main has it, too. */
static void set_main(struct explorer *explorer, enum main_view main)
{
	struct view *view = explorer->mains[main];
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct row_key key = row ? row->key : (struct row_key){0};

	note_place(explorer);
	explorer->ui_state.main = view;
	if (row)
		view->ops->present(view, &key, false);
	explorer_focus_on(explorer, PANE_MAIN);
}

/* Goes to the row of @key in the tree.  Returns false where it has none. */
static bool go_to(struct explorer *explorer, const struct row_key *key)
{
	struct view *tree = explorer->mains[MAIN_TREE];

	note_place(explorer);
	explorer->ui_state.main = tree;
	explorer_focus_on(explorer, PANE_MAIN);
	return tree->ops->present(tree, key, true);
}

/* --- Search and filter ------------------------------------------------------------------------ */

static void replace(char **text, const char *with)
{
	free(*text);
	*text = with && *with ? xstrdup(with) : NULL;
}

static void apply_texts(struct explorer *explorer)
{
	explorer->live->options.search = explorer->search;
	explorer->live->options.filter = explorer->filter;
	live_rebuild(explorer->live);
}

static void say_no_match(struct explorer *explorer)
{
	explorer_say(explorer,
	    explorer->search ? _("not found") : _("nothing is searched for yet: / begins"));
}

static bool search(struct explorer *explorer, enum search_step step)
{
	struct view *view = explorer->ui_state.main;

	return view->ops->search(view, step);
}

static void open_prompt(struct explorer *explorer, enum asking asking)
{
	bool searches = asking == ASKING_SEARCH;
	const char *now = searches ? NULL : explorer->filter;

	note_place(explorer);
	explorer->asking = asking;
	search(explorer, SEARCH_BEGINS);
	prompt_open(&explorer->prompt, searches ? _("Search: ") : _("Filter: "), now ? now : "");
}

static void next_match(struct explorer *explorer, enum search_step step)
{
	note_place(explorer);
	if (!search(explorer, step))
		say_no_match(explorer);
}

/* Searches or filters for @text as if typed; opens the prompt where it is empty. */
static void ask(struct explorer *explorer, enum asking asking, const char *text)
{
	open_prompt(explorer, asking);
	if (!*text)
		return;
	prompt_open(&explorer->prompt, "", text);
	explorer_prompt_press(explorer, '\r');
}

/* Returns false where there was neither search nor filter. */
static bool clear_texts(struct explorer *explorer)
{
	if (!explorer->search && !explorer->filter)
		return false;
	replace(&explorer->search, NULL);
	replace(&explorer->filter, NULL);
	apply_texts(explorer);
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
	size_t at = explorer->ui_state.chosen_count - 1;
	autofree char *message =
	    xasprintf(at == 0 ? _("A is %d %s; mark another one, and 5 compares")
	                      : _("B is %d %s; 5 compares"),
	        (int)process->id.pid, process->comm);

	explorer_say(explorer, message);
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

/* One step in time. */
static void step_in_time(struct explorer *explorer, enum time_travel_step step)
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
	return go_to(explorer, key);
}

bool explorer_has_event(const struct explorer *explorer)
{
	return explorer->overlay == OVERLAY_NONE && explorer->focus == PANE_MAIN &&
	       explorer->ui_state.main == &explorer->timeline.view;
}

void explorer_take_event(struct explorer *explorer)
{
	const struct timeline_entry *entry = timeline_view_event(&explorer->timeline);
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
	    !live_time_travel_at_once(explorer->live, at_ms, explorer->now_ms)) {
		explorer_say(explorer, _("that moment is not kept any more"));
		return;
	}
	if (!is_there(explorer, &key)) {
		explorer_say(explorer, _("no moment with it was kept: too much happened"));
		return;
	}
	if (go_to(explorer, &key) || (key.kind == ROW_THREAD && go_to(explorer, &process)) ||
	    (key.kind == ROW_NS && go_to_by_type(explorer, &key)))
		return;
	explorer_say(explorer, explorer->filter ? _("the filter hides it: Esc shows all again")
	                                        : _("it is hidden: K shows the kernel's threads"));
}

/* --- The command line ------------------------------------------------------------------------- */

/* Does @action as its key would in the focused view, or else in the main view. */
static void do_action(struct explorer *explorer, enum action action);

static void list(struct explorer *explorer)
{
	commands_view_list(&explorer->commands, explorer->prompt.text, explorer->command_places,
	    explorer->live->shown);
}

/* Opens the command line. */
static void open_commands(struct explorer *explorer)
{
	explorer->command_overlay = explorer->overlay;
	explorer->command_places = explorer_place(explorer);
	/* Beside a lesson or the details, the main view's commands, too. */
	if (explorer->overlay == OVERLAY_NONE)
		explorer->command_places |= explorer->ui_state.main->ops->place | PLACE_DETAIL;
	explorer->asking = ASKING_COMMAND;
	prompt_open(&explorer->prompt, ":", "");
	list(explorer);
	explorer_set_overlay(explorer, OVERLAY_COMMANDS);
}

static void leave(struct explorer *explorer)
{
	explorer->prompt.open = false;
	explorer_set_overlay(explorer, explorer->command_overlay);
}

static void go(struct explorer *explorer, const struct row_key *where)
{
	explorer_set_overlay(explorer, OVERLAY_NONE);
	if (!go_to(explorer, where))
		explorer_say(explorer,
		    explorer->filter ? _("it is there, but the filter hides it: Esc clears that")
		                     : _("it is there, but not shown (kernel threads: K)"));
}

static void set(struct explorer *explorer, const char *argument)
{
	size_t name_len = strcspn(argument, " ");
	autofree char *name = xstrndup(argument, name_len);
	enum settings_key key = settings_find(name);
	const char *value = argument + name_len + strspn(argument + name_len, " ");

	if (key == SETTINGS_COUNT ||
	    !settings_value(key, value, strlen(value), &explorer->settings.values.values[key])) {
		explorer_say(explorer, _("there is no such setting or value: F2 shows them"));
		return;
	}
	explorer->settings.changed(explorer->settings.data, key);
}

static void run(struct explorer *explorer, const struct candidate *item, const char *typed)
{
	autofree char *line = xstrdup(item->text ? item->text : "");
	autofree char *argument = NULL;
	struct row_key where = item->where;
	enum action action = item->action;

	/* Free text is taken as typed. */
	argument = xstrdup(command_argument(item->takes ? typed : line));
	leave(explorer);
	switch (action) {
	case ACTION_GO:
		go(explorer, &where);
		break;
	case ACTION_SET:
		set(explorer, argument);
		break;
	case ACTION_SEARCH:
	case ACTION_FILTER:
		ask(explorer, action == ACTION_SEARCH ? ASKING_SEARCH : ASKING_FILTER, argument);
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
	const struct candidate *item = commands_view_selected(&explorer->commands);
	autofree char *text = NULL;

	if (!item || !item->text)
		return;
	text = xasprintf("%s%s", item->text, item->takes ? " " : "");
	prompt_open(&explorer->prompt, ":", text);
	list(explorer);
}

void explorer_take_command(struct explorer *explorer)
{
	const struct candidate *item = commands_view_selected(&explorer->commands);
	autofree char *typed = xstrdup(explorer->prompt.text);

	explorer->prompt.open = true;
	if (!item)
		return;
	if (item->wants)
		complete(explorer);
	else
		run(explorer, item, typed);
}

/* Keys that move in the list; the prompt takes the others. */
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

static void press_in_commands(struct explorer *explorer, int key)
{
	enum action action = list_action(key);
	bool was_empty = explorer->prompt.len == 0;

	if (action != ACTION_NONE) {
		menu_act(&explorer->commands.menu, action);
		return;
	}
	if (key == '\t') {
		complete(explorer);
		return;
	}
	switch (prompt_key(&explorer->prompt, key)) {
	case PROMPT_ENTERED:
		explorer_take_command(explorer);
		break;
	case PROMPT_CANCELLED:
		leave(explorer);
		break;
	case PROMPT_EDITED:
		/* As in vi: deleting the colon leaves the command line. */
		if (was_empty && explorer->prompt.len == 0)
			leave(explorer);
		else
			list(explorer);
		break;
	}
}

/* Search and filter act while they are typed. */
void explorer_prompt_press(struct explorer *explorer, int key)
{
	if (explorer->asking == ASKING_COMMAND) {
		press_in_commands(explorer, key);
		return;
	}
	if (explorer->asking == ASKING_WRITE || explorer->asking == ASKING_REPLACE) {
		explorer_write_press(explorer, key);
		return;
	}
	if (explorer->asking == ASKING_JOIN) {
		explorer_join_press(explorer, key);
		return;
	}
	enum prompt_result result = prompt_key(&explorer->prompt, key);
	const char *text = result == PROMPT_CANCELLED ? "" : explorer->prompt.text;

	replace(explorer->asking == ASKING_FILTER ? &explorer->filter : &explorer->search, text);
	apply_texts(explorer);
	if (explorer->asking == ASKING_FILTER)
		return;
	/* Unfolds nothing while the text may be incomplete. */
	if (search(explorer, SEARCH_TYPED) || !explorer->search || result != PROMPT_ENTERED)
		return;
	next_match(explorer, SEARCH_NEXT);
}

/* --- Actions ---------------------------------------------------------------------------------- */

/* Tab goes through all panes, also those without room: the one with the focus gets room. */
static void focus_step(struct explorer *explorer, int step)
{
	int pane = explorer->focus;
	bool lesson = explorer_has_side(explorer);

	do {
		pane = (pane + step + PANE_COUNT) % PANE_COUNT;
		if (pane == PANE_DETAIL && lesson && explorer->layout.panes[pane].rows == 0)
			continue;
		if (pane == PANE_DETAIL && explorer->ui_state.main->ops->alone)
			continue;
		if (pane == PANE_LESSON && !lesson)
			continue;
		break;
	} while (pane != (int)explorer->focus);
	explorer_focus_on(explorer, (enum pane)pane);
}

/* The selection stays on the same process or namespace where the new tree shows it. */
static void regroup(struct explorer *explorer, enum grouping grouping)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct row_key key = row ? row->key : (struct row_key){0};
	struct view *tree = explorer->mains[MAIN_TREE];

	note_place(explorer);
	explorer->live->options.grouping = grouping;
	live_rebuild(explorer->live);
	if (row)
		tree->ops->present(tree, &key, false);
	if (explorer->ui_state.main != tree)
		set_main(explorer, MAIN_TREE);
}

/* Works from the details, too: it orders the tree. */
static void order_ns_groups(struct explorer *explorer, enum action action)
{
	if (explorer->ui_state.main != explorer->mains[MAIN_TREE] ||
	    !tree_groups_act(&explorer->tree, action))
		explorer_say(explorer, _("there is an order to choose for rooms: key 4"));
}

/* One level back; returns false at the outermost. */
static bool go_back(struct explorer *explorer)
{
	if (explorer->overlay != OVERLAY_NONE)
		explorer_set_overlay(explorer, OVERLAY_NONE);
	else if (explorer->focus == PANE_DETAIL && explorer->layout.panes[PANE_MAIN].rows == 0)
		explorer_focus_on(explorer, PANE_MAIN);
	else if (lab_view_running(&explorer->lab))
		explorer_close_lab(explorer);
	else if (lesson_view_running(&explorer->lesson))
		explorer_leave_lesson(explorer);
	else
		return false;
	return true;
}

static void escape(struct explorer *explorer)
{
	bool panes = explorer->overlay == OVERLAY_NONE && explorer->focus != PANE_LESSON;

	if (panes && clear_texts(explorer))
		return;
	if (go_back(explorer))
		return;
	if (leave_history(explorer))
		return;
	if (explorer->focus == PANE_MAIN && explorer->ui_state.main != explorer->mains[MAIN_TREE])
		set_main(explorer, MAIN_TREE);
	else
		explorer_focus_on(explorer, PANE_MAIN);
}

static void toggle_mouse(struct explorer *explorer)
{
	explorer->mouse = !explorer->mouse;
	screen_mouse(explorer->mouse);
	explorer_say(explorer,
	    explorer->mouse ? _("mouse on") : _("mouse off: the terminal can mark and copy"));
}

static void toggle_freeze(struct explorer *explorer)
{
	struct live *live = explorer->live;

	live_freeze(live, !live->frozen, explorer->now_ms);
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
	explorer->tree.follow = !explorer->tree.follow;
	explorer_say(
	    explorer, explorer->tree.follow
	                  ? _("following: the selected process stays selected when it moves")
	                  : _("not following"));
}

static void toggle_detail(struct explorer *explorer)
{
	explorer->detail_wanted = !explorer->detail_wanted;
	if (!explorer->detail_wanted && explorer->focus == PANE_DETAIL)
		explorer->focus = PANE_MAIN;
	explorer_resize(explorer);
	if (explorer->detail_wanted && explorer->layout.panes[PANE_DETAIL].rows == 0)
		explorer_say(
		    explorer, _("no room for the details here: Enter or Tab shows them alone"));
}

static void enter(struct explorer *explorer)
{
	if (explorer_has_list(explorer))
		explorer_take_line(explorer);
	else if (explorer_has_event(explorer))
		explorer_take_event(explorer);
	else if (explorer->focus == PANE_MAIN)
		explorer_focus_on(explorer, PANE_DETAIL);
}

/* About the focused view, or the main view where that one has no legend. */
static void ask_for_help(struct explorer *explorer)
{
	const struct view *view = explorer_focused_view(explorer);

	help_view_about(&explorer->help, view->ops->help ? view : explorer->ui_state.main,
	    explorer_place(explorer));
}

/* Handles actions that no view took. */
static void act(struct explorer *explorer, enum action action)
{
	struct live *live = explorer->live;

	switch (action) {
	case ACTION_SEARCH:
		open_prompt(explorer, ASKING_SEARCH);
		break;
	case ACTION_FILTER:
		open_prompt(explorer, ASKING_FILTER);
		break;
	case ACTION_NEXT_MATCH:
		next_match(explorer, SEARCH_NEXT);
		break;
	case ACTION_PREVIOUS_MATCH:
		next_match(explorer, SEARCH_PREVIOUS);
		break;
	case ACTION_ESCAPE:
		escape(explorer);
		break;
	case ACTION_GROUP_PID:
		regroup(explorer, GROUP_BY_PID);
		break;
	case ACTION_GROUP_TYPE:
		regroup(explorer, GROUP_BY_TYPE);
		break;
	case ACTION_GROUP_OWNER:
		regroup(explorer, GROUP_BY_OWNER);
		break;
	case ACTION_GROUP_NS_GROUP:
		regroup(explorer, GROUP_BY_NS_GROUP);
		break;
	case ACTION_MARK:
		toggle_mark(explorer);
		break;
	case ACTION_COMPARE:
		set_main(explorer, MAIN_COMPARE);
		break;
	case ACTION_INSPECTOR:
		set_main(explorer, MAIN_INSPECTOR);
		break;
	case ACTION_ORDER_NEXT:
	case ACTION_ORDER_PREVIOUS:
	case ACTION_ORDER_INVERT:
		order_ns_groups(explorer, action);
		break;
	case ACTION_GROUP_NEXT:
		regroup(explorer, (live->options.grouping + 1) % GROUPING_COUNT);
		break;
	case ACTION_FOCUS_NEXT:
		focus_step(explorer, 1);
		break;
	case ACTION_FOCUS_PREVIOUS:
		focus_step(explorer, -1);
		break;
	case ACTION_ENTER:
		enter(explorer);
		break;
	case ACTION_DETAIL:
		toggle_detail(explorer);
		break;
	case ACTION_KERNEL_THREADS:
		toggle_kernel_threads(explorer);
		break;
	case ACTION_FOLLOW:
		toggle_follow(explorer);
		break;
	case ACTION_FREEZE:
		toggle_freeze(explorer);
		break;
	case ACTION_TIMELINE:
		set_main(explorer, MAIN_TIMELINE);
		break;
	case ACTION_PAST_BACK:
		step_in_time(explorer, TIME_TRAVEL_BACK);
		break;
	case ACTION_PAST_FORTH:
		step_in_time(explorer, TIME_TRAVEL_FORTH);
		break;
	case ACTION_PAST_MINUTE_BACK:
		step_in_time(explorer, TIME_TRAVEL_MINUTE_BACK);
		break;
	case ACTION_PAST_MINUTE_FORTH:
		step_in_time(explorer, TIME_TRAVEL_MINUTE_FORTH);
		break;
	case ACTION_NOW:
		step_in_time(explorer, TIME_TRAVEL_NOW);
		break;
	case ACTION_MOUSE:
		toggle_mouse(explorer);
		break;
	case ACTION_REDRAW:
		screen_redraw();
		break;
	case ACTION_LESSONS:
		if (explorer_refuses(explorer))
			break;
		list_view_load(&explorer->list);
		explorer_set_overlay(explorer, OVERLAY_LIST);
		break;
	case ACTION_LESSON_STEPS:
		steps_view_open(&explorer->steps);
		explorer_set_overlay(explorer, OVERLAY_STEPS);
		break;
	case ACTION_LAB:
		if (!explorer_refuses(explorer))
			explorer_open_lab(explorer);
		break;
	case ACTION_LAB_SHELL:
		explorer_open_lab_shell(explorer);
		break;
	case ACTION_LESSON_SHELL:
		explorer_open_shell_here(explorer);
		break;
	case ACTION_COMMAND:
		open_commands(explorer);
		break;
	case ACTION_NAV_BACK:
		step_nav_history(explorer, -1);
		break;
	case ACTION_NAV_FORWARD:
		step_nav_history(explorer, 1);
		break;
	case ACTION_JOIN:
		explorer_ask_join(explorer);
		break;
	case ACTION_WRITE:
		explorer_write(explorer, "");
		break;
	case ACTION_COPY_ID:
		explorer_copy_id(explorer);
		break;
	case ACTION_COPY_COMMAND:
		explorer_copy_command(explorer);
		break;
	case ACTION_PAGE:
		explorer_open_page(explorer, NULL);
		break;
	case ACTION_SETTINGS:
		explorer_set_overlay(explorer, OVERLAY_SETTINGS);
		break;
	case ACTION_HELP:
		if (explorer->overlay != OVERLAY_HELP)
			ask_for_help(explorer);
		explorer_set_overlay(
		    explorer, explorer->overlay == OVERLAY_HELP ? OVERLAY_NONE : OVERLAY_HELP);
		break;
	case ACTION_BACK:
		explorer->quit = !go_back(explorer);
		break;
	default:
		break;
	}
}

static bool is_lessons(enum action action)
{
	return action == ACTION_LESSON_PAGE || action == ACTION_SCROLL_UP ||
	       action == ACTION_SCROLL_DOWN;
}

static bool is_alive(enum action action, enum key_place place)
{
	for (size_t i = 0; i < key_table_count; i++) {
		if (key_table[i].action == action && (key_table[i].places & place))
			return true;
	}
	return false;
}

static void do_action(struct explorer *explorer, enum action action)
{
	enum key_place where = explorer_place(explorer);
	struct view *view = explorer_focused_view(explorer);

	if (where == PLACE_STAGED && is_lessons(action))
		view = &explorer->lesson.view;
	else if (explorer->overlay == OVERLAY_NONE && !is_alive(action, where))
		view = explorer->ui_state.main;
	if (!view->ops->act(view, action))
		act(explorer, action);
}

void explorer_press_key(struct explorer *explorer, int key)
{
	enum key_place where = explorer_place(explorer);
	enum action action = key_action(where, key);
	struct view *view = explorer_focused_view(explorer);

	if (action == ACTION_CHOOSE) {
		if (where == PLACE_LAB)
			lab_view_choose(&explorer->lab, (size_t)(key - '1'));
		else
			lesson_view_choose(&explorer->lesson, (size_t)(key - '1'));
		return;
	}
	/* While a lesson runs, some keys are the lesson's, wherever the focus is. */
	if (where == PLACE_STAGED &&
	    (is_lessons(action) || explorer_is_presenters(explorer, action)))
		view = &explorer->lesson.view;
	if (explorer_teach(explorer, action))
		return;
	if (action != ACTION_NONE && !view->ops->act(view, action))
		act(explorer, action);
}
