#!/bin/bash
# What runs the tests counts them right: also where another run goes on in the same folder.
# shellcheck disable=SC2016 # what is in single quotes is for the programs
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"

# program NAME LINE…: a test program of these lines, in a build folder of its own.
program() {
	local path=$work/build/tests/$1
	shift
	mkdir -p "${path%/*}"
	{
		echo '#!/bin/bash'
		printf '%s\n' "$@"
	} >"$path"
	chmod +x "$path"
}

run() {
	env -u NSSCOPE_BIN -u ONLY -u TEST -u TEST_PART -u VALGRIND -u NSSCOPE_NO_SKIP tests/run.sh "$work/build" "$@"
}

counts_what_programs_say() {
	program unit/good 'echo 1..2' 'echo ok 1 - a' 'echo "skip: no b here"' 'echo "ok 2 # SKIP b"'
	program unit/bad 'echo 1..2' 'echo not ok 1 - a'
	run "$work/build/tests/unit/good" "$work/build/tests/unit/bad" >"$work/said" && fail "it ended well"
	grep -qx '1 passed, 2 failed, 1 skipped' "$work/said" || fail "$(cat "$work/said")"
	grep -q 'skipped: b: no b here' "$work/said" || fail "no reason: $(cat "$work/said")"
	[ -s "$work/build/test-logs/unit-good.log" ] || fail "no log is left"
}

# The second run begins and ends while the first one is in its only program.
two_runs_in_one_folder_count_apart() {
	mkfifo "$work/up" "$work/go"
	program unit/slow 'echo 1..1' "echo >'$work/up'" "read <'$work/go'" 'echo ok 1 - slow'
	program unit/quick 'echo 1..2' 'echo ok 1 - a' 'echo ok 2 - b'
	run "$work/build/tests/unit/slow" >"$work/first" &
	local first=$!
	read -r <"$work/up"
	run "$work/build/tests/unit/quick" >"$work/second"
	echo >"$work/go"
	wait "$first"
	grep -qx '2 passed, 0 failed, 0 skipped' "$work/second" || fail "second: $(cat "$work/second")" || return
	grep -qx '1 passed, 0 failed, 0 skipped' "$work/first" || fail "first: $(cat "$work/first")"
}

leaves_nothing_but_logs() {
	program unit/quick 'echo 1..1' 'echo ok 1 - a'
	run "$work/build/tests/unit/quick" >/dev/null
	local left
	left=$(find "$work/build/test-logs" -mindepth 1 ! -name '*.log')
	[ -z "$left" ] || fail "$left"
}

# Three tests as tests/group.c runs them; b does what it is told.
three_tests() { # NAME WHAT-B-DOES
	program "$1" 'from=${TEST_FROM:-1}' 'echo 1..$((4 - from))' 'number=0' \
		'for name in a b c; do' '[ $((++seen)) -ge $from ] || continue' 'echo "# test $name"' \
		"[ \$name != b ] || { $2; }" 'echo ok $((++number)) - $name' 'done'
}

what_crashes_is_named_and_the_rest_is_run() {
	three_tests unit/crash 'kill -SEGV $$'
	run "$work/build/tests/unit/crash" >"$work/said" && fail "it ended well"
	grep -qx '2 passed, 1 failed, 0 skipped' "$work/said" || fail "$(cat "$work/said")"
	grep -q 'failed: b: ended with status 139' "$work/said" || fail "$(cat "$work/said")"
}

# The first sleep(1) ends when the program has a result, the second one when it hangs, others by no means.
what_hangs_is_named_and_killed_and_the_rest_is_run() {
	mkfifo "$work"/time.{1..4} "$work/never" "$work/alive"
	mkdir "$work/bin"
	printf '%s\n' '#!/bin/bash' "cd '$work'" 'echo >>times' 'read -r <time.$(wc -l <times)' >"$work/bin/sleep"
	chmod +x "$work/bin/sleep"
	cat "$work/alive" &
	three_tests unit/hang "exec 7>'$work/alive'; echo >'$work/time.1'; (read <'$work/never') &
		echo >'$work/time.2'; read <'$work/never'"
	PATH=$work/bin:$PATH TEST_SECONDS=1000 run "$work/build/tests/unit/hang" >"$work/said" && fail "it ended well"
	grep -qx '2 passed, 1 failed, 0 skipped' "$work/said" || fail "$(cat "$work/said")" || return
	grep -q 'failed: b: no result after 1000 s' "$work/said" || fail "$(cat "$work/said")" || return
	wait # until nobody has "alive" open: its child, too, is gone
}

programs_run_in_parts_and_alone() {
	# Both parts must be there at a time; alone, nothing may.
	mkfifo "$work/one" "$work/two"
	program unit/parts '# tests/run.sh: 2 parts' 'echo 1..1' "cd '$work'" 'case $TEST_PART in' \
		'1/2) echo >one; read <two ;;' '2/2) read <one; echo >two ;;' '*) exit 1 ;;' 'esac' 'echo ok 1 - a'
	program unit/alone '# tests/run.sh: alone' 'echo 1..1' "cd '$work'" \
		'[ -z "${TEST_PART:-}" ] && ! ls *.running 2>/dev/null && echo ok 1 - a || echo not ok 1 - a'
	program unit/beside 'echo 1..1' "cd '$work'" ': >beside.running' 'echo ok 1 - a' 'rm beside.running'
	JOBS=2 run "$work/build/tests/unit/"{alone,parts,beside} >"$work/said"
	grep -qx '4 passed, 0 failed, 0 skipped' "$work/said" || fail "$(cat "$work/said")"
	grep -q '^unit/parts 2/2 ' "$work/said" || fail "$(cat "$work/said")"
}

# Each sees its own processes alone, and may have none in common with another.
programs_of_kernel_do_not_see_each_other() {
	[ "$(id -u)" = 0 ] || skip "only root makes a PID namespace without a user namespace"
	unshare --fork --pid --mount-proc --kill-child true 2>/dev/null || skip "no PID namespace can be made"
	program kernel/lonely 'echo 1..1' 'set -- /proc/[0-9]*' '[ $# -le 2 ] && echo ok 1 - a || echo not ok 1 - a'
	run "$work/build/tests/kernel/lonely" >"$work/said" || fail "$(cat "$work/said")"
}

# shellcheck disable=SC2034 # tap.sh runs them
tests=(counts_what_programs_say two_runs_in_one_folder_count_apart leaves_nothing_but_logs
	what_crashes_is_named_and_the_rest_is_run what_hangs_is_named_and_killed_and_the_rest_is_run
	programs_run_in_parts_and_alone programs_of_kernel_do_not_see_each_other)
# shellcheck source=tests/house/tap.sh
source tests/house/tap.sh
run_tests
