/* The BPF iterators (scanner/bpf/look.bpf.c): loading them, and reading what they write.
 *
 * They are loaded into this process, pinned nowhere, and gone with its descriptors, however it ends.
 * They only read.  It takes Linux 5.17 with its own type information (BTF), and CAP_BPF and
 * CAP_PERFMON (5.8; CAP_SYS_ADMIN has both) in the initial user namespace, for a program may read
 * all of the kernel's memory.  What is read here is only what the reader's own PID namespace shows. */
#pragma once

#include "scanner/bpf/bpf_why.h"
#include "scanner/bpf/record.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct bpf_look;

/* What would prevent bpf_look_new, as far as it is known without loading anything.
 * Returns 0, or -errno with the reason in @ret_why. */
int bpf_look_may(struct bpf_refusal *ret_why);

/* Returns 0, or -errno with the reason in @ret_why. */
int bpf_look_new(struct bpf_look **ret_look, struct bpf_refusal *ret_why);
void bpf_look_free(struct bpf_look *look); /* NULL is fine */

enum bpf_walk { BPF_WALK_TASKS, BPF_WALK_FILES };

/* Begins a walk, and ends the one before.
 * @context: another number for each scan, not 0; @names: read host names, too.
 * Returns 0 or -errno. */
int bpf_look_begin(struct bpf_look *look, enum bpf_walk walk, uint64_t context, bool names);

/* The next record, borrowed until the next call.
 * Returns 1, 0 at the end, or -errno.  May read some of the walk: a millisecond's work at most. */
int bpf_look_next(struct bpf_look *look, const struct record_head **ret_record);

/* Ends the walk. */
void bpf_look_end(struct bpf_look *look);
