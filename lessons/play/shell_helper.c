#include "lessons/play/shell_helper.h"
#include "lessons/play/shell_tty.h"
#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

struct watch {
	const struct shell_place *place;
	pid_t shell; /* or its holder */
	bool kept;
	unsigned idle_stops;
	pid_t session; /* of its terminal, 0 until it is known */
	int signals;   /* signalfd(2) of SIGCHLD, SIGHUP, SIGTERM, SIGWINCH */
	struct shell_tty tty;
	bool over;
	int status;
};

/* What keys of the terminal send is the shell's; that a child stopped or ended and that we are to
 * end is read from a descriptor. */
static int take_signals(void)
{
	static const int ignored[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE};
	static const int taken[] = {SIGCHLD, SIGHUP, SIGTERM, SIGWINCH};
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t set;

	/* The handlers of a screen must not run here. */
	for (int number = 1; number < NSIG; number++)
		sigaction(number, &action, NULL);
	action.sa_handler = SIG_IGN;
	for (size_t i = 0; i < array_len(ignored); i++)
		sigaction(ignored[i], &action, NULL);
	sigemptyset(&set);
	for (size_t i = 0; i < array_len(taken); i++)
		sigaddset(&set, taken[i]);
	sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* --- Ending what is left ------------------------------------------------------------------------- */

static bool is_child(pid_t pid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* Kills what is a child of ours.  Its number can't be another's, since nobody else reaps it.  Returns
 * whether it was. */
static bool kill_child(pid_t pid)
{
	return pid > 0 && is_child(pid) && kill(pid, SIGKILL) == 0;
}

/* The same of all processes.  Returns how many there were to kill. */
static size_t kill_children_of_proc(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	size_t count = 0;

	if (!proc)
		return 0;
	while ((entry = readdir(proc)))
		count += kill_child((pid_t)strtol(entry->d_name, NULL, 10));
	closedir(proc);
	return count;
}

/* The kernel lists them where it is built to (CONFIG_PROC_CHILDREN); while some of them end it may
 * leave others out, and it gives a page of them at once: the next pass finds the others.
 * proc_tid_children(5) */
static size_t kill_children(void)
{
	autotext struct proc_text list = {.data = NULL};
	size_t count = 0;
	char *end;

	if (proc_text_read(&list, AT_FDCWD, "/proc/thread-self/children", PROC_TEXT_MAX) < 0)
		return kill_children_of_proc();
	for (char *at = list.data; *at; at = end) {
		pid_t pid = (pid_t)strtol(at, &end, 10);

		if (end == at)
			break;
		count += kill_child(pid);
	}
	return count;
}

/* Children of children come to us as their parents end, since we are their subreaper: so it is done
 * again until there are none, or none that may be killed.  Each pass reaps as many as it killed, so
 * that all of it takes no more time than there were processes. */
static void kill_all(void)
{
	size_t killed;

	do {
		killed = kill_children();
		for (size_t reaped = 0; reaped < killed;) {
			if (waitpid(-1, NULL, 0) >= 0)
				reaped++;
			else if (errno != EINTR)
				break;
		}
	} while (killed > 0);
}

/* --- Ending what is kept in another PID namespace --------------------------------------------------- */

/* Kills @pid if it is a child of @holder.  It is one still, or has ended, when it is held by a descriptor: so
 * the signal goes to nobody else.  Returns a descriptor that tells its end, or -1 where there is nothing to
 * kill.  pidfd_open(2) */
static int kill_child_of(pid_t holder, pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/status", (int)pid);
	autofree char *parent = xasprintf("\nPPid:\t%d\n", (int)holder);
	autotext struct proc_text status = {.data = NULL};
	int pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};

	if (pidfd >= 0 && proc_text_read(&status, AT_FDCWD, path, PROC_TEXT_MAX) == 0 &&
	    strstr(status.data, parent) && poll(&ended, 1, 0) == 0 &&
	    syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) == 0)
		return pidfd;
	close_fd(&pidfd);
	return -1;
}

/* Kills one, and waits until its children are the holder's.  Returns whether there was one. */
static bool end_child_of(pid_t holder, pid_t pid)
{
	autoclose int pidfd = kill_child_of(holder, pid);
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};

	while (pidfd >= 0 && poll(&ended, 1, -1) < 0 && errno == EINTR)
		;
	return pidfd >= 0;
}

static size_t end_children_of_proc(pid_t holder)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	size_t count = 0;

	while (proc && (entry = readdir(proc)))
		count += end_child_of(holder, (pid_t)strtol(entry->d_name, NULL, 10));
	if (proc)
		closedir(proc);
	return count;
}

static size_t end_children_of(pid_t holder)
{
	autofree char *path = xasprintf("/proc/%d/task/%d/children", (int)holder, (int)holder);
	autotext struct proc_text list = {.data = NULL};
	size_t count = 0;
	char *end;

	if (proc_text_read(&list, AT_FDCWD, path, PROC_TEXT_MAX) < 0)
		return end_children_of_proc(holder);
	for (char *at = list.data; *at; at = end) {
		pid_t pid = (pid_t)strtol(at, &end, 10);

		if (end == at)
			break;
		count += end_child_of(holder, pid);
	}
	return count;
}

/* The numbers in /proc are those that we know only where it is of our own PID namespace.  Returns how many there
 * were to end. */
static size_t end_kept(pid_t holder)
{
	size_t count = 0, ended;

	if (helper_proc_pid(holder) != holder)
		return 0;
	do {
		ended = end_children_of(holder);
		count += ended;
	} while (ended > 0);
	return count;
}

