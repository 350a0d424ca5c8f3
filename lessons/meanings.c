#include "lessons/meanings.h"
#include "model/i18n.h"
#include "model/util.h"
#include "scanner/want.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const struct meaning {
	const char *call;
	int error;
	const char *text;
} meanings[] = {
    {"unshare", EPERM,
        N_("CAP_SYS_ADMIN is missing in its user namespace; or, for a user namespace, the caller "
           "has no ID in the present one, or is in a chroot")},
    {"unshare", EINVAL,
        N_("a pid or time namespace is waiting already for its first child; or there is more than "
           "one thread")},
    {"unshare", ENOSPC,
        N_("a limit is reached: of /proc/sys/user/max_…_namespaces, or of nesting, 32 deep")},
    {"clone", EPERM,
        N_("CAP_SYS_ADMIN is missing in its user namespace; or, for a user namespace, the caller "
           "has no ID in the present one, or is in a chroot")},
    {"clone", EINVAL,
        N_("these flags don't go together; or a pid namespace is waiting already for its first "
           "child")},
    {"clone", ENOSPC,
        N_("a limit is reached: of /proc/sys/user/max_…_namespaces, or of nesting, 32 deep")},
    {"clone", ENOMEM, N_("the init of the pid namespace has ended: it takes no more processes")},
    {"fork", ENOMEM, N_("the init of the pid namespace has ended: it takes no more processes")},
    {"thread_unshare", EINVAL,
        N_("a thread has the pid namespace of its process, and the next task would be born in "
           "another one")},
    {"setns", EPERM,
        N_("CAP_SYS_ADMIN is missing in the user namespace that owns it, or in the own one; and "
           "there is no way to a user namespace above")},
    {"setns", EINVAL,
        N_("it is of another type; or in this user namespace already; or the pid namespace is not "
           "below the own one")},
    {"setns", ESRCH, N_("the process has ended")},
    {"setns", EBADF, N_("no such descriptor is open")},
    {"ioctl", EPERM,
        N_("the answer lies outside of what the caller may see: above its own namespaces")},
    {"ioctl", EINVAL,
        N_("this type has no such thing: only pid and user namespaces have a parent, only user "
           "ones the number of who made them")},
    {"sethostname", EPERM,
        N_("CAP_SYS_ADMIN is missing in the user namespace that owns the uts namespace")},
    {"sethostname", EINVAL, N_("a host name has at most 64 bytes")},
    {"mount", EPERM,
        N_("CAP_SYS_ADMIN is missing in the user namespace that owns the mount namespace; or, for "
           "proc, nobody here sees a whole one")},
    {"umount2", EINVAL,
        N_("it is no mount point, or one that came with the namespace from a more privileged one: "
           "it is locked")},
    {"pivot_root", EINVAL,
        N_("the new root is no mount point, or a mount beside it is shared with others")},
    {"chroot", EPERM, N_("CAP_SYS_CHROOT is missing in its user namespace")},
    {"kill", ESRCH, N_("no process has this number in the pid namespace of who calls")},
    {"shmget", ENOENT, N_("nobody has used this key in its ipc namespace")},
    {"msgget", ENOENT, N_("nobody has used this key in its ipc namespace")},
    {"semget", ENOENT, N_("nobody has used this key in its ipc namespace")},
    {"mq_open", ENOENT, N_("no queue has this name in its ipc namespace")},
    {"tcp_connect", ENETUNREACH,
        N_("its net namespace has no way there: lo is born down, and there are no routes")},
    {"tcp_connect", ECONNREFUSED, N_("nobody listens at this port in its net namespace")},
    {"unix_connect", ECONNREFUSED, N_("nobody listens at this name in its net namespace")},
    {"mkdir", EACCES, N_("the folder belongs to somebody else, and being root is only so in here")},
    {"write_file", EPERM,
        N_("a map is written once, maps only the own number, and that of groups only where "
           "setgroups is denied")},
    {"write_file", EINVAL,
        N_("the kernel takes no such text here: a wrong map, or a clock that has no offset")},
    {"write_file", EACCES,
        N_("the file is not to be written now; time offsets only before the first child")},
};

bool meaning_is_limit(const char *call, int error)
{
	static const char *const forking[] = {"fork", "clone", "thread_unshare", "sh", "sh_read"};

	if (error == EMFILE || error == ENFILE)
		return true;
	for (size_t i = 0; error == EAGAIN && i < array_len(forking); i++) {
		if (strcmp(call, forking[i]) == 0)
			return true;
	}
	return error == ENOSPC && meaning_of(call, error);
}

const char *meaning_of(const char *call, int error)
{
	if (error == EAGAIN && meaning_is_limit(call, error))
		return want_of_processes();
	for (size_t i = 0; i < array_len(meanings); i++) {
		if (meanings[i].error == error && strcmp(meanings[i].call, call) == 0)
			return _(meanings[i].text);
	}
	return NULL;
}

const char *meaning_of_answer(const char *call, const struct stage_answer *answer)
{
	return answer->error && !answer->refused ? meaning_of(call, answer->error) : NULL;
}
