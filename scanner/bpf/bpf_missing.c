#include "scanner/bpf/bpf_missing.h"

#include "model/base/util.h"
#include "scanner/proc/want.h"
#include "scanner/scan/proc_one.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

enum { LIST_EVERY = 32 }; /* scans */

struct bpf_missing {
	struct proc_one one;
	struct context *context;
	struct process *const *given;
	size_t given_count;
	unsigned scans; /* that were begun */
	pid_t *pids;    /* in order; known from the list that was read last */
	size_t count, room;
	size_t at;
};

int bpf_missing_new(struct bpf_missing **ret_bpf_missing)
{
	struct bpf_missing *bpf_missing = xcalloc(1, sizeof(*bpf_missing));
	int r = proc_one_init(&bpf_missing->one);

	if (r < 0) {
		free(bpf_missing);
		return r;
	}
	*ret_bpf_missing = bpf_missing;
	return 0;
}

void bpf_missing_free(struct bpf_missing *bpf_missing)
{
	if (!bpf_missing)
		return;
	proc_one_done(&bpf_missing->one);
	free(bpf_missing->pids);
	free(bpf_missing);
}

static bool is_given(const struct bpf_missing *bpf_missing, pid_t pid)
{
	size_t at = lower_bound(i, bpf_missing->given_count, bpf_missing->given[i]->id.pid < pid);

	return at < bpf_missing->given_count && bpf_missing->given[at]->id.pid == pid;
}

/* A process that was born behind the iterator's back is listed as well; it does no harm there. */
static void list(struct bpf_missing *bpf_missing)
{
	int fd = openat(bpf_missing->context->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *proc = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	bpf_missing->count = 0;
	while (proc && (entry = readdir(proc))) {
		pid_t pid = proc_pid_of(entry->d_name);

		if (pid <= 0 || is_given(bpf_missing, pid))
			continue;
		array_reserve(bpf_missing->pids, bpf_missing->room, bpf_missing->count + 1);
		bpf_missing->pids[bpf_missing->count++] = pid;
	}
	if (proc)
		closedir(proc);
	else
		close_fd(&fd);
}

void bpf_missing_begin(struct bpf_missing *bpf_missing, struct context *context,
    struct process *const *given, size_t count)
{
	bpf_missing->context = context;
	bpf_missing->given = given;
	bpf_missing->given_count = count;
	bpf_missing->at = 0;
	if (bpf_missing->scans++ % LIST_EVERY == 0)
		list(bpf_missing);
}

int bpf_missing_next(
    struct bpf_missing *bpf_missing, const struct known_links *known, struct process **ret_process)
{
	*ret_process = NULL;
	while (bpf_missing->at < bpf_missing->count) {
		pid_t pid = bpf_missing->pids[bpf_missing->at++];
		int dir, r;

		if (is_given(bpf_missing, pid))
			continue;
		r = proc_one_add(
		    &bpf_missing->one, bpf_missing->context, pid, known, ret_process, &dir);
		close_fd(&dir);
		return error_is_want(r) ? r : 1;
	}
	return 0;
}
