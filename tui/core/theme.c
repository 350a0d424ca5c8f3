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

void theme_colours(short pair, attr_t attributes, uint32_t *ret_front, uint32_t *ret_back)
{
	uint32_t front = palette ? rgb(palette->front, SVG_FRONT) : SVG_FRONT;
	uint32_t back = palette ? rgb(palette->back, SVG_BACK) : SVG_BACK;
	bool reverse = attributes & A_REVERSE;

	if (palette && pair >= PAIR_HUE)
		front = rgb(palette->hues[(pair - PAIR_HUE) % palette->hue_count], front);
	else if (palette && pair >= PAIR_STYLE)
		front = rgb(palette->styles[pair - PAIR_STYLE], front);
	*ret_front = reverse ? back : front;
	*ret_back = reverse ? front : back;
}

#ifdef __SANITIZE_ADDRESS__
/* ncurses keeps its colour pairs in a tree by their colours, and loses the node of a pair that gets
 * others (init_pair(3x), as of 6.4): a few bytes for each change of the theme. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:tsearch\n";
}
#endif
