/* The panes, the focus and the overlays; start and end. */
#include "tui/explorer.h"

#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "tui/views/view_commands.h"

#include <stdarg.h>
#include <strings.h>

struct view *explorer_pane_view(struct explorer *explorer, enum pane pane)
{
	switch (pane) {
	case PANE_DETAIL:
		return explorer->panes.detail;
	case PANE_LESSON:
		return explorer->lab.lab ? &explorer->lab.view : &explorer->lesson.view;
	default:
		return explorer->ui_state.main;
	}
}

struct view *explorer_focused_view(struct explorer *explorer)
{
	const struct panes *panes = &explorer->panes;

	return panes->overlay != OVERLAY_NONE ? panes->overlays[panes->overlay]
	                                      : explorer_pane_view(explorer, panes->focus);
}

enum key_place explorer_place(const struct explorer *explorer)
{
	const struct panes *panes = &explorer->panes;

	if (panes->overlay == OVERLAY_SETTINGS)
		return PLACE_SETTINGS;
	if (panes->overlay != OVERLAY_NONE)
		return panes->overlay == OVERLAY_HELP ? PLACE_HELP : PLACE_LIST;
	if (panes->focus == PANE_LESSON)
		return explorer->lab.lab ? PLACE_LAB : PLACE_LESSON;
	if (explorer->lesson.player && !explorer->lab.lab)
		return PLACE_STAGED;
	return panes->focus == PANE_DETAIL ? PLACE_DETAIL : explorer->ui_state.main->ops->place;
}

void explorer_say(struct explorer *explorer, const char *message)
{
	free(explorer->message);
	explorer->message = message ? xstrdup(message) : NULL;
}

void explorer_sayf(struct explorer *explorer, const char *format, ...)
{
	autofree char *message = NULL;
	va_list list;

	va_start(list, format);
	if (vasprintf(&message, format, list) < 0)
		out_of_memory();
	va_end(list);
	explorer_say(explorer, message);
}

bool explorer_agreed(const struct explorer *explorer)
{
	const char *text = explorer->prompt.text;

	return strcasecmp(text, "yes") == 0 || strcasecmp(text, "y") == 0;
}

void explorer_resize(struct explorer *explorer)
{
	struct panes *panes = &explorer->panes;
	struct layout_request request = {
	    .detail = panes->detail_wanted && !explorer->lesson.presents &&
	              !explorer->ui_state.main->ops->alone,
	    .lesson = explorer_has_side(explorer),
	    .whole = panes->overlay != OVERLAY_NONE,
	    .focus = panes->focus,
	};
	int rows, cols;

	screen_size(&rows, &cols);
	layout_make(rows, cols, &request, &panes->layout);
	for (enum pane pane = 0; pane < PANE_COUNT; pane++)
		explorer_pane_view(explorer, pane)->area = panes->layout.panes[pane];
	for (enum overlay overlay = OVERLAY_NONE + 1; overlay < OVERLAY_COUNT; overlay++)
		panes->overlays[overlay]->area = panes->layout.whole;
	explorer->dirty = true;
}

void explorer_focus_on(struct explorer *explorer, enum pane pane)
{
	explorer->panes.focus = pane;
	explorer_resize(explorer);
}

void explorer_set_overlay(struct explorer *explorer, enum overlay overlay)
{
	explorer->panes.overlay = overlay;
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
	const struct layout *layout = &explorer->panes.layout;

	if (explorer->panes.overlay != OVERLAY_NONE)
		return is_in(&layout->whole, y, x) ? explorer_focused_view(explorer) : NULL;
	for (enum pane pane = 0; pane < PANE_COUNT; pane++) {
		if (!is_in(&layout->panes[pane], y, x))
			continue;
		*ret_pane = pane;
		return explorer_pane_view(explorer, pane);
	}
	return NULL;
}

/* Is it the second click of a double one? */
static bool click(struct mouse *mouse, const struct press *press, uint64_t now_ms)
{
	bool twice = press->y == mouse->click_y && press->x == mouse->click_x &&
	             now_ms - mouse->click_ms < DOUBLE_CLICK_MS;

	/* A third click starts again. */
	mouse->click_ms = twice ? 0 : now_ms;
	mouse->click_y = press->y;
	mouse->click_x = press->x;
	return twice;
}

static void press_mouse(struct explorer *explorer, const struct press *press)
{
	enum pane pane = explorer->panes.focus;
	struct view *view = view_at(explorer, press->y, press->x, &pane);

	if (!view)
		return;
	if (press->kind == PRESS_WHEEL) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			view->ops->act(
			    view, press->step < 0 ? ACTION_SCROLL_UP : ACTION_SCROLL_DOWN);
		return;
	}
	bool twice = click(&explorer->mouse, press, explorer->ui_state.now_ms);

	if (explorer->panes.overlay == OVERLAY_NONE && pane != explorer->panes.focus)
		explorer_focus_on(explorer, pane);
	if (view->ops->click)
		view->ops->click(view, press->y - view->area.y, press->x - view->area.x, twice);
	if (twice)
		explorer_take_line(explorer);
}

