/* The settings screen: a line for each setting, and for each word of a set. */
#include "lessons/play/xdg_file.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/pager.h"
#include "tui/views/views.h"

#include <errno.h>

enum {
	TITLE_COLS = 22,
	VALUE_COLS = 11, /* "contrast" */
	FILE_BYTES_MAX = 64 * 1024,
};

struct settings_view {
	struct menu menu;
	struct settings *settings;
	char *path; /* of their file, NULL where they can't be saved; owned */
	void (*changed)(void *data, enum settings_key key);
	void *data;
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

static void compose(const struct menu *menu, size_t at, struct line *line)
{
	const struct settings_view *view = view_of(const struct settings_view, menu);
	struct item item = item_at(at);
	const struct settings_info *info = &settings_table[item.key];
	unsigned value = view->settings->values[item.key];
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
	autofree char *title = view->path ? xasprintf(_("Settings, saved in %s"), view->path)
	                                  : xstrdup(_("Settings: there is no place to save them"));

	menu_paint(&view->menu, title, "", compose, focused);
}

static void change(struct settings_view *view, int step)
{
	struct item item = item_at(view->menu.at);
	unsigned *value = &view->settings->values[item.key];

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
		return menu_act(base, action);
	}
}

static void settings_click(struct view *view, int y, int x, bool twice)
{
	menu_click(view, y, x, twice);
	if (twice)
		change(view_of(struct settings_view, view), 1);
}

static void settings_done(struct view *view)
{
	free(view_of(struct settings_view, view)->path);
}

static const struct view_ops settings_ops = {
    .done = settings_done,
    .paint = settings_paint,
    .act = settings_act,
    .click = settings_click,
    .cursor = menu_cursor,
};

struct view *settings_view_new(const struct ui_state *ui_state, struct settings *settings,
    void (*changed)(void *data, enum settings_key key), void *data)
{
	struct settings_view *view = view_new(sizeof(*view), &settings_ops, ui_state);

	view->settings = settings;
	view->path = home_path(HOME_CONFIG, "config", true);
	view->changed = changed;
	view->data = data;
	while (item_at(view->menu.count).key != SETTINGS_COUNT)
		view->menu.count++;
	return &view->menu.view;
}

/* Changes one line of the file as it is now: it may have been edited meanwhile. */
int settings_view_save(const struct view *view, enum settings_key key, const char **ret_path)
{
	const struct settings_view *settings = view_of(const struct settings_view, view);
	autofree char *word = settings_text(key, settings->settings->values[key]);
	autofree char *text = NULL;
	size_t len = 0, edited_len;
	int r;

	*ret_path = settings->path;
	if (!settings->path)
		return 0;
	r = home_read(settings->path, FILE_BYTES_MAX + 1, &text, &len);
	/* A file that was not read completely must not be written. */
	if (r >= 0 && len > FILE_BYTES_MAX)
		r = -EFBIG;
	if (r < 0)
		return r;
	autofree char *edited = settings_edit(text, len, key, word, &edited_len);

	return home_write(settings->path, edited, edited_len);
}
