#include "tests/kernel/mover.h"

#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static const char exec_name[] = "mover-again";

struct task {
	int order;
	pid_t whom;
};

/* Of a mover. */
static int orders, answers;
static char *arguments; /* the first one */
static pthread_t thread;
static pid_t thread_tid;
static int to_thread[2], from_thread[2];

/* --- What a mover does: each returns 0 or an errno ------------------------------------------- */

static int error_of(int r)
{
	return r < 0 ? errno : 0;
}

static int join(pid_t whom, int flags)
{
	autoclose int fd = (int)syscall(SYS_pidfd_open, whom, 0);

	return fd < 0 ? errno : error_of(setns(fd, flags));
}

static int open_uts(pid_t whom)
{
	autofree char *path = xasprintf("/proc/%d/ns/uts", (int)whom);

	return error_of(open(path, O_RDONLY | O_CLOEXEC));
}

static int become_again(void)
{
	autofree char *first = xasprintf("%d", orders);
	autofree char *second = xasprintf("%d", answers);
	char *const argv[] = {(char *)(uintptr_t)exec_name, first, second, NULL};

	return error_of(execv("/proc/self/exe", argv));
}

static int have_child(void)
{
	pid_t pid = fork();
	int ends[2];
	char byte;

	if (pid == 0) {
		/* It ends with the room.  Nobody ever writes to it. */
		if (pipe(ends) == 0)
			(void)!read(ends[0], &byte, 1);
		_exit(0);
	}
	return error_of(pid);
}

static void *be_thread(void *unused)
{
	int flags;

	thread_tid = gettid();
	while (read(to_thread[0], &flags, sizeof(flags)) == sizeof(flags) && flags) {
		int error = error_of(unshare(flags));

		if (write(from_thread[1], &error, sizeof(error)) != sizeof(error))
			break;
	}
	return unused;
}

int thread_join_wholly(pthread_t joined, const pid_t *tid)
{
	int error = pthread_join(joined, NULL);

	while (!error && tgkill(getpid(), *tid, 0) == 0)
		sched_yield();
	return error;
}

/* @flags: what the thread leaves; 0 for its life. */
static int tell_thread(int flags)
{
	int error = 0;

	if (write(to_thread[1], &flags, sizeof(flags)) != sizeof(flags))
		return errno;
	if (!flags)
		return thread_join_wholly(thread, &thread_tid);
	return read(from_thread[0], &error, sizeof(error)) == sizeof(error) ? error : EIO;
}

static int start_thread(void)
{
	int error;

	if (pipe(to_thread) < 0 || pipe(from_thread) < 0)
		return errno;
	error = pthread_create(&thread, NULL, be_thread, NULL);
	return error ? error : tell_thread(CLONE_NEWUTS);
}

static int obey(const struct task *task)
{
	switch ((enum order)task->order) {
	case MOVE_UTS:
		return error_of(unshare(CLONE_NEWUTS));
	case MOVE_MNT:
		return error_of(unshare(CLONE_NEWNS));
	case MOVE_NET:
		return error_of(unshare(CLONE_NEWNET));
	case MOVE_USER:
		return error_of(unshare(CLONE_NEWUSER));
	case MOVE_PID:
		return error_of(unshare(CLONE_NEWPID));
	case MOVE_TIME:
		return error_of(unshare(CLONE_NEWTIME));
	case MOVE_TO:
		return join(task->whom, CLONE_NEWUTS);
	case MOVE_ALL_TO:
		return join(task->whom, CLONE_NEWUTS | CLONE_NEWIPC);
	case MOVE_EXEC:
		return become_again();
	case MOVE_OPEN:
		return open_uts(task->whom);
	case MOVE_SOCKET:
		return error_of(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	case MOVE_CHILD:
		return have_child();
	case MOVE_NAME:
		return error_of(prctl(PR_SET_NAME, "mover-renamed"));
	case MOVE_WRITE_ARGS:
		arguments[0] = '!';
		return 0;
	case MOVE_SETUID:
		return error_of(setuid(65534));
	case MOVE_THREAD:
		return start_thread();
	case MOVE_THREAD_IPC:
		return tell_thread(CLONE_NEWIPC);
	case MOVE_THREAD_END:
		return tell_thread(0);
	case MOVE_STOP: /* the test waits for it */
	case MOVE_EXIT:
		break;
	}
	return 0;
}

_Noreturn static void live(void)
{
	struct task task;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(orders, &task, sizeof(task)) == sizeof(task)) {
		int error = obey(&task);

		if (task.order == MOVE_EXIT)
			_exit(0);
		if (task.order == MOVE_STOP)
			raise(SIGSTOP);
		else if (write(answers, &error, sizeof(error)) != sizeof(error))
			_exit(1);
	}
	_exit(0);
}

void mover_main(int argc, char **argv)
{
	int error = 0;

	arguments = argv[0];
	if (argc != 3 || strcmp(argv[0], exec_name) != 0)
		return;
	orders = (int)strtol(argv[1], NULL, 10);
	answers = (int)strtol(argv[2], NULL, 10);
	if (write(answers, &error, sizeof(error)) != sizeof(error))
		_exit(1);
	live();
}

/* --- What the test does ----------------------------------------------------------------------- */

struct mover mover_start(void)
{
	struct mover mover;
	int order_ends[2], answer_ends[2];

	require(pipe(order_ends) == 0);
	require(pipe(answer_ends) == 0);
	fflush(NULL);
	mover.pid = fork();
	require(mover.pid >= 0);
	if (mover.pid == 0) {
		close(order_ends[1]);
		close(answer_ends[0]);
		orders = order_ends[0];
		answers = answer_ends[1];
		live();
	}
	close(order_ends[0]);
	close(answer_ends[1]);
	mover.orders = order_ends[1];
	mover.answers = answer_ends[0];
	require(fcntl(mover.orders, F_SETFD, FD_CLOEXEC) == 0);
	require(fcntl(mover.answers, F_SETFD, FD_CLOEXEC) == 0);
	return mover;
}

void mover_do(const struct mover *mover, enum order order, pid_t whom)
{
	struct task task = {.order = order, .whom = whom};
	siginfo_t info;
	int error = -1;

	require(write(mover->orders, &task, sizeof(task)) == sizeof(task));
	if (order == MOVE_EXIT)
		require(waitid(P_PID, (id_t)mover->pid, &info, WEXITED | WNOWAIT) == 0);
	else if (order == MOVE_STOP)
		require(waitid(P_PID, (id_t)mover->pid, &info, WSTOPPED | WNOWAIT) == 0);
	else
		require(read(mover->answers, &error, sizeof(error)) == sizeof(error) && error == 0);
}

void mover_end(struct mover *mover)
{
	close(mover->orders);
	close(mover->answers);
	kill(mover->pid, SIGKILL);
	wait_status(mover->pid);
}
