/* Programs that shell lines and actors run: where they are, and what they are. */
#pragma once

#include <stdbool.h>

/* Is there a program called @name in one of the folders of @path ("/bin:/usr/bin"; NULL: none), or
 * where the system keeps what is root's (sbin)? */
bool program_is_there(const char *name, const char *path);
/* Its file, to be freed; NULL for none. */
char *program_find(const char *name, const char *path);
/* Is @file one program with many names, BusyBox or Toybox? */
bool program_is_applet(const char *file, const char *path);
