#include "tests/unit/folder.h"

#include "model/base/util.h"

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static char path[64];

const char *folder_make(void)
{
	folder_remove();
	snprintf(path, sizeof(path), "/tmp/nsscope-test-XXXXXX");
	assert_non_null(mkdtemp(path));
	return path;
}

void folder_write(const char *name, const char *text)
{
	autofree char *file_path = xasprintf("%s/%s", path, name);
	FILE *file;

	for (char *slash = strchr(file_path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(file_path, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	file = fopen(file_path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

char *folder_read(const char *name)
{
	autofree char *file_path = xasprintf("%s/%s", path, name);
	FILE *file = fopen(file_path, "re");
	size_t len = 0, room = 0;
	char *text = NULL;

	if (!file)
		return NULL;
	do {
		array_reserve(text, room, len + 4096);
		len += fread(text + len, 1, room - len - 1, file);
	} while (!feof(file) && !ferror(file));
	assert_false(ferror(file));
	fclose(file);
	text[len] = '\0';
	return text;
}

static int remove_one(const char *file, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(file);
}

void folder_remove(void)
{
	if (*path)
		nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	*path = '\0';
}
