#include "cli/settings.h"

#include "cli/cli.h"
#include "cli/language.h"
#include "cli/report.h"
#include "lessons/play/xdg_file.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"

#include <errno.h>
#include <string.h>

enum { FILE_BYTES_MAX = 64 * 1024 };

struct reading {
	const char *path;
	char *said; /* the first complaint */
};

static void complain(void *data, size_t line, const char *message)
{
	struct reading *reading = data;
	autofree char *text = xasprintf("%s:%zu: %s", reading->path, line, message);

	report_error("", "%s", text);
	if (!reading->said)
		reading->said = xstrdup(text);
}

static void take_up(const struct settings *settings)
{
	unsigned language = settings->values[SETTINGS_LANG];

	if (settings->values[SETTINGS_ASCII] == SETTINGS_ON) {
		report_use_ascii();
		language_use_ascii();
	} else if (language > 0) {
		language_set(settings_table[SETTINGS_LANG].words[language]);
	}
}

void settings_begin(struct settings *ret_settings, char **ret_said)
{
	autofree char *path = home_path(HOME_CONFIG, "config", false);
	autofree char *text = NULL;
	struct reading reading = {.path = path};
	size_t len = 0;
	int r = path ? home_read(path, FILE_BYTES_MAX, &text, &len) : 0;

	settings_init(ret_settings);
	/* Who became another user without that one's environment (setpriv(1), su(1)) has no settings
	 * in a home that is closed to them. */
	if (r == -EACCES && !home_is_own(HOME_CONFIG))
		r = 0;
	if (r < 0) {
		reading.said = xasprintf("%s: %s", path, errand_error(r));
		report_error("", "%s", reading.said);
	}
	if (text)
		settings_read(ret_settings, text, len, complain, &reading);
	take_up(ret_settings);
	*ret_said = reading.said;
}

int settings_option(enum settings_key key, const char *value, struct settings *settings)
{
	const struct settings_info *info = &settings_table[key];
	size_t count = 0;

	if (settings_value(key, value, strlen(value), &settings->values[key]))
		return EXIT_DONE;
	while (info->words[count])
		count++;
	return report_bad_value("", info->name, value, info->words, count);
}
