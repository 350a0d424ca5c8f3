#include "tui/explorer_internal.h"

#include "tui/lesson_teach.h"

#include "model/i18n.h"
#include "model/util.h"

enum { DOUBLE_CLICK_MS = 400, WHEEL_ROWS = 3 };

struct view *explorer_pane_view(struct explorer *explorer, enum pane pane)
{
	switch (pane) {
	case PANE_DETAIL:
		return &explorer->detail.view;
	case PANE_LESSON:
		return explorer_side_view(explorer);
	default:
		return explorer->picture.main;
	}
}

struct view *explorer_focused_view(struct explorer *explorer)
{
	switch (explorer->cover) {
	case COVER_HELP:
		return &explorer->help.view;
	case COVER_LIST:
		return &explorer->list.view;
	case COVER_STEPS:
		return &explorer->steps.view;
	case COVER_SETTINGS:
		return &explorer->settings.view;
	case COVER_COMMANDS:
		return &explorer->commands.view;
	default:
		return explorer_pane_view(explorer, explorer->focus);
	}
}

enum key_place explorer_place(const struct explorer *explorer)
{
	if (explorer->cover == COVER_SETTINGS)
		return PLACE_SETTINGS;
	if (explorer->cover != COVER_NONE)
		return explorer->cover == COVER_HELP ? PLACE_HELP : PLACE_LIST;
	bool lab = lab_view_running(&explorer->lab);

	if (explorer->focus == PANE_LESSON)
		return lab ? PLACE_LAB : PLACE_LESSON;
	if (lesson_view_running(&explorer->lesson) && !lab)
		return PLACE_STAGED;
	return explorer->focus == PANE_DETAIL ? PLACE_DETAIL : explorer->picture.main->ops->place;
}

void explorer_say(struct explorer *explorer, const char *message)
{
	free(explorer->message);
	explorer->message = message ? xstrdup(message) : NULL;
}

void explorer_resize(struct explorer *explorer)
{
	struct layout_wish wish = {
	    .detail = explorer->detail_wished && !explorer->lesson.presents &&
	              !explorer->picture.main->ops->alone,
	    .lesson = explorer_has_side(explorer),
	    .whole = explorer->cover != COVER_NONE,
	    .focus = explorer->focus,
	};
	int rows, cols;

	screen_size(&rows, &cols);
	layout_make(rows, cols, &wish, &explorer->layout);
	for (enum pane pane = 0; pane < PANE_COUNT; pane++)
		explorer_pane_view(explorer, pane)->area = explorer->layout.panes[pane];
	explorer->help.view.area = explorer->list.view.area = explorer->layout.whole;
	explorer->steps.view.area = explorer->settings.view.area = explorer->layout.whole;
	explorer->commands.view.area = explorer->layout.whole;
	explorer->dirty = true;
}

void explorer_focus_on(struct explorer *explorer, enum pane pane)
{
	explorer->focus = pane;
	explorer_resize(explorer);
}

/* Tab goes round all panes that there are, seen or not: what has the focus is made room for. */
static void focus_step(struct explorer *explorer, int step)
{
	int pane = explorer->focus;
	bool lesson = explorer_has_side(explorer);

	do {
		pane = (pane + step + PANE_COUNT) % PANE_COUNT;
		if (pane == PANE_DETAIL && lesson && explorer->layout.panes[pane].rows == 0)
			continue;
		if (pane == PANE_DETAIL && explorer->picture.main->ops->alone)
			continue;
		if (pane == PANE_LESSON && !lesson)
			continue;
		break;
	} while (pane != (int)explorer->focus);
	explorer_focus_on(explorer, (enum pane)pane);
}

void explorer_set_cover(struct explorer *explorer, enum cover cover)
{
	explorer->cover = cover;
	explorer_resize(explorer);
}

/* --- Actions -------------------------------------------------------------------------------- */

void explorer_set_main(struct explorer *explorer, enum main_view main)
{
	struct view *view = explorer->mains[main];
	const struct row *row = picture_subject(&explorer->picture);
	struct row_key key = row ? row->key : (struct row_key){0};

	explorer_note_place(explorer);
	explorer->picture.main = view;
	if (row)
		view->ops->present(view, &key, false);
	explorer_focus_on(explorer, PANE_MAIN);
}

bool explorer_go_to(struct explorer *explorer, const struct row_key *key)
{
	struct view *tree = explorer->mains[MAIN_TREE];

	explorer_note_place(explorer);
	explorer->picture.main = tree;
	explorer_focus_on(explorer, PANE_MAIN);
	return tree->ops->present(tree, key, true);
}

