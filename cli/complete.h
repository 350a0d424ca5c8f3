/* What can stand in the place of the last word of a command line: told from the commands' own tables,
 * from the lessons that there are, and from the namespaces in sight. */
#pragma once

#include <stddef.h>

/* Prints, each on a line of standard output, what can stand there, a tab, and what it means.  A word
 * that ends with = or : is to be gone on with, without a blank.  Instead of words there may be a line
 * ":files", ":folders" or ":pids": the shell knows these itself.
 * @words: those behind "nsscope", the unfinished one last, which may be "". */
void complete_words(char *const *words, size_t count);
