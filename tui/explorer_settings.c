/* The explorer's settings: taken up at the start and when they are changed, and kept. */
#include "lessons/play/xdg_file.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"
#include "tui/explorer_internal.h"

#include <errno.h>
#include <string.h>

enum { FILE_BYTES_MAX = 64 * 1024 };

/* Changes one line of the file as it is now: it may have been edited meanwhile. */
static int keep(const char *path, enum settings_key key, unsigned value)
{
	autofree char *word = settings_text(key, value);
	autofree char *text = NULL;
	size_t len = 0, edited_len;
	int r = home_read(path, FILE_BYTES_MAX + 1, &text, &len);

	/* A file that was not read completely must not be written. */
	if (r >= 0 && len > FILE_BYTES_MAX)
		r = -EFBIG;
	if (r < 0)
		return r;
	autofree char *edited = settings_edit(text, len, key, word, &edited_len);

	return home_write(path, edited, edited_len);
}

static void speak(struct explorer *explorer, unsigned language)
{
	/* Chinese takes more than ASCII. */
	if (explorer->charset == CHARSET_ASCII || !explorer->speak) {
		explorer_say(explorer, _("this is heeded from the next start on"));
		return;
	}
	explorer->speak(settings_table[SETTINGS_LANG].words[language]);
	/* These texts were made in the old language. */
	explorer->help.made_for_cols = 0;
	live_rebuild(explorer->live);
}

/* Does what the setting now says. */
static void take_setting(struct explorer *explorer, enum settings_key key)
{
	unsigned value = explorer->settings.values.values[key];
	struct live *live = explorer->live;

	switch (key) {
	case SETTINGS_THEME:
		screen_theme(explorer->no_color ? THEME_MONO : (enum theme)value);
		if (explorer->no_color && value != THEME_MONO)
			explorer_say(explorer, _("no colors: NO_COLOR or --no-color says so"));
		break;
	case SETTINGS_COLUMNS:
		explorer->ui_state.left_out = ~value;
		break;
	case SETTINGS_DETAILS:
		explorer->detail_wanted = value == SETTINGS_ON;
		break;
	case SETTINGS_KERNEL_THREADS:
		live->options.kernel_threads = value == SETTINGS_ON;
		live_rebuild(live);
		break;
	case SETTINGS_FOLLOW:
		explorer->tree.follow = value == SETTINGS_ON;
		break;
	case SETTINGS_INTERVAL:
		live->interval_ms = value;
		break;
	case SETTINGS_MOUSE:
		explorer->mouse = value == SETTINGS_ON;
		screen_mouse(explorer->mouse);
		break;
	case SETTINGS_LANG:
		speak(explorer, value);
		break;
	case SETTINGS_BY:
	case SETTINGS_ASCII:
	default:
		explorer_say(explorer, _("this is heeded from the next start on"));
		break;
	}
}

static void on_changed(void *data, enum settings_key key)
{
	struct explorer *explorer = data;
	const char *path = explorer->settings.path;
	int r;

	take_setting(explorer, key);
	r = path ? keep(path, key, explorer->settings.values.values[key]) : 0;
	if (r < 0) {
		autofree char *message =
		    xasprintf(_("it can't be kept: %s: %s"), path, errand_error(r));

		explorer_say(explorer, message);
	}
}

void explorer_init_settings(struct explorer *explorer, const struct tui_options *options)
{
	static const enum settings_key at_start[] = {SETTINGS_COLUMNS, SETTINGS_DETAILS,
	    SETTINGS_KERNEL_THREADS, SETTINGS_FOLLOW, SETTINGS_MOUSE};

	settings_view_init(&explorer->settings, explorer->charset, &options->settings);
	explorer->settings.changed = on_changed;
	explorer->settings.data = explorer;
	explorer->no_color = options->no_color;
	explorer->speak = options->speak;
	explorer->write_graph = options->write_graph;
	for (size_t i = 0; i < array_len(at_start); i++)
		take_setting(explorer, at_start[i]);
	if (options->said) /* else what a lesson said stays */
		explorer_say(explorer, options->said);
}
