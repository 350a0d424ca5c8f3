#include "lessons/script/terms.h"

#include "lessons/stage/calls.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/ns.h"
#include "scanner/helper/helper.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const lesson_you_words[CHECK_CONTEXT_YOU_MAX] = {"you", "you2"};

/* --- Values --------------------------------------------------------------------------------- */

void value_unknown(struct value *value, const char *format, ...)
{
	va_list args;

	value->kind = VALUE_UNKNOWN;
	va_start(args, format);
	vsnprintf(value->text, sizeof(value->text), format, args);
	va_end(args);
}

static void value_number(struct value *value, long number)
{
	value->kind = VALUE_NUMBER;
	value->number = number;
}

static void value_string(struct value *value, const char *text)
{
	size_t len = strlen(text);

	value->kind = VALUE_STRING;
	value->len = len < sizeof(value->text) ? len : sizeof(value->text) - 1;
	memcpy(value->text, text, value->len);
	value->text[value->len] = 0;
}

static void value_ns(struct value *value, const struct ns *ns, enum read_status read_status)
{
	if (read_status != READ_OK) {
		value_unknown(value, "%s", read_status_text(read_status));
		return;
	}
	value->kind = VALUE_NS;
	value->ns = ns->id;
	for (; ns && !value->below; ns = ns->parent)
		value->below = ns->reference;
}

static void value_above(struct value *value)
{
	value->kind = VALUE_ABOVE;
	snprintf(value->text, sizeof(value->text), "%s", _("one above, not visible from here"));
}

/* --- Terms of a process ----------------------------------------------------------------------- */

static void term_ns(const struct term_view *view, struct value *value)
{
	const struct process *process = view->process;

	value_ns(value, process->ns[view->link], process->read_status[view->link]);
}

static void term_thread(const struct term_view *view, struct value *value)
{
	const struct process *process = view->process;
	const struct ns *own = process->ns[view->link];

	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		const struct ns *ns = thread->ns[view->link];

		if (ns && ns != own && !thread->life.ended_ms) {
			value_ns(value, ns, READ_OK);
			return;
		}
	}
	value_unknown(value, _("all threads of %s are where %s is"), view->who, view->who);
}

static void term_last(const struct term_view *view, struct value *value)
{
	const struct process *process = view->process;
	const struct actor_state *actor_state = view->actor_state;

	if (process && process->ns[view->link]) {
		value_ns(value, process->ns[view->link], READ_OK);
	} else if (actor_state && actor_state->known[view->link]) {
		value->kind = VALUE_NS;
		value->ns = actor_state->last[view->link];
	} else {
		value_unknown(value, _("it could never be read"));
	}
}

static void term_hostname(const struct term_view *view, struct value *value)
{
	const struct process *process = view->process;
	const struct ns *uts = process->ns[NS_UTS];

	if (process->read_status[NS_UTS] != READ_OK)
		value_unknown(value, "%s", read_status_text(process->read_status[NS_UTS]));
	else if (!uts->hostname)
		value_unknown(value, _("its host name could not be read"));
	else
		value_string(value, uts->hostname);
}

static void term_pid(const struct term_view *view, struct value *value)
{
	value_number(value, view->process->id.pid);
}

static void term_ppid(const struct term_view *view, struct value *value)
{
	value_number(value, view->process->ppid);
}

static void term_inner(const struct term_view *view, struct value *value)
{
	value_number(value, view->process->pids[view->process->pid_levels - 1]);
}

static void term_levels(const struct term_view *view, struct value *value)
{
	value_number(value, view->process->pid_levels);
}

static void term_uid(const struct term_view *view, struct value *value)
{
	value_number(value, (long)view->process->uid);
}

static void term_alive(const struct term_view *view, struct value *value)
{
	const struct process *process = view->process;

	/* The first thread is Z also where others still run: struct thread. */
	value_number(value,
	    process && process->state != 'X' && (process->state != 'Z' || process->threads > 1));
}

/* --- Words ---------------------------------------------------------------------------------- */

/* proc_pid_stat(5), (3) state, without those that ended with Linux 3.13. */
static const char *const states[] = {"R", "S", "D", "Z", "T", "t", "X", "I"};

static const char *term_state_word(size_t at)
{
	return at < array_len(states) ? states[at] : NULL;
}

static void term_state(const struct term_view *view, struct value *value)
{
	value_string(value, (const char[]){view->process->state, 0});
}

