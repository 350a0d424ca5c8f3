#!/bin/bash
# The rules of the house that no ready-made checker knows: which floor may know which, and what
# nobody may use.  Prints FILE:LINE: what is wrong, and ends with 1 when anything is.
#
#   tests/lint/floors.sh [FOLDER]     the tree to look at, else the present one
# Started by another shell, it goes on in bash.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -eu
export LC_ALL=C

cd "${1:-.}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
found=$work/found
: >"$found"

# Two copies of the sources with the same lines: code has no comments, bare no texts either.
files=$(find model scanner lessons tui cli docs tests screenshots -name '*.[ch]' -not -path '*/generated/*' 2>/dev/null || true)
for file in $files; do
	mkdir -p "$work/code/${file%/*}" "$work/bare/${file%/*}"
	perl -0777 -e '
		my ($in, $code, $bare) = @ARGV;
		local $/; open(my $f, "<", $in) or die "$in: $!"; $_ = <$f>; close $f;
		my $literal = qr{"(?:\\.|[^"\\\n])*"|\x27(?:\\.|[^\x27\\\n])*\x27};
		s{($literal)|(/\*.*?\*/|//[^\n]*)}{
			if (defined $1) { $1 } else { my $lines = $2 =~ tr/\n//; " " . "\n" x $lines } }gse;
		open($f, ">", $code) or die; print $f $_; close $f;
		s{^(\s*\#\s*include[^\n]*)|($literal)}{defined $1 ? $1 : q("")}gme;
		open($f, ">", $bare) or die; print $f $_; close $f;
	' "$file" "$work/code/$file" "$work/bare/$file"
done
mkdir -p "$work/code" "$work/bare"

# rule KIND PATTERN MESSAGE FILES…: each line of the copy KIND that matches is a finding.
rule() {
	local kind=$1 pattern=$2 message=$3
	shift 3
	local file existing=()
	for file in "$@"; do
		[ ! -e "$work/$kind/$file" ] || existing+=("$file")
	done
	[ ${#existing[@]} != 0 ] || return 0
	(cd "$work/$kind" && { grep -nHP -- "$pattern" "${existing[@]}" || true; }) |
		sed -E "s|^([^:]+:[0-9]+):.*|\\1: $message|" >>"$found"
}

# in_floors FLOOR…: the files of these floors.
in_floors() {
	local floor
	for floor in "$@"; do
		grep "^$floor/" <<<"$files" || true
	done
}

# call NAMES: a pattern for a call of one of them, or for taking its address by name.
call() {
	printf '(?<![A-Za-z0-9_.>])(?:%s)\\s*\\(' "$1"
}

# --- Who may know whom: model <- scanner <- lessons <- tui, cli -----------------------------------

direction() {
	local floor=$1 allowed=$2
	# shellcheck disable=SC2046 # file names here have no blanks
	rule code "^\\s*#\\s*include\\s+\"(?!(?:$allowed))" \
		"$floor/ may include only from: ${allowed//|/ }" $(in_floors "$floor")
}
direction model 'model/'
direction scanner 'model/|scanner/'
direction lessons 'model/|scanner/|lessons/'
direction tui 'model/|scanner/|lessons/|tui/'
direction cli 'model/|scanner/|lessons/|tui/tui\.h|cli/'

# shellcheck disable=SC2046,SC2086
{
	rule code '^\s*#\s*include\s+[<"](?:\w+/)?(?:n?curses\w*|panel|term|term_entry|termcap|menu|form)\.h' \
		"only tui/ includes curses" $(in_floors model scanner lessons cli)

	# --- The model is pure ---
	pure='assert|ctype|errno|inttypes|limits|math|stdarg|stdbool|stddef|stdint|stdio|stdlib|string'
	pure="$pure|strings|time|unistd|sys/types|linux/sched|libintl|utf8proc|zstd|endian|jansson"
	rule code "^\\s*#\\s*include\\s+<(?!(?:$pure)\\.h>)" \
		"model/ is pure: no such header there" $(in_floors model)
	rule bare "$(call 'open|openat|creat|fopen|fdopen|freopen|opendir|fdopendir|readdir|stat|lstat|fstat|fstatat|readlink|readlinkat|access|read|pread|write|pwrite|ioctl|fcntl|socket|socketpair|pipe|pipe2|poll|ppoll|select|fork|vfork|execv|execve|execvp|execl|kill|signal|sigaction|waitpid|wait|waitid|prctl|mount|umount|umount2|sethostname|gethostname|uname|getpid|getuid|geteuid|getenv|syscall|clock_gettime|gettimeofday|getpwuid')" \
		"model/ is pure: no system calls there" $(in_floors model)
	rule bare '(?<![A-Za-z0-9_])stdout(?![A-Za-z0-9_])|'"$(call 'printf|vprintf|puts|putchar|perror')" \
		"only tui/ and cli/ print" $(in_floors model scanner lessons)

	# --- Who may touch the kernel, and where ---
	rule code '"/proc/(?!self/exe")' \
		"only scanner/ and lessons/ read /proc" $(in_floors model tui cli)
	rule bare "$(call 'unshare|clone|clone3|__clone2|setns')|(?:SYS|__NR)_(?:unshare|clone3?|setns)\\b" \
		"only lessons/ makes and joins namespaces" \
		$(in_floors model scanner tui cli | grep -v '^scanner/\(helper/join\|helper/sandbox\|bpf/trace\)\.c$')
	rule bare "$(call 'unshare|clone|clone3|__clone2|setns|syscall')" \
		"the trace knows the numbers of calls and makes none" scanner/bpf/trace.c
	rule bare "$(call 'unshare|clone|clone3|__clone2')|(?:SYS|__NR)_(?:unshare|clone3?)\\b" \
		"helpers join namespaces, they make none" scanner/helper/join.c
	rule bare "$(call 'sethostname|setdomainname|mount|umount2?|pivot_root|chroot|swapon|reboot|settimeofday|clock_settime')" \
		"only lessons/ changes anything" \
		$(in_floors model scanner tui cli | grep -v '^scanner/helper/sandbox\.c$') # its own root alone

	rule bare "$(call 'fopen|fdopen|freopen|fgets|fgetc|getc|getline|getdelim|fread|fscanf')" \
		"files of /proc are read by scanner/proc/proc_file.h" $(in_floors scanner lessons)
	# What these read are pipes, BPF iterators, and a list of processors.
	rule bare "$(call 'read|pread|readv')" "files of /proc are read by scanner/proc/proc_file.h" \
		$(in_floors scanner | grep -v '^scanner/[a-z]*/\(proc_file\|bpf_look\|errand\|perf_events\|inspect\|inspect_types\|hostname_helper\|trace\)\.c$')

	# --- What lies below the root of another process is his ---
	rule code 'SYS_openat2|(?<![A-Za-z0-9_])open_how(?![A-Za-z0-9_])' \
		"mount_point_open_ns opens what is below a foreign root" \
		$(in_floors model scanner lessons tui cli | grep -v '^\(scanner/nsfs/mounts\|scanner/helper/sandbox\|lessons/stage/confine\)\.c$')
	rule code '"[^"]*(?:%d|%s|self|PID)/root(?:/|%)' \
		"mount_point_open_ns opens what is below a foreign root" $(in_floors model scanner lessons tui cli)
	rule code "$(call 'open|openat')(?![^;]*O_(?:DIRECTORY|PATH))" \
		"open_way opens what leads to a namespace" \
		$(in_floors scanner | grep '^scanner/helper/inspect')

	# --- Newer headers declare more than older ones, and what a program may have taken already ---
	rule code '^\s*#\s*include\s+<linux/(?:nsfs|sockios)\.h>|(?<![A-Za-z0-9_])_IO[RW]*\s*\(\s*0xb7' \
		"scanner/proc/kernel_abi.h has what nsfs understands" $(printf '%s\n' $files | grep -v '^scanner/proc/kernel_abi\.h$')

	# --- What another process can delay is read by helpers ---
	rule bare "$(call 'read_cmdline')" \
		"a process may keep whoever reads its memory waiting: cmdline_reader.c" \
		$(in_floors scanner lessons tui cli | grep -v '^scanner/\(helper/cmdline_reader\.c\|proc/proc_read\.[ch]\)$')
	rule code '"(?:[^"]*/)?(?:cmdline|environ|maps|smaps|numa_maps|mem)"' \
		"a process may keep whoever reads its memory waiting: cmdline_reader.c" \
		$(in_floors scanner tui | grep -v '^scanner/helper/cmdline_reader\.c$')

	rule bare "$(call 'getpw(?:uid|nam|ent)(?:_r)?|getgr(?:gid|nam|ent)(?:_r)?|getgrouplist|initgroups|getlogin(?:_r)?|getaddrinfo|getnameinfo|gethostby(?:name|addr)(?:_r)?')" \
		"who answers for names may keep whoever asks waiting: user_reader.c" \
		$(in_floors model scanner lessons tui cli | grep -v '^\(scanner/helper/user_reader\|cli/static/libraries\)\.c$')

	# --- What nobody uses ---
	rule bare "$(call 'sprintf|vsprintf|strcpy|stpcpy|strcat|strncpy|strncat|strtok|atoi|atol|atoll|atof|gets|system|popen|alloca|mktemp|tmpnam|tempnam|asctime|ctime|rand|srand|bcopy|bzero|usleep')" \
		"banned function" $files
	rule bare "$(call 'exit|quick_exit')" "only main exits" \
		$(in_floors model scanner lessons tui cli | grep -v '^cli/main\.c$')
	rule bare "$(call 'sleep|nanosleep|clock_nanosleep')" \
		"tests wait for a condition, they don't sleep" \
		$(in_floors tests | grep -v '^tests/bench/')
}

# --- Text ---------------------------------------------------------------------------------------

for file in $(find . -name .git -prune -o -name 'build*' -prune -o -name generated -prune -o -type f \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.md' -o -name '*.po' -o -name '*.1' -o -name Makefile -o -name '*.mk' \
	-o -path './.ci/*' -o -name '.clang-*' -o -name .editorconfig -o -name .gitignore \) -print |
	sed 's|^\./||'); do
	grep -nHP '[ \t]+$' "$file" | sed -E 's|^([^:]+:[0-9]+):.*|\1: blanks at the end|' >>"$found" || true
	grep -nHP $'\r' "$file" | sed -E 's|^([^:]+:[0-9]+):.*|\1: carriage return|' >>"$found" || true
	[ -z "$(tail -c 1 "$file")" ] || echo "$file:1: no newline at the end" >>"$found"
done
for file in $files; do
	# Not spelled out, or this line would find itself.
	grep -nHP '\b(?:TO''DO|FIX''ME|X''XX)\b' "$file" |
		sed -E 's|^([^:]+:[0-9]+):.*|\1: finish it, or open an issue|' >>"$found" || true
	case $file in
	*.h)
		grep -q '^#pragma once$' "$file" || echo "$file:1: a header has #pragma once" >>"$found"
		;;
	esac
done

sort -t: -k1,1 -k2,2n -u "$found"
[ ! -s "$found" ]
