#include "scanner/proc_read.h"

#include "model/util.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Reads a whole file of /proc, or its first @room bytes.  The files that are read here are given
 * whole by one read(2) that has room for them.  Returns the bytes, or -errno. */
ssize_t read_begin(int dir, const char *name, char *to, size_t room)
{
	autoclose int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -errno;
	do
		len = read(fd, to, room);
	while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

int read_known_links(int dir, struct known_links *ret_links)
{
	autoclose int ns_dir = openat(dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct known_links links = {.known = {false}};
	struct stat st;

	if (ns_dir < 0)
		return -ESRCH;
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		links.known[link] =
		    fstatat(ns_dir, ns_link_names[link], &st, AT_SYMLINK_NOFOLLOW) == 0;
	}
	/* Every kernel with /proc/PID/ns has this one (3.0): the process has ended under us. */
	if (!links.known[NS_UTS])
		return -ESRCH;
	*ret_links = links;
	return 0;
}

pid_t proc_pid_of(const char *name)
{
	pid_t pid = 0;

	for (; *name >= '0' && *name <= '9'; name++)
		pid = pid * 10 + (*name - '0'); /* the kernel's own: at most 2^30 */
	return *name == '\0' ? pid : 0;
}

static enum unread read_link(int ns_dir, enum ns_link link, char state, uint64_t *ret_ino)
{
	char text[64];
	ssize_t len = readlinkat(ns_dir, ns_link_names[link], text, sizeof(text));

	if (len < 0) {
		if (errno == EACCES || errno == EPERM)
			return UNREAD_DENIED;
		return state == 'Z' ? UNREAD_ZOMBIE : UNREAD_GONE;
	}
	switch (parse_ns_link(text, (size_t)len, ns_link_type(link), ret_ino)) {
	case 0:
		return READ_OK;
	case -EACCES:
		return UNREAD_DENIED;
	default:
		return UNREAD_UNSUPPORTED;
	}
}

/* A PID namespace without an init can't be linked to; a process that ends has lost the other
 * namespaces as well.  pid_namespaces(7) */
static void tell_empty(struct link_reading links[NS_LINK_COUNT])
{
	if (links[LINK_PID_FOR_CHILDREN].unread == UNREAD_GONE && links[NS_PID].unread == READ_OK &&
	    links[NS_UTS].unread == READ_OK)
		links[LINK_PID_FOR_CHILDREN].unread = UNREAD_EMPTY;
}

void reading_of_zombie(struct reading *reading)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (reading->links[link].unread == UNREAD_GONE)
			reading->links[link].unread = UNREAD_ZOMBIE;
	}
}

static void read_links(
    int ns_dir, char state, const struct known_links *known, struct reading *reading)
{
	struct link_reading *links = reading->links;
	bool denied = ns_dir < 0;

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (!known->known[link]) {
			links[link].unread = UNREAD_UNSUPPORTED;
			continue;
		}
		/* Ptrace access is checked against the process, for every link the same way:
		 * one refusal is all of them.  ptrace(2) */
		links[link].unread =
		    denied ? UNREAD_DENIED : read_link(ns_dir, link, state, &links[link].ino);
		denied = links[link].unread == UNREAD_DENIED;
	}
	tell_empty(links);
}

void read_some_links(
    int ns_dir, const bool wanted[NS_LINK_COUNT], struct link_reading links[NS_LINK_COUNT])
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (wanted[link])
			links[link].unread = read_link(ns_dir, link, 'S', &links[link].ino);
	}
	tell_empty(links);
}

ssize_t read_comm(int dir, const char *name, char ret_comm[COMM_BYTES_MAX])
{
	ssize_t len = read_begin(dir, name, ret_comm, COMM_BYTES_MAX);

	return len > 0 && ret_comm[len - 1] == '\n' ? len - 1 : len;
}

void read_cmdline(int dir, struct reading *ret_reading)
{
	ssize_t len =
	    read_begin(dir, "cmdline", ret_reading->cmdline, sizeof(ret_reading->cmdline));

	ret_reading->cmdline_len =
	    len < 0 ? 0 : parse_cmdline_len(ret_reading->cmdline, (size_t)len);
}

/* What names the process is read here and not by libproc2 (4.0.2): its CMD has '.' and '?' in the
 * place of control and non-ASCII bytes, and its CMDLINE_V cuts arguments at newlines. */
int read_process(
    int dir, int ns_dir, char state, const struct known_links *known, struct reading *ret_reading)
{
	char text[4096]; /* NSpid is within the first 2 KiB, even with 33 levels and long groups */
	ssize_t len;
	int r;

	read_links(ns_dir, state, known, ret_reading);
	read_cmdline(dir, ret_reading);
	/* The last read: see the top of proc_read.h. */
	len = read_begin(dir, "status", text, sizeof(text));
	r = len < 0 ? (int)len : parse_status(text, (size_t)len, &ret_reading->status);
	/* Reaped while the kernel wrote it: the process has lost its numbers. */
	if (r == 0 && ret_reading->status.pid_levels > 0 && ret_reading->status.pids[0] == 0)
		r = -ESRCH;
	return r == -ENOENT ? -ESRCH : r;
}
