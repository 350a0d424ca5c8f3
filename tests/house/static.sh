#!/bin/bash
# The single file (make static), in a root with nothing but the file and /proc.  Needs root, and leaves
# nothing behind: each run has namespaces of its own.
source tests/house/tap.sh

single=$PWD/build-static/nsscope
most=4000000
outside=$(readlink /proc/self/ns/mnt)
export LC_ALL=C.UTF-8 TERM=xterm
unset LANGUAGE

# alone [--user] ARGUMENT…: runs it there; tells on descriptor 3 what is in that root afterwards.
alone() {
	local user=()
	[ "$1" != --user ] || {
		user=(--userspec=65534:65534 --groups=)
		shift
	}
	[ "$(id -u)" = 0 ] || skip "it takes root to make an empty root"
	mkdir -p "$work/root"
	# shellcheck disable=SC2016 # for the inner shell
	ROOT=$work/root SINGLE=$single OUTSIDE=$outside USER_IS="${user[*]}" \
		unshare --mount --pid --fork --kill-child --propagation private bash -c '
		set -eu
		[ "$(readlink /proc/self/ns/mnt)" != "$OUTSIDE" ]
		mount -t tmpfs -o mode=755 tmpfs "$ROOT"
		mkdir "$ROOT/proc"
		cp "$SINGLE" "$ROOT/nsscope"
		mount -t proc proc "$ROOT/proc"
		cd "$ROOT"
		mount --move . /
		status=0
		# What runs it leaves by itself: there is no program but this one.
		chroot $USER_IS . /nsscope "$@" || status=$?
		echo * >&3
		exit $status' alone "$@"
}

# The same, with only nsscope left in there.
alone_cleanly() {
	local status
	alone "$@" 3>"$work/left"
	status=$?
	[ "$(cat "$work/left")" = "nsscope proc" ] || fail "left: $(cat "$work/left")" || return 99
	return $status
}

it_is_one_file() {
	needs readelf
	! readelf -lW "$single" | grep -q INTERP || fail "it has an interpreter" || return 1
	! readelf -dW "$single" | grep -q NEEDED || fail "it needs a library" || return 1
	readelf -nW "$single" | grep -q 'ABI: 3\.\|ABI: 4\.[0-9]\.' || fail "it needs a newer kernel" || return 1
	[ "$(stat -c %s "$single")" -le "$most" ] || fail "$(stat -c %s "$single") bytes are more than $most"
}

reports() {
	alone_cleanly tree >"$work/tree" && grep -q 'pid:.*process' "$work/tree" || return 1
	alone_cleanly json >"$work/json" && grep -q '"format": "nsscope/1"' "$work/json" || return 1
	alone_cleanly inspect 1 >"$work/inspect" || return 1
	alone_cleanly doctor >"$work/doctor" || [ $? = 3 ]
}

it_speaks_chinese() {
	alone_cleanly --lang zh tree >"$work/tree" && grep -q '个进程' "$work/tree" || return 1
	LC_ALL=zh_CN.UTF-8 alone_cleanly lesson >"$work/lessons" && grep -q '先复制' "$work/lessons"
}

lessons_play() {
	alone_cleanly lesson uts --plain --yes >"$work/uts" || fail "$(tail -5 "$work/uts")" || return 1
	grep -q '✔' "$work/uts" && ! grep -q '✘' "$work/uts"
}

nobody_may_use_it_too() {
	alone_cleanly --user tree >"$work/tree" && grep -q 'process' "$work/tree"
}

# explorer TERM
explorer() {
	export -f alone skip
	export work single outside
	TERM=$1 press_q 帮助 'alone --lang zh 3>/dev/null' || fail "on $1"
}

terminals="xterm xterm-256color screen screen-256color tmux tmux-256color linux vt100 vt220 xterm-kitty
	alacritty foot"

explorer_knows_terminals() {
	needs script
	[ "$(id -u)" = 0 ] || skip "it takes root to make an empty root"
	local term
	for term in $terminals; do
		explorer "$term" || return 1
	done
}

# It has the same descriptions to look at.
doctor_knows_terminals() {
	local term
	for term in $terminals; do
		TERM=$term alone doctor >"$work/doctor" 3>"$work/left"
		grep -qx "✔ TERM: $term" "$work/doctor" || fail "$term: $(grep TERM "$work/doctor")" || return 1
	done
	TERM=no-such-terminal alone doctor >"$work/doctor" 3>"$work/left"
	grep -q "^✘ TERM: " "$work/doctor" || fail "an unknown one: $(grep TERM "$work/doctor")"
}

# shellcheck disable=SC2034 # for run_tests
tests=(it_is_one_file reports it_speaks_chinese lessons_play nobody_may_use_it_too
	explorer_knows_terminals doctor_knows_terminals)
run_tests
