#include "scanner/scan/phases.h"

#include "model/base/util.h"
#include "scanner/helper/responder.h"
#include "scanner/proc/clock.h"

#include <stdlib.h>
#include <string.h>

enum {
	LATE_MAX = 16,  /* helpers that wait for one each */
	STARTS_MAX = 3, /* helpers in one scan that end by themselves, before it does without */
	ONE_US = 20,    /* what a command line costs both processes, for the budget */
};

/* A process that has not answered. */
struct silent {
	struct process_id id;
	struct responder_pause pause;
	bool seen; /* it is there in this scan */
};

/* A helper that waits for the command line of one process. */
struct late {
	struct responder *reader;
	pid_t pid;
	uint64_t since_us;
};

/* What is waited for. */
struct wanted {
	struct process *process;
	bool asked, answered;
};

/* A command line that was read before it was requested. */
struct early {
	pid_t pid;
	size_t from, len; /* in early_text */
	bool cut;
};

struct cmdlines {
	unsigned budget_us;
	bool unwanted;
	struct responder *reader; /* NULL where none runs */
	bool asked;               /* it has a question to answer */
	unsigned starts;          /* in this scan */
	int lack;                 /* 0, or -errno: why the last one could not be started */
	struct late late[LATE_MAX];
	size_t late_count;
	struct silent *silent; /* by pid */
	size_t silent_count, silent_capacity;
	uint64_t ended_work_us; /* of helpers that have ended */

	struct context *context;
	bool collecting; /* what comes is of the question for all */
	struct early *early;
	size_t early_count, early_capacity;
	char *early_text;
	size_t early_len, early_text_capacity;
	struct wanted *wanted; /* by pid */
	size_t wanted_count, wanted_capacity;
	size_t left;       /* of them, not answered */
	pid_t turn_from;   /* the first process that has its turn in this scan */
	pid_t next_turn;   /* the first one that the budget did not reach; 0 for none */
	unsigned spent_us; /* of the budget */
};

struct cmdlines *cmdlines_new(const struct scan_options *options)
{
	struct cmdlines *cmdlines = xcalloc(1, sizeof(*cmdlines));

	cmdlines->budget_us = options->cmdlines_budget_us;
	cmdlines->unwanted = options->no_texts;
	/* Where there can be none now, there may be one later. */
	if (!cmdlines->unwanted)
		responder_new(&cmdline_reader, &cmdlines->reader);
	return cmdlines;
}

/* All processes of the pending question will be asked for again. */
static void lose_question(struct cmdlines *cmdlines)
{
	cmdlines->reader = NULL;
	cmdlines->asked = cmdlines->collecting = false;
	for (size_t i = 0; i < cmdlines->wanted_count; i++)
		cmdlines->wanted[i].asked = false;
}

static void end_one(struct cmdlines *cmdlines, struct responder *reader)
{
	if (!reader)
		return;
	cmdlines->ended_work_us += responder_worked_us(reader);
	responder_free(reader);
}

static void end_reader(struct cmdlines *cmdlines)
{
	end_one(cmdlines, cmdlines->reader);
	lose_question(cmdlines);
}

uint64_t cmdlines_worked_us(const struct cmdlines *cmdlines)
{
	uint64_t worked_us = cmdlines->ended_work_us;

	if (cmdlines->reader)
		worked_us += responder_worked_us(cmdlines->reader);
	for (size_t i = 0; i < cmdlines->late_count; i++)
		worked_us += responder_worked_us(cmdlines->late[i].reader);
	return worked_us;
}

void cmdlines_free(struct cmdlines *cmdlines)
{
	if (!cmdlines)
		return;
	end_reader(cmdlines);
	for (size_t i = 0; i < cmdlines->late_count; i++)
		responder_free(cmdlines->late[i].reader);
	free(cmdlines->silent);
	free(cmdlines->early);
	free(cmdlines->early_text);
	free(cmdlines->wanted);
	free(cmdlines);
}

/* --- Helpers ------------------------------------------------------------------------------------ */

/* Asks the helper, a new one where none runs.  Returns whether it was asked. */
static bool ask(struct cmdlines *cmdlines, const uint32_t *pids, size_t count)
{
	if (!cmdlines->reader) {
		cmdlines->lack = cmdlines->starts++ < STARTS_MAX
		                     ? responder_new(&cmdline_reader, &cmdlines->reader)
		                     : 0;
		if (!cmdlines->reader)
			return false;
	}
	if (responder_ask(cmdlines->reader, pids, count) < 0) {
		end_reader(cmdlines);
		return false;
	}
	cmdlines->asked = true;
	return true;
}

