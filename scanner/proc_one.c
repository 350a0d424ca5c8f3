#include "scanner/proc_one.h"

#include "model/util.h"
#include "scanner/proc_add.h"

#include <fcntl.h>
#include <stdio.h>

struct proc_one {
	struct stat_walk *walk;
	struct proc_stat stat;
	struct reading reading;
};

int proc_one_new(struct proc_one **ret_one)
{
	struct proc_one *one = xcalloc(1, sizeof(*one));
	int r = stat_walk_new(&one->walk);

	if (r < 0) {
		free(one);
		return r;
	}
	*ret_one = one;
	return 0;
}

void proc_one_free(struct proc_one *one)
{
	if (!one)
		return;
	stat_walk_free(one->walk);
	free(one);
}

int proc_one_stat(struct proc_one *one, pid_t pid, struct proc_stat *ret_stat)
{
	return stat_walk_ask(one->walk, pid, ret_stat);
}

static bool is_left_out(const struct sweep *sweep, pid_t pid, const struct proc_stat *stat)
{
	return sweep->left_out && (pid == sweep->left_out || stat->session == sweep->left_out);
}

/* The directory is read last, so nothing is mixed: see proc_read.h. */
static struct process *add(
    struct proc_one *one, struct sweep *sweep, pid_t pid, const struct known_links *known, int dir)
{
	autoclose int ns_dir = openat(dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (stat_walk_ask(one->walk, pid, &one->stat) < 0 || is_left_out(sweep, pid, &one->stat) ||
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
		*ret_dir = -1;
	}
	return process;
}

const struct proc_stat *proc_one_last_stat(const struct proc_one *one)
{
	return &one->stat;
}

const struct reading *proc_one_last_reading(const struct proc_one *one)
{
	return &one->reading;
}
