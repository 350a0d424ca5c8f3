/* A folder of a test's own, with files in it, that is removed in the end. */
#pragma once

/* Makes it, "/tmp/nsscope-test-…", after the one before is removed.  Valid until then. */
const char *folder_make(void);
/* Writes @text into the file @name, "en/uts.md", and makes the folders above it. */
void folder_write(const char *name, const char *text);
/* The text of the file, NULL where there is none.  To be freed. */
char *folder_read(const char *name);
/* Removes it with all that is in it; fine when there is none. */
void folder_remove(void);
