# bash completion for nsscope                              -*- shell-script -*-
# tests/house/completion_test.sh holds commands and options against those that there are.

# The options of a command, or of nsscope itself; those with a = take a value.
_nsscope_options() {
	case $1 in
	"") echo "--by= --interval= --theme= --no-color --no-mouse --plain --lessons= --version" ;;
	tree) echo "--by= --type= --pid= --ns= --filter= --sort= --reverse --folded --kernel-threads" ;;
	json) echo "--pretty --compact" ;;
	dot) echo "--mermaid --processes" ;;
	events) echo "--json --interval= --for= --count=" ;;
	record) echo "--interval= --for= --force" ;;
	replay) echo "--at= --tree --json --plain" ;;
	inspect) echo "--all" ;;
	lesson) echo "--plain --yes --solve --notes --from= --present --auto= --lessons= --trust" ;;
	esac
	echo "--lang= --ascii --help"
	[[ $1 == replay ]] || echo "--source="
}

_nsscope_types="cgroup ipc mnt net pid time user uts"

_nsscope_pids() {
	local folder
	for folder in /proc/[0-9]*; do
		echo "${folder#/proc/}"
	done
}

# TYPE:, or TYPE:INODE behind that: of the namespaces that a process is in.  namespaces(7)
_nsscope_namespaces() {
	if [[ $1 != *:* ]]; then
		echo "${_nsscope_types// /: }:"
	else
		readlink /proc/[0-9]*/ns/"${1%%:*}" 2>/dev/null | tr -d '[]' | sort -u
	fi
}

# T,T,…: the last one.
_nsscope_type_list() {
	local type done=
	[[ $1 != *,* ]] || done=${1%,*},
	for type in $_nsscope_types; do
		echo "$done$type"
	done
}

_nsscope_lessons() {
	# Behind a mark of two columns.
	local line
	nsscope lesson 2>/dev/null | while IFS= read -r line; do
		line=${line:2}
		echo "${line%% *}"
	done
}

# What can stand behind an option's =; :files and :folders are for the shell.
_nsscope_values() {
	case $1 in
	--by) echo "pid type owner group" ;;
	--theme) echo "auto dark light contrast mono" ;;
	--lang) echo "en zh" ;;
	--source) echo "auto bpf proc" ;;
	--type) _nsscope_type_list "$2" ;;
	--pid) _nsscope_pids ;;
	--ns) _nsscope_namespaces "$2" ;;
	--lessons) echo ":folders" ;;
	esac
}

# nsscope_arguments COMMAND UNFINISHED [ARGUMENT]…: what can stand behind these arguments.
_nsscope_arguments() {
	case $1:$(($# - 2)):$3 in
	record:0: | replay:0: | lesson:1:check) echo ":files" ;;
	compare:[01]:*) _nsscope_pids ;;
	inspect:0:) _nsscope_pids && _nsscope_namespaces "$2" ;;
	lesson:0:) _nsscope_lessons && echo "all check reset" ;;
	lesson:1:reset) _nsscope_lessons ;;
	esac
}

_nsscope() {
	local line=${COMP_LINE:0:COMP_POINT} words command="" arguments=() option="" word current parted found
	# The words are taken from the line itself, for bash parts them at = and :, too.
	read -ra words <<<"$line"
	[[ $line != *[[:blank:]] ]] || words+=("")
	current=${words[${#words[@]} - 1]}
	for word in "${words[@]:1:${#words[@]}-2}"; do
		if [[ $option ]]; then
			option=
		elif [[ $word == --* ]]; then
			[[ " $(_nsscope_options "$command" | tr '\n' ' ') " != *" $word= "* ]] || option=$word
		elif [[ $word == -* ]]; then
			continue
		elif [[ ! $command ]]; then
			command=$word
		else
			arguments+=("$word")
		fi
	done
	if [[ $option ]]; then
		found=$(_nsscope_values "$option" "$current")
	elif [[ $current == --*=* ]]; then
		option=${current%%=*}
		found=$(_nsscope_values "$option" "${current#*=}")
		current=${current#*=}
	elif [[ $current == -* ]]; then
		found=$(_nsscope_options "$command")
	elif [[ ! $command ]]; then
		found="tree json dot events record replay compare inspect doctor lesson lab tour"
	else
		found=$(_nsscope_arguments "$command" "$current" "${arguments[@]}")
	fi
	# What bash completes is what is behind the last of its own word breaks.
	parted=
	[[ $COMP_WORDBREAKS != *:* || $current != *:* ]] || parted=${current%"${current##*:}"}
	case $found in
	:files | :folders)
		compopt -o filenames 2>/dev/null
		if [[ $found == :files ]]; then found=-f; else found=-d; fi
		mapfile -t COMPREPLY < <(compgen "$found" -- "$current")
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "$found" -- "$current")
		[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *[=:] ]] || compopt -o nospace 2>/dev/null
		COMPREPLY=("${COMPREPLY[@]#"$parted"}")
		;;
	esac
}
complete -F _nsscope nsscope
