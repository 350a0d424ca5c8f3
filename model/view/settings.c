/* The settings: the table, the values as text, and the file.  The file is edited without a change of other bytes. */
#include "model/view/settings.h"

#include "model/base/bytes.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/rowline.h"

#include <stdio.h>
#include <string.h>

static const char *const switch_words[] = {"off", "on", NULL};
/* In the order of enum theme, which has the colors. */
static const char *const theme_words[] = {"auto", "dark", "light", "contrast", "mono", NULL};
static const char *const by_words[] = {"pid", "type", "owner", "group", NULL};
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
        N_("Columns"), N_("beside the tree, if the screen is wide enough")},
    [SETTINGS_DETAILS] = {"details", SETTINGS_CHOICE, switch_words, 0, 0, SETTINGS_ON,
        N_("Details at start"), N_("show the detail pane")},
    [SETTINGS_KERNEL_THREADS] = {"kernel-threads", SETTINGS_CHOICE, switch_words, 0, 0,
        SETTINGS_OFF, N_("Kernel threads"), N_("show the kernel's threads too")},
    [SETTINGS_FOLLOW] = {"follow", SETTINGS_CHOICE, switch_words, 0, 0, SETTINGS_OFF, N_("Follow"),
        N_("stay with the selected process when it moves")},
    [SETTINGS_INTERVAL] = {"interval", SETTINGS_NUMBER, interval_words, 50, 60000, 0, N_("Refresh"),
        SETTINGS_HELP_INTERVAL},
    [SETTINGS_MOUSE] = {"mouse", SETTINGS_CHOICE, switch_words, 0, 0, SETTINGS_ON, N_("Mouse"),
        N_("off: the terminal can select and copy with it")},
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

