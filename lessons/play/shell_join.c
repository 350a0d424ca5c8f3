/* From the helper to the shell: a process that joins and, since of a PID namespace only its children
 * become members, forks the shell as a sibling of its own.
 *
 * A process in that PID namespace with CAP_SYS_PTRACE in nsscope's own user namespace, as a container
 * without a user namespace may give it, can take what the new process has.  So there is nothing to take: the
 * process that joins has executed this program anew, with the variables that the shell gets, from a copy in memory,
 * since /proc/PID/exe leads to what was executed; and it has the privileges of the shell before it forks. */
#include "lessons/play/shell_join.h"

#include "lessons/stage/stage_setup.h"
#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/helper/helper.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- The privileges of another process ------------------------------------------------------ */

struct other_privileges {
	unsigned uids[3], gids[3]; /* real, effective, saved; in the user namespace of the caller */
	gid_t *groups;
	size_t group_count;
	uint64_t inheritable, permitted, effective, bounding, ambient;
	bool no_new_privs;
	struct rlimit limits[RLIM_NLIMITS];
	bool limited[RLIM_NLIMITS]; /* could be read */
};

/* The value of @key in /proc/PID/status; NULL where it has no such line.  proc_pid_status(5) */
static const char *line_of(const char *status, const char *key)
{
	autofree char *start = xasprintf("\n%s:\t", key);
	const char *at = strstr(status, start);

	return at ? at + strlen(start) : NULL;
}

static bool read_ids(const char *status, const char *key, unsigned ids[3])
{
	const char *at = line_of(status, key);

	return at && parse_numbers(at, ids, 3) == 0;
}

static bool read_set(const char *status, const char *key, uint64_t *ret)
{
	const char *at = line_of(status, key);

	if (!at)
		return false;
	*ret = strtoull(at, NULL, 16);
	return true;
}

static void read_groups(const char *status, struct other_privileges *privileges)
{
	const char *at = line_of(status, "Groups");
	size_t capacity = 0;

	while (at) {
		char *end;
		unsigned long group;

		at += strspn(at, " ");
		group = strtoul(at, &end, 10);
		if (end == at || *at == '\n')
			return;
		array_reserve(privileges->groups, capacity, privileges->group_count + 1);
		privileges->groups[privileges->group_count++] = (gid_t)group;
		at = end;
	}
}

static rlim_t limit_of(const char *word)
{
	return *word == 'u' ? RLIM_INFINITY : (rlim_t)strtoull(word, NULL, 10);
}

/* By the file, since prlimit(2) takes CAP_SYS_RESOURCE.  Behind a heading each resource has a line, in the
 * order of their numbers, with a name of 25 columns in front.  proc_pid_limits(5) */
static void read_limits(int dir, struct other_privileges *privileges)
{
	enum { NAME_COLUMNS = 25 };
	autotext struct proc_text file = {.data = NULL};
	const char *line;
	int resource = 0;

	if (proc_text_read(&file, dir, "limits", PROC_TEXT_MAX) < 0)
		return;
	line = strchr(file.data, '\n');
	for (; line && line[1] && resource < (int)RLIM_NLIMITS; line = strchr(line + 1, '\n')) {
		char soft[32], hard[32];

		if (strcspn(line + 1, "\n") <= NAME_COLUMNS ||
		    sscanf(line + 1 + NAME_COLUMNS, "%31s %31s", soft, hard) != 2)
			return;
		privileges->limits[resource] =
		    (struct rlimit){.rlim_cur = limit_of(soft), .rlim_max = limit_of(hard)};
		privileges->limited[resource++] = true;
	}
}

/* Reads those of the process whose directory of /proc is @dir; ids are those of the present user namespace,
 * so join it first.  The groups are the caller's to free.  Returns 0 or -errno. */
