/* Files and descriptors on the stage: what calls do, and above all what they don't. */
#include "lessons/stage/stage_setup.h"
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

static const struct stage_setup none = {.kind = STAGE_NONE};
static const struct stage_setup user = {.kind = STAGE_USER};
static const struct stage_setup sealed = {
    .kind = STAGE_USER, .types = 1u << NS_MNT | 1u << NS_UTS | 1u << NS_IPC};

/* --- Somebody else ----------------------------------------------------------------------------- */

/* A process that is not of the stage, in namespaces of its own; ends with its parent. */
static pid_t foreigner;

static void start_foreigner(void)
{
	int ready[2];
	char byte;

	CHECK(pipe(ready) == 0);
	foreigner = fork();
	CHECK(foreigner >= 0);
	if (foreigner == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		CHECK(unshare((geteuid() == 0 ? 0 : CLONE_NEWUSER) | CLONE_NEWUTS | CLONE_NEWNS) ==
		      0);
		/* Else the kernel would refuse what we must. */
		CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
		CHECK(write(ready[1], "x", 1) == 1);
		for (;;)
			pause();
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	close(ready[1]);
}

static void end_foreigner(void)
{
	CHECK(kill(foreigner, SIGKILL) == 0);
	CHECK(waitpid(foreigner, NULL, 0) == foreigner);
}

/* --- Opening ----------------------------------------------------------------------------------- */

static void play_own_namespaces(void)
{
	struct stage *stage = actors_stage("A B");
	pid_t a = stage_pid(stage, "A"), b = stage_pid(stage, "B");
	char link[64], expected[256];
	struct stage_answer answer;

	expect_errno(stage, "B: unshare(CLONE_NEWUTS)", 0);
	answer = actors_call(stage, "A: open(\"/proc/{B}/ns/uts\", O_RDONLY) -> fd");
	CHECK(answer.error == 0 && answer.result == 5);
	actors_link(b, "uts", link, sizeof(link));
	snprintf(expected, sizeof(expected), "/proc/%d/fd/%ld -> %s", (int)a, answer.result, link);
	CHECK(strcmp(answer.saw, expected) == 0);
	expect_errno(stage, "A: close(fd)", 0);
	expect_errno(stage, "A: close(fd)", EBADF);
	expect_errno(stage, "A: open(\"/proc/self/ns/uts\", O_RDONLY)", 0);
	expect_errno(stage, "A: open(\"/proc/thread-self/ns/uts\", O_RDONLY)", 0);
	answer =
	    actors_callf(stage, "A: open(\"/proc/%d/task/%d/ns/uts\", O_RDONLY)", (int)b, (int)b);
	CHECK(answer.error == 0);
	/* Where the stage began. */
	expect_errno(stage, "A: open(\"/proc/{me}/ns/uts\", O_RDONLY)", 0);
	expect_errno(stage, "A: open(\"/proc/{me}/ns/net\", O_PATH)", 0);
	expect_errno(stage, "A: open(\"/proc/{B}/ns/nothing\", O_RDONLY)", ENOENT);
	snprintf(expected, sizeof(expected), "uts:[%s", link + strlen("uts:["));
	expect_text(stage, "A: readlink(\"/proc/{B}/ns/uts\")", expected);
	stage_free(stage);
}

/* Who is privileged where he began can't come by a namespace that isn't the lesson's. */
static void refuse_foreign(const struct stage_setup *setup)
{
	static const char *const ways[] = {
	    "/proc/%d/ns/uts",
	    "/proc/%d/ns/mnt",
	    "/proc//%d/ns/uts",
	    "/proc/./%d/ns/uts",
	    "/proc/%d/./ns/uts",
	    "/proc/%d//ns/uts",
	    "/proc/0%d/ns/uts",
	    "/proc/self/../%d/ns/uts",
	    "/proc/self/root/proc/%d/ns/uts",
	    "/proc/self/cwd/proc/%d/ns/uts",
	    "/proc/thread-self/root/proc/%d/ns/uts",
	    "/proc/%d/task/%d/ns/uts",
	    "/proc/%d/root/etc/passwd",
	    "/proc/%d/root",
	    "/proc/%d/cwd",
	    "/proc/%d/exe",
	    "/proc/%d/fd/0",
	    "/proc/%d/mem",
	    "/dev/fd/../../%d/ns/uts",
	    "//proc/%d/ns/uts",
	    "/tmp/../proc/%d/ns/uts",
	    "proc/%d/ns/uts",
	    "/proc/self/fd/0",
	    "/proc/self/mem",
	    "/proc/kmsg",
	};
	struct stage *stage = actors_setup(setup, "A");
	struct stage_answer answer;
	char path[128];

	start_foreigner();
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(path, sizeof(path), ways[i], (int)foreigner, (int)foreigner);
#pragma GCC diagnostic pop
		for (int flags = 0; flags < 2; flags++) {
			answer = actors_callf(
			    stage, "A: open(\"%s\", %s)", path, flags ? "O_PATH" : "O_RDONLY");
			if (!answer.error)
				fprintf(stderr, "%s was opened: %s\n", path, answer.saw);
			CHECK(answer.error);
			/* Without privilege it may be the kernel that says no, but not where the
			 * foreigner is the same user's. */
			CHECK(i > 0 || answer.refused || (setup && geteuid() == 0));
			CHECK(setup || answer.refused || answer.error == ENOENT);
		}
		answer = actors_callf(stage, "A: read_file(\"%s\")", path);
		CHECK(answer.error);
	}
	end_foreigner();
	stage_free(stage);
}

