/* What is wished for in the lab: objections, command lines, calls, calls in C. */
#include "lessons/play/lab_request.h"
#include "lessons/stage/calls.h"
#include "lessons/stage/errno_meanings.h"
#include "model/base/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TYPE(type) (1u << (type))

static const struct lab_process at_home = {
    .pid = 100, .name = "A", .apart = TYPE(NS_USER), .home = true};
static const struct lab_process moved = {
    .pid = 101, .name = "B", .apart = TYPE(NS_USER) | TYPE(NS_UTS) | TYPE(NS_NET)};
static const struct lab_process foreign = {.pid = 7, .apart = TYPE(NS_NET)};

static struct lab_wish wish_of(enum lab_way way, unsigned types)
{
	return (struct lab_wish){
	    .way = way, .types = types, .maps_root = true, .actor = at_home, .child = "C"};
}

static void assert_text(char *text, const char *expected)
{
	if (!expected)
		assert_null(text);
	else
		assert_string_equal(text ? text : "(nothing)", expected);
	free(text);
}

static void an_actor_at_home_unshares(void **state)
{
	struct lab_wish wish = wish_of(LAB_UNSHARE, TYPE(NS_UTS));

	(void)state;
	assert_null(lab_wish_objection(&wish));
	/* The stage's user namespace is part of the command, or it would need root. */
	assert_text(lab_wish_command(&wish), "unshare --user --map-root-user --uts");
	assert_text(lab_wish_code(&wish), "unshare(CLONE_NEWUTS);");
	wish.types |= TYPE(NS_MNT) | TYPE(NS_PID) | TYPE(NS_TIME) | TYPE(NS_CGROUP);
	assert_text(lab_wish_command(&wish),
	    "unshare --user --map-root-user --cgroup --mount --pid --time --uts "
	    "--propagation unchanged");
	assert_text(lab_wish_code(&wish),
	    "unshare(CLONE_NEWCGROUP|CLONE_NEWNS|CLONE_NEWPID|CLONE_NEWTIME|CLONE_NEWUTS);");
}

static void a_user_namespace_is_mapped_or_not(void **state)
{
	struct lab_wish wish = wish_of(LAB_UNSHARE, TYPE(NS_USER) | TYPE(NS_IPC));

	(void)state;
	assert_true(lab_wish_makes_user(&wish));
	assert_text(lab_wish_command(&wish), "unshare --user --map-root-user --ipc");
	assert_text(lab_wish_code(&wish),
	    "unshare(CLONE_NEWIPC|CLONE_NEWUSER);\n"
	    "write(open(\"/proc/self/setgroups\", O_WRONLY), \"deny\");\n"
	    "write(open(\"/proc/self/uid_map\", O_WRONLY), \"0 0 1\");\n"
	    "write(open(\"/proc/self/gid_map\", O_WRONLY), \"0 0 1\");");
	wish.maps_root = false;
	assert_text(lab_wish_command(&wish), "unshare --user --ipc");
	assert_text(lab_wish_code(&wish), "unshare(CLONE_NEWIPC|CLONE_NEWUSER);");
	/* Where no user namespace is picked, that is about the stage's. */
	wish.types = TYPE(NS_IPC);
	assert_false(lab_wish_makes_user(&wish));
	assert_text(lab_wish_command(&wish), "unshare --user --map-root-user --ipc");
}

static void an_actor_that_moved_is_entered_first(void **state)
{
	struct lab_wish wish = wish_of(LAB_UNSHARE, TYPE(NS_IPC));

	(void)state;
	wish.actor = moved;
	assert_text(lab_wish_command(&wish),
	    "nsenter --target 101 --user --preserve-credentials --net --uts unshare --ipc");
	wish.types |= TYPE(NS_USER);
	assert_text(lab_wish_command(&wish),
	    "nsenter --target 101 --user --preserve-credentials --net --uts "
	    "unshare --user --map-root-user --ipc");
}

static void a_child_is_cloned(void **state)
{
	struct lab_wish wish = wish_of(LAB_CLONE, TYPE(NS_PID) | TYPE(NS_USER));

	(void)state;
	assert_text(lab_wish_command(&wish), "unshare --fork --user --map-root-user --pid");
	assert_text(lab_wish_code(&wish),
	    "clone3({.flags = CLONE_NEWPID|CLONE_NEWUSER});\n"
	    "write(open(\"/proc/self/setgroups\", O_WRONLY), \"deny\");\n"
	    "write(open(\"/proc/self/uid_map\", O_WRONLY), \"0 0 1\");\n"
	    "write(open(\"/proc/self/gid_map\", O_WRONLY), \"0 0 1\");");
	/* Without a type it is a fork, and that is no mistake. */
	wish.types = 0;
	assert_null(lab_wish_objection(&wish));
	assert_text(lab_wish_code(&wish), "fork();");
	wish.child = NULL;
	assert_non_null(strstr(lab_wish_objection(&wish), "as many actors"));
	assert_text(lab_wish_code(&wish), NULL);
}

