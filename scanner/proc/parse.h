/* Parsers for the texts of /proc.  Pure: no system calls.
 *
 * Everything in these texts that a process can choose (above all its name) is hostile: the parsers rely
 * only on what the kernel itself wrote, and take nothing from a line that is not exactly as expected.
 */
#pragma once

#include "model/graph/nstype.h"

#include <stddef.h>
#include <sys/types.h>

/* The text of a link in /proc/PID/ns, such as "uts:[4026531838]".  proc_pid_ns(5)
 * @text: @len bytes, borrowed, need not be NUL-terminated.
 * Returns 0, -EACCES where it is empty (so Linux 5.10.262 refuses ptrace access: readlink(2) gives no error
 * and no text), or -EBADMSG where it is not of @type or not a number in brackets. */
int parse_ns_link(const char *text, size_t len, enum nstype type, uint64_t *ret_ino);

/* The same for a link of any type. */
int parse_any_ns_link(const char *text, size_t len, enum nstype *ret_type, uint64_t *ret_ino);

/* A path to a namespace of a process, "/proc/PID/ns/TYPE", as a symbolic link may have it.
 * Returns 0 or -EBADMSG. */
int parse_ns_path(const char *text, size_t len, pid_t *ret_pid, enum nstype *ret_type);

/* pid namespaces nest 32 deep below the initial one, so NSpid has at most 33 numbers. */
enum { STATUS_PIDS_MAX = 33 };

enum { STATUS_NAME_MAX = 64 }; /* 15 bytes; of kernel workers 63 */

struct proc_status {
	char name[STATUS_NAME_MAX]; /* raw, not NUL-terminated */
	size_t name_len;
	uid_t euid;
	pid_t pids[STATUS_PIDS_MAX]; /* from the PID namespace of /proc inwards */
	int pid_levels;
	bool pids_cut; /* for readers: the text ended before NSpid; parse_status leaves it false */
};

/* The lines Name, Uid and NSpid of /proc/PID/status.  proc_pid_status(5)
 * The kernel writes \n and \\ for a newline and a backslash in the name, and nothing else in
 * another way; so the name is complete, and a line begins only where the kernel began one.
 * A line without its newline is not believed: the text may have been cut there.
 * Before 4.1 there is no NSpid, nor in a text that was cut before it: pid_levels is 0 then.
 * Returns 0, or -EBADMSG (no Name, no Uid, or a line that is not numbers). */
int parse_status(const char *text, size_t len, struct proc_status *ret_status);

/* What /proc/PID/stat begins with: "4711 (comm) S ppid pgrp session ".  proc_pid_stat(5) */
struct stat_head {
	const char *name; /* in the text, without a NUL at its end; raw */
	size_t name_len;
	char state;
	pid_t ppid, session;
};

/* The name may hold anything, so the text is split at its last ')'; it may end behind the blank that ends the
 * session.  Returns 0 or -EBADMSG. */
int parse_stat_head(const char *text, size_t len, struct stat_head *ret_head);

/* The start time of /proc/PID/stat or of a thread's, in clock ticks since boot: field 22.
 * proc_pid_stat(5)  The name may hold anything, so the text is split at its last ')'; @text may end
 * behind the field.
 * Returns 0 or -EBADMSG. */
int parse_start_ticks(const char *text, size_t len, uint64_t *ret_ticks);

/* What is left of @len bytes of /proc/PID/cmdline without the NULs at the end: the last one ends
 * the last argument, and more of them are either empty arguments or what setproctitle(3) leaves
 * behind its title; these cannot be distinguished.  0 for none. */
size_t parse_cmdline_len(const char *text, size_t len);

/* Numbers with blanks around them, as in /proc/PID/uid_map, and in the lines Uid and Gid of status; what
 * follows the first @count is ignored.  @text ends with a NUL.
 * Returns 0 or -EBADMSG. */
int parse_numbers(const char *text, uint32_t *ret_numbers, size_t count);

/* One line of /proc/PID/mountinfo; the pieces point into it.  proc_pid_mountinfo(5) */
struct mount_line {
	uint32_t id, parent_id;
	const char *root, *mount_point, *options, *tags; /* not NUL-terminated */
	const char *fs_type, *source, *super_options;
	size_t root_len, mount_point_len, options_len, tags_len; /* tags: "shared:2 master:1" */
	size_t fs_type_len, source_len, super_options_len;
};

/* Returns 0 or -EBADMSG. */
int parse_mount_line(const char *line, size_t len, struct mount_line *ret_mount);

/* Undoes \ooo in a piece of mountinfo.  @to has room for @len bytes; returns those used. */
size_t parse_unescape(const char *from, size_t len, char *to);

/* What proc's mount options say of other users' processes.  proc(5) */
struct hidepid {
	bool hides;   /* they are not listed: "invisible", "ptraceable" */
	bool refuses; /* they are listed, and that is all: "noaccess" */
	bool strict;  /* it hides from the group as well: "ptraceable" */
	gid_t gid;    /* the group that sees everything all the same; 0 by default */
};

struct hidepid parse_hidepid(const char *super_options, size_t len);
