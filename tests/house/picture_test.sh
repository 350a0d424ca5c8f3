#!/bin/bash
# The picture of the house, docs/house.svg, is of this code: its floors, folders and arrows.  The numbers of files
# may be older.
source tests/house/tap.sh

# Each floor, folder and arrow of a picture.
structure() {
	grep -oE '<(g|path)[^>]* id="[^"]*"' "$1" | sed 's/.*id="//; s/"$//' | sort
}

has_the_floors_folders_and_arrows_of_the_code() {
	docs/house.sh >"$work/house.svg" || fail "docs/house.sh" || return
	diff <(structure docs/house.svg) <(structure "$work/house.svg") >"$work/difference" ||
		fail "make house: $(cat "$work/difference")"
}

has_every_folder_with_sources() {
	local folder
	for folder in $(find model scanner lessons tui cli -name '*.c' -printf '%h\n' | sort -u); do
		structure docs/house.svg | grep -qx "$folder" || fail "$folder" || return
	done
}

# What each arrow leads to is lower, and what is lowest needs nothing.
goes_one_way() {
	structure docs/house.svg | grep -- - | sed 's/-/ /' | tsort >/dev/null || fail "there is a circle"
}

# shellcheck disable=SC2034 # tap.sh runs them
tests=(has_the_floors_folders_and_arrows_of_the_code has_every_folder_with_sources goes_one_way)
run_tests
