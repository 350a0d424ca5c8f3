# shellcheck shell=bash
# shellcheck disable=SC2154 # tap.sh has set work
# For test scripts: a Debian made by debootstrap(8), and commands in it.  Takes root and a network; what
# runs in it has its own root, processes, mounts, host name and IPC objects, and this machine's network.
#
#   source tests/house/tap.sh; source tests/house/debian.sh
#   debian_make SUITE FOLDER [OPTION…]     skips the test where it can't be made; OPTION: debootstrap's
#   debian_enter FOLDER COMMAND…

# What the first shells compare with, to be sure that they are in a mount namespace of their own.
debian_outside=$(readlink /proc/self/ns/mnt)

# Why a suite can't be had, from what debootstrap said; nothing where that was another failure.
debian_unfetched() {
	grep -E -m 1 "Failed getting|Couldn't download|Unable to|No such script" "$1" | sed 's/^[EW]: //'
}

debian_make() {
	local suite=$1 root=$2 mirror log=$work/debootstrap.log
	shift 2
	[ "$(id -u)" = 0 ] || skip "it takes root to make a clean Debian"
	needs debootstrap
	mirror=$(.ci/suite "$suite" mirror 2>&1) || skip "$mirror"
	mkdir -p "$root"
	# shellcheck disable=SC2016 # for the inner shell
	OUTSIDE=$debian_outside unshare --mount --pid --fork --kill-child --propagation private bash -c '
		[ "$(readlink /proc/self/ns/mnt)" != "$OUTSIDE" ] && exec "$@"' bash \
		debootstrap --variant=minbase "$@" "$suite" "$root" "$mirror" >"$log" 2>&1 || {
		[ -z "$(debian_unfetched "$log")" ] ||
			skip "Debian $suite can't be fetched: $(debian_unfetched "$log")"
		fail "$(tail "$log")"
		return 1
	}
	# What is fetched in there is fetched as this machine does: by a proxy, from a mirror that is behind.
	apt-config dump | grep -E '^Acquire::(http|https|ftp|Retries|Check-Valid-Until)' \
		>"$root/etc/apt/apt.conf.d/80machine" || true
}

# As a container has it: pivot_root(2), not chroot(2), in which the kernel forbids user namespaces,
# user_namespaces(7).  The devices are this machine's, /sys is for reading.
debian_enter() {
	local root=$1
	shift
	touch "$root/etc/resolv.conf"
	# shellcheck disable=SC2016 # for the inner shell
	OUTSIDE=$debian_outside ROOT=$root unshare --mount --pid --uts --ipc --fork --kill-child \
		--propagation private bash -c '
		set -eu
		[ "$(readlink /proc/self/ns/mnt)" != "$OUTSIDE" ]
		mount --bind "$ROOT" "$ROOT"
		mount -t proc proc "$ROOT/proc"
		mount -t sysfs -o ro sysfs "$ROOT/sys"
		mount -t tmpfs -o mode=755 tmpfs "$ROOT/dev"
		for node in null zero full random urandom tty; do
			: >"$ROOT/dev/$node"
			mount --bind "/dev/$node" "$ROOT/dev/$node"
		done
		mkdir "$ROOT/dev/pts" "$ROOT/dev/shm"
		mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$ROOT/dev/pts"
		mount -t tmpfs -o mode=1777 tmpfs "$ROOT/dev/shm"
		ln -s pts/ptmx "$ROOT/dev/ptmx"
		ln -s /proc/self/fd "$ROOT/dev/fd"
		for stream in 0:stdin 1:stdout 2:stderr; do
			ln -s "/proc/self/fd/${stream%:*}" "$ROOT/dev/${stream#*:}"
		done
		mount --bind /etc/resolv.conf "$ROOT/etc/resolv.conf"
		cd "$ROOT"
		pivot_root . .
		umount -l .
		cd /
		exec /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=xterm \
			DEBIAN_FRONTEND=noninteractive "$@"' debian_enter "$@"
}
