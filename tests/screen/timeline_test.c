/* The timeline: what happened, in words, and the way from there to what it was of; and steps into the past of
 * the running machine. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"
#include "tests/screen/tape.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct tape_snapshot story[] = {
    {1000, "1 init; 50 daemon; 60 helper"},
    {3000, "1 init; 50 daemon; 60 helper; 40 sh"},
    {5000, "1 init; 50 daemon; 60 helper; 40 sh uts=210; ns uts 210 hostname=blue"},
    {7000, "1 init; 50 daemon; 60 helper uts=210; 40 \"s\\x1bh\" uts=210; ns uts 210 hostname=red"},
    {9000, "1 init; 50 daemon; 40 sh uts=210; ns uts 210 hostname=red"},
    {60000, "1 init; 50 daemon"},
};

static struct rig *open_timeline(int rows, int cols, const char *argument)
{
	const struct rig_options options = {.rows = rows, .cols = cols, .args = {argument}};
	struct rig *rig = tape_open(story, array_len(story), &options);

	rig_type(rig, "6");
	return rig;
}

static void words_newest_first(void **state)
{
	struct rig *rig = open_timeline(24, 100, NULL);
	int born, moved, ended, col;

	(void)state;
	rig_wait_row(rig, 0, "timeline: 8 events");
	rig_wait(rig, "What happened, the newest first");
	rig_wait(rig, "sh (40) left uts:4026531838 for a new one, uts:210 (unshare)");
	rig_wait(rig, "the host name in uts:210 was changed: \"blue\"");
	rig_wait(rig, "helper (60) left uts:4026531838 and joined uts:210 (setns)");
	/* A frame may arrive in parts. */
	rig_wait(rig, "sh (40) started");
	rig_wait(rig, "helper (60) exited");
	rig_wait_find(rig, "sh (40) started", &born, &col);
	rig_wait_find(rig, "sh (40) left", &moved, &col);
	rig_wait_find(rig, "helper (60) exited", &ended, &col);
	assert_true(ended < moved && moved < born);
	explorer_quit(rig);
}

/* Enter: to the tree, to the subject; back in time where it is gone. */
static void leads_to_its_subject(void **state)
{
	struct rig *rig = open_timeline(24, 100, NULL);

	(void)state;
	rig_type(rig, "0");
	rig_wait_row(rig, 1, "REPLAY 12:01:00");
	/* The recording is read to its end. */
	rig_wait_row(rig, 0, "timeline: 8 events");
	rig_type(rig, "/helper (60) exited\r");
	explorer_wait_selected(rig, "helper (60) exited");
	rig_wait_row(rig, 0, "(1 found)");
	rig_wait(rig, "It does not exist at this time.");
	rig_type(rig, "\r");
	rig_wait_row(rig, 1, "REPLAY 12:00:09");
	rig_wait_row(rig, 0, "by PID namespace");
	explorer_wait_selected(rig, "helper");
	/* What the graph has, even if it has ended, is shown at the present time. */
	rig_type(rig, "06");
	rig_wait_row(rig, 1, "REPLAY 12:01:00");
	rig_wait_row(rig, 0, "timeline");
	rig_type(rig, "G");
	explorer_wait_selected(rig, "sh (40) started");
	rig_type(rig, "\r");
	rig_wait_row(rig, 0, "by PID namespace");
	explorer_wait_selected(rig, "sh");
	rig_wait_row(rig, 1, "REPLAY 12:01:00");
	/* Namespaces that have no row by PID have one by type. */
	rig_type(rig, "6/was created\r");
	explorer_wait_selected(rig, "uts:210 was created");
	rig_type(rig, "\r");
	rig_wait_row(rig, 0, "by type");
	explorer_wait_selected(rig, "210");
	rig_key(rig, VTERM_KEY_ESCAPE);
	explorer_quit(rig);
}

static void search_filter_and_mouse(void **state)
{
	struct rig *rig = open_timeline(24, 100, NULL);
	int row, col;

	(void)state;
	rig_wait_row(rig, 0, "timeline: 8 events");
	explorer_filter(rig, "host name");
	rig_wait_row(rig, 0, "timeline: 1 event");
	rig_wait_gone(rig, " started");
	rig_type(rig, "f\025nothing of the kind\r");
	rig_wait(rig, "nothing contains");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_row(rig, 0, "timeline: 8 events");
	rig_type(rig, "/sh (40)\r");
	explorer_wait_selected(rig, "sh (40) exited");
	rig_type(rig, "n");
	explorer_wait_selected(rig, "sh (40) left");
	rig_type(rig, "N");
	explorer_wait_selected(rig, "sh (40) exited");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "search:");
	rig_wait_find(rig, "helper (60) left", &row, &col);
	rig_click(rig, row, col);
	explorer_wait_selected(rig, "helper (60) left");
	rig_wheel(rig, row, col, 1);
	rig_wait_row(rig, 0, "timeline");
	/* The details are of what the line is of. */
	rig_click(rig, row, col);
	rig_wait(rig, "Process 60");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_row(rig, 0, "by PID namespace");
	explorer_quit(rig);
}

