/* What the helper reads of an IPC namespace, in it. */
#include "model/base/util.h"
#include "scanner/helper/inspect_helper.h"
#include "scanner/helper/join.h"
#include "scanner/helper/sandbox.h"
#include "scanner/nsfs/nsfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

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
static void tell_sysv(
    struct inspect_helper *helper, enum sysv_kind what, struct proc_lines *file, int opened)
{
	char *line, *words[8];

	if (opened < 0)
		return inspect_tell_failed(helper, FACT_SYSV, -opened);
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
		inspect_tell(helper, &fact);
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

static void tell_queue(struct inspect_helper *helper, int dir, const char *name)
{
	autofree char *full = xasprintf("/%s", name);
	struct fact fact = {.kind = FACT_QUEUE, .texts = {inspect_text(full)}};
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	fact.queue.uid = st.st_uid;
	fact.queue.mode = st.st_mode & 07777;
	inspect_tell(helper, &fact);
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
static void tell_queues(struct inspect_helper *helper, int tree)
{
	const struct dirent *entry;
	DIR *queues;
	int dir;

	if (tree < 0)
		return inspect_tell_failed(helper, FACT_QUEUE, -tree);
	dir = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	queues = dir < 0 ? NULL : fdopendir(dir);
	while (queues && (entry = readdir(queues))) {
		if (entry->d_name[0] != '.' ||
		    (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0))
			tell_queue(helper, dir, entry->d_name);
	}
	if (queues)
		closedir(queues);
	close(tree);
}

/* The files are those of the namespace that who opens them is in; all is opened before anything is read. */
void inspect_ipc(struct inspect_helper *helper)
{
	struct proc_lines files[array_len(sysv_files)];
	int opened[array_len(sysv_files)], tree;

	for (size_t what = 0; what < array_len(sysv_files); what++)
		opened[what] = proc_lines_open(&files[what], helper->proc, sysv_files[what].path);
	tree = open_queues_by_all_means(helper);
	inspect_joined(helper);
	for (size_t what = 0; what < array_len(sysv_files); what++)
		tell_sysv(helper, (enum sysv_kind)what, &files[what], opened[what]);
	tell_queues(helper, tree);
}