static int privileges_of_other_read(int dir, struct other_privileges *ret_privileges)
{
	struct other_privileges own = {.groups = NULL};
	autotext struct proc_text status = {.data = NULL};
	const char *no_new;
	int r = proc_text_read(&status, dir, "status", PROC_TEXT_MAX);

	if (r < 0)
		return r;
	if (!read_ids(status.data, "Uid", own.uids) || !read_ids(status.data, "Gid", own.gids) ||
	    !read_set(status.data, "CapInh", &own.inheritable) ||
	    !read_set(status.data, "CapPrm", &own.permitted) ||
	    !read_set(status.data, "CapEff", &own.effective) ||
	    !read_set(status.data, "CapBnd", &own.bounding) ||
	    !read_set(status.data, "CapAmb", &own.ambient))
		return -EBADMSG;
	no_new = line_of(status.data, "NoNewPrivs");
	own.no_new_privs = no_new && *no_new == '1';
	read_groups(status.data, &own);
	read_limits(dir, &own);
	*ret_privileges = own;
	return 0;
}

static int bound(uint64_t bounding)
{
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (bounding >> cap & 1 || prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return -errno;
	}
	return 0;
}

static int set_capabilities(const struct other_privileges *privileges)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	for (int i = 0; i < 2; i++)
		data[i] = (struct __user_cap_data_struct){
		    .effective = (uint32_t)(privileges->effective >> (i * 32)),
		    .permitted = (uint32_t)(privileges->permitted >> (i * 32)),
		    .inheritable = (uint32_t)(privileges->inheritable >> (i * 32)),
		};
	if (syscall(SYS_capset, &head, data) < 0)
		return -errno;
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (privileges->ambient >> cap & 1 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -errno;
	}
	return 0;
}

/* The hard limits while raising them is allowed still. */
static void bound_limits(const struct other_privileges *privileges)
{
	for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
		struct rlimit limit;

		if (!privileges->limited[i] || syscall(SYS_prlimit64, 0, i, NULL, &limit) < 0)
			continue;
		limit.rlim_max = privileges->limits[i].rlim_max;
		if (limit.rlim_cur > limit.rlim_max)
			limit.rlim_cur = limit.rlim_max;
		syscall(SYS_prlimit64, 0, i, &limit, NULL);
	}
}

/* Takes the soft limits, too; for a process that only has to become the shell. */
static void privileges_of_other_limit(const struct other_privileges *privileges)
{
	for (int i = 0; i < (int)RLIM_NLIMITS; i++)
		if (privileges->limited[i])
			syscall(SYS_prlimit64, 0, i, &privileges->limits[i], NULL);
}

/* Where a user namespace forbids it (/proc/PID/setgroups) they can be theirs already.  The kernel keeps them in
 * order, and reports them so here and in /proc/PID/status. */
static int set_groups(const struct other_privileges *privileges)
{
	autofree gid_t *own = NULL;
	size_t size = privileges->group_count * sizeof(*own);
	int count;

	if (setgroups(privileges->group_count, privileges->groups) == 0)
		return 0;
	if (errno != EPERM)
		return -errno;
	count = getgroups(0, NULL);
	if (count < 0 || (size_t)count != privileges->group_count)
		return -EPERM;
	own = xmalloc(size + sizeof(*own));
	if (getgroups(count, own) != count || (size && memcmp(own, privileges->groups, size) != 0))
		return -EPERM;
	return 0;
}

/* Takes the groups alone, before anything is joined: in there it may be forbidden.  Returns 0 or -errno. */
static int privileges_of_other_groups(int dir)
{
	struct other_privileges theirs = {.groups = NULL};
	autotext struct proc_text status = {.data = NULL};
	int r = proc_text_read(&status, dir, "status", PROC_TEXT_MAX);

	if (r < 0)
		return r;
	read_groups(status.data, &theirs);
	if (setgroups(theirs.group_count, theirs.groups) < 0)
		r = -errno;
	free(theirs.groups);
	return r;
}

