#!/bin/bash
# make test-kernels: boots kernels of Debian under qemu(1), without KVM where there is none, and runs the tests of this
# folder there.  Ends with a table, and with one line: "N passed, N failed, N skipped".
#
#   tests/kernels/run.sh BUILD-FOLDER
#
#   KERNELS="5.10 6.1 6.12 sid"   which: Debian's of these suites, another suite's name, or a folder with an unpacked kernel
#   PARTS="sources console"       only these tests (NAME_test.*); kernel/scanner/alive_test is that of tests/kernel
#   PLAYS="root_en"               of the lessons only those for this user, in this language
#   BOOT_SECONDS=900              when a boot that has not ended is killed
#   ACCEL=tcg                     or kvm; else kvm where it works
#   NSSCOPE_NO_SKIP=1             a kernel that could be had and was not has failed
#
# A kernel that this machine can't fetch is skipped, with that reason.
set -u

build=$1
out=$build/kernels
here=tests/kernels
read -r -a kernels <<<"${KERNELS:-5.10 6.1 6.12 sid}"
limit=${BOOT_SECONDS:-900}
mkdir -p "$out"
out=$(cd "$out" && pwd)

say() {
	echo "[kernels] $*"
}

# --- Kernels -------------------------------------------------------------------------------------

suite_of() {
	case $1 in
	5.10) echo bullseye-security ;;
	6.1) echo bookworm ;;
	6.12) echo trixie ;;
	*) echo "$1" ;;
	esac
}