static bool read_value_number(
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
	       (info->kind == SETTINGS_NUMBER && read_value_number(info, text, len, ret));
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

/* --- The file --------------------------------------------------------------------------------- */

/* The file of the settings: read with a word on each line that is wrong, and edited without
 * touching a byte that need not be. */

static const char head[] =
    "# Settings of nsscope, see nsscope(1): key = value.  The program changes "
    "values only.\n";

/* What a line says: where in it key and value are. */
struct entry {
	const char *key, *value; /* NULL: no value, there is no "=" */
	size_t key_len, value_len;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Takes blanks from both ends. */
static void trim(const char **text, size_t *len)
{
	while (*len > 0 && is_blank(**text)) {
		++*text;
		--*len;
	}
	while (*len > 0 && is_blank((*text)[*len - 1]))
		--*len;
}

/* Where the comment begins, or the end. */
static size_t comment(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (line[i] == '#' && (i == 0 || is_blank(line[i - 1])))
			return i;
	}
	return len;
}

/* Returns false for a line that says nothing. */
static bool take_line(const char *line, size_t len, struct entry *ret)
{
	struct entry entry = {.key = line, .key_len = comment(line, len)};
	const char *equals = memchr(line, '=', entry.key_len);

	if (equals) {
		entry.value = equals + 1;
		entry.value_len = entry.key_len - (size_t)(entry.value - line);
		entry.key_len = (size_t)(equals - line);
		trim(&entry.value, &entry.value_len);
	}
	trim(&entry.key, &entry.key_len);
	*ret = entry;
	return equals || entry.key_len > 0;
}

/* Goes on to the line at *@at of @text.  @ret_filled: it has an entry.  Returns false at the end. */
static bool next_line(const char *text, size_t len, size_t *at, struct entry *ret, bool *ret_filled)
{
	const char *line = text + *at, *newline;
	size_t line_len;

	if (*at >= len)
		return false;
	newline = memchr(line, '\n', len - *at);
	line_len = newline ? (size_t)(newline - line) : len - *at;
	*at += line_len + 1;
	*ret_filled = take_line(line, line_len, ret);
	return true;
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* "theme: there is no such setting". */
static char *unknown_key(const char *word)
{
	const char *names[SETTINGS_COUNT];

	for (enum settings_key key = 0; key < SETTINGS_COUNT; key++)
		names[key] = settings_table[key].name;
	const char *nearest = nearest_word(word, names, SETTINGS_COUNT);
	return nearest ? xasprintf(_("there is no setting \"%s\"; did you mean %s?"), word, nearest)
	               : xasprintf(_("there is no setting \"%s\""), word);
}

static char *bad_value(enum settings_key key, const char *word)
{
	const struct settings_info *info = &settings_table[key];
	autofree char *choices = settings_choices(key);
	const char *nearest = nearest_word(word, info->words, count_words(info));

	return nearest ? xasprintf(_("\"%s\" is no value of %s; did you mean %s? (%s)"), word,
	                     info->name, nearest, choices)
	               : xasprintf(_("\"%s\" is no value of %s (%s)"), word, info->name, choices);
}

/* The first word of a set that is none of its own; else all of the value. */
static char *wrong_word(enum settings_key key, const struct entry *entry)
{
	const char *at = entry->value, *end = at + entry->value_len;

	while (settings_table[key].kind == SETTINGS_SET && at < end) {
		size_t len = 0;
		unsigned value;

		while (at + len < end && !strchr(" \t,", at[len]))
			len++;
		if (len > 0 && !settings_value(key, at, len, &value))
			return xstrndup(at, len);
		at += len + (at + len < end);
	}
	return xstrndup(entry->value, entry->value_len);
}

/* Returns what is wrong, to be freed, or NULL. */
static char *read_entry(struct settings *settings, const struct entry *entry)
{
	autofree char *word = xstrndup(entry->key, entry->key_len);
	enum settings_key key = settings_find(word);

	if (key == SETTINGS_COUNT)
		return unknown_key(word);
	if (!entry->value)
		return xasprintf(_("\"%s\" has no value: write %s = VALUE"), word, word);
	if (settings_value(key, entry->value, entry->value_len, &settings->values[key]))
		return NULL;
	autofree char *wrong = wrong_word(key, entry);

	return bad_value(key, wrong);
}

void settings_read(struct settings *settings, const char *text, size_t len,
    void (*complain)(void *data, size_t line, const char *message), void *data)
{
	struct entry entry;
	bool filled;

	for (size_t number = 1, at = 0; next_line(text, len, &at, &entry, &filled); number++) {
		if (!filled)
			continue;
		autofree char *wrong = read_entry(settings, &entry);

		if (wrong && complain)
			complain(data, number, wrong);
	}
}

/* --- Editing ---------------------------------------------------------------------------------- */

/* The value of the last line that says something of @key. */
static bool find_last(const char *text, size_t len, enum settings_key key, struct entry *ret)
{
	const char *name = settings_table[key].name;
	struct entry entry;
	bool found = false, filled;

	for (size_t at = 0; next_line(text, len, &at, &entry, &filled);) {
		if (!filled || !entry.value || entry.key_len != strlen(name) ||
		    memcmp(entry.key, name, entry.key_len) != 0)
			continue;
		*ret = entry;
		found = true;
	}
	return found;
}

static void put_string(struct bytes *out, const char *string)
{
	bytes_put(out, string, strlen(string));
}

char *settings_edit(
    const char *text, size_t len, enum settings_key key, const char *value, size_t *ret_len)
{
	struct bytes out = {0};
	struct entry entry;

	if (text && find_last(text, len, key, &entry)) {
		const char *end = entry.value + entry.value_len;

		bytes_put(&out, text, (size_t)(entry.value - text));
		/* "key=" and "key= # why" need blanks that are not there. */
		if (entry.value_len == 0 && entry.value[-1] == '=')
			put_string(&out, " ");
		put_string(&out, value);
		if (entry.value_len == 0 && end < text + len && *end == '#')
			put_string(&out, " ");
		bytes_put(&out, end, (size_t)(text + len - end));
	} else {
		if (text && len > 0)
			bytes_put(&out, text, len);
		else
			put_string(&out, head);
		if (out.data[out.len - 1] != '\n')
			put_string(&out, "\n");
		put_string(&out, settings_table[key].name);
		put_string(&out, " = ");
		put_string(&out, value);
		put_string(&out, "\n");
	}
	*ret_len = out.len;
	bytes_put(&out, "", 1);
	return (char *)out.data;
}
