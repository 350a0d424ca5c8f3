#include "tui/theme.h"

#include "model/marks.h"
#include "model/util.h"

/* A foreground of -1 is the terminal's own. */
struct style_look {
	attr_t attributes;
	short rich;  /* of 256 colours: of middle brightness, to be read on dark and on light */
	short basic; /* of 8 */
};

static const struct style_look style_looks[STYLE_COUNT] = {
    [STYLE_PLAIN] = {A_NORMAL, -1, -1},
    [STYLE_DIM] = {A_DIM, 244, -1},
    [STYLE_STRONG] = {A_BOLD, -1, -1},
    [STYLE_TITLE] = {A_BOLD, -1, -1},
    [STYLE_KEY] = {A_BOLD, -1, -1},
    [STYLE_CODE] = {A_NORMAL, 31, COLOR_CYAN},
    [STYLE_NS] = {A_BOLD, -1, -1},
    [STYLE_PID] = {A_NORMAL, -1, -1},
    [STYLE_NEW] = {A_BOLD, 34, COLOR_GREEN},
    [STYLE_DEAD] = {A_DIM, 131, COLOR_RED},
    [STYLE_MATCH] = {A_UNDERLINE | A_BOLD, 172, COLOR_YELLOW},
    [STYLE_ACTOR] = {A_BOLD, 133, COLOR_MAGENTA},
    [STYLE_OK] = {A_BOLD, 34, COLOR_GREEN},
    [STYLE_FAIL] = {A_BOLD, 160, COLOR_RED},
    [STYLE_WARN] = {A_NORMAL, 166, COLOR_RED},
    [STYLE_MARK] = {A_NORMAL, -1, -1},
};

/* Neighbours differ in hue and in brightness, so that the common kinds of colour blindness keep
 * them apart; the letter of a mark tells it in any case. */
static const short rich_hues[MARK_HUES] = {32, 166, 35, 133, 172, 37, 168, 100, 99, 130, 67, 161};
static const short basic_hues[] = {
    COLOR_CYAN, COLOR_MAGENTA, COLOR_GREEN, COLOR_RED, COLOR_YELLOW, COLOR_BLUE};

enum { PAIR_STYLE = 1, PAIR_HUE = PAIR_STYLE + STYLE_COUNT };

static enum { DEPTH_MONO, DEPTH_BASIC, DEPTH_RICH } depth;

void theme_start(bool no_colour)
{
	depth = DEPTH_MONO;
	if (no_colour || !has_colors() || start_color() == ERR || COLORS < 8)
		return;
	short back = use_default_colors() == OK ? -1 : COLOR_BLACK;
	short front = back == -1 ? -1 : COLOR_WHITE;

	depth = COLORS >= 256 ? DEPTH_RICH : DEPTH_BASIC;
	if (COLOR_PAIRS <= PAIR_HUE + MARK_HUES) {
		depth = DEPTH_MONO;
		return;
	}
	for (int style = 0; style < STYLE_COUNT; style++) {
		const struct style_look *look = &style_looks[style];
		short colour = depth == DEPTH_RICH ? look->rich : look->basic;

		init_pair((short)(PAIR_STYLE + style), colour < 0 ? front : colour, back);
	}
	for (size_t hue = 0; hue < MARK_HUES; hue++) {
		short colour =
		    depth == DEPTH_RICH ? rich_hues[hue] : basic_hues[hue % array_len(basic_hues)];

		init_pair((short)(PAIR_HUE + hue), colour, back);
	}
}

static short cell_pair(enum style style, uint8_t hue)
{
	const struct style_look *look = &style_looks[style];

	if (depth == DEPTH_MONO)
		return 0;
	if (style == STYLE_MARK && hue > 0)
		return (short)(PAIR_HUE + (hue - 1) % MARK_HUES);
	return (depth == DEPTH_RICH ? look->rich : look->basic) < 0 ? 0
	                                                            : (short)(PAIR_STYLE + style);
}

void theme_cell(
    enum style style, uint8_t hue, enum look look, attr_t *ret_attributes, short *ret_pair)
{
	attr_t attributes = style_looks[style].attributes;
	short pair = cell_pair(style, hue);

	if (style == STYLE_MARK && hue > 0)
		attributes |= A_BOLD;
	/* Grey of its own needs no dimming on top. */
	if (depth == DEPTH_RICH && pair != 0)
		attributes &= ~A_DIM;
	switch (look) {
	case LOOK_PLAIN:
		break;
	case LOOK_BAR:
	case LOOK_SELECTED:
		/* Colours turned round are hard to read: the bar is of one colour. */
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
