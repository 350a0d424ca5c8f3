#include "lessons/stage/program.h"

#include "model/base/util.h"
#include "scanner/helper/errand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int look_at(void *arg, struct bytes *answer)
{
	struct stat status;

	(void)answer;
	return stat(arg, &status) == 0 && S_ISREG(status.st_mode) && access(arg, X_OK) == 0
	           ? 0
	           : -ENOENT;
}

/* What does not answer can't be run either. */
static bool is_program(const char *folder, size_t len, const char *name)
{
	autofree char *path = xasprintf("%.*s/%s", (int)len, folder, name);
	struct bytes none;
	int r = errand_run(path, ERRAND_MS, look_at, path, &none);

	bytes_done(&none);
	return r == 0;
}

char *program_find(const char *name, const char *path)
{
	static const char *const folders[] = {"/usr/local/sbin", "/usr/sbin", "/sbin"};

	for (size_t i = 0; i < array_len(folders); i++)
		if (is_program(folders[i], strlen(folders[i]), name))
			return xasprintf("%s/%s", folders[i], name);
	while (path && *path) {
		size_t len = strcspn(path, ":");

		/* The present folder, by no name or by a relative one, is not searched here. */
		if (*path == '/' && is_program(path, len, name))
			return xasprintf("%.*s/%s", (int)len, path, name);
		path += len + (path[len] == ':');
	}
	return NULL;
}

bool program_is_there(const char *name, const char *path)
{
	autofree char *found = program_find(name, path);

	return found;
}

bool program_is_applet(const char *file, const char *path)
{
	static const char *const boxes[] = {"busybox", "toybox"};
	struct stat status, box;

	for (size_t i = 0; i < array_len(boxes); i++) {
		autofree char *target = realpath(file, NULL), *other = program_find(boxes[i], path);
		const char *slash = target ? strrchr(target, '/') : NULL;

		if (slash && strcmp(slash + 1, boxes[i]) == 0)
			return true;
		/* Links may be hard ones. */
		if (other && stat(file, &status) == 0 && stat(other, &box) == 0 &&
		    status.st_dev == box.st_dev && status.st_ino == box.st_ino)
			return true;
	}
	return false;
}
