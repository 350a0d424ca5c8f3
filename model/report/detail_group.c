/* All that is known of a room: what its members share, and with whom else. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/detail_parts.h"

enum { TYPE_COLS = 8, MARK_COLS = 10 };

static void add_count(const struct detail *detail, const struct ns_group *ns_group)
{
	struct line line = detail_field(detail, _("In it"));

	line_addf(&line, STYLE_STRONG, ngettext("%u process", "%u processes", ns_group->processes),
	    ns_group->processes);
	if (ns_group->threads)
		line_addf(&line, STYLE_STRONG,
		    ngettext(", %u thread that left its process",
		        ", %u threads that left their processes", ns_group->threads),
		    ns_group->threads);
	detail_field_end(detail, &line);
}

/* The one look: what sets it apart. */
static void add_own_ns(const struct detail *detail, const struct ns_group *ns_group)
{
	struct line line = detail_field(detail, _("Differs"));
	unsigned isolated = 0;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = ns_group->ns[type];

		if (ns && !ns->reference)
			line_addf(&line, STYLE_NS, "%s%s", isolated++ ? _(", ") : "",
			    ns_types[type].name);
	}
	if (!isolated)
		line_adds(&line, STYLE_PLAIN, _("nothing: all eight are the usual ones"));
	detail_field_end(detail, &line);
}

/* Who is in @ns and not in @ns_group. */
static void add_others(const struct detail *detail, const struct ns_group *ns_group,
    const struct ns *ns, struct line *line)
{
	uint32_t others =
	    ns->member_count > ns_group->processes ? ns->member_count - ns_group->processes : 0;

	if (others)
		line_addf(line, STYLE_DIM,
		    ngettext("  and %u process of other groups",
		        "  and %u processes of other groups", others),
		    others);
	else
		line_addf(line, STYLE_PLAIN, "  %s",
		    detail->context->graph->stats.denied ? _("no other readable process is in it")
		                                         : _("in this group only"));
}

static void add_namespaces(const struct detail *detail, const struct ns_group *ns_group)
{
	detail_heading(detail, _("Its namespaces"));
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = ns_group->ns[type];
		struct line line = detail_line(detail);

		line_adds(&line, STYLE_DIM, ns_types[type].name);
		line_pad(&line, TYPE_COLS);
		if (ns) {
			detail_add_ns(detail, ns, &line);
			add_others(detail, ns_group, ns, &line);
		} else {
			line_adds(&line, STYLE_DIM, _("this kernel has none"));
		}
		detail_wrap(detail, &line, MARK_COLS);
	}
}

static void add_thread(const struct detail *detail, const struct thread *thread)
{
	struct line line = detail_line(detail);

	line_addf(&line, STYLE_PID, "%7d ", (int)thread->tid);
	line_addf(&line, STYLE_DIM, "%s ", _("thread"));
	line_adds(&line, thread->life.ended_ms ? STYLE_DEAD : STYLE_PLAIN, thread->comm);
	detail_wrap(detail, &line, TYPE_COLS);
}

static void add_members(const struct detail *detail, const struct ns_group *ns_group)
{
	uint32_t listed = 0;
	struct line line;

	detail_heading(detail, _("Members"));
	for (; listed < ns_group->member_count && listed < detail_most(detail); listed++) {
		const struct ns_group_member *member = &ns_group->members[listed];

		if (member->thread)
			add_thread(detail, member->thread);
		else
			detail_member(detail, member->process);
	}
	if (listed < ns_group->member_count) {
		line = detail_line(detail);
		line_pad(&line, TYPE_COLS);
		line_addf(&line, STYLE_DIM, _("and %u more"), ns_group->member_count - listed);
		detail_wrap(detail, &line, TYPE_COLS);
	}
}

void detail_ns_group(const struct detail *detail, const struct ns_group *ns_group)
{
	struct line line = detail_line(detail);
	struct container container;

	line_adds(&line, STYLE_TITLE, _("A group: processes with the same eight namespaces"));
	detail_wrap(detail, &line, 0);
	add_count(detail, ns_group);
	add_own_ns(detail, ns_group);
	if (container_of_process(ns_group->first, &container))
		detail_container(detail, &container);
	add_namespaces(detail, ns_group);
	add_members(detail, ns_group);
}
