#include "tui/views/view_list.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <locale.h>
#include <string.h>

enum { NAME_COLS = 14, TITLE_COLS = 56 };

/* As gettext chooses: LANGUAGE, unless the locale is the C one, then the locale. */
static const char *language(void)
{
	const char *locale = setlocale(LC_MESSAGES, NULL);
	const char *preferred = getenv("LANGUAGE");

	if (locale && strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0 && preferred &&
	    *preferred)
		locale = preferred;
	return locale && strncmp(locale, "zh", 2) == 0 ? "zh" : "en";
}

static void unload(struct list_view *list)
{
	for (size_t i = 0; list->library && i < list->library->count; i++)
		lesson_free(list->lessons[i]);
	free(list->lessons);
	list->lessons = NULL;
	library_free(list->library);
	list->library = NULL;
	progress_done(&list->progress);
	list->menu.count = 0;
}

void list_view_load(struct list_view *list)
{
	struct library *library;

	unload(list);
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

struct lesson *list_view_take(struct list_view *list)
{
	struct lesson *lesson;

	if (list->menu.at >= list->menu.count)
		return NULL;
	lesson = list->lessons[list->menu.at];
	list->lessons[list->menu.at] = NULL;
	return lesson;
}

static void compose(const void *data, size_t at, struct line *line)
{
	const struct list_view *list = data;
	const struct library_entry *entry = &list->library->entries[at];
	const struct lesson *lesson = list->lessons[at];

	line_addf(line, STYLE_PLAIN, " %2zu  ", at + 1);
	line_adds(line, STYLE_CODE, entry->name);
	line_pad(line, NAME_COLS);
	line_adds(line, STYLE_PLAIN, " ");
	if (!lesson) {
		autofree char *place = library_place(entry);

		line_addf(line, STYLE_FAIL, _("can't be read: %s"), place);
		return;
	}
	autofree char *note = library_note(lesson, progress_find(&list->progress, entry->name));

	line_adds(line, STYLE_PLAIN, lesson->title);
	line_adds(line, STYLE_PLAIN, "  ");
	line_pad(line, TITLE_COLS);
	line_adds(line, STYLE_DIM, note);
	if (entry->path)
		line_addf(line, STYLE_DIM, "  %s", entry->path);
}

static void list_paint(struct view *view, bool focused)
{
	struct list_view *list = view_of(struct list_view, view);
	const struct menu_text text = {
	    .charset = list->charset,
	    .title = _("Lessons"),
	    .empty = _("there are no lessons"),
	    .compose = compose,
	    .data = list,
	};

	menu_paint(&list->menu, &text, &view->area, focused);
}

static bool list_act(struct view *view, enum action action)
{
	return menu_act(&view_of(struct list_view, view)->menu, action);
}

static void list_click(struct view *view, int y, int x, bool twice)
{
	(void)x;
	(void)twice;
	menu_click(&view_of(struct list_view, view)->menu, y);
}

static void list_cursor(const struct view *view, int *ret_y, int *ret_x)
{
	menu_cursor(&view_of(const struct list_view, view)->menu, ret_y, ret_x);
}

static const struct view_ops list_ops = {
    .paint = list_paint,
    .act = list_act,
    .click = list_click,
    .cursor = list_cursor,
};

void list_view_init(struct list_view *list, enum charset charset, const char *folder)
{
	*list = (struct list_view){.view.ops = &list_ops, .charset = charset, .folder = folder};
}

void list_view_done(struct list_view *list)
{
	unload(list);
	menu_done(&list->menu);
	*list = (struct list_view){0};
}
