/* Small files of text that nsscope keeps for a person, in the folders that the XDG Base Directory
 * Specification names.
 *
 * A home may be on a file system that does not answer; then each of these gives up after a while (errand.h), and
 * returns -ETIMEDOUT where it returns an -errno.
 *
 * They are hostile input as any file.  Root leaves no file in another's home (sudo keeps HOME on
 * some systems): it would be in the way of whose it is. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum home_kind {
	HOME_CONFIG,  /* $XDG_CONFIG_HOME, else ~/.config */
	HOME_STATE,   /* $XDG_STATE_HOME, else ~/.local/state */
	HOME_RUNTIME, /* $XDG_RUNTIME_DIR where that is private, else HOME_STATE */
};

/* The path of nsscope/@name there; NULL where there is no place for it: no home, or, where it is to
 * be written, one that is another user's.  To be freed. */
char *home_path(enum home_kind kind, const char *name, bool to_write);

/* Does the home, or what the environment names in its place, belong to the user that this process is?
 * False too where it can't be looked at. */
bool home_is_own(enum home_kind kind);

/* Makes the folder of @path and those above it, for this user alone.  Returns 0 or -errno. */
int home_make_folders(const char *path);

/* Reads at most @most bytes of @path.  @ret_text: NUL-terminated behind *@ret_len bytes, to be
 * freed; NULL where there is no such file, which is no error.
 * Returns 0, -EINVAL (it is no regular file) or another -errno. */
int home_read(const char *path, size_t most, char **ret_text, size_t *ret_len);

/* Writes @path anew, beside the old one, which it then takes the place of: a reader sees the old
 * or the new one, whole.  What it replaces keeps its mode, and a symbolic link its place; new files
 * and folders are for this user alone.
 * Returns 0 or -errno; nothing has changed then. */
int home_write(const char *path, const char *text, size_t len);

/* Writes a file that the person named: whole, beside it, under another name until then.
 * @replace: takes the place of one that is there.
 * Returns 0, -EEXIST (there is one), -ENOTSUP (what is there is no regular file) or another -errno;
 * nothing has changed then. */
int home_write_named(const char *path, const char *text, size_t len, bool replace);