/* The errno that readlink(2) gives, where there is one. */
static const char *const reasons[] = {
    [READ_OK] = "none",
    [READ_DENIED] = "EACCES",
    [READ_GONE] = "ESRCH",
    [READ_ZOMBIE] = "zombie",
    [READ_UNSUPPORTED] = "unsupported",
    [READ_EMPTY] = "ENOENT",
    [READ_NEVER] = "unasked",
};

static const char *term_unread_word(size_t at)
{
	return at < array_len(reasons) ? reasons[at] : NULL;
}

static void term_unread(const struct term_view *view, struct value *value)
{
	value_string(value, reasons[view->process->read_status[view->link]]);
}

/* --- Terms of a namespace --------------------------------------------------------------------- */

/* Another nsscope, of another user in the class, may just be inspecting that namespace. */
static long count_visitors(const struct ns *ns)
{
	long count = 0;

	for (const struct process *member = ns->first_member; member;
	     member = member->next_member[ns->id.type])
		count += !member->life.ended_ms && helper_has_name(member->comm);
	return count;
}

void term_members(const struct term_view *view, struct value *value)
{
	const struct ns *ns = view->ns;

	value_number(value, ns ? (long)ns->member_count - count_visitors(ns) : 0);
}

static void term_exists(const struct term_view *view, struct value *value)
{
	value_number(value, view->ns ? 1 : 0);
}

static void term_dead(const struct term_view *view, struct value *value)
{
	enum pid_ns_state state = pid_ns_state(view->context->graph, view->ns);

	if (state == PID_NS_EMPTY || state == PID_NS_UNKNOWN)
		value_unknown(value, _("whether it has had an init is not known"));
	else
		value_number(value, state == PID_NS_DEAD);
}

static void term_parent(const struct term_view *view, struct value *value)
{
	const struct ns *ns = view->ns;

	if (ns->parent)
		value_ns(value, ns->parent, READ_OK);
	else if (ns->parent_status == READ_OK)
		value_unknown(value, _("it has no parent"));
	else
		value_unknown(value, "%s", read_status_text(ns->parent_status));
}

static void term_owner(const struct term_view *view, struct value *value)
{
	const struct ns *ns = view->ns;

	if (ns->owner)
		value_ns(value, ns->owner, READ_OK);
	else if (ns->owner_status == READ_OK)
		value_unknown(value, _("it has no owner"));
	else if (ns->owner_status == READ_DENIED)
		value_above(value);
	else
		value_unknown(value, "%s", read_status_text(ns->owner_status));
}

static void term_owner_uid(const struct term_view *view, struct value *value)
{
	if (view->ns->owner_uid_status == READ_OK)
		value_number(value, (long)view->ns->owner_uid);
	else
		value_unknown(value, "%s", read_status_text(view->ns->owner_uid_status));
}

static void term_level(const struct term_view *view, struct value *value)
{
	long level = 0;

	for (const struct ns *above = view->ns->parent; above; above = above->parent)
		level++;
	value_number(value, level);
}

static void term_kept(const struct term_view *view, struct value *value)
{
	value_number(value, view->ns ? (long)view->ns->holder_count : 0);
}

/* The kinds of reasons, but in place of the members "none". */
static const char *term_kept_word(size_t at)
{
	if (at >= HOLDER_KIND_COUNT)
		return NULL;
	return at == HOLDER_PROCESS ? "none" : holder_kind_names[at];
}

static void term_held_by(const struct term_view *view, struct value *value)
{
	const struct ns *ns = view->ns;

	value_string(
	    value, term_kept_word(ns && ns->holder_count ? ns->holders[0].kind : HOLDER_PROCESS));
}

/* --- The table -------------------------------------------------------------------------------- */

#define NESTED ((1u << NS_PID) | (1u << NS_USER))

