#include "tui/views/view_settings.h"

#include "lessons/play/xdg_file.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <string.h>

enum {
	TITLE_COLS = 22,
	VALUE_COLS = 11, /* "contrast" */
};

/* What a line is about. */
struct item {
	enum settings_key key;
	int word; /* of a set; -1: the setting itself */
};

static struct item item_at(size_t at)
{
	for (enum settings_key key = 0; key < SETTINGS_COUNT; key++) {
		const struct settings_info *info = &settings_table[key];
		size_t count = 0;

		while (info->kind == SETTINGS_SET && info->words[count])
			count++;
		if (at < (count ? count : 1))
			return (struct item){key, count ? (int)at : -1};
		at -= count ? count : 1;
	}
	return (struct item){SETTINGS_COUNT, -1};
}

static void compose(const void *data, size_t at, struct line *line)
{
	const struct settings_view *view = data;
	struct item item = item_at(at);
	const struct settings_info *info = &settings_table[item.key];
	unsigned value = view->values.values[item.key];
	autofree char *text = NULL;

	line_addf(line, STYLE_PLAIN, " %s", _(info->title));
	if (item.word >= 0) {
		line_addf(line, STYLE_PLAIN, _(": %s"), info->words[item.word]);
		text = xstrdup(value & 1u << item.word ? "on" : "off");
	} else {
		text = settings_text(item.key, value);
	}
	line_pad(line, TITLE_COLS);
	line_adds(line, STYLE_STRONG, text);
	line_pad(line, TITLE_COLS + VALUE_COLS);
	line_adds(line, STYLE_DIM, _(info->help));
}

static void settings_paint(struct view *base, bool focused)
{
	struct settings_view *view = view_of(struct settings_view, base);
	autofree char *title = view->path ? xasprintf(_("Settings, kept in %s"), view->path)
	                                  : xstrdup(_("Settings: there is no place to keep them"));
	const struct menu_text text = {
	    .charset = view->charset,
	    .title = title,
	    .empty = "",
	    .compose = compose,
	    .data = view,
	};

	menu_paint(&view->menu, &text, &base->area, focused);
}

static void change(struct settings_view *view, int step)
{
	struct item item = item_at(view->menu.at);
	unsigned *value = &view->values.values[item.key];

	if (item.word >= 0)
		*value ^= 1u << item.word;
	else
		*value = settings_step(item.key, *value, step);
	view->changed(view->data, item.key);
}

static bool settings_act(struct view *base, enum action action)
{
	struct settings_view *view = view_of(struct settings_view, base);

	switch (action) {
	case ACTION_SETTING_NEXT:
		change(view, 1);
		return true;
	case ACTION_SETTING_PREVIOUS:
		change(view, -1);
		return true;
	default:
		return menu_act(&view->menu, action);
	}
}

static void settings_click(struct view *base, int y, int x, bool twice)
{
	struct settings_view *view = view_of(struct settings_view, base);

	(void)x;
	menu_click(&view->menu, y);
	if (twice)
		change(view, 1);
}

static void settings_cursor(const struct view *base, int *ret_y, int *ret_x)
{
	menu_cursor(&view_of(const struct settings_view, base)->menu, ret_y, ret_x);
}

static const struct view_ops settings_ops = {
    .paint = settings_paint,
    .act = settings_act,
    .click = settings_click,
    .cursor = settings_cursor,
};

void settings_view_init(
    struct settings_view *view, enum charset charset, const struct settings *settings)
{
	*view = (struct settings_view){
	    .view.ops = &settings_ops,
	    .charset = charset,
	    .values = *settings,
	    .path = home_path(HOME_CONFIG, "config", true),
	};
	while (item_at(view->menu.count).key != SETTINGS_COUNT)
		view->menu.count++;
}

void settings_view_done(struct settings_view *view)
{
	free(view->path);
	menu_done(&view->menu);
}
