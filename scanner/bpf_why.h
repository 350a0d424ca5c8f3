/* Why BPF programs can't be had here. */
#pragma once

#include "scanner/scan.h"

/* Looks, at no great cost, for what would stand in the way of loading them.
 * Returns 0, or -errno with the reason. */
int bpf_why_not(struct bpf_refusal *ret_why);

/* The reason behind @error (-errno) of loading, attaching or trying one; -EPROTO: what it read was wrong. */
void bpf_why_failed(int error, struct bpf_refusal *ret_why);
