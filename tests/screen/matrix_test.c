/* Each view at four sizes, in both languages, in UTF-8 and ASCII, with colors and without, on one machine
 * that a test describes: what holds for all of them. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/tape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Wide characters, hostile names, long words, a container, a new process and one that has ended. */
static const struct tape_snapshot machine[] = {
    {1000,
        "1 systemd cmd=\"/sbin/init\";"
        "40 \"名字\" uid=1000 login=anna uts=210 cmd=\"中文命令行很长很长很长很长|一个参数\";"
        "41 \"e\\x1b[31m\" parent=40 uts=210 user=300 cmd=\"e\\x1b]0;t\\x07|\\xff\\xfe\";"
        "42 box parent=41 uts=211 user=300 pid=310 mnt=311 net=312 ipc=313 cgroup=314 time=315 "
        "pids=42,1 cgroup_path=/system.slice/docker-"
        "3f2a9c1d07b84e65a1c2d3e4f5061728394a5b6c7d8e9f00112233445566aabb.scope;"
        "43 leaver parent=42 uts=211 user=300 pid=310 mnt=311 net=312 ipc=313 cgroup=314 time=315 "
        "pids=43,2;"
        "44 secret all=denied;"
        "ns uts 210 hostname=\"主机\\x1b[0m\"; ns net 320 name=blue; ns user 300 owner_uid=1000;"
        "mount net 320 /run/netns/blue 4026531832"},
    {3000, "1 systemd cmd=\"/sbin/init\";"
           "40 \"名字\" uid=1000 login=anna uts=212 cmd=\"中文命令行很长很长很长很长|一个参数\";"
           "41 \"e\\x1b[31m\" parent=40 uts=210 user=300 cmd=\"e\\x1b]0;t\\x07|\\xff\\xfe\";"
           "42 box parent=41 uts=211 user=300 pid=310 mnt=311 net=312 ipc=313 cgroup=314 time=315 "
           "pids=42,1 cgroup_path=/system.slice/docker-"
           "3f2a9c1d07b84e65a1c2d3e4f5061728394a5b6c7d8e9f00112233445566aabb.scope;"
           "44 secret all=denied; 45 comer parent=1;"
           "ns uts 210 hostname=\"主机\\x1b[0m\"; ns net 320 name=blue; ns user 300 owner_uid=1000;"
           "mount net 320 /run/netns/blue 4026531832"},
};

/* What a key leads to, and what can be read then in any size. */
static const struct {
	const char *keys, *english, *chinese;
	bool lists; /* the cursor is on its selected row */
} views[] = {
    {"1", "by PI", "按 PID", true},
    {"2", "by typ", "按类型", true},
    {"3", "by own", "按属主", true},
    {"4", "groups", "组", true},
    {" 1jj 5", "compar", "比较", false},
    {"6", "timeli", "时间线", true},
    {"17", "inspec", "详查", false},
    {"1?", "Help", "帮助", false},
    {"q:", "Commands", "命令", false},
};

enum { REST_MS = 60 };

static const struct {
	int cols, rows;
} sizes[] = {{40, 10}, {80, 24}, {120, 36}, {200, 60}};

struct look {
	bool chinese, ascii, mono;
};

static void check_cell(struct rig *rig, int row, int col, const struct look *look)
{
	VTermScreenCell cell = rig_cell(rig, row, col);
	int rows, cols;

	rig_size(rig, &rows, &cols);
	if (cell.width > 1 && col + cell.width > cols)
		rig_fail(rig, "a character is cut in two, row %d column %d", row, col);
	if (look->ascii && cell.chars[0] != (uint32_t)-1 && cell.chars[0] > 126)
		rig_fail(rig, "U+%04X, row %d column %d", cell.chars[0], row, col);
	if (look->mono &&
	    (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)))
		rig_fail(rig, "a colour, row %d column %d", row, col);
}

static bool is_colored(struct rig *rig, int rows, int cols)
{
	for (int row = 0; row < rows; row++) {
		for (int col = 0; col < cols; col++) {
			VTermScreenCell cell = rig_cell(rig, row, col);

			if (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg))
				return true;
		}
	}
	return false;
}

static void check_screen(struct rig *rig, const struct look *look)
{
	int rows, cols;

	rig_size(rig, &rows, &cols);
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++)
			check_cell(rig, row, col, look);
	if (!look->mono && !is_colored(rig, rows, cols))
		rig_fail(rig, "no colour at all");
	if (!strstr(rig_row(rig, 0), "nsscope"))
		rig_fail(rig, "no heading");
	if (!*rig_row(rig, -1))
		rig_fail(rig, "no keys in the last row");
}

static bool cursor_is_on_the_row(struct rig *rig, void *data)
{
	int row, col;
	bool visible;

	(void)data;
	rig_cursor(rig, &row, &col, &visible);
	return row == explorer_selected(rig);
}

static void look_at_all(struct rig *rig, const struct look *look)
{
	for (size_t i = 0; i < array_len(views); i++) {
		rig_type(rig, views[i].keys);
		/* There is no Chinese in ASCII. */
		rig_wait(rig, look->chinese && !look->ascii ? views[i].chinese : views[i].english);
		if (views[i].lists)
			rig_wait_for(
			    rig, cursor_is_on_the_row, NULL, "the cursor on the selected row");
		check_screen(rig, look);
	}
}

static void open_and_look(size_t size, const struct look *look)
{
	struct rig_options options = {.rows = sizes[size].rows, .cols = sizes[size].cols};
	size_t args = 0;
	struct rig *rig;

	if (look->chinese) {
		options.args[args++] = "--lang";
		options.args[args++] = "zh";
	}
	if (look->ascii)
		options.args[args++] = "--ascii";
	if (look->mono)
		options.args[args++] = "--no-color";
	rig = tape_open(machine, array_len(machine), &options);
	rig_type(rig, "]");
	rig_wait(rig, "12:00:03");
	look_at_all(rig, look);
	rig_free(rig);
}

/* Colors and charset have nothing to do with each other: at each size two pairs of them do. */
static void in_english(void **state)
{
	(void)state;
	for (size_t size = 0; size < array_len(sizes); size++) {
		open_and_look(size, &(struct look){.mono = size % 2});
		open_and_look(size, &(struct look){.ascii = true, .mono = size % 2 == 0});
	}
}

static void in_chinese(void **state)
{
	(void)state;
	for (size_t size = 0; size < array_len(sizes); size++) {
		open_and_look(size, &(struct look){.chinese = true, .mono = size % 2});
		open_and_look(
		    size, &(struct look){.chinese = true, .ascii = true, .mono = size % 2 == 0});
	}
}

/* Bytes cost on a slow line: none are sent where nothing happens. */
static void nothing_is_painted_when_nothing_happens(void **state)
{
	struct rig *rig = tape_open(machine, array_len(machine), NULL);
	size_t before, after;

	(void)state;
	rig_type(rig, "]");
	rig_wait(rig, "12:00:03");
	for (size_t i = 0; i < array_len(views); i++) {
		rig_type(rig, views[i].keys);
		rig_wait(rig, views[i].english);
		rig_raw(rig, &after);
		/* Its last bytes may come behind the words. */
		do {
			before = after;
			rig_pump(rig, REST_MS);
			rig_raw(rig, &after);
		} while (after != before);
		rig_pump(rig, REST_MS);
		rig_raw(rig, &after);
		assert_int_equal(after, before);
	}
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(in_english, rig_free_all),
	    cmocka_unit_test_teardown(in_chinese, rig_free_all),
	    cmocka_unit_test_teardown(nothing_is_painted_when_nothing_happens, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
