# shellcheck shell=bash
# For test scripts: tells results as TAP, which tests/run.sh reads.
#
#   tests=(NAME…)      functions; each is a test that holds when it returns 0
#   TEST=pattern, TEST_FROM=K in the environment: as for the programs (tests/group.c)
#   source tests/house/tap.sh; run_tests
#
# In a test: fail MESSAGE says what is wrong; skip REASON ends it as not to be tried here.
set -u

build=${NSSCOPE_BUILD:-build}
# shellcheck disable=SC2034 # for those who source this
nsscope=${NSSCOPE_BIN:-$PWD/$build/nsscope}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "# $*"
	return 1
}

# Each test is a shell of its own, so skip can end it.
skip() {
	echo "skip: $*"
	exit 77
}

# needs COMMAND…
needs() {
	local command
	for command in "$@"; do
		command -v "$command" >/dev/null 2>&1 || skip "there is no $command here"
	done
}

# Can the mounts of a new mount namespace be made private?  Not in a chroot, whose / is no mount point.
needs_own_mounts() {
	local why
	why=$(unshare --mount "$@" true 2>&1) || skip "no mount namespace of one's own can be made: ${why#unshare: }"
}

# press_q TEXT SHELL-COMMAND: runs it on a terminal, presses q when the screen has TEXT, and waits for its end.
# What the terminal was sent is in $work/screen.
press_q() {
	rm -f "$work/left"
	: >"$work/screen"
	{
		until grep -q "$1" "$work/screen" || [ -e "$work/left" ]; do :; done
		printf q
	} | {
		SHELL=$BASH script -qec "$2" /dev/null >"$work/screen"
		: >"$work/left"
	}
	grep -q "$1" "$work/screen" || fail "$(head -c 600 "$work/screen" | cat -v)"
}

# shellcheck disable=SC2154 # the script has set tests
run_tests() {
	local number=0 failed=0 name status chosen=()
	for name in "${tests[@]}"; do
		# shellcheck disable=SC2053 # TEST is a pattern
		[[ $name != ${TEST:-*} ]] || chosen+=("$name")
	done
	chosen=("${chosen[@]:${TEST_FROM:-1}-1}")
	[ ${#chosen[@]} != 0 ] || return 0
	echo "1..${#chosen[@]}"
	for name in "${chosen[@]}"; do
		number=$((number + 1))
		echo "# test $name"
		("$name") 2>&1
		status=$?
		case $status in
		0) echo "ok $number - $name" ;;
		77) echo "ok $number # SKIP $name" ;;
		*)
			echo "not ok $number - $name"
			failed=1
			;;
		esac
	done
	return $failed
}
