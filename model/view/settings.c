/* The table of the settings, and their values as text. */
#include "model/view/settings.h"

#include "model/base/util.h"
#include "model/view/rowline.h"

#include <stdio.h>
#include <string.h>

static const char *const switch_words[] = {"off", "on", NULL};
/* In the order of enum theme, which has the colors. */
static const char *const theme_words[] = {"auto", "dark", "light", "contrast", "mono", NULL};
static const char *const by_words[] = {"pid", "type", "owner", "room", NULL};
static const char *const column_words[] = {
    [COLUMN_PID] = "pid",
    [COLUMN_INSIDE] = "inside",
    [COLUMN_USER] = "user",
    [COLUMN_NAMESPACES] = "strip",
    [COLUMN_COUNT] = NULL,
};
static const char *const interval_words[] = {"auto", NULL};
static const char *const lang_words[] = {"auto", "en", "zh", NULL};

static const char none[] = "none"; /* of a set */

const struct settings_info settings_table[SETTINGS_COUNT] = {
    [SETTINGS_THEME] = {"theme", SETTINGS_CHOICE, theme_words, 0, 0, 0, N_("Colors"),
        SETTINGS_HELP_THEME},
    [SETTINGS_BY] = {"by", SETTINGS_CHOICE, by_words, 0, 0, GROUP_BY_PID, N_("Grouping at start"),
        SETTINGS_HELP_BY},
    [SETTINGS_COLUMNS] = {"columns", SETTINGS_SET, column_words, 0, 0, (1u << COLUMN_COUNT) - 1,
        N_("Columns"), N_("beside the tree, where there is room")},
    [SETTINGS_DETAILS] = {"details", SETTINGS_CHOICE, switch_words, 0, 0, SETTINGS_ON,
        N_("Details at start"), N_("show the detail pane")},
    [SETTINGS_KERNEL_THREADS] = {"kernel-threads", SETTINGS_CHOICE, switch_words, 0, 0,
        SETTINGS_OFF, N_("Kernel threads"), N_("show the kernel's threads too")},
    [SETTINGS_FOLLOW] = {"follow", SETTINGS_CHOICE, switch_words, 0, 0, SETTINGS_OFF, N_("Follow"),
        N_("stay with the selected process when it moves")},
    [SETTINGS_INTERVAL] = {"interval", SETTINGS_NUMBER, interval_words, 50, 60000, 0, N_("Refresh"),
        SETTINGS_HELP_INTERVAL},
    [SETTINGS_MOUSE] = {"mouse", SETTINGS_CHOICE, switch_words, 0, 0, SETTINGS_ON, N_("Mouse"),
        N_("off: the terminal can mark and copy with it")},
    [SETTINGS_LANG] = {"lang", SETTINGS_CHOICE, lang_words, 0, 0, 0, N_("Language"),
        SETTINGS_HELP_LANG},
    [SETTINGS_ASCII] = {"ascii", SETTINGS_CHOICE, switch_words, 0, 0, SETTINGS_OFF, "ASCII",
        SETTINGS_HELP_ASCII},
};

/* What F2 goes through; all are between least and most. */
static const unsigned round_numbers[] = {0, 100, 250, 500, 1000, 2000, 5000, 10000};

static size_t count_words(const struct settings_info *info)
{
	size_t count = 0;

	while (info->words[count])
		count++;
	return count;
}

enum settings_key settings_find(const char *name)
{
	enum settings_key key = 0;

	while (key < SETTINGS_COUNT && strcmp(name, settings_table[key].name) != 0)
		key++;
	return key;
}

void settings_init(struct settings *settings)
{
	for (enum settings_key key = 0; key < SETTINGS_COUNT; key++)
		settings->values[key] = settings_table[key].start;
}

/* --- A value ---------------------------------------------------------------------------------- */

static bool is_word(const char *word, const char *text, size_t len)
{
	return strlen(word) == len && memcmp(word, text, len) == 0;
}

