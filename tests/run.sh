#!/bin/bash
# Runs test programs side by side, and ends with one line: "N passed, N failed, N skipped".
#
#   tests/run.sh BUILD-FOLDER PROGRAM…
#
# Each program speaks TAP, as cmocka does, and prints "# test NAME" before each test (tests/group.c,
# tests/house/tap.sh).  A test that crashes or hangs has failed; the program then goes on with the test after it.
# A planned test without a result has failed.  A line "skip: …" before a skipped test is its reason.
#   NSSCOPE_NO_SKIP=1  a skipped test has failed, unless its reason is "skip: kernel: …": the kernel
#                      lacks what the test needs
#   ONLY=pattern       only programs with this shell pattern in their names
#   TEST=pattern       only tests whose names match
#   VALGRIND=1         under valgrind
#   TEST_SECONDS=n     a test without a result for so long hangs: it is killed after n to 2n seconds
#   JOBS=n             how many programs run at a time; as many as there are processors
#
# As root, programs in kernel/ and screen/ have a PID and a mount namespace each, so that they do not see each
# other's processes; else those in kernel/ run alone.  A line in the source of a program can say how it runs:
#   tests/run.sh: alone        it needs the whole machine, so nothing runs beside it
#   tests/run.sh: N parts      cut in N, each run as a program of its own
set -u

