/* What the parts of the rig share. */
#pragma once

#include "tests/screen/rig.h"
#include "tests/screen/stream.h"

#include <termios.h>

struct rig {
	struct rig *next; /* of all that are open */
	pid_t pid;
	int pidfd; /* of the program */
	int master;
	int status; /* once reaped */
	bool reaped, ended;
	struct termios before;
	struct rig_options options;
	int rows, cols;

	struct stream stream;
	char *raw;
	size_t raw_len, raw_capacity;

	VTerm *vt;
	VTermScreen *screen;
	bool altscreen;
	int mouse;

	char *text; /* of rig_text and rig_row */
	size_t text_capacity;
};

bool rig_cursor_visible(const struct rig *rig);
/* Is the keypad in application mode? */
bool rig_keypad(const struct rig *rig);
/* Makes the emulated screen of the present size, in the modes that the program has set. */
void rig_open_screen(struct rig *rig);
void rig_close_screen(struct rig *rig);
