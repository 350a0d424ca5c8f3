/* From what the BPF iterators tell to its place in the graph. */
#pragma once

#include "scanner/bpf/record.h"
#include "scanner/scan/source.h"

struct bpf_add {
	struct context *context;
	bool known[NS_LINK_COUNT]; /* the links that this kernel has */
};

/* Takes over what the kernel says of a namespace, where nobody has said it in this scan. */
void bpf_add_ns(const struct bpf_add *add, const struct record_ns *record);

/* The namespace of @type that @ref means; NULL where in this scan its number was another one's. */
struct ns *bpf_add_ref(const struct bpf_add *add, enum nstype type, const struct record_ref *ref);

/* Adds the process of @record; the command line and the name of the user are left to the caller. */
struct process *bpf_add_process(const struct bpf_add *add, const struct record_task *record);

/* Adds the thread of @record to @process where it stands apart, or did so in the graph before. */
void bpf_add_thread(
    const struct bpf_add *add, struct process *process, const struct record_task *record);
