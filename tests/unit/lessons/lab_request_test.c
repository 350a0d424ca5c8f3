/* What is wished for in the lab: objections, command lines, calls, calls in C. */
#include "lessons/play/lab.h"
#include "lessons/stage/calls.h"
#include "lessons/stage/refusal.h"
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
    .pid = 100, .name = "A", .differing = TYPE(NS_USER), .home = true};
static const struct lab_process moved = {
    .pid = 101, .name = "B", .differing = TYPE(NS_USER) | TYPE(NS_UTS) | TYPE(NS_NET)};
static const struct lab_process foreign = {.pid = 7, .differing = TYPE(NS_NET)};

static struct lab_request request_of(enum lab_way way, unsigned types)
{
	return (struct lab_request){
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
	struct lab_request request = request_of(LAB_UNSHARE, TYPE(NS_UTS));

	(void)state;
	assert_null(lab_request_objection(&request));
	/* The stage's user namespace is part of the command, or it would need root. */
	assert_text(lab_request_command(&request), "unshare --user --map-root-user --uts");
	assert_text(lab_request_code(&request), "unshare(CLONE_NEWUTS);");
	request.types |= TYPE(NS_MNT) | TYPE(NS_PID) | TYPE(NS_TIME) | TYPE(NS_CGROUP);
	assert_text(lab_request_command(&request),
	    "unshare --user --map-root-user --cgroup --mount --pid --time --uts "
	    "--propagation unchanged");
	assert_text(lab_request_code(&request),
	    "unshare(CLONE_NEWCGROUP|CLONE_NEWNS|CLONE_NEWPID|CLONE_NEWTIME|CLONE_NEWUTS);");
}

static void a_user_namespace_is_mapped_or_not(void **state)
{
	struct lab_request request = request_of(LAB_UNSHARE, TYPE(NS_USER) | TYPE(NS_IPC));

	(void)state;
	assert_true(lab_request_makes_user(&request));
	assert_text(lab_request_command(&request), "unshare --user --map-root-user --ipc");
	assert_text(lab_request_code(&request),
	    "unshare(CLONE_NEWIPC|CLONE_NEWUSER);\n"
	    "write(open(\"/proc/self/setgroups\", O_WRONLY), \"deny\");\n"
	    "write(open(\"/proc/self/uid_map\", O_WRONLY), \"0 0 1\");\n"
	    "write(open(\"/proc/self/gid_map\", O_WRONLY), \"0 0 1\");");
	request.maps_root = false;
	assert_text(lab_request_command(&request), "unshare --user --ipc");
	assert_text(lab_request_code(&request), "unshare(CLONE_NEWIPC|CLONE_NEWUSER);");
	/* Where no user namespace is picked, that is about the stage's. */
	request.types = TYPE(NS_IPC);
	assert_false(lab_request_makes_user(&request));
	assert_text(lab_request_command(&request), "unshare --user --map-root-user --ipc");
}

static void an_actor_that_moved_is_entered_first(void **state)
{
	struct lab_request request = request_of(LAB_UNSHARE, TYPE(NS_IPC));

	(void)state;
	request.actor = moved;
	assert_text(lab_request_command(&request),
	    "nsenter --target 101 --user --preserve-credentials --net --uts unshare --ipc");
	request.types |= TYPE(NS_USER);
	assert_text(lab_request_command(&request),
	    "nsenter --target 101 --user --preserve-credentials --net --uts "
	    "unshare --user --map-root-user --ipc");
}

static void a_child_is_cloned(void **state)
{
	struct lab_request request = request_of(LAB_CLONE, TYPE(NS_PID) | TYPE(NS_USER));

	(void)state;
	assert_text(lab_request_command(&request), "unshare --fork --user --map-root-user --pid");
	assert_text(lab_request_code(&request),
	    "clone3({.flags = CLONE_NEWPID|CLONE_NEWUSER});\n"
	    "write(open(\"/proc/self/setgroups\", O_WRONLY), \"deny\");\n"
	    "write(open(\"/proc/self/uid_map\", O_WRONLY), \"0 0 1\");\n"
	    "write(open(\"/proc/self/gid_map\", O_WRONLY), \"0 0 1\");");
	/* Without a type it is a fork, and that is no mistake. */
	request.types = 0;
	assert_null(lab_request_objection(&request));
	assert_text(lab_request_code(&request), "fork();");
	request.child = NULL;
	assert_non_null(strstr(lab_request_objection(&request), "as many actors"));
	assert_text(lab_request_code(&request), NULL);
}

static void namespaces_of_an_actor_are_joined(void **state)
{
	struct lab_request request = request_of(LAB_SETNS, TYPE(NS_UTS));

	(void)state;
	request.target = moved;
	assert_null(lab_request_objection(&request));
	assert_text(lab_request_command(&request),
	    "nsenter --target 101 --user --preserve-credentials --uts");
	assert_text(lab_request_code(&request),
	    "p = pidfd_open(101, 0);\nsetns(p, CLONE_NEWUTS);\nclose(p);");
	request.types = TYPE(NS_USER) | TYPE(NS_NET);
	assert_false(lab_request_makes_user(&request));
	assert_text(lab_request_command(&request),
	    "nsenter --target 101 --user --preserve-credentials --net");
}

static void namespaces_of_others_are_not(void **state)
{
	struct lab_request request = request_of(LAB_SETNS, TYPE(NS_NET));

	(void)state;
	request.target = foreign;
	assert_non_null(strstr(lab_request_objection(&request), "only what its actors made"));
	assert_text(lab_request_command(&request), "nsenter --target 7 --net");
	assert_text(lab_request_code(&request), NULL);
}

static void nothing_is_begun_that_can_not_be(void **state)
{
	struct lab_request request = request_of(LAB_SETNS, TYPE(NS_NET));
	struct lab_plan plan;

	(void)state;
	assert_non_null(strstr(lab_request_objection(&request), "select in the tree"));
	assert_text(lab_request_command(&request), NULL);
	request.target = request.actor;
	assert_non_null(strstr(lab_request_objection(&request), "itself"));
	lab_request_plan(&request, &plan);
	assert_int_equal(plan.count, 0);
	request.target = moved;
	request.types = 0;
	assert_non_null(strstr(lab_request_objection(&request), "pick a type"));
	assert_text(lab_request_command(&request), NULL);
	request.way = LAB_UNSHARE;
	assert_non_null(strstr(lab_request_objection(&request), "pick a type"));
	request = request_of(LAB_UNSHARE, TYPE(NS_UTS));
	request.actor.pid = 0;
	assert_non_null(strstr(lab_request_objection(&request), "no actor is left"));
	assert_text(lab_request_command(&request), NULL);
	assert_text(lab_request_code(&request), NULL);
}

/* Whatever is wished for, its calls are such as the actors know. */
static void all_plans_are_calls(void **state)
{
	const struct lab_process targets[] = {{0}, at_home, moved, foreign};
	char message[200] = "";

	(void)state;
	for (unsigned i = 0; i < (LAB_WAY_COUNT << NS_TYPE_COUNT) * 2 * array_len(targets); i++) {
		struct lab_request request = request_of(
		    (enum lab_way)((i >> NS_TYPE_COUNT) % LAB_WAY_COUNT), i % TYPE(NS_TYPE_COUNT));
		unsigned rest = (i >> NS_TYPE_COUNT) / LAB_WAY_COUNT;
		const struct call_scope scope = {
		    .message = message, .message_bytes = sizeof(message)};
		struct call_reading reading;
		struct lab_plan plan;

		request.maps_root = rest % 2;
		request.target = targets[rest / 2];
		lab_request_plan(&request, &plan);
		assert_int_equal(plan.count == 0, lab_request_objection(&request) != NULL);
		for (size_t k = 0; k < plan.count; k++) {
			const struct plan_call *call = &plan.calls[k];

			if (call_read(&scope, call->name, (const char *const *)call->arguments,
			        call->argument_count, &reading) < 0)
				fail_msg("%s: %s", call->name, message);
		}
		lab_plan_done(&plan);
	}
}

static void errors_have_a_meaning(void **state)
{
	(void)state;
	assert_non_null(strstr(errno_meaning("setns", NULL, EINVAL), "already"));
	assert_non_null(errno_meaning("unshare", NULL, EPERM));
	assert_null(errno_meaning("unshare", NULL, 0));
	assert_null(errno_meaning("getpid", NULL, EPERM));
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
