#include "model/report/inspector.h"

#include "model/base/i18n.h"
#include "model/graph/ns.h"
#include "model/report/detail_parts.h"
#include "model/report/inspection_lines.h"

enum { INDENT = 2 };

/* Why it is there: for a namespace's own row the details tell it already. */
static void add_why(const struct detail *detail, const struct ns *ns)
{
	unsigned most = detail_most(detail), listed = 0;
	struct holder_walk walk;
	struct holder holder;
	struct line line;

	if (ns->life.ended_ms)
		return;
	detail_text(detail, STYLE_STRONG, _("Held by"));
	if (ns->initial) {
		line = detail_line(detail);
		line_pad(&line, INDENT);
		line_adds(&line, STYLE_PLAIN, _("the kernel (permanent)"));
		detail_wrap(detail, &line, INDENT);
	}
	holders_begin(&walk, ns, ns->initial ? 0 : most);
	for (; listed < most && holders_next(&walk, &holder); listed++) {
		line = detail_line(detail);
		line_pad(&line, INDENT);
		holder_add(&holder, &line);
		detail_wrap(detail, &line, INDENT);
	}
	unsigned all = ns->holder_count + (ns->initial ? 0 : ns->member_count);
	if (all <= listed)
		return;
	line = detail_line(detail);
	line_pad(&line, INDENT);
	line_addf(&line, STYLE_DIM, _("and %u more"), all - listed);
	detail_wrap(detail, &line, INDENT);
}

void inspector_lines(const struct rowline_context *context, const struct row *row,
    const struct inspector_ns *namespaces, size_t count, struct lines *lines)
{
	const struct detail detail = {.context = context, .row = row, .lines = lines};

	detail_lines(context, row, lines);
	for (size_t i = 0; i < count; i++) {
		const struct ns *ns = namespaces[i].ns;

		if (!namespaces[i].found && ns->life.ended_ms)
			continue;
		inspection_lines(context, ns, namespaces[i].found, lines);
		if (row->key.kind != ROW_NS)
			add_why(&detail, ns);
	}
}
