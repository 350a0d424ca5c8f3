/* The file of the settings: read with a word on each line that is wrong, and edited without
 * touching a byte that need not be. */
#include "model/base/i18n.h"
#include "model/base/nearest.h"
#include "model/base/util.h"
#include "model/view/settings.h"

#include <string.h>

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

/* --- Reading ---------------------------------------------------------------------------------- */

/* "theme: there is no such setting". */
static char *unknown_key(const char *word)
{
	const char *names[SETTINGS_COUNT];

	for (enum settings_key key = 0; key < SETTINGS_COUNT; key++)
		names[key] = settings_table[key].name;
	const char *nearest = nearest_word(word, names, SETTINGS_COUNT);
	return nearest ? xasprintf(_("there is no setting \"%s\"; is %s meant?"), word, nearest)
	               : xasprintf(_("there is no setting \"%s\""), word);
}

static char *bad_value(enum settings_key key, const char *word)
{
	const struct settings_info *info = &settings_table[key];
	autofree char *choices = settings_choices(key);
	size_t count = 0;

	while (info->words[count])
		count++;
	const char *nearest = nearest_word(word, info->words, count);
	return nearest ? xasprintf(_("\"%s\" is no value of %s; is %s meant? (%s)"), word,
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
	size_t number = 0, at = 0;

	while (at < len) {
		const char *line = text + at, *newline = memchr(line, '\n', len - at);
		size_t line_len = newline ? (size_t)(newline - line) : len - at;
		struct entry entry;

		number++;
		at += line_len + 1;
		if (!take_line(line, line_len, &entry))
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
	bool found = false;

	for (size_t at = 0; at < len;) {
		const char *line = text + at, *newline = memchr(line, '\n', len - at);
		size_t line_len = newline ? (size_t)(newline - line) : len - at;
		struct entry entry;

		at += line_len + 1;
		if (!take_line(line, line_len, &entry) || !entry.value ||
		    entry.key_len != strlen(name) || memcmp(entry.key, name, entry.key_len) != 0)
			continue;
		*ret = entry;
		found = true;
	}
	return found;
}

struct buffer {
	char *bytes;
	size_t len, capacity;
};

static void put(struct buffer *buffer, const char *bytes, size_t len)
{
	array_reserve(buffer->bytes, buffer->capacity, buffer->len + len + 1);
	if (len > 0)
		memcpy(buffer->bytes + buffer->len, bytes, len);
	buffer->len += len;
	buffer->bytes[buffer->len] = '\0';
}

static void puts_into(struct buffer *buffer, const char *string)
{
	put(buffer, string, strlen(string));
}

char *settings_edit(
    const char *text, size_t len, enum settings_key key, const char *value, size_t *ret_len)
{
	struct buffer buffer = {0};
	struct entry entry;

	if (text && find_last(text, len, key, &entry)) {
		const char *end = entry.value + entry.value_len;

		put(&buffer, text, (size_t)(entry.value - text));
		/* "key=" and "key= # why" need blanks that are not there. */
		if (entry.value_len == 0 && entry.value[-1] == '=')
			puts_into(&buffer, " ");
		puts_into(&buffer, value);
		if (entry.value_len == 0 && end < text + len && *end == '#')
			puts_into(&buffer, " ");
		put(&buffer, end, (size_t)(text + len - end));
	} else {
		if (text && len > 0)
			put(&buffer, text, len);
		else
			puts_into(&buffer, head);
		if (buffer.bytes[buffer.len - 1] != '\n')
			puts_into(&buffer, "\n");
		puts_into(&buffer, settings_table[key].name);
		puts_into(&buffer, " = ");
		puts_into(&buffer, value);
		puts_into(&buffer, "\n");
	}
	*ret_len = buffer.len;
	return buffer.bytes;
}