static void play_foreign(void)
{
	refuse_foreign(&none);
}

static void play_foreign_as_root(void)
{
	refuse_foreign(NULL);
}

/* Also by way of a link, or of a mount, that somebody else made. */
static void play_foreign_by_links(void)
{
	char target[64];
	struct stage *stage;
	int fd;

	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("tmpfs", "/tmp", "tmpfs", 0, NULL) == 0);
	start_foreigner();
	snprintf(target, sizeof(target), "/proc/%d/ns/uts", (int)foreigner);
	CHECK(symlink(target, "/tmp/uts") == 0);
	snprintf(target, sizeof(target), "/proc/%d/mem", (int)foreigner);
	CHECK(symlink(target, "/tmp/mem") == 0);
	snprintf(target, sizeof(target), "/proc/%d", (int)foreigner);
	CHECK(symlink(target, "/tmp/process") == 0);
	CHECK(symlink("/proc/self/root", "/tmp/root") == 0);
	CHECK(symlink("/etc/passwd", "/tmp/passwd") == 0);
	CHECK(mkfifo("/tmp/fifo", 0666) == 0);
	fd = open("/tmp/bound", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	close(fd);
	snprintf(target, sizeof(target), "/proc/%d/ns/uts", (int)foreigner);
	CHECK(mount(target, "/tmp/bound", NULL, MS_BIND, NULL) == 0);
	stage = actors_stage("A");
	expect_refused(stage, "A: open(\"/tmp/uts\", O_RDONLY)");
	expect_refused(stage, "A: open(\"/tmp/bound\", O_RDONLY)");
	expect_refused(stage, "A: open(\"/tmp/process/ns/uts\", O_RDONLY)");
	expect_refused(stage, "A: open(\"/tmp/root/proc/self/ns/uts\", O_RDONLY)");
	expect_refused(stage, "A: open(\"/tmp/mem\", O_RDONLY)");
	expect_refused(stage, "A: open(\"/tmp/fifo\", O_RDONLY)");
	expect_refused(stage, "A: open(\"/tmp/passwd\", O_WRONLY)");
	expect_text(stage, "A: read_file(\"/tmp/process/status\", \"Threads:\")", "1");
	expect_errno(stage, "A: open(\"/tmp/passwd\", O_RDONLY)", 0);
	/* A mount of a namespace of our own is as good as its link. */
	CHECK(umount("/tmp/bound") == 0);
	CHECK(mount("/proc/self/ns/uts", "/tmp/bound", NULL, MS_BIND, NULL) == 0);
	expect_errno(stage, "A: open(\"/tmp/bound\", O_RDONLY)", 0);
	end_foreigner();
	stage_free(stage);
}

