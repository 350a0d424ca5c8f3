#!/bin/bash
# Do the folders of the sources go round in circles?  Prints each circle of folders with what leads along it,
# an include or a call, and ends with 1 where there is one.
#
#   tests/lint/circles.sh BUILD-FOLDER
#
# A call, or the use of a table, is what nm(1) says of the objects in BUILD-FOLDER; without a build, pass one
# that does not exist: then includes alone are read.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -eu
export LC_ALL=C

build=${1:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# From which folder to which, and by what: "model/view model/base model/view/rows.c includes model/base/text.h".
find model scanner lessons tui cli -name '*.[ch]' -not -name '*.bpf.c' -not -path '*/generated/*' -print0 2>/dev/null |
	xargs -0r grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"[^"]+/[^"]+"' |
	sed -E 's|^([^:]+):[^"]*"([^"]+)"$|\1 \2|' |
	awk '{
		from = $1; to = $2
		sub("/[^/]*$", "", from); sub("/[^/]*$", "", to)
		print from, to, $1, "includes", $2
	}' >"$work/edges"

if [ -d "$build" ]; then
	find "$build" -name '*.o' -path '*/*/*' | while read -r object; do
		source=${object#"$build"/}
		source=${source%.o}.c
		[ ! -e "$source" ] || nm -g "$object" | awk -v source="$source" '
			NF == 2 && $1 == "U" { print source, "uses", $2 }
			NF == 3 && $2 ~ /^[TDBRV]$/ { print source, "has", $3 }'
	done | grep -E '^(model|scanner|lessons|tui|cli)/' >"$work/symbols" || true
	awk '$2 == "has" { where[$3] = $1; next }
		{ user[++count] = $1; name[count] = $3 }
		END {
			for (i = 1; i <= count; i++) {
				if (!(name[i] in where))
					continue
				from = user[i]; to = where[name[i]]
				sub("/[^/]*$", "", from); sub("/[^/]*$", "", to)
				print from, to, user[i], "uses", name[i], "of", where[name[i]]
			}
		}' "$work/symbols" >>"$work/edges"
fi

# tsort(1) names the folders of a circle.
awk '$1 != $2 { print $1, $2 }' "$work/edges" | sort -u >"$work/pairs"
if ! tsort "$work/pairs" >/dev/null 2>"$work/said" && [ -s "$work/said" ]; then
	sed -n 's|^tsort: \([a-z_/]*\)$|\1|p' "$work/said" | sort -u >"$work/folders"
	echo "folders in a circle: $(tr '\n' ' ' <"$work/folders")"
	awk 'function floor(folder) { sub("/.*", "", folder); return folder }
		NR == FNR { in_circle[$1] = 1; next }
		$1 != $2 && ($1 in in_circle) && ($2 in in_circle) && floor($1) == floor($2) && shown[$1, $2]++ < 3 {
			$1 = $1 " -> " $2 ":"; $2 = ""; print "    " $0
		}' "$work/folders" "$work/edges"
	exit 1
fi
