#!/bin/bash
# Chinese reports have full-width punctuation beside Chinese words, also where the code joins pieces.
source tests/house/tap.sh

# What stands beside a Chinese character, and is half-width; a blank beside full-width punctuation.  The name
# of the program before an error is the program's, as with every other program.
# shellcheck disable=SC2016 # for perl
half_width='
	use utf8; use open qw(:std :encoding(UTF-8));
	my $han = qr{\p{Script=Han}};
	my $full = qr{[，：；。、（）！？]};
	my $bad = 0;
	while (<>) {
		s/^nsscope \w+: //;
		s/(?<=\w)\(\d\)//g; # the section of a manual page
		next unless m{$han ?[,;:.!?()]|[,;:!?()] ?$han|$full\x20(?=\S)(?!\x20)|(?<=\S)(?<!\x20)\x20$full};
		print "# $_"; $bad = 1;
	}
	exit $bad'

# in_chinese ARGUMENT…: what it says, of a few processes in namespaces of their own.  @uts: its own.
in_chinese() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare --user --map-root-user --pid --mount --mount-proc --uts --ipc --net --fork --kill-child \
		bash -c 'unshare --mount --uts sleep 600 & unshare --user --pid --fork sleep 600 & exec 3</proc/self/ns/uts
			until [ "$(grep -lx sleep /proc/[0-9]*/comm | wc -l)" = 2 ]; do :; done
			for type in cgroup ipc mnt net pid time user uts; do
				set -- "${@/#@$type/$type:$(stat -Lc %i /proc/self/ns/$type)}"
			done
			exec "$@" 2>&1' in_chinese env LC_ALL=zh_CN.UTF-8 LANGUAGE= "$nsscope" "$@"
}

says_it_full_width() { # ARGUMENT…
	needs_own_mounts --user --map-root-user
	in_chinese "$@" >"$work/said"
	# As a guard against the test's own mistakes: it was Chinese.
	perl -e 'use utf8; use open qw(:std :encoding(UTF-8)); local $/; exit(<> !~ /\p{Script=Han}/)' "$work/said" ||
		fail "$*: $(head -3 "$work/said")" || return 1
	perl -e "$half_width" "$work/said" >"$work/bad" || fail "$* says:
$(cat "$work/bad")"
}

a_sample_is_found() {
	local text
	for text in '进程: 一个' '2 个进程, 8 个' 'root (用户)' '4 ，设备' '里面： user'; do
		! echo "$text" | perl -e "$half_width" >/dev/null || fail "not found: $text" || return 1
	done
	for text in '✔ uts：可以创建' '用户 root（uid 0）' 'nsscope inspect: 没有进程 7' 'a, b、c' '没有：  它' 'fork(2) 说'; do
		echo "$text" | perl -e "$half_width" >/dev/null || fail "found: $text" || return 1
	done
}

doctor_says_it_full_width() {
	says_it_full_width doctor
}

tree_says_it_full_width() {
	local by
	for by in pid type owner group; do
		says_it_full_width tree --by "$by" || return 1
	done
}

compare_says_it_full_width() {
	says_it_full_width compare 1 2 && says_it_full_width compare 1 999999
}

# Of a process and of each type of namespace.
inspect_says_it_full_width() {
	local type
	says_it_full_width inspect 1 && says_it_full_width inspect 2 && says_it_full_width inspect 999999 || return 1
	for type in cgroup ipc mnt net pid time user uts; do
		says_it_full_width inspect "@$type" || return 1
	done
}

lessons_say_it_full_width() {
	says_it_full_width lesson && says_it_full_width events --for 1
}

# The prose of the lessons: without code, calls and the sections of manual pages.
prose_is_full_width() {
	# shellcheck disable=SC2016 # for perl
	perl -CSD -ne '$fence = !$fence, next if /^```/; next if $fence || /^    /; s/`[^`]*`|\w+\([^()]*\)/x/g; print' \
		lessons/zh/*.md >"$work/prose"
	perl -e "$half_width" "$work/prose" >"$work/bad" || fail "lessons/zh:
$(cat "$work/bad")"
}

tests=(a_sample_is_found prose_is_full_width doctor_says_it_full_width tree_says_it_full_width compare_says_it_full_width
	inspect_says_it_full_width lessons_say_it_full_width)
for command in perl unshare; do
	command -v "$command" >/dev/null || tests=(a_sample_is_found)
done
run_tests
