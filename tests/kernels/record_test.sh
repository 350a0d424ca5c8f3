#!/bin/bash
# What is recorded here is replayed here, and carried out to be replayed elsewhere; what other kernels recorded
# (foreign/) is replayed here.
source tests/kernels/guest.sh

mkdir -p recordings

replays() { # WHO FILE: $work/plain, tree, json
	local way
	for way in plain tree json; do
		run 0 "$1" "$nsscope" replay "--$way" "$2" || return 1
		[ ! -s "$work/err" ] || fail "$way says: $(cat "$work/err")" || return 1
		mv "$work/out" "$work/$way"
	done
	grep -q ' process' "$work/tree" || fail "the tree has no process" || return 1
	"$programs/told" <"$work/json" >/dev/null
}

# Waits until what is recorded so far tells this of the process, under any name: it may be seen before it execs, and
# end before it is seen again.
until_recorded() { # FILE WORD PID RECORDER
	until "$nsscope" replay --plain "$1" 2>/dev/null | grep -q " $2  *$3 "; do
		kill -0 "$4" || fail "record ended: $(cat "$work/errors")" || return 1
	done
}

# A recording of a process in namespaces of its own that begins and ends.
records_and_replays() {
	local file=recordings/$1.nsscope recorder pid
	as "$1" "$nsscope" record --interval=50 - >"$file" 2>"$work/errors" &
	recorder=$!
	until "$nsscope" replay --tree "$file" >/dev/null 2>&1; do
		kill -0 "$recorder" || fail "record ended: $(cat "$work/errors")" || return 1
	done
	rm -f "$work/stands"
	mkfifo "$work/stands"
	as "$1" unshare --user --map-root-user --uts "$programs/stay" recorded >"$work/stands" &
	read -r _ <"$work/stands"
	pid=$(pid_of recorded) || return 1
	until_recorded "$file" started "$pid" "$recorder" || return 1
	kill "$pid"
	until_recorded "$file" exited "$pid" "$recorder" || return 1
	kill -INT "$(pgrep -P "$recorder" -x nsscope || echo "$recorder")"
	wait "$recorder" || fail "record: status $? $(cat "$work/errors")" || return 1
	chmod 644 "$file"
	replays "$1" "$file" || return 1
	# What it shows here it must show elsewhere.
	cp "$work/tree" "${file%.nsscope}.tree"
	grep -q " exited  *$pid " "$work/plain" || fail "nothing of $pid: $(tail "$work/plain")"
}

# Says at least what its own kernel's nsscope said of it: FILE.tree stands beside it.
replays_what_other_kernels_recorded() {
	local file
	set -- foreign/*.nsscope
	[ -e "$1" ] || skip "kernel: no other kernel has been booted before this one"
	for file in "$@"; do
		replays root "$file" && replays user "$file" || fail "$file" || return 1
		cmp "$work/tree" "${file%.nsscope}.tree" || fail "$file: another tree than where it was recorded" || return 1
	done
}

for_both records_and_replays
tests+=(replays_what_other_kernels_recorded)
run_tests
