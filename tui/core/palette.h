/* The themes as data, without a terminal, so that a test can measure how different their colors
 * look.
 *
 * Colors are numbers of a terminal's palette.  Of 256, those from 16 on are the same everywhere
 * (xterm's cube and grays); of 16 and 8 only the names are, so a theme says less there.
 */
#pragma once

#include "model/base/line.h"
#include "model/view/ns_letters.h"

/* In the order of the setting's words. */
enum theme {
	THEME_AUTO, /* on the terminal's own background, dark or light */
	THEME_DARK, /* these three set their background */
	THEME_LIGHT,
	THEME_CONTRAST, /* for projectors: dark on white, nothing pale */
	THEME_MONO,     /* no colors */
	THEME_COUNT,
};

enum depth {
	DEPTH_8,
	DEPTH_16,
	DEPTH_256,
	DEPTH_COUNT,
};

/* The terminal's own. */
enum { COLOR_OWN = -1 };

struct palette {
	short front, back;         /* of plain text */
	short styles[STYLE_COUNT]; /* COLOR_OWN: as plain text */
	short color_indexes[NS_LETTER_COLORS];
	short color_count; /* how many of them are used, in turn */
	bool dims; /* STYLE_DIM and STYLE_DEAD have the attribute, where they have no color */
};

/* @theme: not THEME_MONO. */
const struct palette *palette_of(enum theme theme, enum depth depth);
