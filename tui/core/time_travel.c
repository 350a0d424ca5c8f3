#include "tui/core/time_travel.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/event_report.h"

enum { MINUTE_MS = 60000 };

void travel_init(struct travel *travel, struct past *recording, uint64_t linger_ms)
{
	*travel = (struct travel){
	    .past = recording,
	    .recorded = recording != NULL,
	    .plays = recording != NULL,
	    .then = history_new(linger_ms),
	    .ahead = recording ? past_first(recording) : 0,
	};
	if (!recording)
		travel->past = past_new((uint64_t)TRAVEL_KEEP_MINUTES * MINUTE_MS,
		    (size_t)TRAVEL_MEMORY_MB * 1024 * 1024);
}

void travel_done(struct travel *travel)
{
	history_free(travel->then);
	past_reader_done(&travel->reader);
	past_reader_done(&travel->ahead_reader);
	graph_unref(travel->ahead_before);
	if (!travel->recorded)
		past_free(travel->past);
}

/* Where one is, or is going to be; the number behind the last one for now. */
static uint64_t place(const struct travel *travel)
{
	uint64_t first = past_first(travel->past), end = past_end(travel->past);
	uint64_t at = travel->wanted ? travel->wanted : travel->at;

	if (travel->wants_now || !at)
		return end;
	/* It may have been dropped in the meantime. */
	return at < first ? first : at;
}

static uint64_t minute_from(const struct travel *travel, uint64_t number, int minutes)
{
	uint64_t end = past_end(travel->past), from_ms, target;

	from_ms = past_moment(travel->past, number < end ? number : end - 1)->at_ms;
	if (minutes < 0)
		from_ms = from_ms > MINUTE_MS ? from_ms - MINUTE_MS : 0;
	else
		from_ms += MINUTE_MS;
	target = past_find(travel->past, from_ms);
	/* There may be a gap of more than a minute. */
	if (minutes < 0)
		return target < number ? target : number - 1;
	return target > number ? target : number + 1;
}

bool travel_choose(struct travel *travel, enum travel_step step)
{
	uint64_t first = past_first(travel->past), end = past_end(travel->past);
	uint64_t from = place(travel), to = end;

	if (first == end)
		return false;
	switch (step) {
	case TRAVEL_BACK:
		/* The last one is what is seen now. */
		to = from - 1 - (from == end && from - first > 1);
		break;
	case TRAVEL_MINUTE_BACK:
		to = minute_from(travel, from, -1);
		break;
	case TRAVEL_FORTH:
		to = from + 1;
		break;
	case TRAVEL_MINUTE_FORTH:
		to = from < end ? minute_from(travel, from, 1) : end;
		break;
	case TRAVEL_NOW:
		break;
	}
	if (to < first)
		to = first;
	if (to >= end && travel->recorded)
		to = end - 1;
	if (to == from || (to >= end && from >= end))
		return false;
	travel->wants_now = to >= end;
	travel->wanted = to >= end ? 0 : to;
	return true;
}

void travel_choose_time(struct travel *travel, uint64_t at_ms)
{
	if (past_first(travel->past) == past_end(travel->past))
		return;
	travel->wants_now = false;
	travel->wanted = past_find(travel->past, at_ms);
}

bool travel_is_due(const struct travel *travel)
{
	return travel->wants_now || travel->wanted;
}

const struct graph *travel_go(struct travel *travel)
{
	uint64_t first = past_first(travel->past);
	uint64_t number = travel->wanted < first ? first : travel->wanted;
	struct moment moment = *past_moment(travel->past, number);
	struct graph *graph = past_graph(travel->past, &travel->reader, number);

	travel->wanted = 0;
	if (!graph)
		return NULL;
	travel->at = number;
	travel->at_ms = moment.at_ms;
	travel->taken_at_ms = moment.taken_at_ms;
	history_place(travel->then, graph, moment.at_ms);
	graph_unref(graph);
	return history_now(travel->then);
}

void travel_play(struct travel *travel, bool plays, uint64_t now_ms)
{
	travel->plays = plays;
	if (plays && travel->at + 1 >= past_end(travel->past)) {
		travel->wanted = past_first(travel->past);
		travel->later_ms = now_ms - past_moment(travel->past, travel->wanted)->at_ms;
		return;
	}
	/* Unsigned, so what was recorded since a later boot comes out right as well. */
	travel->later_ms = now_ms - travel->at_ms;
}

uint64_t travel_next_ms(const struct travel *travel)
{
	if (!travel->recorded || !travel->plays || !travel->at ||
	    travel->at + 1 >= past_end(travel->past))
		return UINT64_MAX;
	return past_moment(travel->past, travel->at + 1)->at_ms + travel->later_ms;
}

/* "75 s", "12:05" of minutes and seconds. */
static void add_span(uint64_t span_ms, struct line *line)
{
	unsigned long long seconds = span_ms / 1000;

	line_addf(line, STYLE_WARN, "%llu:%02llu", seconds / 60, seconds % 60);
}

void travel_describe(const struct travel *travel, uint64_t now_ms, struct line *line)
{
	struct line time;

	line_init(&time, line->charset);
	event_add_time(travel->taken_at_ms, &time);
	line_adds(line, STYLE_WARN, travel->recorded ? _("REPLAY") : _("PAST"));
	line_adds(line, STYLE_PLAIN, " ");
	/* Of whole seconds. */
	line_append(line, &time, 0, time.cols > 4 ? time.cols - 4 : time.cols);
	line_done(&time);
	line_adds(line, STYLE_PLAIN, _(", "));
	if (!travel->recorded) {
		add_span(now_ms - travel->at_ms, line);
		line_adds(line, STYLE_PLAIN, _(" ago"));
		return;
	}
	uint64_t begin_ms = past_moment(travel->past, past_first(travel->past))->at_ms;
	uint64_t end_ms = past_moment(travel->past, past_end(travel->past) - 1)->at_ms;

	add_span(travel->at_ms - begin_ms, line);
	/* TRANSLATORS: minutes and seconds, behind "0:12": 12 s of 1:30. */
	line_addf(line, STYLE_PLAIN, _(" of %llu:%02llu"),
	    (unsigned long long)(end_ms - begin_ms) / 60000,
	    (unsigned long long)(end_ms - begin_ms) / 1000 % 60);
	if (travel->plays) {
		line_adds(line, STYLE_PLAIN, " ");
		line_add_sign(line, STYLE_OK, "▶", ">");
	}
}
