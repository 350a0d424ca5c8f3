/* Command lines, read on their own: reading one costs more than all that a BPF iterator tells of its
 * process.
 *
 * A process keeps the one that it had in the graph before as long as it has not called execve(2)
 * and the budget of the sweep is spent; programs may write over their arguments, so the budget goes
 * round over all of them.  Between a record and the reading here its number would have to be given
 * away again, for which the kernel has to hand out all others before. */
#pragma once

#include "scanner/source.h"

struct cmdlines;

/* @options: see scan_options. */
struct cmdlines *cmdlines_new(const struct scan_options *options);
void cmdlines_free(struct cmdlines *cmdlines); /* NULL is fine */

/* Begins to read those of all processes with a thread (cmdlines_ahead.h), where that is wanted
 * (scan_options.together); for the first sweep.  @proc: a descriptor on /proc, borrowed. */
void cmdlines_ahead(struct cmdlines *cmdlines, int proc);

/* Begins a sweep, borrowed until the next call. */
void cmdlines_begin(struct cmdlines *cmdlines, struct sweep *sweep);

/* Fills in that of @process, all else of which is there, now or with cmdlines_end.  To be called in
 * order of pid, once in each sweep. */
void cmdlines_take(struct cmdlines *cmdlines, struct process *process);

/* Ends the sweep: fills in those that were read ahead. */
void cmdlines_end(struct cmdlines *cmdlines);
