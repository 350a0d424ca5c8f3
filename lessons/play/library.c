#include "lessons/play/library.h"

#include "lessons/script/lesson.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { ENTRIES_MAX = 500, NAME_MAX_LETTERS = 32 };

/* --- Which there are -------------------------------------------------------------------------- */

static struct library_entry *find(const struct library *library, const char *name)
{
	for (size_t i = 0; i < library->count; i++)
		if (!strcmp(library->entries[i].name, name))
			return &library->entries[i];
	return NULL;
}

/* Puts it in the place of the one with its name, or behind the others.  @path: taken. */
static void put(
    struct library *library, const char *name, char *path, const struct lesson_source *source)
{
	struct library_entry *entry = find(library, name);

	if (!entry && library->count == ENTRIES_MAX) {
		free(path);
		return;
	}
	if (!entry) {
		array_reserve(library->entries, library->capacity, library->count + 1);
		entry = &library->entries[library->count++];
		*entry = (struct library_entry){.name = xstrdup(name)};
	}
	free(entry->path);
	entry->path = path;
	entry->source = source;
}

static void add_built_in(struct library *library)
{
	for (const struct lesson_source *source = lesson_sources; source->name; source++)
		put(library, source->name, NULL, lesson_find(source->name, library->language));
}

/* "uts.md" is the file of a lesson called uts: a-z, 0-9 and -. */
static int is_lesson(const struct dirent *entry)
{
	size_t len = strspn(entry->d_name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return len > 0 && len <= NAME_MAX_LETTERS && !strcmp(entry->d_name + len, ".md");
}

/* The errand: the names of the lessons in the folder @arg, each with a NUL. */
static int list_folder(void *arg, struct bytes *answer)
{
	struct dirent **entries;
	int count = scandir(arg, &entries, is_lesson, alphasort);

	for (int i = 0; i < count; i++) {
		entries[i]->d_name[strlen(entries[i]->d_name) - strlen(".md")] = '\0';
		bytes_put(answer, entries[i]->d_name, strlen(entries[i]->d_name) + 1);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return 0;
}

static void add_folder(struct library *library, const char *folder)
{
	struct bytes names;

	if (errand_run(folder, ERRAND_MS, list_folder, (void *)folder, &names) == -ETIMEDOUT &&
	    !library->late)
		library->late = xstrdup(folder);
	for (size_t at = 0; at < names.len;) {
		const char *name = (const char *)names.data + at;

		put(library, name, xasprintf("%s/%s.md", folder, name), NULL);
		at += strlen(name) + 1;
	}
	bytes_done(&names);
}

/* In English, in any language, in the preferred one. */
static void add_languages(struct library *library, const char *folder)
{
	autofree char *english = xasprintf("%s/en", folder);
	autofree char *preferred = xasprintf("%s/%s", folder, library->language);

	add_folder(library, english);
	add_folder(library, folder);
	add_folder(library, preferred);
}

/* Relative paths are to be ignored there. */
static void add_data(struct library *library, const char *data, size_t len)
{
	autofree char *folder = xasprintf("%.*s/nsscope/lessons", (int)len, data);

	if (*data == '/')
		add_languages(library, folder);
}

/* The first in the list weighs most. */
static void add_data_list(struct library *library, const char *list)
{
	size_t len = strcspn(list, ":");

	if (list[len])
		add_data_list(library, list + len + 1);
	add_data(library, list, len);
}

static void add_home(struct library *library)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	autofree char *folder =
	    data && *data ? xstrdup(data) : xasprintf("%s/.local/share", home ? home : ".");

	add_data(library, folder, strlen(folder));
}

struct library *library_new(const char *language, const char *folder)
{
	struct library *library = xcalloc(1, sizeof(*library));
	const char *list = getenv("XDG_DATA_DIRS");

	library->language = xstrdup(language);
	add_built_in(library);
	add_data_list(library, list && *list ? list : "/usr/local/share:/usr/share");
	add_home(library);
	if (folder)
		add_languages(library, folder);
	return library;
}

void library_free(struct library *library)
{
	if (!library)
		return;
	for (size_t i = 0; i < library->count; i++) {
		free(library->entries[i].name);
		free(library->entries[i].path);
	}
	free(library->entries);
	free(library->language);
	free(library->late);
	free(library);
}

const struct library_entry *library_find(const struct library *library, const char *name)
{
	return find(library, name);
}

/* --- Reading one ------------------------------------------------------------------------------ */

struct reading {
	const char *path;
	bool any; /* also from what is no regular file, and may make us wait */
};

/* Reads at most one byte more than a lesson may have. */
static int read_file(void *arg, struct bytes *answer)
{
	const struct reading *reading = arg;
	autoclose int fd =
	    open(reading->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (reading->any ? 0 : O_NONBLOCK));
	struct stat status;
	ssize_t got;

	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	if (!reading->any && !S_ISREG(status.st_mode))
		return -EINVAL;
	bytes_reserve(answer, LESSON_BYTES_MAX + 1);
	while ((got = read(fd, answer->data + answer->len, LESSON_BYTES_MAX + 1 - answer->len)) > 0)
		answer->len += (size_t)got;
	return got < 0 ? -errno : 0;
}

static int load(const char *path, bool any, const char *language, struct lesson **ret_lesson,
    struct lesson_error *ret_error)
{
	struct reading reading = {.path = path, .any = any};
	struct bytes text;
	int r = errand_run(path, ERRAND_ASKED_MS, read_file, &reading, &text);

	if (r >= 0)
		r = lesson_parse(
		    (const char *)text.data, text.len, language, ret_lesson, ret_error);
	if (r >= 0)
		(*ret_lesson)->foreign = true;
	bytes_done(&text);
	return r;
}

int library_load_file(const char *path, const char *language, struct lesson **ret_lesson,
    struct lesson_error *ret_error)
{
	int r = load(path, true, language, ret_lesson, ret_error);

	if (r >= 0)
		lesson_fit(*ret_lesson);
	return r;
}

static int check_name(
    const struct library_entry *entry, const struct lesson *lesson, struct lesson_error *ret_error)
{
	if (!strcmp(lesson->name, entry->name))
		return 0;
	return lesson_fail(ret_error, 0, 0, _("the lesson's name is %s, so its file must be %s.md"),
	    lesson->name, lesson->name);
}

int library_load(const struct library *library, const struct library_entry *entry,
    struct lesson **ret_lesson, struct lesson_error *ret_error)
{
	const struct lesson_source *source = entry->source;
	struct lesson *lesson;
	int r;

	if (source)
		r = lesson_parse(source->data, (size_t)(source->end - source->data),
		    source->language, &lesson, ret_error);
	else
		r = load(entry->path, false, library->language, &lesson, ret_error);
	if (r < 0)
		return r;
	r = check_name(entry, lesson, ret_error);
	if (r < 0) {
		lesson_free(lesson);
		return r;
	}
	lesson_fit(lesson);
	*ret_lesson = lesson;
	return 0;
}

char *library_place(const struct library_entry *entry)
{
	if (entry->path)
		return xstrdup(entry->path);
	return xasprintf("lessons/%s/%s.md", entry->source->language, entry->source->name);
}

void library_add_entry(struct line *line, const struct library_entry *entry,
    const struct lesson *lesson, const struct progress_entry *progress)
{
	enum { NAME_COLS = 12, MINUTES_COLS = 10 };
	size_t start = line->cols;

	if (progress && progress->done)
		line_add_symbol(line, STYLE_OK, "✔ ", "x ");
	else
		line_adds(line, STYLE_PLAIN, "  ");
	line_adds(line, STYLE_CODE, entry->name);
	line_pad(line, start + 2 + NAME_COLS);
	if (!lesson) {
		autofree char *place = library_place(entry);

		line_addf(line, STYLE_FAIL, _("can't be read: %s"), place);
		return;
	}
	if (lesson->minutes) {
		line_adds(line, STYLE_PLAIN, lesson->minutes < 10 ? "  " : " ");
		line_addf(line, STYLE_DIM, _("%d min"), lesson->minutes);
	}
	line_pad(line, start + 2 + NAME_COLS + MINUTES_COLS);
	line_adds(line, STYLE_PLAIN, lesson->title);
	if (progress && !progress->done && progress->step > 0) {
		line_adds(line, STYLE_DIM, "  ");
		line_addf(line, STYLE_DIM, _("step %zu of %zu"), progress->step, progress->last);
	}
	if (entry->path)
		line_addf(line, STYLE_DIM, "  %s", entry->path);
}
