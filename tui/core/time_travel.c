#include "tui/core/time_travel.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/event_report.h"

enum { MINUTE_MS = 60000 };

void time_travel_init(
    struct time_travel *time_travel, struct history_log *recording, uint64_t dead_grace_ms)
{
	*time_travel = (struct time_travel){
	    .history_log = recording,
	    .recorded = recording != NULL,
	    .plays = recording != NULL,
	    .then = history_new(dead_grace_ms),
	    .ahead = recording ? history_log_first(recording) : 0,
	};
	if (!recording)
		time_travel->history_log =
		    history_log_new((uint64_t)TIME_TRAVEL_KEEP_MINUTES * MINUTE_MS,
		        (size_t)TIME_TRAVEL_MEMORY_MB * 1024 * 1024);
}

void time_travel_done(struct time_travel *time_travel)
{
	history_free(time_travel->then);
	history_log_reader_done(&time_travel->reader);
	history_log_reader_done(&time_travel->ahead_reader);
	graph_unref(time_travel->ahead_before);
	if (!time_travel->recorded)
		history_log_free(time_travel->history_log);
}

/* The present position or the next one; now is the number after the last. */
static uint64_t place(const struct time_travel *time_travel)
{
	uint64_t first = history_log_first(time_travel->history_log),
	         end = history_log_end(time_travel->history_log);
	uint64_t at = time_travel->wanted ? time_travel->wanted : time_travel->at;

	if (time_travel->wants_now || !at)
		return end;
	/* It may have been dropped in the meantime. */
	return at < first ? first : at;
}

static uint64_t minute_from(const struct time_travel *time_travel, uint64_t number, int minutes)
{
	uint64_t end = history_log_end(time_travel->history_log), from_ms, target;

	from_ms =
	    history_log_snapshot(time_travel->history_log, number < end ? number : end - 1)->at_ms;
	if (minutes < 0)
		from_ms = from_ms > MINUTE_MS ? from_ms - MINUTE_MS : 0;
	else
		from_ms += MINUTE_MS;
	target = history_log_find(time_travel->history_log, from_ms);
	/* There may be a gap of more than a minute. */
	if (minutes < 0)
		return target < number ? target : number - 1;
	return target > number ? target : number + 1;
}

bool time_travel_choose(struct time_travel *time_travel, enum time_travel_step step)
{
	uint64_t first = history_log_first(time_travel->history_log),
	         end = history_log_end(time_travel->history_log);
	uint64_t from = place(time_travel), to = end;

	if (first == end)
		return false;
	switch (step) {
	case TIME_TRAVEL_BACK:
		/* The last one is the present graph. */
		to = from - 1 - (from == end && from - first > 1);
		break;
	case TIME_TRAVEL_MINUTE_BACK:
		to = minute_from(time_travel, from, -1);
		break;
	case TIME_TRAVEL_FORTH:
		to = from + 1;
		break;
	case TIME_TRAVEL_MINUTE_FORTH:
		to = from < end ? minute_from(time_travel, from, 1) : end;
		break;
	case TIME_TRAVEL_NOW:
		break;
	}
	if (to < first)
		to = first;
	if (to >= end && time_travel->recorded)
		to = end - 1;
	if (to == from || (to >= end && from >= end))
		return false;
	time_travel->wants_now = to >= end;
	time_travel->wanted = to >= end ? 0 : to;
	return true;
}

void time_travel_choose_time(struct time_travel *time_travel, uint64_t at_ms)
{
	if (history_log_first(time_travel->history_log) ==
	    history_log_end(time_travel->history_log))
		return;
	time_travel->wants_now = false;
	time_travel->wanted = history_log_find(time_travel->history_log, at_ms);
}

bool time_travel_is_due(const struct time_travel *time_travel)
{
	return time_travel->wants_now || time_travel->wanted;
}

const struct graph *time_travel_go(struct time_travel *time_travel)
{
	uint64_t first = history_log_first(time_travel->history_log);
	uint64_t number = time_travel->wanted < first ? first : time_travel->wanted;
	struct snapshot snapshot = *history_log_snapshot(time_travel->history_log, number);
	struct graph *graph =
	    history_log_graph(time_travel->history_log, &time_travel->reader, number);

	time_travel->wanted = 0;
	if (!graph)
		return NULL;
	time_travel->at = number;
	time_travel->at_ms = snapshot.at_ms;
	time_travel->taken_at_ms = snapshot.taken_at_ms;
	history_place(time_travel->then, graph, snapshot.at_ms);
	graph_unref(graph);
	return history_now(time_travel->then);
}

void time_travel_play(struct time_travel *time_travel, bool plays, uint64_t now_ms)
{
	time_travel->plays = plays;
	if (plays && time_travel->at + 1 >= history_log_end(time_travel->history_log)) {
		time_travel->wanted = history_log_first(time_travel->history_log);
		time_travel->later_ms =
		    now_ms -
		    history_log_snapshot(time_travel->history_log, time_travel->wanted)->at_ms;
		return;
	}
	/* Unsigned, so what was recorded since a later boot comes out right as well. */
	time_travel->later_ms = now_ms - time_travel->at_ms;
}

uint64_t time_travel_next_ms(const struct time_travel *time_travel)
{
	if (!time_travel->recorded || !time_travel->plays || !time_travel->at ||
	    time_travel->at + 1 >= history_log_end(time_travel->history_log))
		return UINT64_MAX;
	return history_log_snapshot(time_travel->history_log, time_travel->at + 1)->at_ms +
	       time_travel->later_ms;
}

/* "75 s", "12:05" of minutes and seconds. */
static void add_span(uint64_t span_ms, struct line *line)
{
	unsigned long long seconds = span_ms / 1000;

	line_addf(line, STYLE_WARN, "%llu:%02llu", seconds / 60, seconds % 60);
}

void time_travel_describe(const struct time_travel *time_travel, uint64_t now_ms, struct line *line)
{
	struct line time;

	line_init(&time, line->charset);
	event_add_time(time_travel->taken_at_ms, &time);
	line_adds(line, STYLE_WARN, time_travel->recorded ? _("REPLAY") : _("PAST"));
	line_adds(line, STYLE_PLAIN, " ");
	/* Full seconds only. */
	line_append(line, &time, 0, time.cols > 4 ? time.cols - 4 : time.cols);
	line_done(&time);
	line_adds(line, STYLE_PLAIN, _(", "));
	if (!time_travel->recorded) {
		add_span(now_ms - time_travel->at_ms, line);
		line_adds(line, STYLE_PLAIN, _(" ago"));
		return;
	}
	uint64_t begin_ms = history_log_snapshot(
	    time_travel->history_log, history_log_first(time_travel->history_log))
	                        ->at_ms;
	uint64_t end_ms = history_log_snapshot(
	    time_travel->history_log, history_log_end(time_travel->history_log) - 1)
	                      ->at_ms;

	add_span(time_travel->at_ms - begin_ms, line);
	/* TRANSLATORS: minutes and seconds, behind "0:12": 12 s of 1:30. */
	line_addf(line, STYLE_PLAIN, _(" of %llu:%02llu"),
	    (unsigned long long)(end_ms - begin_ms) / 60000,
	    (unsigned long long)(end_ms - begin_ms) / 1000 % 60);
	if (time_travel->plays) {
		line_adds(line, STYLE_PLAIN, " ");
		line_add_symbol(line, STYLE_OK, "▶", ">");
	}
}
