/* A shell in the namespaces of the selected process: what it would join, the question, the shell. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/explorer_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The types that @process does not share with @own, as words; NULL where it shares all.
 * @ret_unknown: some could not be read. */
static char *others(const struct process *process, const struct process *own, bool *ret_unknown)
{
	char *names = NULL;

	*ret_unknown = false;
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		char *more;

		if (!process->ns[type] || !own->ns[type]) {
			*ret_unknown |= process->unread[type] != UNREAD_UNSUPPORTED;
			continue;
		}
		if (process->ns[type] == own->ns[type])
			continue;
		more = names ? xasprintf("%s,%s", names, ns_types[type].name)
		             : xstrdup(ns_types[type].name);
		free(names);
		names = more;
	}
	return names;
}

/* Why it can't be asked at all; NULL where it can. */
static const char *obstacle(const struct process *process, const struct process *own)
{
	if (!process)
		return _("select a process whose namespaces the shell shall be in");
	if (process->life.died_ms)
		return _("it has ended: nothing is left to be joined through it");
	return own ? NULL : _("nsscope does not see itself here, so it can't tell what to join");
}

/* What is executed, by that name in the mount namespace that the shell is in. */
static const char *shell_name(void)
{
	const char *request = getenv("SHELL");

	return request && request[0] == '/' ? request : "/bin/sh";
}

void explorer_ask_join(struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	const struct process *process = row ? row->process : NULL;
	const struct process *own =
	    explorer->live->shown ? graph_process_by_pid(explorer->live->shown, getpid()) : NULL;
	const char *why = obstacle(process, own);
	autofree char *names = NULL;
	bool unknown = false;

	if (explorer_refuses(explorer))
		return;
	if (!why && process && own)
		names = others(process, own, &unknown);
	if (!why && unknown)
		why =
		    _("its namespaces can't all be read, so none can be joined: try sudo nsscope");
	else if (!why && !names)
		why = _("it lives in the same namespaces as nsscope: any shell is in them");
	if (why || !process || !own) {
		explorer_say(explorer, why);
		return;
	}
	free(explorer->join_question);
	explorer->join_question =
	    xasprintf(_("%s in %s of %d, with its privileges (yes), or with yours (all)? "),
	        shell_name(), names, (int)process->id.pid);
	explorer->join = process->id;
	explorer->asking = ASKING_JOIN;
	prompt_open(&explorer->prompt, explorer->join_question, "");
}

static void open_shell(struct explorer *explorer, bool as_process)
{
	char ticket[SHELL_TICKET_BYTES];
	struct shell_place place;
	autofree char *message = NULL;
	int r;

	/* The ticket finds the process that was seen, not another with its number. */
	shell_ticket_of(explorer->join.pid, explorer->join.start_ticks, as_process, ticket);
	r = shell_ticket_read(ticket, &place);
	if (r == 0) {
		explorer_open_shell(explorer, &place);
		close(place.pidfd);
		return;
	}
	message = r == -ESRCH ? xstrdup(_("it has ended: nothing is left to be joined through it"))
	                      : xasprintf(_("no shell could be started: %s"), strerror(-r));
	explorer_say(explorer, message);
}

void explorer_join_press(struct explorer *explorer, int key)
{
	enum prompt_result result = prompt_key(&explorer->prompt, key);
	const char *text = explorer->prompt.text;

	if (result == PROMPT_EDITED)
		return;
	if (result == PROMPT_ENTERED &&
	    (strcasecmp(text, "yes") == 0 || strcasecmp(text, "y") == 0))
		open_shell(explorer, true);
	else if (result == PROMPT_ENTERED && strcasecmp(text, "all") == 0)
		open_shell(explorer, false);
	else
		explorer_say(explorer, _("nothing was joined"));
}