/* --- Processes that do not answer ------------------------------------------------------------------------ */

/* The index of @pid in the list, or where to insert it. */
static size_t silent_at(const struct cmdlines *cmdlines, pid_t pid)
{
	return lower_bound(i, cmdlines->silent_count, cmdlines->silent[i].id.pid < pid);
}

static struct silent *find_silent(struct cmdlines *cmdlines, const struct process_id *id)
{
	size_t at = silent_at(cmdlines, id->pid);

	return at < cmdlines->silent_count && process_id_equal(&cmdlines->silent[at].id, id)
	           ? &cmdlines->silent[at]
	           : NULL;
}

static void note_silent(struct cmdlines *cmdlines, const struct process_id *id)
{
	struct silent *silent = find_silent(cmdlines, id);
	size_t at = silent_at(cmdlines, id->pid);

	if (!silent) {
		array_reserve(
		    cmdlines->silent, cmdlines->silent_capacity, cmdlines->silent_count + 1);
		silent = &cmdlines->silent[at];
		memmove(silent + 1, silent, (cmdlines->silent_count - at) * sizeof(*silent));
		cmdlines->silent_count++;
		*silent = (struct silent){.id = *id};
	}
	silent->seen = true;
	responder_pause_longer(&silent->pause);
}

/* Exited processes need no entry. */
static void forget_ended(struct cmdlines *cmdlines)
{
	size_t left = 0;

	for (size_t i = 0; i < cmdlines->silent_count; i++) {
		if (cmdlines->silent[i].seen)
			cmdlines->silent[left++] = cmdlines->silent[i];
	}
	cmdlines->silent_count = left;
	for (size_t i = 0; i < left; i++)
		cmdlines->silent[i].seen = false;
}

static struct wanted *find_wanted(struct cmdlines *cmdlines, pid_t pid)
{
	size_t at =
	    lower_bound(i, cmdlines->wanted_count, cmdlines->wanted[i].process->id.pid < pid);

	return at < cmdlines->wanted_count && cmdlines->wanted[at].process->id.pid == pid
	           ? &cmdlines->wanted[at]
	           : NULL;
}

/* Takes what was known of it before, if anything. */
static void note_late(struct cmdlines *cmdlines, struct process *process)
{
	const struct process *before =
	    graph_builder_process_before(cmdlines->context->builder, &process->id);

	process->cmdline_late = true;
	if (before)
		context_give_cmdline(cmdlines->context, process, before->cmdline,
		    before->cmdline_len, before->cmdline_cut);
}

static void give_up(struct cmdlines *cmdlines, struct wanted *wanted)
{
	wanted->answered = true;
	cmdlines->left--;
	note_late(cmdlines, wanted->process);
	note_silent(cmdlines, &wanted->process->id);
}

/* Leaves the helper with the one that it waits for. */
static void leave_late(struct cmdlines *cmdlines)
{
	struct late late = {.reader = cmdlines->reader, .since_us = clock_us()};
	uint32_t pid = 0;

	responder_at(cmdlines->reader, &pid);
	late.pid = (pid_t)pid;
	lose_question(cmdlines);
	/* It did its work, so this start is not held against it. */
	cmdlines->starts = 0;
	if (cmdlines->late_count == LATE_MAX) {
		struct wanted *wanted = find_wanted(cmdlines, cmdlines->late[0].pid);

		if (wanted && !wanted->answered)
			give_up(cmdlines, wanted);
		end_one(cmdlines, cmdlines->late[0].reader);
		memmove(cmdlines->late, cmdlines->late + 1,
		    --cmdlines->late_count * sizeof(*cmdlines->late));
	}
	cmdlines->late[cmdlines->late_count++] = late;
}

static bool is_late(const struct cmdlines *cmdlines, pid_t pid)
{
	for (size_t i = 0; i < cmdlines->late_count; i++) {
		if (cmdlines->late[i].pid == pid)
			return true;
	}
	return false;
}

/* --- Answers ------------------------------------------------------------------------------------ */

static void keep_early(struct cmdlines *cmdlines, const struct responder_answer *answer)
{
	struct early early = {.pid = (pid_t)answer->key,
	    .from = cmdlines->early_len,
	    .len = answer->len,
	    .cut = answer->cut};

	array_reserve(cmdlines->early, cmdlines->early_capacity, cmdlines->early_count + 1);
	cmdlines->early[cmdlines->early_count++] = early;
	array_reserve(
	    cmdlines->early_text, cmdlines->early_text_capacity, cmdlines->early_len + answer->len);
	if (answer->len)
		memcpy(cmdlines->early_text + early.from, answer->text, answer->len);
	cmdlines->early_len += answer->len;
}

