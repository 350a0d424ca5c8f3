/* Only what our programs ask of the kernel's types.
 *
 * A program names members of the kernel's structures, and libbpf looks up where they stand on this
 * kernel (CO-RE).  For each structure it walks over all of the kernel's types, some hundred thousand,
 * which takes longer than the reading that the program is for.  So they are walked over once. */
#pragma once

#include <bpf/libbpf.h>

struct bpf_types {
	int fd; /* of the kernel's types, as far as they are asked for; -1 where they are all to be read */
	char path[32];
	struct bpf_object_open_opts options;
};

/* Writes the structures that the programs in @elf name, with the members that they name, as they are on
 * this kernel, into memory.  Returns the options to open the programs with, which stand in @types; NULL
 * where libbpf is to read all of them.  bpf_types_end comes after the programs were loaded. */
const struct bpf_object_open_opts *bpf_types_begin(
    struct bpf_types *types, const void *elf, size_t bytes);
void bpf_types_end(struct bpf_types *types);
