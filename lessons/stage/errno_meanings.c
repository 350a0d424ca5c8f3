#include "lessons/stage/errno_meanings.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const struct meaning {
	const char *call;
	int error;
	const char *text;
	const char *about; /* only where the call as written holds this; NULL: always */
} errno_meanings[] = {
    {"unshare", EPERM,
        N_("CAP_SYS_ADMIN is missing in its user namespace; or, for a user namespace, the caller "
           "has no ID in the present one, or is in a chroot"),
        NULL},
    {"unshare", EINVAL,
        N_("a pid or time namespace is waiting already for its first child; or there is more than "
           "one thread"),
        NULL},
    {"unshare", ENOSPC,
        N_("a limit is reached: of /proc/sys/user/max_…_namespaces, or of nesting, 32 deep"), NULL},
    {"clone", EPERM,
        N_("CAP_SYS_ADMIN is missing in its user namespace; or, for a user namespace, the caller "
           "has no ID in the present one, or is in a chroot"),
        NULL},
    {"clone", EINVAL,
        N_("these flags don't go together; or a pid namespace is waiting already for its first "
           "child"),
        NULL},
    {"clone", ENOSPC,
        N_("a limit is reached: of /proc/sys/user/max_…_namespaces, or of nesting, 32 deep"), NULL},
    {"clone", ENOMEM, N_("the init of the pid namespace has ended: it takes no more processes"),
        NULL},
    {"fork", ENOMEM, N_("the init of the pid namespace has ended: it takes no more processes"),
        NULL},
    {"thread_unshare", EINVAL,
        N_("a thread has the pid namespace of its process, and the next task would be born in "
           "another one"),
        NULL},
    {"setns", EPERM,
        N_("CAP_SYS_ADMIN is missing in the user namespace that owns it, or in the own one; and "
           "there is no way to a user namespace above"),
        NULL},
    {"setns", EINVAL,
        N_("it is of another type; or in this user namespace already; or the pid namespace is not "
           "below the own one"),
        NULL},
    {"setns", ESRCH, N_("the process has ended"), NULL},
    {"setns", EBADF, N_("no such descriptor is open"), NULL},
    {"ioctl", EPERM,
        N_("the answer lies outside of what the caller may see: above its own namespaces"), NULL},
    {"ioctl", EINVAL,
        N_("this type has no such thing: only pid and user namespaces have a parent, only user "
           "ones the number of who made them"),
        NULL},
    {"sethostname", EPERM,
        N_("CAP_SYS_ADMIN is missing in the user namespace that owns the uts namespace"), NULL},
    {"sethostname", EINVAL, N_("a host name has at most 64 bytes"), NULL},
    {"mount", EPERM,
        N_("CAP_SYS_ADMIN is missing in the user namespace that owns the mount namespace; or, for "
           "proc, nobody here sees a whole one"),
        NULL},
    {"umount2", EINVAL,
        N_("it is no mount point, or one that came with the namespace from a more privileged one: "
           "it is locked"),
        NULL},
    {"pivot_root", EINVAL,
        N_("the new root is no mount point; or a mount beside it is shared with others; or the "
           "present "
           "root is the initramfs, which older kernels keep where it is"),
        NULL},
    {"chroot", EPERM, N_("CAP_SYS_CHROOT is missing in its user namespace"), NULL},
    {"kill", ESRCH, N_("no process has this number in the pid namespace of who calls"), NULL},
    {"shmget", ENOENT, N_("nobody has used this key in its ipc namespace"), NULL},
    {"msgget", ENOENT, N_("nobody has used this key in its ipc namespace"), NULL},
    {"semget", ENOENT, N_("nobody has used this key in its ipc namespace"), NULL},
    {"mq_open", ENOENT, N_("no queue has this name in its ipc namespace"), NULL},
    {"tcp_connect", ENETUNREACH,
        N_("its net namespace has no way there: lo is born down, and there are no routes"), NULL},
    {"tcp_connect", ECONNREFUSED, N_("nobody listens at this port in its net namespace"), NULL},
    {"unix_connect", ECONNREFUSED, N_("nobody listens at this name in its net namespace"), NULL},
    {"mkdir", EACCES, N_("the folder belongs to somebody else, and being root is only so in here"),
        NULL},
    {"write_file", EPERM,
        N_("a map is written once, maps only the own number, and that of groups only where "
           "setgroups is denied"),
        "_map"},
    {"write_file", EINVAL, N_("the kernel takes no such map: a wrong number, or none to map to"),
        "_map"},
    {"write_file", EINVAL, N_("the kernel takes no such text: this clock has no offset"),
        "timens_offsets"},
    {"write_file", EACCES, N_("a process has started there already: the offsets are fixed"),
        "timens_offsets"},
    {"write_file", EACCES,
        N_("only root may write this setting: the machine's, and on newer kernels that of the user "
           "namespace which owns it"),
        "/proc/sys/"},
    {"write_file", EROFS, N_("it lies on a mount that is read-only"), NULL},
};

bool errno_is_limit(const char *call, int error)
{
	static const char *const forking[] = {
	    "fork", "clone", "thread_unshare", "sh", "sh_read", "sh_until"};

	if (error == EMFILE || error == ENFILE || error == EUSERS || error == EDQUOT)
		return true;
	for (size_t i = 0; error == EAGAIN && i < array_len(forking); i++) {
		if (strcmp(call, forking[i]) == 0)
			return true;
	}
	return error == ENOSPC && errno_meaning(call, NULL, error);
}

const char *errno_meaning(const char *call, const char *source, int error)
{
	if (error == EAGAIN && errno_is_limit(call, error))
		return want_of_processes();
	for (size_t i = 0; i < array_len(errno_meanings); i++) {
		const struct meaning *meaning = &errno_meanings[i];

		if (meaning->error == error && strcmp(meaning->call, call) == 0 &&
		    (!meaning->about || (source && strstr(source, meaning->about))))
			return _(meaning->text);
	}
	return NULL;
}

const char *errno_meaning_of_answer(
    const char *call, const char *source, const struct stage_answer *answer)
{
	if (!answer->error || answer->refused || answer->unmade || answer->lost)
		return NULL;
	if (answer->filtered)
		return _(
		    "a filter (seccomp), as containers have, refuses it, though the capability is "
		    "there");
	return errno_meaning(call, source, answer->error);
}