/* Makes them those of the calling process, but for limits that may not be raised: of those the hard ones, and the
 * soft ones only as far as they must.  A seccomp filter can't be had of another process.
 * @ret_step: what failed.  Returns 0 or -errno. */
static int privileges_of_other_take(
    const struct other_privileges *privileges, const char **ret_step)
{
	const unsigned *uids = privileges->uids, *gids = privileges->gids;
	int r;

	bound_limits(privileges);
	*ret_step = "PR_CAPBSET_DROP";
	r = bound(privileges->bounding);
	if (r < 0)
		return r;
	*ret_step = "setgroups";
	r = set_groups(privileges);
	if (r < 0)
		return r;
	*ret_step = "setresgid";
	if (setresgid(gids[0], gids[1], gids[2]) < 0)
		return -errno;
	*ret_step = "setresuid";
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setresuid(uids[0], uids[1], uids[2]) < 0)
		return -errno;
	*ret_step = "capset";
	r = set_capabilities(privileges);
	if (r < 0)
		return r;
	*ret_step = "PR_SET_NO_NEW_PRIVS";
	return privileges->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

enum {
	EXIT_NO_SHELL = 127,
	PIPE_FD = 3,   /* to the helper */
	JOINED_FD = 4, /* the pidfd of the process whose namespaces it is to be in */
	KEPT_FROM = 16,
};

/* How the new program is called: with what it has to know of the place, and whether it has a terminal. */
#define PROGRAM "nsscope-shell:"

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U /* 6.3 */
#endif

#define DEFAULT_SHELL "/bin/sh"
#define DEFAULT_PATH  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

const char *shell_language;

/* A report to the helper, through a pipe, by the processes that start the shell. */
struct note {
	pid_t shell; /* 0: it could not be started */
	bool kept;   /* it is the holder of the shell: see keep() */
	int error;
	char step[48];
};

static void send_note(int pipe, const struct note *note)
{
	/* Whole, since it is shorter than PIPE_BUF; pipe(7). */
	if (write(pipe, note, sizeof(*note)) < 0)
		_exit(EXIT_NO_SHELL);
}

_Noreturn static void give_up(int pipe, const char *step, int error)
{
	struct note note = {.error = error};

	snprintf(note.step, sizeof(note.step), "%s", step);
	send_note(pipe, &note);
	_exit(EXIT_NO_SHELL);
}

/* --- The shell ---------------------------------------------------------------------------------- */

/* A session with a terminal of its own, which is standard input already; or a process group of its own,
 * in the foreground where there is a terminal to be had. */
static void take_terminal(bool own)
{
	if (own) {
		setsid();
		ioctl(STDIN_FILENO, TIOCSCTTY, 0);
		return;
	}
	setpgid(0, 0);
	if (tcgetpgrp(STDIN_FILENO) >= 0)
		tcsetpgrp(STDIN_FILENO, getpgrp()); /* SIGTTOU is ignored still */
}

static void execute(const char *path)
{
	const char *name = strrchr(path, '/');
	char *const arguments[] = {(char *)(name ? name + 1 : path), NULL};

	setenv("SHELL", path, 1);
	execv(path, arguments);
}

/* Does the name of @variable, "NAME=value", begin with @start, or is it that, where it has a "="? */
static bool begins(const char *variable, const char *start)
{
	return strncmp(variable, start, strlen(start)) == 0;
}

/* What the person's variables say, keys and sockets perhaps, is nothing to those in there.  A terminal and
 * a language are; and to the actors of a lesson, the prompt. */