static bool find_word(
    const struct settings_info *info, const char *text, size_t len, unsigned *ret_at)
{
	for (unsigned i = 0; info->words[i]; i++) {
		if (!is_word(info->words[i], text, len))
			continue;
		*ret_at = i;
		return true;
	}
	return false;
}

static bool is_between(char c)
{
	return c == ' ' || c == '\t' || c == ',';
}

/* The next word at @at of a set; returns its length, 0 at the end. */
static size_t next_word(const char *text, size_t len, size_t *at)
{
	size_t from;

	while (*at < len && is_between(text[*at]))
		++*at;
	for (from = *at; *at < len && !is_between(text[*at]); ++*at)
		;
	return *at - from;
}

static bool read_set(const struct settings_info *info, const char *text, size_t len, unsigned *ret)
{
	unsigned set = 0, at;
	size_t end = 0, word;

	if (!is_word(none, text, len)) {
		while ((word = next_word(text, len, &end)) > 0) {
			if (!find_word(info, text + end - word, word, &at))
				return false;
			set |= 1u << at;
		}
		if (set == 0)
			return false;
	}
	*ret = set;
	return true;
}

static bool read_number(
    const struct settings_info *info, const char *text, size_t len, unsigned *ret)
{
	unsigned number = 0;

	if (len == 0 || len > 9)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (unsigned)(text[i] - '0');
	}
	if (number < info->least || number > info->most)
		return false;
	*ret = number;
	return true;
}

bool settings_value(enum settings_key key, const char *text, size_t len, unsigned *ret)
{
	const struct settings_info *info = &settings_table[key];

	if (info->kind == SETTINGS_SET)
		return read_set(info, text, len, ret);
	return find_word(info, text, len, ret) ||
	       (info->kind == SETTINGS_NUMBER && read_number(info, text, len, ret));
}

/* Puts " " and @word behind @text, which is freed. */
static char *join(char *text, const char *between, const char *word)
{
	char *joined = text ? xasprintf("%s%s%s", text, between, word) : xstrdup(word);

	free(text);
	return joined;
}

char *settings_text(enum settings_key key, unsigned value)
{
	const struct settings_info *info = &settings_table[key];
	char *text = NULL;

	if (info->kind == SETTINGS_NUMBER)
		return value == 0 ? xstrdup(info->words[0]) : xasprintf("%u", value);
	if (info->kind == SETTINGS_CHOICE)
		return xstrdup(info->words[value]);
	for (size_t i = 0; info->words[i]; i++) {
		if (value & 1u << i)
			text = join(text, " ", info->words[i]);
	}
	return text ? text : xstrdup(none);
}

char *settings_choices(enum settings_key key)
{
	const struct settings_info *info = &settings_table[key];
	char *text = NULL;

	for (size_t i = 0; info->words[i]; i++)
		text = join(text, ", ", info->words[i]);
	if (info->kind == SETTINGS_SET)
		text = join(text, ", ", none);
	if (info->kind == SETTINGS_NUMBER) {
		autofree char *range = xasprintf(_("%u to %u"), info->least, info->most);

		text = join(text, ", ", range);
	}
	return text;
}

unsigned settings_step(enum settings_key key, unsigned value, int step)
{
	const struct settings_info *info = &settings_table[key];
	size_t count = count_words(info), at = 0;

	if (info->kind == SETTINGS_CHOICE && count > 0)
		return (unsigned)((value + count + (size_t)step) % count);
	if (info->kind != SETTINGS_NUMBER)
		return value;
	/* From between two round numbers to the next one in that direction. */
	count = array_len(round_numbers);
	if (step > 0) {
		while (at < count && round_numbers[at] <= value)
			at++;
		return round_numbers[at % count];
	}
	while (at < count && round_numbers[at] < value)
		at++;
	return round_numbers[(at + count - 1) % count];
}
