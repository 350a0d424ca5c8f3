#include "scanner/proc/proc_read.h"

#include "model/base/util.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/want.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { ENTRIES_BYTES_MAX = 16384 };

int read_start_ticks(int dir, const char *name, uint64_t *ret_ticks)
{
	char first[STAT_BYTES];
	autotext struct proc_text stat = PROC_TEXT(first);
	int r = proc_text_read(&stat, dir, name, PROC_TEXT_MAX);

	return r < 0 ? r : parse_start_ticks(stat.data, stat.len, ret_ticks);
}

int read_known_links(int dir, struct known_links *ret_links)
{
	autoclose int ns_dir = openat(dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct known_links links = {.known = {false}};
	struct stat st;

	if (ns_dir < 0)
		return errno == ENOENT ? -ESRCH : -errno;
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

int proc_entries_read(int dir, size_t bytes, void (*each)(void *arg, const char *name), void *arg)
{
	_Alignas(struct dirent64) char list[ENTRIES_BYTES_MAX];
	ssize_t len = getdents64(dir, list, bytes < sizeof(list) ? bytes : sizeof(list));

	if (len < 0)
		return -errno;
	for (ssize_t at = 0; at < len;) {
		const struct dirent64 *entry = (const void *)(list + at);

		each(arg, entry->d_name);
		at += entry->d_reclen;
	}
	return len > 0;
}

static void append_pid(void *arg, const char *name)
{
	struct proc_pids *pids = arg;
	pid_t pid = proc_pid_of(name);

	if (pid <= 0)
		return;
	array_reserve(pids->items, pids->capacity, pids->count + 1);
	pids->items[pids->count++] = pid;
}

int proc_pids_read(struct proc_pids *pids, int proc)
{
	return proc_entries_read(proc, ENTRIES_BYTES_MAX, append_pid, pids);
}

int proc_dir_open(int proc, pid_t pid)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "%d", (int)pid);
	fd = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int read_ns_link(int dir, const char *name, enum nstype type, uint64_t *ret_ino)
{
	char text[64];
	ssize_t len = readlinkat(dir, name, text, sizeof(text));

	return len < 0 ? -errno : parse_ns_link(text, (size_t)len, type, ret_ino);
}

static enum read_status read_link(int ns_dir, enum ns_link link, char state, uint64_t *ret_ino)
{
	int r = read_ns_link(ns_dir, ns_link_names[link], ns_link_type(link), ret_ino);

	if (r == 0)
		return READ_OK;
	if (error_is_refusal(r))
		return READ_DENIED;
	if (r == -EBADMSG)
		return READ_UNSUPPORTED;
	if (!error_is_end(r))
		return READ_NEVER;
	return state == 'Z' ? READ_ZOMBIE : READ_GONE;
}

/* A PID namespace without an init can't be linked to; a process that ends has lost the other
 * namespaces as well.  pid_namespaces(7) */
static void note_empty(struct link_reading links[NS_LINK_COUNT])
{
	if (links[LINK_PID_FOR_CHILDREN].read_status == READ_GONE &&
	    links[NS_PID].read_status == READ_OK && links[NS_UTS].read_status == READ_OK)
		links[LINK_PID_FOR_CHILDREN].read_status = READ_EMPTY;
}

static void read_links(
    int ns_dir, char state, const struct known_links *known, struct reading *reading)
{
	struct link_reading *links = reading->links;
	bool denied = ns_dir < 0;

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (!known->known[link]) {
			links[link].read_status = READ_UNSUPPORTED;
			continue;
		}
		/* Ptrace access is checked against the process, for every link the same way:
		 * one refusal is all of them.  ptrace(2) */
		links[link].read_status =
		    denied ? READ_DENIED : read_link(ns_dir, link, state, &links[link].ino);
		denied = links[link].read_status == READ_DENIED;
	}
	note_empty(links);
}

void read_some_links(
    int ns_dir, const bool wanted[NS_LINK_COUNT], struct link_reading links[NS_LINK_COUNT])
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (wanted[link])
			links[link].read_status = read_link(ns_dir, link, 'S', &links[link].ino);
	}
	note_empty(links);
}

ssize_t read_comm(int dir, const char *name, char ret_comm[COMM_BYTES_MAX])
{
	char first[COMM_BYTES_MAX + 1];
	autotext struct proc_text comm = PROC_TEXT(first);
	int r = proc_text_read(&comm, dir, name, COMM_BYTES_MAX);

	if (r < 0)
		return r;
	comm.len -= comm.len > 0 && comm.data[comm.len - 1] == '\n';
	memcpy(ret_comm, comm.data, comm.len);
	return (ssize_t)comm.len;
}

