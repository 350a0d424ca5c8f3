#!/bin/bash
# Takes the pictures of this folder from the real program (their SVGs stay in the build folder).
#
#   screenshots/make.sh BUILD-FOLDER
#
# What they show is a small population that is made for them, in a PID namespace of its own, so
# that nothing of the machine is in the pictures but its kernel's version.  Everything in it ends
# with this script.
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
export PATH=$build:$PATH NSSCOPE_BIN=nsscope
cd "$build/screenshots"

shot() { # NAME SIZE TITLE STEP…
	local name=$1
	shift
	echo "$name"
	../tests/screen/shot_main "$name.svg" "$@"
	rsvg-convert -o "$here/$name.png" "$name.svg"
}

all_there=(wait=web-worker wait=backup wait=sandboxed wait=clock-test)
shot explorer 120x36 'nsscope: the tree by PID namespace' "${all_there[@]}" \
	'type=/database infinity' key=enter 'wait=found)' key=escape gone=search:
shot types 120x36 'nsscope: by type' "${all_there[@]}" type=2g 'wait=by type' 'type=/web-server infinity' key=enter \
	'wait=found)' key=escape gone=search:
shot help 100x36 'nsscope: help' "${all_there[@]}" 'type=?' 'wait=How to read the tree'
shot lesson 140x36 'nsscope lesson uts' 'play=What do you think?' -- lesson uts
shot lesson-zh 140x36 'nsscope --lang zh lesson uts' 'play=主机名 ns2' -- --lang zh lesson uts
shot rooms 120x36 'nsscope: rooms' "${all_there[@]}" type=4g 'wait=of other rooms'
