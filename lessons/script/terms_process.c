/* Terms that are told of a process. */
#include "lessons/script/terms.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

void term_ns(const struct term_view *view, struct value *value)
{
	const struct process *process = view->process;

	value_ns(value, process->ns[view->link], process->unread[view->link]);
}

void term_thread(const struct term_view *view, struct value *value)
{
	const struct process *process = view->process;
	const struct ns *own = process->ns[view->link];

	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		const struct ns *ns = thread->ns[view->link];

		if (ns && ns != own && !thread->life.died_ms) {
			value_ns(value, ns, READ_OK);
			return;
		}
	}
	value_unknown(value, _("all threads of %s are where %s is"), view->who, view->who);
}

void term_last(const struct term_view *view, struct value *value)
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

void term_hostname(const struct term_view *view, struct value *value)
{
	const struct process *process = view->process;
	const struct ns *uts = process->ns[NS_UTS];

	if (process->unread[NS_UTS] != READ_OK)
		value_unknown(value, "%s", unread_text(process->unread[NS_UTS]));
	else if (!uts->hostname)
		value_unknown(value, _("its host name could not be read"));
	else
		value_string(value, uts->hostname);
}

void term_pid(const struct term_view *view, struct value *value)
{
	value_number(value, view->process->id.pid);
}

void term_ppid(const struct term_view *view, struct value *value)
{
	value_number(value, view->process->ppid);
}

void term_inner(const struct term_view *view, struct value *value)
{
	value_number(value, view->process->pids[view->process->pid_levels - 1]);
}

void term_levels(const struct term_view *view, struct value *value)
{
	value_number(value, view->process->pid_levels);
}

void term_uid(const struct term_view *view, struct value *value)
{
	value_number(value, (long)view->process->uid);
}

void term_alive(const struct term_view *view, struct value *value)
{
	const struct process *process = view->process;

	/* The first thread is Z also where others live on: struct thread. */
	value_number(value,
	    process && process->state != 'X' && (process->state != 'Z' || process->threads > 1));
}

/* --- Words ---------------------------------------------------------------------------------- */

/* proc_pid_stat(5), (3) state, without those that ended with Linux 3.13. */
static const char *const states[] = {"R", "S", "D", "Z", "T", "t", "X", "I"};

const char *term_state_word(size_t at)
{
	return at < array_len(states) ? states[at] : NULL;
}

void term_state(const struct term_view *view, struct value *value)
{
	value_string(value, (const char[]){view->process->state, 0});
}

/* The errno that readlink(2) gives, where there is one. */
static const char *const reasons[] = {
    [READ_OK] = "none",
    [UNREAD_DENIED] = "EACCES",
    [UNREAD_GONE] = "ESRCH",
    [UNREAD_ZOMBIE] = "zombie",
    [UNREAD_UNSUPPORTED] = "unsupported",
    [UNREAD_EMPTY] = "ENOENT",
    [UNREAD_NEVER] = "unasked",
};

const char *term_unread_word(size_t at)
{
	return at < array_len(reasons) ? reasons[at] : NULL;
}

void term_unread(const struct term_view *view, struct value *value)
{
	value_string(value, reasons[view->process->unread[view->link]]);
}
