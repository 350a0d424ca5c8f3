#include "scanner/nsfs/nsfs.h"

#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

bool nsfs_asked(const struct ns *ns)
{
	return ns->owner_status != READ_NEVER;
}

/* The reason behind @error of one of the ioctls. */
static enum read_status ioctl_status(int error)
{
	return error == EPERM || error == EACCES ? READ_DENIED : READ_UNSUPPORTED;
}

static uint64_t ask_id(int fd, enum nstype type)
{
	uint64_t id;

	if (ioctl(fd, NSFS_GET_ID, &id) == 0)
		return id;
	if (type == NS_MNT && ioctl(fd, NSFS_GET_MNT_ID, &id) == 0)
		return id;
	return 0;
}

bool nsfs_has_ids(enum nstype type)
{
	autofree char *path = xasprintf("/proc/self/ns/%s", ns_types[type].name);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && ask_id(fd, type) != 0;
}

/* A namespace and a descriptor on it. */
struct open_ns {
	struct ns *ns;
	int fd;
};

/* Follows @request from @from to another namespace, which is added; its descriptor is for the
 * caller to ask and close.
 * A refusal means that it is above what the caller may see, or that there is none above: the
 * kernel says EPERM to both, and only of the initial namespace it is known which.  None of its own
 * type is above that; a user namespace owns it, if it is none itself. */
static enum read_status follow(struct graph_builder *builder, const struct open_ns *from,
    unsigned long request, struct open_ns *ret_above)
{
	enum nstype type = request == NSFS_GET_OWNER ? NS_USER : from->ns->id.type;
	int fd = ioctl(from->fd, request);
	struct stat st;

	if (fd < 0) {
		enum read_status why = ioctl_status(errno);

		return why == READ_DENIED && from->ns->initial && type == from->ns->id.type
		           ? READ_OK
		           : why;
	}
	if (fstat(fd, &st) < 0) {
		close(fd);
		return READ_GONE;
	}
	ret_above->ns = nsfs_add(builder, type, st.st_dev, st.st_ino);
	ret_above->fd = fd;
	return READ_OK;
}

/* Fills what is known of @open, and gives its owner and its parent (for a user namespace these
 * are one) in @ret_above, where they can be seen.  Returns how many these are. */
static size_t ask_one(
    struct graph_builder *builder, const struct open_ns *open, struct open_ns ret_above[2])
{
	struct ns *ns = open->ns;
	struct open_ns owner = {.fd = -1}, parent = {.fd = -1};
	size_t count = 0;
	uid_t uid;

	ns->id.unique = ask_id(open->fd, ns->id.type);
	ns->owner_status = follow(builder, open, NSFS_GET_OWNER, &owner);
	ns->owner = owner.ns;
	ns->parent_status = READ_OK; /* the flat types have none */
	ns->owner_uid_status = READ_UNSUPPORTED;
	if (ns->id.type == NS_PID) {
		ns->parent_status = follow(builder, open, NSFS_GET_PARENT, &parent);
		ns->parent = parent.ns;
	}
	if (ns->id.type == NS_USER) {
		ns->parent_status = ns->owner_status;
		ns->parent = owner.ns;
		ns->owner_uid_status = READ_OK;
		if (ioctl(open->fd, NSFS_GET_OWNER_UID, &uid) == 0)
			ns->owner_uid = uid;
		else
			ns->owner_uid_status = ioctl_status(errno);
	}
	if (owner.fd >= 0)
		ret_above[count++] = owner;
	if (parent.fd >= 0)
		ret_above[count++] = parent;
	return count;
}

/* Queries @first and all above it; closes its descriptor.  What waits for its query never
 * outgrows one owner and one parent for each level: pid nests 33 levels deep, user 34. */
static void ask_upward(struct graph_builder *builder, struct open_ns first)
{
	struct open_ns waiting[72] = {first};
	size_t count = 1;

	while (count > 0) {
		struct open_ns open = waiting[--count];

		if (!nsfs_asked(open.ns))
			count += ask_one(builder, &open, waiting + count);
		close(open.fd);
	}
}

