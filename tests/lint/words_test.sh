#!/bin/bash
# words.sh finds a word in a name, a comment and a file's name, and nowhere else.
# A sample: path | text | what words.sh says of it, "-" for nothing.
set -eu

words=$(dirname "$(realpath "$0")")/words.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 count=0

while IFS='|' read -r path text expected; do
	[ -n "$path" ] || continue
	rm -rf "$work/tree"
	mkdir -p "$work/tree/$(dirname "$path")"
	printf '%b\n' "$text" >"$work/tree/$path"
	said=$("$words" "$work/tree" || true)
	count=$((count + 1))
	[ "$expected" != - ] || expected=
	[ "$said" = "$expected" ] || {
		echo "words_test.sh: $path: $text: wanted \"$expected\", got \"$said\""
		failed=1
	}
done <<'END_OF_SAMPLES'
model/a.c|int glance;|model/a.c:1: "glance": write quick check
model/a.c|int f(void);\nint link_glance_at(int GLANCES_MAX);|model/a.c:2: "glance": write quick check
tui/a.h|/* Text.\n * Withheld by BPF. */|tui/a.h:2: "Withheld": write missing
cli/a.c|int a; // its keepers|cli/a.c:1: "keepers": write holder
scanner/bpf/folio.c|int a;|scanner/bpf/folio.c:1: "folio": write sections
model/a.c|const char *a = "brief \\"brief", b = \x27"\x27; /* "folio" */|model/a.c:1: "folio": write sections
model/a.c|int a = "\\\n", folio;|model/a.c:2: "folio": write sections
lessons/a.c|/* docs/keepers.md has the table */|-
lessons/a.c|/* docs/keepers.md has all keepers */|lessons/a.c:1: "keepers": write holder
lessons/a.c|int debriefing, grandfather, portfolio;|-
model/a.c|const char *a = "the keeper", *b = _("a glance");|-
tests/unit/a.c|int glance;|-
scanner/bpf/generated/a.h|int glance;|-
END_OF_SAMPLES

[ "$failed" = 0 ] || exit 1
echo "words_test.sh: $count samples"
