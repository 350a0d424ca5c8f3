#include "tui/core/theme.h"

#include "model/report/svg.h"
#include "tui/core/palette.h"

static const attr_t style_attributes[STYLE_COUNT] = {
    [STYLE_DIM] = A_DIM,
    [STYLE_STRONG] = A_BOLD,
    [STYLE_TITLE] = A_BOLD,
    [STYLE_KEY] = A_BOLD,
    [STYLE_NS] = A_BOLD,
    [STYLE_NEW] = A_BOLD,
    [STYLE_DEAD] = A_DIM,
    [STYLE_MATCH] = A_UNDERLINE | A_BOLD,
    [STYLE_ACTOR] = A_BOLD,
    [STYLE_OK] = A_BOLD,
    [STYLE_FAIL] = A_BOLD,
};

enum {
	PAIR_STYLE = 1,
	PAIR_COLOR = PAIR_STYLE + STYLE_COUNT,
	PAIRS = PAIR_COLOR + NS_LETTER_COLORS
};

static const struct palette *palette; /* NULL: no colors */

void theme_set(enum theme theme)
{
	static bool started;
	const struct palette *requested;

	palette = NULL;
	if (!has_colors() || (!started && start_color() == ERR))
		return;
	started = true;
	/* The theme before may have had a background. */
	assume_default_colors(COLOR_OWN, COLOR_OWN);
	if (theme == THEME_MONO || COLORS < 8 || COLOR_PAIRS < PAIRS)
		return;
	requested = palette_of(theme, COLORS >= 256  ? DEPTH_256
	                              : COLORS >= 16 ? DEPTH_16
	                                             : DEPTH_8);
	if (assume_default_colors(requested->front, requested->back) == ERR)
		return;
	palette = requested;
	for (int style = 0; style < STYLE_COUNT; style++)
		init_pair((short)(PAIR_STYLE + style), palette->styles[style], COLOR_OWN);
	for (int color_index = 0; color_index < NS_LETTER_COLORS; color_index++)
		init_pair((short)(PAIR_COLOR + color_index),
		    palette->color_indexes[color_index % palette->color_count], COLOR_OWN);
}

static short cell_pair(enum style style, uint8_t color_index)
{
	if (!palette)
		return 0;
	if (style == STYLE_NS_LETTER && color_index > 0)
		return (short)(PAIR_COLOR + (color_index - 1) % NS_LETTER_COLORS);
	return palette->styles[style] == COLOR_OWN ? 0 : (short)(PAIR_STYLE + style);
}

void theme_cell(
    enum style style, uint8_t color_index, enum look look, attr_t *ret_attributes, short *ret_pair)
{
	attr_t attributes = style_attributes[style];
	short pair = cell_pair(style, color_index);

	if (style == STYLE_NS_LETTER && color_index > 0)
		attributes |= A_BOLD;
	/* A gray needs no dimming on top. */
	if (palette && (pair != 0 || !palette->dims))
		attributes &= ~A_DIM;
	switch (look) {
	case LOOK_PLAIN:
		break;
	case LOOK_BAR:
	case LOOK_SELECTED:
		/* Reversed colors are hard to read: the bar has one color. */
		attributes = (attributes & ~A_DIM) | A_REVERSE;
		pair = 0;
		break;
	case LOOK_RULE:
		attributes = (attributes & ~A_DIM) | A_BOLD;
		break;
	case LOOK_RESTING:
		attributes |= A_UNDERLINE | A_BOLD;
		attributes &= ~A_DIM;
		break;
	}
	*ret_attributes = attributes;
	*ret_pair = pair;
}

/* Of a number, as xterm has it by default; @own: for the terminal's own. */
static uint32_t rgb(short number, uint32_t own)
{
	static const uint32_t named[] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
	    0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff,
	    0x00ffff, 0xffffff};
	static const uint32_t levels[] = {0, 95, 135, 175, 215, 255};
	uint32_t cube, grey;

	if (number < 0)
		return own;
	if (number < 16)
		return named[number];
	if (number >= 232) {
		grey = 8 + 10 * (uint32_t)(number - 232);
		return grey << 16 | grey << 8 | grey;
	}
	cube = (uint32_t)number - 16;
	return levels[cube / 36 % 6] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
}

void theme_colors(short pair, attr_t attributes, uint32_t *ret_front, uint32_t *ret_back)
{
	uint32_t front = palette ? rgb(palette->front, SVG_FRONT) : SVG_FRONT;
	uint32_t back = palette ? rgb(palette->back, SVG_BACK) : SVG_BACK;
	bool reverse = attributes & A_REVERSE;

	if (palette && pair >= PAIR_COLOR)
		front =
		    rgb(palette->color_indexes[(pair - PAIR_COLOR) % palette->color_count], front);
	else if (palette && pair >= PAIR_STYLE)
		front = rgb(palette->styles[pair - PAIR_STYLE], front);
	*ret_front = reverse ? back : front;
	*ret_back = reverse ? front : back;
}

#ifdef __SANITIZE_ADDRESS__
/* ncurses keeps its color pairs in a tree by their colors, and leaks the node of a pair that
 * changes (init_pair(3x), as of 6.4): a few bytes for each change of theme. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:tsearch\n";
}
#endif