void read_cmdline(int file, struct proc_text *ret_cmdline)
{
	if (proc_text_read_fd(ret_cmdline, file, CMDLINE_BYTES_MAX) < 0)
		return;
	/* The NULs at the end are not part of it: behind the last argument, and what is left free by a
	 * process that wrote a shorter title there.  Before a cut they are. */
	if (ret_cmdline->cut)
		ret_cmdline->cut = !proc_rest_is_nul(ret_cmdline, file);
	if (!ret_cmdline->cut)
		ret_cmdline->len = parse_cmdline_len(ret_cmdline->data, ret_cmdline->len);
}

size_t cmdline_kept(struct cmdline_budget *budget, size_t len)
{
	enum { LONG_BYTES_MAX = 16 << 20 }; /* some thousand of the long ones that Java has */
	size_t beyond = len > CMDLINE_BYTES_SURE ? len - CMDLINE_BYTES_SURE : 0;

	if (beyond > LONG_BYTES_MAX - budget->spent)
		return CMDLINE_BYTES_SURE;
	budget->spent += beyond;
	return len;
}

/* What names the process is read here and not by libproc2 (4.0.2): its CMD has '.' and '?' in the
 * place of control and non-ASCII bytes, and its CMDLINE_V cuts arguments at newlines. */
int open_ns_dir(int dir)
{
	int fd = openat(dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int read_refusal(int dir)
{
	uint64_t ticks;
	int r = read_start_ticks(dir, "stat", &ticks);

	return r == -ENOENT || r == -EBADMSG ? -ESRCH : r;
}

int read_process(
    int dir, int ns_dir, char state, const struct known_links *known, struct reading *ret_reading)
{
	char first[STATUS_BYTES];
	autotext struct proc_text status = PROC_TEXT(first);
	int r;

	if (ns_dir < 0 && !error_is_refusal(ns_dir))
		return error_is_end(ns_dir) ? -ESRCH : ns_dir;
	read_links(ns_dir, state, known, ret_reading);
	/* The last read: see the top of proc_read.h. */
	r = proc_text_read(&status, dir, "status", PROC_TEXT_MAX);
	if (r == 0)
		r = parse_status(status.data, status.len, &ret_reading->status);
	if (r == 0)
		ret_reading->status.pids_cut = status.cut && ret_reading->status.pid_levels == 0;
	/* Reaped while the kernel wrote it: the process has lost its numbers. */
	if (r == 0 && ret_reading->status.pid_levels > 0 && ret_reading->status.pids[0] == 0)
		r = -ESRCH;
	return r == -ENOENT ? -ESRCH : r;
}

/* --- The root directory ----------------------------------------------------------------------- */

int root_link_read(const struct process *process, char **ret_path)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_PROC);
	autoclose int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	autoclose int dir = proc_dir_open(proc, process->id.pid);
	char path[PATH_MAX];
	uint64_t start = 0;

	if (dir < 0)
		return proc < 0 || dir == -ENOENT ? -ESRCH : dir;
	ssize_t len = readlinkat(dir, "root", path, sizeof(path));
	if (len < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	/* This confirms that the process behind the descriptor still exists. */
	int r = read_start_ticks(dir, "stat", &start);
	if (r < 0 && r != -EBADMSG)
		return r;
	if (r < 0 || start != process->id.start_ticks)
		return -ESRCH;
	*ret_path = xstrndup(path, (size_t)len);
	return 0;
}

/* --- Descriptor tables of threads ------------------------------------------------------------- */

void own_tables_begin(struct own_tables *tables)
{
	tables->count = 0;
}

/* kcmp(2) gives 0 for the same, 1 to 3 for others, and -1: a task that has ended, or is not ours to ask. */
static bool differ(pid_t a, pid_t b)
{
	return syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0) > 0;
}

bool own_tables_is_new(struct own_tables *tables, pid_t shared, pid_t tid)
{
	if (tid == shared || !differ(shared, tid))
		return false;
	for (size_t i = 0; i < tables->count; i++) {
		const struct own_table *table = &tables->items[i];

		if (table->shared != shared)
			continue;
		if (table->tid == tid)
			return true;
		if (!differ(table->tid, tid))
			return false;
	}
	array_reserve(tables->items, tables->capacity, tables->count + 1);
	tables->items[tables->count++] = (struct own_table){.shared = shared, .tid = tid};
	return true;
}

void own_tables_done(struct own_tables *tables)
{
	free(tables->items);
}
