#!/bin/bash
# The single file for arm64, cross-compiled as the Makefile says, in a guest that has nothing else, on Debian's
# kernel under QEMU.  Needs root and a network; the compiler and its libraries are in a clean Debian.
# STARTS: so often the explorer is started; SUITE: where the kernel is from.
source tests/house/tap.sh
source tests/house/debian.sh

root=$work/debian
guest=$work/guest
kernels=build/arm64
suite=${SUITE:-sid}:arm64
starts=${STARTS:-200}
# Those that need no program but nsscope.
lessons=rooms,uts,calls,user,owner,pid,orphans,init,ipc,mounts,time,cgroup

it_is_cross_compiled() {
	debian_make bookworm "$root" || return 1
	git clone -q . "$root/root/nsscope" || return 1
	debian_enter "$root" sh -euc '
		dpkg --add-architecture arm64
		apt-get -q update
		apt-get -q install -y --no-install-recommends make pkg-config gettext ncurses-bin zstd gcc \
			gcc-aarch64-linux-gnu libc6-dev:arm64 libncurses-dev:arm64 libproc2-dev:arm64 libcmark-dev:arm64 \
			libjansson-dev:arm64 libutf8proc-dev:arm64 libzstd-dev:arm64
		cd /root/nsscope
		NO_INSTALL=1 PKG_CONFIG_LIBDIR=/usr/lib/aarch64-linux-gnu/pkgconfig make static CC=aarch64-linux-gnu-gcc
		aarch64-linux-gnu-gcc -static -O2 -D_GNU_SOURCE -o starts tests/arm64/starts.c -lutil' \
		>"$work/built" 2>&1 || fail "$(tail -n 30 "$work/built")"
}

# The kernel is in the package that the name without a version leads to, or in one that this needs.
a_kernel_is_there() {
	local image binary
	image=$(.ci/suite "$suite" apt-cache depends linux-image-cloud-arm64 2>"$work/why") || {
		[ $? != 3 ] || skip "$(cat "$work/why")"
		fail "$(cat "$work/why")"
		return 1
	}
	image=$(sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' <<<"$image")
	binary=$(.ci/suite "$suite" apt-cache depends "$image" | sed -n 's/.*Depends: \(linux-binary-.*\)/\1/p')
	.ci/suite "$suite" unpack "${binary:-$image}" busybox-static "$kernels" || fail "no $image"
}

# Types q on the guest's console once the explorer has painted it there.
watch_console() {
	local char last=
	while IFS= read -r -d '' -n 1 char; do
		last=$last$char
		[ ${#last} -le 4 ] || last=${last: -4}
		[ "$last" != Help ] || break
	done
	printf q >&7
	cat >"$work/rest"
}

boots() {
	[ -x "$root/root/nsscope/starts" ] || skip "nothing was compiled"
	[ -e "$kernels/.packages" ] || skip "there is no kernel"
	mkdir -p "$guest/bin"
	cp "$root/root/nsscope/build-static/nsscope" "$root/root/nsscope/starts" "$guest/"
	cp "$(find "$kernels" -path '*/bin/busybox')" "$guest/bin/"
	cp tests/arm64/init.sh "$guest/init"
	chmod 755 "$guest/init"
	(cd "$guest" && find . | cpio -o -H newc -R 0:0 2>/dev/null) | gzip -1 >"$work/initrd"
	mkfifo "$work/keys"
	exec 7<>"$work/keys"
	qemu-system-aarch64 -machine virt -cpu cortex-a72 -accel tcg -m 1024 -display none -nodefaults -no-reboot \
		-kernel "$(find "$kernels" -name 'vmlinuz*')" -initrd "$work/initrd" -serial stdio \
		-append "console=ttyAMA0 rdinit=/init panic=-1 quiet serial=ttyAMA0 starts=$starts lessons=$lessons" \
		<&7 2>"$work/qemu" | tee "$work/console" | LC_ALL=C watch_console
	grep -q 'the guest is done' "$work/console" || fail "$(cat "$work/qemu"; tail -n 30 "$work/console" | cat -v)"
}

# told NAME: the guest said that it is so.
told() {
	[ -s "$work/console" ] || skip "nothing was booted"
	tr -d '\r' <"$work/console" | grep -aqx "ok $1"
}

commands_work() {
	local name
	for name in version doctor tree json inspect zh; do
		told "$name" || fail "$name: $(grep -a -A 20 "^not ok $name" "$work/console")" || return 1
	done
}

lessons_play() {
	local name
	for name in ${lessons//,/ }; do
		told "lesson $name" && told "lesson $name, zh" ||
			fail "$name: $(grep -a -A 80 "^not ok lesson $name" "$work/console")" || return 1
	done
}

explorer_opens_on_the_console() {
	told "explorer: status 0" || fail "$(tail -n 5 "$work/console" | cat -v)"
}

explorer_opens_each_time() {
	told starts || fail "$(grep -a -A 80 '^not ok starts' "$work/console" | cat -v)"
}

# shellcheck disable=SC2034 # for run_tests
tests=(it_is_cross_compiled a_kernel_is_there boots commands_work lessons_play explorer_opens_on_the_console
	explorer_opens_each_time)
run_tests
