/* The command lines of a scan's processes, read by helper processes (cmdline_reader.h).
 *
 * A process may keep whoever reads its command line waiting.  A helper that is seen to wait for one is left
 * with it, and another goes on with the rest; what has not come after RESPONDER_LATE_MS is told as "does not answer",
 * and is asked for again only after a time that doubles.
 *
 * Where the source tells who has called execve(2), a process keeps the one that it had in the graph before
 * as long as it has not, and the budget of the scan is spent; programs may write over their arguments, so
 * the budget goes round over all of them.
 *
 * Between a source's reading and the helper's, a PID would have to be given away again, for which the
 * kernel has to hand out all others before. */
#pragma once

#include "scanner/scan/source.h"

struct cmdlines;

/* @options: see scan_options. */
struct cmdlines *cmdlines_new(const struct scan_options *options);
void cmdlines_free(struct cmdlines *cmdlines); /* ends the helpers; NULL is fine */

/* What the helpers have worked so far, of a processor. */
uint64_t cmdlines_worked_us(const struct cmdlines *cmdlines);

/* A helper begins to read all of them, for the first scan. */
void cmdlines_ahead(struct cmdlines *cmdlines);

/* Begins a scan, borrowed until the next call.  Where nothing is known from before, a helper begins to read
 * all of them, while the source reads the rest. */
void cmdlines_begin(struct cmdlines *cmdlines, struct context *context);

/* Takes what helpers have read meanwhile.  Never waits. */
void cmdlines_take(struct cmdlines *cmdlines);

/* To be called when the source is done: asks for those of scan->unread. */
void cmdlines_ask(struct cmdlines *cmdlines);
/* Works until clock_us() passes @until_us.  Returns 1 when all is done, 0, or -errno where no helper can be
 * started. */
int cmdlines_step(struct cmdlines *cmdlines, uint64_t until_us);
