#!/bin/bash
# Completion: the files for the shells offer all that there is and nothing else, and the shells read them.
source tests/house/tap.sh

export PATH=${nsscope%/*}:$PATH
files=$PWD/cli/completions
inode=$(stat -L -c %i /proc/self/ns/uts)

# --- What there is, as the help has it --------------------------------------------------------------

help_commands() {
	"$nsscope" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# help_options [COMMAND]: those that take a value end with a =.
help_options() {
	"$nsscope" "$@" --help | sed -n 's/^  \(-., \|    \)\(--[a-z-]*=\{0,1\}\).*/\2/p'
}

# help_choices [COMMAND]: of the options whose value is one of some words: --by=pid, a line each.
help_choices() {
	local option words word
	"$nsscope" "$@" --help | sed -n 's/^      \(--[a-z-]*=\)\([a-z|]*|[a-z|]*\)\( .*\)\{0,1\}$/\1 \2/p' |
		while read -r option words; do
			for word in ${words//|/ }; do
				echo "$option$word"
			done
		done
}

# --- What the shells offer --------------------------------------------------------------------------

# offered_by_bash WORD…: in the place of the last word.
offered_by_bash() {
	# shellcheck disable=SC2016 # expanded there
	bash -c 'source "$1/nsscope.bash"; shift
		COMP_LINE="nsscope $*" COMPREPLY=()
		COMP_POINT=${#COMP_LINE}
		_nsscope
		for word in "${COMPREPLY[@]}"; do echo "$word"; done' bash "$files" "$@"
}

# The specs that zsh is given: the options of a command, or of nsscope itself.
# shellcheck disable=SC2016 # expanded there
specs_of_zsh='
	compdef() { }
	_describe() { print -l -- ${(P)2}; }
	_arguments() {
		state=arguments
		[[ $1 == -C && -n $words[1] ]] || print -rl -- "$@"
	}
	source $1/nsscope.zsh
	words=("$2" "")
	_nsscope'

options_of_bash() {
	offered_by_bash "$@" --
}

options_of_zsh() {
	zsh -fc "$specs_of_zsh" zsh "$files" "${1:-}" | sed -n 's/^([^)]*)//; s/^\(--[a-z-]*=\{0,1\}\)\[.*/\1/p' | sort -u
}

offered_by_fish() {
	fish --no-config -c "source $files/nsscope.fish; complete -C 'nsscope $*'" | cut -f1
}

# shellcheck disable=SC2016 # for zsh
lessons_of_zsh() {
	zsh -f -o extendedglob -c 'compdef() { }; _describe() { print -rl -- ${(P)2}; }; words=(x); CURRENT=1
		source "$1" 2>/dev/null; _nsscope_lessons' zsh "$files/nsscope.zsh"
}

# fish shows no = behind those that take a value, its file has -x for these.
options_of_fish() {
	local option
	for option in $(offered_by_fish "$* --"); do
		grep -q -- "-l ${option#--} -x" "$files/nsscope.fish" && option+="="
		echo "$option"
	done
}

# choices_of_SHELL OPTION= [COMMAND]: the words that the option takes.
choices_of_bash() {
	offered_by_bash "${@:2}" "$1"
}

choices_of_fish() {
	offered_by_fish "${*:2} $1" | sed "s/^$1//"
}

choices_of_zsh() {
	zsh -fc "$specs_of_zsh" zsh "$files" "${2:-}" | sed -n "s/^$1\[.*:(\(.*\))$/\1/p" | head -n 1 | tr ' ' '\n'
}

commands_of_bash() {
	offered_by_bash ""
}

commands_of_zsh() {
	zsh -fc "${specs_of_zsh%_nsscope}_nsscope_commands" zsh "$files" "" | cut -d: -f1
}

commands_of_fish() {
	offered_by_fish ""
}

# same NAME GOT WANTED, both a word a line.
same() {
	local differs
	differs=$(diff <(sort -u <<<"$2") <(sort -u <<<"$3")) ||
		fail "$1: < it offers, > there is: $(grep '^[<>]' <<<"$differs" | tr '\n' ' ')"
}

# offers_what_there_is SHELL
offers_what_there_is() {
	local command option left=0 of=() count=0
	same "commands" "$("commands_of_$1")" "$(help_commands)" || left=1
	for command in "" $(help_commands); do
		of=(${command:+"$command"})
		same "nsscope $command" "$("options_of_$1" "${of[@]}")" "$(help_options "${of[@]}")" || left=1
		for option in $(help_choices "${of[@]}" | sed 's/=.*/=/' | sort -u); do
			same "nsscope $command $option" "$("choices_of_$1" "$option" "${of[@]}")" \
				"$(help_choices "${of[@]}" | sed -n "s/^$option//p")" || left=1
			count=$((count + 1))
		done
	done
	[ $count -ge 10 ] || fail "only $count options with words of their own" || left=1
	return $left
}

bash_offers_what_there_is() {
	offers_what_there_is bash
}

zsh_offers_what_there_is() {
	needs zsh
	offers_what_there_is zsh
}

fish_offers_what_there_is() {
	needs fish
	offers_what_there_is fish
}

# --- What changes from machine to machine -----------------------------------------------------------

# expect WORDS… -- LINE-OF-WORDS
expect() {
	local said want=${*: -1}
	said=$(offered_by_bash "${@:1:$#-2}" | tr '\n' ' ')
	[ "$said" = "${want:+$want }" ] || fail "${*:1:$#-2}: \"$said\", not \"$want \""
}

arguments_and_values_are_offered() {
	local types="cgroup: ipc: mnt: net: pid: time: user: uts:"
	expect tr -- tree &&
		expect tree --by ow -- owner &&
		expect --by=o -- owner &&
		expect --by owner tr -- tree &&
		expect tree --kernel-threads --type u -- "user uts" &&
		expect tree --type=mnt,n -- mnt,net &&
		expect tree --ns "" -- "$types" &&
		expect tree --pid "$$" -- "$$" &&
		expect lesson ch -- check &&
		expect lesson check README.m -- README.md &&
		expect lesson --lessons README.m -- "" &&
		expect lesson --plain ut -- uts &&
		expect lesson reset ut -- uts &&
		expect record README.m -- README.md &&
		expect inspect cg -- cgroup: &&
		expect inspect "$$" -- "$$" &&
		expect compare 1 "$$" -- "$$" &&
		expect inspect 1 "" -- "" &&
		expect xyzzy "" -- "" &&
		expect tree "" -- ""
}

namespaces_are_offered() {
	offered_by_bash inspect "uts:" | grep -qw "$inode"
}

lessons_of_ones_own_are_offered() {
	mkdir -p "$work/nsscope/lessons/en"
	sed 's/^name: uts/name: myown/' lessons/en/uts.md >"$work/nsscope/lessons/en/myown.md"
	XDG_DATA_HOME=$work expect lesson my -- myown
}

# A lesson that was played to its end has a mark in the list.
lessons_are_offered_with_a_mark_and_without() {
	local name
	mkdir -p "$work/nsscope"
	printf 'uts 12 12 done\n' >"$work/nsscope/progress"
	for name in uts pid; do
		XDG_STATE_HOME=$work expect lesson "$name" -- "$name" || return
		! command -v zsh >/dev/null || XDG_STATE_HOME=$work lessons_of_zsh | grep -q "^$name:" ||
			fail "zsh: no $name" || return
		! command -v fish >/dev/null || [ "$(XDG_STATE_HOME=$work offered_by_fish "lesson $name")" = "$name" ] ||
			fail "fish: no $name" || return
	done
}

# --- In the shells themselves -----------------------------------------------------------------------

# type_into SHELL-COMMAND TEXT: as from the keyboard, into a terminal.
type_into() {
	printf '%s\nexit\n' "$2" | script -qec "$1" /dev/null
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
	cat >"$work/bashrc" <<-END
		PS1='> '
		source $files/nsscope.bash
	END
	type_into "bash --noprofile --rcfile $work/bashrc -i" "$typed" >"$work/bash"
	seen bash
}

# From a folder of functions, as it is installed.
zsh_completes() {
	needs script zsh
	mkdir "$work/functions"
	cp "$files/nsscope.zsh" "$work/functions/_nsscope"
	cat >"$work/.zshrc" <<-END
		PS1='> '
		fpath=($work/functions \$fpath)
		autoload -U compinit
		compinit -u -D
	END
	ZDOTDIR=$work type_into "zsh -d -i" "$typed" >"$work/zsh"
	seen zsh
}

fish_completes() {
	needs fish
	local said
	export HOME=$work XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work
	touch "$work/a_file"
	said=$(for words in doct "tree --by=ow" "inspect uts:$inode" "lesson ut" "lesson check $work/a_f" \
		"record $work/a_f" "--by owner tre"; do
		offered_by_fish "$words"
	done)
	[ "$said" = "doctor
--by=owner
uts:$inode
uts
$work/a_file
$work/a_file
tree" ] || fail "fish: $said"
}

scripts_are_sound() {
	needs shellcheck
	shellcheck -s bash "$files/nsscope.bash"
}

# shellcheck disable=SC2034 # for run_tests
tests=(bash_offers_what_there_is zsh_offers_what_there_is fish_offers_what_there_is
	arguments_and_values_are_offered namespaces_are_offered lessons_of_ones_own_are_offered
	lessons_are_offered_with_a_mark_and_without
	bash_completes zsh_completes fish_completes scripts_are_sound)
run_tests
