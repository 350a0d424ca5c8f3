/* reader: what /proc and the ioctls of nsfs say of namespaces, a line for each fact.
 *
 * Written for the tests only, from namespaces(7), ioctl_ns(2) and proc(5), and shares nothing with nsscope: it is
 * what nsscope is compared with.  A fact that can't be read is not there, but for links: a link that can't be read
 * has the reason in place of its inode, in the words of nsscope's JSON.
 *
 *   link PID START NAME INODE-OR-REASON     /proc/PID/ns/NAME; START as in /proc/PID/stat
 *   pids PID START N,N,…                    NSpid of /proc/PID/status
 *   of PID START PPID UID                   PPid, and the effective uid
 *   thread PID TID TYPE INODE               a thread whose link differs from its process's
 *   fd PID FD TYPE INODE                    a descriptor of a namespace
 *   mount TYPE INODE                        bound to a file, in some mount namespace
 *   ns TYPE INODE                           all of these, and the owners and parents of those that can be opened
 *   owner TYPE INODE INODE, parent TYPE INODE INODE
 *
 * A line may come more than once. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ioctl_ns(2), by number: headers differ. */
enum { GET_OWNER = 0xb701, GET_PARENT = 0xb702 };

static const char *const links[] = {"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children",
    "time", "time_for_children", "user", "uts"};
enum { LINKS = sizeof(links) / sizeof(links[0]) };

/* The type of a link: its name up to "_for_children". */
static int type_length(const char *link)
{
	const char *rest = strstr(link, "_for_children");

	return rest ? (int)(rest - link) : (int)strlen(link);
}

static size_t read_file(const char *path, char *data, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t length;

	if (!file)
		return 0;
	length = fread(data, 1, size - 1, file);
	data[length] = '\0';
	fclose(file);
	return length;
}

/* The target of a link such as uts:[4026531838]; false where there is none, with errno (0: it is empty). */
static bool read_link(const char *path, char target[64])
{
	ssize_t length = readlink(path, target, 63);

	target[length > 0 ? length : 0] = '\0';
	if (length == 0)
		errno = 0;
	return length > 0;
}

/* TYPE:[INODE] in two; false for any other file. */
static bool split(char *target, char **ret_inode)
{
	char *colon = strstr(target, ":[");

	if (!colon || target[0] == '/' || strncmp(target, "pipe", 4) == 0 ||
	    strncmp(target, "socket", 6) == 0 || strncmp(target, "anon_inode", 10) == 0)
		return false;
	*colon = '\0';
	*ret_inode = colon + 2;
	(*ret_inode)[strcspn(*ret_inode, "]")] = '\0';
	return true;
}

/* The user namespace that owns it and, of a PID or user namespace, the one above: up to the top, or to where the
 * kernel refuses it. */
static void tell_relatives(int ns, const char *type, int length)
{
	struct stat self, relative;
	int owner = ioctl(ns, GET_OWNER), parent = ioctl(ns, GET_PARENT);

	if (fstat(ns, &self) == 0) {
		printf("ns %.*s %lu\n", length, type, (unsigned long)self.st_ino);
		if (owner >= 0 && fstat(owner, &relative) == 0)
			printf("owner %.*s %lu %lu\n", length, type, (unsigned long)self.st_ino,
			    (unsigned long)relative.st_ino);
		if (parent >= 0 && fstat(parent, &relative) == 0)
			printf("parent %.*s %lu %lu\n", length, type, (unsigned long)self.st_ino,
			    (unsigned long)relative.st_ino);
	}
	if (owner >= 0) {
		tell_relatives(owner, "user", 4);
		close(owner);
	}
	if (parent >= 0) {
		tell_relatives(parent, type, length);
		close(parent);
	}
}

static void open_and_tell(const char *path, const char *type, int length)
{
	int ns = open(path, O_RDONLY | O_CLOEXEC);

	if (ns < 0)
		return;
	tell_relatives(ns, type, length);
	close(ns);
}

static const char *reason(int error, char state, const char *link)
{
	char own[64], ignored[64];

	if (error == EACCES || error == EPERM || error == 0)
		return "denied"; /* late 5.10 gives an empty link in place of EACCES */
	if (error == ESRCH)
		return "gone";
	snprintf(own, sizeof(own), "/proc/self/ns/%s", link);
	if (!read_link(own, ignored))
		return "unsupported";
	return state == 'Z' || state == 'X' ? "zombie" : "empty";
}

