/* The explorer on a recording: every snapshot as it was, at any size, and what can't be done there. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/tape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct tape_snapshot story[] = {
    {1000, "1 init; 40 sh cmd=\"sh|-c|one\"; 50 daemon"},
    {3000, "1 init; 40 sh cmd=\"sh|-c|one\" uts=210; 50 daemon; ns uts 210 hostname=blue"},
    {5000, "1 init; 40 sh cmd=\"sh|-c|one\" uts=210; 41 sleep parent=40 uts=210;"
           "ns uts 210 hostname=\"b\\x1b[31m\""},
    {80000, "1 init; 60 last"},
};

static void steps_and_jumps(void **state)
{
	struct rig *rig = tape_open(story, array_len(story), NULL);

	(void)state;
	rig_wait_row(rig, 0, "machine");
	rig_wait_row(rig, 1, "REPLAY 12:00:01, 0:00 of 1:19");
	rig_wait(rig, "daemon");
	rig_type(rig, "[");
	rig_wait_row(rig, -1, "nothing is known from before");
	rig_type(rig, "]");
	rig_wait_row(rig, 1, "REPLAY 12:00:03, 0:02");
	explorer_wait_row_with(rig, "sh -c one", "a");
	rig_type(rig, "]");
	rig_wait_row(rig, 1, "REPLAY 12:00:05, 0:04");
	rig_wait(rig, "sleep");
	/* Two presses at once are two steps. */
	rig_type(rig, "[[");
	rig_wait_row(rig, 1, "REPLAY 12:00:01");
	rig_wait_gone(rig, "sleep");
	/* Where no snapshot was taken for a minute, a minute's jump goes to the last one before. */
	rig_type(rig, "}");
	rig_wait_row(rig, 1, "REPLAY 12:00:05");
	rig_type(rig, "}");
	rig_wait_row(rig, 1, "REPLAY 12:01:20, 1:19 of 1:19");
	rig_wait(rig, "last");
	rig_type(rig, "]");
	rig_wait_row(rig, -1, "this is where the recording ends");
	rig_type(rig, "{");
	rig_wait_row(rig, 1, "REPLAY 12:00:05");
	rig_type(rig, "0");
	rig_wait_row(rig, 1, "REPLAY 12:01:20");
	explorer_quit(rig);
}

/* It goes on by itself, and p stops it and lets it go on; at the end from the beginning. */
static void plays(void **state)
{
	static const struct tape_snapshot quick[] = {
	    {1000, "1 init; 40 first"}, {1200, "1 init; 41 second"}, {1400, "1 init; 42 third"}};
	struct rig *rig = tape_open(quick, array_len(quick), NULL);

	(void)state;
	rig_wait(rig, "first");
	rig_type(rig, "p");
	rig_wait(rig, "third");
	rig_type(rig, "{");
	rig_wait_row(rig, 1, "0:00 of 0:00");
	rig_wait_gone(rig, "third");
	rig_type(rig, "p");
	rig_wait(rig, "third");
	explorer_quit(rig);
}

static void what_needs_the_kernel(void **state)
{
	const struct rig_options options = {.rows = 120, .cols = 80};
	struct rig *rig = tape_open_machine("1 init; 40 sh uts=210", &options);

	(void)state;
	rig_wait(rig, "sh");
	rig_type(rig, "/sh\r");
	explorer_wait_selected(rig, "sh");
	rig_wait(rig, "This is a recording");
	rig_type(rig, "L");
	rig_wait_row(rig, -1, "This is a recording");
	rig_key(rig, VTERM_KEY_ESCAPE);
	explorer_quit(rig);
}

/* Search, filter, folds and all groupings work as on the live machine. */
static void views_know_no_difference(void **state)
{
	struct rig *rig = tape_open(story, array_len(story), NULL);

	(void)state;
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	explorer_filter(rig, "daemon");
	rig_wait(rig, "daemon");
	rig_type(rig, "]");
	rig_wait_row(rig, 1, "12:00:03");
	rig_wait(rig, "daemon");
	rig_type(rig, "3");
	rig_wait_row(rig, 0, "by owner");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "filter:");
	explorer_quit(rig);
}

