#include "scanner/mounts.h"

#include "model/util.h"
#include "scanner/clock.h"
#include "scanner/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>

enum { READ_BYTES = 8192 };

/* A bind mount of a namespace. */
struct bound {
	enum ns_type type;
	uint64_t ino;
	size_t name, name_len; /* into mounts.names */
};

struct mounts {
	struct sweep *sweep;
	int fd; /* -1 where nothing is to be read any more */
	char *text;
	size_t text_len, text_room; /* what was read and is no whole line yet */
	struct bound *bounds;
	size_t bound_count, bound_room;
	char *names;
	size_t names_len, names_room;
	struct hidepid hidepid; /* of what is mounted on /proc */
};

struct mounts *mounts_new(void)
{
	struct mounts *mounts = xcalloc(1, sizeof(*mounts));

	mounts->fd = -1;
	return mounts;
}

void mounts_free(struct mounts *mounts)
{
	if (!mounts)
		return;
	close_fd(&mounts->fd);
	free(mounts->text);
	free(mounts->bounds);
	free(mounts->names);
	free(mounts);
}

void mounts_begin(struct mounts *mounts, struct sweep *sweep)
{
	close_fd(&mounts->fd);
	mounts->fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	mounts->sweep = sweep;
	mounts->text_len = 0;
	mounts->bound_count = 0;
	mounts->names_len = 0;
	mounts->hidepid = (struct hidepid){.hides = false};
}

static bool is_text(const char *data, size_t len, const char *text)
{
	return len == strlen(text) && memcmp(data, text, len) == 0;
}

/* Keeps the last part of the mount point as the name of the namespace that is mounted there. */
static void keep_name(struct mounts *mounts, const struct mount_line *line)
{
	const char *slash = memrchr(line->mount_point, '/', line->mount_point_len);
	const char *name = slash ? slash + 1 : line->mount_point;
	size_t len = line->mount_point_len - (size_t)(name - line->mount_point);

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		uint64_t ino;
		struct bound *bound;

		if (parse_ns_link(line->root, line->root_len, type, &ino) < 0)
			continue;
		array_reserve(mounts->names, mounts->names_room, mounts->names_len + len);
		array_reserve(mounts->bounds, mounts->bound_room, mounts->bound_count + 1);
		bound = &mounts->bounds[mounts->bound_count++];
		*bound = (struct bound){.type = type, .ino = ino, .name = mounts->names_len};
		bound->name_len = parse_unescape(name, len, mounts->names + mounts->names_len);
		mounts->names_len += bound->name_len;
	}
}

static void take_line(struct mounts *mounts, const char *text, size_t len)
{
	struct mount_line line;

	if (parse_mount_line(text, len, &line) < 0)
		return;
	if (is_text(line.fs_type, line.fs_type_len, "nsfs"))
		keep_name(mounts, &line);
	/* The last one lies over the others. */
	if (is_text(line.fs_type, line.fs_type_len, "proc") &&
	    is_text(line.mount_point, line.mount_point_len, "/proc"))
		mounts->hidepid = parse_hidepid(line.super_options, line.super_options_len);
}

/* Takes the whole lines out of what was read. */
static void take_lines(struct mounts *mounts)
{
	char *at = mounts->text, *end = at + mounts->text_len, *newline;

	while (at < end && (newline = memchr(at, '\n', (size_t)(end - at)))) {
		take_line(mounts, at, (size_t)(newline - at));
		at = newline + 1;
	}
	mounts->text_len = (size_t)(end - at);
	if (at > mounts->text && at < end)
		memmove(mounts->text, at, mounts->text_len);
}

static int compare_bounds(const void *a, const void *b)
{
	const struct bound *left = a, *right = b;

	if (left->type != right->type)
		return (int)left->type - (int)right->type;
	return left->ino < right->ino ? -1 : left->ino > right->ino;
}

static void give_names(struct mounts *mounts)
{
	struct graph_builder *builder = mounts->sweep->builder;

	if (mounts->bound_count == 0)
		return;
	qsort(mounts->bounds, mounts->bound_count, sizeof(*mounts->bounds), compare_bounds);
	for (size_t i = 0; i < graph_builder_ns_count(builder); i++) {
		struct ns *ns = graph_builder_ns(builder, i);
		const struct bound wanted = {.type = ns->id.type, .ino = ns->id.ino};
		const struct bound *bound = bsearch(&wanted, mounts->bounds, mounts->bound_count,
		    sizeof(*mounts->bounds), compare_bounds);

		if (bound)
			ns->name =
			    graph_text_copy(builder, mounts->names + bound->name, bound->name_len);
	}
}

/* Is the caller in group @gid?  It sees everything then; proc(5), "gid=". */
static bool in_group(gid_t gid)
{
	gid_t groups[1024];
	int count = getgroups(array_len(groups), groups);

	for (int i = 0; i < count; i++)
		if (groups[i] == gid)
			return true;
	return getegid() == gid;
}

static bool has_ptrace_capability(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	return syscall(SYS_capget, &header, data) == 0 &&
	       (data[0].effective & (1U << CAP_SYS_PTRACE));
}

/* hidepid spares who may trace.  The capability may be one in a user namespace only, below that
 * of PID 1, so PID 1 must answer as well. */
static bool hides_from_us(const struct hidepid *hidepid)
{
	if (!hidepid->hides || in_group(hidepid->gid))
		return false;
	return !has_ptrace_capability() || access("/proc/1/stat", R_OK) < 0;
}

bool mounts_step(struct mounts *mounts, uint64_t until_us)
{
	while (mounts->fd >= 0) {
		ssize_t bytes;

		array_reserve(mounts->text, mounts->text_room, mounts->text_len + READ_BYTES);
		bytes = read(mounts->fd, mounts->text + mounts->text_len, READ_BYTES);
		if (bytes > 0) {
			mounts->text_len += (size_t)bytes;
			take_lines(mounts);
		} else if (bytes == 0 || errno != EINTR) {
			close_fd(&mounts->fd);
			mounts->fd = -1;
			give_names(mounts);
			graph_stats(mounts->sweep->builder)->hidden =
			    hides_from_us(&mounts->hidepid);
		}
		if (clock_us() >= until_us)
			break;
	}
	return mounts->fd < 0;
}