static void begin_environment(const struct shell_place *place)
{
	static const char *const kept[] = {"TERM=", "COLORTERM=", "LANG=", "LC_"};
	const char *home = getenv("HOME"), *path = getenv("PATH"), *shell = getenv("SHELL");
	autofree char **before = NULL;
	size_t count = 0;

	/* putenv(3) of glibc frees the array that it had, also where environ is another one by then. */
	while (environ && environ[count])
		count++;
	before = xcalloc(count + 1, sizeof(*before));
	if (count)
		memcpy(before, environ, count * sizeof(*before));
	environ = NULL;
	for (char **variable = before; *variable; variable++) {
		bool keeps = !place->stays && begins(*variable, "PS1=");

		for (size_t i = 0; i < array_len(kept); i++)
			keeps |= begins(*variable, kept[i]);
		if (keeps)
			putenv(*variable);
	}
	setenv("HOME", home ? home : "/", 1);
	setenv("PATH", place->stays || !path ? DEFAULT_PATH : path, 1);
	if (shell)
		setenv("SHELL", shell, 1);
}

static void set_language(void)
{
	if (shell_language)
		setenv("LANGUAGE", shell_language, 1);
	else
		unsetenv("LANGUAGE");
}

/* Should the helper be killed.  Joining and giving up root would have undone it: prctl(2).  One that
 * was killed before sends no signal, but then no process reads the pipe. */
static void end_with_helper(int signal, int pipe)
{
	struct pollfd reader = {.fd = pipe};

	prctl(PR_SET_PDEATHSIG, signal);
	if (poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR))
		_exit(EXIT_NO_SHELL);
}

_Noreturn static void be_shell(const struct shell_place *place, bool own_terminal, int pipe)
{
	const char *request = getenv("SHELL");

	take_terminal(own_terminal);
	signals_reset();
	if (place->program) {
		execvp(place->program[0], (char **)place->program);
		give_up(pipe, place->program[0], errno);
	}
	if (request && request[0] == '/')
		execute(request);
	execute(DEFAULT_SHELL);
	give_up(pipe, DEFAULT_SHELL, errno);
}

/* A shell right here. */
_Noreturn static void fork_here(const struct shell_place *place, int pipe)
{
	struct note note = {
	    .shell = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0L)};

	if (note.shell < 0)
		give_up(pipe, "clone", errno);
	if (note.shell == 0) {
		end_with_helper(SIGHUP, pipe);
		set_language();
		descriptors_restore();
		be_shell(place, false, pipe);
	}
	send_note(pipe, &note);
	_exit(0);
}

/* --- The holder ---------------------------------------------------------------------------------- */

/* Orphans belong to a subreaper of their own PID namespace, or to its init; prctl(2).  Where the shell is in
 * another one than the helper, its parent is one in there, so that what it leaves can be found.  That one
 * can't list its children, but the helper can, from above: it is asked to end them each time that the
 * holder stops.  The holder ends when it has no children any more, in the way that the shell did. */
_Noreturn static void keep(pid_t shell)
{
	int status, of_shell = 0;
	bool over = false;

	for (int fd = 0; fd <= PIPE_FD; fd++)
		close(fd);
	for (;;) {
		pid_t pid = waitpid(-1, &status, over ? WNOHANG : WUNTRACED);

		if (pid == 0) {
			raise(SIGSTOP);
		} else if (pid < 0 && errno == ECHILD) {
			break;
		} else if (pid == shell && WIFSTOPPED(status)) {
			/* No one can type "fg". */
			kill(-shell, SIGCONT);
			kill(shell, SIGCONT);
		} else if (pid == shell) {
			of_shell = status;
			over = true;
		}
	}
	if (WIFSIGNALED(of_shell)) {
		signals_reset();
		raise(WTERMSIG(of_shell));
	}
	_exit(WEXITSTATUS(of_shell));
}

_Noreturn static void be_holder(const struct shell_place *place, bool own_terminal, int pipe)
{
	pid_t holder = getpid(), shell;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		give_up(pipe, "PR_SET_CHILD_SUBREAPER", errno);
	shell = fork();
	if (shell < 0)
		give_up(pipe, "fork", errno);
	if (shell > 0)
		keep(shell);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != holder)
		_exit(EXIT_NO_SHELL);
	be_shell(place, own_terminal, pipe);
}

/* --- Joining ------------------------------------------------------------------------------------ */

