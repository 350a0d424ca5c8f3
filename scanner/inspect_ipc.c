/* What the helper reads of an IPC namespace, in it. */
#include "model/util.h"
#include "scanner/inspect_helper.h"
#include "scanner/join.h"
#include "scanner/nsfs.h"

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

static void tell_sysv(struct inspect_helper *helper, enum sysv_kind what)
{
	struct proc_lines file;
	char *line, *words[8];
	int r = proc_lines_open(&file, helper->proc, sysv_files[what].path);

	if (r < 0)
		return inspect_tell_failed(helper, FACT_SYSV, -r);
	while ((line = proc_lines_next(&file, NULL))) {
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
	inspect_close_lines(helper, &file, FACT_SYSV);
}

/* A view of the present namespace's message queues that is mounted nowhere; mq_overview(7),
 * fsopen(2) (5.2).  Returns a directory or -errno. */
static int open_queues(void)
{
	autoclose int context = fsopen("mqueue", FSOPEN_CLOEXEC);
	int tree;

	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	tree = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	if (tree < 0)
		return -errno;
	return tree;
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

static void tell_queues(struct inspect_helper *helper)
{
	int tree = open_queues();
	const struct dirent *entry;
	DIR *queues;
	int dir;

	/* A mount of one's own needs the privilege in the mount namespace too. */
	if (tree == -EPERM && helper->member >= 0 && !helper->own) {
		autoclose int mounts = nsfs_open(helper->proc, helper->member, "ns/mnt");

		if (mounts >= 0 && join_ns(mounts, NS_MNT) == 0)
			tree = open_queues();
	}
	inspect_joined(helper);
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

void inspect_ipc(struct inspect_helper *helper)
{
	for (int what = SYSV_SHM; what <= SYSV_SEM; what++)
		tell_sysv(helper, (enum sysv_kind)what);
	tell_queues(helper);
}
