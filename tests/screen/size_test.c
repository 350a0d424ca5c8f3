/* The terminal changes its size under the explorer. */
#include "model/base/util.h"
#include "tests/kernel/troupe.h"
#include "tests/screen/explorer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <cmocka.h>

static void every_size_is_filled(void **state)
{
	static const int sizes[][2] = {
	    {60, 200}, {10, 40}, {5, 20}, {24, 80}, {3, 10}, {40, 120}, {14, 39}, {24, 80}};
	struct rig *rig = explorer_open(NULL);

	(void)state;
	for (size_t i = 0; i < array_len(sizes); i++) {
		int rows = sizes[i][0], cols = sizes[i][1];

		rig_resize(rig, rows, cols);
		if (rows < 5) {
			rig_wait(rig, "20x5");
			continue;
		}
		rig_wait_row(rig, -1, "Help");
		rig_wait_row(rig, rows >= 10 ? 1 : 0, "process");
	}
	explorer_quit(rig);
}

static void the_selection_stays(void **state)
{
	struct rig *rig = explorer_open(NULL);
	char selected[200];
	int row;

	(void)state;
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	/* A namespace that does not end meanwhile; notes come and go with zombies. */
	rig_type(rig, "gj");
	rig_type(rig, "?");
	rig_wait(rig, "How to read the tree");
	rig_type(rig, "?");
	rig_wait_gone(rig, "How to read the tree");
	rig_wait_row(rig, -1, "Help");
	row = explorer_wait_selected(rig, "");
	snprintf(selected, sizeof(selected), "%.*s", (int)strcspn(rig_row(rig, row), "("),
	    rig_row(rig, row));
	assert_non_null(strstr(selected, "cgroup:"));
	rig_resize(rig, 60, 200);
	explorer_wait_selected(rig, selected);
	rig_resize(rig, 24, 80);
	explorer_wait_selected(rig, selected);
	explorer_quit(rig);
}

/* As many sizes as come from a window that is dragged, a few milliseconds apart: they are handled
 * together, and the output stays far below a full screen (about 6 KB) for each. */
static void a_storm_of_sizes(void **state)
{
	enum { SIZES = 300, APART_MS = 4, PICTURES_MAX = 10, PICTURE_BYTES = 4000 };
	struct rig *rig = explorer_open(NULL);
	size_t before, after;

	(void)state;
	for (int i = 0; i < SIZES; i++) {
		rig_resize(rig, 5 + i % 50, 20 + i * 7 % 150);
		rig_pump(rig, APART_MS);
	}
	rig_resize(rig, 30, 100);
	rig_wait_row(rig, -1, "Help");
	rig_wait_row(rig, 1, "process");
	/* Sizes that it has not read are not painted, however many. */
	actors_stop(rig_pid(rig));
	rig_raw(rig, &before);
	for (int i = 0; i < SIZES; i++)
		rig_resize(rig, 5 + i % 50, 20 + i * 7 % 150);
	rig_resize(rig, 40, 120);
	rig_signal(rig, SIGCONT);
	rig_wait_row(rig, -1, "Help");
	rig_wait_row(rig, 1, "process");
	rig_raw(rig, &after);
	if (after - before > PICTURES_MAX * PICTURE_BYTES)
		rig_fail(rig, "%d sizes made it send %zu bytes", SIZES, after - before);
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(every_size_is_filled, rig_free_all),
	    cmocka_unit_test_teardown(the_selection_stays, rig_free_all),
	    cmocka_unit_test_teardown(a_storm_of_sizes, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
