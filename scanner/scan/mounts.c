#include "scanner/scan/phases.h"

#include "model/base/util.h"
#include "scanner/helper/errand.h"
#include "scanner/nsfs/mounts.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"
#include "scanner/scan/scan_context.h"
#include "scanner/scan/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* --- Names by links -------------------------------------------------------------------------- */

/* Names that a symbolic link gives to a network namespace: /run/netns/NAME -> /proc/PID/ns/net, as an old
 * recipe for containers has it.  ip-netns(8) lists such a name.  It keeps nothing: when PID ends, the link
 * leads nowhere, and later to another process.
 *
 * The folder may be on a file system that does not answer, so it is read by an errand (errand.h). */

struct name_links {
	struct context *context;
	size_t at;             /* of the folders, the one that is read */
	struct errand *errand; /* NULL where it could not be sent */
	int error;             /* why it could not, or what it came back with */
};

/* Where ip-netns(8) looks; /var/run is a link to /run nearly everywhere. */
static const char *const folders[] = {"/run/netns", "/var/run/netns"};

struct name_link {
	pid_t pid;
	enum nstype type;
	char *name;
};

struct found {
	struct name_link *items;
	size_t count, capacity;
};

static int compare_links(const void *a, const void *b)
{
	const struct name_link *left = a, *right = b;

	if (left->pid != right->pid)
		return left->pid < right->pid ? -1 : 1;
	return strcmp(left->name, right->name);
}

/* The errand: what the links of the folder @arg say, one behind the other. */
static int read_folder(void *arg, struct bytes *answer)
{
	int fd = open(arg, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (fd >= 0 && !dir)
		close_fd(&fd);
	while (dir && (entry = readdir(dir))) {
		char text[64];
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, text, sizeof(text));
		struct name_link link;

		if (len < 0 || parse_ns_path(text, (size_t)len, &link.pid, &link.type) < 0)
			continue;
		bytes_put_number(answer, (uint64_t)link.pid, sizeof(link.pid));
		bytes_put_number(answer, link.type, sizeof(link.type));
		bytes_put_text(answer, entry->d_name, strlen(entry->d_name));
	}
	if (dir)
		closedir(dir);
	return 0;
}

static void take_answer(struct found *found, const struct bytes *answer)
{
	struct byte_reader reader = {.data = answer->data, .len = answer->len};

	while (reader_ok(&reader) && reader.at < reader.len) {
		struct name_link link = {
		    .pid = (pid_t)read_number(&reader, sizeof(link.pid), INT32_MAX, "a PID"),
		    .type = (enum nstype)read_number(
		        &reader, sizeof(link.type), NS_TYPE_COUNT - 1, "a type")};
		size_t len;
		const char *name = read_text(&reader, NAME_MAX, &len, "a name");

		if (!reader_ok(&reader))
			break;
		link.name = xstrndup(name, len);
		array_reserve(found->items, found->capacity, found->count + 1);
		found->items[found->count++] = link;
	}
}

/* The first link to a namespace of @pid; @found->count for none. */
static size_t first_of(const struct found *found, pid_t pid)
{
	size_t first = lower_bound(i, found->count, found->items[i].pid < pid);

	return first < found->count && found->items[first].pid == pid ? first : found->count;
}

static void give_names(const struct found *found, struct context *context)
{
	for (size_t i = 0; i < graph_builder_process_count(context->builder); i++) {
		const struct process *process = graph_builder_process(context->builder, i);

		for (size_t at = first_of(found, process->id.pid);
		     at < found->count && found->items[at].pid == process->id.pid; at++) {
			const struct name_link *link = &found->items[at];
			const struct ns *linked = process->ns[link->type];
			struct ns *ns;

			if (!linked || linked->name)
				continue;
			ns = graph_add_ns(context->builder, linked->id.type, linked->id.dev,
			    linked->id.ino, NULL);
			ns->name =
			    graph_text_copy(context->builder, link->name, strlen(link->name));
			ns->named_by_link = true;
		}
	}
}

static void take_names(struct context *context, const struct bytes *answer)
{
	struct found found = {.count = 0};

	take_answer(&found, answer);
	if (found.count) {
		qsort(found.items, found.count, sizeof(*found.items), compare_links);
		give_names(&found, context);
	}
	for (size_t i = 0; i < found.count; i++)
		free(found.items[i].name);
	free(found.items);
}

