/* The calls that change what a mount namespace shows, and the root and working directory of the actor.
 * mount_namespaces(7) */
#include "lessons/stage/actor.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Those that show what the kernel knows or keep files in memory.  Others write to files that they
 * are given (overlay), or ask a process that may not answer (fuse). */
static const char *const file_systems[] = {"cgroup2", "devpts", "mqueue", "proc", "sysfs", "tmpfs"};

static bool is_file_system(const char *type)
{
	for (size_t i = 0; i < array_len(file_systems); i++) {
		if (strcmp(type, file_systems[i]) == 0)
			return true;
	}
	return false;
}

#define MOUNTS "/proc/self/mountinfo"

/* The line of the mount that @path is in.  proc_pid_mountinfo(5)
 * Returns false where there is none, as without /proc, or before Linux 5.8, which reports no number. */
static bool find_mount(const char *path, char *ret_line, size_t capacity)
{
	struct statx status;

	return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_MNT_ID,
	           &status) == 0 &&
	       (status.stx_mask & STATX_MNT_ID) &&
	       proc_row(MOUNTS, 0, status.stx_mnt_id, ret_line, capacity) == 0;
}

static void saw_mount(struct actor *actor, const char *path)
{
	char line[200];

	if (!actor->answer.error && find_mount(path, line, sizeof(line)))
		answer_saw_row(actor, MOUNTS, "", line);
}

/* Whatever the type says, these make no new file system.  mount(2) */
#define MAKES_NONE                                                                                 \
	(MS_REMOUNT | MS_BIND | MS_MOVE | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)

static void call_mount(struct actor *actor)
{
	const char *source = actor->arguments[0].text, *target = actor->arguments[1].text;
	const char *type = actor->arguments[2].text, *data = actor->arguments[4].text;

	if (type[0] && !is_file_system(type)) {
		answer_refuse(actor);
		return;
	}
	answer_result(actor, mount(source, target, type[0] ? type : NULL,
	                         (unsigned long)actor->arguments[3].number, data[0] ? data : NULL));
	if (!actor->answer.error && !(actor->arguments[3].number & MAKES_NONE) &&
	    strcmp(type, "tmpfs") == 0)
		path_made_filesystem(actor, target);
	saw_mount(actor, target);
}

static void call_umount2(struct actor *actor)
{
	char line[200];
	struct filesystem_identity gone;
	bool is_tmpfs = path_filesystem(actor->arguments[0].text, &gone);
	bool known = find_mount(actor->arguments[0].text, line, sizeof(line));

	answer_result(actor, umount2(actor->arguments[0].text, (int)actor->arguments[1].number));
	if (!actor->answer.error && is_tmpfs)
		path_unmade_filesystem(actor, &gone);
	if (!actor->answer.error && known)
		answer_saw_row(actor, MOUNTS, "- ", line);
}

static void call_pivot_root(struct actor *actor)
{
	/* The C library has no function for it.  pivot_root(2) */
	answer_result(
	    actor, syscall(SYS_pivot_root, actor->arguments[0].text, actor->arguments[1].text));
	saw_mount(actor, "/");
}

static void call_chroot(struct actor *actor)
{
	answer_result(actor, chroot(actor->arguments[0].text));
}

static void saw_directory(struct actor *actor)
{
	char target[128];
	ssize_t len = readlinkat(PROC_FD, "self/cwd", target, sizeof(target) - 1);

	if (len < 0)
		return;
	target[len] = '\0';
	answer_saw(actor, "/proc/%d/cwd -> %s", (int)actor->seen_pid, target);
}

static void call_chdir(struct actor *actor)
{
	answer_result(actor, chdir(actor->arguments[0].text));
	if (!actor->answer.error)
		saw_directory(actor);
}

/* As the kernel reports it: the C library hides "(unreachable)/…", which is what a lesson on roots is
 * about.  getcwd(3) */
static void call_getcwd(struct actor *actor)
{
	long len = syscall(SYS_getcwd, actor->answer.text, sizeof(actor->answer.text));

	answer_result(actor, len < 0 ? len : 0);
}

static const struct call_words mount_flags = {
    .what = N_("mount flag"),
    .list =
        (const struct call_word[]){
            {"MS_BIND", MS_BIND},
            {"MS_MOVE", MS_MOVE},
            {"MS_NODEV", MS_NODEV},
            {"MS_NOEXEC", MS_NOEXEC},
            {"MS_NOSUID", MS_NOSUID},
            {"MS_PRIVATE", MS_PRIVATE},
            {"MS_RDONLY", MS_RDONLY},
            {"MS_REC", MS_REC},
            {"MS_REMOUNT", MS_REMOUNT},
            {"MS_SHARED", MS_SHARED},
            {"MS_SLAVE", MS_SLAVE},
            {"MS_UNBINDABLE", MS_UNBINDABLE},
            {NULL, 0},
        },
    .joined = true,
};

static const struct call_words umount_flags = {
    .what = N_("umount flag"),
    .list =
        (const struct call_word[]){
            {"MNT_DETACH", MNT_DETACH},
            {"MNT_FORCE", MNT_FORCE},
            {"UMOUNT_NOFOLLOW", UMOUNT_NOFOLLOW},
            {NULL, 0},
        },
    .joined = true,
};

/* As the owner of a mount namespace has it: in one that a user namespace within owns, no mount is
 * shared with those outside.  mount_namespaces(7) */
#define REACHES_MOUNTS (REACHES_INSIDE(NS_USER) | REACHES_INSIDE(NS_MNT))

const struct call mount_calls[] = {
    {.name = "mount",
        .signature = "sssf?s",
        .words = {&mount_flags},
        .form = "mount(\"SOURCE\", \"TARGET\", \"TYPE\", FLAG|FLAG…, \"DATA\")",
        .doc = "mounts, binds, moves, or changes what is mounted at the target",
        .reaches = REACHES_MOUNTS,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_mount},
    {.name = "umount2",
        .signature = "sf",
        .words = {&umount_flags},
        .form = "umount2(\"TARGET\", MNT_DETACH)",
        .doc = "takes away what is mounted at the target",
        .reaches = REACHES_MOUNTS,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_umount2},
    {.name = "pivot_root",
        .signature = "ss",
        .form = "pivot_root(\"NEW\", \"OLD\")",
        .doc = "makes a mount the root of the mount namespace, and puts the old one into it",
        .c = "syscall(SYS_pivot_root, %1, %2)",
        .reaches = REACHES_MOUNTS,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_pivot_root},
    {.name = "chroot",
        .signature = "s",
        .form = "chroot(\"PATH\")",
        .doc = "changes where the actor's paths begin",
        .reaches = REACHES_MOUNTS,
        .capability = CAP_SYS_CHROOT,
        .run = call_chroot},
    {.name = "chdir",
        .signature = "s",
        .form = "chdir(\"PATH\")",
        .doc = "changes the actor's working directory",
        .reaches = REACHES_MOUNTS,
        .run = call_chdir},
    {.name = "getcwd",
        .signature = "",
        .form = "getcwd()",
        .doc = "reads the actor's working directory, as seen from its root",
        .c = "getcwd(path, sizeof(path))",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_getcwd},
    {.name = NULL},
};
