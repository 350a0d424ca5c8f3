/* Terms that are told of a namespace. */
#include "lessons/script/terms.h"
#include "model/base/i18n.h"
#include "model/graph/holders.h"
#include "model/graph/pid_ns.h"
#include "scanner/helper/helper.h"

/* Another nsscope, of somebody else in the class, may just be looking at what is in there. */
static long count_visitors(const struct ns *ns)
{
	long count = 0;

	for (const struct process *member = ns->first_member; member;
	     member = member->next_member[ns->id.type])
		count += !member->life.died_ms && helper_has_name(member->comm);
	return count;
}

void term_members(const struct term_view *view, struct value *value)
{
	const struct ns *ns = view->ns;

	value_number(value, ns ? (long)ns->member_count - count_visitors(ns) : 0);
}

void term_exists(const struct term_view *view, struct value *value)
{
	value_number(value, view->ns ? 1 : 0);
}

void term_dead(const struct term_view *view, struct value *value)
{
	enum pid_ns_state state = pid_ns_state(view->check_context->graph, view->ns);

	if (state == PID_NS_EMPTY || state == PID_NS_UNKNOWN)
		value_unknown(value, _("whether it has had an init is not known"));
	else
		value_number(value, state == PID_NS_DEAD);
}

void term_parent(const struct term_view *view, struct value *value)
{
	const struct ns *ns = view->ns;

	if (ns->parent)
		value_ns(value, ns->parent, READ_OK);
	else if (ns->parent_unread == READ_OK)
		value_unknown(value, _("it has no parent"));
	else
		value_unknown(value, "%s", unread_text(ns->parent_unread));
}

void term_owner(const struct term_view *view, struct value *value)
{
	const struct ns *ns = view->ns;

	if (ns->owner)
		value_ns(value, ns->owner, READ_OK);
	else if (ns->owner_unread == READ_OK)
		value_unknown(value, _("it has no owner"));
	else if (ns->owner_unread == UNREAD_DENIED)
		value_above(value);
	else
		value_unknown(value, "%s", unread_text(ns->owner_unread));
}

void term_owner_uid(const struct term_view *view, struct value *value)
{
	if (view->ns->owner_uid_unread == READ_OK)
		value_number(value, (long)view->ns->owner_uid);
	else
		value_unknown(value, "%s", unread_text(view->ns->owner_uid_unread));
}

void term_level(const struct term_view *view, struct value *value)
{
	long level = 0;

	for (const struct ns *above = view->ns->parent; above; above = above->parent)
		level++;
	value_number(value, level);
}

void term_kept(const struct term_view *view, struct value *value)
{
	value_number(value, view->ns ? (long)view->ns->holder_count : 0);
}

/* The kinds of reasons, but in place of the members "none". */
const char *term_kept_word(size_t at)
{
	if (at >= HOLDER_KIND_COUNT)
		return NULL;
	return at == HOLDER_PROCESS ? "none" : holder_kind_names[at];
}

void term_held_by(const struct term_view *view, struct value *value)
{
	const struct ns *ns = view->ns;

	value_string(
	    value, term_kept_word(ns && ns->holder_count ? ns->holders[0].kind : HOLDER_PROCESS));
}
