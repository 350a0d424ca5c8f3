#include "tui/theme.h"

#include "tui/palette.h"

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

enum { PAIR_STYLE = 1, PAIR_HUE = PAIR_STYLE + STYLE_COUNT, PAIRS = PAIR_HUE + MARK_HUES };

static const struct palette *palette; /* NULL: no colours */

void theme_set(enum theme theme)
{
	static bool started;
	const struct palette *wished;

	palette = NULL;
	if (!has_colors() || (!started && start_color() == ERR))
		return;
	started = true;
	/* The theme before may have had a background. */
	assume_default_colors(COLOUR_OWN, COLOUR_OWN);
	if (theme == THEME_MONO || COLORS < 8 || COLOR_PAIRS < PAIRS)
		return;
	wished = palette_of(theme, COLORS >= 256 ? DEPTH_256 : COLORS >= 16 ? DEPTH_16 : DEPTH_8);
	if (assume_default_colors(wished->front, wished->back) == ERR)
		return;
	palette = wished;
	for (int style = 0; style < STYLE_COUNT; style++)
		init_pair((short)(PAIR_STYLE + style), palette->styles[style], COLOUR_OWN);
	for (int hue = 0; hue < MARK_HUES; hue++)
		init_pair(
		    (short)(PAIR_HUE + hue), palette->hues[hue % palette->hue_count], COLOUR_OWN);
}

static short cell_pair(enum style style, uint8_t hue)
{
	if (!palette)
		return 0;
	if (style == STYLE_MARK && hue > 0)
		return (short)(PAIR_HUE + (hue - 1) % MARK_HUES);
	return palette->styles[style] == COLOUR_OWN ? 0 : (short)(PAIR_STYLE + style);
}

void theme_cell(
    enum style style, uint8_t hue, enum look look, attr_t *ret_attributes, short *ret_pair)
{
	attr_t attributes = style_attributes[style];
	short pair = cell_pair(style, hue);

	if (style == STYLE_MARK && hue > 0)
		attributes |= A_BOLD;
	/* Grey of its own needs no dimming on top. */
	if (palette && (pair != 0 || !palette->dims))
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
