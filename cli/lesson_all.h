/* All lessons, one after the other, without a screen. */
#pragma once

#include "cli/lesson_plain.h"
#include "lessons/play/library.h"

/* Plays them and sums up.  @trust: those that are not built in may run lines of a shell.
 * Returns EXIT_FAILED where something failed, else EXIT_FORBIDDEN where one can't be played here,
 * else EXIT_DONE; standard output is not finished. */
int lesson_all(
    const struct library *library, const struct lesson_plain_options *options, bool trust);

/* The lesson of @entry; NULL after a message on standard error. */
struct lesson *cli_load_lesson(
    const struct library *library, const struct library_entry *entry, bool trust);
