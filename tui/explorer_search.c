/* The explorer's search and filter. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/explorer_internal.h"

static void replace(char **text, const char *with)
{
	free(*text);
	*text = with && *with ? xstrdup(with) : NULL;
}

static void apply_texts(struct explorer *explorer)
{
	explorer->live->options.search = explorer->search;
	explorer->live->options.filter = explorer->filter;
	live_rebuild(explorer->live);
}

static void say_no_match(struct explorer *explorer)
{
	explorer_say(explorer,
	    explorer->search ? _("not found") : _("nothing is searched for yet: / begins"));
}

static bool search(struct explorer *explorer, enum search_step step)
{
	struct view *view = explorer->ui_state.main;

	return view->ops->search(view, step);
}

void explorer_open_prompt(struct explorer *explorer, enum asking asking)
{
	bool searches = asking == ASKING_SEARCH;
	const char *now = searches ? NULL : explorer->filter;

	explorer_note_place(explorer);
	explorer->asking = asking;
	search(explorer, SEARCH_BEGINS);
	prompt_open(&explorer->prompt, searches ? _("Search: ") : _("Filter: "), now ? now : "");
}

/* Both act while they are typed. */
void explorer_prompt_press(struct explorer *explorer, int key)
{
	if (explorer->asking == ASKING_COMMAND) {
		explorer_command_press(explorer, key);
		return;
	}
	if (explorer->asking == ASKING_WRITE || explorer->asking == ASKING_REPLACE) {
		explorer_write_press(explorer, key);
		return;
	}
	if (explorer->asking == ASKING_JOIN) {
		explorer_join_press(explorer, key);
		return;
	}
	enum prompt_result result = prompt_key(&explorer->prompt, key);
	const char *text = result == PROMPT_CANCELLED ? "" : explorer->prompt.text;

	replace(explorer->asking == ASKING_FILTER ? &explorer->filter : &explorer->search, text);
	apply_texts(explorer);
	if (explorer->asking == ASKING_FILTER)
		return;
	/* Nothing is unfolded for what may not be typed to its end. */
	if (search(explorer, SEARCH_TYPED) || !explorer->search || result != PROMPT_ENTERED)
		return;
	explorer_next_match(explorer, SEARCH_NEXT);
}

void explorer_ask(struct explorer *explorer, enum asking asking, const char *text)
{
	explorer_open_prompt(explorer, asking);
	if (!*text)
		return;
	prompt_open(&explorer->prompt, "", text);
	explorer_prompt_press(explorer, '\r');
}

void explorer_next_match(struct explorer *explorer, enum search_step step)
{
	explorer_note_place(explorer);
	if (!search(explorer, step))
		say_no_match(explorer);
}

bool explorer_clear_texts(struct explorer *explorer)
{
	if (!explorer->search && !explorer->filter)
		return false;
	replace(&explorer->search, NULL);
	replace(&explorer->filter, NULL);
	apply_texts(explorer);
	return true;
}
