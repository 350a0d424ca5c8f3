/* Which language is spoken. */
#pragma once

#include <stdbool.h>

enum { LANGUAGE_COUNT = 2 };

/* "en", "zh": also the names of the lessons' folders. */
extern const char *const language_codes[LANGUAGE_COUNT];

/* Sets locale and message catalogue.  Output is in UTF-8 where the environment names it, also for
 * a locale that is not installed, and where @wanted can't be written otherwise.
 * @wanted: "en", "zh", "zh_CN", …, or NULL for what the environment says.
 * Returns false where there is no such language; nothing is changed then. */
bool language_set(const char *wanted);

/* The same from one of the settings: "auto" is what the environment said before anything was set. */
void language_speak(const char *code);

/* No character past ASCII is to be written: from now on only English will do. */
void language_use_ascii(void);

/* "en" or "zh": the language of the lessons that fits. */
const char *language_code(void);
