#include "tests/kernel/userns.h"

#include "lessons/trial.h"
#include "model/util.h"
#include "tests/kernel/skip.h"

#include <sched.h>

const char *userns_missing(void)
{
	static char *why;
	static bool asked;

	if (!asked) {
		int r = trial_unshare(CLONE_NEWUSER);

		asked = true;
		if (r < 0)
			why = xasprintf("no user namespace can be made: %s", trial_refusal(r));
	}
	return why;
}

void need_userns(void)
{
	if (userns_missing())
		skip_because("%s", userns_missing());
}
