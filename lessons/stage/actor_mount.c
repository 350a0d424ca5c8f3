/* The calls that change what a mount namespace shows, and the root and working directory of the actor.
 * mount_namespaces(7) */
#include "lessons/stage/actor_path.h"
#include "lessons/stage/answer.h"
#include "lessons/stage/table.h"
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
	       table_find(MOUNTS, 0, status.stx_mnt_id, ret_line, capacity) == 0;
}

static void saw_mount(const struct actor *actor, const char *path, struct stage_answer *answer)
{
	char line[200];

	if (!answer->error && find_mount(path, line, sizeof(line)))
		table_saw(answer, actor->seen_pid, MOUNTS, "", line);
}

/* Whatever the type says, these make no new file system.  mount(2) */
#define MAKES_NONE                                                                                 \
	(MS_REMOUNT | MS_BIND | MS_MOVE | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)

static void call_mount(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	const char *source = arguments[0].text, *target = arguments[1].text;
	const char *type = arguments[2].text, *data = arguments[4].text;

	if (type[0] && !is_file_system(type)) {
		answer_refuse(answer);
		return;
	}
	answer_result(answer, mount(source, target, type[0] ? type : NULL,
	                          (unsigned long)arguments[3].number, data[0] ? data : NULL));
	if (!answer->error && !(arguments[3].number & MAKES_NONE) && strcmp(type, "tmpfs") == 0)
		path_made_filesystem(actor, target);
	saw_mount(actor, target, answer);
}

static void call_umount2(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	char line[200];
	struct filesystem_identity gone;
	bool is_tmpfs = path_filesystem(arguments[0].text, &gone);
	bool known = find_mount(arguments[0].text, line, sizeof(line));

	answer_result(answer, umount2(arguments[0].text, (int)arguments[1].number));
	if (!answer->error && is_tmpfs)
		path_unmade_filesystem(actor, &gone);
	if (!answer->error && known)
		table_saw(answer, actor->seen_pid, MOUNTS, "- ", line);
}

static void call_pivot_root(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	/* The C library has no function for it.  pivot_root(2) */
	answer_result(answer, syscall(SYS_pivot_root, arguments[0].text, arguments[1].text));
	saw_mount(actor, "/", answer);
}

static void call_chroot(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	(void)actor;
	answer_result(answer, chroot(arguments[0].text));
}

static void saw_directory(const struct actor *actor, struct stage_answer *answer)
{
	char target[128];
	ssize_t len = readlinkat(PROC_FD, "self/cwd", target, sizeof(target) - 1);

	if (len < 0)
		return;
	target[len] = '\0';
	answer_saw(answer, "/proc/%d/cwd -> %s", (int)actor->seen_pid, target);
}

static void call_chdir(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	answer_result(answer, chdir(arguments[0].text));
	if (!answer->error)
		saw_directory(actor, answer);
}

/* As the kernel reports it: the C library hides "(unreachable)/…", which is what a lesson on roots is
 * about.  getcwd(3) */
static void call_getcwd(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	long len = syscall(SYS_getcwd, answer->text, sizeof(answer->text));

	(void)actor, (void)arguments;
	answer_result(answer, len < 0 ? len : 0);
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
    {
        .name = "mount",
        .signature = "sssf?s",
        .words = {&mount_flags},
        .form = "mount(\"SOURCE\", \"TARGET\", \"TYPE\", FLAG|FLAG…, \"DATA\")",
        .doc = "mounts, binds, moves, or changes what is mounted at the target",
        .reaches = REACHES_MOUNTS,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_mount,
    },
    {
        .name = "umount2",
        .signature = "sf",
        .words = {&umount_flags},
        .form = "umount2(\"TARGET\", MNT_DETACH)",
        .doc = "takes away what is mounted at the target",
        .reaches = REACHES_MOUNTS,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_umount2,
    },
    {
        .name = "pivot_root",
        .signature = "ss",
        .form = "pivot_root(\"NEW\", \"OLD\")",
        .doc = "makes a mount the root of the mount namespace, and puts the old one into it",
        .c = "syscall(SYS_pivot_root, %1, %2)",
        .reaches = REACHES_MOUNTS,
        .changes_holders = true,
        .capability = CAP_SYS_ADMIN,
        .run = call_pivot_root,
    },
    {
        .name = "chroot",
        .signature = "s",
        .form = "chroot(\"PATH\")",
        .doc = "changes where the actor's paths begin",
        .reaches = REACHES_MOUNTS,
        .capability = CAP_SYS_CHROOT,
        .run = call_chroot,
    },
    {
        .name = "chdir",
        .signature = "s",
        .form = "chdir(\"PATH\")",
        .doc = "changes the actor's working directory",
        .reaches = REACHES_MOUNTS,
        .run = call_chdir,
    },
    {
        .name = "getcwd",
        .signature = "",
        .form = "getcwd()",
        .doc = "reads the actor's working directory, as seen from its root",
        .c = "getcwd(path, sizeof(path))",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_getcwd,
    },
    {.name = NULL},
};
