#!/bin/bash
# The manual pages are read without a warning.  What they hold is held against the program by
# tests/unit/cli/manual_test.c.
source tests/house/tap.sh

pages=(docs/man/nsscope.1 docs/man/nsscope-lesson.5)
chinese=(docs/man/zh_CN/nsscope.1 docs/man/zh_CN/nsscope-lesson.5)

groff_warns_of_nothing() {
	needs groff
	local page
	for page in "${pages[@]}" "${chinese[@]}"; do
		groff -mandoc -k -Tutf8 -ww -z "$page" >"$work/said" 2>&1
		[ ! -s "$work/said" ] || fail "$page: $(cat "$work/said")" || return 1
	done
	# In English there is nothing that needs a preprocessor.
	! LC_ALL=C grep -n '[^ -~]' "${pages[@]}"
}

# Of the Chinese pages it takes the classes that tell groff where lines may be broken for a mistake, and
# misses the English names of sections.
mandoc_warns_of_nothing() {
	needs mandoc
	mandoc -Tlint -W warning "${pages[@]}" || return 1
	! mandoc -Tlint -W warning "${chinese[@]}" |
		grep -v -e "invalid escape sequence: .C'\[CJK" -e 'first section is not "NAME"' \
			-e 'description line outside NAME section'
}

# What groff makes of a page, its lines joined.
words_of() {
	groff -mandoc -k -Tutf8 -P -c -rLL=500n "$1" | col -bx
}

pages_are_read() {
	needs groff
	words_of docs/man/nsscope.1 >"$work/en"
	grep -q '^ *--by=pid|type|owner|' "$work/en" || fail "no option" || return 1
	grep -q '^ *nsscope compare \[OPTION\]\.\.\. PID PID$' "$work/en" || fail "no form" || return 1
	words_of docs/man/nsscope-lesson.5 | grep -q 'unshare(FLAG|FLAG' || fail "no call" || return 1
	words_of docs/man/zh_CN/nsscope.1 >"$work/zh"
	grep -q '名称空间' "$work/zh" || fail "no Chinese" || return 1
	grep -q '^ *nsscope tree \[选项\]\.\.\.$' "$work/zh" || fail "no form in Chinese" || return 1
}

# shellcheck disable=SC2034 # for run_tests
tests=(groff_warns_of_nothing mandoc_warns_of_nothing pages_are_read)
run_tests
