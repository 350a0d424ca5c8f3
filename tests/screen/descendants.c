#include "tests/screen/descendants.h"

#include "model/base/util.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/proc_read.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* ioctl_nsfs(2), Linux 6.18 */

static pid_t parent_of(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/stat", (int)pid);
	char data[512];
	FILE *file = fopen(path, "re");
	const char *end;
	char state;
	int parent = 0;

	if (!file)
		return 0;
	data[fread(data, 1, sizeof(data) - 1, file)] = '\0';
	fclose(file);
	end = strrchr(data, ')'); /* comm may hold one too */
	return end && sscanf(end + 1, " %c %d", &state, &parent) == 2 ? parent : 0;
}

static void read_uts(pid_t pid, uint64_t *ret_ino, uint64_t *ret_id)
{
	autofree char *path = xasprintf("/proc/%d/ns/uts", (int)pid);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	*ret_ino = *ret_id = 0;
	if (fd < 0 || fstat(fd, &status) < 0)
		return;
	*ret_ino = status.st_ino;
	if (ioctl(fd, NSFS_GET_ID, ret_id) < 0)
		*ret_id = 0;
}

/* Calls @each for every process, in no order, until it returns false. */
static void walk_proc(bool (*each)(pid_t pid, void *data), void *data)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    !each((pid_t)strtol(entry->d_name, NULL, 10), data))
			break;
	}
	if (proc)
		closedir(proc);
}

struct search {
	struct descendants *found;
	pid_t root;
	bool grown;
};

static bool is_known(const struct descendants *found, pid_t pid)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i].pid == pid)
			return true;
	}
	return false;
}

static bool take_child(pid_t pid, void *data)
{
	struct search *search = data;
	struct descendants *found = search->found;
	struct descendant item = {.pid = pid};
	pid_t parent = parent_of(pid);

	if ((parent != search->root && !is_known(found, parent)) || is_known(found, pid) ||
	    found->count == DESCENDANTS_MAX)
		return true;
	item.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (item.pidfd < 0)
		return true;
	read_uts(pid, &item.uts_ino, &item.uts_id);
	found->items[found->count++] = item;
	search->grown = true;
	return true;
}

void descendants_find(pid_t pid, struct descendants *ret)
{
	struct search search = {.found = ret, .root = pid};

	*ret = (struct descendants){0};
	do {
		search.grown = false;
		walk_proc(take_child, &search);
	} while (search.grown);
}

static bool is_isolated(const struct descendant *item)
{
	uint64_t ino, id;

	read_uts(getpid(), &ino, &id);
	return item->uts_ino && item->uts_ino != ino;
}

/* A helper of nsscope's joins a namespace for as long as it reads there. */
static bool is_helper(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/comm", (int)pid);
	char comm[COMM_BYTES_MAX];
	ssize_t len = read_comm(AT_FDCWD, path, comm);

	return len >= 8 && strncmp(comm, "nsscope-", 8) == 0;
}

size_t descendants_apart(const struct descendants *descendants)
{
	size_t count = 0;

	for (size_t i = 0; i < descendants->count; i++)
		count +=
		    is_isolated(&descendants->items[i]) && !is_helper(descendants->items[i].pid);
	return count;
}

void descendants_wait(const struct descendants *descendants)
{
	for (size_t i = 0; i < descendants->count; i++) {
		struct pollfd end = {.fd = descendants->items[i].pidfd, .events = POLLIN};

		while (poll(&end, 1, -1) != 1)
			;
	}
}

struct leftover {
	const struct descendant *item;
	bool found;
};

static bool is_elsewhere(pid_t pid, void *data)
{
	struct leftover *leftover = data;
	uint64_t ino, id;

	read_uts(pid, &ino, &id);
	leftover->found = ino == leftover->item->uts_ino && id == leftover->item->uts_id;
	return !leftover->found;
}

bool descendants_left(const struct descendants *descendants)
{
	for (size_t i = 0; i < descendants->count; i++) {
		struct leftover leftover = {.item = &descendants->items[i]};

		if (!is_isolated(leftover.item))
			continue;
		walk_proc(is_elsewhere, &leftover);
		if (leftover.found)
			return true;
	}
	return false;
}

void descendants_done(struct descendants *descendants)
{
	for (size_t i = 0; i < descendants->count; i++)
		close_fd(&descendants->items[i].pidfd);
	descendants->count = 0;
}
