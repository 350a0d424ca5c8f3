#!/bin/bash
# Six namespaces come and go: each is told once as born and once as dead, and none else is.  The recording of it tells
# the same.
source tests/kernels/guest.sh

types=(ipc mnt net uts cgroup)
kinds='ns_born ns_died'

# make_six WHO: $six are their inodes, and the process $member is in all of them.  A user makes a user namespace, root a PID
# namespace: the sixth.
make_six() {
	local type options=(--ipc --mount --net --uts --cgroup)
	rm -f "$work/stands"
	mkfifo "$work/stands"
	if [ "$1" = root ]; then
		as root unshare "${options[@]}" --pid --fork --kill-child "$programs/stay" six >"$work/stands" &
	else
		as user unshare "${options[@]}" --user --map-root-user "$programs/stay" six >"$work/stands" &
	fi
	maker=$!
	read -r _ <"$work/stands"
	member=$(pid_of six) || return 1
	six=()
	for type in "${types[@]}" "$([ "$1" = root ] && echo pid || echo user)"; do
		six+=("$(inode "$member" "$type")")
	done
}

end_six() {
	kill -KILL "$member"
	wait "$maker" 2>/dev/null
}

# How often FILE tells EVENT of the namespace with this inode.
times() { # FILE EVENT INODE
	grep "\"event\":\"$2\"" "$1" | grep -c "\"ns\":{[^}]*\"inode\":$3[,}]"
}

# Reads what events prints, into $work/told, until this is told of the process.
until_told() { # EVENT PID
	local line=
	until [[ $line == *"\"event\":\"$1\",\"process\":{\"pid\":$2,"* ]]; do
		IFS= read -r line <&"${EVENTS[0]}" || fail "events ended before $1 of $2: $(cat "$work/err")" || return 1
		printf '%s\n' "$line" >>"$work/told"
	done
}

# A process comes, and goes: who sees that has seen what was before.
pass_by() {
	local pid
	rm -f "$work/passes"
	mkfifo "$work/passes"
	"$programs/stay" passer-by >"$work/passes" &
	pid=$!
	read -r _ <"$work/passes"
	until_told process_born $pid || return 1
	kill -KILL $pid
	wait $pid 2>/dev/null
	until_told process_died $pid
}

six_come_and_go() { # WHO SOURCE
	local line inode kind status
	coproc EVENTS { as "$1" "$nsscope" events --json --interval=50 --source "$2" 2>"$work/err"; }
	local pid=$EVENTS_PID
	IFS= read -r line <&"${EVENTS[0]}"
	[[ $line == *'"event":"begin"'* ]] || fail "it began with: $line $(cat "$work/err")" || return 1
	: >"$work/told"
	make_six "$1" && pass_by || return 1
	end_six
	pass_by || return 1
	kill -INT "$(pgrep -P "$pid" -x nsscope || echo "$pid")"
	cat <&"${EVENTS[0]}" >>"$work/told"
	wait "$pid"
	status=$?
	[ $status = 0 ] || fail "events ended with $status: $(cat "$work/err")" || return 1
	for kind in $kinds; do
		for inode in "${six[@]}"; do
			[ "$(times "$work/told" "$kind" "$inode")" = 1 ] ||
				fail "$kind of $inode: $(times "$work/told" "$kind" "$inode") times" || return 1
		done
		[ "$(grep -c "\"event\":\"$kind\"" "$work/told")" = 6 ] ||
			fail "others than ${six[*]}: $(grep "\"event\":\"$kind\"" "$work/told")" || return 1
	done
}

proc_tells_six() {
	six_come_and_go "$1" proc
}

bpf_tells_six() {
	[ "$1" = root ] || skip "kernel: BPF is for root"
	kernel_is 5.17 || skip "kernel: BPF takes Linux 5.17"
	six_come_and_go "$1" bpf
}

for_both proc_tells_six bpf_tells_six
run_tests
