#!/bin/bash
# The Debian package (make deb), installed and used in a clean Debian.  Needs root and a network; what it
# makes is in namespaces and a folder of its own.  From make: DEB; SUITE chooses another Debian.
source tests/house/tap.sh

source tests/house/debian.sh

root=$work/debian

inside() {
	debian_enter "$root" "$@"
}

a_clean_debian_is_there() {
	debian_make "${SUITE:-bookworm}" "$root"
}

it_installs() {
	[ -e "$root/usr/bin/apt-get" ] || skip "there is no clean Debian"
	cp "$DEB" "$root/nsscope.deb"
	inside sh -c 'apt-get -q update && apt-get -q install -y --no-install-recommends /nsscope.deb' \
		>"$work/installed" 2>&1 || fail "$(tail -20 "$work/installed")"
}

installed() {
	[ -e "$root/usr/bin/nsscope" ] || skip "it is not installed"
}

reports_work() {
	installed
	inside nsscope tree >"$work/tree" && grep -q 'pid:.*process' "$work/tree" || return 1
	inside nsscope json >"$work/json" && grep -q '"format": "nsscope/1"' "$work/json" || return 1
	inside nsscope --lang zh tree >"$work/zh" && grep -q '个进程' "$work/zh"
}

lessons_play() {
	installed
	inside nsscope lesson uts --plain --yes >"$work/uts" || fail "$(tail -5 "$work/uts")" || return 1
	inside setpriv --reuid=65534 --regid=65534 --clear-groups nsscope lesson uts --plain --yes >"$work/uts" ||
		fail "$(tail -5 "$work/uts")"
}

explorer_opens() {
	installed
	needs script
	export -f inside debian_enter
	export root debian_outside
	press_q Search 'inside nsscope'
}

pages_and_completions_are_there() {
	installed
	local file
	for file in man/man1/nsscope.1.gz man/man5/nsscope-lesson.5.gz man/zh_CN/man1/nsscope.1.gz \
		bash-completion/completions/nsscope zsh/vendor-completions/_nsscope \
		fish/vendor_completions.d/nsscope.fish; do
		[ -s "$root/usr/share/$file" ] || fail "no $file" || return 1
	done
}

nothing_is_left() {
	installed
	local left
	inside dpkg --purge nsscope >"$work/purged" 2>&1 || fail "$(cat "$work/purged")" || return 1
	left=$(find "$root/usr" "$root/etc" "$root/var/lib" -name '*nsscope*')
	[ -z "$left" ] || fail "left: $left"
}

# shellcheck disable=SC2034 # for run_tests
tests=(a_clean_debian_is_there it_installs reports_work lessons_play explorer_opens
	pages_and_completions_are_there nothing_is_left)
run_tests
