#include "scanner/bpf/bpf_missing.h"

#include "model/base/util.h"
#include "scanner/proc/want.h"
#include "scanner/scan/proc_one.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

enum { LIST_EVERY = 32 }; /* sweeps */

struct withheld {
	struct proc_one one;
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
	int r = proc_one_init(&withheld->one);

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
	proc_one_done(&withheld->one);
	free(withheld->pids);
	free(withheld);
}

static bool is_given(const struct withheld *withheld, pid_t pid)
{
	size_t at = lower_bound(i, withheld->given_count, withheld->given[i]->id.pid < pid);

	return at < withheld->given_count && withheld->given[at]->id.pid == pid;
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

int withheld_next(
    struct withheld *withheld, const struct known_links *known, struct process **ret_process)
{
	*ret_process = NULL;
	while (withheld->at < withheld->count) {
		pid_t pid = withheld->pids[withheld->at++];
		int dir, r;

		if (is_given(withheld, pid))
			continue;
		r = proc_one_add(&withheld->one, withheld->sweep, pid, known, ret_process, &dir);
		close_fd(&dir);
		return error_is_want(r) ? r : 1;
	}
	return 0;
}
