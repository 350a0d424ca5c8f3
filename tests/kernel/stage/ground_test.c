/* What the actors stand on: the kinds of stage, and that nobody gets out of a sealed one. */
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cmocka.h>

static const struct stage_setup none = {.kind = STAGE_NONE};
static const struct stage_setup user = {.kind = STAGE_USER};
static const struct stage_setup sealed = {
    .kind = STAGE_USER, .types = 1u << NS_MNT | 1u << NS_NET | 1u << NS_IPC | 1u << NS_UTS};

static bool was_root;

static bool same_link(pid_t a, pid_t b, const char *link)
{
	char of_a[64], of_b[64];

	actors_link(a, link, of_a, sizeof(of_a));
	actors_link(b, link, of_b, sizeof(of_b));
	return strcmp(of_a, of_b) == 0;
}

static void expect_status(pid_t pid, const char *word, const char *line)
{
	char found[256];

	actors_status(pid, word, found, sizeof(found));
	if (strcmp(found, line) != 0)
		fprintf(stderr, "%s, not %s\n", found, line);
	CHECK(strcmp(found, line) == 0);
}

/* "Uid:" with the same number four times. */
static void expect_ids(pid_t pid, unsigned uid, unsigned gid)
{
	char line[64];

	snprintf(line, sizeof(line), "Uid:\t%u\t%u\t%u\t%u", uid, uid, uid, uid);
	expect_status(pid, "Uid:", line);
	snprintf(line, sizeof(line), "Gid:\t%u\t%u\t%u\t%u", gid, gid, gid, gid);
	expect_status(pid, "Gid:", line);
}

static void play_none(void)
{
	struct stage *stage;
	pid_t a;

	was_root = geteuid() == 0;
	stage = actors_setup(&none, "A");
	a = stage_pid(stage, "A");
	CHECK(!stage_in_userns(stage));
	CHECK(stage_gave_up_root(stage) == was_root);
	CHECK(same_link(a, getpid(), "user"));
	CHECK(same_link(a, getpid(), "mnt"));
	expect_ids(a, was_root ? STAGE_UID : getuid(), was_root ? STAGE_UID : getgid());
	expect_status(a, "CapEff:", "CapEff:\t0000000000000000");
	expect_status(a, "CapPrm:", "CapPrm:\t0000000000000000");
	expect_status(a, "CapAmb:", "CapAmb:\t0000000000000000");
	if (was_root)
		expect_status(a, "Groups:", "Groups:\t ");
	/* Without privilege there is no namespace but a user namespace, and with it any other. */
	CHECK(actors_call(stage, "A: unshare(CLONE_NEWUTS)").error == EPERM);
	CHECK(actors_call(stage, "A: unshare(CLONE_NEWUSER)").error == 0);
	CHECK(actors_call(stage, "A: unshare(CLONE_NEWUTS)").error == 0);
	stage_free(stage);
}

static void play_user(void)
{
	struct stage *stage;
	pid_t a;
	char path[64], map[64] = "", expected[64];
	FILE *file;

	was_root = geteuid() == 0;
	stage = actors_setup(&user, "A");
	a = stage_pid(stage, "A");
	CHECK(stage_in_userns(stage));
	CHECK(stage_gave_up_root(stage) == was_root);
	CHECK(!same_link(a, getpid(), "user"));
	CHECK(same_link(a, getpid(), "mnt"));
	CHECK(same_link(a, getpid(), "uts"));
	expect_ids(a, was_root ? STAGE_UID : getuid(), was_root ? STAGE_UID : getgid());
	snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)a);
	file = fopen(path, "re");
	CHECK(file && fgets(map, sizeof(map), file));
	fclose(file);
	snprintf(expected, sizeof(expected), "%10u %10u %10u\n", 0u,
	    was_root ? STAGE_UID : (unsigned)getuid(), 1u);
	CHECK(strcmp(map, expected) == 0);
	CHECK(actors_call(stage, "A: getuid()").result == 0);
	CHECK(actors_call(stage, "A: sethostname(\"escaped\")").refused);
	CHECK(actors_call(stage, "A: unshare(CLONE_NEWUTS)").error == 0);
	CHECK(actors_call(stage, "A: sethostname(\"inside\")").error == 0);
	stage_free(stage);
}

/* --- Sealed ----------------------------------------------------------------------------------- */

static void join(pid_t pid, const char *link, int flag)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, link);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK(setns(fd, flag) == 0);
	close(fd);
}

static void expect_error(int result, int error)
{
	CHECK(result == -1);
	if (errno != error)
		fprintf(stderr, "%s, not %s\n", strerror(errno), strerror(error));
	CHECK(errno == error);
}

static bool is_writable(const char *folder)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/nsscope-test", folder);
	if (mkdir(path, 0700) < 0)
		return false;
	CHECK(rmdir(path) == 0);
	return true;
}

static void expect_nothing_writable(void)
{
	static const char *const folders[] = {
	    "/", "/etc", "/usr", "/var", "/var/tmp", "/home", "/sys", "/proc"};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		CHECK(!is_writable(folders[i]));
	/* Where everybody may write it is the seal that forbids it. */
	expect_error(mkdir("/var/tmp/nsscope-test", 0700), EROFS);
}

