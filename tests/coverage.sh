#!/bin/bash
# Prints which part of the lines the tests have run, folder by folder, and ends with 1 where it is less
# than nine tenths of model/ or of what parses what others wrote.
#
#   tests/coverage.sh BUILD-FOLDER     after the tests of a build with --coverage
set -eu

parsers='scanner/proc/parse\.c|lessons/(script/(lesson_[a-z]*|cursor|prose)|stage/(literal|table|variables|call_words|calls))\.c'

gcovr --root . --object-directory "$1" --csv - "$1" |
	awk -F, -v parsers="^($parsers)$" '
	NR == 1 || $1 !~ /^(model|scanner|lessons|tui|cli)\// { next }
	{
		folder = $1
		sub(/\/.*/, "", folder)
		lines[folder] += $2; run[folder] += $3
		if ($1 ~ parsers) { lines["parsers"] += $2; run["parsers"] += $3 }
	}
	END {
		count = split("model scanner lessons tui cli parsers", order, " ")
		for (i = 1; i <= count; i++) {
			folder = order[i]
			if (!lines[folder])
				continue
			share = 100 * run[folder] / lines[folder]
			printf "%-10s %6d of %6d lines  %5.1f %%\n", folder, run[folder], lines[folder], share
			if ((folder == "model" || folder == "parsers") && share < 90)
				little = little " " folder
		}
		if (little != "") {
			print "less than 90 %:" little
			exit 1
		}
	}'
