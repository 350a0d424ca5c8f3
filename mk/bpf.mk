# The BPF programs, which stand compiled in the tree.

# Compiled by clang and made headers by bpftool, the programs stand in scanner/bpf/generated; libbpf loads them.
BPF_PROGRAMS := look events
BPF_LACK := $(if $(filter 0 no,$(BPF)),BPF=0,$(strip \
            $(if $(shell pkg-config --exists libbpf 2>/dev/null && echo yes),,libbpf-dev) \
            $(if $(shell echo | $(CC) -dM -E - 2>/dev/null | grep 'BYTE_ORDER__ __ORDER_BIG'),little-endian)))
BPF_LIBS := $(if $(BPF_LACK),,$(shell pkg-config --libs libbpf 2>/dev/null))
BPF_WITHOUT := $(if $(BPF_LACK),scanner/bpf/bpf_look.c scanner/bpf/bpf_types.c scanner/bpf/trace.c,scanner/bpf/bpf_none.c)

bpf:
	@$(PACKAGES) build bpf
	@for name in $(BPF_PROGRAMS); do scanner/bpf/generate.sh make $$name || exit 1; done
.PHONY: bpf