static void play_devices(void)
{
	struct stage *stage = actors_stage("A");

	expect_errno(stage, "A: open(\"/dev/null\", O_RDONLY)", 0);
	expect_refused(stage, "A: open(\"/dev/null\", O_WRONLY)");
	expect_refused(stage, "A: open(\"/dev/tty\", O_RDONLY)");
	expect_refused(stage, "A: open(\"/dev/ptmx\", O_RDONLY)");
	stage_free(stage);
}

/* What an actor without root reads of its map: root has become another user first. */
static void own_map(char *ret_map, size_t room)
{
	snprintf(ret_map, room, "0 %d 1", geteuid() ? (int)geteuid() : STAGE_UID);
}

static void play_reading(void)
{
	struct stage *stage = actors_setup(&user, "A");
	char number[32], map[32];

	own_map(map, sizeof(map));
	snprintf(number, sizeof(number), "%d", (int)stage_pid(stage, "A"));
	expect_text(stage, "A: read_file(\"/proc/self/status\", \"Pid:\")", number);
	expect_text(stage, "A: read_file(\"/proc/{A}/status\", \"Name:\")", "actor-A");
	expect_text(stage, "A: read_file(\"/proc/{me}/status\", \"Kthread:\")", "0");
	expect_errno(stage, "A: read_file(\"/proc/self/status\", \"Nothing:\")", ENODATA);
	expect_errno(stage, "A: read_file(\"/nothing\")", ENOENT);
	expect_errno(stage, "A: read_file(\"/proc\")", EISDIR);
	expect_errno(stage, "A: access(\"/proc/self\")", 0);
	expect_errno(stage, "A: access(\"/nothing\")", ENOENT);
	expect_errno(stage, "A: readlink(\"/nothing\")", ENOENT);
	expect_errno(stage, "A: read_file(\"/proc/self/uid_map\") -> map", 0);
	expect_text(stage, "A: read_file(\"/proc/self/uid_map\")", map);
	expect_errno(stage, "A: unshare(CLONE_NEWUTS)", 0);
	expect_errno(stage, "A: sethostname(\"{A.map}\")", 0);
	expect_text(stage, "A: gethostname()", map);
	stage_free(stage);
}

/* --- Writing ----------------------------------------------------------------------------------- */

/* The lesson "root out of nothing". */
static void play_maps(void)
{
	struct stage *stage = actors_setup(&none, "A B");
	struct stage_answer answer;
	char expected[64], map[32];

	own_map(map, sizeof(map));
	expect_errno(stage, "A: write_file(\"/proc/self/uid_map\", \"0 {uid} 1\")", EPERM);
	expect_errno(stage, "A: unshare(CLONE_NEWUSER)", 0);
	CHECK(actors_call(stage, "A: getuid()").result == 65534);
	expect_errno(stage, "A: write_file(\"/proc/self/gid_map\", \"0 {gid} 1\")", EPERM);
	expect_errno(stage, "A: write_file(\"/proc/self/setgroups\", \"deny\")", 0);
	expect_errno(stage, "A: write_file(\"/proc/self/gid_map\", \"0 {gid} 1\")", 0);
	expect_errno(stage, "A: write_file(\"/proc/self/uid_map\", \"0 {uid} 2\")", EPERM);
	/* Also by somebody beside it. */
	answer = actors_call(stage, "B: write_file(\"/proc/{A}/uid_map\", \"0 {uid} 1\")");
	CHECK(answer.error == 0 && !answer.refused);
	snprintf(
	    expected, sizeof(expected), "/proc/%d/uid_map: %s", (int)stage_pid(stage, "A"), map);
	CHECK(strcmp(answer.saw, expected) == 0);
	CHECK(actors_call(stage, "A: getuid()").result == 0);
	expect_errno(stage, "A: write_file(\"/proc/self/uid_map\", \"0 {uid} 1\")", EPERM);
	stage_free(stage);
}

