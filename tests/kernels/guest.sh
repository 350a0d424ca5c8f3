# shellcheck shell=bash
# For the tests that run in the guest: who runs a command, and where the population is.
source tests/house/tap.sh

# shellcheck disable=SC2034 # for those who source this
programs=$build/tests/kernels
user=1000

# as root|user COMMAND…
as() {
	local who=$1
	shift
	[ "$who" = root ] || set -- setpriv --reuid=$user --regid=$user --clear-groups env HOME=/home/u "$@"
	"$@"
}

tests=()
# for_both FUNCTION…: tests root_FUNCTION and user_FUNCTION, which call it with root or user.
for_both() {
	local name who
	for name in "$@"; do
		for who in root user; do
			eval "${who}_$name() { $name $who; }"
			tests+=("${who}_$name")
		done
	done
}

# The process of the population (population.sh) with this name.
pid_of() {
	pgrep -o -f "^$programs/stay $1( |\$)" || fail "no process $1"
}

# inode PID LINK
inode() {
	stat -L -c %i "/proc/$1/ns/$2"
}

kernel_is() { # VERSION: or newer
	[ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]
}

# run STATUS WHO COMMAND…: its output in $work/out and $work/err; another status fails.
run() {
	local expected=$1 status
	shift
	as "$@" >"$work/out" 2>"$work/err"
	status=$?
	[ $status = "$expected" ] ||
		fail "$*: status $status, not $expected: $(tail -n 5 "$work/err"; tail -n 5 "$work/out")"
}