static void take_answer(
    struct cmdlines *cmdlines, pid_t pid, const char *text, size_t len, bool cut)
{
	struct wanted *wanted = find_wanted(cmdlines, pid);
	struct silent *silent;

	if (!wanted || wanted->answered)
		return;
	wanted->answered = true;
	cmdlines->left--;
	context_give_cmdline(cmdlines->context, wanted->process, text, len, cut);
	silent = find_silent(cmdlines, &wanted->process->id);
	if (silent)
		silent->pause = (struct responder_pause){0};
}

/* A question was answered: what it asked for and got no answer to is not there. */
static void end_question(struct cmdlines *cmdlines)
{
	cmdlines->asked = cmdlines->collecting = false;
	for (size_t i = 0; i < cmdlines->wanted_count; i++) {
		struct wanted *wanted = &cmdlines->wanted[i];

		if (wanted->asked && !wanted->answered) {
			wanted->answered = true;
			cmdlines->left--;
		}
	}
}

/* Takes what has come from @reader.  Returns 0, or -errno where it has ended. */
static int take_from(struct cmdlines *cmdlines, struct responder *reader)
{
	struct responder_answer answer;
	int r;

	while ((r = responder_take(reader, &answer)) > 0) {
		if (answer.last && reader == cmdlines->reader)
			end_question(cmdlines);
		else if (answer.last)
			continue;
		else if (cmdlines->collecting && reader == cmdlines->reader)
			keep_early(cmdlines, &answer);
		else
			take_answer(
			    cmdlines, (pid_t)answer.key, answer.text, answer.len, answer.cut);
	}
	return r;
}

void cmdlines_take(struct cmdlines *cmdlines)
{
	if (cmdlines->reader && take_from(cmdlines, cmdlines->reader) < 0)
		end_reader(cmdlines);
}

/* The answers of late helpers; those that have not given one for too long are ended. */
static void take_late(struct cmdlines *cmdlines)
{
	uint64_t now_us = clock_us();
	size_t left = 0;

	for (size_t i = 0; i < cmdlines->late_count; i++) {
		struct late *late = &cmdlines->late[i];
		int r = take_from(cmdlines, late->reader);
		struct wanted *wanted = find_wanted(cmdlines, late->pid);
		bool waits = wanted && !wanted->answered;

		if (r == 0 && waits && now_us - late->since_us < RESPONDER_LATE_MS * 1000) {
			cmdlines->late[left++] = *late;
			continue;
		}
		if (waits)
			give_up(cmdlines, wanted);
		end_one(cmdlines, late->reader);
	}
	cmdlines->late_count = left;
}

/* --- A scan ------------------------------------------------------------------------------------ */

void cmdlines_begin(struct cmdlines *cmdlines, struct context *context)
{
	cmdlines->context = context;
	cmdlines->wanted_count = cmdlines->left = 0;
	cmdlines->early_count = cmdlines->early_len = 0;
	cmdlines->starts = 0;
	context->cmdline_request_count = 0;
	/* A dropped scan may have asked for some; they come to this one. */
	if (!context->prev_serial && !cmdlines->asked && !cmdlines->unwanted)
		cmdlines->collecting = ask(cmdlines, NULL, 0);
}

static int compare_early(const void *a, const void *b)
{
	const struct early *left = a, *right = b;

	return (left->pid > right->pid) - (left->pid < right->pid);
}

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *left = a, *right = b;

	return (left->process->id.pid > right->process->id.pid) -
	       (left->process->id.pid < right->process->id.pid);
}

/* Is it the turn of @process, which has not changed its program? */
static bool has_turn(struct cmdlines *cmdlines, const struct process *process)
{
	if (process->id.pid < cmdlines->turn_from || cmdlines->next_turn)
		return false;
	if (cmdlines->spent_us < cmdlines->budget_us) {
		cmdlines->spent_us += ONE_US;
		return true;
	}
	cmdlines->next_turn = process->id.pid;
	return false;
}

/* Takes the command line from the graph before, where that will do. */
static bool take_before(struct cmdlines *cmdlines, struct process *process)
{
	const struct process *before =
	    cmdlines->budget_us
	        ? graph_builder_process_before(cmdlines->context->builder, &process->id)
	        : NULL;

	if (!before || !process_notes(before)->exec_generation ||
	    process_notes(before)->exec_generation != process_notes(process)->exec_generation ||
	    has_turn(cmdlines, process))
		return false;
	context_give_cmdline(
	    cmdlines->context, process, before->cmdline, before->cmdline_len, before->cmdline_cut);
	return true;
}

