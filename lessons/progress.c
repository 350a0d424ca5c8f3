#include "lessons/progress.h"

#include "model/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
	FILE_BYTES_MAX = 64 * 1024,
	ENTRIES_MAX = 1000,
	NAME_BYTES_MAX = 64,
	STEP_MAX = 10000,
};

/* --- Its place -------------------------------------------------------------------------------- */

/* Files that root leaves in another's home would be in the way of whose it is. */
static bool is_ours(const char *home)
{
	struct stat status;

	return geteuid() != 0 || stat(home, &status) < 0 || status.st_uid == 0;
}

static char *state_folder(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && *state == '/')
		return is_ours(state) ? xasprintf("%s/nsscope", state) : NULL;
	if (!home || *home != '/' || !is_ours(home))
		return NULL;
	return xasprintf("%s/.local/state/nsscope", home);
}

char *progress_path(void)
{
	autofree char *folder = state_folder();

	return folder ? xasprintf("%s/progress", folder) : NULL;
}

/* Makes the folder of @path and those above it, as the specification asks: for nobody else. */
static int make_folders(const char *path)
{
	autofree char *folder = xstrdup(path);

	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

/* --- Reading ---------------------------------------------------------------------------------- */

static bool is_name(const char *word)
{
	size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return len > 0 && len < NAME_BYTES_MAX && !word[len];
}

static struct progress_entry *find(const struct progress *progress, const char *name)
{
	for (size_t i = 0; i < progress->count; i++)
		if (!strcmp(progress->entries[i].name, name))
			return &progress->entries[i];
	return NULL;
}

/* The entry called @name, a new one if need be; NULL where there are too many. */
static struct progress_entry *need(struct progress *progress, const char *name)
{
	struct progress_entry *entry = find(progress, name);

	if (entry || progress->count == ENTRIES_MAX)
		return entry;
	array_reserve(progress->entries, progress->room, progress->count + 1);
	entry = &progress->entries[progress->count++];
	*entry = (struct progress_entry){.name = xstrdup(name)};
	return entry;
}

static bool take_number(const char *word, size_t *ret_number)
{
	char *end;
	unsigned long number;

	if (!word || *word < '0' || *word > '9')
		return false;
	number = strtoul(word, &end, 10);
	if (*end || number > STEP_MAX)
		return false;
	*ret_number = number;
	return true;
}

static void take_line(struct progress *progress, char *line)
{
	char *rest = NULL;
	const char *name = strtok_r(line, " \t", &rest);
	const char *step_word = strtok_r(NULL, " \t", &rest);
	const char *last_word = strtok_r(NULL, " \t", &rest);
	const char *done_word = strtok_r(NULL, " \t", &rest);
	struct progress_entry *entry;
	size_t step, last;

	if (!name || !is_name(name) || !take_number(step_word, &step) ||
	    !take_number(last_word, &last) || step > last)
		return;
	entry = need(progress, name);
	if (!entry)
		return;
	entry->step = step;
	entry->last = last;
	entry->done = done_word && !strcmp(done_word, "done");
}

int progress_load(struct progress *ret_progress)
{
	autofree char *path = progress_path();
	autofree char *text = NULL;
	autoclose int fd = -1;
	struct stat status;
	ssize_t len;

	*ret_progress = (struct progress){0};
	if (!path)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	text = xmalloc(FILE_BYTES_MAX + 1);
	len = read(fd, text, FILE_BYTES_MAX);
	if (len < 0)
		return -errno;
	text[len] = '\0';
	for (char *line = text; *line;) {
		size_t line_len = strcspn(line, "\n");
		bool more = line[line_len];

		line[line_len] = '\0';
		take_line(ret_progress, line);
		line += line_len + more;
	}
	return 0;
}

void progress_done(struct progress *progress)
{
	for (size_t i = 0; i < progress->count; i++)
		free(progress->entries[i].name);
	free(progress->entries);
	*progress = (struct progress){0};
}

const struct progress_entry *progress_find(const struct progress *progress, const char *name)
{
	return find(progress, name);
}

size_t progress_resume(const struct progress *progress, const char *name, size_t last)
{
	const struct progress_entry *entry = find(progress, name);

	if (!entry || entry->last != last || (entry->done && entry->step == last))
		return 0;
	return entry->step;
}

/* --- Writing ---------------------------------------------------------------------------------- */

static int write_entries(const struct progress *progress, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	int r = 0;

	if (!file) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return r;
	}
	for (size_t i = 0; i < progress->count; i++) {
		const struct progress_entry *entry = &progress->entries[i];

		fprintf(file, "%s %zu %zu%s\n", entry->name, entry->step, entry->last,
		    entry->done ? " done" : "");
	}
	if (fclose(file) != 0)
		r = -errno;
	return r;
}

/* Who reads it sees the old or the new one, whole.  rename(2) */
static int save(const struct progress *progress)
{
	autofree char *path = progress_path();
	autofree char *beside = NULL;
	int r;

	if (!path)
		return -ENOENT;
	beside = xasprintf("%s.%d", path, (int)getpid());
	r = make_folders(path);
	if (r >= 0)
		r = write_entries(progress, beside);
	if (r >= 0 && rename(beside, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(beside);
	return r;
}

int progress_note(const char *name, size_t step, size_t last, bool done)
{
	struct progress progress;
	struct progress_entry *entry;
	int r = progress_load(&progress);

	entry = r < 0 ? NULL : need(&progress, name);
	if (entry) {
		entry->step = step;
		entry->last = last;
		entry->done = entry->done || done;
		r = save(&progress);
	}
	progress_done(&progress);
	return r;
}

int progress_forget(const char *name)
{
	struct progress progress;
	struct progress_entry *entry;
	int r = progress_load(&progress);

	if (r >= 0 && name && (entry = find(&progress, name))) {
		size_t behind = progress.count - 1 - (size_t)(entry - progress.entries);

		free(entry->name);
		memmove(entry, entry + 1, behind * sizeof(*entry));
		progress.count--;
		r = save(&progress);
	} else if (r >= 0 && !name && progress.count > 0) {
		for (size_t i = 0; i < progress.count; i++)
			free(progress.entries[i].name);
		progress.count = 0;
		r = save(&progress);
	}
	progress_done(&progress);
	return r;
}