/* The CLONE_NEW… flags of what @pid has not in common with the caller.  An actor runs while its
 * pidfd says so, and so do its namespaces: their inodes can't be others'. */
static int others(pid_t pid, int *ret_flags)
{
	int flags = 0;

	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		char path[64];
		struct stat own, theirs;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_types[i].name);
		if (stat(path, &own) < 0)
			continue; /* the kernel has no such type */
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, ns_types[i].name);
		if (stat(path, &theirs) < 0)
			return -errno;
		if (own.st_dev != theirs.st_dev || own.st_ino != theirs.st_ino)
			flags |= (int)ns_types[i].flag;
	}
	*ret_flags = flags;
	return 0;
}

/* A user without a number in the user namespace can't make a file there, and for programs it is nobody (65534).
 * Having joined gives all capabilities in there; user_namespaces(7). */
static void become_mapped_root(void)
{
	enum { NOBODY = 65534 }; /* /proc/sys/kernel/overflowuid, unless it was changed */

	if (geteuid() != NOBODY || setgroups(0, NULL) < 0 || setresgid(0, 0, 0) < 0)
		return;
	if (setresuid(0, 0, 0) < 0)
		return; /* it has no root: then as nobody */
}

/* Returns the flags of what it joined, or -errno. */
static int join(
    const struct shell_place *place, struct other_privileges *ret_privileges, const char **ret_step)
{
	autofree char *name = xasprintf("/proc/%d", (int)place->pid);
	autoclose int dir = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int flags = 0, r;

	if (place->give_up_root) {
		r = stage_give_up_root(ret_step);
		if (r < 0)
			return r;
	}
	*ret_step = "/proc/PID/ns";
	r = others(place->pid, &flags);
	if (r < 0)
		return r;
	/* All at once, since 5.8: the kernel looks first whether we may join each of them, with the
	 * present privileges.  One by one that would depend on the order: a process that has left for the user
	 * namespace below has no rights in those of the one above. */
	if (place->as_process)
		privileges_of_other_groups(
		    dir); /* refused: then they must be the same, as is seen later */
	*ret_step = "setns(pidfd)";
	if (flags && setns(place->pidfd, flags) < 0)
		return -errno;
	if (place->as_process) {
		*ret_step = "/proc/PID/status";
		r = privileges_of_other_read(dir, ret_privileges);
		if (r == 0)
			r = privileges_of_other_take(ret_privileges, ret_step);
		if (r < 0)
			return r;
	} else if (place->stays && (flags & CLONE_NEWUSER)) {
		become_mapped_root();
	}
	return flags;
}

/* Makes @slave, unless it is -1, standard input, output and error. */
static int take_slave(int slave)
{
	for (int fd = STDIN_FILENO; slave >= 0 && fd <= STDERR_FILENO; fd++)
		if (dup2(slave, fd) < 0)
			return -errno;
	return 0;
}

/* Nothing that was open stays so, but the ends of what is needed.  Returns 0 or -errno. */
static int shed(const struct shell_place *place, int slave, int pipe)
{
	int pidfd = fcntl(place->pidfd, F_DUPFD_CLOEXEC, KEPT_FROM);
	int high = fcntl(pipe, F_DUPFD_CLOEXEC, KEPT_FROM);

	if (pidfd < 0 || high < 0 || take_slave(slave) < 0 || dup2(high, PIPE_FD) < 0 ||
	    dup2(pidfd, JOINED_FD) < 0)
		return -errno;
	return wire_keep_only(PIPE_FD, JOINED_FD);
}