# fetch KERNEL: sets $kernel, the folder that it is unpacked in.  1: it could not be fetched; 3: not from here.
# sid's image comes in parts.
fetch() {
	local suite packages status
	if [ -d "$1" ]; then
		kernel=$(cd "$1" && pwd -P)
		[ -n "$(find "$kernel" -name 'vmlinuz*')" ] && return
		echo "there is no vmlinuz in this folder" >&2
		return 1
	fi
	[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || {
		echo "the kernels are Debian's for amd64" >&2
		return 3
	}
	suite=$(suite_of "$1")
	kernel=$out/$suite
	packages=$(.ci/suite "$suite" apt-cache depends --recurse --important --no-suggests \
		--no-conflicts --no-breaks --no-replaces --no-enhances linux-image-cloud-amd64)
	status=$?
	[ $status = 0 ] || return $status
	mapfile -t packages < <(grep -E '^linux-(image|binary|modules)-[0-9]' <<<"$packages")
	.ci/suite "$suite" unpack "${packages[@]}" "$kernel"
}

# --- What the guest has -------------------------------------------------------------------------

libraries() { # FILE…: those that they are linked with
	ldd "$@" 2>/dev/null | grep -o '/[^ ):]*' | grep '\.so' | sort -u
}

begin_root() {
	local name
	for name in bin sbin lib lib64; do
		mkdir -p "$1/usr/$name"
		ln -s usr/$name "$1/$name"
	done
}

into() { # ROOT FILE…
	local root=$1 file
	shift
	for file in "$@"; do
		mkdir -p "$root${file%/*}"
		cp -L "$file" "$root$file"
	done
}

pack() { # FOLDER INTO
	(cd "$1" && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1) >"$2.new" && mv "$2.new" "$2"
}

# The system, of this machine's own files: what tests and lessons call.
system_packages=(bash dash coreutils util-linux util-linux-extra mount procps hostname iproute2 grep sed mawk gawk findutils
	diffutils tar gzip ncurses-bin ncurses-base libc-bin busybox-static)

make_system() {
	local root=$out/system file
	local files=() libraries
	# shellcheck disable=SC2016 # for dpkg-query
	dpkg-query -W -f '${Package} ${Version}\n' "${system_packages[@]}" >"$out/versions.new" 2>/dev/null
	md5sum "$here/run.sh" >>"$out/versions.new"
	cmp -s "$out/versions.new" "$out/versions" && [ -s "$out/system.gz" ] && return
	rm -rf "$root"
	begin_root "$root"
	mkdir "$root"/{proc,sys,dev,tmp,run,mnt,root,etc,home,home/u}
	while read -r file; do
		[[ $file =~ ^(/usr)?/s?bin/|^(/usr)?/lib/terminfo/.|/locale/C.utf8/|/share/terminfo/. ]] && [ -f "$file" ] &&
			files+=("$file")
	done < <(dpkg -L "${system_packages[@]}" 2>/dev/null | sort -u)
	mapfile -t libraries < <(libraries "${files[@]}")
	into "$root" "${files[@]}" "${libraries[@]}"
	cp -L "$(command -v awk)" "$root/usr/bin/awk"
	printf 'root:x:0:0::/root:/bin/bash\nu:x:1000:1000::/home/u:/bin/bash\n' >"$root/etc/passwd"
	printf 'root:x:0:\nu:x:1000:\n' >"$root/etc/group"
	pack "$root" "$out/system.gz"
	mv "$out/versions.new" "$out/versions"
}

make_product() {
	local root=$out/product/nsscope program libraries
	rm -rf "$out/product"
	begin_root "$out/product"
	mkdir -p "$root/$build" "$root/tests/house" "$root/lessons"
	cp "$build/nsscope" "$root/$build/"
	cp -r "$build/locale" "$root/$build/"
	for program in "${programs[@]}"; do
		mkdir -p "$root/$build/tests/${program%/*}"
		cp "$build/tests/$program" "$root/$build/tests/$program"
	done
	cp tests/run.sh "$root/tests/"
	cp tests/house/tap.sh "$root/tests/house/"
	cp -r $here "$root/tests/"
	cp -r lessons/en lessons/order "$root/lessons/"
	[ "$build" = build ] || ln -s "$build" "$root/build"
	mapfile -t libraries < <(libraries "$build/nsscope" "${programs[@]/#/$build/tests/}")
	into "$out/product" "${libraries[@]}"
	cp $here/init.sh "$out/product/init"
	pack "$out/product" "$out/product.gz"
}

# --- Booting ------------------------------------------------------------------------------------

accel() {
	if [ -n "${ACCEL:-}" ]; then
		echo "$ACCEL"
	elif [ -w /dev/kvm ] && echo quit |
		qemu-system-x86_64 -accel kvm -cpu max -nodefaults -display none -S -monitor stdio >/dev/null 2>&1; then
		echo kvm
	else
		echo tcg
	fi
}

# Modules that lessons and reports ask for, in the order in which they need each other.
modules=(llc stp bridge veth dummy tun overlay inet_diag tcp_diag udp_diag unix_diag netlink_diag packet_diag)

# boot NAME KERNEL TEST…: what the guest hands out comes to $out/boot/NAME.
boot() {
	local name=$1 kernel=$2 folder=$out/boot/$1 TIMEFORMAT module file number=0 offset status
	shift 2
	rm -rf "$folder"
	mkdir -p "$folder/root/modules" "$folder/root/nsscope/foreign"
	for module in "${modules[@]}"; do
		file=$(find "$kernel" -name "$module.ko*" | head -n 1)
		case $file in
		*.xz) xz -dc "$file" ;;
		*.ko) cat "$file" ;;
		esac >"$folder/module"
		# Named by number, so that the guest loads them in order.
		[ ! -s "$folder/module" ] ||
			mv "$folder/module" "$folder/root/modules/$(printf '%02d' $number)-$module.ko"
		number=$((number + 1))
	done
	cp "$out"/recordings/* "$folder/root/nsscope/foreign/" 2>/dev/null
	printf 'export PARTS=%q PLAYS=%q NSSCOPE_NO_SKIP=%q\n' "$*" "${PLAYS:-}" "${NSSCOPE_NO_SKIP:-}" >"$folder/root/nsscope/settings"
	pack "$folder/root" "$folder/boot.gz"
	cat "$out/system.gz" "$out/product.gz" "$folder/boot.gz" >"$folder/initrd"
	# The third serial line and the fourth are the two ends of one cable.
	TIMEFORMAT="[kernels] $name took %R s, and %U s of processors"
	time timeout --kill-after=5 "$limit" qemu-system-x86_64 -accel "$accel" -cpu max -smp 2 -m 1536 -nodefaults \
		-no-reboot -display none -kernel "$(find "$kernel" -name 'vmlinuz*' | head -n 1)" \
		-initrd "$folder/initrd" -append "console=ttyS0 rdinit=/init panic=-1 quiet" \
		-serial "file:$folder/console" -serial "file:$folder/handed" \
		-chardev "socket,id=far,path=${folder#"$PWD"/}/cable,server=on,wait=off" -serial chardev:far \
		-chardev "socket,id=near,path=${folder#"$PWD"/}/cable" -serial chardev:near </dev/null >"$folder/qemu" 2>&1
	status=$?
	rm -rf "$folder/initrd" "$folder/boot.gz" "$folder/root"
	offset=$(grep -abom1 '^=== files$' "$folder/handed" | cut -d: -f1)
	head -c "${offset:-999999999}" "$folder/handed" >"$folder/told"
	[ -n "$offset" ] || {
		[ $status != 124 ] || echo "it was killed after $limit s" >>"$folder/qemu"
		return 1
	}
	tail -c +$((offset + 11)) "$folder/handed" | tar -xz -C "$folder" && rm "$folder/handed"
}

# --- Results ------------------------------------------------------------------------------------

passed=0 failed=0 skipped=0 table=
count() { # NAME PASSED FAILED SKIPPED [WHY]
	passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
	table+=$(printf '%-28s %4d passed %4d failed %4d skipped%s' "$1" "$2" "$3" "$4" "${5:+  $5}")$'\n'
}

# Of a boot that did not come to its end, what it told so far counts, and one failure.
results() { # NAME
	local told=$out/boot/$1/told p=0 f=0 s=0 each
	while read -r each; do
		[[ $each =~ \ ([0-9]+)\ passed\ +([0-9]+)\ failed\ +([0-9]+)\ skipped\ +[0-9.]+\ s ]] || continue
		p=$((p + BASH_REMATCH[1])) f=$((f + BASH_REMATCH[2])) s=$((s + BASH_REMATCH[3]))
	done <"$told"
	[ "$2" = 0 ] || f=$((f + 1))
	cat "$told"
	[ "$2" = 0 ] || {
		say "$1 did not come to its end: $(tail -n 1 "$out/boot/$1/qemu")"
		tail -n 25 "$out/boot/$1/console"
	}
	count "$1" $p $f $s
}

# --------------------------------------------------------------------------------------------------

# What the guest runs is below its own build folder; $programs are those that have been built for it here.
tests=() programs=(reader told stay cable console_test)
programs=("${programs[@]/#/kernels/}")
read -r -a parts <<<"${PARTS:-$(basename -a "$here"/*_test.* | sed 's/_test\..*//' | tr '\n' ' ')}"
for each in "${parts[@]}"; do
	if [ -e "$here/${each}_test.sh" ]; then
		tests+=("$here/${each}_test.sh")
	elif [ -e "$here/${each}_test.c" ]; then
		tests+=("build/tests/kernels/${each}_test")
	elif [[ $each == */* ]] && [ -x "$build/tests/$each" ]; then
		tests+=("build/tests/$each") programs+=("$each")
	else
		echo "no test is called so: $each" >&2
		exit 1
	fi
done
accel=$(accel)
make_system
make_product
rm -rf "${out:?}/boot" "$out/recordings"
mkdir -p "$out/recordings"

first=
for each in "${kernels[@]}"; do
	name=${each##*/}
	why=$(fetch "$each" 2>&1 >/dev/null)
	status=$?
	fetch "$each" >/dev/null 2>&1
	if [ $status != 0 ]; then
		why="can't be fetched: $(tail -n 1 <<<"$why")"
		if [ $status != 3 ] && [ -n "${NSSCOPE_NO_SKIP:-}" ]; then
			count "$name" 0 1 0 "$why"
		else
			count "$name" 0 0 1 "$why"
		fi
		continue
	fi
	say "$name: $(find "$kernel" -name 'vmlinuz*' | head -n 1), $accel"
	boot "$name" "$kernel" "${tests[@]}"
	results "$name" $?
	for file in "$out/boot/$name/recordings"/*; do
		[ ! -e "$file" ] || cp "$file" "$out/recordings/$name-${file##*/}"
	done
	[ -n "$first" ] || first=$name first_kernel=$kernel
	last=$name
done

# What the last kernel recorded is replayed on the first one too, and all of it here.
if [ -n "$first" ] && [ "$first" != "$last" ] && [[ " ${parts[*]} " == *" record "* ]]; then
	boot "$first-again" "$first_kernel" $here/record_test.sh
	results "$first-again" $?
fi
for file in "$out"/recordings/*.nsscope; do
	[ -e "$file" ] || continue
	if "$build/nsscope" replay --tree "$file" | cmp - "${file%.nsscope}.tree"; then
		count "${file##*/} here" 1 0 0
	else
		count "${file##*/} here" 0 1 0
	fi
done
echo "$table"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
