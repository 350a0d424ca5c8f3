/* The calls of mount on the real kernel: trees of a namespace's own, roots and the way out of them,
 * and nothing where the stage began. */
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

static const struct stage_setup sealed = {
    .kind = STAGE_USER, .types = 1u << NS_MNT | 1u << NS_NET | 1u << NS_IPC};

/* A stage with a folder to mount on, /tmp/m. */
static struct stage *mount_stage(const char *names)
{
	struct stage *stage = actors_setup(&sealed, names);

	expect_result(stage, "A: sh(\"mkdir /tmp/m\")", 0, 0);
	return stage;
}

static void expect_mount(struct stage *stage, const char *line, const char *begin, const char *in)
{
	struct stage_answer answer = expect_result(stage, line, 0, 0);

	if (strncmp(answer.saw, begin, strlen(begin)) != 0 || !strstr(answer.saw, in))
		fprintf(stderr, "%s: %s\n", line, answer.saw);
	CHECK(strncmp(answer.saw, begin, strlen(begin)) == 0);
	CHECK(strstr(answer.saw, in));
}

/* --- Mounting ---------------------------------------------------------------------------------- */

static void play_own_mounts(void)
{
	struct stage *stage = mount_stage("A B");

	expect_success(stage, "B: unshare(CLONE_NEWNS)");
	expect_result(stage,
	    "A: mount(\"none\", \"/tmp/m\", \"tmpfs\", MS_NOSUID|MS_NODEV, \"size=1m\")", 0, 0);
	expect_result(stage, "A: sh(\"touch /tmp/m/file\")", 0, 0);
	expect_result(stage, "B: sh(\"test -e /tmp/m/file\")", 1, 0);
	/* Who started later sees it. */
	expect_success(stage, "A: fork(C)");
	expect_result(stage, "C: sh(\"test -e /tmp/m/file\")", 0, 0);
	expect_result(stage, "C: umount2(\"/tmp/m\", 0)", 0, 0);
	expect_result(stage, "A: sh(\"test -e /tmp/m/file\")", 1, 0);
	expect_result(stage, "A: umount2(\"/tmp/m\", 0)", -1, EINVAL);
	expect_result(stage, "A: umount2(\"/tmp/none\", 0)", -1, ENOENT);
	stage_free(stage);
}

static void play_propagation(void)
{
	struct stage *stage = mount_stage("A");

	expect_success(stage, "A: mount(\"none\", \"/tmp/m\", \"tmpfs\", 0)");
	expect_success(stage, "A: mount(\"\", \"/tmp/m\", \"\", MS_SHARED)");
	expect_result(stage, "A: sh(\"mkdir /tmp/m/a /tmp/m/b\")", 0, 0);
	expect_success(stage, "A: fork(B)");
	expect_success(stage, "B: unshare(CLONE_NEWNS)");
	expect_success(stage, "B: mount(\"none\", \"/tmp/m/a\", \"tmpfs\", 0)");
	expect_result(stage, "A: sh(\"mountpoint -q /tmp/m/a\")", 0, 0);
	expect_success(stage, "B: mount(\"\", \"/\", \"\", MS_REC|MS_PRIVATE)");
	expect_success(stage, "B: mount(\"none\", \"/tmp/m/b\", \"tmpfs\", 0)");
	expect_result(stage, "A: sh(\"mountpoint -q /tmp/m/b\")", 32, 0);
	stage_free(stage);
}

static void play_binds(void)
{
	struct stage *stage = mount_stage("A");

	expect_success(stage, "A: mount(\"/usr\", \"/tmp/m\", \"\", MS_BIND)");
	expect_result(stage, "A: sh(\"test -d /tmp/m/bin\")", 0, 0);
	/* What is sealed stays so, also in other places. */
	expect_result(stage, "A: mount(\"\", \"/tmp/m\", \"\", MS_BIND|MS_REMOUNT)", -1, EPERM);
	expect_success(stage, "A: umount2(\"/tmp/m\", MNT_DETACH)");
	stage_free(stage);
}

/* Where the stage is not sealed, files are made only on what the stage mounted, and only as long. */
static void play_files_of_our_own(void)
{
	struct stage *stage = actors_stage("A");

	expect_success(stage, "A: unshare(CLONE_NEWUSER|CLONE_NEWNS)");
	expect_success(stage, "A: write_file(\"/proc/self/setgroups\", \"deny\")");
	expect_success(stage, "A: write_file(\"/proc/self/uid_map\", \"0 0 1\")");
	expect_success(stage, "A: write_file(\"/proc/self/gid_map\", \"0 0 1\")");
	expect_refused(stage, "A: mkdir(\"/tmp/nsscope-escaped\")");
	expect_success(stage, "A: mount(\"none\", \"/tmp\", \"tmpfs\", 0)");
	expect_success(stage, "A: mkdir(\"/tmp/a\")");
	expect_success(stage, "A: mount(\"/\", \"/tmp/a\", \"tmpfs\", MS_BIND|MS_REC)");
	expect_refused(stage, "A: mkdir(\"/tmp/a/nsscope-escaped\")");
	expect_success(stage, "A: umount2(\"/tmp/a\", MNT_DETACH)");
	expect_success(stage, "A: mkdir(\"/tmp/a/b\")");
	/* One that could not be unmounted stays ours. */
	expect_result(stage, "A: umount2(\"/tmp/a\", 0)", -1, EINVAL);
	expect_success(stage, "A: mkdir(\"/tmp/a/c\")");
	expect_success(stage, "A: umount2(\"/tmp\", MNT_DETACH)");
	expect_refused(stage, "A: mkdir(\"/tmp/nsscope-escaped\")");
	stage_free(stage);
	CHECK(access("/tmp/nsscope-escaped", F_OK) == -1);
}

