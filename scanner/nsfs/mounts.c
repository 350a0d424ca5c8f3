#include "scanner/nsfs/mounts.h"

#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/kernel_abi.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	FIRST_MOUNT = -1,  /* LSMT_ROOT: below that which covers the first one */
	TEXT_BYTES = 8192, /* a path of PATH_MAX, and the others */
	MOUNTS_AT_ONCE = 256,
};

union answer {
	struct mount_answer data;
	char bytes[sizeof(struct mount_answer) + TEXT_BYTES];
};

static const char *text_at(const union answer *answer, uint64_t bit, uint32_t at)
{
	return answer->data.mask & bit && at < TEXT_BYTES ? answer->data.texts + at : NULL;
}

static int ask(struct mount_request request, uint64_t want, union answer *ret_answer)
{
	request.param = want;
	return syscall(STATMOUNT_CALL, &request, ret_answer, sizeof(*ret_answer), 0) < 0 ? -errno
	                                                                                 : 0;
}

/* Calls @take for each mount below @above.  Returns 0, or the first error of it. */
static int each(uint64_t mnt_ns_id, uint64_t above,
    int (*take)(void *arg, const struct mount_request *which), void *arg)
{
	struct mount_request request = {
	    .size = sizeof(request), .mnt_id = above, .mnt_ns_id = mnt_ns_id};
	uint64_t ids[MOUNTS_AT_ONCE];
	long count;

	do {
		count = syscall(LISTMOUNT_CALL, &request, ids, MOUNTS_AT_ONCE, 0);
		if (count < 0)
			return -errno;
		for (long i = 0; i < count; i++) {
			int r = take(arg,
			    &(struct mount_request){
			        .size = sizeof(request), .mnt_id = ids[i], .mnt_ns_id = mnt_ns_id});

			if (r < 0)
				return r;
		}
		if (count > 0)
			request.param = ids[count - 1];
	} while (count == MOUNTS_AT_ONCE);
	return 0;
}

/* --- Those of nsfs ------------------------------------------------------------------------------- */

struct nsfs_search {
	void (*found)(void *arg, const char *root, const char *path);
	void *arg;
};

static int take_nsfs(void *arg, const struct mount_request *which)
{
	const struct nsfs_search *search = arg;
	const char *root, *path;
	union answer answer;

	if (ask(*which, MOUNT_WANT_MAGIC, &answer) < 0 || answer.data.sb_magic != NSFS_MAGIC)
		return 0;
	if (ask(*which, MOUNT_WANT_ROOT | MOUNT_WANT_POINT, &answer) < 0)
		return 0;
	root = text_at(&answer, MOUNT_WANT_ROOT, answer.data.mnt_root);
	path = text_at(&answer, MOUNT_WANT_POINT, answer.data.mnt_point);
	if (root && path)
		search->found(search->arg, root, path);
	return 0;
}

int far_mounts_of_nsfs(
    uint64_t mnt_ns_id, void (*found)(void *arg, const char *root, const char *path), void *arg)
{
	struct nsfs_search search = {.found = found, .arg = arg};

	return each(mnt_ns_id, (uint64_t)FIRST_MOUNT, take_nsfs, &search);
}

/* --- All ----------------------------------------------------------------------------------------- */

struct reading {
	void (*found)(void *arg, const struct far_mount *mount);
	void *arg;
	uint64_t root, parent; /* the first mount that is listed, and the one below it */
	size_t children;       /* of the latter */
	uint64_t overlay;      /* of root; 0: none */
	bool sources;          /* the kernel reports them: 6.13 */
};

/* The kernel lists mounts from the first one on the first mount.  That is the root of a process that joins, if
 * it is the only one there; it is not when an init has mounted /proc first. */
static int take_root(void *arg, const struct mount_request *which)
{
	struct reading *reading = arg;
	union answer answer;
	int r = ask(*which, MOUNT_WANT_MAGIC | MOUNT_WANT_MOUNT | MOUNT_WANT_SOURCE, &answer);

	if (r < 0)
		return r;
	if (!reading->root) {
		reading->root = answer.data.mnt_id;
		reading->parent = answer.data.mnt_parent_id;
		if (answer.data.mnt_id == answer.data.mnt_parent_id ||
		    answer.data.sb_magic == PROC_SUPER_MAGIC)
			return -EOPNOTSUPP;
	}
	reading->sources = reading->sources || answer.data.mask & MOUNT_WANT_SOURCE;
	return 0;
}

static int count_child(void *arg, const struct mount_request *which)
{
	struct reading *reading = arg;
	union answer answer;
	int r = ask(*which, MOUNT_WANT_MOUNT, &answer);

	if (r < 0)
		return r;
	reading->children += answer.data.mnt_parent_id == reading->parent;
	return 0;
}

