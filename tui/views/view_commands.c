#include "tui/views/view_commands.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/settings.h"
#include "tui/core/pager.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- What may be typed ------------------------------------------------------------------------ */

enum {
	SCORE_WHOLE = 100,
	SCORE_BEGINS = 80, /* the name begins so */
	SCORE_WORD = 60,   /* … one of its words */
	SCORE_HELP = 40,   /* it is in the help */
	SCORE_LETTERS = 20 /* the name has these letters in this order */
};

/* The names of actions that have a key, and those that have none. */
static const struct name {
	const char *name;
	const char *help; /* msgid; NULL: as the table of keys has it */
	enum action action;
	bool takes, wants;
	const char *also; /* other words for it, a blank behind each */
} names[] = {
    {"go", N_("go to a PID, an inode, or TYPE:INODE; the bare number does too"), ACTION_GO, true,
        true, NULL},
    {"set", N_("change a setting and keep it"), ACTION_SET, true, true, NULL},
    {"lessons", NULL, ACTION_LESSONS, false, false, NULL},
    {"lab", NULL, ACTION_LAB, false, false, NULL},
    {"help", NULL, ACTION_HELP, false, false, NULL},
    {"settings", NULL, ACTION_SETTINGS, false, false, NULL},
    {"search", NULL, ACTION_SEARCH, true, false, NULL},
    {"filter", NULL, ACTION_FILTER, true, false, NULL},
    {"next", NULL, ACTION_NEXT_MATCH, false, false, NULL},
    {"previous", NULL, ACTION_PREVIOUS_MATCH, false, false, NULL},
    {"group-pid", NULL, ACTION_GROUP_PID, false, false, "tree processes "},
    {"group-type", NULL, ACTION_GROUP_TYPE, false, false, "namespaces lsns netns ns "},
    {"group-owner", NULL, ACTION_GROUP_OWNER, false, false, NULL},
    {"groups", NULL, ACTION_GROUP_NS_GROUP, false, false, "containers rooms "},
    {"group-next", NULL, ACTION_GROUP_NEXT, false, false, NULL},
    {"members", NULL, ACTION_MEMBERS, false, false, "shared share "},
    {"compare", NULL, ACTION_COMPARE, false, false, "diff "},
    {"inspect", NULL, ACTION_INSPECTOR, false, false, "why holders alive inside "},
    {"timeline", NULL, ACTION_TIMELINE, false, false, "events history log "},
    {"back", NULL, ACTION_NAV_BACK, false, false, NULL},
    {"forward", NULL, ACTION_NAV_FORWARD, false, false, NULL},
    {"details", NULL, ACTION_DETAIL, false, false, NULL},
    {"kernel-threads", NULL, ACTION_KERNEL_THREADS, false, false, NULL},
    {"follow", NULL, ACTION_FOLLOW, false, false, NULL},
    {"freeze", NULL, ACTION_FREEZE, false, false, "pause "},
    {"copy-id", NULL, ACTION_COPY_ID, false, false, "yank "},
    {"copy-command", NULL, ACTION_COPY_COMMAND, false, false, NULL},
    {"man", NULL, ACTION_PAGE, true, false, "manual "},
    {"shell", NULL, ACTION_JOIN, false, false, "nsenter join enter "},
    {"write", NULL, ACTION_WRITE, true, false, "export save picture svg json text "},
    {"mouse", NULL, ACTION_MOUSE, false, false, NULL},
    {"redraw", NULL, ACTION_REDRAW, false, false, NULL},
    {"unfold", NULL, ACTION_UNFOLD, false, false, NULL},
    {"fold", NULL, ACTION_FOLD, false, false, NULL},
    {"unfold-below", NULL, ACTION_UNFOLD_BELOW, false, false, NULL},
    {"steps", NULL, ACTION_LESSON_STEPS, false, false, NULL},
    {"hint", NULL, ACTION_LESSON_HINT, false, false, NULL},
    {"quit", NULL, ACTION_BACK, false, false, "exit "},
};

