#include "scanner/scan/phases.h"

#include "model/base/util.h"
#include "model/graph/containers.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/proc_read.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum {
	LINES_BYTES = 8192, /* to begin with; of cgroup v1 there are some 14 lines */
	SCANS_TAKEN = 16,   /* after so many one is asked again */
	AT_ONCE = 64,       /* between two looks at the clock */
};

void cgroups_begin(struct cgroups *cgroups, struct context *context)
{
	*cgroups = (struct cgroups){.context = context};
}

static bool is_wanted(const struct process *process)
{
	if (process->kernel_thread)
		return false;
	/* The init of a PID namespace, though a process with a lower PID may have joined it. */
	if (process->pid_levels > 1 && process->pids[process->pid_levels - 1] == 1)
		return true;
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = process->ns[type];

		if (ns && !ns->initial && ns_notes(ns)->member == process->id.pid)
			return true;
	}
	return false;
}

/* Reads the path of @process, where it still is the one that has this number. */
static void read_path(struct graph_builder *builder, int proc, struct process *process)
{
	autoclose int dir = proc_dir_open(proc, process->id.pid);
	char first[LINES_BYTES];
	autotext struct proc_text lines = PROC_TEXT(first);
	uint64_t start_ticks;
	const char *path;
	size_t path_len;

	if (dir < 0 || proc_text_read(&lines, dir, "cgroup", PROC_TEXT_MAX) < 0 || lines.cut)
		return;
	path = container_cgroup_path(lines.data, lines.len, &path_len);
	if (path && read_start_ticks(dir, "stat", &start_ticks) == 0 &&
	    start_ticks == process->id.start_ticks)
		process->cgroup = graph_text_copy(builder, path, path_len);
}

static void do_one(struct context *context, struct process *process)
{
	struct graph_builder *builder = context->builder;
	const struct process *before;
	uint64_t turn = scan_last_serial() + (uint64_t)process->id.pid;

	if (!is_wanted(process))
		return;
	before = graph_builder_process_before(builder, &process->id);
	if (before && before->cgroup && strcmp(before->comm, process->comm) == 0 &&
	    (context->incremental || turn % SCANS_TAKEN != 0))
		process->cgroup = graph_text_copy(builder, before->cgroup, strlen(before->cgroup));
	else
		read_path(builder, context->proc, process);
}

bool cgroups_step(struct cgroups *cgroups, uint64_t until_us)
{
	struct graph_builder *builder = cgroups->context->builder;
	size_t count = graph_builder_process_count(builder);

	while (cgroups->at < count) {
		do_one(cgroups->context, graph_builder_process(builder, cgroups->at++));
		if (cgroups->at % AT_ONCE == 0 && clock_us() >= until_us)
			break;
	}
	return cgroups->at == count;
}
