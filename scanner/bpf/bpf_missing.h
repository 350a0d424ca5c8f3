/* Processes that /proc shows and the kernel's iterators do not give: some kernels keep their first one
 * to themselves.  What /proc lists is held against what was given, in the first scan and now and then;
 * those that were not given are read from /proc, in each scan. */
#pragma once

#include "scanner/proc/proc_read.h"
#include "scanner/scan/source.h"

struct bpf_missing;

/* Returns 0 or -errno. */
int bpf_missing_new(struct bpf_missing **ret_bpf_missing);
void bpf_missing_free(struct bpf_missing *bpf_missing); /* NULL is fine */

/* Begins when the iterator has ended.
 * @context: borrowed; @given: the processes that it gave, in order of pid, borrowed. */
void bpf_missing_begin(struct bpf_missing *bpf_missing, struct context *context,
    struct process *const *given, size_t count);

/* Adds the next one of them: its links, but no threads and descriptors, nor the name of its user.
 * Returns 1 and @ret_process, which is NULL where it has ended or is to be left out; 0 when there are
 * no more; or -errno. */
int bpf_missing_next(
    struct bpf_missing *bpf_missing, const struct known_links *known, struct process **ret_process);
