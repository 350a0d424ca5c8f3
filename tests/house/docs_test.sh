#!/bin/bash
# Every command that the pages print, as an indented line, is run as printed; or it says here why not.
# Capitals stand for something that each reader has: they get what is here.
source tests/house/tap.sh

pages=(README.md README.zh-CN.md CONTRIBUTING.md SECURITY.md docs/*.md docs/zh_CN/*.md screenshots/*.md)
plain_pages=(README.md CONTRIBUTING.md SECURITY.md docs/*.md screenshots/*.md)
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
	"nsscope lab" | "nsscope tour" | *"--present" | *"--auto="*) echo "it wants a screen: tests/screen" ;;
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

# Those that say where something is in the sources.
maps=(docs/tour.md docs/extending.md docs/design.md CONTRIBUTING.md)

# files_called FILE: those of the sources, from its end of the path on; NAME and LOCALE stand for any word.
files_called() {
	local file
	file=$(sed -E 's/[A-Z]{4,}/*/g' <<<"$1")
	find .ci Makefile mk model scanner lessons tui cli tests docs po findings screenshots ./*.md \
		\( -path "$file" -o -path "*/$file" \) -print
}

# names_in PAGE: "`NAME` in `FILE`" and "`NAME()` in `FILE`", a line each.
# shellcheck disable=SC2016 # the pages have backquotes
names_in() {
	tr '\n' ' ' <"$1" | grep -oE '`(struct |enum )?[A-Za-z_0-9]+(\(\))?` +in +`[A-Za-z_0-9/*]+\.[a-z]+`' |
		sed -E 's/`([^`]*)` +in +`([^`]*)`/\2 \1/'
}

# Each function, type or table that a page says to be in a file is there.
# shellcheck disable=SC2016 # the pages have backquotes
maps_name_what_there_is() {
	local page name file files left=0 count=0
	for page in "${maps[@]}"; do
		while read -r file name; do
			count=$((count + 1))
			files=$(files_called "$file")
			case $name in
			*"()") name="^[a-z].*\\<${name%"()"}\\(" ;;
			*) name="\\<$name\\>" ;;
			esac
			# shellcheck disable=SC2086 # file names here have no blanks
			{ [ -n "$files" ] && grep -qE "$name" $files; } || fail "$page: $name in $file?" || left=1
		done < <(names_in "$page")
	done
	[ $count -ge 60 ] || fail "the pages name $count things" || left=1
	return $left
}

# Each file or folder that a page names.
# shellcheck disable=SC2016
maps_name_files_that_exist() {
	local page file left=0 count=0
	for page in "${maps[@]}"; do
		while read -r file; do
			count=$((count + 1))
			[ -n "$(files_called "${file%/}")" ] || fail "$page: $file?" || left=1
		done < <(tr '\n' ' ' <"$page" | grep -oE '`[A-Za-z_0-9.*-][A-Za-z_0-9/.*-]*(\.(c|h|sh|mk|md|svg|po|[15])|/)`' |
			tr -d '`' | grep -v '^build' | sort -u)
	done
	[ $count -ge 100 ] || fail "the pages name $count files" || left=1
	return $left
}

# All the places of a new type, and of a new language, are in docs/extending.md.
every_place_is_listed() {
	local file left=0 types languages
	types=$(grep -rlE --include='*.[ch]' '\[([A-Z_]+ \+ )?NS_UTS\] *=([^=]|$)|case NS_UTS:|\<TYPE_UTS\>' model scanner lessons tui cli)
	languages=$(grep -rnE --include='*.[ch]' '"zh"|en\|zh' model scanner lessons tui cli |
		grep -vE '/\*|^[^:]*:[0-9]*: \*' | cut -d: -f1 | sort -u)
	[ "$(wc -w <<<"$types")" -ge 8 ] && [ "$(wc -w <<<"$languages")" -ge 3 ] || fail "nothing found" || return 1
	for file in $types; do
		sed -n '/^## A namespace type/,/^## A command/p' docs/extending.md | grep -qF "\`$file\`" ||
			fail "docs/extending.md: a type needs $file too" || left=1
	done
	for file in $languages; do
		sed -n '/^## A language/,$p' docs/extending.md | grep -qF "\`$file\`" ||
			fail "docs/extending.md: a language needs $file too" || left=1
	done
	return $left
}