/* The selection stays on the same process or namespace where the new tree shows it. */
static void regroup(struct explorer *explorer, enum grouping grouping)
{
	const struct row *row = picture_subject(&explorer->picture);
	struct row_key key = row ? row->key : (struct row_key){0};
	struct view *tree = explorer->mains[MAIN_TREE];

	explorer_note_place(explorer);
	explorer->live->options.grouping = grouping;
	live_rebuild(explorer->live);
	if (row)
		tree->ops->present(tree, &key, false);
	if (explorer->picture.main != tree)
		explorer_set_main(explorer, MAIN_TREE);
}

/* Also from the details: what is ordered is the tree. */
static void order_rooms(struct explorer *explorer, enum action action)
{
	if (explorer->picture.main != explorer->mains[MAIN_TREE] ||
	    !tree_rooms_act(&explorer->tree, action))
		explorer_say(explorer, _("there is an order to choose for rooms: key 4"));
}

/* One level back; returns false at the outermost. */
static bool go_back(struct explorer *explorer)
{
	if (explorer->cover != COVER_NONE)
		explorer_set_cover(explorer, COVER_NONE);
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
	bool panes = explorer->cover == COVER_NONE && explorer->focus != PANE_LESSON;

	if (panes && explorer_clear_texts(explorer))
		return;
	if (go_back(explorer))
		return;
	if (explorer_leave_past(explorer))
		return;
	if (explorer->focus == PANE_MAIN && explorer->picture.main != explorer->mains[MAIN_TREE])
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
	case ACTION_GROUP_ROOM:
		regroup(explorer, GROUP_BY_ROOM);
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
		order_rooms(explorer, action);
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
		explorer_travel(explorer, TRAVEL_BACK);
		break;
	case ACTION_PAST_FORTH:
		explorer_travel(explorer, TRAVEL_FORTH);
		break;
	case ACTION_PAST_MINUTE_BACK:
		explorer_travel(explorer, TRAVEL_MINUTE_BACK);
		break;
	case ACTION_PAST_MINUTE_FORTH:
		explorer_travel(explorer, TRAVEL_MINUTE_FORTH);
		break;
	case ACTION_NOW:
		explorer_travel(explorer, TRAVEL_NOW);
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
		explorer_set_cover(explorer, COVER_LIST);
		break;
	case ACTION_LESSON_STEPS:
		steps_view_open(&explorer->steps);
		explorer_set_cover(explorer, COVER_STEPS);
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
	case ACTION_TRAIL_BACK:
		explorer_step_trail(explorer, -1);
		break;
	case ACTION_TRAIL_FORWARD:
		explorer_step_trail(explorer, 1);
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
		explorer_set_cover(explorer, COVER_SETTINGS);
		break;
	case ACTION_HELP:
		help_view_about(&explorer->help, explorer->picture.main);
		explorer_set_cover(
		    explorer, explorer->cover == COVER_HELP ? COVER_NONE : COVER_HELP);
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
	else if (explorer->cover == COVER_NONE && !is_alive(action, where))
		view = explorer->picture.main;
	if (!view->ops->act(view, action))
		act(explorer, action);
}

static void press_key(struct explorer *explorer, int key)
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

/* --- The mouse ------------------------------------------------------------------------------ */

static bool is_in(const struct area *area, int y, int x)
{
	return y >= area->y && y < area->y + area->rows && x >= area->x && x < area->x + area->cols;
}

static struct view *view_at(struct explorer *explorer, int y, int x, enum pane *ret_pane)
{
	if (explorer->cover != COVER_NONE)
		return is_in(&explorer->layout.whole, y, x) ? explorer_focused_view(explorer)
		                                            : NULL;
	for (enum pane pane = 0; pane < PANE_COUNT; pane++) {
		if (!is_in(&explorer->layout.panes[pane], y, x))
			continue;
		*ret_pane = pane;
		return explorer_pane_view(explorer, pane);
	}
	return NULL;
}

static void press_mouse(struct explorer *explorer, const struct press *press)
{
	enum pane pane = explorer->focus;
	struct view *view = view_at(explorer, press->y, press->x, &pane);

	if (!view)
		return;
	if (press->kind == PRESS_WHEEL) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			view->ops->act(
			    view, press->step < 0 ? ACTION_SCROLL_UP : ACTION_SCROLL_DOWN);
		return;
	}
	bool twice = press->y == explorer->click_y && press->x == explorer->click_x &&
	             explorer->now_ms - explorer->click_ms < DOUBLE_CLICK_MS;

	/* A third click begins anew. */
	explorer->click_ms = twice ? 0 : explorer->now_ms;
	explorer->click_y = press->y;
	explorer->click_x = press->x;
	if (explorer->cover == COVER_NONE && pane != explorer->focus)
		explorer_focus_on(explorer, pane);
	if (view->ops->click)
		view->ops->click(view, press->y - view->area.y, press->x - view->area.x, twice);
	if (twice && explorer_has_list(explorer))
		explorer_take_line(explorer);
	else if (twice && explorer_has_event(explorer))
		explorer_take_event(explorer);
}

