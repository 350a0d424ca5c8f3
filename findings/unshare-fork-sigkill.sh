#!/bin/sh
# util-linux 2.38.1 (Debian 12): unshare --fork tells of a child that SIGKILL ended as of a failure of its own.
#
# A child that another signal ends gives the status of a shell, 128 and the signal: unshare(1) sets the signal
# to its default and ends by it, too.  For SIGKILL rt_sigaction(2) says EINVAL, and unshare takes that for a
# failure.  So who looks at the status for 137 (the OOM killer, a time limit, the end of a PID namespace) reads
# "1", and a message that speaks of neither.
#
# Seen:
#     unshare --fork sh -c 'kill -TERM $$'    ends with 143
#     unshare --fork sh -c 'kill -KILL $$'    ends with 1, and says
#                                             unshare: sigprocmask unblock failed: Invalid argument
#
# Needs apt's sources of Debian 12, and no root.  Ends with 1 where this has changed.
set -eu
version=2.38.1-5+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q download "util-linux=$version" >/dev/null
dpkg -x util-linux_*.deb .
unshare=$folder/usr/bin/unshare
"$unshare" --version

by() {
	status=0
	# shellcheck disable=SC2016 # for the inner shell
	LC_ALL=C "$unshare" --fork sh -c 'kill -"$0" $$' "$1" 2>said || status=$?
	echo "SIG$1: status $status, $(cat said)"
}
by TERM
[ "$status" = 143 ] || exit 1
by KILL
[ "$status" = 1 ] && grep -qx 'unshare: sigprocmask unblock failed: Invalid argument' said
