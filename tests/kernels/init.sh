#!/bin/bash
# PID 1 of the guest: makes it a machine, lets the population and the tests run, hands out what they told and
# recorded on the second serial line, and powers off.
# What goes wrong here is told on the console, which is the first.

# pivot_root(2) refuses the initramfs: on to a tmpfs first, as from any initramfs to a disk.
if [ ! -e /switched ]; then
	mount -t devtmpfs devtmpfs /dev
	exec </dev/console >/dev/console 2>&1
	mkdir /disk
	mount -t tmpfs -o mode=755,size=80% disk /disk
	for each in /*; do
		[[ $each == /@(disk|dev) ]] || cp -a "$each" /disk/ || echo "no room for $each"
	done
	mkdir /disk/dev
	touch /disk/switched
	exec switch_root /disk /init
fi

export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LC_ALL=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sysfs /sys
ln -s /proc/self/fd /dev/fd
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t mqueue mqueue /dev/mqueue
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
mount -t tracefs tracefs /sys/kernel/tracing
mount -t tmpfs -o mode=1777 tmp /tmp
mount -t tmpfs -o mode=755 run /run
hostname guest
ip link set lo up
for module in /modules/*.ko; do
	busybox insmod "$module"
done
chmod 666 /dev/ttyS2 /dev/ttyS3
stty raw -echo </dev/ttyS1

cd /nsscope || exit
mkdir -p recordings
# shellcheck source=/dev/null
. ./settings
{
	tests/kernels/population.sh
	read -r -a chosen <<<"$PARTS"
	# As tests/run.sh names them.
	logs=("${chosen[@]#*tests/}")
	logs=("${logs[@]//\//-}")
	logs=("${logs[@]/%/.log}")
	tail -q -n +1 -F "${logs[@]/#/build/test-logs/}" >/dev/console 2>/dev/null &
	# Tests run one after another, and only the boot as a whole has a limit: no clock decides any of them.
	JOBS=1 TEST_SECONDS=86400 CABLE="build/tests/kernels/cable /dev/ttyS3 /dev/ttyS2" \
		NSSCOPE_BIN=$PWD/build/nsscope tests/run.sh build "${chosen[@]}"
} </dev/null >/dev/ttyS1 2>&1
{
	echo "=== files"
	tar -c recordings build/test-logs | gzip -1 | cat
} >/dev/ttyS1
busybox sync
busybox poweroff -f
