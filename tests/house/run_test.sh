#!/bin/bash
# What runs the tests counts them right: also where another run goes on in the same folder.
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
	env -u NSSCOPE_BIN -u ONLY -u VALGRIND -u NSSCOPE_NO_SKIP tests/run.sh "$work/build" "$@"
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

# shellcheck disable=SC2034 # tap.sh runs them
tests=(counts_what_programs_say two_runs_in_one_folder_count_apart leaves_nothing_but_logs)
# shellcheck source=tests/house/tap.sh
source tests/house/tap.sh
run_tests
