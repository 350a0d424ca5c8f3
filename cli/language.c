#include "cli/language.h"

#include "model/i18n.h"
#include "model/util.h" /* array_len */

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef LOCALEDIR
#define LOCALEDIR "/usr/local/share/locale"
#endif

const char *const language_codes[LANGUAGE_COUNT] = {"en", "zh"};

/* The names of their catalogues. */
static const char *const catalogues[LANGUAGE_COUNT] = {"en", "zh_CN"};

static size_t current;

/* A language is named by its code, or by a locale name that begins with it: "zh_CN.UTF-8".
 * Returns LANGUAGE_COUNT for none. */
static size_t language_find(const char *name)
{
	size_t i = 0;

	for (; i < LANGUAGE_COUNT; i++) {
		size_t len = strlen(language_codes[i]);
		if (strncmp(name, language_codes[i], len) == 0 && strchr("_-.@:", name[len]))
			break;
	}
	return i;
}

/* What the environment asks for, in gettext's order; gettext(3). */
static const char *environment_language(void)
{
	static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < array_len(variables); i++) {
		const char *value = getenv(variables[i]);
		if (value && *value)
			return value;
	}
	return "en";
}

/* The catalogue beside the program (as built), else the installed one. */
static void bind_catalogue(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - sizeof("/locale"));

	textdomain("nsscope");
	bindtextdomain("nsscope", LOCALEDIR);
	bind_textdomain_codeset("nsscope", "UTF-8");
	if (len <= 0)
		return;
	path[len] = '\0';
	char *slash = strrchr(path, '/');
	if (!slash)
		return;
	memcpy(slash, "/locale", sizeof("/locale"));
	if (access(path, R_OK) == 0)
		bindtextdomain("nsscope", path);
}

bool language_set(const char *wanted)
{
	size_t language = language_find(wanted ? wanted : environment_language());

	if (language == LANGUAGE_COUNT) {
		if (wanted)
			return false;
		language = 0;
	}
	current = language;
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* reports are read by programs too */
	/* gettext looks at LANGUAGE in any locale but "C"; C.UTF-8 is there where no locale of the
	 * language was generated. */
	const char *messages = setlocale(LC_MESSAGES, NULL);
	if (strcmp(messages, "C") == 0 || strcmp(messages, "POSIX") == 0)
		setlocale(LC_MESSAGES, "C.UTF-8");
	setenv("LANGUAGE", catalogues[language], 1);
	bind_catalogue();
	return true;
}

const char *language_code(void)
{
	return language_codes[current];
}