/* Memory that may be executed: sysctl(8) vm.memfd_noexec can forbid it, and before 6.3 it needs no flag. */
static int open_memory(void)
{
	int fd = memfd_create("nsscope-shell", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("nsscope-shell", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd < 0 ? -errno : fd;
}

/* A file without a name, in a folder whose files may be executed, where memory may not be: as safe, since
 * what is written to it later changes nothing else.  Returns a descriptor or -errno. */
static int open_file(void)
{
	static const char *const folders[] = {"/dev/shm", "/run", "/tmp", "/var/tmp"};
	int error = EACCES;

	for (size_t i = 0; i < array_len(folders); i++) {
		struct statvfs place;
		int fd;

		if (statvfs(folders[i], &place) < 0 || place.f_flag & ST_NOEXEC)
			continue;
		fd = open(folders[i], O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0700);
		if (fd >= 0)
			return fd;
		error = errno;
	}
	return -error;
}

/* What is open for writing can't be executed, execve(2) ETXTBSY.  Takes @fd over.  Returns a descriptor for
 * reading or -errno. */
static int reopen_to_read(int fd)
{
	autofree char *path = xasprintf("/proc/self/fd/%d", fd);
	int reading = open(path, O_RDONLY | O_CLOEXEC), r = reading < 0 ? -errno : reading;

	close(fd);
	return r;
}

/* A copy of this program that can't be changed, and that no file of the machine is changed by.
 * Returns a descriptor or -errno. */
static int copy_program(const char **ret_step)
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	autoclose int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	bool memory = true;
	ssize_t sent;
	int copy, r;

	*ret_step = "/proc/self/exe";
	if (program < 0)
		return -errno;
	*ret_step = "memfd_create";
	copy = open_memory();
	if (copy == -EACCES) {
		memory = false;
		*ret_step =
		    "vm.memfd_noexec=2; O_TMPFILE in /dev/shm, /run, /tmp, /var/tmp (noexec)";
		copy = open_file();
	}
	if (copy < 0)
		return copy;
	while ((sent = sendfile(copy, program, NULL, INT_MAX)) > 0)
		;
	if (sent == 0 && !memory)
		return reopen_to_read(copy);
	if (sent == 0 && fcntl(copy, F_ADD_SEALS, seals) == 0)
		return copy;
	r = -errno;
	close(copy);
	return r;
}

/* Becomes this program anew, which goes on in shell_resume. */
_Noreturn static void execute_anew(const struct shell_place *place, int slave, int pipe)
{
	const char *step = "dup";
	int program = shed(place, slave, pipe);
	autofree char *name = xasprintf(PROGRAM "%d:%d:%d:%d:%d", (int)place->pid, place->stays,
	    place->as_process, place->give_up_root, slave >= 0);
	char *const words[] = {name, NULL};

	if (program == 0)
		program = copy_program(&step);
	if (program < 0)
		give_up(PIPE_FD, step, -program);
	if (!place->as_process)
		descriptors_restore();
	begin_environment(place);
	set_language();
	syscall(SYS_execveat, program, "", words, environ, AT_EMPTY_PATH); /* 3.19 */
	give_up(PIPE_FD, "execveat", errno);
}

/* Its memory is closed to processes that can't trace all of nsscope's own user namespace; prctl(2).  New ids may
 * have undone it, by what sysctl(8) fs.suid_dumpable says. */
static void close_memory(void)
{
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		_exit(EXIT_NO_SHELL);
}

_Noreturn static void join_and_fork(const struct shell_place *place, bool own_terminal)
{
	struct other_privileges privileges = {.groups = NULL};
	const char *home = getenv("HOME"), *step = "";
	struct note note = {.shell = 0};
	int flags = join(place, &privileges, &step);

	close_memory();
	close(JOINED_FD);
	if (flags < 0)
		give_up(PIPE_FD, step, -flags);
	/* A process that gave up root can't read root's own any more. */
	if (place->give_up_root || !home || access(home, X_OK) < 0)
		setenv("HOME", "/", 1);
	/* The leader of a session of its own has no way to the person's terminal, /dev/tty; tty(4) */
	setsid();
	note.kept = flags & CLONE_NEWPID;
	note.shell = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0L);
	if (note.shell < 0)
		give_up(PIPE_FD, "clone", errno);
	if (note.shell > 0) {
		send_note(PIPE_FD, &note);
		_exit(0);
	}
	end_with_helper(SIGKILL, PIPE_FD);
	if (place->as_process)
		privileges_of_other_limit(&privileges);
	if (note.kept)
		be_holder(place, own_terminal, PIPE_FD);
	be_shell(place, own_terminal, PIPE_FD);
}

