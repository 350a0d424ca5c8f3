/* A shell in another pane of tmux, with a tmux that only says what it came to. */
#include "tui/subshell.h"

#include "model/base/util.h"
#include "tests/unit/folder.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

static const struct shell_place here = {.pidfd = -1};

static void make_tmux(void)
{
	const char *folder = folder_make();
	autofree char *path = xasprintf("%s/tmux", folder);

	folder_write("tmux", "#!/bin/sh\nexit 0\n");
	assert_int_equal(chmod(path, 0755), 0);
	setenv("PATH", folder, 1);
	setenv("TMUX", "/nowhere,1,0", 1);
	setenv("TMUX_PANE", "%0", 1);
}

/* Opens a pane and waits until tmux has ended. */
static void open_pane(struct subshell *subshell)
{
	struct pollfd fd;

	assert_int_equal(subshell_open(subshell, &here, NULL), 0);
	fd = (struct pollfd){.fd = subshell_fd(subshell), .events = POLLIN};
	assert_true(fd.fd >= 0);
	assert_int_equal(poll(&fd, 1, -1), 1);
	assert_int_equal(fd.revents, POLLIN);
}

static void a_pane_that_is_taken_is_waited_for_no_more(void **state)
{
	struct subshell subshell;

	(void)state;
	make_tmux();
	subshell_init(&subshell);
	for (int i = 0; i < 2; i++) {
		autofree char *said = NULL;
		int other;

		open_pane(&subshell);
		said = subshell_take(&subshell, NULL);
		assert_non_null(said);
		assert_int_equal(subshell_fd(&subshell), -1);
		assert_null(subshell_take(&subshell, NULL));
		/* Whatever has the number now is not ended by what the guest does next. */
		other = dup(STDERR_FILENO);
		subshell_done(&subshell);
		assert_int_equal(close(other), 0);
	}
	folder_remove();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pane_that_is_taken_is_waited_for_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
