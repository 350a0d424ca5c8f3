/* Files that the single file carries with it (make static): the locale C.UTF-8 and the catalogues, for a
 * machine where they are not installed.  A program that is installed has none (cli/builtin.c).
 *
 * The C library opens such things by their path only, so they are written into a folder of ours for
 * as long as it takes to open them.
 */
#pragma once

/* Writes them.  Returns the folder that they are in, which stays the program's; or NULL where there
 * are none, or no folder can be written to. */
const char *builtin_folder(void);

/* Removes the folder, if there is one.  What was opened stays usable. */
void builtin_remove(void);