static void want(struct cmdlines *cmdlines, struct process *process)
{
	struct silent *silent = find_silent(cmdlines, &process->id);

	if (silent)
		silent->seen = true;
	if (silent && responder_pauses(&silent->pause)) {
		note_late(cmdlines, process);
		return;
	}
	if (take_before(cmdlines, process))
		return;
	array_reserve(cmdlines->wanted, cmdlines->wanted_capacity, cmdlines->wanted_count + 1);
	cmdlines->wanted[cmdlines->wanted_count++] = (struct wanted){.process = process};
}

/* Takes those that were read ahead, and are wanted. */
static void take_early(struct cmdlines *cmdlines)
{
	/* /proc lists them in their order, but does not promise it. */
	if (cmdlines->early_count)
		qsort(cmdlines->early, cmdlines->early_count, sizeof(*cmdlines->early),
		    compare_early);
	for (size_t i = 0; i < cmdlines->early_count; i++) {
		const struct early *early = &cmdlines->early[i];

		take_answer(cmdlines, early->pid, cmdlines->early_text + early->from, early->len,
		    early->cut);
	}
	cmdlines->early_count = cmdlines->early_len = 0;
}

void cmdlines_ask(struct cmdlines *cmdlines)
{
	struct context *context = cmdlines->context;

	cmdlines->spent_us = 0;
	cmdlines->turn_from = cmdlines->next_turn;
	cmdlines->next_turn = 0;
	for (size_t i = 0; i < context->cmdline_request_count && !cmdlines->unwanted; i++)
		want(cmdlines, context->cmdline_requests[i]);
	if (!context->incremental)
		forget_ended(cmdlines);
	if (cmdlines->wanted_count)
		qsort(cmdlines->wanted, cmdlines->wanted_count, sizeof(*cmdlines->wanted),
		    compare_wanted);
	cmdlines->left = cmdlines->wanted_count;
}

/* Asks for some of those that were not read yet.  Returns whether a helper will answer, or may be started. */
static bool ask_some(struct cmdlines *cmdlines)
{
	autofree uint32_t *pids = xmalloc(RESPONDER_KEYS_MAX * sizeof(*pids));
	size_t count = 0;

	for (size_t i = 0; i < cmdlines->wanted_count && count < RESPONDER_KEYS_MAX; i++) {
		struct wanted *wanted = &cmdlines->wanted[i];

		if (wanted->answered || wanted->asked || is_late(cmdlines, wanted->process->id.pid))
			continue;
		wanted->asked = true;
		pids[count++] = (uint32_t)wanted->process->id.pid;
	}
	if (!count)
		return false;
	if (ask(cmdlines, pids, count))
		return true;
	lose_question(cmdlines);
	return cmdlines->starts < STARTS_MAX;
}

/* A command line that makes helpers exit is not read.  Returns 1, or -errno where none can be started: that says nothing of the
 * processes. */
static int do_without(struct cmdlines *cmdlines)
{
	if (cmdlines->lack < 0)
		return cmdlines->lack;
	for (size_t i = 0; i < cmdlines->wanted_count; i++) {
		struct wanted *wanted = &cmdlines->wanted[i];

		if (!wanted->answered && !is_late(cmdlines, wanted->process->id.pid)) {
			wanted->answered = true;
			note_late(cmdlines, wanted->process);
			cmdlines->left--;
		}
	}
	return 1;
}

int cmdlines_step(struct cmdlines *cmdlines, uint64_t until_us)
{
	for (;;) {
		uint64_t now_us = clock_us();
		uint64_t tick_us =
		    now_us + RESPONDER_TICK_US < until_us ? now_us + RESPONDER_TICK_US : until_us;

		cmdlines_take(cmdlines);
		/* The last of them may have been taken while the source read. */
		if (!cmdlines->collecting && cmdlines->early_count)
			take_early(cmdlines);
		take_late(cmdlines);
		if (!cmdlines->left)
			return 1;
		if (!cmdlines->asked && !ask_some(cmdlines) && !cmdlines->late_count)
			return do_without(cmdlines);
		if (now_us >= until_us)
			return 0;
		if (cmdlines->asked)
			responder_wait(responder_fd(cmdlines->reader), tick_us);
		else if (cmdlines->late_count)
			responder_wait(responder_fd(cmdlines->late[0].reader), tick_us);
		if (cmdlines->asked && responder_is_stuck(cmdlines->reader)) {
			if (cmdlines->collecting)
				take_early(cmdlines);
			leave_late(cmdlines);
		}
	}
}
