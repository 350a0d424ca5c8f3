/* The explorer's command line. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/explorer_internal.h"

#include <curses.h>
#include <string.h>

static void list(struct explorer *explorer)
{
	commands_view_list(&explorer->commands, explorer->prompt.text, explorer->command_places,
	    explorer->live->shown);
}

void explorer_open_commands(struct explorer *explorer)
{
	explorer->command_overlay = explorer->overlay;
	explorer->command_places = explorer_place(explorer);
	/* Beside a lesson or the details, the main place's commands too. */
	if (explorer->overlay == OVERLAY_NONE)
		explorer->command_places |= explorer->ui_state.main->ops->place | PLACE_DETAIL;
	explorer->asking = ASKING_COMMAND;
	prompt_open(&explorer->prompt, ":", "");
	list(explorer);
	explorer_set_overlay(explorer, OVERLAY_COMMANDS);
}

static void leave(struct explorer *explorer)
{
	explorer->prompt.open = false;
	explorer_set_overlay(explorer, explorer->command_overlay);
}

/* --- What is done ----------------------------------------------------------------------------- */

static void go(struct explorer *explorer, const struct row_key *where)
{
	explorer_set_overlay(explorer, OVERLAY_NONE);
	if (!explorer_go_to(explorer, where))
		explorer_say(explorer,
		    explorer->filter ? _("it is there, but the filter hides it: Esc clears that")
		                     : _("it is there, but not shown (kernel threads: K)"));
}

static void set(struct explorer *explorer, const char *argument)
{
	size_t name_len = strcspn(argument, " ");
	autofree char *name = xstrndup(argument, name_len);
	enum settings_key key = settings_find(name);
	const char *value = argument + name_len + strspn(argument + name_len, " ");

	if (key == SETTINGS_COUNT ||
	    !settings_value(key, value, strlen(value), &explorer->settings.values.values[key])) {
		explorer_say(explorer, _("there is no such setting or value: F2 shows them"));
		return;
	}
	explorer->settings.changed(explorer->settings.data, key);
}

static void run(struct explorer *explorer, const struct candidate *item, const char *typed)
{
	autofree char *line = xstrdup(item->text ? item->text : "");
	autofree char *argument = NULL;
	struct row_key where = item->where;
	enum action action = item->action;

	/* Free text is as it was typed. */
	argument = xstrdup(command_argument(item->takes ? typed : line));
	leave(explorer);
	switch (action) {
	case ACTION_GO:
		go(explorer, &where);
		break;
	case ACTION_SET:
		set(explorer, argument);
		break;
	case ACTION_SEARCH:
	case ACTION_FILTER:
		explorer_ask(
		    explorer, action == ACTION_SEARCH ? ASKING_SEARCH : ASKING_FILTER, argument);
		break;
	case ACTION_WRITE:
		explorer_write(explorer, argument);
		break;
	case ACTION_PAGE:
		explorer_open_page(explorer, *argument ? argument : NULL);
		break;
	default:
		explorer_do(explorer, action);
		break;
	}
}

/* Puts the selected one into the command line. */
static void complete(struct explorer *explorer)
{
	const struct candidate *item = commands_view_selected(&explorer->commands);
	autofree char *text = NULL;

	if (!item || !item->text)
		return;
	text = xasprintf("%s%s", item->text, item->takes ? " " : "");
	prompt_open(&explorer->prompt, ":", text);
	list(explorer);
}

void explorer_take_command(struct explorer *explorer)
{
	const struct candidate *item = commands_view_selected(&explorer->commands);
	autofree char *typed = xstrdup(explorer->prompt.text);

	explorer->prompt.open = true;
	if (!item)
		return;
	if (item->wants)
		complete(explorer);
	else
		run(explorer, item, typed);
}

/* Keys that move in the list; others are the prompt's. */
static enum action list_action(int key)
{
	switch (key) {
	case KEY_FUNCTION | KEY_UP:
	case 'P' & 0x1f:
		return ACTION_UP;
	case KEY_FUNCTION | KEY_DOWN:
	case 'N' & 0x1f:
		return ACTION_DOWN;
	case KEY_FUNCTION | KEY_PPAGE:
		return ACTION_PAGE_UP;
	case KEY_FUNCTION | KEY_NPAGE:
		return ACTION_PAGE_DOWN;
	default:
		return ACTION_NONE;
	}
}

void explorer_command_press(struct explorer *explorer, int key)
{
	enum action action = list_action(key);
	bool was_empty = explorer->prompt.len == 0;

	if (action != ACTION_NONE) {
		menu_act(&explorer->commands.menu, action);
		return;
	}
	if (key == '\t') {
		complete(explorer);
		return;
	}
	switch (prompt_key(&explorer->prompt, key)) {
	case PROMPT_ENTERED:
		explorer_take_command(explorer);
		break;
	case PROMPT_CANCELLED:
		leave(explorer);
		break;
	case PROMPT_EDITED:
		/* As in vi: who takes back the colon too leaves. */
		if (was_empty && explorer->prompt.len == 0)
			leave(explorer);
		else
			list(explorer);
		break;
	}
}
