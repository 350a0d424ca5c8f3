#!/bin/bash
# A circle of folders is found, by an include or by a call alone, and what goes one way is none.
set -eu

circles=$(dirname "$(realpath "$0")")/circles.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/model/low" "$work/model/high" "$work/build/model/low" "$work/build/model/high"
cd "$work"

fail() {
	echo "circles_test.sh: $*"
	exit 1
}

printf 'int low(void);\n' >model/low/low.h
printf '#include "model/low/low.h"\nint high(void) { return low(); }\n' >model/high/high.c
printf 'int low(void) { return 1; }\n' >model/low/low.c
"$circles" none >said || fail "one way is taken for a circle: $(cat said)"

printf 'int high(void);\nint low(void) { return high(); }\n' >model/low/low.c
for name in low high; do
	${CC:-cc} -I. -c -o "build/model/$name/$name.o" "model/$name/$name.c"
done
"$circles" none >said || fail "a call is seen without objects: $(cat said)"
! "$circles" build >said || fail "a call that closes a circle is not found"
grep -q 'model/low/low.c uses high of model/high/high.c' said || fail "the call is not named: $(cat said)"

printf '#include "model/high/high.h"\nint low(void) { return 1; }\n' >model/low/low.c
! "$circles" none >said || fail "an include that closes a circle is not found"
grep -q 'model/low/low.c includes model/high/high.h' said || fail "the include is not named: $(cat said)"
echo "circles_test.sh: 4 samples"
