#!/bin/bash
# A namespace that only a descriptor in flight in a unix socket keeps.  Since Linux 6.19 listns(2) lists it for root
# in the initial PID namespace, which tests in a PID namespace of their own never are; nsscope then says that what
# holds it can't be seen.  Anybody else is told nothing of it.
source tests/kernels/guest.sh

# begin_flight: $inode is the namespace's, $flyer the process whose socket it is in.
begin_flight() {
	rm -f "$work/stands"
	mkfifo "$work/stands"
	"$programs/stay" flight flight >"$work/stands" &
	flyer=$!
	read -r _ inode <"$work/stands"
	[ -n "$inode" ] || fail "stay has not said an inode"
}

# Every line that json says of it, in $work/told.
listen() { # WHO SOURCE
	run 0 "$1" "$nsscope" json --source "$2" || return 1
	"$programs/told" <"$work/out" >"$work/all" || return 1
	awk -v inode="$inode" '{ for (i = 2; i <= NF; i++) if ($(i - 1) == "uts" && $i == inode) { print; next } }' \
		"$work/all" >"$work/told"
}

in_flight() { # WHO SOURCE
	[ "$2" = proc ] || { [ "$1" = root ] && kernel_is 5.17; } || skip "kernel: BPF is for root, and takes Linux 5.17"
	begin_flight || return 1
	trap 'kill "$flyer" 2>/dev/null' EXIT
	listen "$1" "$2" || return 1
	if [ "$1" != root ] || ! kernel_is 6.19; then
		[ ! -s "$work/told" ] || fail "it is told of: $(cat "$work/told")" || return 1
		run 1 "$1" "$nsscope" inspect "uts:$inode" --source "$2"
		return
	fi
	grep -qx "also kept uts $inode by unseen of 0 0" "$work/told" || fail "json says: $(cat "$work/told")" || return 1
	[ "$(grep -c '^also kept' "$work/told")" = 1 ] || fail "something else keeps it: $(cat "$work/told")" || return 1
	run 0 root "$nsscope" inspect "uts:$inode" --source "$2" || return 1
	grep -q 'something that cannot be seen' "$work/out" || fail "inspect says: $(cat "$work/out")" || return 1
	# And ends with the socket; the kernel may let go some time later.
	kill "$flyer"
	wait "$flyer" 2>/dev/null
	while [ -s "$work/told" ]; do
		listen root "$2" || return 1
	done
}

proc_tells_it() {
	in_flight "$1" proc
}

bpf_tells_it() {
	in_flight "$1" bpf
}

for_both proc_tells_it bpf_tells_it
run_tests
