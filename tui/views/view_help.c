/* The help screen, made from the key table. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/pager.h"
#include "tui/views/views.h"

enum { KEYS_COLS = 16 };

struct help_view {
	struct pager_view text;
	const char *const *about; /* the legend of the view below, see view.h; NULL: none */
	enum key_place place;     /* of that view: its keys come first */
	int made_for_cols;        /* the width that the text was wrapped to; 0: it is to be made */
};

/* The meaning of the namespace columns and the signs, for a first-time reader. */
static const char *const reading[] = {
    N_("A row is a process or a namespace. The columns at its right have a place for each of the "
       "eight types, in the order of /proc/PID/ns: cgroup, ipc, mnt, net, pid, time, user, uts."),
    N_("In the columns, a dot is the initial namespace. = is the namespace of nsscope itself, if "
       "that is not the initial one or this is unknown. A letter is a different namespace; in one "
       "column, the same letter is the same namespace. ? is unreadable. - does not exist."),
    N_("PID is a process's number as seen from here; INSIDE is its number in its own PID "
       "namespace, where that is another one."),
    N_("New rows are highlighted for some seconds, with a + before the name; exited processes and "
       "freed namespaces stay for some seconds, crossed out. (+7) behind a folded row: it hides 7 "
       "rows."),
    N_("While a lesson runs, [A] marks the actor A, and [me] nsscope itself."),
};

static void add_key(
    struct lines *lines, enum charset charset, size_t cols, const struct key_binding *binding)
{
	struct line source;

	line_init_verbatim(&source, charset);
	line_adds(&source, STYLE_KEY, "  ");
	line_adds(&source, STYLE_KEY, _(binding->keys));
	line_pad(&source, KEYS_COLS - 1);
	line_adds(&source, STYLE_PLAIN, " ");
	line_adds(&source, STYLE_PLAIN, _(binding->help));
	lines_wrap_line(lines, &source, KEYS_COLS < cols / 2 ? KEYS_COLS : 4, cols);
	line_done(&source);
}

/* Lists each key once: first those that work at once, else in the first part that has all its
 * places. */
static const struct part {
	const char *title;
	unsigned places; /* enum key_place */
} parts[] = {
    {N_("Keys in the settings"), PLACE_SETTINGS},
    {N_("Keys in the lab"), PLACE_LAB},
    {N_("Keys while a lesson runs"), PLACE_LESSON | PLACE_STAGED},
    {N_("Keys elsewhere"), ~0u},
};

static const struct part *part_of(const struct key_binding *binding)
{
	const struct part *part = parts;

	while (binding->places & ~part->places)
		part++;
	return part;
}

/* The keys of @part; NULL: those of the place that help was opened in. */
static void add_keys(struct help_view *help, size_t cols, const struct part *part)
{
	struct lines *lines = &help->text.pager.lines;
	bool any = false;

	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_binding *binding = &key_table[i];
		bool here = binding->places & help->place;

		if (part ? here || part_of(binding) != part : !here)
			continue;
		if (!any) {
			lines_add(lines, help->text.view.charset);
			line_adds(lines_add(lines, help->text.view.charset), STYLE_TITLE,
			    part ? _(part->title) : _("Keys here"));
		}
		any = true;
		add_key(lines, help->text.view.charset, cols, binding);
	}
}

static void add_reading(struct help_view *help, size_t cols)
{
	struct lines *lines = &help->text.pager.lines;

	line_adds(
	    lines_add(lines, help->text.view.charset), STYLE_TITLE, _("How to read the tree"));
	for (size_t i = 0; i < array_len(reading); i++)
		lines_wrap_verbatim(
		    lines, help->text.view.charset, STYLE_PLAIN, _(reading[i]), 0, cols);
}

static void make(struct help_view *help, size_t cols)
{
	struct lines *lines = &help->text.pager.lines;

	pager_clear(&help->text.pager);
	for (size_t i = 0; help->about && help->about[i]; i++)
		lines_wrap_verbatim(lines, help->text.view.charset,
		    i == 0 ? STYLE_TITLE : STYLE_PLAIN, _(help->about[i]), 0, cols);
	/* The tree has no legend of its own. */
	if (!help->about)
		add_reading(help, cols);
	add_keys(help, cols, NULL);
	if (help->about) {
		lines_add(lines, help->text.view.charset);
		add_reading(help, cols);
	}
	for (size_t i = 0; i < array_len(parts); i++)
		add_keys(help, cols, &parts[i]);
}

static void help_paint(struct view *view, bool focused)
{
	struct help_view *help = view_of(struct help_view, view);
	struct line title;

	if (help->made_for_cols != view->area.cols) {
		make(help, (size_t)view->area.cols);
		help->made_for_cols = view->area.cols;
	}
	line_init_verbatim(&title, view->charset);
	line_adds(&title, STYLE_TITLE, _("Help"));
	pager_view_paint(&help->text, &title, focused);
	line_done(&title);
}

static const struct view_ops help_ops = {
    .done = pager_view_done,
    .paint = help_paint,
    .act = pager_view_act,
};

struct view *help_view_new(const struct ui_state *ui_state)
{
	return view_new(sizeof(struct help_view), &help_ops, ui_state);
}

void help_view_about(struct view *view, const struct view *about, enum key_place place)
{
	struct help_view *help = view_of(struct help_view, view);

	help->made_for_cols = 0;
	if (about->help == help->about && place == help->place)
		return;
	help->about = about->help;
	help->place = place;
	help->text.pager.top = 0;
}
