/* The person's settings, read before the command line. */
#pragma once

#include "model/view/settings.h"

/* Reads the file, if there is one, after the values where nobody says anything; takes up language and
 * characters.  What is wrong in it is told on standard error, and the rest counts.
 * @ret_said: the first such message, for the screen; to be freed, NULL where all is well. */
void settings_begin(struct settings *ret_settings, char **ret_said);

/* Reads what the option of the same name as @key, a choice, takes.
 * Returns EXIT_DONE, or EXIT_USAGE after a message. */
int settings_option(enum settings_key key, const char *value, struct settings *settings);
