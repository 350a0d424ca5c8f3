#include "scanner/proc/local_fs.h"

#include "model/base/util.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

enum {
	LINKS_MAX = 40,             /* as the kernel follows; path_resolution(7) */
	MNT_ID_UNIQUE = 0x00004000, /* STATX_MNT_ID_UNIQUE, 6.8 */
};

/* As in statfs(2), and as in /proc/PID/mountinfo. */
static const struct {
	uint64_t magic;
	const char *name;
} local_types[] = {
    {TMPFS_MAGIC, "tmpfs"},
    {TMPFS_MAGIC, "devtmpfs"},
    {RAMFS_MAGIC, "ramfs"},
    {EXT4_SUPER_MAGIC, "ext4"},
    {EXT4_SUPER_MAGIC, "ext3"},
    {EXT4_SUPER_MAGIC, "ext2"},
    {BTRFS_SUPER_MAGIC, "btrfs"},
    {XFS_SUPER_MAGIC, "xfs"},
    {F2FS_SUPER_MAGIC, "f2fs"},
    {SQUASHFS_MAGIC, "squashfs"},
    {EROFS_SUPER_MAGIC_V1, "erofs"},
    {0x2fc12fc1, "zfs"},
    {0xca451a4e, "bcachefs"},
    {PROC_SUPER_MAGIC, "proc"},
    {SYSFS_MAGIC, "sysfs"},
};

/* statmount(2) reads the kernel's record of the mount; statfs(2) would query the file system. */
static bool magic_is_local(uint64_t mount, bool *ret_known)
{
	const struct mount_request request = {
	    .size = MOUNT_REQUEST_FIRST, .mnt_id = mount, .param = MOUNT_WANT_MAGIC};
	struct mount_answer answer;

	*ret_known = syscall(STATMOUNT_CALL, &request, &answer, sizeof(answer), 0) == 0;
	for (size_t i = 0; *ret_known && i < array_len(local_types); i++) {
		if (local_types[i].magic == answer.sb_magic)
			return true;
	}
	return false;
}

static bool name_is_local(uint64_t mount)
{
	bool local = false, found = false;
	struct proc_lines file;
	const char *text;
	size_t len;

	if (proc_lines_open(&file, AT_FDCWD, "/proc/self/mountinfo") < 0)
		return false;
	while (!found && (text = proc_lines_next(&file, &len))) {
		struct mount_line line;

		if (parse_mount_line(text, len, &line) < 0 || line.id != mount)
			continue;
		found = true;
		for (size_t i = 0; i < array_len(local_types); i++)
			local |= strlen(local_types[i].name) == line.fs_type_len &&
			         memcmp(local_types[i].name, line.fs_type, line.fs_type_len) == 0;
	}
	proc_lines_close(&file);
	return local;
}

/* Of the mount that the root directory is on: 0 where it can't be known. */
static uint64_t root_mount(unsigned want)
{
	struct statx st = {.stx_mask = 0};

	if (statx(AT_FDCWD, "/", AT_STATX_DONT_SYNC, want, &st) < 0 || !(st.stx_mask & want))
		return 0;
	return st.stx_mnt_id;
}

struct step {
	int fd; /* with O_PATH */
	uint64_t mount;
	bool local, is_link;
};

/* Fills @step but for its descriptor.  What the kernel has at hand will do: AT_STATX_DONT_SYNC. */
static void look(struct step *step, const struct step *before)
{
	static bool has_unique = true;
	struct statx st = {.stx_mask = 0};
	bool known = false;

	step->mount = 0;
	step->local = step->is_link = false;
	if (statx(step->fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
	        STATX_TYPE | (has_unique ? MNT_ID_UNIQUE : STATX_MNT_ID), &st) < 0)
		return;
	if (has_unique && !(st.stx_mask & MNT_ID_UNIQUE)) {
		has_unique = false;
		look(step, before);
		return;
	}
	step->is_link = S_ISLNK(st.stx_mode);
	if (!(st.stx_mask & (MNT_ID_UNIQUE | STATX_MNT_ID)))
		return; /* before 5.8 */
	step->mount = st.stx_mnt_id;
	if (before && before->mount == step->mount)
		step->local = before->local;
	else if (step->mount == root_mount(st.stx_mask & (MNT_ID_UNIQUE | STATX_MNT_ID)))
		step->local =
		    true; /* where that does not answer no program runs, nor does this one */
	else if (has_unique)
		step->local =
		    magic_is_local(step->mount, &known) || (!known && name_is_local(step->mount));
	else
		step->local = name_is_local(step->mount);
}

/* The part of @path at *@at, which goes on to the next; its length, 0 at the end. */
static size_t next_part(const char *path, size_t *at, const char **ret_part)
{
	size_t len;

	*at += strspn(path + *at, "/");
	*ret_part = path + *at;
	len = strcspn(*ret_part, "/");
	*at += len;
	return len;
}

static bool begin(const char *path, struct step *step)
{
	step->fd = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (step->fd >= 0)
		look(step, NULL);
	return step->fd >= 0;
}

/* Where the link @step leads, and @rest behind that; NULL where it can't be read.  To be freed. */
static char *behind_link(const struct step *step, const char *rest)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(step->fd, "", target, sizeof(target) - 1);

	if (len < 0)
		return NULL;
	target[len] = '\0';
	return xasprintf("%s/%s", target, rest);
}

/* /proc/self/fd/0: the caller has that file open already.  @folder is local. */
static bool is_descriptor(const struct step *folder, const char *name)
{
	struct statfs fs;

	return name[strspn(name, "0123456789")] == '\0' && fstatfs(folder->fd, &fs) == 0 &&
	       fs.f_type == PROC_SUPER_MAGIC;
}

bool local_fs_has(const char *path, uint64_t *ret_mount)
{
	autofree char *way = xstrdup(path);
	struct step at;
	const char *part;
	size_t len, place = 0;
	int links = 0;
	bool there = begin(way, &at);

	while (there && at.local && (len = next_part(way, &place, &part))) {
		autofree char *name = xstrndup(part, len);
		struct step next = {.fd = openat(at.fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC)};

		there = next.fd >= 0;
		if (there)
			look(&next, &at);
		if (there && next.local && next.is_link && links++ < LINKS_MAX) {
			char *longer =
			    is_descriptor(&at, name) ? NULL : behind_link(&next, way + place);

			close(next.fd);
			there = longer;
			free(way);
			way = longer;
			place = 0;
			if (there && *way == '/') {
				close(at.fd);
				there = begin(way, &at);
			}
			continue;
		}
		close(at.fd);
		at = next;
	}
	if (at.fd >= 0)
		close(at.fd);
	if (there && !at.local)
		*ret_mount = at.mount;
	return !there || at.local;
}
