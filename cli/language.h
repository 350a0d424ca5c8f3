/* The language of messages and lessons. */
#pragma once

#include <stdbool.h>

enum { LANGUAGE_COUNT = 2 };

/* "en", "zh": also the names of the lessons' folders. */
extern const char *const language_codes[LANGUAGE_COUNT];

/* Sets locale and message catalogue.  Output is in UTF-8 where the environment names it, also without
 * an installed locale, and where @wanted needs it.
 * @wanted: "en", "zh", "zh_CN", …, or NULL for that of the environment.
 * Returns false where there is no such language; nothing is changed then. */
bool language_set(const char *wanted);

/* The same for the setting: "auto" is the language of the environment that nsscope began with. */
void language_speak(const char *code);

/* Only ASCII is printed from now on: the language is English. */
void language_use_ascii(void);

/* "en" or "zh". */
const char *language_code(void);

/* The locale C.UTF-8 and the catalogues, of the single file (make static), for a machine without them.
 * The C library opens them by path, so they are in a folder for as long as that takes.
 * Returns the folder, which stays the program's; NULL where there are none, or no folder can be
 * written. */
const char *builtin_folder(void);
/* Removes the folder, if there is one.  Files that are open stay usable. */
void builtin_remove(void);
