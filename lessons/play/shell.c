#include "lessons/play/shell.h"

#include "lessons/play/shell_join.h"
#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"
#include "scanner/proc/proc_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* --- A terminal of its own ------------------------------------------------------------------ */

enum { TTY_FDS = 4, TTY_BYTES = 8192 };

/* What was read here and is to be written there. */
struct flow {
	int from, to;
	char data[TTY_BYTES];
	size_t at, len;
	bool ended;
};

/* A pseudo-terminal whose other end the helper holds, so that no process in the other namespaces can read the
 * person's terminal or type into it (TIOCSTI). */
struct tty {
	int master, slave; /* -1 without one */
	int screen;        /* the person's terminal, to be written without waiting */
	struct termios before;
	struct flow in, out;
};

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41) /* 4.13 */
#endif

/* The person's terminal has another size. */
static void tty_resize(const struct tty *tty)
{
	struct winsize size;

	if (tty->master >= 0 && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(tty->master, TIOCSWINSZ, &size);
}

/* Makes one, of the size and with the modes of the terminal that is standard input, and puts that one into raw
 * mode.  Without a terminal there is nothing to guard: then @tty has none.  Returns 0 or -errno. */
static int tty_open(struct tty *tty)
{
	struct termios raw;
	int r;

	*tty = (struct tty){.master = -1, .slave = -1, .screen = -1};
	tty->in.ended = tty->out.ended = true;
	if (tcgetattr(STDIN_FILENO, &tty->before) < 0)
		return 0;
	tty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (tty->master < 0 || unlockpt(tty->master) < 0)
		goto failed;
	/* By its master, since a path leads to it only where its devpts is mounted. */
	tty->slave = ioctl(tty->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	/* The person's terminal by a description of our own: O_NONBLOCK would be nsscope's, too. */
	tty->screen = open("/proc/self/fd/1", O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (tty->screen < 0)
		tty->screen = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	if (tty->slave < 0 || tty->screen < 0 || tcsetattr(tty->slave, TCSANOW, &tty->before) < 0)
		goto failed;
	tty_resize(tty);
	raw = tty->before;
	cfmakeraw(&raw);
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
		goto failed;
	tty->in = (struct flow){.from = STDIN_FILENO, .to = tty->master};
	tty->out = (struct flow){.from = tty->master, .to = tty->screen};
	return 0;
failed:
	r = -errno;
	close_fd(&tty->master);
	close_fd(&tty->slave);
	close_fd(&tty->screen);
	return r;
}

/* --- Passing on ------------------------------------------------------------------------------- */

static void poll_flow(const struct flow *flow, struct pollfd fds[2])
{
	bool full = flow->at < flow->len;

	fds[0] = (struct pollfd){.fd = flow->ended || full ? -1 : flow->from, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = full ? flow->to : -1, .events = POLLOUT};
}

static void fill(struct flow *flow)
{
	ssize_t got = read(flow->from, flow->data, sizeof(flow->data));

	flow->at = flow->len = 0;
	if (got > 0)
		flow->len = (size_t)got;
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		flow->ended = true; /* EIO: the other end is closed everywhere; pty(7) */
}

static void pour(struct flow *flow)
{
	ssize_t put = write(flow->to, flow->data + flow->at, flow->len - flow->at);

	if (put > 0)
		flow->at += (size_t)put;
	else if (put < 0 && errno != EAGAIN && errno != EINTR)
		flow->at = flow->len;
}

static void relay_flow(struct flow *flow, const struct pollfd fds[2])
{
	if (fds[1].fd >= 0 && fds[1].revents)
		pour(flow);
	else if (fds[0].fd >= 0 && fds[0].revents)
		fill(flow);
}

/* Fills @fds, and passes on what they say is there. */
static void tty_poll(const struct tty *tty, struct pollfd fds[TTY_FDS])
{
	poll_flow(&tty->in, fds);
	poll_flow(&tty->out, fds + 2);
}

static void tty_relay(struct tty *tty, const struct pollfd fds[TTY_FDS])
{
	relay_flow(&tty->in, fds);
	relay_flow(&tty->out, fds + 2);
}

/* What is written in there already is shown, and the person's terminal is as it was before. */
static void tty_close(struct tty *tty)
{
	enum { PATIENCE_MS = 500 };
	struct pollfd screen = {.fd = tty->screen, .events = POLLOUT};

	if (tty->master < 0)
		return;
	/* A process that is still writing in there is not waited for: no more than a terminal holds. */
	for (size_t shown = 0; shown < 8 * TTY_BYTES;) {
		if (tty->out.at == tty->out.len) {
			if (tty->out.ended)
				break;
			fill(&tty->out);
			if (!tty->out.len)
				break;
		}
		if (poll(&screen, 1, PATIENCE_MS) <= 0)
			break;
		shown += tty->out.len - tty->out.at;
		pour(&tty->out);
	}
	tcsetattr(STDIN_FILENO, TCSADRAIN, &tty->before);
	close_fd(&tty->master);
	close_fd(&tty->slave);
	close_fd(&tty->screen);
}

struct watch {
	const struct shell_place *place;
	pid_t shell; /* or its holder */
	bool kept;
	unsigned idle_stops;
	pid_t session; /* of its terminal, 0 until it is known */
	int signals;   /* signalfd(2) of SIGCHLD, SIGHUP, SIGTERM, SIGWINCH */
	struct tty tty;
	bool over;
	int status;
};

/* What keys of the terminal send is the shell's; that a child stopped or ended and that we are to
 * end is read from a descriptor. */
static int take_signals(void)
{
	static const int ignored[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE};
	static const int taken[] = {SIGCHLD, SIGHUP, SIGTERM, SIGWINCH};
	struct sigaction action = {.sa_handler = SIG_IGN};
	sigset_t set;

	signals_reset(); /* the handlers of a screen must not run here */
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

/* Kills what is a child of ours.  Its number can't be another's, since no other process reaps it.  Returns
 * whether it was. */
static bool kill_child(pid_t parent, pid_t pid)
{
	(void)parent;
	return pid > 0 && is_child(pid) && kill(pid, SIGKILL) == 0;
}

/* Calls @end for each child of @parent, 0: of the calling thread.  The kernel lists them where it is built to
 * (CONFIG_PROC_CHILDREN); while some of them end it may leave others out, and it gives a page of them at once: the next
 * pass finds the others.  Else @end looks itself whether a process of /proc is one.  proc_tid_children(5)
 * Returns how many @end has ended. */
static size_t end_each_child(pid_t parent, bool (*end)(pid_t parent, pid_t pid))
{
	autofree char *path = parent
	                          ? xasprintf("/proc/%d/task/%d/children", (int)parent, (int)parent)
	                          : xstrdup("/proc/thread-self/children");
	autotext struct proc_text list = {.data = NULL};
	const struct dirent *entry;
	size_t count = 0;
	DIR *proc = NULL;

	if (proc_text_read(&list, AT_FDCWD, path, PROC_TEXT_MAX) == 0) {
		char *next;

		for (char *at = list.data; *at; at = next) {
			pid_t pid = (pid_t)strtol(at, &next, 10);

			if (next == at)
				break;
			count += end(parent, pid);
		}
		return count;
	}
	proc = opendir("/proc");
	while (proc && (entry = readdir(proc)))
		count += end(parent, (pid_t)strtol(entry->d_name, NULL, 10));
	if (proc)
		closedir(proc);
	return count;
}

/* Children of children come to us as their parents end, since we are their subreaper: so it is done
 * again until there are none, or none that may be killed.  Each pass reaps as many as it killed, so
 * that all of it takes no more time than there were processes. */
void shell_kill_children(void)
{
	size_t killed;

	do {
		killed = end_each_child(0, kill_child);
		for (size_t reaped = 0; reaped < killed;) {
			if (waitpid(-1, NULL, 0) >= 0)
				reaped++;
			else if (errno != EINTR)
				break;
		}
	} while (killed > 0);
}

/* --- Ending what is kept in another PID namespace --------------------------------------------------- */

/* Kills @pid if it is a child of @holder.  It is one still, or has ended, when it is held by a descriptor: so the
 * signal goes to no other process.  Returns a descriptor that is readable when it has ended, or -1 where there is
 * nothing to kill.  pidfd_open(2) */
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

/* The numbers in /proc are those that we know only where it is of our own PID namespace.  Returns how many there
 * were to end. */
static size_t end_kept(pid_t holder)
{
	size_t count = 0, ended;

	if (helper_proc_pid(holder) != holder)
		return 0;
	do {
		ended = end_each_child(holder, end_child_of);
		count += ended;
	} while (ended > 0);
	return count;
}

/* The holder asks for it.  A process that is left may not be killed by the helper, or be held by a tracer: then the
 * holder has nothing to wait for. */
static void answer_holder(struct watch *watch)
{
	enum { IDLE_STOPS_MAX = 8 };

	watch->idle_stops = end_kept(watch->shell) ? 0 : watch->idle_stops + 1;
	kill(watch->shell, watch->idle_stops > IDLE_STOPS_MAX ? SIGKILL : SIGCONT);
}

/* --- What goes on ---------------------------------------------------------------------------------- */

/* Only while the shell runs: its terminal has no session afterwards.  TIOCGSID, ioctl_tty(2) */
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
			/* No user can type "fg". */
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
	tty_resize(&watch->tty);
	reap(watch);
	return ends;
}

static void watch_over(struct watch *watch, int leash)
{
	enum { ENDS = 3 };
	struct pollfd fds[ENDS + TTY_FDS] = {
	    {.fd = watch->signals, .events = POLLIN},
	    {.fd = leash, .events = POLLIN},
	    {.fd = watch->place->stays ? -1 : watch->place->pidfd, .events = POLLIN},
	};

	reap(watch);
	while (!watch->over) {
		bool ends = false;

		tty_poll(&watch->tty, fds + ENDS);
		if (poll(fds, array_len(fds), -1) < 0 && errno != EINTR)
			break;
		note_session(watch);
		/* A new size is known before what was typed in it. */
		if (fds[0].revents)
			ends = read_signals(watch);
		tty_relay(&watch->tty, fds + ENDS);
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

/* In the helper's process; returns when the shell is over.
 * @leash: a socket; when its other end is gone, the shell is to end.  -1 for none. */
static void shell_help(const struct shell_place *place, int leash, struct shell_result *ret_result)
{
	struct watch watch = {.place = place, .signals = take_signals()};
	int r = 0;

	prctl(PR_SET_NAME, "nsscope-shell");
	watch.tty = (struct tty){.master = -1, .slave = -1, .screen = -1};
	watch.tty.in.ended = watch.tty.out.ended = true;
	if (place->pidfd >= 0) {
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		r = tty_open(&watch.tty);
	}
	if (r < 0) {
		*ret_result = (struct shell_result){.error = -r, .step = "/dev/ptmx"};
		close_fd(&watch.signals);
		return;
	}
	watch.shell = shell_begin(place, watch.tty.slave, &watch.kept, ret_result);
	close_fd(&watch.tty.slave); /* it belongs to the processes in there now */
	if (watch.shell > 0 && watch.signals >= 0)
		watch_over(&watch, leash);
	ret_result->status = watch.status;
	if (place->pidfd >= 0) {
		shell_kill_children();
		find_left(&watch, ret_result->left, sizeof(ret_result->left));
	}
	tty_close(&watch.tty);
	close_fd(&watch.signals);
}

enum {
	ACTOR_FD = WIRE_FD + 1, /* the actor's pidfd, in the helper */
	FREE_FROM = 16,         /* numbers behind those that are given away */
};

struct shell {
	pid_t helper;
	int socket;
};

/* --- The caller's own terminal ------------------------------------------------------------------ */

/* Keeps @socket, the actor's pidfd if there is one, and what the terminal is. */
static int keep_only(int socket, int *pidfd)
{
	int high = fcntl(socket, F_DUPFD_CLOEXEC, FREE_FROM);
	int high_pidfd = *pidfd < 0 ? -1 : fcntl(*pidfd, F_DUPFD_CLOEXEC, FREE_FROM);

	if (high < 0 || (*pidfd >= 0 && high_pidfd < 0) || dup3(high, WIRE_FD, O_CLOEXEC) < 0)
		return -errno;
	if (high_pidfd < 0)
		return wire_keep_only(WIRE_FD, WIRE_FD);
	if (dup3(high_pidfd, ACTOR_FD, O_CLOEXEC) < 0)
		return -errno;
	*pidfd = ACTOR_FD;
	return wire_keep_only(WIRE_FD, ACTOR_FD);
}

_Noreturn static void helper_main(const struct shell_place *place, int socket)
{
	struct shell_place own = *place;
	struct shell_result result = {0};
	int r;

	r = keep_only(socket, &own.pidfd);
	if (r < 0) {
		result.error = -r;
		snprintf(result.step, sizeof(result.step), "dup");
	} else {
		shell_help(&own, WIRE_FD, &result);
	}
	wire_send(WIRE_FD, &result, sizeof(result), -1, MSG_DONTWAIT);
	_exit(EXIT_SUCCESS);
}

int shell_start(const struct shell_place *place, struct shell **ret_shell)
{
	struct shell *shell;
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	pid = fork_without_signals();
	if (pid == 0)
		helper_main(place, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return pid;
	}
	shell = xcalloc(1, sizeof(*shell));
	shell->helper = pid;
	shell->socket = ends[0];
	*ret_shell = shell;
	return 0;
}

int shell_fd(const struct shell *shell)
{
	return shell->socket;
}

pid_t shell_pid(const struct shell *shell)
{
	return shell->helper;
}

void shell_hang_up(struct shell *shell)
{
	shutdown(shell->socket, SHUT_WR);
}

/* A process that isn't in the foreground is stopped for taking it, unless that signal is blocked;
 * tcsetpgrp(3). */
static void take_terminal_back(void)
{
	sigset_t set, before;

	if (tcgetpgrp(STDIN_FILENO) < 0)
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &before);
	tcsetpgrp(STDIN_FILENO, getpgrp());
	sigprocmask(SIG_SETMASK, &before, NULL);
}

int shell_finish(struct shell *shell, struct shell_result *ret_result)
{
	struct shell_result result;
	int r = wire_receive(shell->socket, &result, sizeof(result), 0, NULL, NULL);

	while (waitpid(shell->helper, NULL, 0) < 0 && errno == EINTR)
		;
	close(shell->socket);
	free(shell);
	take_terminal_back();
	if (r != 1)
		return -ECHILD;
	result.step[sizeof(result.step) - 1] = '\0';
	result.left[sizeof(result.left) - 1] = '\0';
	*ret_result = result;
	return 0;
}

/* --- Another terminal --------------------------------------------------------------------------- */

/* When it began, in clock ticks since boot.  Returns false where it has ended. */
static bool read_start(pid_t pid, uint64_t *ret_ticks)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_PROC);
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	return read_start_ticks(AT_FDCWD, path, ret_ticks) == 0;
}

static bool has_ended(int pidfd)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};

	return poll(&fd, 1, 0) != 0;
}

