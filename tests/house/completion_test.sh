#!/bin/bash
# Completion, in the shells themselves.
source tests/house/tap.sh

export PATH=${nsscope%/*}:$PATH
inode=$(stat -L -c %i /proc/self/ns/uts)

# What stands in the place of the last word.
words() {
	"$nsscope" completion --words -- "$@" | cut -f1 | tr '\n' ' '
}

# expect WORDS… -- LINE-OF-WORDS
expect() {
	local said want=${*: -1}
	said=$(words "${@:1:$#-2}")
	[ "$said" = "$want " ] || fail "${*:1:$#-2}: \"$said\", not \"$want \""
}

tables_are_told() {
	local commands groupings
	groupings=$("$nsscope" --help | sed -n 's/^ *--by=\([a-z|]*\).*/\1/p' | tr '|' ' ')
	commands=$("$nsscope" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | tr '\n' ' ')
	expect "" -- "${commands% }" &&
		expect tr -- tree &&
		expect tree --by "" -- "$groupings" &&
		expect tree --by=o -- --by=owner &&
		expect --by=o -- --by=owner &&
		expect tree --kernel-threads --type u -- "user uts" &&
		expect tree --type mnt,n -- mnt,net &&
		expect lesson ch -- check &&
		expect lesson check "" -- :files &&
		expect lesson --lessons "" -- :folders &&
		expect lesson --plain ut -- uts &&
		expect inspect "" -- ":pids cgroup: ipc: mnt: net: pid: time: user: uts:" &&
		expect compare 1 "" -- :pids &&
		expect completion z -- zsh &&
		expect tree --lang "" -- "en zh" &&
		[ -z "$(words xyzzy "")" ] && [ -z "$(words tree "")" ]
}

namespaces_in_sight_are_told() {
	words inspect "uts:" | grep -qw "uts:$inode"
}

lessons_of_ones_own_are_told() {
	mkdir -p "$work/nsscope/lessons/en"
	sed 's/^name: uts/name: myown/' lessons/en/uts.md >"$work/nsscope/lessons/en/myown.md"
	XDG_DATA_HOME=$work expect lesson my -- myown
}

bad_shells_are_told() {
	"$nsscope" completion xyzzy 2>"$work/said"
	[ $? = 2 ] && grep -q xyzzy "$work/said" && ! "$nsscope" completion 2>/dev/null
}

# type_into SHELL-COMMAND TEXT: as from the keyboard, into a terminal.
type_into() {
	printf '%s\nexit\n' "$2" | timeout 20 script -qec "$1" /dev/null
}

# What is typed completes to a command that nsscope then takes.
typed='nsscope doct	--help
nsscope tree --by=ow	--help
nsscope lesson --pl	--help
nsscope inspect ut	'$inode

seen() {
	local want
	for want in "Usage: nsscope doctor" "Usage: nsscope tree" "Usage: nsscope lesson" "uts:$inode"; do
		grep -qF "$want" "$work/$1" || fail "$1: no \"$want\" in: $(cat -v "$work/$1")" || return 1
	done
	! grep '^nsscope [a-z]*: ' "$work/$1" || fail "$1: $(cat -v "$work/$1")"
}

bash_completes() {
	needs script
	cat >"$work/bashrc" <<-'END'
		PS1='> '
		source <(nsscope completion bash)
	END
	type_into "bash --noprofile --rcfile $work/bashrc -i" "$typed" >"$work/bash"
	seen bash
}

zsh_completes() {
	needs script zsh
	cat >"$work/.zshrc" <<-'END'
		PS1='> '
		autoload -U compinit
		compinit -u -D
		source <(nsscope completion zsh)
	END
	ZDOTDIR=$work type_into "zsh -d -i" "$typed" >"$work/zsh"
	seen zsh
}

fish_completes() {
	needs fish
	local said
	nsscope completion fish >"$work/nsscope.fish"
	export HOME=$work XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work
	said=$(fish --no-config -c "source $work/nsscope.fish
		complete -C 'nsscope doct'
		complete -C 'nsscope tree --by=ow'
		complete -C 'nsscope inspect uts:$inode'
		complete -C 'nsscope lesson ut'
		complete -C 'nsscope lesson check $work/nsscope.f'" | cut -f1)
	[ "$said" = "doctor
--by=owner
uts:$inode
uts
$work/nsscope.fish" ] || fail "fish: $said"
}

scripts_are_sound() {
	needs shellcheck
	nsscope completion bash | shellcheck -s bash -
}

# shellcheck disable=SC2034 # for run_tests
tests=(tables_are_told namespaces_in_sight_are_told lessons_of_ones_own_are_told bad_shells_are_told
	bash_completes zsh_completes fish_completes scripts_are_sound)
run_tests
