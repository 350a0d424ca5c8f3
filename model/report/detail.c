#include "model/report/detail.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/detail_parts.h"

#include <string.h>
#include <time.h>

enum {
	FIELD_COLS = 10,
	LISTED_USUAL = 8,
	LISTED_WHOLE = 300, /* more than anybody reads, and made within a frame for all eight */
};

struct line detail_line(const struct detail *detail)
{
	struct line line;

	line_init(&line, detail->context->charset);
	return line;
}

void detail_wrap(const struct detail *detail, struct line *line, size_t indent)
{
	lines_wrap_line(detail->lines, line, indent, detail->context->cols);
	line_done(line);
}

unsigned detail_most(const struct detail *detail)
{
	return detail->context->whole ? LISTED_WHOLE : LISTED_USUAL;
}

void detail_heading(const struct detail *detail, const char *text)
{
	lines_add(detail->lines, detail->context->charset);
	detail_text(detail, STYLE_TITLE, text);
}

void detail_text(const struct detail *detail, enum style style, const char *text)
{
	lines_wrap(detail->lines, detail->context->charset, style, text, 0, detail->context->cols);
}

struct line detail_field(const struct detail *detail, const char *label)
{
	struct line line = detail_line(detail);

	line_adds(&line, STYLE_DIM, label);
	line_adds(&line, STYLE_DIM, " ");
	line_pad(&line, FIELD_COLS);
	return line;
}

void detail_field_end(const struct detail *detail, struct line *line)
{
	detail_wrap(detail, line, FIELD_COLS);
}

void detail_field_text(
    const struct detail *detail, const char *label, enum style style, const char *text)
{
	struct line line = detail_field(detail, label);

	line_adds(&line, style, text);
	detail_field_end(detail, &line);
}

void detail_add_mark(const struct detail *detail, const struct ns *ns, struct line *line)
{
	const struct ns_letters *ns_letters = detail->context->ns_letters;
	size_t end;

	if (!ns_letters)
		return;
	end = line->cols + ns_columns_cols(ns_letters, ns->id.type);
	if (ns->reference)
		line_adds(line, STYLE_DIM, ns_letters_label(ns_letters, ns, line->charset));
	else
		line_add_ns_letter(line, ns_letters_label(ns_letters, ns, line->charset),
		    ns_letters_hue(ns_letters, ns));
	line_pad(line, end);
	line_adds(line, STYLE_PLAIN, " ");
}

void detail_add_ns(const struct detail *detail, const struct ns *ns, struct line *line)
{
	const struct ns_letters *ns_letters = detail->context->ns_letters;

	if (ns_letters && !ns->reference) {
		line_add_ns_letter(line, ns_letters_label(ns_letters, ns, line->charset),
		    ns_letters_hue(ns_letters, ns));
		line_adds(line, STYLE_PLAIN, " ");
	}
	line_addf(
	    line, STYLE_NS, "%s:%llu", ns_types[ns->id.type].name, (unsigned long long)ns->id.ino);
	if (ns->name)
		line_addf(line, STYLE_NS, " \"%s\"", ns->name);
	if (ns->initial)
		line_addf(line, STYLE_DIM, "%s", _(" (initial)"));
	if (ns->life.ended_ms)
		line_addf(line, STYLE_DEAD, "%s", _(" (gone)"));
}

void detail_container(const struct detail *detail, const struct container *container)
{
	struct line line = detail_field(detail, _("Container"));

	if (container) {
		container_add(container, STYLE_STRONG, &line);
		line_addf(&line, STYLE_DIM, _(" (%s)"), container_clue_text(container->clue));
		if (container->id[0]) {
			line_adds(&line, STYLE_DIM, _(", "));
			line_adds(&line, STYLE_CODE, container->id);
		}
	} else {
		line_adds(
		    &line, STYLE_DIM, _("unknown: no match in cgroups, mounts or command lines"));
	}
	detail_field_end(detail, &line);
}

