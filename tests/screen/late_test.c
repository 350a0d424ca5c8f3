/* A process whose command line does not come delays nothing. */
#include "model/base/util.h"
#include "tests/kernel/userns.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SILENT = 6 };

static struct subject subjects[SILENT + 1];
static char folder[] = "/tmp/late.XXXXXX";

static int clean_up(void **state)
{
	for (size_t i = 0; i < array_len(subjects); i++)
		subject_end(&subjects[i]);
	rmdir(folder);
	return rig_free_all(state);
}

/* A FIFO without a writer is mounted over /proc/PID/cmdline, in a mount namespace of the explorer's own. */
static struct rig *open_with_silent_ones(void)
{
	autofree char *pids = xstrdup(""), *script = NULL;

	for (size_t i = 0; i < SILENT; i++) {
		char *more = xasprintf("%s %d", pids, (int)subjects[i].pid);

		free(pids);
		pids = more;
	}
	script = xasprintf(
	    "mount -t tmpfs none %s && mkfifo %s/fifo && for pid in%s; do mount --bind %s/fifo "
	    "/proc/$pid/cmdline || exit; done; exec %s",
	    folder, folder, pids, folder, rig_nsscope());
	return explorer_open(&(struct rig_options){.program = "unshare",
	    .args = {"--mount", "sh", "-c", script},
	    .rows = 40,
	    .cols = 160});
}

static void keys_are_answered_and_the_rest_is_live(void **state)
{
	struct rig *rig;
	char name[16], later[16];

	(void)state;
	need_private_mounts();
	assert_non_null(mkdtemp(folder));
	snprintf(name, sizeof(name), "sil%d", (int)getpid());
	snprintf(later, sizeof(later), "lat%d", (int)getpid());
	for (size_t i = 0; i < SILENT; i++)
		assert_int_equal(
		    subject_start(&(struct subject_options){.comm = name}, &subjects[i]), 0);
	rig = open_with_silent_ones();
	explorer_filter(rig, name + strlen("sil"));
	explorer_wait_rows_with(rig, name, "(command line: n", SILENT);
	rig_type(rig, "?");
	rig_wait(rig, "Help");
	rig_key(rig, VTERM_KEY_ESCAPE);
	assert_int_equal(
	    subject_start(&(struct subject_options){.comm = later}, &subjects[SILENT]), 0);
	explorer_wait_row_with(rig, later, "+ ");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(keys_are_answered_and_the_rest_is_live, clean_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
