#!/bin/bash
# Each rule of floors.sh must catch a sample that breaks it, and let pass one that does not.
# A sample: path | text | what floors.sh says of it, "-" for nothing.
set -eu

floors=$(dirname "$(realpath "$0")")/floors.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 count=0

while IFS='|' read -r path text expected; do
	[ -n "$path" ] || continue
	rm -rf "$work/tree"
	mkdir -p "$work/tree/$(dirname "$path")"
	printf '%b\n' "$text" >"$work/tree/$path"
	said=$("$floors" "$work/tree" || true)
	count=$((count + 1))
	if [ "$expected" = - ]; then
		[ -z "$said" ] || {
			echo "floors_test.sh: a good sample was refused: $path: $text: $said"
			failed=1
		}
	elif [[ $said != "$path":*": "*"$expected"* ]]; then
		echo "floors_test.sh: not caught: $path: $text: wanted \"$expected\", got \"$said\""
		failed=1
	fi
done <<'END'
model/a.c|#include "scanner/scan.h"|may include only from
model/a.c|#include "model/graph/graph.h"|-
scanner/a.c|#include "lessons/stage/stage.h"|may include only from
scanner/a.c|#include "model/graph/graph.h"|-
lessons/a.c|#include "tui/tui.h"|may include only from
lessons/a.c|#include "scanner/scan.h"|-
tui/a.c|#include "cli/cli.h"|may include only from
tui/a.c|#include "lessons/play/player.h"|-
cli/a.c|#include "tui/core/view.h"|may include only from
cli/a.c|#include "tui/tui.h"|-
model/a.c|#include <curses.h>|only tui/ includes curses
scanner/a.c|#include <ncursesw/curses.h>|only tui/ includes curses
lessons/a.c|#include <term.h>|only tui/ includes curses
cli/a.c|#  include <ncurses.h>|only tui/ includes curses
tui/a.c|#include <curses.h>|-
lessons/a.c|#include "lessons/script/terms.h"|-
model/a.c|#include <dirent.h>|no such header
model/a.c|#include <string.h>|-
model/a.c|int f(void) { return open("x", 0); }|no system calls
model/a.c|int f(void) { return ioctl (1, 2); }|no system calls
model/a.c|int f(struct s *s) { return line_open(s) + s->open(1) + reopen(1); }|-
model/a.c|/* open(2) is not called */\nint f(const char *s); /* read(\n write( */|-
model/a.c|const char *text = "open(2)";|-
lessons/a.c|void f(void) { printf("x"); }|only tui/ and cli/ print
scanner/a.c|void f(void) { fputs("x", stdout); }|only tui/ and cli/ print
model/a.c|void f(char *s) { snprintf(s, 1, "x"); }|-
cli/a.c|void f(void) { printf("x"); }|-
tui/a.c|int f(void) { return open("/proc/1/stat", 0); }|read /proc
model/a.c|const char *path = "/proc/%d";|read /proc
cli/a.c|const char *path = "/proc/self/exe";|-
scanner/a.c|const char *path = "/proc/1/stat";|-
scanner/a.c|void f(void) { fopen("/proc/1/status", "re"); }|read by scanner/proc/proc_file.h
lessons/a.c|void f(FILE *file) { getline(&line, &room, file); }|read by scanner/proc/proc_file.h
scanner/a.c|int f(int fd, char *to) { return read(fd, to, 4096); }|read by scanner/proc/proc_file.h
scanner/proc/proc_file.c|int f(int fd, char *to) { return read(fd, to, 4096); }|-
scanner/a.c|void f(struct proc_text *t) { proc_text_read(t, 3, "status", 9); }|-
scanner/a.c|int f(void) { return syscall(SYS_openat2, 3, "x", 0, 0); }|below a foreign root
scanner/a.c|char *f(int pid) { return xasprintf("/proc/%d/root%s", pid, "/x"); }|below a foreign root
lessons/a.c|const char *path = "/proc/self/root/etc";|below a foreign root
scanner/a.c|const char *link = "%d/root";|-
scanner/helper/inspect_a.c|int f(const char *path) { return open(path, O_RDONLY); }|leads to a namespace
scanner/helper/inspect_a.c|int f(void) { return openat(3, "self", O_DIRECTORY); }|-
scanner/helper/inspect_a.c|int f(void) { return fsopen("mqueue", 1) + nsfs_open(3, "1/ns/mnt"); }|-
scanner/a.c|void f(void) { read_cmdline(1, "1/cmdline", 0); }|keep whoever reads its memory waiting
scanner/a.c|const char *name = "%d/maps";|keep whoever reads its memory waiting
scanner/a.c|const char *name = "cmdline";|keep whoever reads its memory waiting
scanner/helper/cmdline_reader.c|const char *name = "%d/cmdline";|-
cli/a.c|void f(void) { getpwuid_r(0, 0, 0, 0, 0); }|keep whoever asks waiting
lessons/a.c|void *f(void) { return getgrnam("x"); }|keep whoever asks waiting
tui/a.c|int f(void) { return getaddrinfo("x", 0, 0, 0); }|keep whoever asks waiting
scanner/helper/user_reader.c|void f(void) { getpwuid_r(0, 0, 0, 0, 0); }|-
scanner/a.c|const char *name = "uid_map";|-
scanner/a.c|#include <linux/nsfs.h>|scanner/proc/kernel_abi.h has what nsfs understands
tests/kernel/a.c|#define NS_GET_ID _IOR(0xb7, 13, uint64_t)|scanner/proc/kernel_abi.h has what nsfs understands
scanner/proc/kernel_abi.h|#pragma once\n#define NSFS_GET_PARENT _IO(0xb7, 2)|-
scanner/a.c|int f(void) { return setns(1, 0); }|only lessons/ makes and joins
scanner/helper/join.c|int f(void) { return setns(1, 0); }|-
scanner/helper/join.c|int f(void) { return unshare(1); }|they make none
cli/a.c|int f(void) { return unshare(1); }|only lessons/ makes and joins
tui/a.c|long f(void) { return syscall(SYS_clone3, 0, 0); }|only lessons/ makes and joins
lessons/a.c|int f(void) { return unshare(1); }|-
tests/kernel/a.c|int f(void) { return unshare(1); }|-
cli/a.c|int f(void) { return sethostname("x", 1); }|only lessons/ changes
scanner/a.c|int f(void) { return mount(0, 0, 0, 0, 0); }|only lessons/ changes
lessons/a.c|int f(void) { return sethostname("x", 1); }|-
tui/a.c|void f(char *s) { sprintf(s, "x"); }|banned function
tests/unit/a.c|void f(char *s) { strcpy(s, "x"); }|banned function
cli/a.c|int f(char *s) { return atoi(s); }|banned function
lessons/a.c|void f(void) { system("x"); }|banned function
model/a.c|void *f(void) { return alloca(1); }|banned function
lessons/a.c|void f(void) { exit(1); }|only main exits
lessons/a.c|void f(void) { _exit(1); }|-
cli/main.c|void f(void) { exit(1); }|-
tests/unit/a.c|void f(void) { sleep(1); }|they don't sleep
tests/bench/a.c|void f(void) { sleep(1); }|-
cli/a.c|int f(void); |blanks at the end
docs/a.md|text\t|blanks at the end
tui/a.c|int f(void);\r|carriage return
tui/a.h|int f(void);|#pragma once
tui/b.h|#pragma once\nint f(void);|-
END
# These can't be written in the table above.
mkdir -p "$work/last/cli"
printf 'int f(void); /* TO%s */\n' DO >"$work/last/cli/a.c"
printf 'int g(void);' >"$work/last/cli/b.c"
said=$("$floors" "$work/last" || true)
count=$((count + 2))
[[ $said == *"cli/a.c:1: finish it"* && $said == *"cli/b.c:1: no newline"* ]] || {
	echo "floors_test.sh: not caught: $said"
	failed=1
}

[ "$failed" = 0 ] || exit 1
echo "floors_test.sh: $count samples"