struct ns *nsfs_add(struct graph_builder *builder, enum nstype type, uint64_t dev, uint64_t ino)
{
	bool is_new;
	struct ns *ns = graph_add_ns(builder, type, dev, ino, &is_new);

	if (is_new) {
		ns->initial = ino == ns_types[type].initial_ino;
		ns->owner_status = READ_NEVER;
		ns->parent_status = READ_NEVER;
		ns->owner_uid_status = READ_NEVER;
	}
	return ns;
}

static bool is_at(int fd, const struct ns *ns)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_ino == ns->id.ino && st.st_dev == ns->id.dev;
}

int nsfs_ask_fd(struct graph_builder *builder, struct ns *ns, int fd)
{
	if (nsfs_asked(ns) || !is_at(fd, ns)) {
		int r = nsfs_asked(ns) ? 0 : -ESTALE;

		close(fd);
		return r;
	}
	ask_upward(builder, (struct open_ns){.ns = ns, .fd = fd});
	return 0;
}

int nsfs_ask(struct graph_builder *builder, struct ns *ns, int dir, const char *link)
{
	int fd;

	if (nsfs_asked(ns))
		return 0;
	fd = openat(dir, link, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : nsfs_ask_fd(builder, ns, fd);
}

bool nsfs_is_same(const struct ns *ns, int fd)
{
	return is_at(fd, ns) && ask_id(fd, ns->id.type) == ns->id.unique;
}

int nsfs_ask_known(struct graph_builder *builder, struct ns *ns, int fd)
{
	if (!nsfs_is_same(ns, fd)) {
		close(fd);
		return -ESTALE;
	}
	return nsfs_ask_fd(builder, ns, fd);
}

bool nsfs_settled(const struct ns *ns)
{
	return nsfs_asked(ns) && !ns->life.ended_ms && ns->owner_status != READ_GONE &&
	       ns->parent_status != READ_GONE;
}

struct ns *nsfs_carry(struct graph_builder *builder, const struct ns *before)
{
	struct ns *ns;

	if (!nsfs_settled(before))
		return NULL;
	ns = graph_builder_ns_now(builder, before);
	if (ns && nsfs_asked(ns))
		return ns;
	ns = nsfs_add(builder, before->id.type, before->id.dev, before->id.ino);
	if (nsfs_asked(ns) && ns->id.unique != before->id.unique)
		return NULL;
	graph_builder_note_same(builder, before, ns);
	if (nsfs_asked(ns))
		return ns;
	ns_notes(ns)->inherited = true;
	ns->id.unique = before->id.unique;
	ns->initial = before->initial;
	ns->parent_status = before->parent_status;
	ns->owner_status = before->owner_status;
	ns->owner_uid_status = before->owner_uid_status;
	ns->owner_uid = before->owner_uid;
	/* As deep as they nest: pid 33 levels, user 34. */
	ns->owner = before->owner ? nsfs_carry(builder, before->owner) : NULL;
	ns->parent = before->parent ? nsfs_carry(builder, before->parent) : NULL;
	if ((before->owner && !ns->owner) || (before->parent && !ns->parent))
		ns->owner_status = READ_NEVER; /* to be asked */
	return ns;
}

bool nsfs_is_fd(const struct ns *ns, int fd)
{
	bool is = ns->id.unique && ask_id(fd, ns->id.type) == ns->id.unique;

	close(fd);
	return is;
}

static int open_handle(int at, const struct nsfs_handle *ns)
{
	struct {
		struct file_handle head;
		struct nsfs_handle ns;
	} handle = {
	    .head = {.handle_bytes = sizeof(handle.ns), .handle_type = NSFS_HANDLE_TYPE},
	    .ns = *ns,
	};
	int fd = open_by_handle_at(at, &handle.head, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int nsfs_open_handle(const struct ns_id *id, int any)
{
	const struct nsfs_handle handle = {
	    .id = id->unique,
	    .type = (uint32_t)ns_types[id->type].flag,
	    .inode = (uint32_t)id->ino,
	};

	return id->unique ? open_handle(any, &handle) : -EOPNOTSUPP;
}

int nsfs_open_by_id(uint64_t unique)
{
	return open_handle(NSFS_ROOT, &(struct nsfs_handle){.id = unique});
}

int nsfs_exists(const struct ns *ns, int any)
{
	int fd = nsfs_open_handle(&ns->id, any);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int nsfs_reopen(int proc, int path_fd)
{
	char name[32];
	struct statfs fs;
	int fd;

	if (fstatfs(path_fd, &fs) < 0)
		return -errno;
	if (fs.f_type != NSFS_MAGIC)
		return -ESTALE;
	snprintf(name, sizeof(name), "self/fd/%d", path_fd);
	fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* --- All namespaces --------------------------------------------------------------------------- */

enum { AT_ONCE = 512 };

static int compare_ids(const void *a, const void *b)
{
	return compare_u64(*(const uint64_t *)a, *(const uint64_t *)b);
}

int listing_take(struct listing *listing)
{
	struct nsfs_list_request request = {.size = sizeof(request)};
	long count;

	listing->count = 0;
	do {
		array_reserve(listing->ids, listing->capacity, listing->count + AT_ONCE);
		count = syscall(NSFS_LISTNS, &request, listing->ids + listing->count, AT_ONCE, 0);
		if (count < 0) {
			listing->count = 0;
			return -errno;
		}
		listing->count += (size_t)count;
		if (count > 0)
			request.id = listing->ids[listing->count - 1];
	} while (count == AT_ONCE);
	listing_sort(listing);
	return 0;
}

void listing_sort(struct listing *listing)
{
	if (listing->count)
		qsort(listing->ids, listing->count, sizeof(*listing->ids), compare_ids);
}

bool listing_has(const struct listing *listing, uint64_t id)
{
	return listing->count &&
	       bsearch(&id, listing->ids, listing->count, sizeof(id), compare_ids);
}

static bool is_initial(enum nstype type)
{
	autofree char *path = xasprintf("/proc/self/ns/%s", ns_types[type].name);
	struct stat st;

	return stat(path, &st) == 0 && st.st_ino == ns_types[type].initial_ino;
}

/* CAP_SYS_ADMIN in the initial user namespace. */
static bool listing_is_privileged(void)
{
	return is_initial(NS_USER) && (privileges_effective() & CAP_BIT(CAP_SYS_ADMIN));
}

bool listing_is_whole(void)
{
	return is_initial(NS_PID) && listing_is_privileged();
}

void listing_done(struct listing *listing)
{
	free(listing->ids);
	*listing = (struct listing){.ids = NULL};
}

bool nsfs_may_open_all(void)
{
	struct listing listing = {.ids = NULL};
	bool has_listns;

	if (listing_is_whole())
		return true;
	has_listns = listing_take(&listing) != -ENOSYS;
	listing_done(&listing);
	return !has_listns && listing_is_privileged();
}

int nsfs_open(int proc, int dir, const char *link)
{
	autoclose int path_fd = openat(dir, link, O_PATH | O_CLOEXEC);

	return path_fd < 0 ? -errno : nsfs_reopen(proc, path_fd);
}

int nsfs_type(int fd, enum nstype *ret_type)
{
	int flag = ioctl(fd, NSFS_GET_TYPE);

	for (int type = 0; flag > 0 && type < NS_TYPE_COUNT; type++) {
		if (ns_types[type].flag == (uint64_t)flag) {
			*ret_type = (enum nstype)type;
			return 0;
		}
	}
	return flag < 0 ? -errno : -ENOTTY;
}

void nsfs_refused(struct ns *ns, int error)
{
	enum read_status why = ioctl_status(error);

	if (nsfs_asked(ns))
		return;
	ns->owner_status = why;
	ns->parent_status = ns->id.type == NS_PID || ns->id.type == NS_USER ? why : READ_OK;
	ns->owner_uid_status = ns->id.type == NS_USER ? why : READ_UNSUPPORTED;
}
