#include "tui/views/view_steps.h"

#include "lessons/script/prose.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

static void compose(const void *data, size_t at, struct line *line)
{
	const struct lesson_view *lesson = data;
	autofree char *title = prose_plain(lesson->lesson->steps[at].title);
	bool here = player_step(lesson->player) == at;

	if (here)
		line_add_symbol(line, STYLE_STRONG, " ▶ ", " > ");
	else
		line_adds(line, STYLE_PLAIN, "   ");
	if (at > 0)
		line_addf(line, STYLE_PLAIN, "%2zu  ", at);
	else
		line_adds(line, STYLE_PLAIN, "    ");
	line_adds(line, here ? STYLE_STRONG : STYLE_PLAIN, title);
}

static void steps_paint(struct view *view, bool focused)
{
	struct steps_view *steps = view_of(struct steps_view, view);
	const struct menu_text text = {
	    .charset = steps->lesson->live->charset,
	    .title = _("Go to a step: what comes before it is played by itself"),
	    .empty = "",
	    .compose = compose,
	    .data = steps->lesson,
	};

	menu_paint(&steps->menu, &text, &view->area, focused);
}

static bool steps_act(struct view *view, enum action action)
{
	return menu_act(&view_of(struct steps_view, view)->menu, action);
}

static void steps_click(struct view *view, int y, int x, bool twice)
{
	(void)x;
	(void)twice;
	menu_click(&view_of(struct steps_view, view)->menu, y);
}

static void steps_cursor(const struct view *view, int *ret_y, int *ret_x)
{
	menu_cursor(&view_of(const struct steps_view, view)->menu, ret_y, ret_x);
}

static const struct view_ops steps_ops = {
    .paint = steps_paint,
    .act = steps_act,
    .click = steps_click,
    .cursor = steps_cursor,
};

void steps_view_open(struct steps_view *steps)
{
	steps->menu.count = steps->lesson->lesson->step_count;
	steps->menu.at = player_step(steps->lesson->player);
}

void steps_view_take(struct steps_view *steps)
{
	lesson_view_go_to(steps->lesson, steps->menu.at);
}

void steps_view_init(struct steps_view *steps, struct lesson_view *lesson)
{
	*steps = (struct steps_view){.view.ops = &steps_ops, .lesson = lesson};
}

void steps_view_done(struct steps_view *steps)
{
	menu_done(&steps->menu);
}
