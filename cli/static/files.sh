#!/bin/sh
# Writes the C file with what the program carries with it for where it is not installed (cli/language.h).
#
#   cli/static/files.sh FOLDER PATH=FILE…
#
# Each FILE is to be found as PATH.  They are packed into FOLDER first.
set -eu

packed=$1
shift
mkdir -p "$packed"

echo '#include "cli/static/files.h"'
number=0
table=
for pair in "$@"; do
	zstd -19 -q -c "${pair#*=}" >"$packed/$number.zst"
	printf '__asm__(".section .rodata\\n.global builtin_%s\\nbuiltin_%s:\\n.incbin \\"%s\\"\\n' \
		"$number" "$number" "$packed/$number.zst"
	printf '.global builtin_%s_end\\nbuiltin_%s_end:\\n.byte 0\\n.previous\\n");\n' "$number" "$number"
	printf 'extern const char builtin_%s[], builtin_%s_end[];\n' "$number" "$number"
	table="$table	{\"${pair%%=*}\", builtin_$number, builtin_${number}_end},
"
	number=$((number + 1))
done
printf 'const struct builtin_file builtin_files[] = {\n%s\t{0},\n};\n' "$table"
