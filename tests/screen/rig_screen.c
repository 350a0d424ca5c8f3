#include "tests/screen/rig_internal.h"

#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include <cmocka.h>

static int set_property(VTermProp property, VTermValue *value, void *user)
{
	struct rig *rig = user;

	switch (property) {
	case VTERM_PROP_ALTSCREEN:
		rig->altscreen = value->boolean;
		return 1;
	case VTERM_PROP_MOUSE:
		rig->mouse = value->number;
		return 1;
	default:
		return 1;
	}
}

static const VTermScreenCallbacks callbacks = {.settermprop = set_property};

/* Is @on the later one of the two in the stream? */
static bool is_set(const struct rig *rig, const char *on, const char *off)
{
	bool set = false;

	for (const char *at = rig->raw; at && (at = strchr(at, '\033')); at++) {
		if (!strncmp(at, on, strlen(on)))
			set = true;
		else if (!strncmp(at, off, strlen(off)))
			set = false;
	}
	return set;
}

/* libvterm 0.1.4 saves and restores this with the cursor's place, which no terminal does; so the
 * stream is asked. */
bool rig_cursor_visible(const struct rig *rig)
{
	return !is_set(rig, "\033[?25l", "\033[?25h");
}

bool rig_keypad(const struct rig *rig)
{
	return is_set(rig, "\033[?1h", "\033[?1l");
}

void rig_open_screen(struct rig *rig)
{
	bool altscreen = rig->altscreen;
	int mouse = rig->mouse;

	rig->vt = vterm_new(rig->rows, rig->cols);
	assert_non_null(rig->vt);
	vterm_set_utf8(rig->vt, 1);
	rig->screen = vterm_obtain_screen(rig->vt);
	vterm_screen_enable_altscreen(rig->screen, 1);
	vterm_screen_reset(rig->screen, 1);
	vterm_screen_set_callbacks(rig->screen, &callbacks, rig);

	rig->altscreen = altscreen;
	rig->mouse = mouse;
	const struct {
		bool on;
		const char *sequence;
	} modes[] = {
	    {altscreen, "\033[?1049h"},
	    {mouse == VTERM_PROP_MOUSE_CLICK, "\033[?1000h\033[?1006h"},
	    {mouse == VTERM_PROP_MOUSE_DRAG, "\033[?1002h\033[?1006h"},
	    {mouse == VTERM_PROP_MOUSE_MOVE, "\033[?1003h\033[?1006h"},
	    {rig_keypad(rig), "\033[?1h\033="},
	    {is_set(rig, "\033)0", "\033)B"), "\033(B\033)0"},
	};
	for (size_t i = 0; i < array_len(modes); i++) {
		if (modes[i].on)
			vterm_input_write(rig->vt, modes[i].sequence, strlen(modes[i].sequence));
	}
}

void rig_close_screen(struct rig *rig)
{
	if (rig->vt)
		vterm_free(rig->vt);
	rig->vt = NULL;
	rig->screen = NULL;
}

VTermScreenCell rig_cell(struct rig *rig, int row, int col)
{
	VTermScreenCell cell;

	if (row < 0)
		row += rig->rows;
	memset(&cell, 0, sizeof(cell));
	assert_true(row >= 0 && row < rig->rows && col >= 0 && col < rig->cols);
	vterm_screen_get_cell(rig->screen, (VTermPos){.row = row, .col = col}, &cell);
	return cell;
}

static size_t add_row(struct rig *rig, int row, size_t len)
{
	size_t end = len; /* behind the last that is no blank */

	for (int col = 0; col < rig->cols; col++) {
		VTermScreenCell cell = rig_cell(rig, row, col);

		if (cell.chars[0] == (uint32_t)-1)
			continue; /* the second half of a wide character */
		array_reserve(
		    rig->text, rig->text_capacity, len + 4 * (size_t)VTERM_MAX_CHARS_PER_CELL + 2);
		if (!cell.chars[0] || cell.chars[0] == ' ') {
			rig->text[len++] = ' ';
			continue;
		}
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			len += (size_t)utf8proc_encode_char(
			    (utf8proc_int32_t)cell.chars[i], (utf8proc_uint8_t *)rig->text + len);
		end = len;
	}
	rig->text[end] = '\0';
	return end;
}

