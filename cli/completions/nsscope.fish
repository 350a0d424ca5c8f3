# fish completion for nsscope.
# tests/house/completion_test.sh holds commands and options against those that there are.

function __nsscope_command
    for word in (commandline -opc)[2..]
        if contains -- $word tree json dot events record replay compare inspect doctor lesson lab tour
            echo $word
            return
        end
    end
    echo none
end

# Is the command one of these?  "none": there is none yet.
function __nsscope_on
    contains -- (__nsscope_command) $argv
end

# Is the last word before the one to be completed this one?
function __nsscope_behind
    string match -q -- $argv[1] (commandline -opc)[-1]
end

# TYPE:, or TYPE:INODE behind that: of the namespaces that a process is in.  namespaces(7)
function __nsscope_namespaces
    set -l type (commandline -ct | string replace -r '^--ns=' '' | string match -r '^([a-z]+):')[2]
    if test -n "$type"
        readlink /proc/*/ns/$type 2>/dev/null | tr -d '[]' | sort -u
    else
        printf '%s:\n' cgroup ipc mnt net pid time user uts
    end
end

function __nsscope_lessons
    # Behind a mark of two columns.
    nsscope lesson 2>/dev/null | string sub -s 3 | string replace -r ' +' \t
end

complete -c nsscope -f
complete -c nsscope -n '__nsscope_on none' -a tree -d 'the tree of processes and namespaces, once, as text'
complete -c nsscope -n '__nsscope_on none' -a json -d 'the whole graph as JSON'
complete -c nsscope -n '__nsscope_on none' -a dot -d 'the namespaces as a graph, for Graphviz or Mermaid'
complete -c nsscope -n '__nsscope_on none' -a events -d 'what changes, a line each, until Ctrl-C'
complete -c nsscope -n '__nsscope_on none' -a record -d 'what changes, into a file'
complete -c nsscope -n '__nsscope_on none' -a replay -d 'what was recorded: the explorer on it, or its events'
complete -c nsscope -n '__nsscope_on none' -a compare -d 'what two processes share, and what that means'
complete -c nsscope -n '__nsscope_on none' -a inspect -d 'what is in a namespace, or in those of a process'
complete -c nsscope -n '__nsscope_on none' -a doctor -d 'what works here, and the cure for what doesn\'t'
complete -c nsscope -n '__nsscope_on none' -a lesson -d 'the lessons; NAME opens one, NAME --plain plays it as text'
complete -c nsscope -n '__nsscope_on none' -a lab -d 'make and join namespaces by hand, and watch it in the tree'
complete -c nsscope -n '__nsscope_on none' -a tour -d 'the explorer in two minutes: six keys, one after the other'

complete -c nsscope -l lang -x -a 'en zh' -d 'speak this language'
complete -c nsscope -l ascii -d 'use no character but those of ASCII'
complete -c nsscope -s h -l help -d 'show the help'
complete -c nsscope -n 'not __nsscope_on replay' -l source -x -a 'auto bpf proc' -d 'read by BPF programs, or from /proc'

complete -c nsscope -n '__nsscope_on none tree' -l by -x -a 'pid type owner group' -d 'group the tree'
complete -c nsscope -n '__nsscope_on none events record' -l interval -x -d 'milliseconds between sweeps'
complete -c nsscope -n '__nsscope_on none' -l theme -x -a 'auto dark light contrast mono' -d colors
complete -c nsscope -n '__nsscope_on none' -l no-color -d 'no colors'
complete -c nsscope -n '__nsscope_on none' -l no-mouse -d 'leave the mouse to the terminal'
complete -c nsscope -n '__nsscope_on none' -l plain -d 'no screen: print the tree once'
complete -c nsscope -n '__nsscope_on none lesson' -l lessons -x -a '(__fish_complete_directories)' -d 'look for lessons in this folder first'
complete -c nsscope -n '__nsscope_on none' -s V -l version -d 'the version'

complete -c nsscope -n '__nsscope_on tree' -l type -x -a '(__fish_append , cgroup ipc mnt net pid time user uts)' -d 'only these types'
complete -c nsscope -n '__nsscope_on tree' -l pid -x -a '(__fish_complete_pids)' -d 'only this process and what is below it'
complete -c nsscope -n '__nsscope_on tree' -l ns -x -a '(__nsscope_namespaces)' -d 'only this namespace and its members'
complete -c nsscope -n '__nsscope_on tree' -l filter -x -d 'only what has this text in it'
complete -c nsscope -n '__nsscope_on tree' -l sort -x -d 'with --by group: the order'
complete -c nsscope -n '__nsscope_on tree' -l reverse -d 'with --by group: reverse the order'
complete -c nsscope -n '__nsscope_on tree' -l folded -d 'with --by group: without members'
complete -c nsscope -n '__nsscope_on tree' -l kernel-threads -d 'show the kernel\'s threads too'

complete -c nsscope -n '__nsscope_on json' -l pretty -d 'with line breaks and indentation'
complete -c nsscope -n '__nsscope_on json' -l compact -d 'on one line'

complete -c nsscope -n '__nsscope_on dot' -l mermaid -d 'in the language of Mermaid'
complete -c nsscope -n '__nsscope_on dot' -l processes -d 'a node for each process'

complete -c nsscope -n '__nsscope_on events' -l json -d 'one JSON object a line'
complete -c nsscope -n '__nsscope_on events record' -l for -x -d 'end after so many seconds'
complete -c nsscope -n '__nsscope_on events' -l count -x -d 'end after so many events'

complete -c nsscope -n '__nsscope_on record' -l force -d 'write over a file that is there already'
complete -c nsscope -n '__nsscope_on record replay' -F

complete -c nsscope -n '__nsscope_on replay' -l at -x -d 'the moment to show'
complete -c nsscope -n '__nsscope_on replay' -l tree -d 'print the tree of that moment'
complete -c nsscope -n '__nsscope_on replay' -l json -d 'print the graph of that moment'
complete -c nsscope -n '__nsscope_on replay' -l plain -d 'print what happened'

complete -c nsscope -n '__nsscope_on compare inspect' -a '(__fish_complete_pids)'
complete -c nsscope -n '__nsscope_on inspect' -a '(__nsscope_namespaces)'
complete -c nsscope -n '__nsscope_on inspect' -l all -d 'look into all eight namespaces'

complete -c nsscope -n '__nsscope_on lesson; and __nsscope_behind lesson' -a 'all check reset'
complete -c nsscope -n '__nsscope_on lesson; and not __nsscope_behind check' -a '(__nsscope_lessons)'
complete -c nsscope -n '__nsscope_on lesson; and __nsscope_behind check' -F
complete -c nsscope -n '__nsscope_on lesson' -l plain -d 'play it here, line by line'
complete -c nsscope -n '__nsscope_on lesson' -l yes -d 'plain: don\'t ask for predictions'
complete -c nsscope -n '__nsscope_on lesson' -l solve -d 'plain: run the solution of each task'
complete -c nsscope -n '__nsscope_on lesson' -l notes -d 'show the notes for who speaks, too'
complete -c nsscope -n '__nsscope_on lesson' -l from -x -d 'begin with this step'
complete -c nsscope -n '__nsscope_on lesson' -l present -d 'begin in presenter mode'
complete -c nsscope -n '__nsscope_on lesson' -l auto -x -d 'let it go on by itself'
complete -c nsscope -n '__nsscope_on lesson' -l trust -d 'let a lesson that is none of nsscope\'s own run lines of a shell'
