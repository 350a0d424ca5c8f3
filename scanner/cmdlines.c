#include "scanner/cmdlines.h"

#include "model/util.h"
#include "scanner/clock.h"
#include "scanner/cmdlines_ahead.h"
#include "scanner/parse.h"
#include "scanner/proc_read.h"

#include <stdio.h>

struct cmdlines {
	unsigned budget_us;
	bool unwanted, together;
	struct cmdlines_ahead *ahead; /* until the end of the first sweep; or NULL */
	struct process **waiting;     /* for what was read ahead */
	size_t waiting_count, waiting_room;
	struct proc_text text; /* the one that is read; used again */
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
	cmdlines->together = options->together;
	return cmdlines;
}

void cmdlines_free(struct cmdlines *cmdlines)
{
	if (!cmdlines)
		return;
	cmdlines_ahead_free(cmdlines->ahead);
	proc_text_done(&cmdlines->text);
	free(cmdlines->waiting);
	free(cmdlines);
}

void cmdlines_ahead(struct cmdlines *cmdlines, int proc)
{
	if (cmdlines->together && !cmdlines->unwanted)
		cmdlines->ahead = cmdlines_ahead_new(proc);
}

void cmdlines_begin(struct cmdlines *cmdlines, struct sweep *sweep)
{
	cmdlines->sweep = sweep;
	cmdlines->spent_us = 0;
	cmdlines->waiting_count = 0;
	cmdlines->turn_from = cmdlines->next_turn;
	cmdlines->next_turn = 0;
}

static void read_one(struct cmdlines *cmdlines, struct process *process)
{
	struct proc_text *text = &cmdlines->text;
	char name[32];

	snprintf(name, sizeof(name), "%d/cmdline", (int)process->id.pid);
	read_cmdline(cmdlines->sweep->proc, name, text);
	sweep_give_cmdline(cmdlines->sweep, process, text->data, text->len, text->cut);
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
	if (cmdlines->ahead) {
		array_reserve(
		    cmdlines->waiting, cmdlines->waiting_room, cmdlines->waiting_count + 1);
		cmdlines->waiting[cmdlines->waiting_count++] = process;
		return;
	}
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
		sweep_give_cmdline(cmdlines->sweep, process, before->cmdline, before->cmdline_len,
		    before->cmdline_cut);
	}
}

void cmdlines_end(struct cmdlines *cmdlines)
{
	for (size_t i = 0; i < cmdlines->waiting_count; i++) {
		struct process *process = cmdlines->waiting[i];
		const char *text;
		size_t len;
		bool cut;

		if (cmdlines_ahead_find(cmdlines->ahead, process->id.pid, &text, &len, &cut))
			sweep_give_cmdline(cmdlines->sweep, process, text, len, cut);
		else
			read_one(cmdlines, process);
	}
	cmdlines->waiting_count = 0;
	cmdlines_ahead_free(cmdlines->ahead);
	cmdlines->ahead = NULL;
}
