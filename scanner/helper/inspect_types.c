/* What the helper reads of mount, IPC, PID, user and time namespaces. */
#include "model/base/util.h"
#include "scanner/helper/inspect_helper.h"
#include "scanner/helper/join.h"
#include "scanner/helper/sandbox.h"
#include "scanner/nsfs/mounts.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/parse.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

/* --- mnt ------------------------------------------------------------------------------------- */

/* The number of the tag @name ("shared:") among the optional fields of a line; 0: it has none. */
static uint32_t peer_group(const struct mount_line *line, const char *name)
{
	const char *end = line->tags + line->tags_len;

	for (const char *at = line->tags; at < end; at++) {
		size_t len = strlen(name);

		if ((size_t)(end - at) > len && memcmp(at, name, len) == 0)
			return (uint32_t)inspect_number(at + len, 10);
		at = memchr(at, ' ', (size_t)(end - at));
		if (!at)
			break;
	}
	return 0;
}

static bool has_word(const char *text, size_t len, char separator, const char *word)
{
	const char *end = text + len;

	while (text < end) {
		const char *next = memchr(text, separator, (size_t)(end - text));
		size_t word_len = (size_t)((next ? next : end) - text);

		if (word_len == strlen(word) && memcmp(text, word, word_len) == 0)
			return true;
		text += word_len + 1;
	}
	return false;
}

static void report_mount(struct inspect_helper *helper, const struct mount_line *line)
{
	autofree char *point = xmalloc(line->mount_point_len + 1);
	autofree char *root = xmalloc(line->root_len + 1);
	autofree char *source = xmalloc(line->source_len + 1);
	struct fact fact = {.kind = FACT_MOUNT};

	fact.mount.id = line->id;
	fact.mount.parent_id = line->parent_id;
	fact.mount.shared = peer_group(line, "shared:");
	fact.mount.master = peer_group(line, "master:");
	fact.mount.unbindable = has_word(line->tags, line->tags_len, ' ', "unbindable");
	fact.mount.read_only = has_word(line->options, line->options_len, ',', "ro");
	fact.texts[0] = (struct fact_text){
	    point, parse_unescape(line->mount_point, line->mount_point_len, point)};
	fact.texts[1] = (struct fact_text){root, parse_unescape(line->root, line->root_len, root)};
	fact.texts[2] = (struct fact_text){line->fs_type, line->fs_type_len};
	fact.texts[3] =
	    (struct fact_text){source, parse_unescape(line->source, line->source_len, source)};
	inspect_report(helper, &fact);
}

void inspect_mnt(struct inspect_helper *helper, int dir)
{
	struct proc_lines file;
	const char *text;
	size_t len;
	int r = inspect_open_lines(&file, dir, "mountinfo");

	if (r < 0)
		return inspect_report_failed(helper, FACT_MOUNT, -r);
	while ((text = proc_lines_next(&file, &len))) {
		struct mount_line line;

		if (parse_mount_line(text, len, &line) == 0)
			report_mount(helper, &line);
	}
	inspect_close_lines(helper, &file, FACT_MOUNT);
}

static void report_far_mount(void *arg, const struct far_mount *mount)
{
	struct inspect_helper *helper = arg;
	autofree char *type = mount->subtype && *mount->subtype
	                          ? xasprintf("%s.%s", mount->type, mount->subtype)
	                          : xstrdup(mount->type);
	struct fact fact = {.kind = FACT_MOUNT};

	fact.mount.id = mount->id;
	fact.mount.parent_id = mount->parent_id;
	fact.mount.shared = mount->shared;
	fact.mount.master = mount->master;
	fact.mount.unbindable = mount->unbindable;
	fact.mount.read_only = mount->read_only;
	fact.texts[0] = inspect_text(mount->point);
	fact.texts[1] = inspect_text(mount->root);
	fact.texts[2] = inspect_text(type);
	fact.texts[3] = inspect_text(mount->source ? mount->source : "none");
	inspect_report(helper, &fact);
}

