#!/bin/bash
# What doctor says holds: each claim is tried.
source tests/kernels/guest.sh

# Its status is 3 exactly where it says that something is forbidden or missing.  It tries much: once for each user.
consult() { # WHO: its report, in $work/report
	local status
	! cp "$work/report-$1" "$work/report" 2>/dev/null || return 0
	as "$1" "$nsscope" doctor >"$work/report" 2>"$work/err"
	status=$?
	[ $status = "$(grep -q '^✘' "$work/report" && echo 3 || echo 0)" ] ||
		fail "doctor: status $status: $(cat "$work/err"; grep '^✘' "$work/report")" || return 1
	cp "$work/report" "$work/report-$1"
}

# says KEY: the whole line of it; good KEY: does it work, as doctor says?
says() {
	grep -m 1 "^. $1: " "$work/report" || fail "doctor doesn't speak of $1"
}
good() {
	[[ $(says "$1") == ✔* ]]
}

# What it says, and what is: both true or both false.
same() { # WHAT SAID IS
	[ "$2" = "$3" ] || fail "$1: doctor says $2, it is $3: $(says "$1")"
}
truth() {
	"$@" >/dev/null 2>&1 && echo true || echo false
}

tells_whether_bpf_works() {
	consult "$1" || return 1
	same bpf "$(truth good bpf)" "$(truth as "$1" "$nsscope" tree --source bpf)"
}

tells_the_source() {
	local source
	consult "$1" || return 1
	source=$(says Source | sed 's/^. Source: \([a-z/]*\).*/\1/; s,^/,,')
	run 0 "$1" "$nsscope" json || return 1
	grep -q "\"source\": \"$source\"" "$work/out" || fail "says $source: $(grep -m 1 '"source"' "$work/out")"
}

tells_what_may_be_made() {
	local type option own=()
	[ "$1" = root ] || own=(--user)
	consult "$1" || return 1
	for type in cgroup ipc mnt net pid time user uts; do
		option=--${type/mnt/mount}
		same $type "$(truth good $type)" "$(truth as "$1" unshare "${own[@]}" "$option" --fork true)" || return 1
	done
}

tells_what_the_kernel_has() {
	local key since
	consult "$1" || return 1
	while read -r key since; do
		same "$key" "$(truth good "$key")" "$(truth kernel_is "$since")" || return 1
	done <<-'END'
		NS_GET_PARENT 4.9
		NS_GET_ID 6.18
		pidfd_getfd 5.6
		statmount 6.8
	END
}

tells_whether_others_can_be_read() {
	consult "$1" || return 1
	same /proc/1/ns "$(truth good /proc/1/ns)" "$(truth [ -n "$(as "$1" readlink /proc/1/ns/uts)" ])"
}

tells_the_limits() {
	local limit
	consult "$1" || return 1
	for limit in cgroup ipc mnt net pid time user uts; do
		says "user.max_${limit}_namespaces" | grep -qw "$(cat "/proc/sys/user/max_${limit}_namespaces")" ||
			fail "$limit: $(says "user.max_${limit}_namespaces")" || return 1
	done
}

# mounts takes Linux 5.12; a part of ipc, which the others play without, takes 5.19 of a user.
tells_which_lessons_can_be_played() {
	local lesson said status
	consult "$1" || return 1
	for lesson in uts ipc mounts; do
		said=$(truth grep -q "^✘ \([a-z_]*, \)*${lesson}[,:]" "$work/report")
		as "$1" "$nsscope" lesson "$lesson" --plain --yes --lang en >"$work/out" 2>"$work/err"
		status=$?
		[ "$said" = "$([ $status = 0 ] && echo false || echo true)" ] ||
			fail "$lesson: status $status, and doctor: $(grep "$lesson" "$work/report")" || return 1
	done
}

for_both tells_whether_bpf_works tells_the_source tells_what_may_be_made tells_what_the_kernel_has \
	tells_whether_others_can_be_read tells_the_limits tells_which_lessons_can_be_played
run_tests
