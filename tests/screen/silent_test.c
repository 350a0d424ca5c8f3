/* A home and a folder of names on file systems that do not answer: the explorer opens, its keys are answered, what can't
 * be kept is said, and what answers again is used again. */
#include "model/base/util.h"
#include "tests/kernel/silent_fs.h"
#include "tests/screen/explorer.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/silent.XXXXXX";
static struct silent_fs home, names;
static const char *why_not;

static const struct silent_file files[] = {
    {".config", S_IFDIR | 0755, NULL},
    {".config/nsscope", S_IFDIR | 0755, NULL},
    {".config/nsscope/config", S_IFREG | 0644, "details = off\n"},
};

/* In a mount namespace of the test's own; the explorer inherits it. */
static int begin(void **state)
{
	(void)state;
	why_not = geteuid() != 0 ? "mounting takes root" : NULL;
	if (why_not)
		return 0;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		why_not = strerror(errno);
	else if (!mkdtemp(folder) || mount("none", "/run", "tmpfs", 0, NULL) < 0 ||
	         mkdir("/run/netns", 0755) < 0)
		return -1;
	else if (silent_fs_mount(folder, files, array_len(files), &home) < 0 ||
	         silent_fs_mount("/run/netns", NULL, 0, &names) < 0)
		why_not = "/dev/fuse can't be had";
	return 0;
}

static int end(void **state)
{
	int r = rig_free_all(state);

	silent_fs_end(&names);
	silent_fs_end(&home);
	umount2("/run/netns", MNT_DETACH);
	umount2(folder, MNT_DETACH);
	rmdir(folder);
	return r;
}

static struct rig *open_at_home(void)
{
	autofree char *variable = xasprintf("HOME=%s", folder);

	/* Nothing else may lead elsewhere. */
	return rig_start(&(struct rig_options){
	    .env = {variable, "XDG_CONFIG_HOME=", "XDG_STATE_HOME=", "XDG_RUNTIME_DIR="},
	    .rows = 30,
	    .cols = 160});
}

static void keys_are_answered_and_what_is_not_kept_is_said(void **state)
{
	struct rig *rig;

	(void)state;
	if (why_not) {
		print_message("skip: %s\n", why_not);
		skip();
	}
	silent_fs_silence(&home);
	silent_fs_silence(&names);
	rig = open_at_home();
	rig_wait(rig, "/run/netns does not answer");
	rig_wait_row(rig, -1, "config: its file system does not answer");
	rig_type(rig, "d");
	rig_wait_gone(rig, "Status");
	/* A setting counts, and is not kept. */
	rig_key(rig, VTERM_KEY_FUNCTION(2));
	rig_wait(rig, "Settings,");
	rig_key(rig, VTERM_KEY_RIGHT);
	rig_wait_row(rig, -1, "its file system does not answer");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "Settings,");
	silent_fs_answer(&names);
	rig_wait_gone(rig, "/run/netns does not answer");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        keys_are_answered_and_what_is_not_kept_is_said, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