static void name_links_done(struct name_links *links)
{
	errand_free(links->errand);
	links->errand = NULL;
}

static void read_next(struct name_links *links)
{
	const char *folder = folders[links->at];

	links->error = errand_start(folder, ERRAND_MS, read_folder, (void *)folder, &links->errand);
}

/* Begins to read names for @context, borrowed, which may have just begun: what has to be waited for is then waited for
 * beside all other reading. */
static void name_links_begin(struct name_links *links, struct context *context)
{
	name_links_done(links);
	links->context = context;
	/* The numbers in another PID namespace's /proc are not those of the graph. */
	links->at = graph_stats(context->builder)->foreign_proc ? array_len(folders) : 0;
	if (links->at < array_len(folders))
		read_next(links);
}

/* When all processes are there: gives names to those namespaces that have none yet, and notes where a folder has not answered.  Only the texts of
 * links are read, nothing is opened behind them.
 * Works until clock_us() passes @until_us.  Returns whether all is done. */
static bool name_links_step(struct name_links *links, uint64_t until_us)
{
	struct scan_stats *stats = graph_stats(links->context->builder);

	while (links->at < array_len(folders)) {
		struct bytes answer = {.data = NULL};

		if (links->errand && !errand_step(links->errand, until_us, &links->error, &answer))
			return false;
		name_links_done(links);
		stats->names_late |= links->error == -ETIMEDOUT;
		links->at = answer.len ? array_len(folders) : links->at + 1;
		take_names(links->context, &answer);
		bytes_done(&answer);
		if (links->at < array_len(folders))
			read_next(links);
	}
	return true;
}

/* --- Mount tables ---------------------------------------------------------------------------- */

struct mounts {
	struct context *context;
	bool own;    /* the table that is read is this process's own */
	bool naming; /* it was read, and names by links are */
	struct name_links names;
	size_t at;      /* in scan->mnt, the next one */
	size_t far_at;  /* of the builder's namespaces, the next one */
	struct ns *mnt; /* whose table is read; NULL for unknown */
	struct ns *own_mnt;
	pid_t pid; /* of a member, as in /proc */
	int dir;   /* /proc/PID of a member; -1 when no table is read */
	struct proc_lines table;
	int root; /* its root directory; NOT_OPENED, REFUSED */
	bool done;
	char *path;
	size_t path_capacity;
	struct hidepid hidepid; /* of what is mounted on /proc */
};

enum { NOT_OPENED = -1, REFUSED = -2 };

struct mounts *mounts_new(void)
{
	struct mounts *mounts = xcalloc(1, sizeof(*mounts));

	mounts->dir = -1;
	mounts->table = (struct proc_lines)PROC_LINES_CLOSED;
	mounts->root = NOT_OPENED;
	return mounts;
}

static void close_table(struct mounts *mounts)
{
	close_fd(&mounts->dir);
	close_fd(&mounts->root);
	proc_lines_close(&mounts->table);
	mounts->root = NOT_OPENED;
}

void mounts_free(struct mounts *mounts)
{
	if (!mounts)
		return;
	close_table(mounts);
	name_links_done(&mounts->names);
	free(mounts->path);
	free(mounts);
}

/* --- Which tables ----------------------------------------------------------------------------- */

static uint64_t mnt_ino_of(int dir)
{
	uint64_t ino;

	return read_ns_link(dir, "ns/mnt", NS_MNT, &ino) < 0 ? 0 : ino;
}

/* Opens the table of the task @name (a PID, or "self"), which must be in the mount namespace @ino
 * before and after that; 0 for whichever it is in. */