/* --- Roots ------------------------------------------------------------------------------------- */

static void play_chroot_escape(void)
{
	struct stage *stage = mount_stage("A");

	expect_text(stage, "A: getcwd()", "/");
	expect_result(stage, "A: sh(\"mkdir /tmp/m/in; touch /tmp/out\")", 0, 0);
	expect_result(stage, "A: chdir(\"/tmp/m\")", 0, 0);
	expect_text(stage, "A: getcwd()", "/tmp/m");
	expect_result(stage, "A: chroot(\"/tmp/m\")", 0, 0);
	expect_text(stage, "A: getcwd()", "/");
	expect_result(stage, "A: chdir(\"/tmp\")", -1, ENOENT);
	/* Again, and the working directory is outside of the new root. */
	expect_result(stage, "A: chroot(\"in\")", 0, 0);
	expect_text(stage, "A: getcwd()", "(unreachable)/tmp/m");
	expect_result(stage, "A: chdir(\"..\")", 0, 0);
	expect_result(stage, "A: chdir(\"..\")", 0, 0);
	expect_result(stage, "A: chroot(\".\")", 0, 0);
	expect_text(stage, "A: getcwd()", "/");
	expect_result(stage, "A: sh(\"test -e /tmp/out\")", 0, 0);
	stage_free(stage);
}

/* Also where there is no /proc any more an actor knows where it stands. */
static void play_pivot_root(void)
{
	struct stage *stage = mount_stage("A");

	expect_success(stage, "A: unshare(CLONE_NEWNS)");
	expect_success(stage, "A: mount(\"none\", \"/tmp/m\", \"tmpfs\", 0)");
	expect_result(stage, "A: sh(\"mkdir /tmp/m/old /tmp/m/proc\")", 0, 0);
	expect_result(stage, "A: pivot_root(\"/tmp/m/proc\", \"/tmp/m/old\")", -1, EINVAL);
	expect_success(stage, "A: chdir(\"/tmp/m\")");
	expect_result(stage, "A: pivot_root(\".\", \"old\")", 0, 0);
	expect_success(stage, "A: chdir(\"/\")");
	expect_success(stage, "A: umount2(\"/old\", MNT_DETACH)");
	expect_result(stage, "A: chdir(\"/old/usr\")", -1, ENOENT);
	/* Its PID namespace isn't its own, and no other /proc is in sight. */
	expect_result(stage, "A: mount(\"proc\", \"/proc\", \"proc\", 0)", -1, EPERM);
	expect_success(stage, "A: mount(\"none\", \"/proc\", \"tmpfs\", 0)");
	/* And what happened is still seen. */
	CHECK(strstr(actors_call(stage, "A: tcp_listen(\"127.0.0.1\", 8080)").saw,
	    "/net/tcp: 0: 0100007F:1F90 "));
	stage_free(stage);
}

/* --- What was seen ----------------------------------------------------------------------------- */

static void play_seen(void)
{
	struct stage *stage = mount_stage("A");
	char begin[64], gone[64];

	snprintf(begin, sizeof(begin), "/proc/%d/mountinfo: ", (int)stage_pid(stage, "A"));
	expect_mount(stage, "A: mount(\"none\", \"/tmp/m\", \"tmpfs\", MS_NODEV)", begin,
	    " / /tmp/m rw,nodev,relatime - tmpfs none rw");
	expect_mount(stage, "A: mount(\"\", \"/tmp/m\", \"\", MS_SHARED)", begin,
	    " / /tmp/m rw,nodev,relatime shared:");
	snprintf(gone, sizeof(gone), "%s- ", begin);
	expect_mount(
	    stage, "A: umount2(\"/tmp/m\", 0)", gone, " / /tmp/m rw,nodev,relatime shared:");
	snprintf(begin, sizeof(begin), "/proc/%d/cwd -> /tmp/m", (int)stage_pid(stage, "A"));
	expect_mount(stage, "A: chdir(\"/tmp/m\")", begin, "");
	CHECK(actors_call(stage, "A: mount(\"none\", \"/none\", \"tmpfs\", 0)").saw[0] == '\0');
	stage_free(stage);
}

/* --- Fail closed ------------------------------------------------------------------------------- */

static const char *const effects[] = {
    "A: mount(\"none\", \"/tmp\", \"tmpfs\", 0)",
    "A: mount(\"\", \"/\", \"\", MS_REC|MS_SHARED)",
    "A: umount2(\"/proc\", MNT_DETACH)",
    "A: pivot_root(\"/tmp\", \"/tmp\")",
    "A: chroot(\"/tmp\")",
    "A: chdir(\"/tmp\")",
};