static void refuse_writing(struct stage *stage)
{
	static const char *const paths[] = {
	    "/etc/passwd",
	    "/nsscope-test",
	    "/tmp/nsscope-test",
	    "/var/tmp/nsscope-test",
	    "/dev/shm/nsscope-test",
	    "/proc/self/oom_score_adj",
	    "/proc/self/comm",
	    "/proc/self/attr/current",
	    "/proc/self/../self/uid_map",
	    "/proc/{me}/uid_map",
	    "/proc/{me}/setgroups",
	    "/proc/{me}/timens_offsets",
	    "/proc/1/setgroups",
	    "/proc/self/task/{A}/../../uid_map",
	    "/proc/sys/kernel/panic",
	    "/proc/sys/kernel/core_pattern",
	    "/proc/sys/kernel/../kernel/panic",
	    "/proc/sys/user/../kernel/panic",
	    "/proc/sys/vm/drop_caches",
	    "/proc/sysrq-trigger",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char line[256];

		snprintf(line, sizeof(line), "A: write_file(\"%s\", \"1\")", paths[i]);
		expect_refused(stage, line);
		snprintf(line, sizeof(line), "A: open(\"%s\", O_WRONLY|O_CREAT)", paths[i]);
		CHECK(actors_call(stage, line).error);
		snprintf(line, sizeof(line), "A: unlink(\"%s\")", paths[i]);
		CHECK(actors_call(stage, line).error);
		snprintf(line, sizeof(line), "A: mkdir(\"%s\")", paths[i]);
		CHECK(actors_call(stage, line).error);
		snprintf(line, sizeof(line), "A: symlink(\"/\", \"%s\")", paths[i]);
		CHECK(actors_call(stage, line).error);
	}
	expect_refused(stage, "A: mkdir(\"/tmp/nsscope-test\")");
	expect_refused(stage, "A: symlink(\"/\", \"/tmp/nsscope-test\")");
	expect_refused(stage, "A: unlink(\"/tmp/nsscope-test\")");
	expect_refused(stage, "A: open(\"/tmp/nsscope-test\", O_RDWR|O_CREAT)");
	expect_refused(stage, "A: open(\"/tmp\", O_RDONLY|O_TRUNC)");
	CHECK(access("/tmp/nsscope-test", F_OK) < 0);
}

static void play_writing_refused(void)
{
	struct stage *stage = actors_stage("A");

	refuse_writing(stage);
	expect_refused(stage, "A: write_file(\"/proc/sys/kernel/hostname\", \"escaped\")");
	expect_refused(stage, "A: write_file(\"/proc/sys/kernel/shmmni\", \"100\")");
	expect_refused(stage, "A: write_file(\"/proc/sys/net/ipv4/ip_forward\", \"1\")");
	/* Having left the namespaces makes nobody the owner of fewer files. */
	expect_errno(stage, "A: unshare(CLONE_NEWUSER|CLONE_NEWNS)", 0);
	refuse_writing(stage);
	expect_refused(stage, "A: write_file(\"/proc/sys/kernel/hostname\", \"escaped\")");
	expect_refused(stage, "A: write_file(\"/proc/sys/net/core/somaxconn\", \"1\")");
	stage_free(stage);
}

static void play_sysctls(void)
{
	struct stage *stage = actors_stage("A B");
	struct stage_answer answer;

	expect_errno(stage, "A: unshare(CLONE_NEWUTS|CLONE_NEWIPC)", 0);
	answer = actors_call(stage, "A: write_file(\"/proc/sys/kernel/hostname\", \"mine\")");
	CHECK(answer.error == 0 && strcmp(answer.saw, "/proc/sys/kernel/hostname: mine") == 0);
	expect_text(stage, "A: gethostname()", "mine");
	expect_text(stage, "A: read_file(\"/proc/sys/kernel/hostname\")", "mine");
	CHECK(strcmp(actors_call(stage, "B: gethostname()").text, "mine") != 0);
	expect_refused(stage, "A: write_file(\"/proc/sys/net/ipv4/ip_forward\", \"1\")");
	expect_errno(stage, "A: unshare(CLONE_NEWNET)", 0);
	expect_errno(stage, "A: write_file(\"/proc/sys/net/ipv4/ip_forward\", \"1\")", 0);
	expect_text(stage, "A: read_file(\"/proc/sys/net/ipv4/ip_forward\")", "1");
	/* It would load a module. */
	expect_refused(
	    stage, "A: write_file(\"/proc/sys/net/ipv4/tcp_congestion_control\", \"x\")");
	/* Only through this door: a descriptor would still be open elsewhere. */
	expect_refused(stage, "A: open(\"/proc/sys/kernel/hostname\", O_WRONLY)");
	stage_free(stage);
}