const struct term terms[] = {
    {"ns", "ns(WHO, LINK)", "the namespace that /proc/PID/ns/LINK of WHO leads to",
        .gives = GIVES_NS, .takes = TAKES_WHO_LINK, .evaluate = term_ns},
    {"thread", "thread(WHO, LINK)",
        "the namespace of WHO's first thread that is in another one than WHO", .gives = GIVES_NS,
        .takes = TAKES_WHO_LINK, .evaluate = term_thread},
    {"last", "last(WHO, LINK)",
        "where LINK of WHO led when it could last be read, as before its end", .gives = GIVES_NS,
        .takes = TAKES_WHO_LINK, .of_gone = true, .is_past = true, .evaluate = term_last},
    {"parent", "parent(NS)", "the namespace above NS; only pid and user namespaces have one",
        .gives = GIVES_NS, .takes = TAKES_NS, .types = NESTED, .evaluate = term_parent},
    {"owner", "owner(NS)", "the user namespace that owns NS", .gives = GIVES_USER_NS,
        .takes = TAKES_NS, .evaluate = term_owner},
    {"hostname", "hostname(WHO)", "the host name in the UTS namespace of WHO",
        .gives = GIVES_STRING, .takes = TAKES_WHO, .evaluate = term_hostname},
    {"pid", "pid(WHO)", "the PID of WHO as nsscope sees it", .gives = GIVES_NUMBER,
        .takes = TAKES_WHO, .least = 1, .most = TERM_ENDLESS, .evaluate = term_pid},
    {"ppid", "ppid(WHO)", "the PID of WHO's parent as nsscope sees it; 0: none, or out of sight",
        .gives = GIVES_NUMBER, .takes = TAKES_WHO, .most = TERM_ENDLESS, .evaluate = term_ppid},
    {"inner", "inner(WHO)", "the PID of WHO in its own PID namespace", .gives = GIVES_NUMBER,
        .takes = TAKES_WHO, .least = 1, .most = TERM_ENDLESS, .evaluate = term_inner},
    {"levels", "levels(WHO)",
        "how many PIDs WHO has: one in each PID namespace from nsscope's down to its own",
        .gives = GIVES_NUMBER, .takes = TAKES_WHO, .least = 1, .most = TERM_ENDLESS,
        .evaluate = term_levels},
    {"state", "state(WHO)", "the state of WHO, a letter of proc_pid_stat(5)", .gives = GIVES_STRING,
        .takes = TAKES_WHO, .word = term_state_word, .evaluate = term_state},
    {"uid", "uid(WHO)", "the effective UID of WHO as nsscope sees it", .gives = GIVES_NUMBER,
        .takes = TAKES_WHO, .most = TERM_ENDLESS, .evaluate = term_uid},
    {"alive", "alive(WHO)", "1 while WHO runs; 0 when it is gone, or a zombie",
        .gives = GIVES_NUMBER, .takes = TAKES_WHO, .of_gone = true, .most = 1,
        .evaluate = term_alive},
    {"unread", "unread(WHO, LINK)",
        "why /proc/PID/ns/LINK of WHO can't be followed; \"none\": it can", .gives = GIVES_STRING,
        .takes = TAKES_WHO_LINK, .word = term_unread_word, .evaluate = term_unread},
    {"members", "members(NS)", "how many processes are in NS", .gives = GIVES_NUMBER,
        .takes = TAKES_NS, .of_gone = true, .most = TERM_ENDLESS, .evaluate = term_members},
    {"exists", "exists(NS)", "1 while NS is visible, 0 when it is gone", .gives = GIVES_NUMBER,
        .takes = TAKES_NS, .of_gone = true, .of_past = true, .most = 1, .evaluate = term_exists},
    {"dead", "dead(NS)",
        "1 when the init of the PID namespace NS has ended, 0 while it runs: no process can be "
        "created "
        "in a dead one",
        .gives = GIVES_NUMBER, .takes = TAKES_NS, .types = 1u << NS_PID, .most = 1,
        .evaluate = term_dead},
    {"kept", "kept(NS)", "how many reasons keep NS alive beside the processes in it",
        .gives = GIVES_NUMBER, .takes = TAKES_NS, .of_gone = true, .most = TERM_ENDLESS,
        .evaluate = term_kept},
    {"kept_by", "kept_by(NS)", "the first of these reasons; \"none\": there is none",
        .gives = GIVES_STRING, .takes = TAKES_NS, .of_gone = true, .word = term_kept_word,
        .evaluate = term_held_by},
    {"owner_uid", "owner_uid(NS)", "the UID that made the user namespace NS, as nsscope sees it",
        .gives = GIVES_NUMBER, .takes = TAKES_NS, .types = 1u << NS_USER, .most = TERM_ENDLESS,
        .evaluate = term_owner_uid},
    {"level", "level(NS)", "how many ancestors of NS are visible", .gives = GIVES_NUMBER,
        .takes = TAKES_NS, .types = NESTED, .most = TERM_ENDLESS, .evaluate = term_level},
    {"start", "start(TERM)", "what TERM was when the stage was made", .gives = GIVES_SAME,
        .takes = TAKES_TERM, .snapshot = SNAPSHOT_START},
    {"before", "before(TERM)", "what TERM was before the last do block", .gives = GIVES_SAME,
        .takes = TAKES_TERM, .snapshot = SNAPSHOT_BEFORE},
    {0},
};

