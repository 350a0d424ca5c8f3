#!/bin/bash
# The manual pages: they tell of all that there is, and are read without a warning.
source tests/house/tap.sh

pages=("$build"/man/man1/nsscope.1 "$build"/man/man5/nsscope-lesson.5
	"$build"/man/zh_CN/man1/nsscope.1 "$build"/man/zh_CN/man5/nsscope-lesson.5)

# The words in the first column below "Commands:" in the help.
commands() {
	"$nsscope" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# options COMMAND: those of its help, but for those that every command has: doctor has no other.
options() {
	local common
	common=$("$nsscope" doctor --help | sed -n 's/^ .*  *--\([a-z-]*\).*/\1/p')
	"$nsscope" "$@" --help | sed -n 's/^ .*  *--\([a-z-]*\).*/\1/p' | grep -vxF "$common"
}

each_command_and_option_is_told() {
	local page command option left=0
	[ "$(commands | wc -l)" -ge 8 ] || fail "the help lists no commands" || return 1
	for page in "${pages[0]}" "${pages[2]}"; do
		for command in $(commands); do
			grep -qx ".SS \"nsscope $command\"" "$page" || fail "$page: no command $command" || left=1
			for option in $(options "$command"); do
				sed -n "/^.SS \"nsscope $command\"/,/^.SS\|^.SH/p" "$page" |
					grep -qF -- "\\fB\\-\\-${option//-/\\-}\\fR" ||
					fail "$page: $command: no option --$option" || left=1
			done
		done
		for option in $(options); do
			grep -qF -- "\\fB\\-\\-${option//-/\\-}\\fR" "$page" ||
				fail "$page: no option --$option" || left=1
		done
	done
	return $left
}

groff_warns_of_nothing() {
	needs groff
	local page
	for page in "${pages[@]}"; do
		groff -man -k -Tutf8 -ww -z "$page" >"$work/said" 2>&1
		[ ! -s "$work/said" ] || fail "$page: $(cat "$work/said")" || return 1
	done
	# In English there is nothing that needs a preprocessor.
	! LC_ALL=C grep -n '[^ -~]' "${pages[0]}" "${pages[1]}"
}

# It breaks lines of Chinese anywhere by itself, and takes the classes that tell groff to for a mistake.
mandoc_warns_of_nothing() {
	needs mandoc
	local page
	for page in "${pages[@]}"; do
		mandoc -Tlint -W warning "$page" >"$work/said" 2>&1
		! grep -v "invalid escape sequence: .C'\[CJK" "$work/said" || fail "$page" || return 1
	done
}

# A page that is read has what its tables have.
tables_are_read() {
	needs groff
	groff -man -k -Tutf8 -P -c "${pages[1]}" | col -bx >"$work/lesson"
	grep -q 'unshare(FLAG|FLAG' "$work/lesson" || fail "no call" || return 1
	grep -q 'members(NS)' "$work/lesson" || fail "no term" || return 1
	grep -q 'CLONE_NEWTIME' "$work/lesson" || fail "no word" || return 1
	groff -man -k -Tutf8 -P -c "${pages[2]}" | col -bx >"$work/zh"
	grep -q '名称空间' "$work/zh" || fail "no Chinese" || return 1
}

# refused TEMPLATE-LINES
refused() {
	printf '%s\n' "$1" >"$work/template"
	! "$build/manual" en 0 "$work/template" >/dev/null 2>"$work/said" && [ -s "$work/said" ]
}

mistakes_of_a_template_are_told() {
	refused '@more xyzzy
text
@end
@commands' || fail "prose about a command that isn't there" || return 1
	refused '@xyzzy' || fail "a table that isn't there" || return 1
}

# shellcheck disable=SC2034 # for run_tests
tests=(each_command_and_option_is_told groff_warns_of_nothing mandoc_warns_of_nothing tables_are_read
	mistakes_of_a_template_are_told)
run_tests
