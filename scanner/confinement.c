#include "scanner/confinement.h"

#include "model/base/util.h"
#include "scanner/helper/join.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* --- Seccomp, capabilities ---------------------------------------------------------------------- */

static int read_seccomp(void)
{
	char first[4096];
	autotext struct proc_text status = PROC_TEXT(first);
	const char *line;

	if (proc_text_read(&status, AT_FDCWD, "/proc/self/status", PROC_TEXT_MAX) < 0)
		return -1;
	line = strstr(status.data, "\nSeccomp:");
	return line ? (int)strtol(line + strlen("\nSeccomp:"), NULL, 10) : -1;
}

static bool has_no_new_privs(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

/* --- Maps --------------------------------------------------------------------------------------- */

bool id_is_mapped(const char *map, unsigned long id)
{
	for (;;) {
		unsigned long numbers[3]; /* inside, outside, how many */

		for (size_t i = 0; i < array_len(numbers); i++) {
			char *end;

			numbers[i] = strtoul(map, &end, 10);
			if (end == map)
				return false;
			map = end;
		}
		if (id >= numbers[0] && id - numbers[0] < numbers[2])
			return true;
	}
}

/* @id is told as the kernel tells one without a mapping: as its overflow number. */
static bool is_in_map(const char *path, unsigned long id)
{
	struct proc_lines map = PROC_LINES_CLOSED;
	const char *line;
	bool mapped = false;

	/* What can't be read says nothing. */
	if (proc_lines_open(&map, AT_FDCWD, path) < 0)
		return true;
	while (!mapped && (line = proc_lines_next(&map, NULL)))
		mapped = id_is_mapped(line, id);
	return proc_lines_close(&map) < 0 || mapped;
}

/* "deny" is what unprivileged users write before they may map their group. */
static bool denies_setgroups(void)
{
	char first[16];
	autotext struct proc_text word = PROC_TEXT(first);

	return proc_text_read(&word, AT_FDCWD, "/proc/self/setgroups", PROC_TEXT_MAX) == 0 &&
	       strncmp(word.data, "deny", 4) == 0;
}

/* --- Mounts ------------------------------------------------------------------------------------- */

/* Is something mounted below /proc?  The mount point is field 5; proc_pid_mountinfo(5). */
static bool covers_proc(void)
{
	struct proc_lines mounts = PROC_LINES_CLOSED;
	const char *point;
	bool overlays = false;

	if (proc_lines_open(&mounts, AT_FDCWD, "/proc/self/mountinfo") < 0)
		return false;
	while (!overlays && (point = proc_lines_next(&mounts, NULL))) {
		for (int field = 1; point && field < 5; field++) {
			point = strchr(point, ' ');
			point += point != NULL;
		}
		overlays = point && strncmp(point, "/proc/", 6) == 0;
	}
	return proc_lines_close(&mounts) == 0 && overlays;
}

/* A root that is no mount's is none of a mount namespace; Linux 5.8 tells.  statx(2) */
static bool has_no_mount_root(void)
{
	struct statx root;

	return statx(AT_FDCWD, "/", 0, STATX_INO, &root) == 0 &&
	       (root.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) &&
	       !(root.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* A directory that is a mount point may be the root of a chroot, too.  Joining a mount namespace leads
 * to its own root, setns(2): is that another one?  Ends the child with 1 where it is. */
_Noreturn static void look_for_root(void)
{
	int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct statx before, after;
	unsigned want = STATX_INO | STATX_MNT_ID;

	if (own < 0 || statx(AT_FDCWD, "/", 0, want, &before) < 0 || join_ns(own, NS_MNT) < 0 ||
	    statx(AT_FDCWD, "/", 0, want, &after) < 0)
		_exit(0);
	if (before.stx_ino != after.stx_ino || before.stx_dev_major != after.stx_dev_major ||
	    before.stx_dev_minor != after.stx_dev_minor ||
	    ((before.stx_mask & after.stx_mask & STATX_MNT_ID) &&
	        before.stx_mnt_id != after.stx_mnt_id))
		_exit(1);
	_exit(0);
}

static bool has_other_root(void)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return false;
	if (child == 0)
		look_for_root();
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

/* --- Security modules --------------------------------------------------------------------------- */

/* AppArmor: "docker-default (enforce)", or "unconfined"; SELinux: a context, also where it refuses
 * nothing.  Smack and others are not known here. */
static void read_label(struct confinement *confinement)
{
	char first[sizeof(confinement->label)];
	autotext struct proc_text label = PROC_TEXT(first);

	if (proc_text_read(&label, AT_FDCWD, "/proc/self/attr/current", PROC_TEXT_MAX) < 0 ||
	    strstr(label.data, "unconfined") || strncmp(label.data, "kernel", 6) == 0)
		return;
	snprintf(confinement->label, sizeof(confinement->label), "%.*s",
	    (int)strcspn(label.data, "\n"), label.data);
}

void confinement_read(struct confinement *ret_confinement)
{
	*ret_confinement = (struct confinement){
	    .seccomp = read_seccomp(),
	    .caps = privileges_permitted(),
	    .no_new_privs = has_no_new_privs(),
	    .no_setgroups = denies_setgroups(),
	    .chrooted = has_no_mount_root() || has_other_root(),
	    .proc_covered = covers_proc(),
	    .no_ids = !is_in_map("/proc/self/uid_map", geteuid()) ||
	              !is_in_map("/proc/self/gid_map", getegid()),
	    .no_sys = access("/proc/self/ns", F_OK) == 0 && access("/proc/sys", F_OK) < 0 &&
	              errno == ENOENT,
	};
	read_label(ret_confinement);
}
