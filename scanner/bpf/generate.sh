#!/bin/sh
# The compiled BPF programs, which stand in scanner/bpf/generated as headers of bpftool: so nsscope is built
# without clang and bpftool.  They are for the processor of BPF, so they are the same on every little-endian machine.
#
#   scanner/bpf/generate.sh make NAME     compiles NAME.bpf.c, and writes generated/NAME.skel.h
#   scanner/bpf/generate.sh check NAME    was that made of the present sources?  status 1 where not
#   scanner/bpf/generate.sh again NAME    … and is it what the tools here make of them?  Where these are others
#                                         than those that made it, that is not tried.
# CLANG, BPFTOOL: which to take.  Started at the top of the tree.
set -eu
export LC_ALL=C
# Debian has bpftool in /usr/sbin, which is not on everybody's path.
PATH=$PATH:/usr/sbin
clang=${CLANG:-clang}
bpftool=${BPFTOOL:-bpftool}

# The program and the headers of this folder that it takes in, by way of others too.
sources() {
	files="scanner/bpf/$1.bpf.c"
	known=
	while [ "$files" != "$known" ]; do
		known=$files
		# shellcheck disable=SC2046,SC2086 # file names here have no blanks
		files=$(printf '%s\n' $known $(sed -n 's|^#include "\(scanner/bpf/[a-z_]*\.h\)"$|\1|p' $known) | sort -u)
	done
	echo "$known"
}

# Of all that decides what comes out.
hash_of_sources() {
	# shellcheck disable=SC2046 # file names here have no blanks
	cat scanner/bpf/generate.sh $(sources "$1") | sha256sum | cut -d' ' -f1
}

tools() {
	echo "$($clang --version | head -n 1), $($bpftool version | head -n 1), libbpf $(pkg-config --modversion libbpf)"
}

# generate NAME FILE: without names of folders, and without what only debuggers read.
generate() {
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	# linux/types.h includes asm/types.h, which Debian has in a folder for each processor.
	$clang -target bpf -O2 -g -Wall -Werror -I. -I"/usr/include/$(${CC:-cc} -print-multiarch 2>/dev/null)" \
		-fdebug-compilation-dir=. -c -o "$work/$1.bpf.o" "scanner/bpf/$1.bpf.c"
	$bpftool gen object "$work/$1.linked.o" "$work/$1.bpf.o"
	{
		echo "/* Made by \"make bpf\".  Sources: $(hash_of_sources "$1")"
		echo " * Tools: $(tools) */"
		echo "/* NOLINTBEGIN */"
		$bpftool gen skeleton "$work/$1.linked.o" name "$1_bpf"
		echo "/* NOLINTEND */"
	} >"$work/$1.skel.h"
	mv "$work/$1.skel.h" "$2"
}

check() {
	made_of=$(sed -n '1s/.*Sources: //p' "scanner/bpf/generated/$1.skel.h" 2>/dev/null) || made_of=
	[ "$made_of" = "$(hash_of_sources "$1")" ] || {
		echo "scanner/bpf/generated/$1.skel.h is not made of the present scanner/bpf/$1.bpf.c and headers: make bpf" >&2
		return 1
	}
}

again() {
	check "$1"
	made_by=$(sed -n '2s/ \* Tools: \(.*\) \*\//\1/p' "scanner/bpf/generated/$1.skel.h")
	if [ "$made_by" != "$(tools)" ]; then
		echo "$1: made by $made_by; here is $(tools), so it is not compared"
		return 0
	fi
	generate "$1" "scanner/bpf/generated/.$1.again"
	status=0
	cmp "scanner/bpf/generated/$1.skel.h" "scanner/bpf/generated/.$1.again" || status=1
	rm -f "scanner/bpf/generated/.$1.again"
	[ $status = 0 ] || echo "scanner/bpf/generated/$1.skel.h is not what the tools make of its sources: make bpf" >&2
	return $status
}

[ $# = 2 ] || {
	sed -n 's/^#   //p' "$0" >&2
	exit 2
}
case $1 in
make)
	mkdir -p scanner/bpf/generated
	generate "$2" "scanner/bpf/generated/$2.skel.h"
	;;
check | again) "$1" "$2" ;;
*) exec "$0" ;;
esac
