/* The panes, the focus and the overlays; start and end. */
#include "tui/explorer_internal.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

struct view *explorer_pane_view(struct explorer *explorer, enum pane pane)
{
	switch (pane) {
	case PANE_DETAIL:
		return &explorer->detail.view;
	case PANE_LESSON:
		return explorer_side_view(explorer);
	default:
		return explorer->ui_state.main;
	}
}

struct view *explorer_focused_view(struct explorer *explorer)
{
	switch (explorer->overlay) {
	case OVERLAY_HELP:
		return &explorer->help.view;
	case OVERLAY_LIST:
		return &explorer->list.view;
	case OVERLAY_STEPS:
		return &explorer->steps.view;
	case OVERLAY_SETTINGS:
		return &explorer->settings.view;
	case OVERLAY_COMMANDS:
		return &explorer->commands.view;
	default:
		return explorer_pane_view(explorer, explorer->focus);
	}
}

enum key_place explorer_place(const struct explorer *explorer)
{
	if (explorer->overlay == OVERLAY_SETTINGS)
		return PLACE_SETTINGS;
	if (explorer->overlay != OVERLAY_NONE)
		return explorer->overlay == OVERLAY_HELP ? PLACE_HELP : PLACE_LIST;
	bool lab = lab_view_running(&explorer->lab);

	if (explorer->focus == PANE_LESSON)
		return lab ? PLACE_LAB : PLACE_LESSON;
	if (lesson_view_running(&explorer->lesson) && !lab)
		return PLACE_STAGED;
	return explorer->focus == PANE_DETAIL ? PLACE_DETAIL : explorer->ui_state.main->ops->place;
}

void explorer_say(struct explorer *explorer, const char *message)
{
	free(explorer->message);
	explorer->message = message ? xstrdup(message) : NULL;
}

void explorer_resize(struct explorer *explorer)
{
	struct layout_request request = {
	    .detail = explorer->detail_wanted && !explorer->lesson.presents &&
	              !explorer->ui_state.main->ops->alone,
	    .lesson = explorer_has_side(explorer),
	    .whole = explorer->overlay != OVERLAY_NONE,
	    .focus = explorer->focus,
	};
	int rows, cols;

	screen_size(&rows, &cols);
	layout_make(rows, cols, &request, &explorer->layout);
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

void explorer_set_overlay(struct explorer *explorer, enum overlay overlay)
{
	explorer->overlay = overlay;
	explorer_resize(explorer);
}

/* --- Mouse ------------------------------------------------------------------------------------ */

enum { DOUBLE_CLICK_MS = 400, WHEEL_ROWS = 3 };

static bool is_in(const struct area *area, int y, int x)
{
	return y >= area->y && y < area->y + area->rows && x >= area->x && x < area->x + area->cols;
}

static struct view *view_at(struct explorer *explorer, int y, int x, enum pane *ret_pane)
{
	if (explorer->overlay != OVERLAY_NONE)
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

	/* A third click starts again. */
	explorer->click_ms = twice ? 0 : explorer->now_ms;
	explorer->click_y = press->y;
	explorer->click_x = press->x;
	if (explorer->overlay == OVERLAY_NONE && pane != explorer->focus)
		explorer_focus_on(explorer, pane);
	if (view->ops->click)
		view->ops->click(view, press->y - view->area.y, press->x - view->area.x, twice);
	if (twice && explorer_has_list(explorer))
		explorer_take_line(explorer);
	else if (twice && explorer_has_event(explorer))
		explorer_take_event(explorer);
}

/* --- Keys, changes and inspection -------------------------------------------------------------- */

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
		explorer_press_key(explorer, press->key);
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
	explorer_report_solved(explorer);
}

/* Inspects only what is on the screen. */
void explorer_inspect(struct explorer *explorer)
{
	const struct view *main = explorer->ui_state.main;
	struct inspect_request request = {0};

	if (explorer->overlay != OVERLAY_NONE)
		; /* the overlay covers the panes */
	else if (main->ops->request && main->area.rows > 1)
		main->ops->request(main, &request);
	else if (explorer->detail.view.area.rows > 1)
		inspect_request_row(&request, ui_state_subject(&explorer->ui_state), false);
	if (detail_view_step(&explorer->detail, &request, explorer->now_ms))
		explorer->dirty = true;
}

int explorer_inspect_timeout(const struct explorer *explorer)
{
	return inspect_pane_timeout(&explorer->detail.inside, explorer->now_ms);
}

/* --- Beginning and end -------------------------------------------------------------------------- */

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
	    .ui_state = {.live = live, .main = &explorer->tree.view},
	    .mains = {[MAIN_TREE] = &explorer->tree.view,
	        [MAIN_TIMELINE] = &explorer->timeline.view,
	        [MAIN_COMPARE] = &explorer->compare.view,
	        [MAIN_INSPECTOR] = &explorer->inspector.view},
	    .detail_wanted = true,
	};
	live->rebuilt = on_rebuilt;
	live->rebuilt_data = explorer;
	subshell_init(&explorer->subshell);
	tree_view_init(&explorer->tree, &explorer->ui_state);
	timeline_view_init(&explorer->timeline, &explorer->ui_state);
	detail_view_init(&explorer->detail, &explorer->ui_state);
	compare_view_init(&explorer->compare, &explorer->ui_state, &explorer->detail.inside);
	inspector_view_init(&explorer->inspector, &explorer->ui_state, &explorer->detail.inside);
	lesson_view_init(&explorer->lesson, live, &explorer->tree);
	lab_view_init(&explorer->lab, &explorer->ui_state, &explorer->tree);
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
	subshell_done(&explorer->subshell);
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
