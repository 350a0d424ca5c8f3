#include "tui/loop.h"

#include "scanner/proc/clock.h"
#include "tui/core/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>

enum {
	FD_KEYS,
	FD_SIGNALS,
	FD_INSPECT,
	FD_NEWS,
	FD_USERS,
	FD_SHELL,
	FD_ACTORS,
	FDS_MAX = FD_ACTORS + 66,
	PRESSES_AT_ONCE = 64,  /* of pasted text, before the screen is painted again */
	FAILED_PAUSE_MS = 100, /* after a poll that could not be made */
	ANSWERING_TURNS = 8,   /* of which the last also does other work */
	RESIZE_PAUSE_MS = 40,  /* a window that is dragged sends sizes faster than can be seen */
};

struct loop {
	struct explorer *explorer;
	struct pollfd fds[FDS_MAX];
	size_t fd_count;
	uint64_t resize_ms; /* when a new size is to be taken up, 0 for never */
	bool hung_up;       /* the terminal is gone */
};

static void suspend(struct explorer *explorer)
{
	screen_suspend();
	signals_stop_process();
	screen_resume();
	explorer_resize(explorer);
}

static void take_signals(struct loop *loop)
{
	signals_drain();
	if (signals_took(SIGWINCH) && loop->resize_ms == 0)
		loop->resize_ms = loop->explorer->ui_state.now_ms + RESIZE_PAUSE_MS;
	if (signals_took(SIGTSTP) && !subshell_is_here(&loop->explorer->subshell)) {
		suspend(loop->explorer);
		signals_took(SIGCONT);
	}
	/* SIGSTOP can't be caught: another program may have used the terminal. */
	if (signals_took(SIGCONT) && !subshell_is_here(&loop->explorer->subshell)) {
		screen_resume();
		explorer_resize(loop->explorer);
	}
}

static void take_keys(struct loop *loop)
{
	struct press press;
	int waiting = 0;
	bool any = false;

	for (int i = 0; i < PRESSES_AT_ONCE && screen_press(&press); i++) {
		any = true;
		explorer_press(loop->explorer, &press);
		/* Input after the key that opens a shell belongs to the shell. */
		if (loop->explorer->quit || subshell_is_here(&loop->explorer->subshell))
			return;
	}
	/* Readable and empty: the end of the file. */
	if (!any && (loop->fds[FD_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL)))
		loop->hung_up = true;
	if (!any && ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0)
		loop->hung_up = true;
}

/* A helper that has joined a namespace must not be counted as its member. */
static bool may_step(const struct explorer *explorer)
{
	return explorer->live->phase != LIVE_RESTING || !inspect_pane_in_the_way(&explorer->inside);
}

/* Of two times to wait, -1 for ever. */
static int sooner(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

static int timeout_ms(const struct loop *loop)
{
	const struct explorer *explorer = loop->explorer;
	uint64_t now = explorer->ui_state.now_ms;
	int timeout = may_step(explorer) ? live_timeout(explorer->live, now) : -1;

	/* Nothing is painted while a shell has the terminal. */
	if (explorer->dirty && !subshell_is_here(&explorer->subshell))
		return 0;
	timeout = sooner(timeout, inspect_pane_timeout(&explorer->inside, now));
	timeout = sooner(timeout, explorer_tick_timeout(explorer));
	if (loop->resize_ms != 0)
		timeout = sooner(timeout, loop->resize_ms > now ? (int)(loop->resize_ms - now) : 0);
	return timeout;
}

/* Removes descriptors that are not open from @fds, except the keyboard, whose end is the
 * terminal's.  Returns whether there were any. */
static bool drop_closed(struct pollfd *fds, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (i == FD_KEYS || !(fds[i].revents & POLLNVAL))
			continue;
		fds[i] = (struct pollfd){.fd = -1};
		any = true;
	}
	return any;
}

