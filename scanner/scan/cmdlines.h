/* The command lines of a scan's processes, read by helper processes (cmdline_reader.h).
 *
 * A process can block a reader of its command line.  A helper that is blocked stays with that
 * process, and another helper reads the rest.  After RESPONDER_LATE_MS the command line is reported
 * as "does not answer", and the next attempt waits for a time that doubles.
 *
 * Where the source reports execve(2), a process that did not call it keeps the command line of the
 * previous graph once the budget of the scan is spent.  Programs may overwrite their arguments, so the
 * budget goes to all processes in turn.
 *
 * A helper reads later than the source.  The kernel would have to hand out all other PIDs before it
 * reuses one in between. */
#pragma once

#include "scanner/scan/source.h"

struct cmdlines;

/* @options: see scan_options. */
struct cmdlines *cmdlines_new(const struct scan_options *options);
void cmdlines_free(struct cmdlines *cmdlines); /* ends the helpers; NULL is fine */

/* The processor time of the helpers so far. */
uint64_t cmdlines_worked_us(const struct cmdlines *cmdlines);

/* Begins a scan; @context is borrowed until the next call.  Without a previous graph, a helper begins
 * to read all command lines while the source reads the rest. */
void cmdlines_begin(struct cmdlines *cmdlines, struct context *context);

/* Takes the answers of helpers so far.  Never waits. */
void cmdlines_take(struct cmdlines *cmdlines);

/* Requests the command lines of context->cmdline_requests.  Call it when the source is done. */
void cmdlines_ask(struct cmdlines *cmdlines);
/* Works until clock_us() passes @until_us.  Returns 1 when all is done, 0 when there is more, or
 * -errno when no helper could be started. */
int cmdlines_step(struct cmdlines *cmdlines, uint64_t until_us);
