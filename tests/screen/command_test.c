/* The command line, jumps, and the way back. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct subject subject;
static char name[16];

static int make_subject(void **state)
{
	(void)state;
	snprintf(name, sizeof(name), "rig%d", (int)getpid());
	return subject_start(&(struct subject_options){.comm = name}, &subject);
}

static int end_subject(void **state)
{
	(void)state;
	subject_end(&subject);
	return 0;
}

static void a_name_is_completed_and_done(void **state)
{
	struct rig *rig = explorer_open(NULL);

	(void)state;
	rig_type(rig, ":");
	rig_wait(rig, "Commands");
	rig_type(rig, "group-o");
	explorer_wait_selected(rig, "group-owner");
	rig_type(rig, "\r");
	rig_wait_row(rig, 0, "by owner");
	rig_wait_row(rig, -1, "Help");
	rig_type(rig, ":set th\t");
	rig_wait_row(rig, -1, ":set theme");
	rig_type(rig, "mo\r");
	rig_wait_row(rig, -1, "it can't be saved"); /* there is no home in here */
	rig_type(rig, ":filter ");
	rig_type(rig, name);
	rig_type(rig, "\r");
	rig_wait_row(rig, 0, "filter: rig");
	rig_type(rig, ":");
	rig_wait(rig, "Commands");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "Commands");
	/* The filter is still there: Esc was the command line's. */
	rig_wait_row(rig, 0, "filter: rig");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "filter:");
	explorer_quit(rig);
}

static void the_list_is_chosen_from(void **state)
{
	struct rig *rig = explorer_open(NULL);

	(void)state;
	rig_type(rig, ":settin");
	explorer_wait_selected(rig, "settings");
	rig_key(rig, VTERM_KEY_ENTER);
	rig_wait(rig, "Settings");
	/* From there too; what it can't do there is not offered. */
	rig_type(rig, ":help");
	explorer_wait_selected(rig, "help");
	rig_key(rig, VTERM_KEY_ENTER);
	rig_wait(rig, "How to read the tree");
	rig_type(rig, "q");
	rig_wait_gone(rig, "How to read");
	rig_type(rig, ":\x7f");
	rig_wait_gone(rig, "Commands");
	explorer_quit(rig);
}

static void a_number_is_gone_to_and_the_way_back_too(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.cols = 120});
	autofree char *go = xasprintf(":%d", (int)subject.pid);
	autofree char *ns =
	    xasprintf(":uts:%llu", (unsigned long long)subject_inode(subject.pid, "uts"));

	(void)state;
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	rig_type(rig, "1");
	rig_wait_row(rig, 0, "by PID");
	rig_type(rig, go);
	explorer_wait_selected(rig, name);
	rig_type(rig, "\r");
	rig_wait_gone(rig, "Commands");
	explorer_wait_selected(rig, name);
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	rig_type(rig, ns);
	explorer_wait_selected(rig, "go to uts:");
	rig_type(rig, "\r");
	explorer_wait_selected(rig, " uts:");
	rig_type(rig, "((");
	rig_wait_row(rig, 0, "by PID");
	explorer_wait_selected(rig, name);
	rig_type(rig, "))");
	rig_wait_row(rig, 0, "by type");
	explorer_wait_selected(rig, " uts:");
	rig_type(rig, ")");
	rig_wait_row(rig, -1, "no further forward");
	rig_type(rig, ":4194304999");
	rig_wait(rig, "no such command");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "no such command");
	explorer_quit(rig);
}

static void fits_small_screens_and_the_other_language(void **state)
{
	static const int sizes[][2] = {{5, 20}, {10, 40}, {60, 200}};
	static const char *const locales[] = {"C.UTF-8", "zh_CN.UTF-8", "POSIX"};

	(void)state;
	for (size_t i = 0; i < array_len(sizes) * array_len(locales); i++) {
		const int *size = sizes[i % array_len(sizes)];
		struct rig *rig = rig_start(&(struct rig_options){
		    .rows = size[0], .cols = size[1], .locale = locales[i / array_len(sizes)]});

		rig_wait_row(rig, -1, "q ");
		rig_type(rig, ":");
		rig_wait(rig, "go");
		rig_type(rig, "lesso");
		explorer_wait_selected(rig, "lessons");
		rig_wait_row(rig, -1, ":lesso");
		rig_key(rig, VTERM_KEY_ESCAPE);
		rig_wait_gone(rig, ":lesso");
		explorer_quit(rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(a_name_is_completed_and_done, rig_free_all),
	    cmocka_unit_test_teardown(the_list_is_chosen_from, rig_free_all),
	    cmocka_unit_test_teardown(a_number_is_gone_to_and_the_way_back_too, rig_free_all),
	    cmocka_unit_test_teardown(fits_small_screens_and_the_other_language, rig_free_all),
	};

	return cmocka_run_group_tests(tests, make_subject, end_subject);
}
