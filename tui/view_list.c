#include "tui/view_list.h"

#include "model/i18n.h"
#include "model/util.h"
#include "tui/screen.h"

#include <locale.h>
#include <string.h>

/* As gettext chooses: LANGUAGE, unless the locale is the C one, then the locale. */
static const char *language(void)
{
	const char *locale = setlocale(LC_MESSAGES, NULL);
	const char *wish = getenv("LANGUAGE");

	if (locale && strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0 && wish && *wish)
		locale = wish;
	return locale && strncmp(locale, "zh", 2) == 0 ? "zh" : "en";
}

static bool is_listed(const struct list_view *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->lessons[i]->name, name) == 0)
			return true;
	}
	return false;
}

static void unload(struct list_view *list)
{
	for (size_t i = 0; i < list->count; i++)
		lesson_free(list->lessons[i]);
	list->count = 0;
}

void list_view_load(struct list_view *list)
{
	unload(list);
	for (const struct lesson_source *source = lesson_sources; source->name; source++) {
		const struct lesson_source *best = lesson_find(source->name, language());
		struct lesson_error error;
		struct lesson *lesson;

		if (!best || is_listed(list, source->name))
			continue;
		/* A built-in one that can't be parsed does not pass the tests. */
		if (lesson_parse(best->data, (size_t)(best->end - best->data), best->language,
		        &lesson, &error) < 0)
			continue;
		array_reserve(list->lessons, list->room, list->count + 1);
		list->lessons[list->count++] = lesson;
	}
	if (list->at >= list->count)
		list->at = 0;
}

struct lesson *list_view_take(struct list_view *list)
{
	if (list->at >= list->count)
		return NULL;
	struct lesson *lesson = list->lessons[list->at];

	memmove(list->lessons + list->at, list->lessons + list->at + 1,
	    (list->count - list->at - 1) * sizeof(*list->lessons));
	list->count--;
	return lesson;
}

static void list_paint(struct view *view, bool focused)
{
	struct list_view *list = view_of(struct list_view, view);
	const struct area *area = &view->area;
	size_t rows = area->rows > 1 ? (size_t)area->rows - 1 : 0;
	struct line line;

	line_init(&line, list->charset);
	line_adds(&line, STYLE_TITLE, _("Lessons"));
	pager_title(&list->pager, area, list->charset, &line, focused);
	if (list->at < list->pager.top)
		list->pager.top = list->at;
	if (rows > 0 && list->at >= list->pager.top + rows)
		list->pager.top = list->at - rows + 1;
	for (size_t i = 0; i < rows; i++) {
		size_t at = list->pager.top + i;

		line_clear(&line);
		if (at < list->count) {
			line_addf(&line, STYLE_PLAIN, " %2zu  ", at + 1);
			line_adds(&line, STYLE_CODE, list->lessons[at]->name);
			line_pad(&line, 14);
			line_adds(&line, STYLE_PLAIN, " ");
			line_adds(&line, STYLE_PLAIN, list->lessons[at]->title);
		} else if (list->count == 0 && i == 0) {
			line_adds(&line, STYLE_DIM, _("there are no lessons"));
		}
		line_fit(&line, (size_t)area->cols);
		screen_line(&line, area->y + 1 + (int)i, area->x, area->cols,
		    at == list->at && at < list->count ? LOOK_SELECTED : LOOK_PLAIN);
	}
	line_done(&line);
}

static bool list_act(struct view *view, enum action action)
{
	struct list_view *list = view_of(struct list_view, view);

	switch (action) {
	case ACTION_UP:
	case ACTION_SCROLL_UP:
		if (list->at > 0)
			list->at--;
		return true;
	case ACTION_DOWN:
	case ACTION_SCROLL_DOWN:
		if (list->at + 1 < list->count)
			list->at++;
		return true;
	case ACTION_HOME:
	case ACTION_PAGE_UP:
		list->at = 0;
		return true;
	case ACTION_END:
	case ACTION_PAGE_DOWN:
		list->at = list->count > 0 ? list->count - 1 : 0;
		return true;
	default:
		return false;
	}
}

static void list_click(struct view *view, int y, int x, bool twice)
{
	struct list_view *list = view_of(struct list_view, view);
	size_t at = list->pager.top + (size_t)(y - 1);

	(void)x;
	(void)twice;
	if (y >= 1 && at < list->count)
		list->at = at;
}

static void list_cursor(const struct view *view, int *ret_y, int *ret_x)
{
	const struct list_view *list = view_of(const struct list_view, view);

	*ret_y = 1 + (int)(list->at - list->pager.top);
	*ret_x = 0;
}

static const struct view_ops list_ops = {
    .paint = list_paint,
    .act = list_act,
    .click = list_click,
    .cursor = list_cursor,
};

void list_view_init(struct list_view *list, enum charset charset)
{
	*list = (struct list_view){.view.ops = &list_ops, .charset = charset};
}

void list_view_done(struct list_view *list)
{
	unload(list);
	free(list->lessons);
	pager_done(&list->pager);
	*list = (struct list_view){0};
}