static void every_size_and_language(void **state)
{
	static const struct {
		int rows, cols;
		const char *locale, *word, *argument;
	} looks[] = {
	    {24, 80, "C.UTF-8", "REPLAY", NULL},
	    {10, 40, "C.UTF-8", "REPLAY", NULL},
	    {5, 20, "C.UTF-8", "REPLAY", NULL},
	    {60, 200, "C.UTF-8", "REPLAY", NULL},
	    {24, 80, "C.UTF-8", "REPLAY", "--ascii"},
	    {24, 80, "C.UTF-8", "回放", "--lang=zh_CN"},
	    {5, 20, "C.UTF-8", "回放", "--lang=zh_CN"},
	    {60, 200, "C.UTF-8", "回放", "--lang=zh_CN"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(looks); i++) {
		const struct rig_options options = {
		    .rows = looks[i].rows,
		    .cols = looks[i].cols,
		    .locale = looks[i].locale,
		    .args = {looks[i].argument},
		};
		struct rig *rig = tape_open(story, array_len(story), &options);

		rig_wait_row(rig, looks[i].rows >= 10 ? 1 : 0, looks[i].word);
		rig_type(rig, "]]");
		rig_wait(rig, "12:00:05");
		explorer_quit(rig);
	}
}

/* The option after the command holds as the one before it. */
static void ascii_after_the_command(void **state)
{
	autofree char *path = tape_write(story, array_len(story));
	const struct rig_options options = {
	    .args = {"replay", "--ascii", "--at", "+0", path}, .env = {"TZ=UTC"}};
	struct rig *rig = rig_start(&options);

	(void)state;
	rig_wait_row(rig, 1, "REPLAY 12:00:01");
	unlink(path);
	explorer_assert_ascii(rig);
	explorer_quit(rig);
}

/* What "replay @form --at @at" prints of the recording @path, and how it ends. */
static void assert_replays(const char *path, const char *form, const char *at, int status,
    const char *there, const char *not_there)
{
	const struct rig_options options = {
	    .plain_output = true,
	    .cols = 120,
	    .args = {"replay", form, "--at", at, path},
	    .env = {"TZ=UTC"},
	};
	struct rig *rig = rig_start(&options);
	int ended = rig_wait_exit(rig);
	size_t len;

	assert_true(WIFEXITED(ended));
	if (WEXITSTATUS(ended) != status || !strstr(rig_raw(rig, &len), there) ||
	    (not_there && strstr(rig_raw(rig, &len), not_there)))
		fail_msg("%s at %s ends with %d, gives:\n%s", form, at, WEXITSTATUS(ended),
		    rig_raw(rig, &len));
	rig_free(rig);
}

/* A snapshot as text: by wall clock, or by seconds since the beginning. */
static void moments_as_text(void **state)
{
	static const struct {
		const char *at, *form, *there, *not_there;
		int status;
	} requests[] = {
	    {"+0", "--tree", "daemon", "sleep", 0},
	    {"+4", "--tree", "sleep", "last", 0},
	    {"12:00:03", "--tree", "daemon", "sleep", 0},
	    {"12:00:06", "--tree", "sleep", "last", 0},
	    {"12:00", "--json", "\"sleep\"", "\"last\"", 0},
	    {"12:01", "--json", "\"last\"", "\"daemon\"", 0},
	    {"11:00", "--tree", "nothing was recorded at 11:00", "init", 1},
	    {"noon", "--tree", "--at takes", "init", 2},
	};
	autofree char *path = tape_write(story, array_len(story));

	(void)state;
	for (size_t i = 0; i < array_len(requests); i++)
		assert_replays(path, requests[i].form, requests[i].at, requests[i].status,
		    requests[i].there, requests[i].not_there);
	unlink(path);
}

/* An hour of suspend, in which the clock of the snapshots may have stopped; and one more day. */
static void moments_by_the_wall(void **state)
{
	static const struct tape_snapshot nights[] = {
	    {1, "1 init; 10 before"},
	    {1001, "1 init; 10 asleep"},
	    {2001, "1 init; 10 awake"},
	    {90000000, "1 init; 10 morrow"},
	};
	static const struct {
		const char *at, *there;
		int status;
	} requests[] = {
	    {"12:00:00", "before", 0},
	    {"12:00:01", "asleep", 0},
	    {"12:30", "asleep", 0},
	    {"13:00:02", "awake", 0},
	    {"14:00", "awake", 0},
	    {"2026-01-01 13:00:02", "awake", 0},
	    {"2026-01-02 13:59", "awake", 0},
	    {"2026-01-02 14:00", "morrow", 0},
	    {"2026-01-02T14:00:00", "morrow", 0},
	    {"2026-01-01 11:59", "is of 2026-01-01 12:00:00", 1},
	    {"2026-01-02 14:02", " - 2026-01-02 14:00:00", 1},
	    {"2026-01-02", "--at takes", 2},
	};
	autofree char *path = tape_write_suspended(nights, array_len(nights), 2, 3600000);

	(void)state;
	for (size_t i = 0; i < array_len(requests); i++)
		assert_replays(
		    path, "--tree", requests[i].at, requests[i].status, requests[i].there, NULL);
	unlink(path);
}

static void broken_files(void **state)
{
	struct rig_options options = {.plain_output = true, .args = {"replay", NULL}};
	autofree char *path = tape_write(story, array_len(story));
	struct rig *rig;
	size_t len;
	int status;

	(void)state;
	/* Cut in its last record. */
	assert_int_equal(truncate(path, 1200), 0);
	options.args[1] = "--plain";
	options.args[2] = path;
	rig = rig_start(&options);
	status = rig_wait_exit(rig);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_non_null(strstr(rig_raw(rig, &len), "at byte "));
	rig_free(rig);
	/* The explorer shows what there is, and says so afterwards, on a terminal that is as it was. */
	options.plain_output = false;
	options.args[1] = path;
	options.args[2] = NULL;
	rig = rig_start(&options);
	rig_wait(rig, "REPLAY");
	rig_type(rig, "q");
	status = rig_wait_exit(rig);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	rig_assert_restored(rig);
	rig_free(rig);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(steps_and_jumps, rig_free_all),
	    cmocka_unit_test_teardown(plays, rig_free_all),
	    cmocka_unit_test_teardown(what_needs_the_kernel, rig_free_all),
	    cmocka_unit_test_teardown(views_know_no_difference, rig_free_all),
	    cmocka_unit_test_teardown(every_size_and_language, rig_free_all),
	    cmocka_unit_test_teardown(ascii_after_the_command, rig_free_all),
	    cmocka_unit_test_teardown(moments_as_text, rig_free_all),
	    cmocka_unit_test_teardown(moments_by_the_wall, rig_free_all),
	    cmocka_unit_test_teardown(broken_files, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