void loop_poll(struct pollfd *fds, size_t count, size_t needed, int timeout_ms)
{
	size_t asked = count;
	int ready;

	do
		ready = poll(fds, (nfds_t)asked, timeout_ms);
	while (ready > 0 && drop_closed(fds, asked));
	/* poll(2): EINVAL where that is more than RLIMIT_NOFILE, ENOMEM. */
	if (ready < 0 && errno != EINTR) {
		asked = needed;
		ready = poll(fds, (nfds_t)asked, sooner(timeout_ms, FAILED_PAUSE_MS));
		if (ready < 0 && errno != EINTR)
			poll(NULL, 0, FAILED_PAUSE_MS);
	}
	for (size_t i = ready < 0 ? 0 : asked; i < count; i++)
		fds[i].revents = 0;
}

static void wait_for_events(struct loop *loop)
{
	struct explorer *explorer = loop->explorer;
	bool away = subshell_is_here(&explorer->subshell);
	uint64_t now = explorer->ui_state.now_ms;
	const int fds[FD_ACTORS] = {
	    [FD_KEYS] = away ? -1 : STDIN_FILENO,
	    [FD_SIGNALS] = signals_fd(),
	    [FD_INSPECT] = inspect_pane_fd(&explorer->inside),
	    [FD_NEWS] = may_step(explorer) ? live_news_fd(explorer->live, now) : -1,
	    [FD_USERS] = live_users_fd(explorer->live),
	    [FD_SHELL] = subshell_fd(&explorer->subshell),
	};

	for (size_t i = 0; i < FD_ACTORS; i++)
		loop->fds[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	loop->fd_count =
	    FD_ACTORS + explorer_poll_actors(explorer, loop->fds + FD_ACTORS, FDS_MAX - FD_ACTORS);
	loop_poll(loop->fds, loop->fd_count, FD_ACTORS, timeout_ms(loop));
	explorer->ui_state.now_ms = clock_history_ms();
}

/* Returns true after a key or mouse event, which is answered first. */
static bool take_events(struct loop *loop)
{
	struct explorer *explorer = loop->explorer;
	bool actors = false;

	if (loop->fds[FD_SIGNALS].revents)
		take_signals(loop);
	for (size_t i = FD_ACTORS; i < loop->fd_count; i++)
		actors |= loop->fds[i].revents != 0;
	if (loop->fds[FD_NEWS].revents)
		live_hear(explorer->live, explorer->ui_state.now_ms);
	if (loop->fds[FD_USERS].revents)
		live_hear_users(explorer->live);
	if (actors)
		explorer_take_actors(explorer);
	if (loop->fds[FD_SHELL].revents)
		explorer_take_shell(explorer);
	if (loop->fds[FD_KEYS].revents)
		take_keys(loop);
	if (loop->resize_ms != 0 && explorer->ui_state.now_ms >= loop->resize_ms) {
		loop->resize_ms = 0;
		screen_resize();
		explorer_resize(explorer);
	}
	return loop->fds[FD_KEYS].revents != 0;
}

bool loop_turn_is_over(unsigned *in_row, bool answered)
{
	*in_row = answered ? *in_row + 1 : 0;
	return *in_row % ANSWERING_TURNS != 0;
}

int loop_run(struct explorer *explorer)
{
	struct loop loop = {.explorer = explorer};
	unsigned answering = 0;

	explorer->ui_state.now_ms = clock_history_ms();
	explorer->dirty = true;
	while (!explorer->quit) {
		if (explorer->dirty && !subshell_is_here(&explorer->subshell))
			explorer_paint(explorer);
		wait_for_events(&loop);
		bool answered = take_events(&loop);

		if (signals_ending() != 0)
			return signals_ending();
		if (loop.hung_up)
			return SIGHUP;
		if (loop_turn_is_over(&answering, answered))
			continue;
		if (may_step(explorer) && live_step(explorer->live, explorer->ui_state.now_ms))
			explorer_update(explorer);
		explorer_inspect(explorer);
		explorer_tick(explorer);
	}
	return 0;
}
