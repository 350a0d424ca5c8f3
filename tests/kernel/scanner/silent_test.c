/* File systems that do not answer: nothing that is read of others asks them, and what has to be asked is left after a
 * while, and told. */
#include "lessons/play/xdg_file.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"
#include "scanner/helper/helper.h"
#include "scanner/proc/local_fs.h"
#include "tests/kernel/room.h"
#include "tests/kernel/silent_fs.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { SILENT = 5 };

static char folder[] = "/tmp/silent.XXXXXX";
static struct silent_fs fs[SILENT];

static const struct silent_file plain_files[] = {
    {"folder", S_IFDIR | 0755, NULL},
    {"folder/ns", S_IFREG | 0644, ""},
    {"file", S_IFREG | 0644, "some text\n"},
    {"link", S_IFLNK | 0777, "folder/ns"},
};

/* Skips the test where there can be none.  @where: borrowed. */
static void mount_one(
    struct silent_fs *one, const char *where, const struct silent_file *files, size_t count)
{
	int r;

	need_test_machine();
	r = silent_fs_mount(where, files, count, one);
	if (r == -EACCES || r == -EPERM || r == -ENOENT || r == -ENODEV)
		skip_because("/dev/fuse: %s", strerror(-r));
	assert_int_equal(r, 0);
}

static char *place_of(int i)
{
	return xasprintf("%s/%d", folder, i);
}

static void mount_plain(int i)
{
	autofree char *where = place_of(i);

	assert_int_equal(mkdir(where, 0755), 0);
	mount_one(&fs[i], where, plain_files, array_len(plain_files));
}

/* Runs "nsscope @command", and what it says on standard error, too. */
static struct output nsscope(const char *command)
{
	autofree char *line = xasprintf("%s %s 2>&1", nsscope_path(), command);
	const char *argv[] = {"sh", "-c", line, NULL};

	return tool_run((char *const *)argv, false);
}

static void expect(const char *command, int status, const char *text)
{
	struct output output = nsscope(command);

	if (text && !strstr(output.text, text))
		fail_msg("%s: no \"%s\" in: %s", command, text, output.text);
	assert_int_equal(output.status, status);
	output_done(&output);
}

/* --- Others' ----------------------------------------------------------------------------------- */

/* All that a process can have on one: what it works in, its root, descriptors, a mapping, its mounts. */
static int live_on(const void *arg)
{
	const char *where = arg;
	autofree char *inner = xasprintf("%s/folder", where);
	int file, opened = open(inner, O_RDONLY | O_DIRECTORY);

	if (opened < 0 || chdir(inner) < 0 || chroot(where) < 0 ||
	    (file = open("/file", O_RDONLY)) < 0 ||
	    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED)
		return 1;
	return 0;
}

static void what_others_have_on_them_is_told_and_not_asked(void **state)
{
	struct member members[SILENT], other = member_start(CLONE_NEWNET, NULL, NULL);
	autofree char *net = xasprintf("/proc/%d/ns/net", (int)other.pid);
	static const char *const commands[] = {
	    "tree", "json", "dot", "doctor", "inspect", "compare"};

	(void)state;
	need_test_machine();
	need_source();
	for (int i = 0; i < SILENT; i++) {
		autofree char *where = place_of(i);
		autofree char *point = xasprintf("%s/folder/ns", where);

		mount_plain(i);
		/* A namespace's file is bound below it, in a mount namespace with a process and in ours. */
		assert_int_equal(mount(net, point, NULL, MS_BIND, NULL), 0);
		members[i] = member_start(CLONE_NEWNS | CLONE_NEWUTS, live_on, where);
	}
	for (int i = 0; i < SILENT; i++)
		silent_fs_silence(&fs[i]);
	for (size_t i = 0; i < array_len(commands); i++) {
		bool inspects = strcmp(commands[i], "inspect") == 0;
		bool compares = strcmp(commands[i], "compare") == 0;
		autofree char *command = inspects   ? xasprintf("inspect %d", (int)members[0].pid)
		                         : compares ? xasprintf("compare %d %d",
		                                          (int)members[0].pid, (int)members[1].pid)
		                                    : xstrdup(commands[i]);

		expect(command, 0, NULL);
	}
	for (int i = 0; i < SILENT; i++) {
		autofree char *mnt = xasprintf(
		    "inspect mnt:%llu", (unsigned long long)link_ino(members[i].pid, "mnt"));

		expect(mnt, 0, "silent");
		assert_int_equal(silent_fs_waiting(&fs[i]), 0);
		silent_fs_answer(&fs[i]);
		member_end(&members[i]);
	}
	member_end(&other);
}

