/* A shell in the namespaces of a selected process. */
#include "model/base/util.h"
#include "tests/kernel/skip.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct subject subject;
static char name[16];

static bool start_subject(int flags, const char *hostname)
{
	snprintf(name, sizeof(name), "rig%d", (int)getpid());
	return subject_start(
	           &(struct subject_options){.comm = name, .flags = flags, .hostname = hostname},
	           &subject) == 0;
}

static int end(void **state)
{
	int r = rig_free_all(state);

	subject_end(&subject);
	return r;
}

static void select_subject(struct rig *rig)
{
	rig_type(rig, "/");
	rig_type(rig, name);
	rig_type(rig, "\r");
	explorer_wait_selected(rig, name);
}

static void it_stands_in_them_and_leads_back(void **state)
{
	struct rig *rig;
	autofree char *question = NULL;

	(void)state;
	if (geteuid() != 0 || !start_subject(CLONE_NEWUTS, "in-there")) {
		skip_because("only root joins without a user namespace");
	}
	rig = explorer_open(&(struct rig_options){.cols = 120});
	select_subject(rig);
	question = xasprintf("in uts of %d: its privileges (y), or yours (a)?", (int)subject.pid);
	rig_type(rig, "!");
	rig_wait_row(rig, -1, question);
	rig_type(rig, "no\r");
	rig_wait_row(rig, -1, "canceled");
	rig_type(rig, "!");
	rig_wait_row(rig, -1, question);
	rig_type(rig, "yes\r");
	rig_wait(rig, "Leave this shell");
	rig_type(rig, "echo name $(uname -n)\r");
	rig_wait(rig, "name in-there");
	rig_type(rig, "grep CapBnd /proc/self/status\r");
	rig_wait(rig, "CapBnd:");
	/* It is the user's own, so it does not end with the process whose namespaces it joined. */
	subject_end(&subject);
	subject = (struct subject){0};
	rig_type(rig, "echo still $((40 + 2))\r");
	rig_wait(rig, "still 42");
	rig_type(rig, "exit\r");
	rig_wait(rig, "TREE");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "search:");
	explorer_quit(rig);
}

static void who_shares_all_needs_no_shell(void **state)
{
	struct rig *rig;

	(void)state;
	assert_true(start_subject(0, NULL));
	rig = explorer_open(&(struct rig_options){.cols = 120});
	select_subject(rig);
	rig_type(rig, "!");
	rig_wait_row(rig, -1, "shares all namespaces with nsscope");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "search:");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(it_stands_in_them_and_leads_back, end),
	    cmocka_unit_test_teardown(who_shares_all_needs_no_shell, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
