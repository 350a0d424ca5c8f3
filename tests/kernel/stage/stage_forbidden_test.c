/* The stage where the kernel forbids, lacks or has run out of something. */
#include "tests/kernel/filter.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static void play_no_descriptors(void)
{
	const char *const names[] = {"A"};
	struct stage *stage;
	int first = dup(0), fd = first, r;

	CHECK(first >= 0);
	while (fd >= 0 && fd < 100000)
		fd = dup(0);
	/* With none left, with two, and so on: it works at last, and leaves nothing when it fails. */
	for (int spare = 0; (r = stage_new(NULL, names, 1, &stage)) < 0; spare++) {
		CHECK(r == -EMFILE || r == -EPERM || r == -ENFILE);
		CHECK(actors_alone());
		CHECK(stage_problem()[0]);
		close(first + spare);
		CHECK(spare < 32);
	}
	actors_call(stage, "A: getpid()");
	stage_free(stage);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	CHECK(syscall(SYS_capset, &header, none) == 0);
}

static void expect_forbidden(int error, const char *word)
{
	const char *const names[] = {"A"};
	int before = actors_descriptors(getpid());
	struct stage *stage = NULL;

	CHECK(stage_new(NULL, names, 1, &stage) == -error);
	CHECK(!stage);
	CHECK(strstr(stage_problem(), "unshare(CLONE_NEWUSER)"));
	CHECK(strstr(stage_problem(), word));
	CHECK(actors_alone());
	CHECK(actors_descriptors(getpid()) == before);
}

/* The limit counts for a user namespace and those inside it, so we set it in one of our own. */
static void play_limit_of_userns(void)
{
	char map[32];

	snprintf(map, sizeof(map), "0 %u 1",
	    geteuid()); /* nobody else can be mapped without privileges */
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	CHECK(unshare(CLONE_NEWUSER) == 0);
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", map);
	write_file("/proc/sys/user/max_user_namespaces", "0");
	drop_capabilities();
	expect_forbidden(ENOSPC, "max_user_namespaces");
}

/* As in a container whose filter knows no unshare. */
static void play_filtered_userns(void)
{
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	filter_call(SYS_unshare, EPERM);
	expect_forbidden(EPERM, "seccomp filter");
}

/* As before Linux 5.3, and as before 5.9. */
static void play_old_kernel(void)
{
	struct stage *stage;

	filter_call(SYS_pidfd_open, ENOSYS);
	filter_call(SYS_close_range, ENOSYS);
	stage = actors_script();
	CHECK(actors_descriptors(stage_pid(stage, "E")) == 5);
	stage_free(stage);
}

/* --- As cmocka sees it ------------------------------------------------------------------------- */

BOTH_ROLES(no_descriptors)
ONE_ROLE(as_nobody, limit_of_userns)
ONE_ROLE(as_nobody, filtered_userns)
BOTH_ROLES(old_kernel)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(no_descriptors),
	    cmocka_unit_test(limit_of_userns_as_nobody),
	    cmocka_unit_test(filtered_userns_as_nobody),
	    TEST_ROLES(old_kernel),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
