#include "tests/screen/explorer.h"

#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

struct rig *explorer_open(const struct rig_options *options)
{
	static const struct rig_options usual;
	struct rig *rig = rig_start(options ? options : &usual);
	int rows, cols;

	rig_size(rig, &rows, &cols);
	rig_wait_row(rig, -1, "Help");
	/* How many there are, which is known with the first graph; the title speaks of processes before. */
	rig_wait_row(rig, rows >= 10 ? 1 : 0, "process");
	return rig;
}

void explorer_quit(struct rig *rig)
{
	int status;

	rig_type(rig, "q");
	status = rig_wait_exit(rig);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		rig_fail(rig, "wait status 0x%x", (unsigned)status);
	rig_assert_restored(rig);
	rig_free(rig);
}

void explorer_filter(struct rig *rig, const char *text)
{
	autofree char *expected = xasprintf("filter: %s", text);

	rig_type(rig, "f");
	rig_type(rig, text);
	rig_type(rig, "\r");
	rig_wait(rig, expected);
	rig_wait_row(rig, -1, "Help");
}

struct rows {
	const char *text, *other;
	int count;
};

static bool has_rows(struct rig *rig, void *data)
{
	const struct rows *rows = data;
	int all, cols, count = 0;

	rig_size(rig, &all, &cols);
	for (int row = 0; row < all; row++) {
		const char *line = rig_row(rig, row);

		count += strstr(line, rows->text) && strstr(line, rows->other);
	}
	return rows->count ? count >= rows->count : count == 0;
}

void explorer_wait_rows_with(struct rig *rig, const char *text, const char *other, int count)
{
	struct rows rows = {.text = text, .other = other, .count = count};
	autofree char *what = xasprintf("%d rows with \"%s\" and \"%s\"", count, text, other);

	rig_wait_for(rig, has_rows, &rows, what);
}

void explorer_wait_row_with(struct rig *rig, const char *text, const char *other)
{
	explorer_wait_rows_with(rig, text, other, 1);
}

void explorer_wait_no_row_with(struct rig *rig, const char *text, const char *other)
{
	explorer_wait_rows_with(rig, text, other, 0);
}

int explorer_selected(struct rig *rig)
{
	int rows, cols;
	bool heading = true;

	rig_size(rig, &rows, &cols);
	for (int row = 0; row < rows; row++) {
		if (!rig_cell(rig, row, 0).attrs.reverse)
			continue;
		if (!heading)
			return row;
		heading = false;
	}
	return -1;
}

struct selected {
	const char *text;
	int row;
};

static bool is_selected(struct rig *rig, void *data)
{
	struct selected *selected = data;

	selected->row = explorer_selected(rig);
	return selected->row >= 0 && strstr(rig_row(rig, selected->row), selected->text);
}

int explorer_wait_selected(struct rig *rig, const char *text)
{
	struct selected selected = {.text = text};
	autofree char *what = xasprintf("a selected row with \"%s\"", text);

	rig_wait_for(rig, is_selected, &selected, what);
	return selected.row;
}

void explorer_assert_ascii(struct rig *rig)
{
	size_t len;
	const char *raw = rig_raw(rig, &len);

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)raw[i] >= 0x80)
			rig_fail(rig, "byte %zu of the stream is 0x%02x", i, (unsigned char)raw[i]);
	}
}