static void tell_links(const char *pid, const char *start, char state, char inodes[LINKS][32])
{
	for (int i = 0; i < LINKS; i++) {
		char path[300], target[64], *inode;
		const char *told;

		snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, links[i]);
		told = read_link(path, target) && split(target, &inode)
		           ? inode
		           : reason(errno, state, links[i]);
		snprintf(inodes[i], 32, "%s", told);
		printf("link %s %s %s %s\n", pid, start, links[i], told);
		if (isdigit(told[0])) {
			printf("ns %.*s %s\n", type_length(links[i]), links[i], told);
			open_and_tell(path, links[i], type_length(links[i]));
		}
	}
}

static void tell_status(const char *pid, const char *start)
{
	char path[300], data[8192], *at, *line, *rest;
	unsigned parent = 0, uid = 0;

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	if (!read_file(path, data, sizeof(data)))
		return;
	if ((at = strstr(data, "\nPPid:")))
		parent = (unsigned)strtoul(at + 6, NULL, 10);
	if ((at = strstr(data, "\nUid:"))) {
		strtoul(at + 5, &rest, 10);
		uid = (unsigned)strtoul(rest, NULL, 10);
	}
	printf("of %s %s %u %u\n", pid, start, parent, uid);
	if (!(at = strstr(data, "\nNSpid:")))
		return;
	line = at + 7;
	line[strcspn(line, "\n")] = '\0';
	printf("pids %s %s ", pid, start);
	for (char *word = strtok_r(line, "\t ", &rest); word; word = strtok_r(NULL, "\t ", &rest))
		printf("%s%s", word, *rest ? "," : "");
	printf("\n");
}

/* What stands in a folder of /proc/PID. */
#define each_entry(entry, folder)                                                                  \
	(struct dirent * (entry); (folder) && ((entry) = readdir(folder));)

static void tell_threads(const char *pid, char inodes[LINKS][32])
{
	char path[600], target[64], *inode;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	tasks = opendir(path);
	for
		each_entry(task, tasks)
		{
			if (!isdigit(task->d_name[0]) || strcmp(task->d_name, pid) == 0)
				continue;
			for (int i = 0; i < LINKS; i++) {
				snprintf(path, sizeof(path), "/proc/%s/task/%s/ns/%s", pid,
				    task->d_name, links[i]);
				if (type_length(links[i]) != (int)strlen(links[i]) ||
				    !read_link(path, target) || !split(target, &inode) ||
				    strcmp(inode, inodes[i]) == 0)
					continue;
				printf("thread %s %s %s %s\nns %s %s\n", pid, task->d_name, target,
				    inode, target, inode);
			}
		}
	if (tasks)
		closedir(tasks);
}

static void tell_descriptors(const char *pid)
{
	char path[600], target[64], *inode;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	folder = opendir(path);
	for
		each_entry(entry, folder)
		{
			snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, entry->d_name);
			if (!read_link(path, target) || !split(target, &inode))
				continue;
			printf("fd %s %s %s %s\nns %s %s\n", pid, entry->d_name, target, inode,
			    target, inode);
			open_and_tell(path, target, (int)strlen(target));
		}
	if (folder)
		closedir(folder);
}

/* proc_pid_mountinfo(5): the fourth field is the root within the file system, the one after " - " its type. */
static void tell_mounts(const char *pid)
{
	char path[300], line[8192], *rest, *root, *type, *inode;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/mountinfo", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		type = strstr(line, " - ");
		if (!type || strncmp(type, " - nsfs ", 8) != 0)
			continue;
		root = strtok_r(line, " ", &rest);
		for (int field = 1; root && field < 4; field++)
			root = strtok_r(NULL, " ", &rest);
		if (root && split(root, &inode))
			printf("mount %s %s\nns %s %s\n", root, inode, root, inode);
	}
	if (file)
		fclose(file);
}

/* The name of a process may hold blanks and brackets: fields are counted from the last one. */
static bool read_stat(const char *pid, char *ret_state, char ret_start[32])
{
	char path[300], data[4096], *at;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	if (!read_file(path, data, sizeof(data)) || !(at = strrchr(data, ')')))
		return false;
	at += 2;
	*ret_state = *at;
	for (int field = 3; field < 22; field++) {
		at = strchr(at, ' ');
		if (!at)
			return false;
		at++;
	}
	snprintf(ret_start, 32, "%.*s", (int)strcspn(at, " "), at);
	return true;
}

int main(void)
{
	DIR *proc = opendir("/proc");

	for
		each_entry(process, proc)
		{
			char start[32], state, inodes[LINKS][32];
			const char *pid = process->d_name;

			if (!isdigit(pid[0]) || strtol(pid, NULL, 10) == getpid() ||
			    !read_stat(pid, &state, start))
				continue;
			tell_links(pid, start, state, inodes);
			tell_status(pid, start);
			tell_threads(pid, inodes);
			tell_descriptors(pid);
			tell_mounts(pid);
		}
	return proc ? 0 : 1;
}
