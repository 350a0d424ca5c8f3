#include "tests/kernel/userns.h"

#include "lessons/play/preflight.h"
#include "lessons/stage/refusal.h"
#include "model/base/util.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

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

void need_private_mounts(void)
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(unshare(CLONE_NEWNS) < 0 ||
		              mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
		          ? errno
		          : 0);
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0)
		skip_because("no mount namespace can be made private: %s%s",
		    strerror(WEXITSTATUS(status)),
		    WEXITSTATUS(status) == EINVAL ? " (in a chroot / is no mount point)" : "");
}

void need_stage(void)
{
	if (geteuid() != 0)
		need_userns();
}
