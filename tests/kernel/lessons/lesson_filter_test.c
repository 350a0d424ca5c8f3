/* Where it is not the kernel that refuses: a filter as containers have one, and root that can't look at who
 * gave root up. */
#include "tests/kernel/expect.h"
#include "tests/kernel/filter.h"
#include "tests/kernel/roles.h"

#include "lessons/play/preflight.h"
#include "tests/kernel/play.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static void dumpable(void)
{
	/* What a process that became nobody has lost. */
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
}

/* The finding about @what, or NULL. */
static const struct finding *find(const struct preflight *preflight, const char *what)
{
	for (size_t i = 0; i < preflight->count; i++)
		if (strcmp(preflight->findings[i].what, what) == 0)
			return &preflight->findings[i];
	return NULL;
}

static struct lesson *load(const char *name)
{
	return play_parse(lesson_find(name, "en"));
}

/* An actor that has the capability knows who refused. */
static void play_filtered_call(void)
{
	struct stage_answer answer;
	struct stage *stage;

	dumpable();
	filter_call(SYS_sethostname, EPERM);
	stage = actors_stage("A");
	expect_success(stage, "A: unshare(CLONE_NEWUTS)");
	answer = actors_call(stage, "A: sethostname(\"ns1\")");
	CHECK(answer.error == EPERM && answer.filtered && !answer.refused);
	answer = actors_call(stage, "A: unshare(CLONE_NEWTIME|CLONE_NEWUTS)");
	CHECK(!answer.filtered);
	stage_free(stage);
}

/* The kernel's own refusal isn't taken for the filter's. */
static void play_refused_call(void)
{
	const struct stage_setup none = {.kind = STAGE_NONE};
	struct stage_answer answer;
	struct stage *stage;

	dumpable();
	filter_call(SYS_sethostname, EPERM);
	stage = actors_setup(&none, "A");
	answer = actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	CHECK(answer.error == EPERM && !answer.filtered);
	stage_free(stage);
}

static void play_told_before(void)
{
	struct lesson *lesson = load("uts");
	struct preflight preflight;

	dumpable();
	lesson_preflight(lesson, &preflight);
	CHECK(preflight.playable && !find(&preflight, "sethostname"));
	preflight_done(&preflight);
	filter_call(SYS_setdomainname, EPERM);
	lesson_preflight(lesson, &preflight);
	CHECK(!find(&preflight, "sethostname"));
	preflight_done(&preflight);
	filter_call(SYS_sethostname, EPERM);
	lesson_preflight(lesson, &preflight);
	CHECK(!preflight.playable && find(&preflight, "sethostname"));
	CHECK(strstr(find(&preflight, "sethostname")->why, "seccomp"));
	preflight_done(&preflight);
	lesson_free(lesson);
}

static void drop_ptrace(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	CHECK(syscall(SYS_capget, &header, data) == 0);
	data[CAP_TO_INDEX(CAP_SYS_PTRACE)].effective &= ~CAP_TO_MASK(CAP_SYS_PTRACE);
	data[CAP_TO_INDEX(CAP_SYS_PTRACE)].permitted &= ~CAP_TO_MASK(CAP_SYS_PTRACE);
	CHECK(syscall(SYS_capset, &header, data) == 0);
}

/* As root of a container: only a lesson whose stage gives up root is out of sight. */
static void play_without_ptrace(void)
{
	struct lesson *user = load("user"), *uts = load("uts");
	struct preflight preflight;

	lesson_preflight(user, &preflight);
	CHECK(preflight.playable && !find(&preflight, "CAP_SYS_PTRACE"));
	preflight_done(&preflight);
	drop_ptrace();
	lesson_preflight(user, &preflight);
	CHECK(!preflight.playable && find(&preflight, "CAP_SYS_PTRACE"));
	CHECK(strstr(find(&preflight, "CAP_SYS_PTRACE")->cure, "--cap-add SYS_PTRACE"));
	preflight_done(&preflight);
	lesson_preflight(uts, &preflight);
	CHECK(preflight.playable);
	preflight_done(&preflight);
	lesson_free(user);
	lesson_free(uts);
}

BOTH_ROLES(filtered_call)
BOTH_ROLES(refused_call)
BOTH_ROLES(told_before)
ONE_ROLE(as_root, without_ptrace)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(filtered_call),
	    TEST_ROLES(refused_call),
	    TEST_ROLES(told_before),
	    cmocka_unit_test(without_ptrace_as_root),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
