/* The reader of files of /proc; no other code of the scanner reads them.
 *
 * A process can make such a file long: 65536 groups make a status of 720 kB.  So a file is read to its end,
 * into a buffer that grows, or to a stated bound, and then the result is marked as cut.
 *
 * The kernel gives these files in one of two ways; seq_file.rst in its documentation.
 * - In one piece: status, stat, comm, cmdline, cgroup, setgroups, what is below /proc/sys.  A read that
 *   gives less than was asked for has come to the end: struct proc_text.
 * - Record by record: mountinfo, uid_map, net/…, sysvipc/….  A read ends where the next record does not
 *   fit, so only one that gives nothing is the end: struct proc_lines.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
	PROC_TEXT_MAX =
	    1 << 20, /* more than a status with all the groups that setgroups(2) allows */
	PROC_LINE_MAX = 1 << 20, /* of one line */
};

/* A file in one piece. */
struct proc_text {
	char *data; /* with a NUL behind the last byte */
	size_t len;
	size_t capacity;
	bool cut;   /* the file is longer */
	char next;  /* the first byte that was cut off; only where there is one */
	bool grown; /* data is allocated, and no more the caller's */
};

/* To begin with @bytes, an array of the caller's, which most files fit in. */
#define PROC_TEXT(bytes)                                                                           \
	{                                                                                          \
		.data = (bytes), .capacity = sizeof(bytes)                                         \
	}

#define autotext __attribute__((cleanup(proc_text_done)))
void proc_text_done(struct proc_text *text);

/* Reads @name below @dir (AT_FDCWD with an absolute path), at most @most bytes of it.  Replaces what was
 * read before.
 * Returns 0, or -errno: @text is empty then. */
int proc_text_read(struct proc_text *text, int dir, const char *name, size_t most);

/* The same from @fd, which is at its beginning, and stays the caller's. */
int proc_text_read_fd(struct proc_text *text, int fd, size_t most);

/* Returns whether all that was cut off @text is NULs.  Continues to read @fd, from which @text was read. */
bool proc_rest_is_nul(const struct proc_text *text, int fd);

/* Reads a number in decimal digits, as files below /proc/sys have it.
 * Returns 0, -EBADMSG, or another -errno. */
int proc_number_read(int dir, const char *name, long *ret_number);

/* Returns whether /proc is that of this process's PID namespace: its numbers are ours. */
bool proc_is_own(void);

/* A file of records, line by line. */
struct proc_lines {
	int fd; /* -1 where it is not open */
	char *text;
	size_t capacity, len, at; /* bytes that were read, and those that were taken */
	bool ended;               /* all of it was read */
	bool skipping;            /* within a line that is too long */
	int error;                /* what proc_lines_close gives */
};

#define PROC_LINES_CLOSED                                                                          \
	{                                                                                          \
		.fd = -1                                                                           \
	}
/* Of @file, a descriptor at the beginning of it, which proc_lines_close closes. */
#define PROC_LINES_OF(file)                                                                        \
	{                                                                                          \
		.fd = (file)                                                                       \
	}

/* Opens @name below @dir; the file is for proc_lines_close to close.  Returns 0 or -errno. */
int proc_lines_open(struct proc_lines *lines, int dir, const char *name);

/* Ends the reading; what is left open by a lines that was not opened is nothing.
 * Returns 0, the -errno that ended it before the end of the file, or -EFBIG where a line was longer than
 * PROC_LINE_MAX and was left out. */
int proc_lines_close(struct proc_lines *lines);

/* The next line, without its newline, with a NUL in its place; valid until the next call.  NULL at the
 * end.  @ret_len may be NULL. */
char *proc_lines_next(struct proc_lines *lines, size_t *ret_len);

/* The two halves of it, for callers that work in slices: one read(2), and the next complete line that was
 * read; NULL for none. */
void proc_lines_more(struct proc_lines *lines);
char *proc_lines_take(struct proc_lines *lines, size_t *ret_len);
