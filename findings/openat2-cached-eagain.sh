#!/bin/sh
# Linux 6.18 (seen on 6.18.44): openat2(2) with RESOLVE_CACHED says EAGAIN for a path that is all at hand, when mounts
# that are not on its way come and go.
#
# The manual page says that EAGAIN means: a component is not in the kernel's cache, so that I/O or a revalidation
# would be needed.  But the walk without locks also gives up when the seqcount of all mounts (mount_lock) has moved
# meanwhile, and with RESOLVE_CACHED there is no second walk.  So who takes EAGAIN for "not cached", and does without,
# misses some opens in a hundred on a machine where containers start and stop.  The next try succeeds.
#
# Seen (two processors):
#     alone:          0 of 20000 opens of the same cached path say EAGAIN
#     beside mounts:  some hundreds do; none of them more than a few times in a row
#
# Runs perl-base 5.36.0-7+deb12u4 for the system calls.  Needs apt's sources of Debian 12, Linux 5.12 and user
# namespaces, x86-64, and no root.  Ends with 1 where this has changed.
set -eu
version=5.36.0-7+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q download "perl-base=$version" >/dev/null
dpkg -x perl-base_*.deb .
uname -r
mkdir -p way/to storm
: >way/to/file

# openat2 is 437 on all machines; O_PATH, RESOLVE_CACHED.
cat >opens.pl <<'END'
my ($again, $most) = (0, 0);
my ($path, $how) = ("way/to/file", pack("Q3", 010000000, 0, 0x20));
for (1 .. 20000) {
	my ($tries, $fd) = (0, -1);
	while (($fd = syscall(437, -100, $path, $how, 24)) < 0) {
		die "openat2: $!" unless $! == 11; # EAGAIN
		$tries++;
	}
	syscall(3, $fd);
	$again += $tries > 0;
	$most = $tries if $tries > $most;
}
print "$again of 20000 opens said EAGAIN, at most $most times in a row\n";
END
# mount and umount2 of x86-64.
cat >mounts.pl <<'END'
my ($type, $place) = ("tmpfs", "storm");
while (syscall(165, $type, $place, $type, 0, 0) == 0) { syscall(166, $place, 2) }
END
opens() {
	"$folder/usr/bin/perl" -I"$folder/usr/lib/x86_64-linux-gnu/perl-base" opens.pl
}
export folder

echo "alone: $(opens)"
opens | grep -q '^0 of'
# shellcheck disable=SC2016 # for the inner shell
unshare --user --map-root-user --mount --fork --kill-child sh -c '
	"$folder/usr/bin/perl" mounts.pl &
	"$folder/usr/bin/perl" -I"$folder/usr/lib/x86_64-linux-gnu/perl-base" opens.pl >said
	kill $!'
echo "beside mounts: $(cat said)"
! grep -q '^0 of' said
