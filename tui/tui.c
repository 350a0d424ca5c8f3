#include "tui/tui.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/privileges.h"
#include "tui/core/live.h"
#include "tui/core/screen.h"
#include "tui/core/signals.h"
#include "tui/explorer.h"
#include "tui/loop.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>

static enum charset choose_charset(bool ascii)
{
	return ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0 ? CHARSET_ASCII : CHARSET_UTF8;
}

static bool no_color(const struct tui_options *options)
{
	const char *value = getenv("NO_COLOR"); /* no-color.org: set and not empty */

	return options->no_color || (value && *value);
}

/* With the screen open: runs until the end.  Returns a signal, or 0. */
static int explore(struct live *live, const struct tui_options *options)
{
	struct explorer explorer;

	oom_handler = screen_rescue;
	explorer_init(&explorer, live, options);
	int signal = loop_run(&explorer);

	/* Restores the terminal first: ending a stage may take some time. */
	screen_stop();
	explorer_done(&explorer);
	oom_handler = NULL;
	return signal;
}

int tui_run(const struct tui_options *options)
{
	const unsigned *settings = options->settings.values;
	enum charset charset = choose_charset(options->ascii);
	enum theme theme = no_color(options) ? THEME_MONO : (enum theme)settings[SETTINGS_THEME];
	struct live *live = NULL;
	int signal = 0;
	int r = 0;

	privileges_hold();
	if (options->recording)
		live = live_new_recorded(
		    charset, settings[SETTINGS_BY], options->recording, options->recording_at);
	else
		r = live_new(charset, settings[SETTINGS_BY], settings[SETTINGS_INTERVAL], &live);

	if (r < 0) {
		autofree char *text = scan_error_text(r);

		fprintf(stderr, "nsscope: %s\n", text);
		return r;
	}
	/* Before curses, which keeps handlers that are already set. */
	r = signals_start();
	if (r < 0)
		fprintf(stderr, _("nsscope: signals can't be handled: %s\n"), strerror(-r));
	if (r >= 0)
		r = screen_start(charset, theme);
	if (r >= 0)
		signal = explore(live, options);
	signals_stop();
	live_free(live);
	privileges_release();
	if (signal != 0)
		signals_raise(signal);
	return r;
}

int tui_terminal(int *ret_colors)
{
	struct terminal terminal;
	int r = terminal_find(&terminal);

	terminal_forget();
	if (r == 0)
		*ret_colors = terminal.colors;
	return r;
}