/* --- Names by links ------------------------------------------------------------------------------ */

static const char *name_of(const struct graph *graph, const struct member *member)
{
	const struct ns *ns = graph_process_by_pid(graph, member->pid)->ns[NS_NET];

	return ns->name ? ns->name : "";
}

static void names_by_links_that_do_not_come_are_said_to_be_missing(void **state)
{
	struct member member = member_start(CLONE_NEWNET, NULL, NULL);
	autofree char *target = xasprintf("/proc/%d/ns/net", (int)member.pid);
	const struct silent_file files[] = {{"blue", S_IFLNK | 0777, target}};
	const struct scan_options options = {.hostnames = false};
	struct graph *first, *second;
	struct scan *scan;

	(void)state;
	need_test_machine();
	need_source();
	assert_int_equal(mount("none", "/run", "tmpfs", 0, NULL), 0);
	assert_int_equal(mkdir("/run/netns", 0755), 0);
	mount_one(&fs[0], "/run/netns", files, array_len(files));
	silent_fs_silence(&fs[0]);
	expect("tree", 0, "/run/netns does not answer");
	expect("json", 0, "\"names_late\": true");
	expect("doctor", 0, "/run/netns: its file system does not answer");
	assert_int_equal(scan_new(&options, &scan), 0);
	first = sweep_now(scan, NULL);
	assert_true(first->stats.names_late);
	/* The helper that has waited is left out.  Those of the commands above are init's by now. */
	for (size_t i = 0; i < first->process_count; i++)
		assert_false(first->processes[i]->ppid == getpid() &&
		             strcmp(first->processes[i]->comm, "nsscope-files") == 0);
	assert_string_equal(name_of(first, &member), "");
	silent_fs_answer(&fs[0]);
	/* Until the helper that waited is gone it is not asked again. */
	second = sweep_now(scan, first);
	while (second->stats.names_late) {
		graph_unref(second);
		sched_yield();
		second = sweep_now(scan, first);
	}
	assert_string_equal(name_of(second, &member), "blue");
	graph_unref(second);
	graph_unref(first);
	scan_free(scan);
	member_end(&member);
	expect("json", 0, "\"names_late\": false");
}

/* --- Files of one's own ------------------------------------------------------------------------- */

static void files_that_a_person_names_or_has_are_left_and_told(void **state)
{
	autofree char *where = place_of(0), *file = xasprintf("%s/0/file", folder);
	static const char *const variables[] = {"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
	    "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_DATA_DIRS", "TERMINFO", "LOCPATH"};
	static const char *const commands[] = {"lesson %s --plain", "lesson check %s", "replay %s",
	    "replay --plain %s", "record --force %s"};

	(void)state;
	need_test_machine();
	mount_plain(0);
	silent_fs_silence(&fs[0]);
	for (size_t i = 0; i < array_len(commands); i++) {
		char command[128];

		assert_string_equal(strchr(commands[i], '%'), strstr(commands[i], "%s"));
		snprintf(command, sizeof(command), "%.*s%s%s",
		    (int)(strchr(commands[i], '%') - commands[i]), commands[i], file,
		    strstr(commands[i], "%s") + 2);
		expect(command, 1, "its file system does not answer");
	}
	for (size_t i = 0; i < array_len(variables); i++) {
		autofree char *kept = getenv(variables[i]) ? xstrdup(getenv(variables[i])) : NULL;

		setenv(variables[i], where, 1);
		expect("tree", 0, NULL);
		expect("lesson", 0, NULL);
		if (strcmp(variables[i], "HOME") == 0)
			expect("doctor", 0, NULL);
		if (strcmp(variables[i], "XDG_STATE_HOME") == 0)
			expect("lesson reset", 1, "its file system does not answer");
		if (kept)
			setenv(variables[i], kept, 1);
		else
			unsetenv(variables[i]);
	}
	autofree char *lessons = xasprintf("lesson --lessons=%s", where);
	expect(lessons, 0, "its file system does not answer");
	/* Links do not hide where it leads. */
	assert_int_equal(symlink(file, "/tmp/silent-link"), 0);
	expect("replay /tmp/silent-link", 1, "its file system does not answer");
	assert_int_equal(unlink("/tmp/silent-link"), 0);
	silent_fs_answer(&fs[0]);
	expect("replay --plain /tmp/silent-link", 1, NULL);
	autofree char *replay = xasprintf("replay --plain %s", file);
	expect(replay, 1, "is no recording");
}

