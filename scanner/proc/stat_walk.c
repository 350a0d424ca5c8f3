#include "scanner/proc/stat_walk.h"

#include "model/base/util.h"

#include <errno.h>
#include <libproc2/pids.h>
#include <limits.h>

/* PF_EXITING, PF_WQ_WORKER and PF_KTHREAD of the kernel's linux/sched.h */
enum { EXITING = 0x00000004, KERNEL_WORKER = 0x00000020, KERNEL_THREAD = 0x00200000 };

static enum pids_item items[] = {PIDS_ID_PID, PIDS_ID_PPID, PIDS_ID_SESSION, PIDS_STATE, PIDS_NLWP,
    PIDS_TICS_BEGAN, PIDS_FLAGS, PIDS_ID_EUID};

/* In the order of items. */
enum { AT_PID, AT_PPID, AT_SESSION, AT_STATE, AT_NLWP, AT_BEGAN, AT_FLAGS, AT_EUID };

struct stat_walk {
	struct pids_info *info; /* NULL where no walk was begun */
	const struct pids_result
	    *head; /* of the process there; NULL at the beginning and the end */
	bool ended;
	bool early;              /* read before stat_walk_handle */
	struct pids_info *again; /* to read a single process */
};

int stat_walk_new(struct stat_walk **ret_walk)
{
	struct stat_walk *walk = xcalloc(1, sizeof(*walk));
	int r = procps_pids_new(&walk->again, items, (int)array_len(items));

	if (r < 0) {
		free(walk);
		return r;
	}
	*ret_walk = walk;
	return 0;
}

void stat_walk_free(struct stat_walk *walk)
{
	if (!walk)
		return;
	while (!stat_walk_end(walk))
		;
	procps_pids_unref(&walk->again);
	free(walk);
}

int stat_walk_begin(struct stat_walk *walk)
{
	int r;

	if (!stat_walk_end(walk))
		return 0;
	r = procps_pids_new(&walk->info, items, (int)array_len(items));
	return r < 0 ? r : 1;
}

/* Left in the middle of a walk, libproc2 (4.0.2) loses a string. */
bool stat_walk_end(struct stat_walk *walk)
{
	if (walk->info && !stat_walk_towards(walk, INT_MAX))
		return false;
	if (walk->info)
		procps_pids_unref(&walk->info);
	walk->info = NULL;
	walk->head = NULL;
	walk->ended = false;
	return true;
}

void stat_walk_handle(struct stat_walk *walk)
{
	walk->early = true;
}

bool stat_walk_towards(struct stat_walk *walk, pid_t pid)
{
	struct pids_stack *stack;

	if (walk->ended || (walk->head && walk->head[AT_PID].result.s_int >= pid))
		return true;
	stack = procps_pids_get(walk->info, PIDS_FETCH_TASKS_ONLY);
	walk->head = stack ? stack->head : NULL;
	walk->ended = !stack;
	walk->early = false;
	return false;
}

static const struct pids_result *read_again(struct stat_walk *walk, pid_t pid)
{
	unsigned one = (unsigned)pid;
	struct pids_fetch *fetch = procps_pids_select(walk->again, &one, 1, PIDS_SELECT_PID);

	return fetch && fetch->counts->total == 1 ? fetch->stacks[0]->head : NULL;
}

static int fill(const struct pids_result *head, struct proc_stat *ret_stat)
{
	if (!head)
		return -ESRCH;
	*ret_stat = (struct proc_stat){
	    .ppid = head[AT_PPID].result.s_int,
	    .session = head[AT_SESSION].result.s_int,
	    .state = head[AT_STATE].result.s_ch,
	    .threads = head[AT_NLWP].result.s_int,
	    .start_ticks = head[AT_BEGAN].result.ull_int,
	    .euid = head[AT_EUID].result.u_int,
	    .exiting = head[AT_FLAGS].result.ul_int & EXITING,
	    .kernel_thread = head[AT_FLAGS].result.ul_int & KERNEL_THREAD,
	    .kernel_worker = head[AT_FLAGS].result.ul_int & KERNEL_WORKER,
	};
	return 0;
}

int stat_walk_ask(struct stat_walk *walk, pid_t pid, struct proc_stat *ret_stat)
{
	return fill(read_again(walk, pid), ret_stat);
}

int stat_walk_read(struct stat_walk *walk, pid_t pid, struct proc_stat *ret_stat)
{
	const struct pids_result *head = walk->head;

	if (!head || head[AT_PID].result.s_int != pid)
		return -ESRCH;
	return fill(walk->early ? read_again(walk, pid) : head, ret_stat);
}