/* The holder asks for it.  One who is left may be in nobody's power, or held by another who traces it: then the
 * holder has nothing to wait for. */
static void answer_holder(struct watch *watch)
{
	enum { IDLE_STOPS_MAX = 8 };

	watch->idle_stops = end_kept(watch->shell) ? 0 : watch->idle_stops + 1;
	kill(watch->shell, watch->idle_stops > IDLE_STOPS_MAX ? SIGKILL : SIGCONT);
}

/* --- What goes on ---------------------------------------------------------------------------------- */

/* Only while the shell lives: its terminal has no session afterwards.  TIOCGSID, ioctl_tty(2) */
static void note_session(struct watch *watch)
{
	if (!watch->session && watch->tty.master >= 0)
		ioctl(watch->tty.master, TIOCGSID, &watch->session);
}

/* Appends @pid and its name to @list, unless it is a zombie. */
static void add_left(char *list, size_t bytes, pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/stat", (int)pid);
	autotext struct proc_text stat = {.data = NULL};
	size_t len = strlen(list);
	struct stat_head head;

	if (proc_text_read(&stat, AT_FDCWD, path, PROC_TEXT_MAX) < 0 ||
	    parse_stat_head(stat.data, stat.len, &head) < 0 || head.state == 'Z')
		return;
	snprintf(list + len, bytes - len, "%s%d %.*s", len ? ", " : "", (int)pid,
	    (int)head.name_len, head.name);
}

/* What has joined another PID namespace and forked there is no child of ours when its parent has ended, but it
 * is in the shell's session still; setsid(2).  The numbers in /proc are ours where it is of our PID namespace. */
static void find_left(const struct watch *watch, char *ret_list, size_t bytes)
{
	DIR *proc =
	    watch->session && helper_proc_pid(getpid()) == getpid() ? opendir("/proc") : NULL;
	const struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0 && getsid(pid) == watch->session)
			add_left(ret_list, bytes, pid);
	}
	if (proc)
		closedir(proc);
}

/* --- Watching ------------------------------------------------------------------------------------ */

static void hang_up(const struct watch *watch)
{
	if (watch->kept && end_kept(watch->shell))
		return;
	if (watch->place->pidfd >= 0) {
		kill(watch->shell, SIGKILL);
		return;
	}
	kill(-watch->shell, SIGHUP);
	kill(-watch->shell, SIGCONT);
}

static void reap(struct watch *watch)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (pid != watch->shell)
			continue;
		if (WIFSTOPPED(status) && watch->kept) {
			answer_holder(watch);
			continue;
		}
		if (WIFSTOPPED(status)) {
			/* There is nobody to type "fg". */
			if (watch->tty.master < 0 && tcgetpgrp(STDIN_FILENO) >= 0)
				tcsetpgrp(STDIN_FILENO, pid);
			kill(-pid, SIGCONT);
			kill(pid, SIGCONT);
			continue;
		}
		watch->over = true;
		watch->status = status;
	}
}

/* Returns whether the shell is to end. */
static bool read_signals(struct watch *watch)
{
	struct signalfd_siginfo info;
	bool ends = false;

	while (read(watch->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		ends |= info.ssi_signo == SIGHUP || info.ssi_signo == SIGTERM;
	shell_tty_resize(&watch->tty);
	reap(watch);
	return ends;
}

static void watch_over(struct watch *watch, int leash)
{
	enum { ENDS = 3 };
	struct pollfd fds[ENDS + SHELL_TTY_FDS] = {
	    {.fd = watch->signals, .events = POLLIN},
	    {.fd = leash, .events = POLLIN},
	    {.fd = watch->place->stays ? -1 : watch->place->pidfd, .events = POLLIN},
	};

	reap(watch);
	while (!watch->over) {
		bool ends = false;

		shell_tty_poll(&watch->tty, fds + ENDS);
		if (poll(fds, array_len(fds), -1) < 0 && errno != EINTR)
			break;
		note_session(watch);
		/* A new size is known before what was typed in it. */
		if (fds[0].revents)
			ends = read_signals(watch);
		shell_tty_relay(&watch->tty, fds + ENDS);
		/* Each says it once. */
		for (size_t i = 1; i < ENDS; i++) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			fds[i].fd = -1;
			ends = true;
		}
		if (ends && !watch->over)
			hang_up(watch);
	}
}

void shell_help(const struct shell_place *place, int leash, struct shell_result *ret_result)
{
	struct watch watch = {.place = place, .signals = take_signals()};
	int r = 0;

	prctl(PR_SET_NAME, "nsscope-shell");
	watch.tty = (struct shell_tty){.master = -1, .slave = -1, .screen = -1};
	watch.tty.in.ended = watch.tty.out.ended = true;
	if (place->pidfd >= 0) {
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		r = shell_tty_open(&watch.tty);
	}
	if (r < 0) {
		*ret_result = (struct shell_result){.error = -r, .step = "/dev/ptmx"};
		close_fd(&watch.signals);
		return;
	}
	watch.shell = shell_begin(place, watch.tty.slave, &watch.kept, ret_result);
	shell_tty_given(&watch.tty);
	if (watch.shell > 0 && watch.signals >= 0)
		watch_over(&watch, leash);
	ret_result->status = watch.status;
	if (place->pidfd >= 0) {
		kill_all();
		find_left(&watch, ret_result->left, sizeof(ret_result->left));
	}
	shell_tty_close(&watch.tty);
	close_fd(&watch.signals);
}
