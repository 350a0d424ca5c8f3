#!/bin/bash
# Takes the pictures of this folder from the real program, as README.md beside it tells.
#
#   screenshots/make.sh BUILD-FOLDER
#
# Most show the machine of story.txt.  Some show a small population that is made for them, in a PID
# namespace of its own, so that nothing of the machine is in the pictures but its kernel's version.
# Everything in it ends with this script.
set -eu

here=$(dirname "$(readlink -f "$0")")

if [ "${2:-}" != inside ]; then
	build=$(readlink -f "$1")
	as_root=()
	[ "$(id -u)" = 0 ] || as_root=(--user --map-root-user)
	OUTSIDE=$(readlink /proc/self/ns/uts) exec unshare "${as_root[@]}" --fork --pid --kill-child \
		--mount --mount-proc --uts --ipc "$0" "$build" inside
fi

build=$1
# Fail closed: no name is set unless the namespace is known to be another one.
if [ "$(readlink /proc/self/ns/uts)" = "$OUTSIDE" ]; then
	echo "screenshots: no UTS namespace of its own" >&2
	exit 1
fi
hostname harbour
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# No lessons but the built-in ones, and no memory of the pictures before.
export XDG_DATA_DIRS=/dev/null/none XDG_DATA_HOME=/dev/null/none XDG_STATE_HOME=/dev/null/none
export XDG_CONFIG_HOME=/dev/null/none
cast=$(mktemp -d)
trap 'rm -rf "$cast"' EXIT
export cast

# play NAME: becomes a process of that name that does nothing.
for name in web-server web-worker database backup sandboxed clock-test; do
	ln -s "$(command -v sleep)" "$cast/$name"
done
play() {
	exec -a "$1" "$cast/$1" infinity
}
export -f play

room() { # OPTION… -- SCRIPT: bash in namespaces of its own
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	unshare --fork --kill-child "${options[@]}" bash -c "$2" &
}

room --pid --mount-proc --uts --ipc --net --cgroup -- \
	'hostname web; (play web-worker) & (play web-worker) & play web-server'
room --user --map-root-user --pid --mount-proc --uts --ipc --net -- \
	'hostname data; (play backup) & play database'
room --user --map-root-user -- 'play sandboxed'
room --time --boottime 31536000 -- 'play clock-test'

mkdir -p "$build/screenshots"
export PATH=$build:$PATH NSSCOPE_BIN=nsscope TZ=UTC
cd "$build/screenshots"

shot() { # NAME SIZE TITLE STEP…
	local name=$1
	shift
	echo "$name"
	../tests/screen/shot_main "$here/$name.svg" "$@"
	rsvg-convert "$here/$name.svg" | pngquant --speed 1 64 - >"$here/$name.png"
}

# --- Of the made-up machine: the same bytes each time ---

../tests/screen/tape_main "$here/story.txt" story.nsr
fixed() { # NAME SIZE TITLE OPTION… -- STEP…
	local name=$1 size=$2 title=$3 options=()
	shift 3
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	shot "$name" "$size" "$title" "$@" -- "${options[@]}" replay --at +7 story.nsr
}

found() { # TEXT: moves the cursor to a row that has it
	steps+=("type=/$1" key=enter 'wait=found)' key=escape gone=search:)
}
steps=(wait=dispatcher)
found 'nginx: master'
fixed explorer 120x34 'nsscope: the tree by PID namespace' -- "${steps[@]}"
fixed explorer-zh 120x34 'nsscope --lang zh' --lang zh -- wait=dispatcher
fixed light 120x34 'nsscope --theme light' --theme light -- "${steps[@]}"
fixed contrast 120x34 'nsscope --theme contrast' --theme contrast -- "${steps[@]}"
fixed types 120x34 'nsscope: by type and inode' -- "${steps[@]}" type=2 'wait=by type'
fixed owners 120x34 'nsscope: by owner' -- "${steps[@]}" type=3 'wait=by owner'
fixed rooms 120x34 'nsscope: groups' -- "${steps[@]}" type=4 'wait=of other groups'
steps+=('type= ')
found postgres
fixed compare 120x34 'nsscope: two processes compared' -- "${steps[@]}" 'type= ' type=5 'wait=Neither sees the other'
fixed timeline 120x34 'nsscope: the timeline' -- wait=dispatcher type=6 wait=12:00:06
steps=(wait=dispatcher type=2 'wait=by type')
found green
fixed inspector 120x34 'nsscope: why a namespace is alive' -- "${steps[@]}" type=7 'wait=Held by'
fixed help 100x34 'nsscope: help' -- 'wait=podman library' 'type=?' 'wait=How to read the tree'
fixed small 80x24 'nsscope at 80x24' -- wait=sshd type=d 'wait=podman'

# --- Of this machine: its numbers are others each time ---

# To the second prediction: what peers and copies see after a change.
asked=('play=What do you think?' type=2 'gone=What do you think?' 'play=What do you think?')
shot lesson 140x36 'nsscope lesson uts' "${asked[@]}" -- lesson uts
shot lesson-after 140x36 'nsscope lesson uts: after the step' "${asked[@]}" type=1 type=\  -- lesson uts
shot lesson-zh 140x36 'nsscope --lang zh lesson uts' 'play=你怎么想？' type=2 'gone=你怎么想？' 'play=主机名 ns2' -- --lang zh lesson uts
shot lab 140x36 'nsscope lab' 'wait=Enter: run' type=4 type=7 key=enter 'wait=/ns/net' -- lab

echo uts.cast
next=('type= ' rest=2500)
../tests/screen/shot_main "$here/uts.cast" 120x32 'nsscope lesson uts' rest=3000 \
	'play=What do you think?' rest=4000 type=2 'gone=What do you think?' rest=2000 \
	'play=What do you think?' rest=4000 type=3 rest=1000 "${next[@]}" rest=3000 -- lesson uts