/* What a hostile shell line would try, with all capabilities that it has in there. */
static void try_to_break_out(void)
{
	expect_nothing_writable();
	expect_error(mount("none", "/", NULL, MS_REMOUNT | MS_BIND, NULL), EPERM);
	expect_error(mount("none", "/", NULL, MS_REMOUNT, NULL), EPERM);
	expect_error(mount("none", "/sys", NULL, MS_REMOUNT | MS_BIND, NULL), EPERM);
	expect_error(umount2("/proc", MNT_DETACH), EINVAL);
	CHECK(mkdir("/tmp/root", 0700) == 0);
	CHECK(mount("/", "/tmp/root", NULL, MS_BIND | MS_REC, NULL) == 0);
	CHECK(!is_writable("/tmp/root"));
	CHECK(!is_writable("/tmp/root/var/tmp"));
	expect_error(mount("none", "/tmp/root", NULL, MS_REMOUNT | MS_BIND, NULL), EPERM);
	/* Nor in a mount namespace of its own, nor in a user namespace further inside. */
	CHECK(unshare(CLONE_NEWNS) == 0);
	expect_error(mount("none", "/", NULL, MS_REMOUNT | MS_BIND, NULL), EPERM);
	expect_nothing_writable();
	CHECK(unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0);
	expect_error(mount("none", "/", NULL, MS_REMOUNT | MS_BIND, NULL), EPERM);
	expect_nothing_writable();
}

/* Lets @act run as somebody who joined the actor. */
static void inside(pid_t actor, void (*act)(void))
{
	int status = -1;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		join(actor, "user", CLONE_NEWUSER);
		join(actor, "mnt", CLONE_NEWNS);
		CHECK(setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0);
		CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
		act();
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(status == 0);
}

static void expect_fresh_folders(void)
{
	struct stat status;
	int fd;

	CHECK(is_writable("/tmp") && is_writable("/run") && is_writable("/dev/shm"));
	CHECK(stat("/tmp", &status) == 0 && (status.st_mode & 07777) == 01777);
	CHECK(stat("/run", &status) == 0 && (status.st_mode & 07777) == 0755);
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0 && write(fd, "x", 1) == 1);
	CHECK(access("/dev/tty", F_OK) == -1 && access("/dev/pts", F_OK) == -1);
	/* What is written in /proc is one's own. */
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	CHECK(fd >= 0 && write(fd, "1000", 4) == 4);
	expect_error(open("/proc/sys/kernel/panic", O_WRONLY | O_CLOEXEC), EACCES);
}

static void play_sealed(void)
{
	static const char *const others[] = {"user", "mnt", "net", "ipc", "uts"};
	struct stage *stage;
	pid_t a;

	was_root = geteuid() == 0;
	stage = actors_setup(&sealed, "A B");
	a = stage_pid(stage, "A");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		CHECK(!same_link(a, getpid(), others[i]));
		CHECK(same_link(a, stage_pid(stage, "B"), others[i]));
	}
	CHECK(same_link(a, getpid(), "pid") && same_link(a, getpid(), "cgroup"));
	expect_ids(a, was_root ? STAGE_UID : getuid(), was_root ? STAGE_UID : getgid());
	CHECK(actors_call(stage, "A: getuid()").result == 0);
	CHECK(actors_call(stage, "A: sethostname(\"inside\")").error == 0);
	inside(a, expect_fresh_folders);
	inside(a, try_to_break_out);
	stage_free(stage);
}

/* The kernel lets nothing be made there, or there is no such place. */
static void expect_no_way(struct stage *stage, const char *format, const char *way)
{
	struct stage_answer answer;
	char line[160];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(line, sizeof(line), format, way);
#pragma GCC diagnostic pop
	answer = actors_call(stage, line);
	if (answer.error != EROFS && answer.error != ENOENT)
		fprintf(stderr, "%s: %s\n", line, strerror(answer.error));
	CHECK(answer.error == EROFS || answer.error == ENOENT);
}

/* What the actors hold themselves leads out of the seal no more than a path does. */
static void play_sealed_descriptors(void)
{
	static const char *const ways[] = {
	    "",
	    "/proc/self/fd/4/..",
	    "/proc/self/cwd",
	    "/proc/self/root",
	    "/proc/{A}/fd/4/..",
	    "/proc/{A}/root",
	};
	struct stage *stage = actors_setup(&sealed, "A B");

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		expect_no_way(stage, "B: mkdir(\"%s/var/tmp/nsscope-test\")", ways[i]);
		expect_no_way(
		    stage, "B: open(\"%s/var/tmp/nsscope-test\", O_WRONLY|O_CREAT)", ways[i]);
	}
	expect_errno(stage, "B: chroot(\"/proc/self/fd/4/..\")", 0);
	expect_no_way(stage, "B: mkdir(\"%s/var/tmp/nsscope-test\")", "");
	expect_no_way(stage, "B: mkdir(\"%s/nsscope-test\")", "");
	CHECK(actors_call(stage, "A: open(\"/proc/{me}/root\", O_PATH)").error == EACCES);
	stage_free(stage);
	CHECK(access("/var/tmp/nsscope-test", F_OK) < 0);
}

/* Nothing of a sealed stage is seen where it was made, also where mounts are shared. */
static void play_nothing_shared(void)
{
	struct stat before, now;
	struct stage *stage;

	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount("none", "/", NULL, MS_REC | MS_SHARED, NULL) == 0);
	CHECK(stat("/tmp", &before) == 0);
	stage = actors_setup(&sealed, "A");
	CHECK(stat("/tmp", &now) == 0);
	CHECK(before.st_dev == now.st_dev && before.st_ino == now.st_ino);
	CHECK(is_writable("/tmp"));
	stage_free(stage);
}

BOTH_ROLES(none)
BOTH_ROLES(user)
BOTH_ROLES(sealed)
BOTH_ROLES(sealed_descriptors)
ONE_ROLE(as_root, nothing_shared)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(none),
	    TEST_ROLES(user),
	    TEST_ROLES(sealed),
	    TEST_ROLES(sealed_descriptors),
	    cmocka_unit_test(nothing_shared_as_root),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
