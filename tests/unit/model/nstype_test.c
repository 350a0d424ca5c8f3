/* The table of types against the kernel's own words. */
#include "model/base/util.h"
#include "model/graph/nstype.h"

#include <linux/sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static void flags_are_those_of_the_headers(void **state)
{
	(void)state;
	assert_int_equal(ns_types[NS_CGROUP].flag, CLONE_NEWCGROUP);
	assert_int_equal(ns_types[NS_IPC].flag, CLONE_NEWIPC);
	assert_int_equal(ns_types[NS_MNT].flag, CLONE_NEWNS);
	assert_int_equal(ns_types[NS_NET].flag, CLONE_NEWNET);
	assert_int_equal(ns_types[NS_PID].flag, CLONE_NEWPID);
	assert_int_equal(ns_types[NS_TIME].flag, CLONE_NEWTIME);
	assert_int_equal(ns_types[NS_USER].flag, CLONE_NEWUSER);
	assert_int_equal(ns_types[NS_UTS].flag, CLONE_NEWUTS);
}

static void every_type_is_told_completely(void **state)
{
	uint64_t flags = 0, inodes = 0;

	(void)state;
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns_type_info *info = &ns_types[type];

		assert_non_null(info->since);
		assert_true(strlen(info->isolates) > 20);
		assert_true(strlen(info->start) > 20);
		assert_non_null(strstr(info->man, "_namespaces(7)"));
		assert_true(!strncmp(info->flag_name, "CLONE_NEW", 9));
		assert_false(flags & info->flag);
		flags |= info->flag;
		/* 0xEFFFFFF8 to 0xEFFFFFFF, each once */
		assert_true(info->initial_ino >= 0xEFFFFFF8 && info->initial_ino <= 0xEFFFFFFF);
		inodes |= UINT64_C(1) << (info->initial_ino & 15);
	}
	assert_int_equal(inodes, 0xff00);
}

static void links_are_those_of_proc(void **state)
{
	(void)state;
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		autofree char *path = xasprintf("/proc/self/ns/%s", ns_link_names[link]);
		enum nstype type = ns_link_type((enum ns_link)link);
		struct stat status;
		char target[64];
		ssize_t len = readlink(path, target, sizeof(target) - 1);

		if (len < 0) /* an older kernel, or one built without it */
			continue;
		target[len] = '\0';
		assert_true(!strncmp(target, ns_types[type].name, strlen(ns_types[type].name)));
		assert_int_equal(target[strlen(ns_types[type].name)], ':');
		assert_int_equal(stat(path, &status), 0);
	}
	assert_string_equal(ns_link_names[LINK_PID_FOR_CHILDREN], "pid_for_children");
	assert_string_equal(ns_link_names[LINK_TIME_FOR_CHILDREN], "time_for_children");
}

static void names_are_found(void **state)
{
	enum nstype type;

	(void)state;
	for (int i = 0; i < NS_TYPE_COUNT; i++) {
		assert_true(ns_type_from_name(ns_types[i].name, &type));
		assert_int_equal(type, i);
		assert_string_equal(ns_types[i].name, ns_link_names[i]);
	}
	type = NS_NET;
	assert_false(ns_type_from_name("utsx", &type));
	assert_false(ns_type_from_name("ut", &type));
	assert_false(ns_type_from_name("", &type));
	assert_false(ns_type_from_name("pid_for_children", &type));
	assert_int_equal(type, NS_NET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(flags_are_those_of_the_headers),
	    cmocka_unit_test(every_type_is_told_completely),
	    cmocka_unit_test(links_are_those_of_proc),
	    cmocka_unit_test(names_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
