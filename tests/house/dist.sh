#!/bin/bash
# The tarball (make dist): it builds, what it installs works, and nothing of that is left when it is taken
# away again.  From make: DIST, CC.
source tests/house/tap.sh

tree=$work/nsscope
root=$work/root
options=(-s NO_INSTALL=1 "CC=${CC:-cc}" PREFIX=/usr)

it_builds() {
	mkdir -p "$tree"
	tar -xzf "$DIST" -C "$tree" --strip-components=1 || return 1
	make -C "$tree" "${options[@]}" "-j$(nproc)" all >"$work/made" 2>&1 || fail "$(tail "$work/made")"
}

it_installs() {
	local file
	make -C "$tree" "${options[@]}" DESTDIR="$root" install || return 1
	for file in bin/nsscope share/man/man1/nsscope.1 share/man/man5/nsscope-lesson.5 \
		share/man/zh_CN/man1/nsscope.1 share/locale/zh_CN/LC_MESSAGES/nsscope.mo \
		share/bash-completion/completions/nsscope share/zsh/site-functions/_nsscope \
		share/fish/vendor_completions.d/nsscope.fish; do
		[ -s "$root/usr/$file" ] || fail "no /usr/$file" || return 1
	done
}

what_is_installed_works() {
	"$root/usr/bin/nsscope" tree | grep -q 'pid:.*process' || fail tree || return 1
	"$root/usr/bin/nsscope" lesson uts --plain --yes >"$work/uts" || fail "$(tail -5 "$work/uts")" ||
		return 1
	"$root/usr/bin/nsscope" --version | grep -q '^nsscope [0-9]'
}

nothing_is_left() {
	make -C "$tree" "${options[@]}" DESTDIR="$root" uninstall || return 1
	[ -z "$(find "$root" -type f -o -type l)" ] || fail "left: $(find "$root" -type f)"
}

# shellcheck disable=SC2034 # for run_tests
tests=(it_builds it_installs what_is_installed_works nothing_is_left)
run_tests
