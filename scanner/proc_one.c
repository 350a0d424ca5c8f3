#include "scanner/proc_one.h"

#include "model/util.h"
#include "scanner/proc_add.h"

#include <fcntl.h>
#include <stdio.h>

int proc_one_init(struct proc_one *ret_one)
{
	return stat_walk_new(&ret_one->walk);
}

void proc_one_done(struct proc_one *one)
{
	stat_walk_free(one->walk);
	reading_done(&one->reading);
}

/* The directory is read last, so nothing is mixed: see proc_read.h. */
static struct process *add(
    struct proc_one *one, struct sweep *sweep, pid_t pid, const struct known_links *known, int dir)
{
	autoclose int ns_dir = openat(dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (stat_walk_ask(one->walk, pid, &one->stat) < 0 ||
	    sweep_leaves_out(sweep, pid, one->stat.session) ||
	    read_process(dir, ns_dir, one->stat.state, known, &one->reading) < 0)
		return NULL;
	return proc_add(sweep, &(struct proc_seen){pid, ns_dir, &one->stat, &one->reading});
}

struct process *proc_one_add(struct proc_one *one, struct sweep *sweep, pid_t pid,
    const struct known_links *known, int *ret_dir)
{
	struct process *process = NULL;
	char name[16];

	snprintf(name, sizeof(name), "%d", (int)pid);
	*ret_dir = openat(sweep->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_dir >= 0)
		process = add(one, sweep, pid, known, *ret_dir);
	if (!process) {
		close_fd(ret_dir);
	}
	return process;
}
