#!/bin/bash
# tree, inspect of each of the eight types, compare and dot, on what the population is known to have.
source tests/kernels/guest.sh

has() { # PATTERN…: each in the output
	local pattern
	for pattern in "$@"; do
		grep -q -e "$pattern" "$work/out" || fail "no $pattern in: $(head -n 40 "$work/out")" || return 1
	done
}

# inspects WHO NAME TYPE PATTERN…: the namespace of the process with this name.
inspects() {
	local who=$1 pid link=$3
	pid=$(pid_of "$2") || return 1
	shift 3
	run 0 "$who" "$nsscope" inspect "$link:$(inode "$pid" "$link")" && has "$@"
}

inspects_uts() { inspects root uts uts blue; }
inspects_ipc() { inspects root ipc ipc '[Mm]essage queue'; }
inspects_mnt() { inspects root mnt mnt '/mnt.*painted\|painted.*/mnt'; }
inspects_net() { inspects root net net 10.9.8.7; }
inspects_cgroup() { inspects root cgroup cgroup '/'; }
inspects_time() { inspects root time time 0:16:40; }
inspects_pid() { inspects root pid pid 'stay'; }
inspects_user() { inspects root user user "\\b$user\\b"; }
inspects_what_is_bound() {
	run 0 root "$nsscope" inspect "net:$(stat -L -c %i /run/netns/bound)" && has 10.1.2.3 bound
}
inspects_ones_own_user() { inspects user user user "\\b$user\\b"; }
inspects_ones_own_uts() { inspects user user uts inner; }
inspects_ones_own_net() { inspects user user net '\blo\b'; }

# Root's is out of the user's sight: that is told, and it is no crash.
what_cant_be_seen_is_told() {
	local pid
	pid=$(pid_of uts) || return 1
	run 1 user "$nsscope" inspect "uts:$(inode "$pid" uts)" || return 1
	[ -s "$work/err" ] || fail "no reason is told"
}

inspects_all_of_a_process() {
	local pid name=plain
	[ "$1" = root ] || name=users-plain
	pid=$(pid_of $name) || return 1
	run 0 "$1" "$nsscope" inspect "$pid" --all
}

tree_has_every_process() {
	local name
	run 0 "$1" "$nsscope" tree || return 1
	for name in plain users-plain uts nested-pid nested-user; do
		has "stay $name\|stay.*$name" || return 1
	done
}

trees_by() { # WHO WAY
	run 0 "$1" "$nsscope" tree --by "$2" || return 1
	[ "$(wc -l <"$work/out")" -gt 20 ] || fail "few lines: $(cat "$work/out")"
}
tree_by_type_works() { trees_by "$1" type; }
tree_by_owner_works() { trees_by "$1" owner; }
tree_by_group_works() { trees_by "$1" group; }

# Each type has a line of its own, which says whether they share it.
compare_tells_what_differs() {
	local uts plain
	uts=$(pid_of uts) && plain=$(pid_of plain) || return 1
	run 0 "$1" "$nsscope" compare "$plain" "$uts" || return 1
	has uts || return 1
	[ "$1" = user ] || has "$(inode "$uts" uts)" "$(inode "$plain" uts)"
}

dot_has_every_namespace() {
	local inode
	run 0 "$1" "$nsscope" json --source proc || return 1
	"$programs/told" <"$work/out" | sort -u | sed -n 's/^ns [a-z]* //p' >"$work/namespaces"
	[ "$(wc -l <"$work/namespaces")" -ge 9 ] || fail "few namespaces" || return 1
	run 0 "$1" "$nsscope" dot --source proc || return 1
	while read -r inode; do
		has "$inode" || return 1
	done <"$work/namespaces"
}

tests=(inspects_uts inspects_ipc inspects_mnt inspects_net inspects_cgroup inspects_time inspects_pid inspects_user
	inspects_what_is_bound inspects_ones_own_user inspects_ones_own_uts inspects_ones_own_net
	what_cant_be_seen_is_told)
for_both inspects_all_of_a_process tree_has_every_process tree_by_type_works tree_by_owner_works tree_by_group_works \
	compare_tells_what_differs dot_has_every_namespace
run_tests
