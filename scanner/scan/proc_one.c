#include "scanner/scan/proc_one.h"

#include "model/base/util.h"
#include "scanner/scan/proc_add.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

int proc_one_init(struct proc_one *ret_one)
{
	return stat_walk_new(&ret_one->walk);
}

void proc_one_done(struct proc_one *one)
{
	stat_walk_free(one->walk);
}

/* What libproc2 does not give it does not give a reason for. */
static int ask_stat(struct proc_one *one, pid_t pid, int dir)
{
	int r = stat_walk_ask(one->walk, pid, &one->stat);

	if (r == 0)
		return 0;
	r = read_refusal(dir);
	return r < 0 ? r : stat_walk_ask(one->walk, pid, &one->stat);
}

/* The directory is read last, so nothing is mixed: see proc_read.h. */
static int add(struct proc_one *one, struct context *context, pid_t pid,
    const struct known_links *known, int dir, struct process **ret_process)
{
	int ns_dir = open_ns_dir(dir);
	int r = ask_stat(one, pid, dir);

	*ret_process = NULL;
	if (r == 0 && !context_leaves_out(context, pid, one->stat.session)) {
		r = read_process(dir, ns_dir, one->stat.state, known, &one->reading);
		if (r == 0)
			*ret_process = proc_add(
			    context, &(struct proc_seen){pid, ns_dir, &one->stat, &one->reading});
	}
	close_fd(&ns_dir);
	return r;
}

int proc_one_add(struct proc_one *one, struct context *context, pid_t pid,
    const struct known_links *known, struct process **ret_process, int *ret_dir)
{
	char name[16];
	int r;

	*ret_process = NULL;
	snprintf(name, sizeof(name), "%d", (int)pid);
	*ret_dir = openat(context->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_dir < 0)
		return -errno;
	r = add(one, context, pid, known, *ret_dir, ret_process);
	if (!*ret_process)
		close_fd(ret_dir);
	return r;
}