static void expect_all_refused(struct stage *stage)
{
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
		expect_refused(stage, effects[i]);
}

static void play_refused(void)
{
	struct stage *stage = actors_stage("A B");
	struct stat before, now;

	CHECK(stat("/tmp", &before) == 0);
	expect_all_refused(stage);
	expect_success(stage, "B: unshare(CLONE_NEWUSER)");
	expect_success(stage, "A: unshare(CLONE_NEWUTS|CLONE_NEWNET|CLONE_NEWIPC|CLONE_NEWPID)");
	expect_all_refused(stage);
	CHECK(
	    stat("/tmp", &now) == 0 && now.st_dev == before.st_dev && now.st_ino == before.st_ino);
	CHECK(access("/proc/self", F_OK) == 0);
	stage_free(stage);
}

/* As root a mount namespace alone is not enough: its mounts may be shared with those outside. */
static void play_shared_with_us(void)
{
	struct stage *stage;
	struct stat before, now;

	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount("none", "/", NULL, MS_REC | MS_SHARED, NULL) == 0);
	CHECK(stat("/tmp", &before) == 0);
	stage = actors_stage("A B");
	expect_success(stage, "A: unshare(CLONE_NEWNS)");
	expect_all_refused(stage);
	/* One made before its user namespace is not the actor's to change. */
	expect_success(stage, "A: unshare(CLONE_NEWUSER)");
	expect_result(stage, "A: mount(\"none\", \"/tmp\", \"tmpfs\", 0)", -1, EPERM);
	/* Both at once: what it mounts stays its own. */
	expect_success(stage, "B: unshare(CLONE_NEWUSER|CLONE_NEWNS)");
	expect_result(stage, "B: mount(\"none\", \"/tmp\", \"tmpfs\", 0)", 0, 0);
	CHECK(
	    stat("/tmp", &now) == 0 && now.st_dev == before.st_dev && now.st_ino == before.st_ino);
	stage_free(stage);
}

/* File systems that change files of others, ask processes, or show what is no process's business. */
static void play_other_file_systems(void)
{
	static const char *const types[] = {
	    "overlay", "fuse", "ext4", "debugfs", "securityfs", "binfmt_misc", "nsfs", "tmpfs "};
	struct stage *stage = mount_stage("A");

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		char line[128];

		snprintf(line, sizeof(line), "A: mount(\"none\", \"/tmp/m\", \"%s\", 0)", types[i]);
		expect_refused(stage, line);
	}
	stage_free(stage);
}

/* Somebody mounts another's namespaces where an actor looks for its own. */
static void play_false_proc(void)
{
	struct stage *stage;
	char line[160];

	stage = actors_setup(
	    &(const struct stage_setup){.kind = STAGE_USER, .types = 1u << NS_MNT}, "A B");
	expect_success(stage, "B: unshare(CLONE_NEWNET)");
	expect_refused(stage, "A: tcp_listen(\"127.0.0.1\", 0)");
	snprintf(line, sizeof(line),
	    "A: mount(\"/proc/%d/ns/net\", \"/proc/self/ns/net\", \"\", MS_BIND)",
	    (int)stage_pid(stage, "B"));
	actors_call(stage, line);
	snprintf(line, sizeof(line), "A: mount(\"/proc/%d\", \"/proc/%d\", \"\", MS_BIND)",
	    (int)stage_pid(stage, "B"), (int)stage_pid(stage, "A"));
	expect_result(stage, line, 0, 0);
	expect_refused(stage, "A: tcp_listen(\"127.0.0.1\", 0)");
	expect_success(stage, "A: mount(\"none\", \"/proc\", \"tmpfs\", 0)");
	expect_refused(stage, "A: tcp_listen(\"127.0.0.1\", 0)");
	expect_success(stage, "A: unshare(CLONE_NEWNET)");
	expect_success(stage, "A: tcp_listen(\"127.0.0.1\", 0)");
	stage_free(stage);
}

/* --- As cmocka sees it ------------------------------------------------------------------------- */

BOTH_ROLES(own_mounts)
BOTH_ROLES(propagation)
BOTH_ROLES(binds)
BOTH_ROLES(files_of_our_own)
BOTH_ROLES(chroot_escape)
BOTH_ROLES(pivot_root)
BOTH_ROLES(seen)
BOTH_ROLES(refused)
ONE_ROLE(as_root, shared_with_us)
BOTH_ROLES(other_file_systems)
BOTH_ROLES(false_proc)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(own_mounts),
	    TEST_ROLES(propagation),
	    TEST_ROLES(binds),
	    TEST_ROLES(files_of_our_own),
	    TEST_ROLES(chroot_escape),
	    TEST_ROLES(pivot_root),
	    TEST_ROLES(seen),
	    TEST_ROLES(refused),
	    cmocka_unit_test(shared_with_us_as_root),
	    TEST_ROLES(other_file_systems),
	    TEST_ROLES(false_proc),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
