/* Reading one process through a descriptor on its directory in /proc.
 *
 * The descriptor pins the identity: once the process is reaped, everything through it fails with
 * ESRCH or ENOENT, also when another process has got its PID.  So what is read through it before
 * a last read that succeeds belongs to that one process.
 */
#pragma once

#include "model/graph.h"
#include "scanner/parse.h"

enum {
	COMM_BYTES_MAX = 64,      /* 15, of kernel workers 63; and the newline */
	CMDLINE_BYTES_MAX = 4096, /* what is kept of a command line */
};

struct link_reading {
	enum unread unread;
	uint64_t ino; /* with READ_OK */
};

/* What was read of one process; used again for the next one. */
struct reading {
	struct link_reading links[NS_LINK_COUNT];
	struct proc_status status;
	char cmdline[CMDLINE_BYTES_MAX];
	size_t cmdline_len; /* 0 for none */
};

/* The name of a directory entry that is a number (a PID, a descriptor); 0 for others. */
pid_t proc_pid_of(const char *name);

/* Reads the beginning of @name, a file below @dir.  Returns the bytes or -errno. */
ssize_t read_begin(int dir, const char *name, char *to, size_t room);

/* Reads @name, a file "comm" below @dir, without the newline.  Returns the bytes or -errno. */
ssize_t read_comm(int dir, const char *name, char ret_comm[COMM_BYTES_MAX]);

/* Reads those links of a thread that are @wanted, and leaves the others as they are. */
void read_some_links(
    int ns_dir, const bool wanted[NS_LINK_COUNT], struct link_reading links[NS_LINK_COUNT]);

/* The links that this kernel has. */
struct known_links {
	bool known[NS_LINK_COUNT];
};

/* Looks which links the process behind @dir (a descriptor on /proc/PID) has at all; this needs no
 * permission.  Returns 0, or -ESRCH where it has ended. */
int read_known_links(int dir, struct known_links *ret_links);

/* Reads the command line into @ret_reading.  @dir: as below. */
void read_cmdline(int dir, struct reading *ret_reading);

/* Makes of @reading, which was read as if of a living one, that of a zombie. */
void reading_of_zombie(struct reading *reading);

/* Reads all of a process but what libproc2 tells.
 * @dir: /proc/PID, @ns_dir: /proc/PID/ns or -1 where that could not be opened.
 * @state: proc_pid_stat(5), read before.
 * Returns 0, -ESRCH (it has ended: @ret_reading holds nothing of use), or another -errno. */
int read_process(
    int dir, int ns_dir, char state, const struct known_links *known, struct reading *ret_reading);