static bool open_table(struct mounts *mounts, const char *name, uint64_t ino)
{
	mounts->dir = openat(mounts->context->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (mounts->dir >= 0 && (ino == 0 || mnt_ino_of(mounts->dir) == ino))
		proc_lines_open(&mounts->table, mounts->dir, "mountinfo");
	if (mounts->table.fd >= 0 && (ino == 0 || mnt_ino_of(mounts->dir) == ino))
		return true;
	close_table(mounts);
	return false;
}

/* The own one first: what it calls a namespace is its name. */
static void open_own(struct mounts *mounts)
{
	const struct ns_members *members = &mounts->context->mnt;
	uint64_t ino;

	mounts->own = true;
	mounts->pid = mounts->context->own_pid;
	mounts->mnt = NULL;
	if (!open_table(mounts, "self", 0))
		return;
	ino = mnt_ino_of(mounts->dir);
	for (size_t i = 0; i < members->count && !mounts->mnt; i++) {
		if (members->items[i].ns->id.ino == ino)
			mounts->mnt = members->items[i].ns;
	}
}

static void open_next(struct mounts *mounts)
{
	const struct ns_members *members = &mounts->context->mnt;

	mounts->own = false;
	while (mounts->at < members->count) {
		const struct ns_member *member = &members->items[mounts->at++];
		char name[16];

		if (member->ns == mounts->own_mnt)
			continue;
		snprintf(name, sizeof(name), "%d", (int)member->pid);
		mounts->mnt = member->ns;
		mounts->pid = member->pid;
		if (open_table(mounts, name, member->ns->id.ino))
			return;
	}
	mounts->done = true;
}

void mounts_prepare(struct mounts *mounts, struct context *context)
{
	name_links_begin(&mounts->names, context);
}

void mounts_begin(struct mounts *mounts, struct context *context)
{
	close_table(mounts);
	mounts->context = context;
	mounts->at = 0;
	mounts->far_at = 0;
	mounts->done = false;
	mounts->naming = false;
	mounts->hidepid = (struct hidepid){.hides = false};
	open_own(mounts);
	mounts->own_mnt = mounts->mnt;
}

/* --- The mounts of namespaces ------------------------------------------------------------------ */

/* Opens the mount point @path below the root of the table's owner, with O_PATH.  Returns a descriptor
 * or -errno. */
static int open_mount_point(struct mounts *mounts, const char *path)
{
	if (mounts->root == NOT_OPENED) {
		mounts->root = openat(mounts->dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (mounts->root < 0)
			mounts->root = REFUSED;
	}
	return mounts->root == REFUSED ? -EACCES : mount_point_open(mounts->root, path);
}

static void ask(struct mounts *mounts, struct ns *ns, const char *path)
{
	autoclose int path_fd = open_mount_point(mounts, path);
	int fd = path_fd < 0 ? path_fd : nsfs_reopen(mounts->context->proc, path_fd);

	if (fd >= 0)
		nsfs_ask_fd(mounts->context->builder, ns, fd);
	else if (fd != -ESTALE) /* else something else was mounted over it */
		nsfs_refused(ns, -fd);
}

/* Takes the last part of the path as the name of the namespace that is mounted there. */
static void give_name(struct graph_builder *builder, struct ns *ns, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (!ns->name && *name)
		ns->name = graph_text_copy(builder, name, strlen(name));
}

static void see_bound(struct mounts *mounts, enum nstype type, uint64_t ino, const char *path)
{
	struct graph_builder *builder = mounts->context->builder;
	struct holder holder = {.kind = HOLDER_MOUNT, .fd = -1, .ns = mounts->mnt};
	struct ns *ns;

	if (!mounts->context->nsfs_dev)
		return;
	ns = nsfs_add(builder, type, mounts->context->nsfs_dev, ino);
	if (!nsfs_asked(ns) && mounts->pid)
		ask(mounts, ns, path);
	give_name(builder, ns, path);
	holder.path = graph_text_copy(builder, path, strlen(path));
	graph_add_holder(builder, ns, &holder);
	if (mounts->pid)
		places_note(mounts->context, ns, mounts->pid, -1, holder.path);
}

static bool is_text(const char *data, size_t len, const char *text)
{
	return len == strlen(text) && memcmp(data, text, len) == 0;
}

static void take_nsfs(struct mounts *mounts, const struct mount_line *line)
{
	enum nstype type;
	uint64_t ino;
	size_t len;

	if (parse_any_ns_link(line->root, line->root_len, &type, &ino) < 0)
		return;
	array_reserve(mounts->path, mounts->path_capacity, line->mount_point_len + 1);
	len = parse_unescape(line->mount_point, line->mount_point_len, mounts->path);
	mounts->path[len] = '\0';
	see_bound(mounts, type, ino, mounts->path);
}

static void take_line(struct mounts *mounts, const char *text, size_t len)
{
	/* Only a few lines of many tables say something here. */
	bool may_be_nsfs = memmem(text, len, " - nsfs ", 8);
	struct mount_line line;

	if ((!may_be_nsfs && !mounts->own) || parse_mount_line(text, len, &line) < 0)
		return;
	if (is_text(line.fs_type, line.fs_type_len, "nsfs"))
		take_nsfs(mounts, &line);
	/* The last one lies over the others. */
	if (mounts->own && is_text(line.fs_type, line.fs_type_len, "proc") &&
	    is_text(line.mount_point, line.mount_point_len, "/proc"))
		mounts->hidepid = parse_hidepid(line.super_options, line.super_options_len);
}

/* Takes the whole lines out of what was read. */
static void take_lines(struct mounts *mounts)
{
	const char *line;
	size_t len;

	while ((line = proc_lines_take(&mounts->table, &len)))
		take_line(mounts, line, len);
}

/* Is the caller in group @gid?  It sees everything then; proc(5), "gid=". */
static bool in_group(gid_t gid)
{
	int capacity = getgroups(0, NULL);
	autofree gid_t *groups = xcalloc((size_t)(capacity > 0 ? capacity : 1), sizeof(*groups));
	int count = getgroups(capacity > 0 ? capacity : 0, groups);

	for (int i = 0; i < count && capacity > 0; i++)
		if (groups[i] == gid)
			return true;
	return getegid() == gid;
}

/* Is a process listed that may not be traced, and so may not be looked at? */
static bool has_refusal(const struct mounts *mounts)
{
	struct graph_builder *builder = mounts->context->builder;

	for (size_t i = graph_builder_process_count(builder); i-- > 0;) {
		const struct process *process = graph_builder_process(builder, i);

		for (int link = 0; link < NS_LINK_COUNT; link++)
			if (process->read_status[link] == READ_DENIED)
				return true;
	}
	return false;
}

/* mountinfo has the group's number in the initial user namespace.  In another one ours are others: root of
 * "unshare -Ur" has the number 0, and may be any user.  Then the listed processes show it. */
static bool spares_us(const struct mounts *mounts)
{
	if (mounts->hidepid.strict)
		return false;
	if (ids_are_global("/proc/self/gid_map"))
		return in_group(mounts->hidepid.gid);
	return has_refusal(mounts);
}

/* hidepid shows all processes to one that may trace.  The capability may be one in a user namespace only, below that
 * of PID 1, so PID 1 must answer as well. */
static bool hides_from_us(const struct mounts *mounts)
{
	if (!mounts->hidepid.hides || spares_us(mounts))
		return false;
	return !(privileges_effective() & CAP_BIT(CAP_SYS_PTRACE)) ||
	       access("/proc/1/stat", R_OK) < 0;
}

static void end_table(struct mounts *mounts)
{
	if (mounts->own && mounts->table.fd >= 0)
		graph_stats(mounts->context->builder)->hidden = hides_from_us(mounts);
	close_table(mounts);
	/* What it calls a namespace goes before what a link does, and that before what another's table does. */
	mounts->naming = mounts->own;
	if (!mounts->naming)
		open_next(mounts);
}

/* --- Where no process is ------------------------------------------------------------------------ */

static void take_far(void *arg, const char *root, const char *path)
{
	struct mounts *mounts = arg;
	enum nstype type;
	uint64_t ino;

	if (parse_any_ns_link(root, strlen(root), &type, &ino) == 0)
		see_bound(mounts, type, ino, path);
}

/* Goes on to the next mount namespace without a process in it.  Returns whether there are no more. */
static bool step_far(struct mounts *mounts)
{
	struct graph_builder *builder = mounts->context->builder;
	struct ns *ns;

	if (mounts->far_at == graph_builder_ns_count(builder))
		return true;
	ns = graph_builder_ns(builder, mounts->far_at++);
	if (ns->id.type != NS_MNT || ns_notes(ns)->member || !ns->id.unique ||
	    ns == mounts->own_mnt)
		return false;
	mounts->mnt = ns;
	mounts->pid = 0;
	far_mounts_of_nsfs(ns->id.unique, take_far, mounts);
	return false;
}

bool mounts_step(struct mounts *mounts, uint64_t until_us)
{
	while (!mounts->done) {
		if (mounts->naming) {
			if (!name_links_step(&mounts->names, until_us))
				return false;
			mounts->naming = false;
			open_next(mounts);
			continue;
		}
		if (mounts->table.fd >= 0) {
			proc_lines_more(&mounts->table);
			take_lines(mounts);
		}
		if (mounts->table.fd < 0 || mounts->table.ended)
			end_table(mounts);
		if (clock_us() >= until_us)
			return false;
	}
	while (!step_far(mounts)) {
		if (clock_us() >= until_us)
			return false;
	}
	return true;
}
