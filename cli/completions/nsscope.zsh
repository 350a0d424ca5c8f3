#compdef nsscope
# zsh completion for nsscope.
# tests/house/completion_test.sh holds commands and options against those that there are.

_nsscope_commands() {
	local -a commands=(
		'tree:the tree of processes and namespaces, once, as text'
		'json:the whole graph as JSON'
		'dot:the namespaces as a graph, for Graphviz or Mermaid'
		'events:what changes, a line each, until Ctrl-C'
		'record:what changes, into a file'
		'replay:what was recorded\: the explorer on it, or its events'
		'compare:what two processes share, and what that means'
		'inspect:what is in a namespace, or in those of a process'
		"doctor:what works here, and what to do about the rest"
		'lesson:the lessons; NAME opens one, NAME --plain plays it as text'
		'lab:make and join namespaces by hand, and watch it in the tree'
		'tour:the explorer in two minutes: six keys, one after the other'
	)
	_describe command commands
}

# TYPE:, or TYPE:INODE behind that: of the namespaces that a process is in.  namespaces(7)
_nsscope_namespaces() {
	if [[ $PREFIX == *:* ]]; then
		compadd -- ${(f)"$(readlink /proc/[0-9]*/ns/${PREFIX%%:*} 2>/dev/null | tr -d '[]' | sort -u)"}
	else
		compadd -S : -- cgroup ipc mnt net pid time user uts
	fi
}

_nsscope_targets() {
	_pids
	_nsscope_namespaces
}

_nsscope_lessons() {
	# Behind a mark of two columns.
	local -a lessons=(${${${(f)"$(nsscope lesson 2>/dev/null)"}#??}/ ##/:})
	_describe lesson lessons
}

_nsscope_lesson_or_word() {
	local -a others=('all:each of them, with --plain' 'check:look for mistakes in a lesson file'
		'reset:forget how far you have come')
	_nsscope_lessons
	_describe word others
}

_nsscope() {
	local curcontext=$curcontext state
	local -a line
	local -a common=(
		'--lang=[speak this language]:language:(en zh)'
		'--ascii[use no character but those of ASCII]'
		'(-h --help)'{-h,--help}'[show the help]'
	)
	local -a source=('--source=[read by BPF programs, or from /proc]:source:(auto bpf proc)')

	_arguments -C $common $source \
		'--by=[group the tree]:grouping:(pid type owner group)' \
		'--interval=[milliseconds between sweeps]:milliseconds:' \
		'--theme=[colors]:theme:(auto dark light contrast mono)' \
		'--no-color[no colors]' \
		'--no-mouse[leave the mouse to the terminal]' \
		'--plain[no screen\: print the tree once]' \
		'--lessons=[look for lessons in this folder first]:folder:_files -/' \
		'(-V --version)'{-V,--version}'[the version]' \
		'1:command:_nsscope_commands' \
		'*::argument:->arguments'
	[[ $state == arguments ]] || return
	case $words[1] in
	tree)
		_arguments $common $source \
			'--by=[group the tree]:grouping:(pid type owner group)' \
			'--type=[only these types]:types:_values -s , type cgroup ipc mnt net pid time user uts' \
			'--pid=[only this process and what is below it]:PID:_pids' \
			'--ns=[only this namespace and its members]:namespace:_nsscope_namespaces' \
			'--filter=[only what has this text in it]:text:' \
			'--sort=[with --by group: the order]:column:' \
			'--reverse[with --by group: reverse the order]' \
			'--folded[with --by group: without members]' \
			"--kernel-threads[show the kernel's threads too]"
		;;
	json)
		_arguments $common $source \
			'--pretty[with line breaks and indentation]' \
			'--compact[on one line]'
		;;
	dot)
		_arguments $common $source \
			'--mermaid[in the language of Mermaid]' \
			'--processes[a node for each process]'
		;;
	events)
		_arguments $common $source \
			'--json[one JSON object a line]' \
			'--interval=[milliseconds between sweeps]:milliseconds:' \
			'--for=[end after so many seconds]:seconds:' \
			'--count=[end after so many events]:count:'
		;;
	record)
		_arguments $common $source \
			'--interval=[milliseconds between sweeps]:milliseconds:' \
			'--for=[end after so many seconds]:seconds:' \
			'--force[write over a file that is there already]' \
			'1:file:_files'
		;;
	replay)
		_arguments $common \
			'--at=[the moment to show]:time:' \
			'--tree[print the tree of that moment]' \
			'--json[print the graph of that moment]' \
			'--plain[print what happened]' \
			'1:file:_files'
		;;
	compare) _arguments $common $source '1:PID:_pids' '2:PID:_pids' ;;
	inspect)
		_arguments $common $source \
			'--all[look into all eight namespaces]' \
			'1:PID or namespace:_nsscope_targets'
		;;
	lesson)
		_arguments $common $source \
			'--plain[play it here, line by line]' \
			"--yes[plain\: don't ask for predictions]" \
			'--solve[plain\: run the solution of each task]' \
			'--notes[show the notes for who speaks, too]' \
			'--from=[begin with this step]:step:' \
			'--present[begin in presenter mode]' \
			'--auto=[let it go on by itself]:seconds:' \
			'--lessons=[look for lessons in this folder first]:folder:_files -/' \
			"--trust[let a lesson that is none of nsscope's own run lines of a shell]" \
			'1:lesson:_nsscope_lesson_or_word' \
			'2:file or lesson:{ [[ $words[(r)check] == check ]] && _files || _nsscope_lessons }'
		;;
	*) _arguments $common $source ;;
	esac
}

if [[ $funcstack[1] == _nsscope ]]; then
	_nsscope "$@"
else
	compdef _nsscope nsscope
fi