# Each Chinese page and the English one that it is as long as.
pairs=(README.zh-CN.md:README.md)
for page in docs/zh_CN/*.md; do
	case $page in
	*/security.md) pairs+=("$page:SECURITY.md") ;;
	*) pairs+=("$page:docs/${page##*/}") ;;
	esac
done

# How many headings, code blocks and rows of tables a page has.  A code block is a fence, or indented lines
# behind a blank one.
# shellcheck disable=SC2016 # for awk
shape='
	match($0, /^```+/) && (!fence || RLENGTH >= fence) { fence = fence ? 0 : RLENGTH; if (fence) blocks++; next }
	fence { next }
	/^#/ { headings++ }
	/^\|/ { rows++ }
	/^    / && blank { blocks++ }
	{ blank = !NF }
	END { print headings + 0, "headings,", blocks + 0, "code blocks,", rows + 0, "rows" }'

chinese_is_as_long() {
	local pair left=0
	for pair in "${pairs[@]}"; do
		diff <(awk "$shape" "${pair%:*}") <(awk "$shape" "${pair#*:}") >"$work/difference" ||
			fail "${pair%:*} and ${pair#*:}: $(cat "$work/difference")" || left=1
	done
	[ ${#pairs[@]} -ge 4 ] || fail "only ${#pairs[@]} pages are in Chinese" || left=1
	return $left
}

each_language_links_the_other() {
	local pair chinese english left=0
	for pair in "${pairs[@]}"; do
		chinese=${pair%:*} english=${pair#*:}
		grep -q "](.*${chinese##*/})" "$english" || fail "$english does not link $chinese" || left=1
		grep -q "](.*${english##*/})" "$chinese" || fail "$chinese does not link $english" || left=1
	done
	return $left
}

# The table of claims in Chinese names the lessons and their steps as the Chinese lessons do.
chinese_claims_name_steps() {
	local lesson step left=0
	while IFS='|' read -r _ _ _ lesson step _; do
		lesson=${lesson// /} step=${step# }
		grep -qxF "## ${step% }" "lessons/zh/$lesson.md" || fail "lessons/zh/$lesson.md has no step ${step% }" || left=1
	done < <(sed -n '/^| --- /,/^$/{/^| --- /d; /^|/p}' docs/zh_CN/claims.md)
	return $left
}

# The whole lesson within a page about writing lessons.
chinese_example_is_a_lesson() {
	# shellcheck disable=SC2016 # a page has backquotes
	sed -n '/^````markdown$/,/^````$/{/^````/d; p}' docs/zh_CN/lessons.md >"$work/one-key.md"
	[ -s "$work/one-key.md" ] || fail "no example" || return 1
	"$nsscope" lesson check "$work/one-key.md" >"$work/said" 2>&1 || fail "$(cat "$work/said")"
}

# Words in which the project once spoke, where the field has others: group, holder, scan, snapshot, history, report,
# started, exited, created, freed, inspect, parent, sibling, visible.
foreign='rooms?|keepers?|sweeps?|glances?|told|tells?|moments?|strips?|born|died|lived|folios?|troupes?|inspector'
foreign+='|whoever|unread|in sight|kept alive|the past|to be had|to be seen|stands?|fathers?|brothers?|murders?|withheld'

# Prints PAGE:LINE: WORD.  Not looked at, since the words there are not the page's own:
# - code, fenced, indented or in backquotes: `rooms` is the name of a lesson;
# - *emphasis*, which quotes a lesson or a heading of the screen;
# - targets of links: keepers.md, rooms.png;
# - tables that the program makes, which strings_test.sh reads as its strings;
# - in claims.md the columns of lessons and steps, which are their titles, and a claim between quotes or of the house
#   with rooms, the one metaphor that lessons have.
# shellcheck disable=SC2016 # for perl
with_foreign_words='
	my $words = shift;
	for my $page (@ARGV) {
		open(my $in, "<", $page) or die "$page: $!";
		my ($fence, $made) = (0, 0);
		while (<$in>) {
			$fence = $fence ? 0 : length $1, next if /^(`{3,})/ && length $1 >= $fence;
			$made = $1 ne "claims" if /^<!-- table: (\w+)/;
			$made = 0 if /^<!-- end/;
			next if $fence || $made || /^    /;
			s/^(\|[^|]*\|[^|]*\|)[^|]*\|[^|]*\|/$1/ if $page =~ /claims/;
			s/`[^`]*`?//g, s/\*[^*]+\*//g, s/\]\([^)]*\)//g;
			s/(house with|under all) rooms//g if $page =~ /claims/;
			print "$page:$.: $1\n" while /(?<![\w-])($words)(?![\w-])/gi;
		}
	}'

no_page_has_a_foreign_word() {
	needs perl
	perl -e "$with_foreign_words" "$foreign" "${plain_pages[@]}" >"$work/found"
	[ ! -s "$work/found" ] || fail "other words are known for these:
$(cat "$work/found")"
}

a_foreign_word_is_found() {
	needs perl
	# shellcheck disable=SC2016 # a page has backquotes
	printf '%s\n' 'A shell was born in `rooms`.' '' '    a moment, in code' '[Keepers](keepers.md) of *a room*' \
		'a classroom' >"$work/page.md"
	perl -e "$with_foreign_words" "$foreign" "$work/page.md" >"$work/found"
	diff - "$work/found" <<-END || fail "other words were found"
		$work/page.md:1: born
		$work/page.md:4: Keepers
	END
}

# Chinese pages: full-width punctuation beside Chinese characters and no blank beside it; one word for each thing.
# shellcheck disable=SC2016 # for perl
stiff='
	use utf8; use open qw(:std :encoding(UTF-8));
	my $han = qr{\p{Script=Han}};
	my $full = qr{[，：；。、（）！？“”]};
	for my $page (@ARGV) {
		open(my $in, "<", $page) or die "$page: $!";
		my ($fence, $named) = (0, 0);
		while (<$in>) {
			$fence = $fence ? 0 : length $1, next if /^(`{3,})/ && length $1 >= $fence;
			next if $fence || /^    /;
			s/`[^`]*`/x/g, s/\]\([^)]*\)/]/g, s/(?<=\w)\(\d\)//g;
			$named++ while /命名空间/g;
			print "$page:$.: $1\n" if m{($han[,;:!?()]|[,;:!?()]$han|$full +[^ |\n]|(?<![| ]) +$full|您|检视|房间里|所有者)};
		}
		print "$page: 命名空间 $named times\n" if $named > 1;
	}'

chinese_pages_are_chinese() {
	needs perl
	local page=$work/page.md
	perl -e "$stiff" "${pairs[@]%:*}" >"$work/found"
	[ ! -s "$work/found" ] || fail "$(cat "$work/found")" || return 1
	# shellcheck disable=SC2016 # a page has backquotes
	printf '%s\n' '名称空间,组' '组， 快照' '您好' '好，`a, b`：对' >"$page"
	perl -e "$stiff" "$page" >"$work/found"
	[ "$(wc -l <"$work/found")" = 3 ] || fail "found: $(cat "$work/found")"
}

# shellcheck disable=SC2034 # for run_tests
tests=(commands_run_as_printed links_lead_somewhere words_in_code_are_known maps_name_what_there_is
	maps_name_files_that_exist every_place_is_listed
	chinese_is_as_long each_language_links_the_other no_page_has_a_foreign_word a_foreign_word_is_found
	chinese_pages_are_chinese chinese_claims_name_steps chinese_example_is_a_lesson)
run_tests
