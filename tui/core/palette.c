#include "tui/core/palette.h"

/* The colors come from a search: of all colors with enough contrast to the background, the twelve
 * whose nearest two are farthest apart, for full color vision and for each kind of color blindness.
 * The first ones, which most machines use, are farther apart from their neighbors.  Contrast (WCAG
 * 2.2) is 5:1 where the theme sets the background, 7:1 for projectors, and 3:1 to black and white
 * on the terminal's own. docs/colors.md, tests/unit/tui/palette_test.c. */

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, BRIGHT };

#define PLAIN COLOR_OWN

/* Of the styles that have a color; all others are plain text's. */
#define STYLES(dim, code, new, dead, match, actor, fail, warn)                                     \
	{                                                                                          \
		[STYLE_PLAIN] = PLAIN, [STYLE_DIM] = (dim), [STYLE_STRONG] = PLAIN,                \
		[STYLE_TITLE] = PLAIN, [STYLE_KEY] = PLAIN, [STYLE_CODE] = (code),                 \
		[STYLE_NS] = PLAIN, [STYLE_PID] = PLAIN, [STYLE_NEW] = (new),                      \
		[STYLE_DEAD] = (dead), [STYLE_MATCH] = (match), [STYLE_ACTOR] = (actor),           \
		[STYLE_OK] = (new), [STYLE_FAIL] = (fail), [STYLE_WARN] = (warn),                  \
		[STYLE_NS_LETTER] = PLAIN,                                                         \
	}

/* On the terminal's own background. */
static const struct palette own[DEPTH_COUNT] = {
    [DEPTH_8] = {PLAIN, PLAIN, STYLES(PLAIN, CYAN, GREEN, RED, YELLOW, MAGENTA, RED, RED),
        {CYAN, MAGENTA, GREEN, RED, YELLOW, BLUE}, 6, true},
    [DEPTH_16] = {PLAIN, PLAIN, STYLES(PLAIN, CYAN, GREEN, RED, YELLOW, MAGENTA, RED, RED),
        {CYAN, MAGENTA, GREEN, RED, YELLOW, BLUE}, 6, true},
    [DEPTH_256] = {PLAIN, PLAIN, STYLES(244, 31, 29, 131, 136, 133, 160, 166),
        {32, 132, 92, 101, 126, 139, 28, 129, 196, 61, 171, 95}, 12, false},
};

static const struct palette dark[DEPTH_COUNT] = {
    [DEPTH_8] = {WHITE, BLACK, STYLES(PLAIN, CYAN, GREEN, RED, YELLOW, MAGENTA, RED, YELLOW),
        {CYAN, MAGENTA, GREEN, RED, YELLOW}, 5, true},
    [DEPTH_16] = {WHITE, BLACK,
        STYLES(PLAIN, BRIGHT + CYAN, BRIGHT + GREEN, BRIGHT + RED, BRIGHT + YELLOW,
            BRIGHT + MAGENTA, BRIGHT + RED, BRIGHT + YELLOW),
        {BRIGHT + CYAN, BRIGHT + MAGENTA, BRIGHT + GREEN, BRIGHT + RED, BRIGHT + YELLOW,
            BRIGHT + BLUE, CYAN, MAGENTA, GREEN, YELLOW},
        10, true},
    [DEPTH_256] = {253, 233, STYLES(246, 80, 120, 174, 221, 213, 203, 216),
        {104, 178, 75, 202, 117, 35, 220, 211, 135, 50, 169, 150}, 12, false},
};

static const struct palette light[DEPTH_COUNT] = {
    [DEPTH_8] = {BLACK, WHITE, STYLES(PLAIN, BLUE, BLUE, RED, MAGENTA, MAGENTA, RED, RED),
        {BLUE, RED, MAGENTA}, 3, false},
    [DEPTH_16] = {BLACK, BRIGHT + WHITE,
        STYLES(PLAIN, BLUE, GREEN, RED, MAGENTA, MAGENTA, RED, RED),
        {BLUE, RED, GREEN, MAGENTA, CYAN}, 5, false},
    [DEPTH_256] = {235, 231, STYLES(241, 24, 22, 88, 94, 90, 124, 130),
        {161, 93, 89, 20, 130, 54, 124, 25, 52, 96, 22, 17}, 12, false},
};

static const struct palette contrast[DEPTH_COUNT] = {
    [DEPTH_8] = {BLACK, WHITE, STYLES(PLAIN, PLAIN, BLUE, RED, BLUE, BLUE, RED, RED), {BLUE, RED},
        2, false},
    [DEPTH_16] = {BLACK, BRIGHT + WHITE, STYLES(PLAIN, BLUE, BLUE, RED, BLUE, MAGENTA, RED, RED),
        {BLUE, RED, MAGENTA}, 3, false},
    [DEPTH_256] = {16, 231, STYLES(238, 18, 22, 88, 54, 90, 124, 88),
        {124, 90, 21, 53, 56, 52, 91, 17, 23, 18, 88, 19}, 12, false},
};

const struct palette *palette_of(enum theme theme, enum depth depth)
{
	static const struct palette *const palettes[THEME_MONO] = {[THEME_AUTO] = own,
	    [THEME_DARK] = dark,
	    [THEME_LIGHT] = light,
	    [THEME_CONTRAST] = contrast};

	return &palettes[theme][depth];
}