/* Local time of @at_ms on the history's clock. */
static void add_time_of(const struct detail *detail, uint64_t at_ms, struct line *line)
{
	time_t seconds = (time_t)(history_wall_ms(detail->context->history, at_ms) / 1000);
	struct tm local;

	if (seconds && localtime_r(&seconds, &local))
		line_addf(line, STYLE_PLAIN, "%02d:%02d:%02d ", local.tm_hour, local.tm_min,
		    local.tm_sec);
}

void detail_life(const struct detail *detail, const struct life *life)
{
	struct line line;

	if (!detail->context->history)
		return;
	if (life->appeared_ms) {
		line = detail_field(detail, _("Appeared"));
		add_time_of(detail, life->appeared_ms, &line);
		line_adds(&line, STYLE_NEW, _("while nsscope was watching"));
		detail_field_end(detail, &line);
	}
	if (life->ended_ms) {
		line = detail_field(detail, _("Ended"));
		add_time_of(detail, life->ended_ms, &line);
		line_adds(&line, STYLE_DEAD, _("gone, and removed from the list shortly"));
		detail_field_end(detail, &line);
	}
}

static void detail_note(const struct detail *detail, const struct row *row)
{
	detail_text(detail, STYLE_TITLE, row->note ? row->note : "");
	if (row->key.why != READ_OK)
		detail_text(detail, STYLE_PLAIN, read_status_text(row->key.why));
}

void detail_lines(const struct rowline_context *context, const struct row *row, struct lines *lines)
{
	const struct detail detail = {.context = context, .row = row, .lines = lines};

	switch (row->key.kind) {
	case ROW_PROCESS:
		detail_process(&detail, row->process);
		break;
	case ROW_THREAD:
		detail_thread(&detail, row->thread);
		break;
	case ROW_NS:
		detail_ns(&detail, row->ns);
		break;
	case ROW_MEMBERS:
		detail_ns(&detail, row->ns);
		break;
	case ROW_NS_GROUP:
		detail_ns_group(&detail, row->ns_group);
		break;
	case ROW_UNKNOWN:
		detail_unknown(&detail, row->key.why);
		break;
	case ROW_TYPE:
		detail_type(&detail, row->key.type);
		break;
	case ROW_NOTE:
		detail_note(&detail, row);
		break;
	}
}

void detail_title(const struct row *row, struct line *title)
{
	if (!row) {
		line_adds(title, STYLE_TITLE, _("Details"));
		return;
	}
	switch (row->key.kind) {
	case ROW_TYPE:
		line_addf(title, STYLE_TITLE, _("Type %s"), ns_types[row->key.type].name);
		break;
	case ROW_NS:
		line_addf(title, STYLE_TITLE, _("Namespace %s:%llu"),
		    ns_types[row->ns->id.type].name, (unsigned long long)row->ns->id.ino);
		break;
	case ROW_PROCESS:
		line_addf(title, STYLE_TITLE, _("Process %d"), (int)row->process->id.pid);
		line_adds(title, STYLE_PLAIN, " ");
		line_adds(title, STYLE_PLAIN, row->process->comm);
		break;
	case ROW_THREAD:
		line_addf(title, STYLE_TITLE, _("Thread %d"), (int)row->thread->tid);
		line_adds(title, STYLE_PLAIN, " ");
		line_adds(title, STYLE_PLAIN, row->thread->comm);
		break;
	case ROW_MEMBERS:
		line_addf(title, STYLE_TITLE, _("Members of %s:%llu"),
		    ns_types[row->ns->id.type].name, (unsigned long long)row->ns->id.ino);
		break;
	case ROW_NS_GROUP:
		line_addf(title, STYLE_TITLE, _("Group of %s"), row->ns_group->first->comm);
		break;
	case ROW_UNKNOWN:
		line_adds(title, STYLE_TITLE, _("Owner not known"));
		break;
	case ROW_NOTE:
		line_adds(title, STYLE_TITLE, _("Note"));
		break;
	}
}
