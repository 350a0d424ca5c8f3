#!/bin/sh
# Writes the C file with descriptions of terminals for where there is no terminfo (tui/core/screen.h).
#
#   cli/static/terminals.sh [TERM…]
#
# They are those of this machine's terminfo, in the form that TERMINFO may have.  ncurses(3x)
set -eu

echo '#include "tui/core/screen.h"'
echo 'const struct terminal_entry terminal_entries[] = {'
for term in "$@"; do
	printf '\t{"%s", "%s"},\n' "$term" "$(infocmp -0 -Q2 -q -T "$term")"
done
printf '\t{0},\n};\n'
