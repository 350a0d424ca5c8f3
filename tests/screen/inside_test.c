/* The details show what is inside the selected row's namespaces. */
#include "tests/screen/descendants.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct subject subject;

static int clean_up(void **state)
{
	subject_end(&subject);
	return rig_free_all(state);
}

/* Starts the subject in UTS and net namespaces of its own, with a host name of this test's. */
static void start(char *hostname, size_t room)
{
	int r;

	snprintf(hostname, room, "rig-inside-%d", (int)getpid());
	r = subject_start(
	    &(struct subject_options){
	        .flags = CLONE_NEWUTS | CLONE_NEWNET, .comm = "inside", .hostname = hostname},
	    &subject);
	if (r < 0) {
		print_message("skip: no namespaces can be made here: %s\n", strerror(-r));
		skip();
	}
}

static bool shows_net(struct rig *rig, void *data)
{
	(void)data;
	return rig_has_row(rig, "Inside", "net:") && rig_has_row(rig, "lo down", "loopback");
}

/* The helpers join what is looked into, and are never seen there. */
static void assert_no_helper_seen(struct rig *rig)
{
	size_t len;
	const char *raw = rig_raw(rig, &len);

	assert_null(memmem(raw, len, "nsscope-inspect", strlen("nsscope-inspect")));
}

static void of_a_namespace(void **state)
{
	char hostname[32], inode[32], with_hostname[64];

	(void)state;
	start(hostname, sizeof(hostname));
	struct rig *rig =
	    explorer_open(&(struct rig_options){.rows = 60, .cols = 160, .args = {"--by=type"}});

	snprintf(
	    inode, sizeof(inode), "/uts:%lu", (unsigned long)subject_inode(subject.pid, "uts"));
	explorer_filter(rig, hostname);
	rig_type(rig, inode);
	rig_type(rig, "\r");
	explorer_wait_selected(rig, hostname);
	rig_type(rig, "\t");
	rig_key(rig, VTERM_KEY_END);
	rig_wait(rig, "Domain    ");
	snprintf(with_hostname, sizeof(with_hostname), "Host name %s", hostname);
	rig_wait(rig, with_hostname);
	assert_no_helper_seen(rig);
	rig_type(rig, "\t");
	explorer_quit(rig);
}

static void of_a_process(void **state)
{
	char hostname[32], pid[16];

	(void)state;
	start(hostname, sizeof(hostname));
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 60, .cols = 160});

	explorer_filter(rig, "inside");
	/* A search for a small number would find inodes, too. */
	snprintf(pid, sizeof(pid), ":%d", (int)subject.pid);
	rig_type(rig, pid);
	rig_wait(rig, "go to ");
	rig_type(rig, "\r");
	explorer_wait_selected(rig, "inside sh");
	rig_type(rig, "\t");
	rig_key(rig, VTERM_KEY_END);
	rig_wait_for(rig, shows_net, NULL, "what is in net");
	assert_no_helper_seen(rig);
	rig_type(rig, "\t");
	explorer_quit(rig);
}

static void no_helper_outlives_the_explorer(void **state)
{
	struct descendants helpers;
	char hostname[32];

	(void)state;
	start(hostname, sizeof(hostname));
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 60, .cols = 160});

	explorer_filter(rig, "inside");
	rig_wait(rig, "Inside");
	descendants_find(rig_pid(rig), &helpers);
	rig_signal(rig, 9);
	rig_wait_exit(rig);
	descendants_wait(&helpers);
	descendants_done(&helpers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(of_a_namespace, clean_up),
	    cmocka_unit_test_teardown(of_a_process, clean_up),
	    cmocka_unit_test_teardown(no_helper_outlives_the_explorer, clean_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