/* A process that joins gets the topmost mount over the root; since Linux 7.0 there are always two. */
static int take_overlay(void *arg, const struct mount_request *which)
{
	struct reading *reading = arg;
	union answer answer;
	const char *point;
	int r = ask(*which, MOUNT_WANT_MOUNT | MOUNT_WANT_POINT, &answer);

	if (r < 0)
		return r;
	point = text_at(&answer, MOUNT_WANT_POINT, answer.data.mnt_point);
	if (answer.data.mnt_parent_id == reading->root && point && strcmp(point, "/") == 0)
		reading->overlay = answer.data.mnt_id;
	return 0;
}

static int find_overlay(struct reading *reading, uint64_t mnt_ns_id)
{
	int r;

	do {
		reading->overlay = 0;
		r = each(mnt_ns_id, reading->root, take_overlay, reading);
		if (r == 0 && reading->overlay)
			reading->root = reading->overlay;
	} while (r == 0 && reading->overlay);
	return r;
}

static int take_mount(void *arg, const struct mount_request *which)
{
	const struct reading *reading = arg;
	union answer answer;
	struct far_mount mount;
	int r = ask(*which,
	    MOUNT_WANT_MOUNT | MOUNT_WANT_ROOT | MOUNT_WANT_POINT | MOUNT_WANT_TYPE |
	        MOUNT_WANT_SUBTYPE | MOUNT_WANT_SOURCE,
	    &answer);

	if (r < 0)
		return r;
	mount = (struct far_mount){
	    .id = answer.data.mnt_id_old,
	    .parent_id = answer.data.mnt_parent_id_old,
	    .shared = (uint32_t)answer.data.mnt_peer_group,
	    .master = (uint32_t)answer.data.mnt_master,
	    .unbindable = answer.data.mnt_propagation & MS_UNBINDABLE,
	    .read_only = answer.data.mnt_attr & MOUNT_ATTR_RDONLY,
	    .point = text_at(&answer, MOUNT_WANT_POINT, answer.data.mnt_point),
	    .root = text_at(&answer, MOUNT_WANT_ROOT, answer.data.mnt_root),
	    .type = text_at(&answer, MOUNT_WANT_TYPE, answer.data.fs_type),
	    .subtype = text_at(&answer, MOUNT_WANT_SUBTYPE, answer.data.fs_subtype),
	    .source = text_at(&answer, MOUNT_WANT_SOURCE, answer.data.sb_source),
	};
	if (!mount.point || !mount.root || !mount.type)
		return -EOPNOTSUPP;
	reading->found(reading->arg, &mount);
	return 0;
}

int far_mounts_of(
    uint64_t mnt_ns_id, void (*found)(void *arg, const struct far_mount *mount), void *arg)
{
	struct reading reading = {.found = found, .arg = arg};
	int r = each(mnt_ns_id, (uint64_t)FIRST_MOUNT, take_root, &reading);

	if (r == 0 && (!reading.root || !reading.sources))
		r = -EOPNOTSUPP;
	if (r == 0)
		r = each(mnt_ns_id, reading.parent, count_child, &reading);
	if (r == 0 && reading.children != 1)
		r = -EOPNOTSUPP;
	if (r == 0)
		r = find_overlay(&reading, mnt_ns_id);
	if (r == 0)
		r = take_mount(
		    &reading, &(struct mount_request){.size = sizeof(struct mount_request),
		                  .mnt_id = reading.root,
		                  .mnt_ns_id = mnt_ns_id});
	return r < 0 ? r : each(mnt_ns_id, reading.root, take_mount, &reading);
}

/* --- Mount points ----------------------------------------------------------------------------- */

/* While a mount or a name changes anywhere on the system, the kernel returns EAGAIN though all components are
 * cached: seen up to three times in a row. */
enum { TRIES = 32 };

static int open_mount_point(int root, const char *path, uint64_t cached)
{
	const struct open_how how = {
	    .flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | cached,
	};
	int fd = -1;

	errno = EAGAIN;
	for (int tries = 0; fd < 0 && errno == EAGAIN && tries < TRIES; tries++)
		fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

int mount_point_open(int root, const char *path)
{
	return open_mount_point(root, path, RESOLVE_CACHED);
}

int mount_point_open_ns(int proc, int root, const char *path, bool may_wait)
{
	autoclose int point = mount_point_open(root, path);
	if (point == -EINVAL && may_wait)
		point = open_mount_point(root, path, 0);
	return point < 0 ? point : nsfs_reopen(proc, point);
}
