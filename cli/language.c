#include "cli/language.h"

#include "lessons/play/shell.h"
#include "model/base/i18n.h"
#include "model/base/util.h" /* array_len */
#include "scanner/helper/errand.h"

#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef LOCALEDIR
#define LOCALEDIR "/usr/local/share/locale"
#endif

const char *const language_codes[LANGUAGE_COUNT] = {"en", "zh"};

/* The names of their catalogues. */
static const char *const catalogues[LANGUAGE_COUNT] = {"en", "zh_CN"};

enum { ENGLISH };

/* cli/static/files.c has the other ones. */
__attribute__((weak)) const char *builtin_folder(void)
{
	return NULL;
}

__attribute__((weak)) void builtin_remove(void)
{
}

static size_t current;
static bool only_ascii;

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

/* The value of the first of @variables that is set; NULL for none. */
static const char *environment_first(const char *const *variables)
{
	for (; *variables; variables++) {
		const char *value = getenv(*variables);
		if (value && *value)
			return value;
	}
	return NULL;
}

/* The language of the environment, in the order of gettext(3). */
static const char *environment_language(void)
{
	static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", NULL};
	static char *first; /* before language_set changes LANGUAGE */
	const char *value = environment_first(variables);

	if (!first) {
		const char *language = getenv("LANGUAGE");

		first = xstrdup(value ? value : language_codes[ENGLISH]);
		shell_language = language ? xstrdup(language) : NULL;
	}
	return first;
}

/* The order is that of setlocale(3). */
static bool environment_says_utf8(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG", NULL};
	const char *value = environment_first(variables);

	return value && (strcasestr(value, ".utf-8") || strcasestr(value, ".utf8"));
}

static bool writes_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Binds the built-in catalogue; else the one beside the program, as built; else the installed one. */
static void bind_catalogue(void)
{
	char path[PATH_MAX], *slash;
	const char *folder = current == ENGLISH ? NULL : builtin_folder();
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - sizeof("/locale/."));

	textdomain("nsscope");
	bindtextdomain("nsscope", LOCALEDIR);
	bind_textdomain_codeset("nsscope", "UTF-8");
	if (folder) {
		bindtextdomain("nsscope", folder);
		(void)gettext("Help"); /* opens it */
		return;
	}
	path[len < 0 ? 0 : len] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return;
	/* A folder only: in /usr/bin there is a program of that name, locale(1). */
	memcpy(slash, "/locale/.", sizeof("/locale/."));
	if (access(path, R_OK) == 0)
		bindtextdomain("nsscope", path);
}

/* Sets a locale that has nothing but UTF-8, called @name; setlocale(3). */
static void use_utf8_for(int category, const char *name)
{
	const char *folder;

	if (setlocale(category, name) || !(folder = builtin_folder()))
		return;
	setenv("LOCPATH", folder, 1);
	setlocale(category, name);
	unsetenv("LOCPATH");
}

static void use_utf8(void)
{
	if (!writes_utf8())
		use_utf8_for(LC_CTYPE, "C.UTF-8");
}

/* gettext reads LANGUAGE in any locale but "C" and, in glibc 2.41 though not in 2.36, "C.UTF-8".  Where no
 * locale of the language was generated that is the only one; glibc finds it also with a territory, and
 * then its name differs. */
static void use_messages(void)
{
	const char *name = setlocale(LC_MESSAGES, NULL);

	if (strcmp(name, "POSIX") == 0 || (name[0] == 'C' && strchr(".", name[1])))
		use_utf8_for(LC_MESSAGES, "C_XX.UTF-8");
}

void language_use_ascii(void)
{
	only_ascii = true;
	language_set(language_codes[ENGLISH]);
}

/* Makes the C library read now what it would read in the explorer's loop: the time zone, tzset(3), and the
 * catalogue of its own messages. */
static void read_ahead(void)
{
	const char *zone = getenv("TZ");

	zone = zone && *zone == ':' ? zone + 1 : zone;
	/* Then the time zone is the machine's. */
	if (zone && *zone == '/' && !errand_answers(zone))
		unsetenv("TZ");
	tzset();
	(void)strerror(EPERM);
}

bool language_set(const char *wanted)
{
	size_t language = language_find(wanted ? wanted : environment_language());
	const char *locales;

	if (language == LANGUAGE_COUNT) {
		if (wanted)
			return false;
		language = ENGLISH;
	}
	locales = getenv("LOCPATH");
	if (locales && !errand_answers(locales))
		unsetenv("LOCPATH");
	setlocale(LC_ALL, "");
	/* UTF-8 needs no generated locale of the language. */
	if (environment_says_utf8() || (wanted && language != ENGLISH))
		use_utf8();
	/* In ASCII other languages would be escapes. */
	if (only_ascii || !writes_utf8())
		language = ENGLISH;
	current = language;
	setlocale(LC_NUMERIC, "C"); /* reports are read by programs too */
	use_messages();
	setenv("LANGUAGE", catalogues[language], 1);
	bind_catalogue();
	builtin_remove();
	read_ahead();
	return true;
}

void language_speak(const char *code)
{
	language_set(strcmp(code, "auto") == 0 ? NULL : code);
}

const char *language_code(void)
{
	return language_codes[current];
}
