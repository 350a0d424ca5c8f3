#include "lessons/meanings.h"
#include "model/i18n.h"
#include "model/util.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const struct meaning {
	const char *call;
	int error;
	const char *text;
} meanings[] = {
    {"unshare", EPERM,
        N_("CAP_SYS_ADMIN is missing in its user namespace; or, for a user namespace, who calls "
           "has "
           "no number in the present one")},
    {"unshare", EINVAL,
        N_("a pid or time namespace is waiting already for its first child; or there is more than "
           "one thread")},
    {"unshare", ENOSPC,
        N_("a limit is reached: of /proc/sys/user/max_…_namespaces, or of nesting, 32 deep")},
    {"clone", EPERM,
        N_("CAP_SYS_ADMIN is missing in its user namespace; or, for a user namespace, who calls "
           "has "
           "no number in the present one")},
    {"clone", EINVAL,
        N_("these flags don't go together; or a pid namespace is waiting already for its first "
           "child")},
    {"clone", ENOSPC,
        N_("a limit is reached: of /proc/sys/user/max_…_namespaces, or of nesting, 32 deep")},
    {"clone", ENOMEM, N_("the init of the pid namespace has ended: it takes no more processes")},
    {"fork", ENOMEM, N_("the init of the pid namespace has ended: it takes no more processes")},
    {"setns", EPERM,
        N_("CAP_SYS_ADMIN is missing in the user namespace that owns it, or in the own one; and "
           "there is no way to a user namespace above")},
    {"setns", EINVAL,
        N_("it is of another type; or in this user namespace already; or the pid namespace is not "
           "below the own one")},
    {"setns", ESRCH, N_("the process has ended")},
    {"write_file", EPERM,
        N_("a map is written once, maps only the own number, and that of groups only where "
           "setgroups is denied")},
    {"write_file", EACCES,
        N_("the file is not to be written now; time offsets only before the first child")},
};

const char *meaning_of(const char *call, int error)
{
	for (size_t i = 0; i < array_len(meanings); i++) {
		if (meanings[i].error == error && strcmp(meanings[i].call, call) == 0)
			return _(meanings[i].text);
	}
	return NULL;
}
