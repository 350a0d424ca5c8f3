#include "lessons/stage/feature.h"

#include "lessons/stage/program.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FEATURES_MAX = 16 };

/* How a child that tried ends. */
enum { TRIED_YES, TRIED_NO, TRIED_NOTHING };

/* Into a new namespace of @type; without the privilege, with a user namespace around it. */
static bool enter(enum nstype type)
{
	int flag = (int)ns_types[type].flag;

	return unshare(flag) == 0 || unshare(flag | CLONE_NEWUSER) == 0;
}

static pid_t wait_for(pid_t child, int *ret_status)
{
	pid_t r;

	do
		r = waitpid(child, ret_status, 0);
	while (r < 0 && errno == EINTR);
	return r;
}

/* Runs @body in a child, which ends with what it returns. */
static int try_in_child(int (*body)(void))
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (child == 0)
		_exit(body());
	if (wait_for(child, &status) < 0)
		return -errno;
	if (!WIFEXITED(status) || WEXITSTATUS(status) == TRIED_NOTHING)
		return -ENODATA;
	return WEXITSTATUS(status) == TRIED_YES;
}

/* --- Time --------------------------------------------------------------------------------------- */

/* Stops behind its execve(2), before the program's first instruction.  ptrace(2) */
_Noreturn static void execute_traced(void)
{
	char *const nothing[] = {NULL};
	char *const words[] = {(char *)"nsscope", NULL};

	if (enter(NS_TIME) && ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
		execve("/proc/self/exe", words, nothing);
	_exit(TRIED_NOTHING);
}

static int time_is_entered(pid_t child)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_PROC);
	char path[64], here[64], ordered[64];
	ssize_t len, ordered_len;

	snprintf(path, sizeof(path), "/proc/%d/ns/time", (int)child);
	len = readlink(path, here, sizeof(here));
	snprintf(path, sizeof(path), "/proc/%d/ns/time_for_children", (int)child);
	ordered_len = readlink(path, ordered, sizeof(ordered));
	if (len <= 0 || ordered_len <= 0)
		return -ENODATA;
	return len == ordered_len && memcmp(here, ordered, (size_t)len) == 0;
}

static int try_exec_enters_time(void)
{
	int status, r = -ENODATA;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (child == 0)
		execute_traced();
	if (wait_for(child, &status) < 0)
		return -errno;
	if (WIFSTOPPED(status)) {
		r = time_is_entered(child);
		kill(child, SIGKILL);
		wait_for(child, &status);
	}
	return r;
}

/* --- PID ---------------------------------------------------------------------------------------- */

static int read_empty_pid(void)
{
	char link[64];

	if (access("/proc/self/ns/pid_for_children", F_OK) < 0 || !enter(NS_PID))
		return TRIED_NOTHING;
	if (readlink("/proc/self/ns/pid_for_children", link, sizeof(link)) > 0)
		return TRIED_YES;
	return errno == ENOENT ? TRIED_NO : TRIED_NOTHING;
}

static int try_pid_for_children_early(void)
{
	return try_in_child(read_empty_pid);
}

/* --- Network ------------------------------------------------------------------------------------ */

/* As root of a new user namespace, which owns the other one that @flag asks for. */
static bool enter_as_root(int flag)
{
	char map[32];
	uid_t uid = geteuid();
	int fd;

	if (unshare(CLONE_NEWUSER | flag) < 0)
		return false;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, map, strlen(map)) > 0;
}

/* Makes a firewall rule, and ends as nft(8) does: 0 for success, 1 for an error. */
static int make_rule(void)
{
	char *const words[] = {(char *)"nft",
	    (char *)"add table inet try; add chain inet try in { type filter hook input priority "
	            "0; }; "
	            "add rule inet try in tcp dport 1 reject with tcp reset",
	    NULL};
	autofree char *file = program_find(words[0], getenv("PATH"));
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	_Static_assert(TRIED_YES == 0 && TRIED_NO == 1, "as nft(8)");
	if (!file)
		return TRIED_NO;
	if (null < 0 || !enter_as_root(CLONE_NEWNET))
		return TRIED_NOTHING;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	execv(file, words);
	return TRIED_NO;
}

static int try_nft(void)
{
	return try_in_child(make_rule);
}

/* --- Control groups ----------------------------------------------------------------------------- */

/* Of cgroup v2, whose line begins with "0::".  cgroups(7) */
static int try_cgroup_below_root(void)
{
	struct proc_lines groups;
	const char *line;
	int r = proc_lines_open(&groups, AT_FDCWD, "/proc/self/cgroup");

	if (r < 0)
		return r;
	r = -ENODATA;
	while (r == -ENODATA && (line = proc_lines_next(&groups, NULL)))
		if (strncmp(line, "0::", 3) == 0)
			r = strcmp(line, "0::/") != 0;
	proc_lines_close(&groups);
	return r;
}

/* --- IPC ---------------------------------------------------------------------------------------- */

static int open_ipc_sysctl(void)
{
	if (!enter_as_root(CLONE_NEWIPC))
		return TRIED_NOTHING;
	if (open("/proc/sys/kernel/msgmni", O_WRONLY | O_CLOEXEC) >= 0)
		return TRIED_YES;
	return errno == EACCES || errno == EPERM ? TRIED_NO : TRIED_NOTHING;
}

static int try_ipc_sysctls_in_userns(void)
{
	return try_in_child(open_ipc_sysctl);
}

/* --- All of them -------------------------------------------------------------------------------- */

const struct feature features[] = {
    {"exec-enters-time",
        "`execve` moves its caller into the time namespace that it made for its children", "6.2",
        try_exec_enters_time},
    {"pid-for-children-early",
        "`/proc/PID/ns/pid_for_children` can be read before the first process is created there",
        "7.1", try_pid_for_children_early},
    {"ipc-sysctls-in-userns",
        "root of a user namespace may write the sysctls of its own IPC namespace", "5.19",
        try_ipc_sysctls_in_userns},
    {"nft",
        "the program `nft` is there, and makes firewall rules in a network namespace of its own",
        "3.13", try_nft},
    {"cgroup-below-root", "nsscope is in a control group below the root that it sees", "4.5",
        try_cgroup_below_root},
    {0},
};

_Static_assert(array_len(features) <= FEATURES_MAX, "each is remembered");

bool feature_is_here(const struct feature *feature)
{
	static enum { UNKNOWN, HERE, NOT_HERE } known[FEATURES_MAX];
	size_t at = (size_t)(feature - features);
	struct utsname names;
	int r;

	if (known[at] == UNKNOWN) {
		r = feature->try_it();
		if (r < 0)
			r = uname(&names) == 0 && kernel_is_since(names.release, feature->since);
		known[at] = r ? HERE : NOT_HERE;
	}
	return known[at] == HERE;
}