static int read_it(void *arg, struct bytes *answer)
{
	struct stat status;

	if (stat(arg, &status) < 0)
		return -errno;
	bytes_put(answer, &status.st_size, sizeof(status.st_size));
	return 0;
}

/* As ps(1) shows it. */
static int name_it(void *arg, struct bytes *answer)
{
	char name[16] = "";

	(void)arg;
	prctl(PR_GET_NAME, name);
	bytes_put(answer, name, sizeof(name));
	return 0;
}

/* The second one is not sent, and when the first one is back it is. */
static void who_waits_is_left_and_nobody_is_sent_after_it(void **state)
{
	autofree char *file = xasprintf("%s/0/file", folder);
	struct bytes answer;
	size_t asked;
	off_t size;

	(void)state;
	need_test_machine();
	mount_plain(0);
	assert_int_equal(errand_run(file, 60000, read_it, file, &answer), 0);
	assert_int_equal(answer.len, sizeof(size));
	memcpy(&size, answer.data, sizeof(size));
	assert_int_equal(size, strlen("some text\n"));
	bytes_done(&answer);
	assert_int_equal(errand_run(file, 60000, name_it, NULL, &answer), 0);
	assert_string_equal((const char *)answer.data, "nsscope-files");
	bytes_done(&answer);
	silent_fs_silence(&fs[0]);
	assert_int_equal(errand_run(file, 100, read_it, file, &answer), -ETIMEDOUT);
	bytes_done(&answer);
	asked = silent_fs_waiting(&fs[0]);
	assert_true(asked > 0);
	/* No limit would be long enough. */
	assert_int_equal(errand_run(file, UINT32_MAX, read_it, file, &answer), -ETIMEDOUT);
	bytes_done(&answer);
	assert_int_equal(silent_fs_waiting(&fs[0]), asked);
	silent_fs_answer(&fs[0]);
	while (errand_run(file, 60000, read_it, file, &answer) == -ETIMEDOUT) {
		bytes_done(&answer);
		sched_yield();
	}
	bytes_done(&answer);
	/* All are reaped. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
}

/* Nobody waits for the end of a helper that no signal reaches. */
static void a_helper_that_hangs_is_left_and_reaped_later(void **state)
{
	autofree char *file = xasprintf("%s/0/file", folder);
	pid_t child;

	(void)state;
	need_test_machine();
	mount_plain(0);
	silent_fs_silence(&fs[0]);
	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(access(file, R_OK) < 0 ? 1 : 0);
	assert_true(child > 0);
	while (!silent_fs_waiting(&fs[0]))
		sched_yield();
	helper_end(child, false);
	assert_true(helper_is_killed(child));
	assert_int_equal(kill(child, 0), 0);
	silent_fs_answer(&fs[0]);
	while (helper_is_killed(child)) {
		sched_yield();
		helper_reap_killed();
	}
	assert_int_equal(kill(child, 0), -1);
}

static void which_ways_are_local(void **state)
{
	autofree char *file = xasprintf("%s/0/file", folder), *gone = xasprintf("%s/0x", folder);
	autofree char *link = xasprintf("%s/to", folder), *up = xasprintf("%s/0/../x", folder);
	autoclose int before = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	uint64_t mount = 0, other = 0;

	(void)state;
	need_test_machine();
	mount_plain(0);
	assert_int_equal(symlink("0/file", link), 0);
	silent_fs_silence(&fs[0]);
	assert_true(local_fs_has(folder, &mount));
	assert_true(local_fs_has(gone, &mount));
	assert_true(local_fs_has("/proc/self/status", &mount));
	assert_true(local_fs_has("/proc/self/fd/0", &mount));
	assert_int_equal(mount, 0);
	assert_false(local_fs_has(file, &mount));
	assert_false(local_fs_has(link, &other));
	assert_int_equal(mount, other);
	assert_false(local_fs_has(up, &mount));
	assert_true(before >= 0 && chdir(folder) == 0);
	assert_false(local_fs_has("to", &mount));
	assert_false(local_fs_has("./0/none", &mount));
	assert_true(local_fs_has("none", &mount));
	assert_int_equal(silent_fs_waiting(&fs[0]), 0);
	assert_int_equal(unlink("to"), 0);
	assert_int_equal(fchdir(before), 0);
}

/* --- Where helpers do the work, and are answered ----------------------------------------------------- */

/* overlayfs may have anything below it, so it is not taken for local. */
static void what_helpers_write_and_read_is_as_always(void **state)
{
	autofree char *way =
	    xasprintf("mkdir -p %s/low %s/up %s/work %s/all && mount -t overlay -o "
	              "lowerdir=%s/low,upperdir=%s/up,workdir=%s/work none %s/all",
	        folder, folder, folder, folder, folder, folder, folder, folder);
	const char *argv[] = {"sh", "-c", way, NULL};
	autofree char *file = xasprintf("%s/all/some/text", folder);
	autofree char *all = xasprintf("%s/all/it", folder);
	struct output output;
	struct stat status;
	uint64_t mount;
	char *text;
	size_t len;

	(void)state;
	need_test_machine();
	output = tool_run((char *const *)argv, false);
	if (output.status != 0)
		skip_because("overlayfs can't be mounted here");
	output_done(&output);
	assert_false(local_fs_has(all, &mount));
	assert_int_equal(home_read(file, 100, &text, &len), 0);
	assert_null(text);
	assert_int_equal(home_write(file, "words", 5), 0);
	assert_int_equal(home_write(file, "others", 6), 0);
	assert_int_equal(home_read(file, 100, &text, &len), 0);
	assert_string_equal(text, "others");
	free(text);
	assert_int_equal(home_write_named(file, "", 0, false), -EEXIST);

	const struct {
		const char *command;
		int status;
		const char *text;
	} runs[] = {
	    {"record --for 1 it", 0, "bytes: "},
	    {"record --for 1 it", 1, "--force writes over it"},
	    {"replay --plain it", 0, NULL},
	    {"record --force --for 1 it", 0, "bytes: "},
	    {"replay --plain it", 0, NULL},
	    {"record --for 1 none/it", 1, "can't be written"},
	    {"replay --plain none", 1, "can't be read"},
	};
	for (size_t i = 0; i < array_len(runs); i++) {
		autofree char *path = xasprintf("%s/all/", folder);
		const char *last = strrchr(runs[i].command, ' ') + 1;
		autofree char *command = xasprintf(
		    "%.*s%s%s", (int)(last - runs[i].command), runs[i].command, path, last);

		expect(command, runs[i].status, runs[i].text);
	}
	assert_int_equal(stat(all, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_true(status.st_size > 0);
	autofree char *point = xasprintf("%s/all", folder);
	assert_int_equal(umount2(point, MNT_DETACH), 0);
}

static int set_up(void **state)
{
	(void)state;
	if (room_missing)
		return 0;
	snprintf(folder, sizeof(folder), "%s", "/tmp/silent.XXXXXX");
	memset(fs, 0, sizeof(fs));
	return mkdtemp(folder) && mount("none", folder, "tmpfs", 0, NULL) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < SILENT; i++)
		silent_fs_end(&fs[i]);
	if (room_missing)
		return 0;
	if (umount2("/run/netns", MNT_DETACH) == 0)
		umount2("/run", MNT_DETACH);
	return umount2(folder, MNT_DETACH) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest of_scans[] = {
	    cmocka_unit_test_setup_teardown(
	        what_others_have_on_them_is_told_and_not_asked, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        names_by_links_that_do_not_come_are_said_to_be_missing, set_up, tear_down),
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        files_that_a_person_names_or_has_are_left_and_told, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        who_waits_is_left_and_nobody_is_sent_after_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        a_helper_that_hangs_is_left_and_reaped_later, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(which_ways_are_local, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        what_helpers_write_and_read_is_as_always, set_up, tear_down),
	};
	int failed;

	test_machine_enter();
	failed = run_with_each_source(of_scans, NULL, NULL);
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
