/* A kernel that answers less than this one does: by a filter of seccomp(2), which this process and all its
 * descendants have from then on. */
#pragma once

/* The system call @number fails with @error. */
void filter_call(unsigned number, unsigned error);

/* As before Linux 6.11: no namespace has a number that never comes back (NS_GET_ID, NS_GET_MNTNS_ID), nor
 * a handle. */
void filter_namespace_ids(void);

/* BPF programs can be loaded and attached, but a walk over tasks or files fails with @error. */
void filter_bpf_iterators(unsigned error);
