#include "tui/core/signals.h"

#include "model/base/util.h"
#include "tui/core/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

/* SIGPIPE needs a handler only so that it does not kill: the write says EPIPE. */
static const int reported[] = {
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGPIPE};
static const int endings[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS};

static struct sigaction before_reported[array_len(reported)], before_crashes[array_len(crashes)];
static volatile sig_atomic_t pending[NSIG];
static int pipe_fds[2] = {-1, -1};
static stack_t crash_stack;

/* One page that a forked child gets as zeros, MADV_WIPEONFORK (4.14), madvise(2).  It shows whether
 * this is still the process that set the handlers, in any PID namespace. */
static volatile sig_atomic_t *owner;

static void default_action(int signal)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t set;

	sigaction(signal, &action, NULL);
	raise(signal);
	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void on_reported(int signal)
{
	int error = errno;

	if (!owner || !*owner) {
		if (signal != SIGWINCH && signal != SIGCONT)
			default_action(signal);
	} else {
		pending[signal] = 1;
		/* A full pipe wakes the loop as well. */
		ssize_t n = write(pipe_fds[1], "!", 1);

		(void)n;
	}
	errno = error;
}

static void on_crash(int signal)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	if (owner && *owner) {
		/* In the background tcsetattr(3) would stop us. */
		sigaction(SIGTTOU, &ignore, NULL);
		screen_rescue();
	}
	/* What was set before, such as a sanitizer's report, or the default. */
	for (size_t i = 0; i < array_len(crashes); i++) {
		if (crashes[i] == signal)
			sigaction(signal, &before_crashes[i], NULL);
	}
	raise(signal);
}

static int make_owner(void)
{
	long page = sysconf(_SC_PAGESIZE);
	void *memory =
	    mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -errno;
	/* Older kernels: the children's handlers then write to a pipe that nothing reads. */
	(void)madvise(memory, (size_t)page, MADV_WIPEONFORK);
	owner = memory;
	*owner = 1;
	return 0;
}

int signals_start(void)
{
	struct sigaction action = {.sa_handler = on_reported, .sa_flags = SA_RESTART};
	struct sigaction crash = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_RESETHAND};
	int r = make_owner();

	if (r < 0)
		return r;
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	crash_stack.ss_size = 64 * 1024;
	crash_stack.ss_sp = xmalloc(crash_stack.ss_size);
	sigaltstack(&crash_stack, NULL);
	for (size_t i = 0; i < array_len(reported); i++)
		sigaction(reported[i], &action, &before_reported[i]);
	for (size_t i = 0; i < array_len(crashes); i++)
		sigaction(crashes[i], &crash, &before_crashes[i]);
	return 0;
}

void signals_stop(void)
{
	stack_t none = {.ss_flags = SS_DISABLE};

	if (pipe_fds[0] < 0)
		return;
	for (size_t i = 0; i < array_len(reported); i++)
		sigaction(reported[i], &before_reported[i], NULL);
	for (size_t i = 0; i < array_len(crashes); i++)
		sigaction(crashes[i], &before_crashes[i], NULL);
	sigaltstack(&none, NULL);
	free(crash_stack.ss_sp);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	pipe_fds[0] = pipe_fds[1] = -1;
	munmap((void *)owner, (size_t)sysconf(_SC_PAGESIZE));
	owner = NULL;
}

int signals_fd(void)
{
	return pipe_fds[0];
}

void signals_drain(void)
{
	char bytes[256];

	while (read(pipe_fds[0], bytes, sizeof(bytes)) > 0)
		;
}

bool signals_took(int signal)
{
	if (!pending[signal])
		return false;
	pending[signal] = 0;
	return true;
}

int signals_ending(void)
{
	for (size_t i = 0; i < array_len(endings); i++) {
		if (pending[endings[i]])
			return endings[i];
	}
	return 0;
}

void signals_stop_process(void)
{
	struct sigaction before;
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigaction(SIGTSTP, &action, &before);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
}

void signals_raise(int signal)
{
	default_action(signal);
}
