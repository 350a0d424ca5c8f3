#!/bin/bash
# The compiled BPF programs in the tree are those of their sources, and building with them takes no compiler of theirs.
source tests/house/tap.sh

programs=(look events)

# A copy of the programs in $work, to be spoiled.
begin() {
	mkdir -p "$work/scanner"
	cp -r scanner/bpf "$work/scanner/"
	cd "$work" || exit 1
}

they_are_of_the_present_sources() {
	local program
	for program in "${programs[@]}"; do
		scanner/bpf/generate.sh check "$program" || return 1
	done
}

others_are_refused_with_what_to_do() {
	local source said
	begin
	for source in record.h look.bpf.c generate.sh; do
		cp "scanner/bpf/$source" kept
		echo >>"scanner/bpf/$source"
		said=$(scanner/bpf/generate.sh check look 2>&1) && fail "taken with another $source" && return 1
		[[ $said == *"make bpf"* ]] || fail "$source: $said" || return 1
		cat kept >"scanner/bpf/$source"
	done
	rm scanner/bpf/generated/look.skel.h
	! scanner/bpf/generate.sh check look 2>/dev/null || fail "taken though it is not there"
}

what_was_changed_by_hand_is_found() {
	PATH=$PATH:/usr/sbin needs clang bpftool pkg-config
	begin
	# By the tools that are here.
	scanner/bpf/generate.sh make look && scanner/bpf/generate.sh again look || return 1
	sed -i 's|NOLINTEND|& |' scanner/bpf/generated/look.skel.h
	scanner/bpf/generate.sh check look || return 1
	! scanner/bpf/generate.sh again look 2>/dev/null || fail "not found"
}

building_needs_the_loader_alone() {
	.ci/packages list build | grep -q '^libbpf-dev' || fail "libbpf-dev is not installed" || return 1
	! .ci/packages list build | grep -q '^\(clang\|bpftool\)' || fail "clang is" || return 1
	! BPF=0 .ci/packages list build | grep -q '^libbpf-dev' || fail "it is, also with BPF=0"
}

# shellcheck disable=SC2034 # for run_tests
tests=(they_are_of_the_present_sources others_are_refused_with_what_to_do what_was_changed_by_hand_is_found
	building_needs_the_loader_alone)
run_tests
