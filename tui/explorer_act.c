/* What keys do that no view took: to the panes, to what is shown, and to the explorer itself. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/explorer_internal.h"

/* Tab goes round all panes that there are, seen or not: what has the focus is made room for. */
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

void explorer_set_main(struct explorer *explorer, enum main_view main)
{
	struct view *view = explorer->mains[main];
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct row_key key = row ? row->key : (struct row_key){0};

	explorer_note_place(explorer);
	explorer->ui_state.main = view;
	if (row)
		view->ops->present(view, &key, false);
	explorer_focus_on(explorer, PANE_MAIN);
}

bool explorer_go_to(struct explorer *explorer, const struct row_key *key)
{
	struct view *tree = explorer->mains[MAIN_TREE];

	explorer_note_place(explorer);
	explorer->ui_state.main = tree;
	explorer_focus_on(explorer, PANE_MAIN);
	return tree->ops->present(tree, key, true);
}

/* The selection stays on the same process or namespace where the new tree shows it. */
static void regroup(struct explorer *explorer, enum grouping grouping)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct row_key key = row ? row->key : (struct row_key){0};
	struct view *tree = explorer->mains[MAIN_TREE];

	explorer_note_place(explorer);
	explorer->live->options.grouping = grouping;
	live_rebuild(explorer->live);
	if (row)
		tree->ops->present(tree, &key, false);
	if (explorer->ui_state.main != tree)
		explorer_set_main(explorer, MAIN_TREE);
}

/* Also from the details: what is ordered is the tree. */
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

	if (panes && explorer_clear_texts(explorer))
		return;
	if (go_back(explorer))
		return;
	if (explorer_leave_past(explorer))
		return;
	if (explorer->focus == PANE_MAIN && explorer->ui_state.main != explorer->mains[MAIN_TREE])
		explorer_set_main(explorer, MAIN_TREE);
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
	explorer->detail_wished = !explorer->detail_wished;
	if (!explorer->detail_wished && explorer->focus == PANE_DETAIL)
		explorer->focus = PANE_MAIN;
	explorer_resize(explorer);
	if (explorer->detail_wished && explorer->layout.panes[PANE_DETAIL].rows == 0)
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

/* About what has the focus, or, where that needs no words, about the main view. */
static void ask_for_help(struct explorer *explorer)
{
	const struct view *view = explorer_focused_view(explorer);

	help_view_about(&explorer->help, view->ops->help ? view : explorer->ui_state.main,
	    explorer_place(explorer));
}

/* What no view took. */
static void act(struct explorer *explorer, enum action action)
{
	struct live *live = explorer->live;

	switch (action) {
	case ACTION_SEARCH:
		explorer_open_prompt(explorer, ASKING_SEARCH);
		break;
	case ACTION_FILTER:
		explorer_open_prompt(explorer, ASKING_FILTER);
		break;
	case ACTION_NEXT_MATCH:
		explorer_next_match(explorer, SEARCH_NEXT);
		break;
	case ACTION_PREVIOUS_MATCH:
		explorer_next_match(explorer, SEARCH_PREVIOUS);
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
		explorer_mark(explorer);
		break;
	case ACTION_COMPARE:
		explorer_set_main(explorer, MAIN_COMPARE);
		break;
	case ACTION_INSPECTOR:
		explorer_set_main(explorer, MAIN_INSPECTOR);
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
		explorer_set_main(explorer, MAIN_TIMELINE);
		break;
	case ACTION_PAST_BACK:
		explorer_time_travel(explorer, TIME_TRAVEL_BACK);
		break;
	case ACTION_PAST_FORTH:
		explorer_time_travel(explorer, TIME_TRAVEL_FORTH);
		break;
	case ACTION_PAST_MINUTE_BACK:
		explorer_time_travel(explorer, TIME_TRAVEL_MINUTE_BACK);
		break;
	case ACTION_PAST_MINUTE_FORTH:
		explorer_time_travel(explorer, TIME_TRAVEL_MINUTE_FORTH);
		break;
	case ACTION_NOW:
		explorer_time_travel(explorer, TIME_TRAVEL_NOW);
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
		explorer_open_commands(explorer);
		break;
	case ACTION_NAV_BACK:
		explorer_step_nav_history(explorer, -1);
		break;
	case ACTION_NAV_FORWARD:
		explorer_step_nav_history(explorer, 1);
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

void explorer_do(struct explorer *explorer, enum action action)
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
	/* While a lesson runs some keys are its own, wherever the focus is. */
	if (where == PLACE_STAGED &&
	    (is_lessons(action) || explorer_is_presenters(explorer, action)))
		view = &explorer->lesson.view;
	if (explorer_teach(explorer, action))
		return;
	if (action != ACTION_NONE && !view->ops->act(view, action))
		act(explorer, action);
}