bool inspect_mnt_by_id(struct inspect_helper *helper)
{
	size_t len = helper->len;
	uint64_t id;
	int r;

	if (ioctl(helper->ns, NSFS_GET_MNT_ID, &id) < 0)
		return false;
	sandbox_raise(CAP_BIT(CAP_SYS_ADMIN));
	r = far_mounts_of(id, report_far_mount, helper);
	sandbox_lower();
	if (r < 0) {
		helper->len = len;
		helper->counts[FACT_MOUNT] = 0;
	}
	return r == 0;
}

/* --- ipc ------------------------------------------------------------------------------------- */

/* The columns of a file in /proc/sysvipc; proc_sysvipc(5). */
static const struct {
	const char *path;
	int size, users, uid;
} sysv_files[] = {
    [SYSV_SHM] = {"sysvipc/shm", 3, 6, 7},
    [SYSV_MSG] = {"sysvipc/msg", 4, -1, 7},
    [SYSV_SEM] = {"sysvipc/sem", 3, -1, 4},
};

/* @opened: what opening gave. */
static void report_sysv(
    struct inspect_helper *helper, enum sysv_kind what, struct proc_lines *file, int opened)
{
	char *line, *words[8];

	if (opened < 0)
		return inspect_report_failed(helper, FACT_SYSV, -opened);
	while ((line = proc_lines_next(file, NULL))) {
		struct fact fact = {.kind = FACT_SYSV};

		if (inspect_words(line, words, 8) < 8 || words[0][0] == 'k')
			continue; /* the heading */
		fact.sysv.what = what;
		fact.sysv.key = (uint32_t)strtol(words[0], NULL, 10);
		fact.sysv.id = (int32_t)strtol(words[1], NULL, 10);
		fact.sysv.mode = (uint32_t)inspect_number(words[2], 8);
		fact.sysv.size = inspect_number(words[sysv_files[what].size], 10);
		if (sysv_files[what].users >= 0)
			fact.sysv.users = inspect_number(words[sysv_files[what].users], 10);
		fact.sysv.uid = (uint32_t)inspect_number(words[sysv_files[what].uid], 10);
		inspect_report(helper, &fact);
	}
	inspect_close_lines(helper, file, FACT_SYSV);
}

/* A view of the present namespace's message queues that is mounted nowhere; mq_overview(7),
 * fsopen(2) (5.2).  Returns a directory or -errno. */