const char *command_argument(const char *text)
{
	text += strspn(text, " ");
	text += strcspn(text, " ");
	return text + strspn(text, " ");
}

static struct candidate *add(struct candidates *candidates, enum action action)
{
	array_reserve(candidates->items, candidates->capacity, candidates->count + 1);
	struct candidate *item = &candidates->items[candidates->count++];

	*item = (struct candidate){.action = action};
	return item;
}

void candidates_done(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->items[i].text);
		free(candidates->items[i].what);
	}
	free(candidates->items);
	*candidates = (struct candidates){0};
}

/* --- How well something fits ------------------------------------------------------------------ */

static bool has_letters(const char *text, const char *letters)
{
	for (; *text && *letters; text++)
		letters += *text == *letters;
	return !*letters;
}

/* Does one of the words, with a blank behind each, begin with the first @len bytes of @text? */
static bool has_word(const char *words, const char *text, size_t len)
{
	for (; words && *words; words += strcspn(words, " ") + 1) {
		if (strncmp(words, text, len) == 0)
			return true;
	}
	return false;
}

static int score(const char *name, const char *also, const char *help, const char *text)
{
	size_t len = strlen(text);

	if (len == 0)
		return SCORE_WHOLE;
	if (name && strcmp(name, text) == 0)
		return SCORE_WHOLE;
	if (name && strncmp(name, text, len) == 0)
		return SCORE_BEGINS;
	for (const char *word = name ? strchr(name, '-') : NULL; word; word = strchr(word, '-')) {
		word++;
		if (strncmp(word, text, len) == 0)
			return SCORE_WORD;
	}
	if (has_word(also, text, len))
		return SCORE_WORD;
	if (strcasestr(help, text))
		return SCORE_HELP;
	return name && has_letters(name, text) ? SCORE_LETTERS : 0;
}

/* --- Where a number leads --------------------------------------------------------------------- */

static void add_process(struct candidates *candidates, const struct process *process)
{
	struct candidate *item = add(candidates, ACTION_GO);

	item->text = xasprintf("go %d", (int)process->id.pid);
	item->what = xasprintf("%d  %s", (int)process->id.pid, process->comm);
	item->where = (struct row_key){.kind = ROW_PROCESS, .process = process->id};
	item->score = SCORE_WHOLE;
}

static void add_ns(struct candidates *candidates, const struct ns *ns)
{
	const char *type = ns_types[ns->id.type].name;
	struct candidate *item = add(candidates, ACTION_GO);

	item->text = xasprintf("go %s:%" PRIu64, type, ns->id.ino);
	item->what = xasprintf("%s:%" PRIu64, type, ns->id.ino);
	item->where = (struct row_key){.kind = ROW_NS, .ns = ns->id};
	item->score = SCORE_WHOLE;
}

static bool parse_number(const char *text, uint64_t *ret)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 19 || text[digits])
		return false;
	*ret = strtoull(text, NULL, 10);
	return true;
}

/* A PID, an inode, "uts:4026531838", also as the links have it: "uts:[4026531838]". */
static void add_goals(struct candidates *candidates, const char *text, const struct graph *graph)
{
	size_t name_len = strcspn(text, ":");
	autofree char *name = xstrndup(text, name_len);
	autofree char *digits = xstrdup(text[name_len] ? text + name_len + 1 : text);
	size_t len = strlen(digits);
	enum nstype type;
	uint64_t number;

	if (!graph)
		return;
	if (digits[0] == '[' && digits[len - 1] == ']') {
		digits[len - 1] = '\0';
		memmove(digits, digits + 1, len - 1);
	}
	if (!parse_number(digits, &number))
		return;
	if (text[name_len]) {
		const struct ns *ns =
		    ns_type_from_name(name, &type) ? graph_ns_by_ino(graph, type, number) : NULL;

		if (ns)
			add_ns(candidates, ns);
		return;
	}
	const struct process *process =
	    number <= INT32_MAX ? graph_process_by_pid(graph, (pid_t)number) : NULL;

	if (process)
		add_process(candidates, process);
	for (type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = graph_ns_by_ino(graph, type, number);

		if (ns)
			add_ns(candidates, ns);
	}
}

