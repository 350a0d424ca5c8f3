/* A copy of the kernel's BTF with only the types that our programs use.
 *
 * A program names members of the kernel's structures, and libbpf looks up their offsets on this kernel
 * (CO-RE).  For each structure it walks over all of the kernel's types, some hundred thousand, which takes
 * longer than a scan.  So they are walked over once. */
#pragma once

#include <bpf/libbpf.h>

struct bpf_types {
	int fd; /* a file with the types; -1 when libbpf reads all of them */
	char path[32];
	struct bpf_object_open_opts options;
};

/* Writes the structures that the programs in @elf name, with the members that they name, as they are on this
 * kernel, to a file in memory.
 * Returns the options to open the programs with, a part of @types; NULL: libbpf reads all types itself.
 * Call bpf_types_end after the programs were loaded. */
const struct bpf_object_open_opts *bpf_types_begin(
    struct bpf_types *types, const void *elf, size_t bytes);
void bpf_types_end(struct bpf_types *types);
