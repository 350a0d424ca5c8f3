#include "tests/kernel/userns.h"

#include "lessons/play/probe.h"
#include "lessons/stage/refusal.h"
#include "model/base/util.h"
#include "tests/kernel/skip.h"

#include <sched.h>

const char *userns_missing(void)
{
	static char *why;
	static bool asked;

	if (!asked) {
		int r = probe_unshare(CLONE_NEWUSER);

		asked = true;
		if (r < 0) {
			const struct refused_call call = {.call = "unshare",
			    .detail = "",
			    .user = true,
			    .type = NS_USER,
			    .error = -r};
			struct confinement confinement;
			struct refusal refusal;

			confinement_read(&confinement);
			refusal = refusal_of(&call, &confinement);
			why = xasprintf("no user namespace can be made: %s", refusal.why);
			refusal_done(&refusal);
		}
	}
	return why;
}

void need_userns(void)
{
	if (userns_missing())
		skip_because("%s", userns_missing());
}
