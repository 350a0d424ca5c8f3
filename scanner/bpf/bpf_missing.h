/* Processes that /proc shows and the kernel's iterators do not give: some kernels keep their first one
 * to themselves.  What /proc lists is held against what was given, in the first sweep and now and then;
 * those that were not given are read from /proc, in each sweep. */
#pragma once

#include "scanner/proc/proc_read.h"
#include "scanner/scan/source.h"

struct withheld;

/* Returns 0 or -errno. */
int withheld_new(struct withheld **ret_withheld);
void withheld_free(struct withheld *withheld); /* NULL is fine */

/* Begins when the iterator has ended.
 * @sweep: borrowed; @given: the processes that it gave, in order of pid, borrowed. */
void withheld_begin(
    struct withheld *withheld, struct sweep *sweep, struct process *const *given, size_t count);

/* Adds the next one of them: its links, but no threads and descriptors, nor the name of its user.
 * Returns 1 and @ret_process, which is NULL where it has ended or is to be left out; 0 when there are
 * no more; or -errno. */
int withheld_next(
    struct withheld *withheld, const struct known_links *known, struct process **ret_process);
