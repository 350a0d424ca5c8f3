/* What happens on the machine is seen: births, deaths, and names that are meant to harm. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct subject subjects[2];

static int clean_up(void **state)
{
	for (size_t i = 0; i < array_len(subjects); i++)
		subject_end(&subjects[i]);
	return rig_free_all(state);
}

/* Starts @subject in a UTS namespace of its own, with the inode @ino if that is not 0; skips the
 * test where that can't be. */
static uint64_t start_host(struct subject *subject, const char *hostname, uint64_t ino)
{
	int r = subject_start(
	    &(struct subject_options){
	        .flags = CLONE_NEWUTS, .uts_inode = ino, .hostname = hostname},
	    subject);

	if (r < 0) {
		print_message("skip: no UTS namespace can be made here: %s\n", strerror(-r));
		skip();
	}
	return subject_inode(subject->pid, "uts");
}

static void a_new_process_appears_and_dies_in_sight(void **state)
{
	/* Wide enough for a whole name, however deep among the processes the test itself runs. */
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 40, .cols = 180});
	char name[16];

	(void)state;
	snprintf(name, sizeof(name), "rig%d", (int)getpid());
	explorer_filter(rig, name);
	rig_wait(rig, "nothing contains");
	assert_int_equal(subject_start(&(struct subject_options){.comm = name}, &subjects[0]), 0);
	explorer_wait_row_with(rig, name, "+ ");
	explorer_wait_no_row_with(rig, name, "+ "); /* it is new for some seconds only */
	subject_end(&subjects[0]);
	explorer_wait_row_with(rig, name, "✘");
	rig_wait(rig, "nothing contains"); /* and dead for some seconds only */
	explorer_quit(rig);
}

static void a_new_namespace_appears_and_dies_in_sight(void **state)
{
	struct rig *rig =
	    explorer_open(&(struct rig_options){.rows = 40, .cols = 119, .args = {"--by=type"}});
	char hostname[32], inode[32];

	(void)state;
	snprintf(hostname, sizeof(hostname), "rig-host-%d", (int)getpid());
	explorer_filter(rig, hostname);
	rig_wait(rig, "nothing contains");
	snprintf(inode, sizeof(inode), "%lu", (unsigned long)start_host(&subjects[0], hostname, 0));
	explorer_wait_row_with(rig, inode, "+ ");
	explorer_wait_row_with(rig, inode, hostname);
	subject_end(&subjects[0]);
	explorer_wait_row_with(rig, inode, "✘");
	rig_wait(rig, "nothing contains");
	explorer_quit(rig);
}

/* The kernel gives the inode of a dead namespace to the next one, nearly always.  On the screen
 * the two are two. */
static void an_inode_that_is_used_again_is_another_namespace(void **state)
{
	struct rig *rig =
	    explorer_open(&(struct rig_options){.rows = 40, .cols = 119, .args = {"--by=type"}});
	char hostname[32], inode[32];
	uint64_t first, second;

	(void)state;
	snprintf(hostname, sizeof(hostname), "rig-again-%d", (int)getpid());
	explorer_filter(rig, hostname);
	first = start_host(&subjects[0], hostname, 0);
	snprintf(inode, sizeof(inode), "%lu", (unsigned long)first);
	explorer_wait_row_with(rig, inode, hostname);
	subject_end(&subjects[0]);
	second = start_host(&subjects[1], hostname, first);
	assert_int_equal(second, first);
	explorer_wait_rows_with(rig, inode, hostname, 2);
	explorer_wait_row_with(rig, inode, "✘");
	explorer_wait_row_with(rig, inode, "+ ");
	explorer_quit(rig);
}

/* It appears with what it owns, unfolded as far as the one member of all of that. */
static void an_owner_appears(void **state)
{
	struct rig *rig =
	    explorer_open(&(struct rig_options){.rows = 40, .cols = 119, .args = {"--by=owner"}});
	char name[16], user[32], uts[32], uid[32];
	int uts_row, member_row, col;

	(void)state;
	snprintf(name, sizeof(name), "own%d", (int)getpid());
	snprintf(uid, sizeof(uid), "owner uid %u", (unsigned)geteuid());
	int r = subject_start(
	    &(struct subject_options){.flags = CLONE_NEWUSER | CLONE_NEWUTS, .comm = name},
	    &subjects[0]);
	if (r < 0) {
		print_message("skip: no user namespace can be made here: %s\n", strerror(-r));
		skip();
	}
	snprintf(
	    user, sizeof(user), "user:%lu", (unsigned long)subject_inode(subjects[0].pid, "user"));
	snprintf(uts, sizeof(uts), "uts:%lu", (unsigned long)subject_inode(subjects[0].pid, "uts"));
	explorer_filter(rig, user);
	explorer_wait_row_with(rig, user, uid);
	explorer_wait_row_with(rig, uts, "(+1)");
	rig_wait(rig, name);
	rig_wait_find(rig, uts, &uts_row, &col);
	rig_wait_find(rig, name, &member_row, &col);
	assert_int_equal(member_row, uts_row + 2); /* below "1 process in it" */
	subject_end(&subjects[0]);
	explorer_wait_row_with(rig, user, "✘");
	explorer_quit(rig);
}

static void hostile_text_is_shown_and_does_nothing(void **state)
{
	static const char *const locales[] = {"C.UTF-8", "C"};
	const struct subject_options hostile = {
	    .comm = "a \033[31mb\nc\xff\xe4",
	    .args = {"\033[31mred", "line\nfeed", "tab\there", "\033]0;taken over\a", "\xff\xc3(",
	        "\xc2\x9b"
	        "31m",
	        "名称空间", "del\x7f", "rtl\u202e", "zero\u200bwidth", "rig-hostile"},
	};

	(void)state;
	assert_int_equal(subject_start(&hostile, &subjects[0]), 0);
	for (size_t i = 0; i < array_len(locales); i++) {
		struct rig *rig = explorer_open(
		    &(struct rig_options){.rows = 60, .cols = 200, .locale = locales[i]});
		char pid[16];

		explorer_filter(rig, "rig-hostile");
		snprintf(pid, sizeof(pid), ":%d", (int)subjects[0].pid);
		explorer_wait_row_with(rig, "a \\e[31mb\\nc\\xff\\xe4", pid + 1);
		/* its details hold the whole command line; a search would find the number in inodes, too */
		rig_type(rig, pid);
		rig_wait(rig, "go to ");
		rig_type(rig, "\r");
		explorer_wait_selected(rig, "a \\e[31mb\\nc\\xff\\xe4");
		rig_wait(rig, "\\e]0;taken");
		rig_wait(rig, "rtl\\u{202e}");
		rig_wait(rig, "zero\\u{200b}width");
		rig_wait(rig, i == 0 ? "名称空间" : "\\u{540d}\\u{79f0}\\u{7a7a}\\u{95f4}");
		rig_type(rig, "2");
		rig_wait_row(rig, 0, "by type");
		explorer_wait_row_with(rig, "a \\e[31mb\\nc\\xff\\xe4", pid + 1);
		/* what was sent raw would have failed the rig's check of the stream by now */
		explorer_quit(rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(a_new_process_appears_and_dies_in_sight, clean_up),
	    cmocka_unit_test_teardown(a_new_namespace_appears_and_dies_in_sight, clean_up),
	    cmocka_unit_test_teardown(an_inode_that_is_used_again_is_another_namespace, clean_up),
	    cmocka_unit_test_teardown(an_owner_appears, clean_up),
	    cmocka_unit_test_teardown(hostile_text_is_shown_and_does_nothing, clean_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
