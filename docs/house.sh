#!/bin/bash
# Draws the house from the code: floors and their folders, the files in them, and which includes which.  Prints an
# SVG picture; "make house" writes it to docs/house.svg.
#
# An arrow that follows from others is left out: where a includes b and c, and b includes c, there is no a -> c.
# Within a floor, the folder that includes no other is at the left.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."

floors=(model scanner lessons tui cli)
{
	# "floor NAME what it is": from the headings of the page that shows the picture.
	for floor in "${floors[@]}"; do
		sed -n "s|^## \($floor\)/: |floor \1 |p" docs/design.md
	done
	# "folder NAME sources headers"
	find "${floors[@]}" -name '*.[ch]' -not -path '*/generated/*' | sort | awk '{
		folder = $1
		sub("/[^/]*$", "", folder)
		if (!(folder in seen)) { seen[folder]; order[++count] = folder }
		files[folder, substr($1, length($1))]++
	}
	END { for (i = 1; i <= count; i++) print "folder", order[i], files[order[i], "c"] + 0, files[order[i], "h"] + 0 }'
	# "needs FOLDER FOLDER"
	find "${floors[@]}" -name '*.[ch]' -not -path '*/generated/*' -print0 |
		xargs -0 grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"[^"]+/[^"/]+"' |
		sed -E 's|^(.*)/[^/:]+:[^"]*"(.*)/[^/"]+"$|needs \1 \2|' | grep -v '/generated$' | sort -u | awk '$2 != $3'
} | awk '
	function floor_of(folder) { sub("/.*", "", folder); return folder }

	# How many steps the longest way down from a node has; "needs" goes down.
	function depth(kind, node, nodes, count,   i, other, most, d) {
		if ((kind, node) in depths)
			return depths[kind, node]
		depths[kind, node] = 0 # so that a circle ends
		most = 0
		for (i = 1; i <= count; i++) {
			other = nodes[i]
			if (!((kind, node, other) in needs))
				continue
			d = depth(kind, other, nodes, count) + 1
			most = d > most ? d : most
		}
		return depths[kind, node] = most
	}

	# Is b reached from a by way of a third?
	function follows(kind, a, b, nodes, count,   i) {
		for (i = 1; i <= count; i++)
			if (nodes[i] != a && nodes[i] != b && reaches(kind, a, nodes[i], nodes, count) &&
			    reaches(kind, nodes[i], b, nodes, count))
				return 1
		return 0
	}
	function reaches(kind, a, b, nodes, count,   i) {
		if ((kind, a, b) in reached)
			return reached[kind, a, b]
		reached[kind, a, b] = 0
		if ((kind, a, b) in needs)
			return reached[kind, a, b] = 1
		for (i = 1; i <= count; i++)
			if ((kind, a, nodes[i]) in needs && reaches(kind, nodes[i], b, nodes, count))
				return reached[kind, a, b] = 1
		return 0
	}

	function box(folder, left, up,   name) {
		name = folder
		if (sub("^[^/]*/", "", name))
			name = name "/"
		else
			name = "*.c, *.h"
		printf "<g id=\"%s\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>", folder, left, up, WIDE, HIGH
		printf "<text class=\"t\" x=\"%d\" y=\"%d\">%s</text>", left + 10, up + 19, name
		printf "<text x=\"%d\" y=\"%d\">%d files</text></g>\n", left + 10, up + 36, sources[folder] + headers[folder]
	}

	$1 == "floor" {
		floor[++floor_count] = $2
		title[$2] = substr($0, length($1) + length($2) + 3)
	}
	$1 == "folder" {
		folder[++folder_count] = $2
		sources[$2] = $3
		headers[$2] = $4
	}
	$1 == "needs" {
		if (floor_of($2) == floor_of($3))
			needs["folder", $2, $3]
		else
			needs["floor", floor_of($2), floor_of($3)]
	}

	END {
		WIDE = 120; HIGH = 46; GAP_X = 40; GAP_Y = 14; LEFT = 20; TOP = 44; BETWEEN = 40
		# Columns: the folder that others stand on is at the left; rows where a column has several.
		for (i = 1; i <= folder_count; i++) {
			name = folder[i]
			at = depth("folder", name, folder, folder_count)
			column[name] = at
			row[name] = rows[floor_of(name), at]++
			if (rows[floor_of(name), at] > most[floor_of(name)])
				most[floor_of(name)] = rows[floor_of(name), at]
			columns = at + 1 > columns ? at + 1 : columns
		}
		width = 2 * LEFT + columns * WIDE + (columns - 1) * GAP_X + 20
		height = 10
		for (i = floor_count; i >= 1; i--) {
			top[floor[i]] = height
			high[floor[i]] = TOP + most[floor[i]] * (HIGH + GAP_Y)
			height += high[floor[i]] + BETWEEN
		}
		height += 10 - BETWEEN

		printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans, sans-serif\" font-size=\"12\">\n", width, height
		print "<title>The floors of nsscope and their folders; an arrow goes from what includes to what is included</title>"
		print "<!-- Made by docs/house.sh: make house -->"
		print "<style>rect{fill:#e6f0fa;stroke:#444}.floor{fill:#fff;stroke:#999;stroke-dasharray:5 4}" \
			"text{fill:#222}.t{font-weight:bold}.n{font-size:14px}" \
			"path{fill:none;stroke:#444;stroke-width:1.4;marker-end:url(#a)}.w{stroke-width:3}</style>"
		print "<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerUnits=\"userSpaceOnUse\" markerWidth=\"10\" markerHeight=\"10\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill:#444;stroke:none;marker-end:none\"/></marker></defs>"
		printf "<rect x=\"0\" y=\"0\" width=\"%d\" height=\"%d\" style=\"fill:#fff;stroke:none\"/>\n", width, height
		for (i = floor_count; i >= 1; i--) {
			printf "<g id=\"%s/\"><rect class=\"floor\" x=\"10\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>", floor[i], top[floor[i]], width - 20, high[floor[i]]
			printf "<text class=\"n\" x=\"%d\" y=\"%d\"><tspan class=\"t\">%s/</tspan> %s</text></g>\n", LEFT, top[floor[i]] + 22, floor[i], title[floor[i]]
		}
		for (i = 1; i <= folder_count; i++) {
			x[folder[i]] = LEFT + column[folder[i]] * (WIDE + GAP_X)
			y[folder[i]] = top[floor_of(folder[i])] + TOP + row[folder[i]] * (HIGH + GAP_Y)
			box(folder[i], x[folder[i]], y[folder[i]])
		}
		for (i = 1; i <= folder_count; i++)
			for (j = 1; j <= folder_count; j++) {
				a = folder[i]; b = folder[j]
				if (!(("folder", a, b) in needs) || follows("folder", a, b, folder, folder_count))
					continue
				# Over the boxes between them, where there are some.
				if (column[a] - column[b] > 1)
					way = sprintf("M%d %dV%dH%dV%d", x[a] + WIDE / 2, y[a], y[a] - 9, x[b] + WIDE / 2, y[b] - 1)
				else
					way = sprintf("M%d %dL%d %d", x[a], y[a] + HIGH / 2, x[b] + WIDE + 1, y[b] + HIGH / 2)
				printf "<path id=\"%s-%s\" d=\"%s\"/>\n", a, b, way
			}
		for (i = 1; i <= floor_count; i++)
			for (j = 1; j <= floor_count; j++) {
				a = floor[i]; b = floor[j]
				if (!(("floor", a, b) in needs) || follows("floor", a, b, floor, floor_count))
					continue
				printf "<path class=\"w\" id=\"%s/-%s/\" d=\"M%d %dL%d %d\"/>\n", a, b, width / 2, top[a] + high[a], width / 2, top[b] - 2
			}
		print "</svg>"
	}'
