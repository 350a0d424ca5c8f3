/* Adding the records of the BPF iterators to the graph. */
#pragma once

#include "scanner/bpf/record.h"
#include "scanner/scan/source.h"

struct bpf_add {
	struct context *context;
	bool known[NS_LINK_COUNT]; /* the links that this kernel has */
};

/* Takes over the description of a namespace, unless this scan has one. */
void bpf_add_ns(const struct bpf_add *add, const struct record_ns *record);

/* The namespace of @type with the reference @ref; NULL when another one has had its inode in this scan. */
struct ns *bpf_add_ref(const struct bpf_add *add, enum nstype type, const struct record_ref *ref);

/* Adds the process of @record, without its command line and the name of its user. */
struct process *bpf_add_process(const struct bpf_add *add, const struct record_task *record);

/* Adds the thread of @record to @process if it has diverged, or had in the previous graph. */
void bpf_add_thread(
    const struct bpf_add *add, struct process *process, const struct record_task *record);