void explorer_press(struct explorer *explorer, const struct press *press)
{
	explorer->dirty = true;
	explorer->welcome = false;
	explorer_say(explorer, NULL);
	lesson_teach_wait(&explorer->lesson, explorer->now_ms);
	if (explorer->layout.too_small) {
		if (press->kind == PRESS_KEY && key_action(PLACE_TREE, press->key) == ACTION_BACK)
			explorer->quit = true;
	} else if (press->kind != PRESS_KEY) {
		press_mouse(explorer, press);
	} else if (explorer->prompt.open) {
		explorer_prompt_press(explorer, press->key);
	} else {
		press_key(explorer, press->key);
	}
	explorer_update(explorer);
}

void explorer_update(struct explorer *explorer)
{
	struct live *live = explorer->live;

	explorer->dirty = true;
	bool answered = live->answered;

	live->answered = false;
	explorer_pump(explorer, answered);
	explorer_tell_shell(explorer);
}

/* Looks into nothing that is not on the screen. */
void explorer_inspect(struct explorer *explorer)
{
	const struct view *main = explorer->picture.main;
	struct inspect_wish wish = {0};

	if (explorer->cover != COVER_NONE)
		; /* the panes are out of sight */
	else if (main->ops->wish && main->area.rows > 1)
		main->ops->wish(main, &wish);
	else if (explorer->detail.view.area.rows > 1)
		inspect_wish_row(&wish, picture_subject(&explorer->picture), false);
	if (detail_view_step(&explorer->detail, &wish, explorer->now_ms))
		explorer->dirty = true;
}

int explorer_inspect_timeout(const struct explorer *explorer)
{
	return inspect_pane_timeout(&explorer->detail.inside, explorer->now_ms);
}

static void on_rebuilt(void *data)
{
	struct explorer *explorer = data;

	for (enum main_view main = 0; main < MAIN_COUNT; main++)
		explorer->mains[main]->ops->refresh(explorer->mains[main]);
}

void explorer_init(struct explorer *explorer, struct live *live, const struct tui_options *options)
{
	*explorer = (struct explorer){
	    .charset = live->charset,
	    .live = live,
	    .picture = {.live = live, .main = &explorer->tree.view},
	    .mains = {[MAIN_TREE] = &explorer->tree.view,
	        [MAIN_TIMELINE] = &explorer->timeline.view,
	        [MAIN_COMPARE] = &explorer->compare.view,
	        [MAIN_INSPECTOR] = &explorer->inspector.view},
	    .detail_wished = true,
	};
	live->rebuilt = on_rebuilt;
	live->rebuilt_data = explorer;
	guest_init(&explorer->guest);
	tree_view_init(&explorer->tree, &explorer->picture);
	timeline_view_init(&explorer->timeline, &explorer->picture);
	detail_view_init(&explorer->detail, &explorer->picture);
	compare_view_init(&explorer->compare, &explorer->picture, &explorer->detail.inside);
	inspector_view_init(&explorer->inspector, &explorer->picture, &explorer->detail.inside);
	lesson_view_init(&explorer->lesson, live, &explorer->tree);
	lab_view_init(&explorer->lab, &explorer->picture, &explorer->tree);
	help_view_init(&explorer->help, live->charset);
	list_view_init(&explorer->list, live->charset, options->lessons);
	steps_view_init(&explorer->steps, &explorer->lesson);
	explorer->lesson.notes = options->notes;
	if (options->lesson) {
		lesson_view_open(&explorer->lesson, options->lesson, false);
		if (options->resume)
			explorer_resume_lesson(explorer);
		else if (options->from > 0)
			lesson_view_go_to(&explorer->lesson, options->from);
		explorer->focus = PANE_LESSON;
	}
	commands_view_init(&explorer->commands, explorer->charset);
	explorer_init_settings(explorer, options);
	explorer_init_welcome(explorer, options);
	explorer_resize(explorer);
	explorer_init_teaching(explorer, options);
	if (options->lab)
		explorer_open_lab(explorer);
}

void explorer_done(struct explorer *explorer)
{
	explorer->live->rebuilt = NULL;
	guest_done(&explorer->guest);
	lab_view_close(&explorer->lab);
	lesson_view_close(&explorer->lesson);
	pager_done(&explorer->lesson.pager);
	timeline_view_done(&explorer->timeline);
	compare_view_done(&explorer->compare);
	inspector_view_done(&explorer->inspector);
	detail_view_done(&explorer->detail);
	help_view_done(&explorer->help);
	list_view_done(&explorer->list);
	steps_view_done(&explorer->steps);
	settings_view_done(&explorer->settings);
	commands_view_done(&explorer->commands);
	prompt_done(&explorer->prompt);
	explorer->live->options.search = explorer->live->options.filter = NULL;
	free(explorer->search);
	free(explorer->filter);
	free(explorer->message);
	free(explorer->write_path);
	free(explorer->join_question);
}