/* --- Arguments -------------------------------------------------------------------------------- */

static void add_argument(
    struct candidates *candidates, enum action action, char *text, const char *help, bool wants)
{
	struct candidate *item = add(candidates, action);

	item->text = text;
	item->help = help;
	item->wants = item->takes = wants;
	item->score = SCORE_BEGINS;
}

/* "theme dark": the settings, then the words of one. */
static void add_settings(struct candidates *candidates, const char *typed)
{
	size_t key_len = strcspn(typed, " ");
	autofree char *name = xstrndup(typed, key_len);
	enum settings_key key = settings_find(name);
	const char *value = typed + key_len + strspn(typed + key_len, " ");

	if (!typed[key_len]) {
		for (key = 0; key < SETTINGS_COUNT; key++) {
			const struct settings_info *info = &settings_table[key];

			if (strncmp(info->name, typed, key_len) == 0)
				add_argument(candidates, ACTION_SET,
				    xasprintf("set %s", info->name), info->help, true);
		}
		return;
	}
	if (key == SETTINGS_COUNT)
		return;
	const struct settings_info *info = &settings_table[key];
	unsigned number;

	for (size_t i = 0; info->words[i]; i++) {
		if (strncmp(info->words[i], value, strlen(value)) == 0)
			add_argument(candidates, ACTION_SET,
			    xasprintf("set %s %s", info->name, info->words[i]), info->help, false);
	}
	if (candidates->count == 0 && settings_value(key, value, strlen(value), &number))
		add_argument(candidates, ACTION_SET, xasprintf("set %s %s", info->name, value),
		    info->help, false);
}

static void add_types(struct candidates *candidates, const char *typed)
{
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns_type_info *info = &ns_types[type];

		if (strncmp(info->name, typed, strlen(typed)) == 0)
			add_argument(candidates, ACTION_PAGE, xasprintf("man %s", info->name),
			    info->isolates, false);
	}
}

/* Behind a name and a blank. */
static void add_arguments(struct candidates *candidates, const struct name *name, const char *text,
    const struct graph *graph, unsigned places)
{
	const char *typed = command_argument(text);
	const struct key_binding *binding = key_binding_of(name->action, places);

	switch (name->action) {
	case ACTION_GO:
		add_goals(candidates, typed, graph);
		break;
	case ACTION_SET:
		add_settings(candidates, typed);
		break;
	case ACTION_PAGE:
		add_types(candidates, typed);
		break;
	default:
		add_argument(candidates, name->action, xstrdup(text),
		    name->help ? name->help
		    : binding  ? binding->help
		               : "",
		    false);
		break;
	}
}

/* --- Commands --------------------------------------------------------------------------------- */

static const struct name *name_of(enum action action)
{
	for (size_t i = 0; i < array_len(names); i++) {
		if (names[i].action == action)
			return &names[i];
	}
	return NULL;
}

static void add_command(struct candidates *candidates, const struct name *name,
    const struct key_binding *binding, const char *text)
{
	const char *help = name && name->help ? name->help : binding->help;
	int fits = score(name ? name->name : NULL, name ? name->also : NULL, _(help), text);
	struct candidate *item;

	if (fits == 0)
		return;
	item = add(candidates, name ? name->action : binding->action);
	item->text = name ? xstrdup(name->name) : NULL;
	item->takes = name && name->takes;
	item->wants = name && name->wants;
	item->keys = binding ? binding->keys : NULL;
	item->help = help;
	item->score = fits;
}

static bool is_listed(const struct candidates *candidates, enum action action)
{
	for (size_t i = 0; i < candidates->count; i++) {
		if (candidates->items[i].action == action)
			return true;
	}
	return false;
}

/* The best first; of equals, those with a name. */
static bool is_better(const struct candidate *a, const struct candidate *b)
{
	return a->score != b->score ? a->score > b->score : a->text && !b->text;
}

