#!/bin/busybox sh
# shellcheck shell=dash
# PID 1 of the guest of tests/house/arm64.sh: a root with nothing but BusyBox, nsscope and starts.  What it
# finds it prints on the console, a line for each: "ok NAME" or "not ok NAME", and then the output.
set -u
export PATH=/bin HOME=/ LC_ALL=C.UTF-8 TERM=vt100

# An initramfs is no root that pivot_root(2) takes: go on in a tmpfs, as on a disk.
if [ ! -e /switched ]; then
	/bin/busybox mkdir /new
	/bin/busybox mount -t tmpfs -o mode=755 tmpfs /new
	/bin/busybox cp -a /bin /init /nsscope /starts /new/
	/bin/busybox mkdir /new/proc /new/sys /new/dev /new/tmp /new/run
	/bin/busybox mknod /new/dev/console c 5 1
	: >/new/switched
	exec /bin/busybox switch_root /new /init
fi
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
echo 0 >/proc/sys/kernel/printk
parameter() {
	sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" /proc/cmdline
}

# try NAME PATTERN COMMAND…: ends with 0, and prints what matches.
try() {
	local name=$1 pattern=$2 status
	shift 2
	"$@" >/tmp/output 2>&1
	status=$?
	if [ $status = 0 ] && grep -q -- "$pattern" /tmp/output; then
		echo "ok $name"
	else
		echo "not ok $name: status $status"
		cat /tmp/output
	fi
}

echo "Linux $(uname -r) $(uname -m)"
try version '^nsscope ' /nsscope --version
try doctor '^✔ TERM: vt100' /nsscope doctor
try tree 'pid:.*process' /nsscope tree
try json '"format": "nsscope/1"' /nsscope json
try inspect 'mnt' /nsscope inspect 1
try zh '个进程' /nsscope --lang zh tree
for lesson in $(parameter lessons | tr , ' '); do
	try "lesson $lesson" ' 0 failed' /nsscope lesson "$lesson" --plain --yes
	try "lesson $lesson, zh" '✔' /nsscope --lang zh lesson "$lesson" --plain --yes
done
try starts ' ended with status 0' /starts "$(parameter starts)" Help q /nsscope

# The explorer on the console itself: who watches this presses q.
console=/dev/$(parameter serial)
stty rows 24 cols 80 <"$console"
setsid -c /nsscope 0<>"$console" 1>&0 2>&1
echo "ok explorer: status $?"
echo "the guest is done"
poweroff -f
