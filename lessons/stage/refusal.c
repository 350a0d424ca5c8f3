#include "lessons/stage/refusal.h"

#include "lessons/stage/stage.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/doctor.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <string.h>

static struct refusal say(char *why, const char *cure)
{
	return (struct refusal){.why = why, .cure = cure ? xstrdup(cure) : NULL};
}

static bool has(const struct confinement *confinement, int cap)
{
	return confinement->caps >> cap & 1;
}

/* Is the setting there, with that value? */
static bool is_set_to(enum setting setting, long value)
{
	long now;

	return doctor_read_setting(setting, &now) == 0 && now == value;
}

/* @why: about the setting, translated; taken over. */
static struct refusal say_setting(enum setting setting, char *why, long cure)
{
	return (struct refusal){
	    .why = why,
	    .cure = xasprintf("%ssysctl -w %s=%ld", geteuid() == 0 ? "" : "sudo ",
	        doctor_setting_name(setting), cure),
	};
}

/* --- By what ------------------------------------------------------------------------------------ */

static struct refusal by_filter(const struct refused_call *call)
{
	char *why;

	if (call->error == ECANCELED)
		why = xasprintf(_("a seccomp filter kills the process that calls %s"), call->call);
	else if (call->error == ENOSYS)
		why = xasprintf(
		    _("a seccomp filter hides %s, as in containers, or the kernel lacks it"),
		    call->call);
	else
		why = xasprintf(_("a seccomp filter refuses %s, as in containers"), call->call);
	return say(why, _("give the container --security-opt seccomp=unconfined"));
}

static struct refusal by_module(
    const struct refused_call *call, const struct confinement *confinement)
{
	return say(xasprintf(_("a security module refuses %s to \"%s\" (AppArmor, SELinux)"),
	               call->call, confinement->label),
	    _("give the container --security-opt apparmor=unconfined, or label=disable"));
}

/* --- User namespaces ---------------------------------------------------------------------------- */

/* What the kernel itself has against a user namespace of this process; user_namespaces(7).  Returns
 * whether that is it. */
static bool by_own_place(const struct confinement *confinement, struct refusal *ret)
{
	if (confinement->no_ids)
		*ret = say(xstrdup(_("the kernel makes no user namespace for a user or group "
		                     "without an ID in its own")),
		    _("outside of it: unshare --user --map-root-user nsscope"));
	else if (confinement->chrooted)
		*ret =
		    say(xstrdup(_("the kernel makes no user namespace for a process in a chroot")),
		        _("enter the root by pivot_root(2), as containers do"));
	else if (!has(confinement, CAP_SYS_ADMIN) && is_set_to(SETTING_USERNS_CLONE, 0))
		*ret = say_setting(SETTING_USERNS_CLONE,
		    xasprintf(_("%s=0 forbids it to unprivileged users"),
		        doctor_setting_name(SETTING_USERNS_CLONE)),
		    1);
	else
		return false;
	return true;
}

/* --- By errno ----------------------------------------------------------------------------------- */

/* What takes a capability over the caller's own user namespace, or the one above a new one. */
static const struct {
	const char *call, *detail;
	int cap;
	const char *name;
} takes[] = {
    {"setgroups", "", CAP_SETGID, "SETGID"},
    {"setresgid", "", CAP_SETGID, "SETGID"},
    {"setresuid", "", CAP_SETUID, "SETUID"},
    /* Of user 0, since 5.12; user_namespaces(7). */
    {"write", "uid_map", CAP_SETFCAP, "SETFCAP"},
    /* time_namespaces(7) */
    {"write", "timens_offsets", CAP_SYS_TIME, "SYS_TIME"},
};

static bool by_missing_capability(
    const struct refused_call *call, const struct confinement *confinement, struct refusal *ret)
{
	for (size_t i = 0; i < array_len(takes); i++) {
		if (strcmp(call->call, takes[i].call) != 0 ||
		    !strstr(call->detail, takes[i].detail) || has(confinement, takes[i].cap) ||
		    geteuid() != 0)
			continue;
		*ret = (struct refusal){
		    .why = xasprintf(_("CAP_%s is missing, although you are root"), takes[i].name),
		    .cure =
		        xasprintf(_("a container is given it with --cap-add %s"), takes[i].name),
		};
		return true;
	}
	return false;
}

static struct refusal forbidden(
    const struct refused_call *call, const struct confinement *confinement)
{
	struct refusal refusal;

	if (call->user && by_own_place(confinement, &refusal))
		return refusal;
	if (!strcmp(call->call, "setgroups") && confinement->no_setgroups)
		return say(xstrdup(_("setgroups is denied in this user namespace, "
		                     "user_namespaces(7)")),
		    _("run nsscope outside that user namespace"));
	if (by_missing_capability(call, confinement, &refusal))
		return refusal;
	if (!strcmp(call->call, "mount") && !strcmp(call->detail, "proc") &&
	    confinement->proc_covered)
		return say(xstrdup(_("other mounts cover parts of /proc, as in containers: the "
		                     "kernel then mounts no new one")),
		    _("a container shows all with --security-opt systempaths=unconfined (docker), "
		      "or "
		      "unmask=ALL (podman)"));
	if (confinement->label[0] && (call->error == EACCES || confinement->seccomp != 2))
		return by_module(call, confinement);
	/* A filter sees no path: what is written is the kernel's affair. */
	if (confinement->seccomp == 2 && strcmp(call->call, "write") != 0)
		return by_filter(call);
	if (is_set_to(SETTING_APPARMOR, 1))
		return say_setting(SETTING_APPARMOR,
		    xasprintf(_("AppArmor takes the capabilities away in unprivileged user "
		                "namespaces: %s=1"),
		        doctor_setting_name(SETTING_APPARMOR)),
		    0);
	return say(
	    xasprintf(_("refused (%s); the cause is not known"), strerrorname_np(call->error)),
	    NULL);
}

