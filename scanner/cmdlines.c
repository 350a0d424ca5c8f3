#include "scanner/cmdlines.h"

#include "model/util.h"
#include "scanner/clock.h"
#include "scanner/parse.h"
#include "scanner/proc_read.h"

#include <stdio.h>

struct cmdlines {
	unsigned budget_us;
	bool unwanted;
	struct sweep *sweep;
	uint64_t spent_us; /* in this sweep, of the budget */
	pid_t turn_from;   /* whose turn it is in this sweep: from this pid on */
	pid_t next_turn;   /* the first one that the budget did not reach; 0 for none */
};

struct cmdlines *cmdlines_new(const struct scan_options *options)
{
	struct cmdlines *cmdlines = xcalloc(1, sizeof(*cmdlines));

	cmdlines->budget_us = options->cmdlines_budget_us;
	cmdlines->unwanted = options->no_cmdlines;
	return cmdlines;
}

void cmdlines_free(struct cmdlines *cmdlines)
{
	free(cmdlines);
}

void cmdlines_begin(struct cmdlines *cmdlines, struct sweep *sweep)
{
	cmdlines->sweep = sweep;
	cmdlines->spent_us = 0;
	cmdlines->turn_from = cmdlines->next_turn;
	cmdlines->next_turn = 0;
}

static void read_one(struct cmdlines *cmdlines, struct process *process)
{
	const struct sweep *sweep = cmdlines->sweep;
	char name[32], text[CMDLINE_BYTES_MAX];
	ssize_t bytes;
	size_t len;

	snprintf(name, sizeof(name), "%d/cmdline", (int)process->id.pid);
	bytes = read_begin(sweep->proc, name, text, sizeof(text));
	len = bytes > 0 ? parse_cmdline_len(text, (size_t)bytes) : 0;
	if (len == 0)
		return;
	process->cmdline = graph_text_copy(sweep->builder, text, len);
	process->cmdline_len = len;
}

/* Is it the turn of @process, which has not changed its program? */
static bool has_turn(struct cmdlines *cmdlines, const struct process *process)
{
	if (process->id.pid < cmdlines->turn_from || cmdlines->next_turn)
		return false;
	if (cmdlines->spent_us < cmdlines->budget_us)
		return true;
	cmdlines->next_turn = process->id.pid;
	return false;
}

void cmdlines_take(struct cmdlines *cmdlines, struct process *process)
{
	const struct process *before;
	uint64_t start_us;

	if (cmdlines->unwanted || process->kernel_thread || process->state == 'Z')
		return;
	before = cmdlines->budget_us
	             ? graph_builder_process_before(cmdlines->sweep->builder, &process->id)
	             : NULL;
	if (!before || before->image == 0 || before->image != process->image) {
		read_one(cmdlines, process);
		return;
	}
	if (has_turn(cmdlines, process)) {
		start_us = clock_us();
		read_one(cmdlines, process);
		cmdlines->spent_us += clock_us() - start_us;
	} else if (before->cmdline) {
		process->cmdline =
		    graph_text_copy(cmdlines->sweep->builder, before->cmdline, before->cmdline_len);
		process->cmdline_len = before->cmdline_len;
	}
}
