#include "tui/bars.h"

#include "model/base/i18n.h"
#include "tui/core/screen.h"

#include <errno.h>
#include <string.h>

enum { PACE_FROM_COLS = 60 };

static void separate(struct line *line)
{
	line_add_symbol(line, STYLE_DIM, " · ", " | ");
}

static void add_machine(struct line *line, const struct graph *graph)
{
	line_adds(line, STYLE_TITLE, "nsscope");
	if (!graph)
		return;
	line_adds(line, STYLE_PLAIN, "  ");
	line_adds(line, STYLE_STRONG, graph->host);
	line_adds(line, STYLE_PLAIN, "  Linux ");
	line_adds(line, STYLE_PLAIN, graph->kernel);
}

/* How it is read; where that is not by BPF, why not. */
static void add_source(struct line *line, const struct graph *graph)
{
	struct bpf_refusal why = bpf_why_last();

	separate(line);
	line_adds(line, STYLE_PLAIN, graph->source);
	if (why.what != BPF_NO_OBSTACLE)
		line_addf(line, STYLE_DIM, _(" (BPF: %s)"), bpf_obstacle_name(why.what));
}

/* What is shown, and how it was cut down. */
static void add_choice(struct line *line, const struct ui_state *ui_state)
{
	const struct live *live = ui_state->live;
	const struct outline_options *options = &live->options;

	ui_state->main->ops->describe(ui_state->main, line);
	if (options->filter && *options->filter) {
		separate(line);
		line_addf(line, STYLE_MATCH, _("filter: %s"), options->filter);
	}
	if (options->search && *options->search) {
		separate(line);
		line_addf(line, STYLE_MATCH, _("search: %s (%zu found)"), options->search,
		    ui_state->main->ops->matched ? ui_state->main->ops->matched(ui_state->main)
		                                 : live->outline.matched);
	}
}

static void add_pace(struct line *line, const struct ui_state *ui_state, bool following)
{
	const struct live *live = ui_state->live;

	if (live_is_past(live))
		time_travel_describe(&live->time_travel, ui_state->now_ms, line);
	else if (live->frozen)
		line_adds(line, STYLE_WARN, _("FROZEN"));
	else if (live->pause_ms < 1000)
		line_addf(line, STYLE_PLAIN, _("every %u ms"), live->pause_ms);
	else
		line_addf(line, STYLE_PLAIN, _("every %.1f s"), live->pause_ms / 1000.0);
	if (following) {
		separate(line);
		line_adds(line, STYLE_PLAIN, _("following"));
	}
}

static void add_counts(struct line *line, const struct live *live)
{
	const struct graph *graph = live->shown;
	const struct scan_stats *stats = &graph->stats;

	line_addf(line, STYLE_PLAIN, ngettext("%zu process", "%zu processes", graph->living_count),
	    graph->living_count);
	separate(line);
	line_addf(line, STYLE_PLAIN,
	    ngettext("%zu namespace", "%zu namespaces", graph->living_ns_count),
	    graph->living_ns_count);
	separate(line);
	if (live->error == -EBADMSG)
		line_adds(line, STYLE_FAIL, _("the next moment can't be read"));
	else if (live->error == -EOPNOTSUPP)
		line_adds(line, STYLE_FAIL, _("BPF fails now"));
	else if (live->error != 0)
		line_addf(
		    line, STYLE_FAIL, _("/proc can't be read now: %s"), strerror(-live->error));
	else if (stats->denied > 0)
		line_addf(line, STYLE_WARN,
		    ngettext("%u not readable", "%u not readable", stats->denied), stats->denied);
	else
		line_adds(line, STYLE_PLAIN, _("all readable"));
	if (stats->hidden) {
		separate(line);
		line_adds(line, STYLE_WARN, _("/proc hides other users' processes"));
	}
	if (stats->foreign_proc) {
		separate(line);
		line_adds(line, STYLE_WARN, _("/proc shows another PID namespace"));
	}
	if (stats->names_late) {
		separate(line);
		line_adds(line, STYLE_WARN, _("/run/netns does not answer"));
	}
}

void bars_header(const struct ui_state *ui_state, bool following, const struct area *area)
{
	const struct live *live = ui_state->live;
	struct line line;
	size_t cols = (size_t)area->cols;

	line_init(&line, live->charset);
	if (area->rows >= 2) {
		add_machine(&line, live->shown);
		separate(&line);
		add_choice(&line, ui_state);
		if (live->shown)
			add_source(&line, live->shown);
		line_fit(&line, cols);
		screen_line(&line, area->y, area->x, area->cols, LOOK_PLAIN);
		line_clear(&line);
	}
	/* What matters most stands first: the rest may be cut. */
	if (live->shown &&
	    (live->frozen || live_is_past(live) ||
	        (live->pause_ms && area->rows >= 2 && area->cols >= PACE_FROM_COLS))) {
		add_pace(&line, ui_state, following);
		separate(&line);
	}
	if (live->shown)
		add_counts(&line, live);
	else if (area->rows < 2)
		add_machine(&line, NULL);
	if (area->rows < 2) {
		separate(&line);
		add_choice(&line, ui_state);
	}
	line_fit(&line, cols);
	screen_line(&line, area->y + area->rows - 1, area->x, area->cols, LOOK_PLAIN);
	line_done(&line);
}

/* Appends to @line the key and label of @binding, @first: without a gap before. */
static void add_key(struct line *line, const struct key_binding *binding, bool first)
{
	if (!first)
		line_adds(line, STYLE_PLAIN, "  ");
	line_adds(line, STYLE_KEY, _(binding->bar_key));
	line_adds(line, STYLE_PLAIN, " ");
	line_adds(line, STYLE_DIM, _(binding->label));
}

void bars_keys(enum key_place place, enum charset charset, const struct area *area)
{
	struct line line, part, leave;
	size_t cols = (size_t)area->cols;

	line_init(&line, charset);
	line_init(&part, charset);
	line_init(&leave, charset);
	/* The way out is always shown: it has its place before the others have theirs. */
	for (size_t i = 0; i < key_table_count; i++) {
		if (key_table[i].action == ACTION_BACK)
			add_key(&leave, &key_table[i], false);
	}
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_binding *binding = &key_table[i];

		if (!(binding->places & place) || !binding->bar_key ||
		    binding->action == ACTION_BACK)
			continue;
		line_clear(&part);
		add_key(&part, binding, line.cols == 0);
		if (line.cols + part.cols + leave.cols <= cols)
			line_append(&line, &part, 0, part.cols);
	}
	line_append(&line, &leave, line.cols == 0 ? 2 : 0, leave.cols);
	line_fit(&line, cols);
	screen_line(&line, area->y, area->x, area->cols, LOOK_PLAIN);
	line_done(&line);
	line_done(&part);
	line_done(&leave);
}