int shell_ticket(const struct shell_place *place, char ret[SHELL_TICKET_BYTES])
{
	uint64_t start_ticks;

	/* In this order: what was read while it ran is its own. */
	if (!read_start(place->pid, &start_ticks) || has_ended(place->pidfd))
		return -ESRCH;
	snprintf(ret, SHELL_TICKET_BYTES, "%d:%" PRIu64 ":%s", (int)place->pid, start_ticks,
	    place->give_up_root ? "drop"
	    : place->as_process ? "same"
	    : place->stays      ? "stay"
	                        : "keep");
	return 0;
}

void shell_ticket_of(pid_t pid, uint64_t start_ticks, bool as_process, char ret[SHELL_TICKET_BYTES])
{
	snprintf(ret, SHELL_TICKET_BYTES, "%d:%" PRIu64 ":%s", (int)pid, start_ticks,
	    as_process ? "same" : "stay");
}

/* Reads digits and the colon behind them.  Returns false where there are none. */
static bool take_number(const char **at, uint64_t *ret)
{
	size_t digits = strspn(*at, "0123456789");

	if (!digits || digits > 19 || (*at)[digits] != ':')
		return false;
	*ret = strtoull(*at, NULL, 10);
	*at += digits + 1;
	return true;
}

int shell_ticket_read(const char *ticket, struct shell_place *ret_place)
{
	uint64_t pid, given_ticks, start_ticks;
	bool drop, stays, same;

	if (!take_number(&ticket, &pid) || !take_number(&ticket, &given_ticks) || !pid ||
	    pid > INT_MAX)
		return -EINVAL;
	drop = strcmp(ticket, "drop") == 0;
	same = strcmp(ticket, "same") == 0;
	stays = same || strcmp(ticket, "stay") == 0;
	if (!drop && !stays && strcmp(ticket, "keep") != 0)
		return -EINVAL;
	int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);

	if (pidfd < 0)
		return -errno;
	if (!read_start((pid_t)pid, &start_ticks) || start_ticks != given_ticks ||
	    has_ended(pidfd)) {
		close(pidfd);
		return -ESRCH;
	}
	*ret_place = (struct shell_place){.pidfd = pidfd,
	    .pid = (pid_t)pid,
	    .stays = stays,
	    .as_process = same,
	    .give_up_root = drop};
	return 0;
}

void shell_be_helper(const struct shell_place *place, struct shell_result *ret_result)
{
	shell_help(place, -1, ret_result);
}
