#!/bin/bash
# Every command that the pages print, as an indented line, is run as printed; or it says here why not.
# Capitals stand for something that each reader has: they get what is here.
source tests/house/tap.sh

pages=(README.md README.zh-CN.md CONTRIBUTING.md SECURITY.md docs/*.md screenshots/*.md)
export PATH=${nsscope%/*}:$PATH NSSCOPE_MADE=$PWD

# Page, tab, command; not those within fences, which are what a lesson's file holds.
printed() {
	awk '
	FNR == 1 { fenced = 0 }
	/^```/ { fenced = !fenced }
	!fenced && /^    (nsscope|build\/nsscope|make|git|scp|ssh|docker|podman|sudo|man|unshare)( |$)/ {
		sub(/^    /, "")
		sub(/(  |\t).*/, "")
		print FILENAME "\t" $0
	}' "${pages[@]}" | sort -u
}

# Why a command is not run; nothing when it is.
why_not() {
	case $1 in
	"git clone"*) echo "it names no place yet" ;;
	"make run") echo "it opens the explorer, on a screen" ;;
	make | "make test"* | "make lint" | "make unit"* | "make bench" | "make soak" | "make coverage")
		echo "it is what runs this" ;;
	"make static" | "make deb" | "make dist" | "make install"*) echo "test-static, test-deb, test-dist" ;;
	"make fuzz-"* | "make pot" | "make screenshots") echo "it changes the working tree" ;;
	"nsscope lesson all"*) echo "tests/lessons and tests/kernel play each" ;;
	"nsscope lesson --notes") echo "it follows a lesson in another terminal: tests/screen" ;;
	"nsscope lab" | *"--present" | *"--auto="*) echo "it wants a screen: tests/screen" ;;
	"nsscope replay "[!-]*) echo "it opens the explorer, on a screen" ;;
	"nsscope events" | "nsscope events --json" | "nsscope events [--json]" | "nsscope record FILE"*)
		echo "it ends with Ctrl-C" ;;
	esac
}

# With what stands for words in capitals; an option in brackets is given.
filled() {
	local inode file=$NSSCOPE_MADE/lessons/en/uts.md
	inode=$(stat -L -c %i /proc/self/ns/uts)
	[[ $1 != *" replay "* ]] || file=recording.nsscope
	sed -e "s/TYPE:INODE/uts:$inode/g; s/T\[,T.*\]/uts/g; s/\<PID\>/1/g; s/\<NAME\>/uts/g" \
		-e "s|\<FILE\>|$file|g; s/\[\(-[^]]*\)\]/\1/g; s/\[[^]]*\]\.*//g" \
		-e "s|^build/nsscope|nsscope|" <<<"$1"
}

# In namespaces that are thrown away.
run() {
	local as_root=()
	[ "$(id -u)" = 0 ] || as_root=(--user --map-root-user)
	(cd "$work" && unshare "${as_root[@]}" --mount --mount-proc --uts --ipc --pid --fork --kill-child \
		--propagation private bash -c "$1" </dev/null)
}

commands_run_as_printed() {
	needs_own_mounts --user --map-root-user
	local page command why status left=0 count=0
	run 'nsscope record --for 1 recording.nsscope' || fail "no recording" || return 1
	while IFS=$'\t' read -r page command; do
		why=$(why_not "$command")
		[ -z "$why" ] || continue
		count=$((count + 1))
		run "$(filled "$command")" >"$work/said" 2>&1
		status=$?
		# doctor may find that something is forbidden here.
		[ $status = 0 ] || [[ $command == *doctor* && $status = 3 ]] ||
			fail "$page: $command: status $status: $(tail -3 "$work/said")" || left=1
	done < <(printed)
	[ $count -ge 15 ] || fail "only $count commands were found" || left=1
	return $left
}

# What a page says of another one of ours is there.
links_lead_somewhere() {
	local page link left=0
	for page in "${pages[@]}"; do
		while read -r link; do
			[ -e "$(dirname "$page")/$link" ] || fail "$page: no $link" || left=1
		done < <(grep -o '](\([^)#:]*\)' "$page" | sed 's/^](//' | grep -v '^$')
	done
	return $left
}

# No page tells of an option or command that there isn't.
words_in_code_are_known() {
	local known word left=0
	known=$("$nsscope" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
	while IFS=$'\t' read -r page word; do
		grep -qx "$word" <<<"$known" || fail "$page: nsscope $word?" || left=1
	done < <(grep -oH '`nsscope [a-z][a-z]*' "${pages[@]}" | sed 's/:`nsscope /\t/')
	return $left
}

# shellcheck disable=SC2034 # for run_tests

# Each function that the tour names is in the file that it names.
# shellcheck disable=SC2016 # the page has backquotes
tour_names_what_there_is() {
	local name file files left=0 count=0
	while read -r name file; do
		count=$((count + 1))
		files=$(find model scanner lessons tui cli -name "$file")
		# shellcheck disable=SC2086 # file names here have no blanks
		{ [ -n "$files" ] && grep -qE "^[a-z][^;]*\<$name\(" $files; } || fail "docs/tour.md: $name() in $file?" || left=1
	done < <(tr '\n' ' ' <docs/tour.md | grep -oE '`[a-z_0-9]+\(\)` +in +`[a-z_0-9]+\.c`' |
		sed -E 's/`([a-z_0-9]+)\(\)` +in +`([a-z_0-9.]+)`/\1 \2/')
	[ $count -ge 30 ] || fail "docs/tour.md names $count functions" || left=1
	return $left
}

tests=(commands_run_as_printed links_lead_somewhere words_in_code_are_known tour_names_what_there_is)
run_tests
