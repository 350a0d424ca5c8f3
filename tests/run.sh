#!/bin/bash
# Runs test programs, and ends with one line: "N passed, N failed, N skipped".
#
#   tests/run.sh BUILD-FOLDER PROGRAM…
#
# Each program speaks TAP, as cmocka does.  A test that was planned and not told of (a crash, a time out)
# has failed.  A line "skip: …" before a skipped test is its reason.
#   NSSCOPE_NO_SKIP=1  a skipped test has failed, unless its reason is "skip: kernel: …": the kernel
#                      lacks what the test needs
#   ONLY=pattern       only programs with this shell pattern in their names
#   VALGRIND=1         under valgrind
#   TEST_SECONDS=n     the time that a program has
#   JOBS=n             how many programs run at a time, but for those in kernel/, which run alone; as
#                      many as there are processors
set -u

build=$1
shift
logs=$build/test-logs
mkdir -p "$logs"
# Of this run alone: another one may go on in the same build folder.
own=$(mktemp -d "$logs/run.XXXXXX") || exit 1
copy=
trap 'rm -rf "$own" ${copy:+"$copy"}' EXIT

jobs=${JOBS:-$(nproc)}
seconds=${TEST_SECONDS:-120}
prefix=()
if [ -n "${VALGRIND:-}" ]; then
	prefix=(valgrind --quiet --error-exitcode=99 --leak-check=full --child-silent-after-fork=yes)
	seconds=$((seconds * 3))
fi
export CMOCKA_MESSAGE_OUTPUT=TAP
# Memory that was freed is kept for a while to find who uses it still: by hundreds of MiB it makes each
# fork of a test slow.
export ASAN_OPTIONS="${ASAN_OPTIONS:-halt_on_error=1:quarantine_size_mb=16}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}"
export NSSCOPE_BUILD=$build LC_ALL=C.UTF-8
unset LANGUAGE NO_COLOR
# Nobody's lessons, progress and settings but what a test makes itself.
export XDG_DATA_DIRS=/dev/null/none XDG_DATA_HOME=/dev/null/none XDG_STATE_HOME=/dev/null/none
export XDG_CONFIG_HOME=/dev/null/none

# Root's tests start nsscope as another user, too, who may not be let into a home directory.
if [ "$(id -u)" = 0 ] && [ -n "${NSSCOPE_BIN:-}" ] &&
	! setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$NSSCOPE_BIN"; then
	copy=$(mktemp -d)
	chmod 755 "$copy"
	cp -r "$NSSCOPE_BIN" "$(dirname "$NSSCOPE_BIN")/locale" "$copy/"
	NSSCOPE_BIN=$copy/nsscope
fi

# From a TAP log: "passed failed skipped", then a line for each test that failed or was skipped.
# A child that a test forked may repeat what its parent had said: each number counts once.
read_tap() {
	awk -v no_skip="${NSSCOPE_NO_SKIP:-}" '
	function finish(   n) {
		for (n = 1; n <= planned; n++)
			if (!(n in state)) {
				failed++
				notes = notes "failed: test " n " of " planned ": no result\n"
			}
		planned = 0
		split("", state)
	}
	/^1\.\.[0-9]+$/ { finish(); planned = substr($0, 4) + 0; next }
	/^skip: / { reason = substr($0, 7); next }
	/^(not )?ok [0-9]+/ {
		number = ($1 == "not") ? $3 : $2
		if (number in state)
			next
		state[number] = 1
		name = $0
		sub(/^(not )?ok [0-9]+ (- |# SKIP )?/, "", name)
		if ($0 ~ /# SKIP/ && no_skip && reason !~ /^kernel: /) {
			failed++
			notes = notes "failed: " name ": skipped, which is not allowed here: " reason "\n"
			reason = ""
		} else if ($0 ~ /# SKIP/) {
			skipped++
			notes = notes "skipped: " name ": " (reason == "" ? "no reason told" : reason) "\n"
			reason = ""
		} else if ($1 == "not") {
			failed++
			notes = notes "failed: " name "\n"
		} else
			passed++
	}
	END {
		finish()
		printf "%d %d %d\n%s", passed, failed, skipped, notes
	}' "$1"
}

# Runs one program and tells how it went, all at once: others run beside it.  Its three numbers go to
# a file.
run() {
	local program=$1 name log begin status took tap p f s notes why
	name=${program#"$build"/tests/}
	name=${name#tests/}
	log=$own/${name//\//-}.log
	# What was said last stays to be read, under one name.
	: >"$log"
	ln -f "$log" "$logs/" 2>/dev/null
	begin=$(date +%s%N)
	# The braces keep the shell from telling of signals by itself.
	{ timeout --kill-after=5 "$seconds" "${prefix[@]}" "$program" </dev/null >>"$log" 2>&1; } 2>/dev/null
	status=$?
	took=$((($(date +%s%N) - begin) / 1000000))
	tap=$(read_tap "$log")
	read -r p f s <<<"$tap"
	notes=$(tail -n +2 <<<"$tap")
	case $status in
	124 | 137) why="stopped after $seconds s" ;;
	99) why="valgrind found an error" ;;
	*) why="ended with status $status" ;;
	esac
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then
		f=1
		notes="$notes${notes:+$'\n'}failed: $name $why"
	elif [ "$((p + f + s))" = 0 ]; then
		f=1
		notes="failed: $name told no result"
	fi
	echo "$p $f $s" >"$log.numbers"
	{
		printf '%-36s %4d passed %3d failed %3d skipped %6d.%03d s\n' \
			"$name" "$p" "$f" "$s" $((took / 1000)) $((took % 1000))
		[ -z "$notes" ] || echo "    ${notes//$'\n'/$'\n'    }"
		[ "$f" = 0 ] || sed 's/^/    | /' "$log"
	} >"$log.report"
	flock "$logs" cat "$log.report"
}

running=0
for program in "$@"; do
	# shellcheck disable=SC2254 # ONLY is a pattern
	case ${program#"$build"/tests/} in
	*${ONLY:-}*) ;;
	*) continue ;;
	esac
	# What looks at the machine itself runs alone: what others make and leave there would be seen, and
	# an inode that is waited for might be theirs.
	if [[ $program = */kernel/* ]]; then
		wait
		running=0
		run "$program"
		continue
	fi
	if [ $running = "$jobs" ]; then
		wait -n
		running=$((running - 1))
	fi
	run "$program" &
	running=$((running + 1))
done
wait

read -r passed failed skipped <<<"$(cat "$own"/*.numbers 2>/dev/null |
	awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }')"

if [ $((passed + failed + skipped)) = 0 ]; then
	echo "no test was run" >&2
	exit 1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
