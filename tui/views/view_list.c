/* The list of the lessons. */
#include "lessons/play/library.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/pager.h"
#include "tui/views/views.h"

#include <locale.h>
#include <string.h>

struct list_view {
	struct menu menu;
	const char *folder;
	struct library *library; /* NULL before list_view_load */
	struct lesson **lessons; /* parallel to its entries; NULL for what can't be read */
	struct progress progress;
};

/* As gettext chooses: LANGUAGE, unless the locale is the C one, then the locale. */
static const char *language(void)
{
	const char *locale = setlocale(LC_MESSAGES, NULL);
	const char *preferred = getenv("LANGUAGE");

	if (locale && strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0 && preferred &&
	    *preferred)
		locale = preferred;
	return lesson_language(locale ? locale : "");
}

static void list_done(struct view *view)
{
	struct list_view *list = view_of(struct list_view, view);

	for (size_t i = 0; list->library && i < list->library->count; i++)
		lesson_free(list->lessons[i]);
	free(list->lessons);
	list->lessons = NULL;
	library_free(list->library);
	list->library = NULL;
	progress_done(&list->progress);
}

void list_view_load(struct view *view)
{
	struct list_view *list = view_of(struct list_view, view);
	struct library *library;

	list_done(view);
	list->library = library = library_new(language(), list->folder);
	list->lessons = xcalloc(library->count + 1, sizeof(struct lesson *));
	for (size_t i = 0; i < library->count; i++) {
		struct lesson_error error;

		/* The command "lesson check" reports what is wrong with the others. */
		if (library_load(library, &library->entries[i], &list->lessons[i], &error) < 0)
			list->lessons[i] = NULL;
	}
	progress_load(&list->progress);
	list->menu.count = library->count;
	if (list->menu.at >= list->menu.count)
		list->menu.at = 0;
}

struct lesson *list_view_take(struct view *view)
{
	struct list_view *list = view_of(struct list_view, view);
	struct lesson *lesson;

	if (list->menu.at >= list->menu.count)
		return NULL;
	lesson = list->lessons[list->menu.at];
	list->lessons[list->menu.at] = NULL;
	return lesson;
}

static void compose(const struct menu *menu, size_t at, struct line *line)
{
	const struct list_view *list = view_of(const struct list_view, menu);
	const struct library_entry *entry = &list->library->entries[at];

	line_addf(line, STYLE_PLAIN, " %2zu  ", at + 1);
	library_add_entry(
	    line, entry, list->lessons[at], progress_find(&list->progress, entry->name));
}

static void list_paint(struct view *view, bool focused)
{
	const struct list_view *list = view_of(const struct list_view, view);
	size_t done = 0;
	autofree char *title = NULL;

	for (size_t i = 0; i < list->menu.count; i++) {
		const struct progress_entry *progress =
		    progress_find(&list->progress, list->library->entries[i].name);

		done += progress && progress->done;
	}
	title = done ? xasprintf(_("Lessons: %zu of %zu done"), done, list->menu.count)
	             : xstrdup(_("Lessons"));
	menu_paint(view_of(struct menu, view), title, _("there are no lessons"), compose, focused);
}

static const struct view_ops list_ops = {
    .done = list_done,
    .paint = list_paint,
    .act = menu_act,
    .click = menu_click,
    .cursor = menu_cursor,
};

struct view *list_view_new(const struct ui_state *ui_state, const char *folder)
{
	struct list_view *list = view_new(sizeof(*list), &list_ops, ui_state);

	list->folder = folder;
	return &list->menu.view;
}