static void play_sealed_files(void)
{
	struct stage *stage = actors_setup(&sealed, "A B");

	expect_errno(stage, "A: write_file(\"/tmp/a\", \"one two\\nthree\")", 0);
	expect_text(stage, "B: read_file(\"/tmp/a\")", "one two");
	expect_errno(stage, "A: write_file(\"/tmp/a\", \"x\")", 0);
	expect_text(stage, "B: read_file(\"/tmp/a\")", "x");
	expect_errno(stage, "A: mkdir(\"/tmp/folder\")", 0);
	expect_errno(stage, "A: mkdir(\"/tmp/folder\")", EEXIST);
	expect_errno(stage, "A: symlink(\"/tmp/a\", \"/tmp/folder/link\")", 0);
	expect_text(stage, "B: readlink(\"/tmp/folder/link\")", "/tmp/a");
	expect_text(stage, "B: read_file(\"/tmp/folder/link\")", "x");
	expect_errno(stage, "A: unlink(\"/tmp/folder/link\")", 0);
	expect_errno(stage, "A: access(\"/tmp/folder/link\")", ENOENT);
	expect_errno(stage, "A: open(\"/tmp/new\", O_RDWR|O_CREAT|O_EXCL) -> fd", 0);
	expect_errno(stage, "A: open(\"/tmp/new\", O_RDWR|O_CREAT|O_EXCL)", EEXIST);
	CHECK(actors_call(stage, "A: write(fd, \"text\")").result == 4);
	expect_text(stage, "B: read_file(\"/tmp/new\")", "text");
	expect_errno(stage, "A: write_file(\"/dev/null\", \"x\")", 0);
	/* Elsewhere it is the kernel that says no. */
	expect_errno(stage, "A: mkdir(\"/var/tmp/nsscope-test\")", EROFS);
	expect_errno(stage, "A: write_file(\"/var/tmp/nsscope-test\", \"x\")", EROFS);
	expect_errno(stage, "A: symlink(\"/\", \"/var/tmp/nsscope-test\")", EROFS);
	stage_free(stage);
	CHECK(access("/tmp/folder", F_OK) < 0);
}

/* Somebody mounts another's folder of /proc where an actor looks for its own. */
static void play_false_proc(void)
{
	struct stage *stage = actors_setup(&sealed, "A B");
	char line[128];

	start_foreigner();
	snprintf(line, sizeof(line), "A: mount(\"/proc/%d\", \"/proc/{A}\", \"\", MS_BIND)",
	    (int)foreigner);
	expect_errno(stage, line, 0);
	expect_refused(stage, "A: write_file(\"/proc/{A}/setgroups\", \"deny\")");
	expect_refused(stage, "B: write_file(\"/proc/{A}/timens_offsets\", \"boottime 1 0\")");
	/* By that name it means itself. */
	expect_errno(stage, "A: unshare(CLONE_NEWTIME)", 0);
	expect_errno(stage, "A: write_file(\"/proc/self/timens_offsets\", \"boottime 7 0\")", 0);
	end_foreigner();
	stage_free(stage);
}

ONE_ROLE(as_root, own_namespaces)
BOTH_ROLES(foreign)
ONE_ROLE(as_root, foreign_as_root)
ONE_ROLE(as_root, foreign_by_links)
BOTH_ROLES(devices)
BOTH_ROLES(reading)
BOTH_ROLES(maps)
BOTH_ROLES(writing_refused)
ONE_ROLE(as_root, sysctls)
BOTH_ROLES(sealed_files)
BOTH_ROLES(false_proc)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(own_namespaces_as_root),
	    TEST_ROLES(foreign),
	    cmocka_unit_test(foreign_as_root_as_root),
	    cmocka_unit_test(foreign_by_links_as_root),
	    TEST_ROLES(devices),
	    TEST_ROLES(reading),
	    TEST_ROLES(maps),
	    TEST_ROLES(writing_refused),
	    cmocka_unit_test(sysctls_as_root),
	    TEST_ROLES(sealed_files),
	    TEST_ROLES(false_proc),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