build=$1
shift
logs=$build/test-logs
mkdir -p "$logs"
# Of this run alone: another one may go on in the same build folder.
own=$(mktemp -d "$logs/run.XXXXXX") || exit 1
copy=
finish() {
	local each
	# A program that still runs is the leader of a process group.
	for each in "$own"/*.pid; do
		[ ! -e "$each" ] || kill -KILL -- -"$(cat "$each")"
	done 2>/dev/null
	rm -rf "$own" ${copy:+"$copy"}
}
trap finish EXIT
trap 'exit 130' INT TERM

jobs=${JOBS:-$(nproc)}
seconds=${TEST_SECONDS:-600}
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

# Namespaces of its own for a program; its PID 1 is a shell, which only waits.  Nothing where none can be made.  A
# user would need a user namespace as well, and would then be no ordinary user.
isolate=(unshare --fork --pid --mount-proc --kill-child)
[ "$(id -u)" = 0 ] && "${isolate[@]}" true 2>/dev/null || isolate=()

# How a program is to be run, from its source: "alone", "N parts", or nothing.
manner() {
	local source=${1#"$build"/}
	source=${source%_fuzz}
	[ -e "$source.c" ] && source=$source.c || source=$1
	[ ! -e "$source" ] || sed -n 's,^.*tests/run\.sh: \(alone\|[0-9]* parts\)\>.*,\1,p;40q' "$source"
}

# From the log of an attempt: "passed failed skipped", then "from number" of the test to go on with or "end",
# then a line for each test that failed or was skipped.
# A child that a test forked may repeat what its parent had said: each number counts once.
read_tap() { # LOG FROM WHY-IT-ENDED
	awk -v no_skip="${NSSCOPE_NO_SKIP:-}" -v from="$2" -v why="$3" '
	function finish(   n) {
		for (n = 1; n <= planned; n++) {
			if (n in state)
				continue
			failed++
			from++
			if (running != "") {
				notes = notes "failed: " running ": " why "\n"
				next_from = from
				break
			}
			notes = notes "failed: test " n " of " planned ": no result\n"
		}
		planned = 0
		running = ""
		split("", state)
	}
	/^1\.\.[0-9]+$/ { finish(); planned = substr($0, 4) + 0; next }
	/^# test / { running = substr($0, 8); next }
	/^skip: / { reason = substr($0, 7); next }
	/^(not )?ok [0-9]+/ {
		number = ($1 == "not") ? $3 : $2
		if (number in state)
			next
		state[number] = 1
		from++
		name = $0
		sub(/^(not )?ok [0-9]+ (- |# SKIP )?/, "", name)
		if (name == running)
			running = ""
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
		printf "%d %d %d\n%s\n%s", passed, failed, skipped, next_from ? next_from : "end", notes
	}' "$1"
}

# Runs a program once, and waits for its end or for a test that hangs.  Sets status and why.
attempt() { # LOG COMMAND…
	local log=$1 pid timer ended results=0 before
	shift
	# A shell lets programs in the background ignore SIGINT.
	setsid env --default-signal=INT,QUIT "$@" </dev/null >"$log" 2>&1 &
	pid=$!
	echo $pid >"$log.pid"
	why=
	while
		before=$results
		sleep "$seconds" &
		timer=$!
		wait -n -p ended $pid $timer
		status=$?
		[ "$ended" = $timer ]
	do
		results=$(grep -cE '^(not )?ok ' "$log")
		[ "$results" = "$before" ] || continue
		why="no result after $seconds s"
		kill -KILL -- -$pid
	done
	kill $timer
	rm -f "$log.pid"
	case $status in
	99) why="valgrind found an error" ;;
	*) why=${why:-ended with status $status} ;;
	esac
}

# Runs one program, or a part of it, and prints how it went, all at once: others run beside it.  Its three
# numbers go to a file.
run() { # PROGRAM PART
	local program=$1 part=$2 name log begin took tap p=0 f=0 s=0 from=1 one notes='' more within=()
	local status why
	name=${program#"$build"/tests/}
	name=${name#tests/}${part:+ $part}
	log=$own/${name//[\/ ]/-}.log
	# What was said last stays to be read, under one name.
	: >"$log"
	ln -f "$log" "$logs/" 2>/dev/null
	begin=$(date +%s%N)
	[[ $program != */tests/@(kernel|screen)/* ]] || is_alone "$program" || within=("${isolate[@]}")
	# shellcheck disable=SC2016 # for the inner shell
	[ ${#within[@]} = 0 ] || within+=(bash -c '"$@"; exit' init)
	while [ "$from" != end ]; do
		one=$log.once
		# The braces keep the shell from telling of signals by itself.
		{ attempt "$one" env TEST_FROM="$from" ${part:+TEST_PART="$part"} "${within[@]}" "${prefix[@]}" \
			"$program"; } 2>/dev/null
		cat "$one" >>"$log"
		tap=$(read_tap "$one" "$from" "$why")
		{
			read -r -a more
			read -r from
			more+=("$(cat)")
		} <<<"$tap"
		p=$((p + more[0])) f=$((f + more[1])) s=$((s + more[2]))
		notes+=${more[3]:+${notes:+$'\n'}${more[3]}}
	done
	took=$((($(date +%s%N) - begin) / 1000000))
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then
		f=1
		notes="$notes${notes:+$'\n'}failed: $name: $why"
	elif [ "$((p + f + s))" = 0 ] && [ -z "${TEST:-}" ]; then
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

# Does nothing run beside it?  Where programs of kernel/ can have no namespaces, they would see each other.
is_alone() {
	[ "${how[$1]}" = alone ] || { [ ${#isolate[@]} = 0 ] && [[ $1 = */tests/kernel/* ]]; }
}

declare -A how
running=0
start() {
	if [ $running = "$jobs" ]; then
		wait -n
		running=$((running - 1))
	fi
	run "$1" "$2" &
	running=$((running + 1))
}

beside=() alone=()
for program in "$@"; do
	# shellcheck disable=SC2254 # ONLY is a pattern
	case ${program#"$build"/tests/} in
	*${ONLY:-}*) ;;
	*) continue ;;
	esac
	how[$program]=$(manner "$program")
	if is_alone "$program"; then
		alone+=("$program")
	else
		beside+=("$program")
	fi
done
# The long ones are first, so that none of them is left for the end.
for program in "${beside[@]}"; do
	[[ ${how[$program]} = *parts ]] || continue
	parts=${how[$program]% parts}
	for ((part = 1; part <= parts; part++)); do
		start "$program" "$part/$parts"
	done
done
for program in "${beside[@]}"; do
	[[ ${how[$program]} = *parts ]] || start "$program" ''
done
wait
for program in "${alone[@]}"; do
	run "$program" '' &
	wait
done

read -r passed failed skipped <<<"$(cat "$own"/*.numbers 2>/dev/null |
	awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }')"

if [ $((passed + failed + skipped)) = 0 ]; then
	echo "no test was run" >&2
	exit 1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
