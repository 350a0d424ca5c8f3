/* Why a call came out otherwise than its lesson expects.  "This kernel differs here" is said of the kernel
 * only. */
#include "lessons/play/player.h"
#include "lessons/stage/calls.h"
#include "lessons/stage/refusal.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>

static bool is_limit(const struct call_record *record)
{
	const char *call = record->call->name;
	int error = record->answer.error;

	return errno_is_limit(call, error) ||
	       (error == ENOMEM && !errno_meaning(call, record->call->source, error));
}

/* Of a line of the shell.  A program says what it came to, not the kernel. */
static const char *of_line(const struct stage_answer *answer)
{
	if (answer->error)
		return _("The line could not be run.");
	if (answer->result == COMMAND_NOT_FOUND)
		return _("A program that the line runs is not there.");
	return _("What a line prints depends on the programs it runs: they may be others than the "
	         "lesson "
	         "was written for, or this kernel differs here.");
}

static const char *of_call(const struct call_record *record)
{
	const struct stage_answer *answer = &record->answer;

	if (answer->unmade)
		return _("It was not made, since something before it went wrong.");
	if (answer->lost)
		return _("The actor ended before it could answer.");
	if (answer->filtered)
		return _(
		    "That is no difference of the kernel: a filter (seccomp), as containers have, "
		    "refuses the call.");
	if (answer->error == EPERM || answer->error == EACCES || answer->error == EROFS)
		return _("It is forbidden here: by a switch of the kernel, a security module, a "
		         "filter or "
		         "a read-only mount. \"nsscope doctor\" tells more.");
	if (record->follows)
		return _("Something before it came out otherwise already, which may be why.");
	return _("This kernel differs here.");
}

char *call_difference(const struct call_record *record)
{
	const struct stage_answer *answer = &record->answer;
	const struct call *call = call_find(record->call->name);

	if (answer->refused)
		return xstrdup("");
	if (!answer->unmade && is_limit(record))
		return xstrdup(_("A limit is reached here, or there is not enough memory."));
	if (call->seconds && (answer->error == ETIMEDOUT || answer->error == EAGAIN))
		return xasprintf(_("It took longer than %u s."), call->seconds);
	if (call_runs_shell(record->call) && !answer->unmade && !answer->lost)
		return xstrdup(of_line(answer));
	return xstrdup(of_call(record));
}