static void sort(struct candidates *candidates)
{
	/* Equals stay in the order of the table, which qsort(3) may change. */
	for (size_t i = 1; i < candidates->count; i++) {
		struct candidate item = candidates->items[i];
		size_t at = i;

		for (; at > 0 && is_better(&item, &candidates->items[at - 1]); at--)
			candidates->items[at] = candidates->items[at - 1];
		candidates->items[at] = item;
	}
}

void candidates_make(
    struct candidates *candidates, const char *text, unsigned places, const struct graph *graph)
{
	candidates_done(candidates);
	text += strspn(text, " ");
	add_goals(candidates, text, graph);
	for (size_t i = 0; i < array_len(names); i++) {
		size_t len = strlen(names[i].name);
		const struct key_binding *binding = key_binding_of(names[i].action, places);

		if (!binding && !names[i].help)
			continue;
		if (names[i].takes && strncmp(text, names[i].name, len) == 0 && text[len] == ' ') {
			add_arguments(candidates, &names[i], text, graph, places);
			return;
		}
		add_command(candidates, &names[i], binding, text);
	}
	for (size_t i = 0; i < key_table_count; i++) {
		enum action action = key_table[i].action;

		/* A digit selects, and the list has its own keys. */
		if ((key_table[i].places & places) && action != ACTION_CHOOSE &&
		    action != ACTION_COMMAND && !name_of(action) && !is_listed(candidates, action))
			add_command(candidates, NULL, &key_table[i], text);
	}
	sort(candidates);
}

/* --- The view --------------------------------------------------------------------------------- */

enum { TEXT_COLS = 18, KEYS_COLS = 13, KEYS_FROM_COLS = 60 };

struct commands_view {
	struct menu menu;
	struct candidates candidates;
};

void commands_view_list(struct view *view, const char *text, unsigned places)
{
	struct commands_view *commands = view_of(struct commands_view, view);

	candidates_make(&commands->candidates, text, places, view->live->shown);
	commands->menu.count = commands->candidates.count;
	commands->menu.at = 0;
}

const struct candidate *commands_view_selected(const struct view *view)
{
	const struct commands_view *commands = view_of(const struct commands_view, view);

	return commands->menu.at < commands->candidates.count
	           ? &commands->candidates.items[commands->menu.at]
	           : NULL;
}

static void compose(const struct menu *menu, size_t at, struct line *line)
{
	const struct commands_view *view = view_of(const struct commands_view, menu);
	const struct candidate *item = &view->candidates.items[at];

	line_adds(line, STYLE_PLAIN, " ");
	if (item->what) {
		line_addf(line, STYLE_PLAIN, _("go to %s"), item->what);
		return;
	}
	line_adds(line, STYLE_CODE, item->text);
	if (item->takes)
		line_add_symbol(line, STYLE_DIM, " …", " ..");
	line_adds(line, STYLE_PLAIN, " ");
	line_pad(line, TEXT_COLS);
	if (menu->view.area.cols >= KEYS_FROM_COLS) {
		line_adds(line, STYLE_KEY, item->keys ? _(item->keys) : "");
		line_adds(line, STYLE_PLAIN, " ");
		line_pad(line, TEXT_COLS + KEYS_COLS);
	}
	line_adds(line, STYLE_PLAIN, _(item->help));
}

static void commands_paint(struct view *view, bool focused)
{
	menu_paint(view_of(struct menu, view),
	    _("Commands: type to filter, Tab completes, Enter runs"),
	    _("no such command, PID or inode"), compose, focused);
}

static void commands_done(struct view *view)
{
	candidates_done(&view_of(struct commands_view, view)->candidates);
}

static const struct view_ops commands_ops = {
    .done = commands_done,
    .paint = commands_paint,
    .act = menu_act,
    .click = menu_click,
    .cursor = menu_cursor,
};

struct view *commands_view_new(const struct ui_state *ui_state)
{
	return view_new(sizeof(struct commands_view), &commands_ops, ui_state);
}