/* A machine where much starts and exits does not hide what happens to namespaces. */
static void what_only_starts_and_exits_is_counted(void **state)
{
	static const struct tape_snapshot busy[] = {
	    {1000, "1 init; 40 sh"},
	    {2000, "1 init; 40 sh; 41 a parent=40; 42 b parent=40; 43 c parent=40"},
	    {3000, "1 init; 40 sh; 44 d parent=40 uts=210"},
	    {60000, "1 init; 40 sh"},
	};
	const struct rig_options options = {.rows = 24, .cols = 100};
	struct rig *rig = tape_open(busy, array_len(busy), &options);

	(void)state;
	rig_type(rig, "6");
	rig_wait_row(rig, 0, "timeline: 10 events");
	rig_wait(rig, "processes: 3 started (");
	rig_wait(rig, "processes: 4 exited (");
	rig_wait(rig, "d (44) started, child of sh (40), but in uts:210");
	rig_wait_gone(rig, "a (41)");
	rig_type(rig, "+");
	rig_wait(rig, "a (41) started");
	rig_wait(rig, "c (43) exited");
	rig_wait_gone(rig, "processes: ");
	rig_wait_row(rig, 0, "timeline: 10 events");
	rig_type(rig, "-");
	rig_wait(rig, "processes: 3 started (");
	/* What is searched or filtered for is never hidden in a count. */
	explorer_filter(rig, "b (42)");
	rig_wait(rig, "b (42) exited");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait(rig, "processes: 3 started (");
	explorer_quit(rig);
}

static void every_size_and_language(void **state)
{
	static const struct {
		int rows, cols;
		const char *argument, *word;
	} looks[] = {
	    {24, 80, NULL, "newest first"},
	    {10, 40, NULL, "newest first"},
	    {5, 20, NULL, "What"},
	    {60, 200, NULL, "newest first"},
	    {24, 80, "--ascii", "\"blue\" -> \"red\""},
	    {24, 80, "--lang=zh_CN", "启动"},
	    {10, 40, "--lang=zh_CN", "退出"},
	    {60, 200, "--lang=zh_CN", "离开了"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(looks); i++) {
		struct rig *rig = open_timeline(looks[i].rows, looks[i].cols, looks[i].argument);

		rig_wait(rig, looks[i].word);
		rig_type(rig, "Gg");
		explorer_quit(rig);
	}
}

static struct subject subject;

static int clean_up(void **state)
{
	subject_end(&subject);
	return rig_free_all(state);
}

/* On the running machine: a namespace comes and goes; the past still has it, and says that it is the past. */
static void the_past_of_the_machine(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 40, .cols = 120});
	char born[64], ended[64], inode[32];
	int r;

	(void)state;
	rig_type(rig, "6");
	rig_wait_row(rig, 0, "timeline");
	r = subject_start(&(struct subject_options){.flags = CLONE_NEWUTS}, &subject);
	if (r < 0) {
		print_message("skip: no UTS namespace can be made here: %s\n", strerror(-r));
		skip();
	}
	snprintf(inode, sizeof(inode), "uts:%llu",
	    (unsigned long long)subject_inode(subject.pid, "uts"));
	snprintf(born, sizeof(born), "%s was created", inode);
	snprintf(ended, sizeof(ended), "%s was freed", inode);
	explorer_filter(rig, inode);
	rig_wait(rig, born);
	subject_end(&subject);
	rig_wait(rig, ended);
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "filter:");
	/* It is shown as dead for some seconds; then only the past has it. */
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	explorer_filter(rig, inode + strlen("uts:"));
	rig_wait(rig, "nothing contains");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "filter:");
	rig_type(rig, "6/");
	rig_type(rig, born);
	rig_type(rig, "\r");
	explorer_wait_selected(rig, born);
	rig_type(rig, "\r");
	rig_wait_row(rig, 1, "HISTORY ");
	rig_wait_row(rig, 1, " ago");
	explorer_wait_selected(rig, inode + strlen("uts:"));
	rig_wait(rig, "This is history");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "search:");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "HISTORY ");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(words_newest_first, rig_free_all),
	    cmocka_unit_test_teardown(leads_to_its_subject, rig_free_all),
	    cmocka_unit_test_teardown(search_filter_and_mouse, rig_free_all),
	    cmocka_unit_test_teardown(what_only_starts_and_exits_is_counted, rig_free_all),
	    cmocka_unit_test_teardown(every_size_and_language, rig_free_all),
	    cmocka_unit_test_teardown(the_past_of_the_machine, clean_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
