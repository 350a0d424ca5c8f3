/* A user whose name does not come delays nothing, and is shown by number until it comes. */
#include "model/base/util.h"
#include "tests/kernel/userns.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct subject subject;
static char folder[] = "/tmp/users.XXXXXX", passwd[sizeof(folder) + 16];

static int clean_up(void **state)
{
	subject_end(&subject);
	unlink(passwd);
	rmdir(folder);
	return rig_free_all(state);
}

/* A passwd on which a lease is held, fcntl(2): open(2) waits until the lease is given back. */
static int make_passwd(void)
{
	static const char line[] = "toor:x:0:0::/:/bin/sh\n";
	int fd;

	assert_non_null(mkdtemp(folder));
	snprintf(passwd, sizeof(passwd), "%s/passwd", folder);
	fd = open(passwd, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
	signal(SIGIO, SIG_IGN);
	if (fcntl(fd, F_SETLEASE, F_WRLCK) < 0) {
		print_message("skip: kernel: the file system of /tmp has no leases\n");
		skip();
	}
	return fd;
}

static void a_number_is_shown_and_then_the_name(void **state)
{
	autofree char *script = NULL;
	struct rig *rig;
	char name[16];

	(void)state;
	need_private_mounts();
	autoclose int lease = make_passwd();
	snprintf(name, sizeof(name), "usr%d", (int)getpid());
	assert_int_equal(subject_start(&(struct subject_options){.comm = name}, &subject), 0);
	script = xasprintf("mount --bind %s /etc/passwd && exec %s", passwd, rig_nsscope());
	rig = explorer_open(&(struct rig_options){.program = "unshare",
	    .args = {"--mount", "sh", "-c", script},
	    .rows = 40,
	    .cols = 160});
	explorer_filter(rig, name);
	explorer_wait_row_with(rig, name, " 0 ");
	rig_type(rig, "?");
	rig_wait(rig, "Help");
	rig_key(rig, VTERM_KEY_ESCAPE);
	explorer_wait_row_with(rig, name, " 0 ");
	assert_int_equal(fcntl(lease, F_SETLEASE, F_UNLCK), 0);
	explorer_wait_row_with(rig, name, " toor ");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(a_number_is_shown_and_then_the_name, clean_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
