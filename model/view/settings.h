/* The permanent settings: one table has the keys of the file, the lines of the settings screen, and
 * the --help text of the options that set the same.
 *
 * The file is plain text for an editor:
 *
 *     # for the lecture hall
 *     theme = contrast
 *     columns = pid user strip   # no INSIDE
 *
 * Blank lines are ignored, as is the rest of a line from a # at its beginning or behind a blank. The
 * last line with a key counts. The program changes only the bytes of a value. */
#pragma once

#include "model/base/i18n.h"

#include <stdbool.h>
#include <stddef.h>

enum settings_key {
	SETTINGS_THEME,
	SETTINGS_BY,
	SETTINGS_COLUMNS,
	SETTINGS_DETAILS,
	SETTINGS_KERNEL_THREADS,
	SETTINGS_FOLLOW,
	SETTINGS_INTERVAL,
	SETTINGS_MOUSE,
	SETTINGS_LANG,
	SETTINGS_ASCII,
	SETTINGS_COUNT,
};

enum settings_kind {
	SETTINGS_CHOICE, /* one of the words; its value is the word's number */
	SETTINGS_SET,    /* some of the words, or "none"; its value has a bit for each */
	SETTINGS_NUMBER, /* from least to most, or the only word, whose value is 0 */
};

/* The help of options of the command line, too; msgids. */
#define SETTINGS_HELP_THEME    N_("colors; contrast is for projectors")
#define SETTINGS_HELP_BY       N_("group by pid, type, owner or group")
#define SETTINGS_HELP_INTERVAL N_("milliseconds between scans (50 to 60000)")
#define SETTINGS_HELP_LANG     N_("speak this language")
#define SETTINGS_HELP_ASCII    N_("use no character but those of ASCII")

struct settings_info {
	const char *name; /* as in the file, and of the option that says the same */
	enum settings_kind kind;
	const char *const *words; /* NULL ends them */
	unsigned least, most;     /* SETTINGS_NUMBER */
	unsigned start;           /* the default value */
	const char *title;        /* msgid */
	const char *help;         /* msgid; as a summary of options is written */
};

extern const struct settings_info settings_table[SETTINGS_COUNT];

/* The values of switches; columns have enum row_column. */
enum { SETTINGS_OFF, SETTINGS_ON };

struct settings {
	unsigned values[SETTINGS_COUNT];
};

/* The setting called @name; SETTINGS_COUNT for none. */
enum settings_key settings_find(const char *name);

/* Sets all to their defaults. */
void settings_init(struct settings *settings);

/* Reads one value as the file has it, @len bytes. Returns false, and leaves @ret, where it is not
 * valid for @key. */
bool settings_value(enum settings_key key, const char *text, size_t len, unsigned *ret);
/* The value as the file has it.  To be freed. */
char *settings_text(enum settings_key key, unsigned value);
/* The valid values of @key, for the reader: "auto, 50 to 60000". To be freed. */
char *settings_choices(enum settings_key key);
/* The value after @value (@step 1) or before it (-1), around the end; of a number, one of some round
 * ones. */
unsigned settings_step(enum settings_key key, unsigned value, int step);

/* Reads a file: sets its keys and leaves the others. An invalid line is skipped, after a call of
 * @complain (may be NULL).
 * @line: from 1. @message: translated, without the name of the file; raw where it quotes. */
void settings_read(struct settings *settings, const char *text, size_t len,
    void (*complain)(void *data, size_t line, const char *message), void *data);

/* The file @text, @len bytes (NULL for none), with @value for @key: the last line with that key is
 * changed, its comment and blanks stay; where there is none, one is added.
 * Returns a NUL-terminated text of *@ret_len bytes, to be freed. */
char *settings_edit(
    const char *text, size_t len, enum settings_key key, const char *value, size_t *ret_len);
