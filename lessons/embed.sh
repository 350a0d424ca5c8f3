#!/bin/sh
# Writes the C file that holds the lessons, in the order of lessons/order, each in all languages.
# Run from the top of the tree.
set -eu

echo '#include "lessons/script/lesson.h"'
number=0
table=
while read -r name; do
	for file in lessons/*/"$name".md; do
		[ -e "$file" ] || continue
		language=$(basename "$(dirname "$file")")
		printf '__asm__(".section .rodata\\n.global lesson_%s\\nlesson_%s:\\n.incbin \\"%s\\"\\n' \
			"$number" "$number" "$file"
		printf '.global lesson_%s_end\\nlesson_%s_end:\\n.byte 0\\n.previous\\n");\n' \
			"$number" "$number"
		printf 'extern const char lesson_%s[], lesson_%s_end[];\n' "$number" "$number"
		table="$table	{\"$language\", \"$name\", lesson_$number, lesson_${number}_end},
"
		number=$((number + 1))
	done
done <lessons/order
printf 'const struct lesson_source lesson_sources[] = {\n%s\t{0},\n};\n' "$table"