/* --- Keys, changes and inspection -------------------------------------------------------------- */

void explorer_press(struct explorer *explorer, const struct press *press)
{
	explorer->dirty = true;
	explorer->welcome = false;
	explorer_say(explorer, NULL);
	lesson_teach_wait(&explorer->lesson, explorer->ui_state.now_ms);
	if (explorer->panes.layout.too_small) {
		if (press->kind == PRESS_KEY &&
		    key_action(PLACE_TREE, key_without_input_method(press->key)) == ACTION_BACK)
			explorer->quit = true;
	} else if (press->kind != PRESS_KEY) {
		press_mouse(explorer, press);
	} else if (explorer->prompt.open) {
		prompt_press(&explorer->prompt, press->key);
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

	if (explorer->panes.overlay != OVERLAY_NONE)
		; /* the overlay covers the panes */
	else if (main->ops->request && main->area.rows > 1)
		main->ops->request(main, &request);
	else if (explorer->panes.detail->area.rows > 1)
		inspect_request_row(&request, ui_state_subject(&explorer->ui_state), false);
	if (inspect_pane_step(
	        &explorer->inside, explorer->live, &request, explorer->ui_state.now_ms))
		explorer->dirty = true;
}

/* --- Beginning and end -------------------------------------------------------------------------- */

static void on_rebuilt(void *data)
{
	const struct panes *panes = &((struct explorer *)data)->panes;

	for (enum main_view main = 0; main < MAIN_COUNT; main++)
		panes->mains[main]->ops->refresh(panes->mains[main]);
}

static void make_views(struct explorer *explorer)
{
	const struct ui_state *ui_state = &explorer->ui_state;
	struct panes *panes = &explorer->panes;

	*panes = (struct panes){
	    .mains = {[MAIN_TREE] = tree_view_new(ui_state),
	        [MAIN_TIMELINE] = timeline_view_new(ui_state),
	        [MAIN_COMPARE] = compare_view_new(ui_state),
	        [MAIN_INSPECTOR] = inspector_view_new(ui_state)},
	    .detail = detail_view_new(ui_state),
	    .overlays = {[OVERLAY_HELP] = help_view_new(ui_state),
	        [OVERLAY_LIST] = list_view_new(ui_state, explorer->options->lessons),
	        [OVERLAY_STEPS] = &explorer->lesson.steps.view,
	        [OVERLAY_SETTINGS] = explorer_new_settings(explorer),
	        [OVERLAY_COMMANDS] = commands_view_new(ui_state)},
	    .detail_wanted = true,
	};
	lesson_view_init(&explorer->lesson, ui_state, panes->mains[MAIN_TREE]);
	lab_view_init(&explorer->lab, ui_state, panes->mains[MAIN_TREE]);
	explorer->ui_state.main = panes->mains[MAIN_TREE];
}

void explorer_init(struct explorer *explorer, struct live *live, const struct tui_options *options)
{
	*explorer = (struct explorer){
	    .options = options,
	    .live = live,
	    .ui_state = {.live = live, .now_ms = clock_history_ms(), .inside = &explorer->inside},
	    .settings = options->settings,
	    .tour = options->tour,
	};
	subshell_init(&explorer->subshell);
	make_views(explorer);
	live->rebuilt = on_rebuilt;
	live->rebuilt_data = explorer;
	explorer_init_lesson(explorer);
	explorer_init_settings(explorer);
	explorer_init_welcome(explorer);
	explorer_resize(explorer);
	explorer_init_teaching(explorer);
}

void explorer_done(struct explorer *explorer)
{
	struct panes *panes = &explorer->panes;

	explorer->live->rebuilt = NULL;
	subshell_done(&explorer->subshell);
	lab_view_close(&explorer->lab);
	lesson_view_close(&explorer->lesson);
	for (enum main_view main = 0; main < MAIN_COUNT; main++)
		view_free(panes->mains[main]);
	view_free(panes->detail);
	panes->overlays[OVERLAY_STEPS] = NULL; /* a part of the lesson's view */
	for (enum overlay overlay = 0; overlay < OVERLAY_COUNT; overlay++)
		view_free(panes->overlays[overlay]);
	inspect_pane_done(&explorer->inside);
	prompt_done(&explorer->prompt);
	explorer->live->options.search = explorer->live->options.filter = NULL;
	free(explorer->search.search);
	free(explorer->search.filter);
	free(explorer->message);
	free(explorer->question.text);
	free(explorer->question.path);
}
