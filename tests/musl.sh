#!/bin/sh
# Compiles model/ with musl(7), the other C library: what is pure must not lean on glibc.  The floors above
# need libraries that Debian has for glibc only.
#
#   tests/musl.sh FOLDER
set -eu

out=$1
mkdir -p "$out/include"
# What it takes beside musl's own headers: the kernel's, and those of the three libraries.
ln -sfn /usr/include/linux "$out/include/linux"
ln -sfn /usr/include/asm-generic "$out/include/asm-generic"
ln -sfn "/usr/include/$(gcc -print-multiarch)/asm" "$out/include/asm"
for header in utf8proc zstd zstd_errors jansson jansson_config; do
	ln -sfn "/usr/include/$header.h" "$out/include/$header.h"
done
for file in model/*/*.c; do
	musl-gcc -std=gnu11 -D_GNU_SOURCE -I. -isystem "$out/include" -Wall -Wextra -Werror -O2 -c \
		-o "$out/$(basename "$file" .c).o" "$file"
done
echo "model/: $(find "$out" -name '*.o' | wc -l) files compiled with musl"