static struct refusal limited(const struct refused_call *call)
{
	enum nstype first = call->type == NS_TYPE_COUNT ? 0 : call->type;
	enum nstype end = call->type == NS_TYPE_COUNT ? NS_TYPE_COUNT : first + 1;

	for (enum nstype type = first; type < end; type++) {
		enum setting setting = (enum setting)(SETTING_MAX + type);

		if (is_set_to(setting, 0))
			return say_setting(setting,
			    xasprintf(_("the limit is reached: %s=0, see /proc/sys/user"),
			        doctor_setting_name(setting)),
			    15000);
	}
	return say(
	    xstrdup(_("the limit is reached (ENOSPC): here or in a user namespace above, see "
	              "/proc/sys/user, or since 32 are nested already")),
	    NULL);
}

struct refusal refusal_of(const struct refused_call *call, const struct confinement *confinement)
{
	switch (call->error) {
	case EPERM:
	case EACCES:
		return forbidden(call, confinement);
	case ENOSYS:
		if (confinement->seccomp == 2)
			return by_filter(call);
		return say(xstrdup(_("the kernel lacks it (ENOSYS)")), NULL);
	case ENOSPC:
	case EUSERS:
		return limited(call);
	case EAGAIN:
		return say(xstrdup(want_of_processes()), NULL);
	case EINVAL:
		return say(xstrdup(_("the kernel doesn't know it (EINVAL)")), NULL);
	case EROFS:
		return say(xasprintf(_("%s is mounted read-only, as in containers"), call->detail),
		    _("a container may write there with --privileged"));
	case ENOENT:
		if (confinement->no_sys && !strncmp(call->detail, "/proc/", 6))
			return say(xstrdup(_("this /proc has only processes (subset=pid)")),
			    _("mount /proc without subset=pid"));
		return say(xstrdup(strerror(call->error)), NULL);
	case ECANCELED:
		return by_filter(call);
	default:
		return say(xstrdup(strerror(call->error)), NULL);
	}
}

void refusal_done(struct refusal *refusal)
{
	free(refusal->why);
	free(refusal->cure);
	*refusal = (struct refusal){0};
}

/* --- What an errno means -------------------------------------------------------------------- */

static const struct meaning {
	const char *calls; /* with blanks between */
	int error;
	const char *text;
	const char *about; /* only where the call as written holds this; NULL: always */
} errno_meanings[] = {
    {"unshare clone", EPERM,
        N_("CAP_SYS_ADMIN is missing in its user namespace; or, for a user namespace, the caller "
           "has no ID in the present one, or is in a chroot"),
        NULL},
    {"unshare", EINVAL,
        N_("a pid or time namespace is waiting already for its first child; or there is more than "
           "one thread"),
        NULL},
    {"unshare clone", ENOSPC,
        N_("a limit is reached: of /proc/sys/user/max_…_namespaces, or of nesting, 32 deep"), NULL},
    {"clone", EINVAL,
        N_("these flags don't go together; or a pid namespace is waiting already for its first "
           "child"),
        NULL},
    {"clone fork", ENOMEM,
        N_("the init of the pid namespace has ended: it takes no more processes"), NULL},
    {"thread_unshare", EINVAL,
        N_("a thread has the PID namespace of its process, and the next child would be created in "
           "a different one"),
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
        N_("this type has no such thing: only PID and user namespaces have a parent, and only user "
           "namespaces have the uid of their creator"),
        NULL},
    {"sethostname", EPERM,
        N_("CAP_SYS_ADMIN is missing in the user namespace that owns the uts namespace"), NULL},
    {"sethostname", EINVAL, N_("a host name has at most 64 bytes"), NULL},
    {"mount", EPERM,
        N_("CAP_SYS_ADMIN is missing in the user namespace that owns the mount namespace; or, for "
           "proc, no fully visible proc is mounted here"),
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
    {"kill", ESRCH, N_("no process has this PID in the caller's PID namespace"), NULL},
    {"shmget msgget semget", ENOENT, N_("no process has used this key in its IPC namespace"), NULL},
    {"mq_open", ENOENT, N_("no queue has this name in its ipc namespace"), NULL},
    {"tcp_connect", ENETUNREACH,
        N_("its network namespace has no route there: lo is down in a new one, and there are no "
           "routes"),
        NULL},
    {"tcp_connect", ECONNREFUSED, N_("no process listens at this port in its network namespace"),
        NULL},
    {"unix_connect", ECONNREFUSED, N_("no process listens at this name in its network namespace"),
        NULL},
    {"mkdir", EACCES,
        N_("the folder belongs to another user, and you are root only in this user namespace"),
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

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
			return true;
	return false;
}

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

		if (meaning->error == error && has_word(meaning->calls, call) &&
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