const char *rig_row(struct rig *rig, int row)
{
	array_reserve(rig->text, rig->text_capacity, 1);
	add_row(rig, row < 0 ? rig->rows + row : row, 0);
	return rig->text;
}

const char *rig_text(struct rig *rig)
{
	size_t len = 0;

	array_reserve(rig->text, rig->text_capacity, 1);
	for (int row = 0; row < rig->rows; row++) {
		len = add_row(rig, row, len);
		rig->text[len++] = '\n';
	}
	array_reserve(rig->text, rig->text_capacity, len + 1);
	rig->text[len] = '\0';
	return rig->text;
}

static size_t columns(const char *text, size_t bytes)
{
	size_t cols = 0;
	utf8proc_int32_t point;

	for (size_t at = 0; at < bytes;) {
		at += (size_t)utf8proc_iterate((const utf8proc_uint8_t *)text + at, -1, &point);
		cols += (size_t)utf8proc_charwidth(point);
	}
	return cols;
}

bool rig_find(struct rig *rig, const char *text, int *ret_row, int *ret_col)
{
	for (int row = 0; row < rig->rows; row++) {
		const char *line = rig_row(rig, row), *found = strstr(line, text);

		if (found) {
			*ret_row = row;
			*ret_col = (int)columns(line, (size_t)(found - line));
			return true;
		}
	}
	return false;
}

bool rig_has_row(struct rig *rig, const char *text, const char *other)
{
	for (int row = 0; row < rig->rows; row++) {
		const char *line = rig_row(rig, row);

		if (strstr(line, text) && strstr(line, other))
			return true;
	}
	return false;
}

/* The upper 240 of 256 colors as xterm and its kin have them, a cube and a ramp of greys;
 * libvterm (0.1.4) has the cube's steps darker. */
static uint32_t indexed_color(unsigned index)
{
	static const uint8_t steps[] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};

	if (index >= 232)
		return (8 + 10 * (index - 232)) * 0x010101u;
	index -= 16;
	return (uint32_t)steps[index / 36] << 16 | (uint32_t)steps[index / 6 % 6] << 8 |
	       steps[index % 6];
}

static uint32_t color(struct rig *rig, VTermColor color)
{
	if (VTERM_COLOR_IS_INDEXED(&color) && color.indexed.idx >= 16)
		return indexed_color(color.indexed.idx);
	vterm_screen_convert_color_to_rgb(rig->screen, &color);
	return (uint32_t)color.rgb.red << 16 | (uint32_t)color.rgb.green << 8 | color.rgb.blue;
}

uint32_t rig_foreground(struct rig *rig, int row, int col)
{
	VTermScreenCell cell = rig_cell(rig, row, col);

	return color(rig, cell.attrs.reverse ? cell.bg : cell.fg);
}

uint32_t rig_background(struct rig *rig, int row, int col)
{
	VTermScreenCell cell = rig_cell(rig, row, col);

	return color(rig, cell.attrs.reverse ? cell.fg : cell.bg);
}

void rig_cursor(struct rig *rig, int *ret_row, int *ret_col, bool *ret_visible)
{
	VTermPos pos;

	vterm_state_get_cursorpos(vterm_obtain_state(rig->vt), &pos);
	*ret_row = pos.row;
	*ret_col = pos.col;
	*ret_visible = rig_cursor_visible(rig);
}

bool rig_altscreen(const struct rig *rig)
{
	return rig->altscreen;
}

bool rig_mouse(const struct rig *rig)
{
	return rig->mouse != VTERM_PROP_MOUSE_NONE;
}
