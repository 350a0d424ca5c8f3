#include "lessons/play/progress.h"

#include "lessons/play/xdg_file.h"
#include "model/base/util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	FILE_BYTES_MAX = 64 * 1024,
	ENTRIES_MAX = 1000,
	NAME_BYTES_MAX = 64,
	STEP_MAX = 10000,
};

char *progress_path(void)
{
	return home_path(HOME_STATE, "progress", true);
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
	array_reserve(progress->entries, progress->capacity, progress->count + 1);
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
	size_t len = 0;
	int r = path ? home_read(path, FILE_BYTES_MAX, &text, &len) : 0;

	*ret_progress = (struct progress){0};
	if (r < 0 || !text)
		return r;
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

static int save(const struct progress *progress)
{
	autofree char *path = progress_path();
	char *text = NULL;
	size_t len = 0;
	FILE *file;
	int r;

	if (!path)
		return -ENOENT;
	file = open_memstream(&text, &len);
	if (!file)
		return -errno;
	for (size_t i = 0; i < progress->count; i++) {
		const struct progress_entry *entry = &progress->entries[i];

		fprintf(file, "%s %zu %zu%s\n", entry->name, entry->step, entry->last,
		    entry->done ? " done" : "");
	}
	r = fclose(file) != 0 ? -errno : home_write(path, text, len);
	free(text);
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
