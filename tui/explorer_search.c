/* The explorer's search and filter. */
#include "model/i18n.h"
#include "model/util.h"
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

static void go_to_origin(struct explorer *explorer)
{
	uint32_t at = ROW_NONE;

	if (explorer->has_origin)
		at = outline_find(&explorer->live->outline, &explorer->origin);
	if (at != ROW_NONE)
		tree_view_select(&explorer->tree, at);
}

void explorer_open_prompt(struct explorer *explorer, enum asking asking)
{
	const struct row *row = tree_view_row(&explorer->tree);
	bool search = asking == ASKING_SEARCH;
	const char *now = search ? NULL : explorer->filter;

	explorer->asking = asking;
	explorer->has_origin = row != NULL;
	if (row)
		explorer->origin = row->key;
	prompt_open(&explorer->prompt, search ? _("Search: ") : _("Filter: "), now ? now : "");
}

/* Both act while they are typed. */
void explorer_prompt_press(struct explorer *explorer, int key)
{
	enum prompt_result result = prompt_key(&explorer->prompt, key);
	const char *text = result == PROMPT_CANCELLED ? "" : explorer->prompt.text;

	replace(explorer->asking == ASKING_FILTER ? &explorer->filter : &explorer->search, text);
	apply_texts(explorer);
	if (explorer->asking == ASKING_FILTER)
		return;
	go_to_origin(explorer);
	/* Nothing is unfolded for what may not be typed to its end. */
	if (!explorer->search || tree_view_match_here(&explorer->tree) || result != PROMPT_ENTERED)
		return;
	explorer_next_match(explorer, 1);
}

void explorer_next_match(struct explorer *explorer, int step)
{
	if (!tree_view_match(&explorer->tree, step))
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
