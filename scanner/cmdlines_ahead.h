/* Reading all command lines ahead with a thread, for reports: while the caller loads its programs and
 * walks the tasks, which takes about as long.
 *
 * The thread only lists /proc and reads, takes no signals and has ended after the first
 * cmdlines_ahead_find or with cmdlines_ahead_free.  No process is to be forked before that. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct cmdlines_ahead;

/* @proc: a descriptor on /proc, borrowed.  Returns NULL where a thread is of no use, or can't be had. */
struct cmdlines_ahead *cmdlines_ahead_new(int proc);
void cmdlines_ahead_free(struct cmdlines_ahead *ahead); /* NULL is fine */

/* What was read of @pid: @ret_text is borrowed until cmdlines_ahead_free.  Returns whether there was
 * something to be read; where not, it may be that @pid was not there yet. */
bool cmdlines_ahead_find(
    struct cmdlines_ahead *ahead, pid_t pid, const char **ret_text, size_t *ret_len, bool *ret_cut);
