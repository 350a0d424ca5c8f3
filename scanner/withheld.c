#include "scanner/withheld.h"

#include "model/util.h"
#include "scanner/proc_add.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

enum { LIST_EVERY = 32 }; /* sweeps */

struct withheld {
	struct stat_walk *walk;
	struct reading reading;
	struct sweep *sweep;
	struct process *const *given;
	size_t given_count;
	unsigned sweeps; /* that were begun */
	pid_t *pids;     /* in order; known from the list that was read last */
	size_t count, room;
	size_t at;
};

int withheld_new(struct withheld **ret_withheld)
{
	struct withheld *withheld = xcalloc(1, sizeof(*withheld));
	int r = stat_walk_new(&withheld->walk);

	if (r < 0) {
		free(withheld);
		return r;
	}
	*ret_withheld = withheld;
	return 0;
}

void withheld_free(struct withheld *withheld)
{
	if (!withheld)
		return;
	stat_walk_free(withheld->walk);
	free(withheld->pids);
	free(withheld);
}

static bool is_given(const struct withheld *withheld, pid_t pid)
{
	size_t from = 0, to = withheld->given_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (withheld->given[middle]->id.pid < pid)
			from = middle + 1;
		else
			to = middle;
	}
	return from < withheld->given_count && withheld->given[from]->id.pid == pid;
}

/* A process that was born behind the iterator's back is listed as well; it does no harm there. */
static void list(struct withheld *withheld)
{
	int fd = openat(withheld->sweep->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *proc = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	withheld->count = 0;
	while (proc && (entry = readdir(proc))) {
		pid_t pid = proc_pid_of(entry->d_name);

		if (pid <= 0 || is_given(withheld, pid))
			continue;
		array_reserve(withheld->pids, withheld->room, withheld->count + 1);
		withheld->pids[withheld->count++] = pid;
	}
	if (proc)
		closedir(proc);
	else
		close_fd(&fd);
}

void withheld_begin(
    struct withheld *withheld, struct sweep *sweep, struct process *const *given, size_t count)
{
	withheld->sweep = sweep;
	withheld->given = given;
	withheld->given_count = count;
	withheld->at = 0;
	if (withheld->sweeps++ % LIST_EVERY == 0)
		list(withheld);
}

static bool is_left_out(const struct sweep *sweep, pid_t pid, const struct proc_stat *stat)
{
	return sweep->left_out && (pid == sweep->left_out || stat->session == sweep->left_out);
}

/* Reads @pid.  The directory is read last, so nothing is mixed: see proc_read.h. */
static struct process *read_one(
    struct withheld *withheld, pid_t pid, const struct known_links *known)
{
	struct sweep *sweep = withheld->sweep;
	struct proc_stat stat;
	char name[32];

	snprintf(name, sizeof(name), "%d", (int)pid);
	autoclose int dir = openat(sweep->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	autoclose int ns_dir = dir < 0 ? -1 : openat(dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || stat_walk_ask(withheld->walk, pid, &stat) < 0 ||
	    is_left_out(sweep, pid, &stat) ||
	    read_process(dir, ns_dir, stat.state, known, &withheld->reading) < 0)
		return NULL;
	return proc_add(sweep, &(struct proc_seen){pid, ns_dir, &stat, &withheld->reading});
}

int withheld_next(
    struct withheld *withheld, const struct known_links *known, struct process **ret_process)
{
	*ret_process = NULL;
	while (withheld->at < withheld->count) {
		pid_t pid = withheld->pids[withheld->at++];

		if (is_given(withheld, pid))
			continue;
		*ret_process = read_one(withheld, pid, known);
		return 1;
	}
	return 0;
}
