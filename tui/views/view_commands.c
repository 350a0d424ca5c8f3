#include "tui/views/view_commands.h"

#include "model/base/i18n.h"

enum { TEXT_COLS = 18, KEYS_COLS = 13, KEYS_FROM_COLS = 60 };

void commands_view_list(
    struct commands_view *view, const char *text, unsigned places, const struct graph *graph)
{
	candidates_make(&view->candidates, text, places, graph);
	view->menu.count = view->candidates.count;
	view->menu.at = 0;
}

const struct candidate *commands_view_selected(const struct commands_view *view)
{
	return view->menu.at < view->candidates.count ? &view->candidates.items[view->menu.at]
	                                              : NULL;
}

static void compose(const void *data, size_t at, struct line *line)
{
	const struct commands_view *view = data;
	const struct candidate *item = &view->candidates.items[at];

	line_adds(line, STYLE_PLAIN, " ");
	if (item->what) {
		line_addf(line, STYLE_PLAIN, _("go to %s"), item->what);
		return;
	}
	line_adds(line, STYLE_CODE, item->text);
	if (item->takes)
		line_add_symbol(line, STYLE_DIM, " …", " ..");
	line_adds(line, STYLE_PLAIN, " ");
	line_pad(line, TEXT_COLS);
	if (view->view.area.cols >= KEYS_FROM_COLS) {
		line_adds(line, STYLE_KEY, item->keys ? _(item->keys) : "");
		line_adds(line, STYLE_PLAIN, " ");
		line_pad(line, TEXT_COLS + KEYS_COLS);
	}
	line_adds(line, STYLE_PLAIN, _(item->help));
}

static void commands_paint(struct view *base, bool focused)
{
	struct commands_view *view = view_of(struct commands_view, base);
	const struct menu_text text = {
	    .charset = view->charset,
	    .title = _("Commands: type to choose, Tab completes, Enter does it"),
	    .empty = _("nothing is called so, and nothing has this number"),
	    .compose = compose,
	    .data = view,
	};

	menu_paint(&view->menu, &text, &base->area, focused);
}

static bool commands_act(struct view *base, enum action action)
{
	return menu_act(&view_of(struct commands_view, base)->menu, action);
}

static void commands_click(struct view *base, int y, int x, bool twice)
{
	(void)x;
	(void)twice;
	menu_click(&view_of(struct commands_view, base)->menu, y);
}

static void commands_cursor(const struct view *base, int *ret_y, int *ret_x)
{
	menu_cursor(&view_of(const struct commands_view, base)->menu, ret_y, ret_x);
}

static const struct view_ops commands_ops = {
    .paint = commands_paint,
    .act = commands_act,
    .click = commands_click,
    .cursor = commands_cursor,
};

void commands_view_init(struct commands_view *view, enum charset charset)
{
	*view = (struct commands_view){.view.ops = &commands_ops, .charset = charset};
}

void commands_view_done(struct commands_view *view)
{
	candidates_done(&view->candidates);
	menu_done(&view->menu);
}