/* Reads @count numbers with colons between.  Returns false for anything else. */
static bool read_numbers(const char *at, int *ret_numbers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *end;

		ret_numbers[i] = (int)strtol(at, &end, 10);
		if (end == at || *end != (i + 1 < count ? ':' : '\0'))
			return false;
		at = end + 1;
	}
	return true;
}

void shell_resume(const char *program)
{
	enum { PID, STAYS, AS_PROCESS, GIVE_UP_ROOT, OWN_TERMINAL, COUNT };
	int given[COUNT];

	if (!program || strncmp(program, PROGRAM, strlen(PROGRAM)) != 0)
		return;
	close_memory();
	prctl(PR_SET_NAME, "nsscope-shell");
	if (!read_numbers(program + strlen(PROGRAM), given, COUNT) ||
	    fcntl(PIPE_FD, F_SETFD, FD_CLOEXEC) < 0)
		_exit(EXIT_NO_SHELL);
	const struct shell_place place = {
	    .pidfd = JOINED_FD,
	    .pid = given[PID],
	    .stays = given[STAYS],
	    .as_process = given[AS_PROCESS],
	    .give_up_root = given[GIVE_UP_ROOT],
	};
	join_and_fork(&place, given[OWN_TERMINAL]);
}

/* --- The helper --------------------------------------------------------------------------------- */

/* Only we reap our children, so their PIDs are not reused. */
static bool is_child(pid_t pid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* Reads until no process holds the other end: the shell itself closed it when it was executed.  A note
 * of an error may come before or behind the one of the pid.  Others may have got hold of the pipe in
 * there: what is no child of ours is not the shell. */
static pid_t read_notes(int pipe, struct shell_result *result, bool *ret_kept)
{
	struct note note;
	pid_t shell = 0;
	ssize_t got;

	do {
		got = read(pipe, &note, sizeof(note));
		if (got != (ssize_t)sizeof(note))
			continue;
		if (note.shell > 0 && !shell && is_child(note.shell)) {
			shell = note.shell;
			*ret_kept = note.kept;
		}
		if (note.error) {
			result->error = note.error;
			memcpy(result->step, note.step, sizeof(result->step));
			result->step[sizeof(result->step) - 1] = '\0';
		}
	} while (got > 0 || (got < 0 && errno == EINTR));
	return shell;
}

static pid_t failed(struct shell_result *result, const char *step, int error)
{
	result->error = error;
	snprintf(result->step, sizeof(result->step), "%s", step);
	return -error;
}

pid_t shell_begin(
    const struct shell_place *place, int slave, bool *ret_kept, struct shell_result *ret_result)
{
	int ends[2];
	pid_t joiner, shell;

	*ret_result = (struct shell_result){0};
	*ret_kept = false;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return failed(ret_result, "pipe", errno);
	joiner = fork();
	if (joiner == 0) {
		close(ends[0]); /* the helper alone reads it */
		if (place->pidfd < 0)
			fork_here(place, ends[1]);
		execute_anew(place, slave, ends[1]);
	}
	if (joiner < 0)
		failed(ret_result, "fork", errno);
	close(ends[1]);
	shell = joiner < 0 ? 0 : read_notes(ends[0], ret_result, ret_kept);
	close(ends[0]);
	if (joiner > 0)
		while (waitpid(joiner, NULL, 0) < 0 && errno == EINTR)
			;
	if (!shell && !ret_result->error)
		failed(ret_result, "fork", ECHILD);
	if (ret_result->error && shell) {
		kill(shell, SIGKILL);
		while (waitpid(shell, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return ret_result->error ? -ret_result->error : shell;
}
