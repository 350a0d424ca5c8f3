#include "cli/static/files.h"
#include "cli/language.h"

#include "model/base/util.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zstd.h>

static char *folder; /* NULL: there is none now */

/* Makes the folders on the way to @file. */
static void make_folders(const char *file)
{
	autofree char *path = xasprintf("%s/%s", folder, file);

	for (char *slash = path + strlen(folder); (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status, (void)type, (void)ftw;
	return remove(path);
}

/* Unpacks @file into the open @fd. */
static bool unpack(const struct builtin_file *file, int fd)
{
	size_t packed_len = (size_t)(file->end - file->data);
	size_t len = (size_t)ZSTD_getFrameContentSize(file->data, packed_len);
	autofree char *data = xmalloc(len);

	return ZSTD_decompress(data, len, file->data, packed_len) == len &&
	       write(fd, data, len) == (ssize_t)len;
}

static bool write_file(const struct builtin_file *file)
{
	autofree char *path = xasprintf("%s/%s", folder, file->path);
	autoclose int fd = -1;

	make_folders(file->path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd >= 0 && unpack(file, fd);
}

void builtin_remove(void)
{
	if (!folder)
		return;
	nftw(folder, remove_entry, 4, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	free(folder);
	folder = NULL;
}

static bool write_below(const char *parent)
{
	folder = xasprintf("%s/nsscope-XXXXXX", parent);
	if (!mkdtemp(folder)) {
		free(folder);
		folder = NULL;
		return false;
	}
	for (const struct builtin_file *file = builtin_files; file->path; file++) {
		if (!write_file(file)) {
			builtin_remove();
			return false;
		}
	}
	return true;
}

const char *builtin_folder(void)
{
	static const char *const parents[] = {"/dev/shm", "/tmp", "/run", "/var/tmp", "."};
	const char *own = getenv("XDG_RUNTIME_DIR");

	if (folder || !builtin_files[0].path)
		return folder;
	if (own && *own == '/' && write_below(own))
		return folder;
	for (size_t i = 0; i < array_len(parents); i++) {
		if (write_below(parents[i]))
			return folder;
	}
	return NULL;
}
