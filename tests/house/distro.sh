#!/bin/bash
# The two commands of README in a clean Debian: make run, make test.  Needs root and a network; what it makes
# is in namespaces and a folder of its own.  From make: SUITE; PART: a pattern, as ONLY of make test.
source tests/house/tap.sh
source tests/house/debian.sh

root=$work/debian

# in_the_clone COMMAND…
in_the_clone() {
	[ -e "$root/root/nsscope/Makefile" ] || skip "there is no clone in a clean Debian"
	# shellcheck disable=SC2016 # for the inner shell
	debian_enter "$root" sh -c 'cd /root/nsscope && exec "$@"' in_the_clone "$@" </dev/null
}

# With git and make, as README asks for.
a_clone_in_a_clean_debian() {
	needs git
	debian_make "${SUITE:-bookworm}" "$root" || return 1
	debian_enter "$root" sh -c 'apt-get -q update && apt-get -q install -y --no-install-recommends git make' \
		>"$work/installed" 2>&1 || fail "$(tail "$work/installed")" || return 1
	git clone -q . "$root/root/nsscope"
}

# Without a terminal it shows the tree.
make_run() {
	in_the_clone make run >"$work/run" 2>&1 || fail "$(tail -n 30 "$work/run")" || return 1
	grep -q 'PID INSIDE USER' "$work/run" || fail "no tree: $(tail "$work/run")" || return 1
	! grep 'warning:' "$work/run" || fail "warnings of the compiler"
}

make_test() {
	in_the_clone make test ONLY="${PART:-}" >"$work/test" 2>&1 ||
		fail "$(grep -v ' 0 failed ' "$work/test" | tail -n 200)"
}

# shellcheck disable=SC2034 # for run_tests
tests=(a_clone_in_a_clean_debian make_run make_test)
run_tests