static void namespaces_of_an_actor_are_joined(void **state)
{
	struct lab_wish wish = wish_of(LAB_SETNS, TYPE(NS_UTS));

	(void)state;
	wish.target = moved;
	assert_null(lab_wish_objection(&wish));
	assert_text(
	    lab_wish_command(&wish), "nsenter --target 101 --user --preserve-credentials --uts");
	assert_text(
	    lab_wish_code(&wish), "p = pidfd_open(101, 0);\nsetns(p, CLONE_NEWUTS);\nclose(p);");
	wish.types = TYPE(NS_USER) | TYPE(NS_NET);
	assert_false(lab_wish_makes_user(&wish));
	assert_text(
	    lab_wish_command(&wish), "nsenter --target 101 --user --preserve-credentials --net");
}

static void namespaces_of_others_are_not(void **state)
{
	struct lab_wish wish = wish_of(LAB_SETNS, TYPE(NS_NET));

	(void)state;
	wish.target = foreign;
	assert_non_null(strstr(lab_wish_objection(&wish), "only what its actors made"));
	assert_text(lab_wish_command(&wish), "nsenter --target 7 --net");
	assert_text(lab_wish_code(&wish), NULL);
}

static void nothing_is_begun_that_can_not_be(void **state)
{
	struct lab_wish wish = wish_of(LAB_SETNS, TYPE(NS_NET));
	struct lab_plan plan;

	(void)state;
	assert_non_null(strstr(lab_wish_objection(&wish), "select in the tree"));
	assert_text(lab_wish_command(&wish), NULL);
	wish.target = wish.actor;
	assert_non_null(strstr(lab_wish_objection(&wish), "itself"));
	lab_wish_plan(&wish, &plan);
	assert_int_equal(plan.count, 0);
	wish.target = moved;
	wish.types = 0;
	assert_non_null(strstr(lab_wish_objection(&wish), "pick a type"));
	assert_text(lab_wish_command(&wish), NULL);
	wish.way = LAB_UNSHARE;
	assert_non_null(strstr(lab_wish_objection(&wish), "pick a type"));
	wish = wish_of(LAB_UNSHARE, TYPE(NS_UTS));
	wish.actor.pid = 0;
	assert_non_null(strstr(lab_wish_objection(&wish), "no actor is left"));
	assert_text(lab_wish_command(&wish), NULL);
	assert_text(lab_wish_code(&wish), NULL);
}

/* Whatever is wished for, its calls are such as the actors know. */
static void all_plans_are_calls(void **state)
{
	const struct lab_process targets[] = {{0}, at_home, moved, foreign};
	char message[200] = "";

	(void)state;
	for (unsigned i = 0; i < (LAB_WAY_COUNT << NS_TYPE_COUNT) * 2 * array_len(targets); i++) {
		struct lab_wish wish = wish_of(
		    (enum lab_way)((i >> NS_TYPE_COUNT) % LAB_WAY_COUNT), i % TYPE(NS_TYPE_COUNT));
		unsigned rest = (i >> NS_TYPE_COUNT) / LAB_WAY_COUNT;
		struct lab_plan plan;

		wish.maps_root = rest % 2;
		wish.target = targets[rest / 2];
		lab_wish_plan(&wish, &plan);
		assert_int_equal(plan.count == 0, lab_wish_objection(&wish) != NULL);
		for (size_t k = 0; k < plan.count; k++) {
			const struct plan_call *call = &plan.calls[k];

			if (stage_check_call(call->name, (const char *const *)call->arguments,
			        call->argument_count, message, sizeof(message)) < 0)
				fail_msg("%s: %s", call->name, message);
		}
		lab_plan_done(&plan);
	}
}

static void errors_have_a_meaning(void **state)
{
	(void)state;
	assert_non_null(strstr(meaning_of("setns", NULL, EINVAL), "already"));
	assert_non_null(meaning_of("unshare", NULL, EPERM));
	assert_null(meaning_of("unshare", NULL, 0));
	assert_null(meaning_of("getpid", NULL, EPERM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_actor_at_home_unshares),
	    cmocka_unit_test(a_user_namespace_is_mapped_or_not),
	    cmocka_unit_test(an_actor_that_moved_is_entered_first),
	    cmocka_unit_test(a_child_is_cloned),
	    cmocka_unit_test(namespaces_of_an_actor_are_joined),
	    cmocka_unit_test(namespaces_of_others_are_not),
	    cmocka_unit_test(nothing_is_begun_that_can_not_be),
	    cmocka_unit_test(all_plans_are_calls),
	    cmocka_unit_test(errors_have_a_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