static int open_queues(void)
{
	autoclose int context = -1;
	int tree = -1;

	sandbox_raise(CAP_BIT(CAP_SYS_ADMIN));
	context = fsopen("mqueue", FSOPEN_CLOEXEC);
	if (context >= 0 && fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		tree = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	sandbox_lower();
	return tree < 0 ? -errno : tree;
}

static void report_queue(struct inspect_helper *helper, int dir, const char *name)
{
	autofree char *full = xasprintf("/%s", name);
	struct fact fact = {.kind = FACT_QUEUE, .texts = {inspect_text(full)}};
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	fact.queue.uid = st.st_uid;
	fact.queue.mode = st.st_mode & 07777;
	inspect_report(helper, &fact);
}

/* A mount of one's own needs the privilege in the mount namespace too, so where a member shows one that is
 * joined. */
static int open_queues_by_all_means(const struct inspect_helper *helper)
{
	int tree = open_queues();

	if (tree == -EPERM && helper->member >= 0 && !helper->own) {
		autoclose int mounts = -1;

		sandbox_raise(CAP_BIT(CAP_SYS_PTRACE));
		mounts = nsfs_open(helper->proc, helper->member, "ns/mnt");
		sandbox_lower();

		if (mounts >= 0 && join_ns(mounts, NS_MNT) == 0)
			tree = open_queues();
	}
	return tree;
}

/* @tree: what opening gave; closed. */
static void report_queues(struct inspect_helper *helper, int tree)
{
	const struct dirent *entry;
	DIR *queues;
	int dir;

	if (tree < 0)
		return inspect_report_failed(helper, FACT_QUEUE, -tree);
	dir = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	queues = dir < 0 ? NULL : fdopendir(dir);
	while (queues && (entry = readdir(queues))) {
		if (entry->d_name[0] != '.' ||
		    (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0))
			report_queue(helper, dir, entry->d_name);
	}
	if (queues)
		closedir(queues);
	close(tree);
}

/* The files are those of the opener's namespace; all are opened before anything is read. */
void inspect_ipc(struct inspect_helper *helper)
{
	struct proc_lines files[array_len(sysv_files)];
	int opened[array_len(sysv_files)], tree;

	for (size_t what = 0; what < array_len(sysv_files); what++)
		opened[what] = proc_lines_open(&files[what], helper->proc, sysv_files[what].path);
	tree = open_queues_by_all_means(helper);
	inspect_joined(helper);
	for (size_t what = 0; what < array_len(sysv_files); what++)
		report_sysv(helper, (enum sysv_kind)what, &files[what], opened[what]);
	report_queues(helper, tree);
}

/* --- pid ------------------------------------------------------------------------------------- */

/* Is there one for the whole machine? */
static bool one_for_all(void)
{
	struct utsname machine;

	return uname(&machine) == 0 && !kernel_is_since(machine.release, "6.14");
}

/* Each PID namespace has a maximum of its own since 6.14.  The file shows that of its reader's namespace, in
 * any /proc, so only a member can read it. */
void inspect_pid(struct inspect_helper *helper)
{
	struct fact fact = {.kind = FACT_PID_MAX};
	long max = 0;
	int r;

	if (!helper->own && !one_for_all())
		return inspect_report_failed(helper, FACT_PID_MAX, EXDEV);
	r = proc_number_read(helper->proc, "sys/kernel/pid_max", &max);
	if (r < 0)
		return inspect_report_failed(helper, FACT_PID_MAX, -r);
	fact.pid_max.max = (uint32_t)max;
	inspect_report(helper, &fact);
}

/* --- user ------------------------------------------------------------------------------------ */

static void report_map(struct inspect_helper *helper, int dir, const char *path, bool group)
{
	struct proc_lines file;
	char *line, *words[3];
	int r = inspect_open_lines(&file, dir, path);

	if (r < 0)
		return inspect_report_failed(helper, FACT_ID_RANGE, -r);
	while ((line = proc_lines_next(&file, NULL))) {
		struct fact fact = {.kind = FACT_ID_RANGE, .range = {.group = group}};

		if (inspect_words(line, words, 3) < 3)
			continue;
		fact.range.inside = (uint32_t)inspect_number(words[0], 10);
		fact.range.outside = (uint32_t)inspect_number(words[1], 10);
		fact.range.count = (uint32_t)inspect_number(words[2], 10);
		inspect_report(helper, &fact);
	}
	inspect_close_lines(helper, &file, FACT_ID_RANGE);
}

void inspect_user(struct inspect_helper *helper, int dir)
{
	char first[64];
	autotext struct proc_text word = PROC_TEXT(first);

	report_map(helper, dir, "uid_map", false);
	report_map(helper, dir, "gid_map", true);
	if (proc_text_read(&word, dir, "setgroups", PROC_TEXT_MAX) == 0 && word.len > 0) {
		struct fact fact = {.kind = FACT_SETGROUPS};

		fact.setgroups.allowed = word.data[0] == 'a';
		inspect_report(helper, &fact);
	}
}

/* All that the kernel knows; proc_sys_kernel(5). */
static uint64_t known_capabilities(const struct inspect_helper *helper)
{
	long last = 40;

	proc_number_read(helper->proc, "sys/kernel/cap_last_cap", &last);
	return last < 63 ? (1ULL << (last + 1)) - 1 : UINT64_MAX;
}

/* The three rules of user_namespaces(7), "Capabilities": from the namespace upwards to the
 * caller's own.  NS_GET_PARENT fails where that does not lie on the way. */
static enum caps_why caps_reason(const struct inspect_helper *helper)
{
	int at = helper->own ? -1 : fcntl(helper->ns, F_DUPFD_CLOEXEC, 3);
	struct stat own, above;
	enum caps_why why = helper->own ? CAPS_OWN : CAPS_NONE;

	if (fstatat(helper->proc, "self/ns/user", &own, 0) < 0)
		own.st_ino = 0;
	while (at >= 0 && why == CAPS_NONE) {
		int parent = ioctl(at, NSFS_GET_PARENT);
		uid_t creator;

		if (parent >= 0 && fstat(parent, &above) == 0 && above.st_ino == own.st_ino)
			why = ioctl(at, NSFS_GET_OWNER_UID, &creator) == 0 && creator == geteuid()
			          ? CAPS_CREATOR
			          : CAPS_ABOVE;
		close(at);
		at = parent;
	}
	close_fd(&at);
	return why;
}

void inspect_caps(struct inspect_helper *helper)
{
	struct fact fact = {.kind = FACT_CAPS};

	fact.caps.why = caps_reason(helper);
	fact.caps.known = known_capabilities(helper);
	if (fact.caps.why == CAPS_CREATOR)
		fact.caps.held = fact.caps.known;
	else if (fact.caps.why != CAPS_NONE)
		fact.caps.held = helper->capabilities & fact.caps.known;
	inspect_report(helper, &fact);
}

/* --- time ------------------------------------------------------------------------------------ */

struct offsets {
	int64_t monotonic_ns, boottime_ns; /* against the initial time namespace */
};

/* Returns 0 or an errno.  time_namespaces(7) */
static int read_offsets(int dir, struct offsets *ret_offsets)
{
	struct proc_lines file;
	struct offsets offsets = {0};
	char *line, *words[3];
	int r = inspect_open_lines(&file, dir, "timens_offsets");

	if (r < 0)
		return -r;
	while ((line = proc_lines_next(&file, NULL))) {
		int64_t ns;

		if (inspect_words(line, words, 3) < 3)
			continue;
		/* The nanoseconds always count forward. */
		ns = (int64_t)strtoll(words[1], NULL, 10) * 1000000000 +
		     (int64_t)inspect_number(words[2], 10);
		if (strcmp(words[0], "boottime") == 0)
			offsets.boottime_ns = ns;
		else
			offsets.monotonic_ns = ns;
	}
	r = proc_lines_close(&file);
	if (r < 0)
		return -r;
	*ret_offsets = offsets;
	return 0;
}

void inspect_own_clocks(struct inspect_helper *helper)
{
	autoclose int self = openat(helper->proc, "self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct timespec real, boot;
	struct offsets own = {0};

	if (self >= 0 && read_offsets(self, &own) == 0) {
		helper->clocks.monotonic_ns = own.monotonic_ns;
		helper->clocks.boottime_ns = own.boottime_ns;
	}
	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	/* To the nearest second, or it would waver between two. */
	helper->clocks.booted_at = (real.tv_sec * 1000000000 + real.tv_nsec -
	                               boot.tv_sec * 1000000000 - boot.tv_nsec + 500000000) /
	                           1000000000;
}

void inspect_time(struct inspect_helper *helper, int dir)
{
	const struct inspect_clocks *here = &helper->clocks;
	struct fact fact = {.kind = FACT_CLOCKS};
	struct offsets theirs = {0};
	int error = read_offsets(dir, &theirs);

	if (error)
		return inspect_report_failed(helper, FACT_CLOCKS, error);
	fact.clocks.monotonic_ns = theirs.monotonic_ns - here->monotonic_ns;
	fact.clocks.boottime_ns = theirs.boottime_ns - here->boottime_ns;
	fact.clocks.booted_at = here->booted_at - fact.clocks.boottime_ns / 1000000000;
	inspect_report(helper, &fact);
}
