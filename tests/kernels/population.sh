#!/bin/bash
# What stands in the guest for nsscope to see: a namespace of each type, nested ones, a user's own, and what is
# kept without a process.  Ends when all of it stands.
source tests/kernels/guest.sh

mkfifo "$work/ready"
exec 3<>"$work/ready"
stay=$programs/stay
count=0

# stand COMMAND…: what it execs in the end is stay, which says when it stands.
stand() {
	"$@" </dev/null >&3 3>&- &
	count=$((count + 1))
}

stand "$stay" plain
stand as user "$stay" users-plain
stand unshare --uts bash -c "hostname blue && exec $stay uts"
stand unshare --ipc bash -c "ipcmk -Q >/dev/null && exec $stay ipc"
stand unshare --mount bash -c "mount -t tmpfs -o size=1M painted /mnt && exec $stay mnt"
stand unshare --net bash -c "ip link set lo up && ip address add 10.9.8.7/24 dev lo && exec $stay net"
stand unshare --cgroup "$stay" cgroup
stand unshare --time --boottime 1000 --fork --kill-child "$stay" time
stand unshare --pid --fork --kill-child "$stay" pid
stand unshare --pid --fork --kill-child unshare --pid --fork --kill-child "$stay" nested-pid
stand as user unshare --user --map-root-user --uts --net bash -c "hostname inner && exec $stay user"
stand as user unshare --user --map-root-user --pid --fork --kill-child \
	unshare --user --map-root-user "$stay" nested-user
for kind in thread fd ended promised zombie; do
	stand "$stay" $kind $kind
	[ $kind = zombie ] || stand as user unshare --user --map-root-user "$stay" users-$kind $kind
done

ip netns add bound &&
	ip link add outer type veth peer name inner netns bound &&
	ip -n bound address add 10.1.2.3/24 dev inner || exit 1

# The guest's end is told where one of them never stands.
while [ $count != 0 ]; do
	read -r name <&3
	echo "# $name stands"
	count=$((count - 1))
done