/* --- Evaluating ----------------------------------------------------------------------------- */

static void literal_value(const char *word, struct value *value)
{
	if (lesson_number(word, &value->number)) {
		value->kind = VALUE_NUMBER;
		return;
	}
	value->kind = VALUE_STRING;
	if (literal_read(word, value->text, sizeof(value->text), &value->len) < 0)
		value_unknown(value, "%s", word); /* the parser lets none through */
}

static void variable_value(
    const struct lesson_term *term, const struct check_context *context, struct value *value)
{
	const struct variable *variable =
	    context->variables ? variables_find(context->variables, term->word, term->variable)
	                       : NULL;

	if (!variable)
		value_unknown(value, _("%s.%s was not set"), term->word, term->variable);
	else if (variable->is_text)
		value_string(value, variable->text);
	else
		value_number(value, variable->number);
}

static const struct actor_state *find_actor_state(
    const char *who, const struct check_context *context)
{
	for (size_t i = 0; i < context->actor_count; i++)
		if (!strcmp(who, context->actors[i].name))
			return &context->actors[i];
	return NULL;
}

/* The process that @who means in @context, while it exists; NULL for none. */
static const struct process *find_process(const char *who, const struct actor_state *actor_state,
    const struct check_context *context, const struct check_contexts *contexts)
{
	const struct process *process;
	struct process_id id = {0};

	if (!strcmp(who, "me"))
		id.pid = contexts->me;
	for (size_t i = 0; i < CHECK_CONTEXT_YOU_MAX; i++)
		if (!strcmp(who, lesson_you_words[i]))
			id = contexts->you[i];
	if (actor_state)
		id = actor_state->id;
	process = id.pid ? graph_process_by_pid(context->graph, id.pid) : NULL;
	/* The number may be another's now. */
	if (process && id.start_ticks && process->id.start_ticks != id.start_ticks)
		return NULL;
	return process;
}

static enum ns_link link_of(const char *name)
{
	size_t link = 0;

	while (strcmp(name, ns_link_names[link]) != 0)
		link++; /* the parser lets no other through */
	return (enum ns_link)link;
}

static void process_value(const struct lesson_term *call, const struct check_context *context,
    const struct check_contexts *contexts, struct value *value)
{
	const struct term *term = call->term;
	const char *who = call->arguments[0].word;
	struct term_view view = {.context = context, .who = who};

	view.actor_state = find_actor_state(who, context);
	view.process = find_process(who, view.actor_state, context, contexts);
	if (!view.process && !term->of_gone) {
		value_unknown(value, _("%s is not there"), who);
		return;
	}
	if (term->takes == TAKES_WHO_LINK)
		view.link = link_of(call->arguments[1].word);
	term->evaluate(&view, value);
}

static void ns_value(const struct lesson_term *call, const struct check_context *context,
    const struct check_contexts *contexts, struct value *value)
{
	const struct term *term = call->term;
	struct term_view view = {.context = context};
	struct value inner = {0};

	term_evaluate(&call->arguments[0], context, contexts, &inner);
	if (inner.kind != VALUE_NS) {
		*value = inner;
		return;
	}
	view.ns = graph_ns(context->graph, &inner.ns);
	if (view.ns && view.ns->life.ended_ms)
		view.ns = NULL;
	if (!view.ns && !term->of_gone)
		value_unknown(value, _("the namespace is gone"));
	else
		term->evaluate(&view, value);
}

void term_evaluate(const struct lesson_term *term, const struct check_context *context,
    const struct check_contexts *contexts, struct value *value)
{
	if (term->kind == TERM_LITERAL)
		literal_value(term->word, value);
	else if (term->kind == TERM_VARIABLE)
		variable_value(term, context, value);
	else if (term->term->takes == TAKES_TERM)
		term_evaluate(&term->arguments[0],
		    term->term->snapshot == SNAPSHOT_START ? &contexts->start : &contexts->before,
		    contexts, value);
	else if (!context->graph)
		value_unknown(value, _("there is no such snapshot"));
	else if (term->term->takes == TAKES_NS)
		ns_value(term, context, contexts, value);
	else
		process_value(term, context, contexts, value);
}
