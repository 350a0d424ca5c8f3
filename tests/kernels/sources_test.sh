#!/bin/bash
# Both sources say what an independent reader of /proc says, and the same as each other.
source tests/kernels/guest.sh

read_proc() { # WHO INTO
	as "$1" "$programs/reader" | sort -u >"$2"
	[ -s "$2" ]
}

# The name of a worker of the kernel goes on with what it works at just now.
without_work() {
	sed 's,\( comm kworker/[0-9uH:]*\)[-+][^ ]*,\1,'
}

# look WHO SOURCE: $work/told, between two looks of the reader: $work/still is in both, $work/ever in either.
look() {
	read_proc "$1" "$work/before" || return 1
	run 0 "$1" "$nsscope" json --source "$2" || return 1
	read_proc "$1" "$work/after" || return 1
	"$programs/told" <"$work/out" | without_work | sort -u >"$work/told"
	grep -qx "source $2" "$work/told" || fail "another source" || return 1
	comm -12 "$work/before" "$work/after" >"$work/still"
	sort -u "$work/before" "$work/after" >"$work/ever"
}

# What nsscope says of a process that the reader has seen, and the reader doesn't say.
invented() {
	comm -13 "$work/ever" "$work/told" | awk '
		NR == FNR { if ($1 == "of") seen[$2] = 1; next }
		/^(link|pids|of|thread|fd) / && $2 in seen || /^mount /' "$work/still" -
}

agrees() { # WHO SOURCE
	look "$1" "$2" || return 1
	[ "$(grep -c '^link ' "$work/still")" -gt 100 ] || fail "the reader sees too little" || return 1
	comm -23 "$work/still" "$work/told" >"$work/missing"
	invented >"$work/invented"
	[ ! -s "$work/missing" ] || fail "the reader says, nsscope doesn't: $(head -n 20 "$work/missing")" || return 1
	[ ! -s "$work/invented" ] || fail "nsscope says, the reader doesn't: $(head -n 20 "$work/invented")"
}

proc_agrees_with_the_reader() {
	agrees "$1" proc
}

bpf_is_there() { # WHO
	[ "$1" = root ] || skip "kernel: BPF is for root"
	kernel_is 5.17 || skip "kernel: BPF takes Linux 5.17"
}

bpf_agrees_with_the_reader() {
	bpf_is_there "$1"
	agrees "$1" bpf
}

# Of those that both have seen, and that are still.
bpf_agrees_with_proc() {
	bpf_is_there "$1"
	look "$1" proc || return 1
	mv "$work/told" "$work/first"
	look "$1" bpf || return 1
	mv "$work/told" "$work/bpf"
	look "$1" proc || return 1
	comm -12 "$work/first" "$work/told" | grep -v '^source' >"$work/proc"
	[ "$(wc -l <"$work/proc")" -gt 200 ] || fail "too little is the same twice" || return 1
	comm -23 "$work/proc" "$work/bpf" >"$work/missing"
	[ ! -s "$work/missing" ] || fail "proc says, bpf doesn't: $(head -n 20 "$work/missing")" || return 1
	sort -u "$work/first" "$work/told" | comm -13 - "$work/bpf" | grep '^\(ns\|also\) \(cgroup\|ipc\|mnt\|net\|pid\|time\|user\|uts\) ' >"$work/more"
	[ ! -s "$work/more" ] || fail "bpf says, proc doesn't: $(head -n 20 "$work/more")"
}

# Where BPF can't be had, that is told, with the source's name, and nothing else is printed.
without_bpf_the_reason_is_told() {
	! { [ "$1" = root ] && kernel_is 5.17; } || skip "kernel: BPF works here"
	run 3 "$1" "$nsscope" tree --source bpf || return 1
	[ ! -s "$work/out" ] || fail "it printed: $(head -n 3 "$work/out")" || return 1
	grep -qi bpf "$work/err" || fail "it said: $(cat "$work/err")"
}

for_both proc_agrees_with_the_reader bpf_agrees_with_the_reader bpf_agrees_with_proc without_bpf_the_reason_is_told
run_tests
