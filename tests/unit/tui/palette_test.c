/* The colors of the themes: everybody can distinguish them, and read them on their background. */
#include "model/base/util.h"
#include "model/view/settings.h"
#include "tui/core/palette.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { CHANNELS = 3 };

struct color {
	double of[CHANNELS];
};

/* The ways to see.  G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model
 * for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009: their matrices for severity 1.0,
 * of linear RGB. */
static const struct {
	const char *name;
	double matrix[CHANNELS][CHANNELS];
} eyes[] = {
    {"all colours", {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
    {"protanopia", {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
                       {-0.003882, -0.048116, 1.051998}}},
    {"deuteranopia", {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
                         {-0.011820, 0.042940, 0.968881}}},
    {"tritanopia", {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602},
                       {0.004733, 0.691367, 0.303900}}},
};

/* Of xterm's 256 colors: from 16 on a cube, from 232 on greys.  ctlseqs, 256colres.h */
static struct color rgb(short number)
{
	static const int levels[] = {0, 95, 135, 175, 215, 255};
	int cube = number - 16, grey = 8 + 10 * (number - 232);

	assert_in_range(number, 16, 255);
	if (number >= 232)
		return (struct color){{grey, grey, grey}};
	return (struct color){{levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6]}};
}

static struct color times(const double matrix[CHANNELS][CHANNELS], struct color color)
{
	struct color result = {{0}};

	for (int row = 0; row < CHANNELS; row++) {
		for (int i = 0; i < CHANNELS; i++)
			result.of[row] += matrix[row][i] * color.of[i];
	}
	return result;
}

/* sRGB's curve undone; IEC 61966-2-1. */
static struct color linear(short number)
{
	struct color color = rgb(number);

	for (int i = 0; i < CHANNELS; i++) {
		double value = color.of[i] / 255;

		color.of[i] = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
	}
	return color;
}

/* Oklab, times 100: in it the distance of two colors is how different they look.  B. Ottosson, "A
 * perceptual color space for image processing", 2020. */
static struct color oklab(struct color color)
{
	static const double to_cones[CHANNELS][CHANNELS] = {
	    {0.4122214708, 0.5363325363, 0.0514459929}, {0.2119034982, 0.6806995451, 0.1073969566},
	    {0.0883024619, 0.2817188376, 0.6299787005}};
	static const double to_lab[CHANNELS][CHANNELS] = {{21.04542553, 79.36177850, -0.40720468},
	    {197.79984951, -242.85922050, 45.05937099}, {2.59040371, 78.27717662, -80.86757660}};
	struct color cones;

	for (int i = 0; i < CHANNELS; i++)
		color.of[i] = fmin(fmax(color.of[i], 0), 1);
	cones = times(to_cones, color);
	for (int i = 0; i < CHANNELS; i++)
		cones.of[i] = cbrt(cones.of[i]);
	return times(to_lab, cones);
}

static double distance(short a, short b, size_t eye)
{
	struct color one = oklab(times(eyes[eye].matrix, linear(a)));
	struct color other = oklab(times(eyes[eye].matrix, linear(b)));
	double sum = 0;

	for (int i = 0; i < CHANNELS; i++)
		sum += (one.of[i] - other.of[i]) * (one.of[i] - other.of[i]);
	return sqrt(sum);
}

/* WCAG 2.2, "contrast ratio". */
static double contrast(short a, short b)
{
	static const double weights[CHANNELS] = {0.2126, 0.7152, 0.0722};
	struct color one = linear(a), other = linear(b);
	double light = 0.05, dark = 0.05;

	for (int i = 0; i < CHANNELS; i++) {
		light += weights[i] * one.of[i];
		dark += weights[i] * other.of[i];
	}
	return light > dark ? light / dark : dark / light;
}

static void known_values_come_out(void **state)
{
	(void)state;
	assert_true(fabs(contrast(16, 231) - 21) < 0.001); /* black on white */
	assert_true(fabs(oklab(linear(231)).of[0] - 100) < 0.001);
	assert_true(fabs(oklab(linear(16)).of[0]) < 0.001);
	/* Orange and green are what protanopia takes for one. */
	assert_true(distance(202, 64, 1) < 0.05 * distance(202, 64, 0));
	/* Grey stays gray. */
	for (size_t eye = 0; eye < array_len(eyes); eye++)
		assert_true(fabs(oklab(times(eyes[eye].matrix, linear(244))).of[1]) < 0.1);
}

/* The least difference between two hues that anybody sees; the eye's own limit is about 2. */
static const struct {
	enum theme theme;
	double any, neighbours;
	double on_front; /* contrast of hues to the background */
	double text;     /* … of words that are colored */
} wanted[] = {
    {THEME_AUTO, 6, 12, 3, 3},
    {THEME_DARK, 6, 12, 5, 5},
    {THEME_LIGHT, 6, 12, 4.5, 4.5},
    {THEME_CONTRAST, 3.9, 12, 7, 7},
};

static void hues_are_told_apart_by_everybody(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(wanted); i++) {
		const struct palette *palette = palette_of(wanted[i].theme, DEPTH_256);

		assert_int_equal(palette->color_count, NS_LETTER_COLORS);
		for (size_t pair = 0;
		     pair < (size_t)NS_LETTER_COLORS * NS_LETTER_COLORS * array_len(eyes); pair++) {
			size_t eye = pair % array_len(eyes),
			       a = pair / array_len(eyes) % NS_LETTER_COLORS,
			       b = pair / array_len(eyes) / NS_LETTER_COLORS;
			bool neighbours = b == (a + 1) % NS_LETTER_COLORS;
			double delta =
			    distance(palette->color_indexes[a], palette->color_indexes[b], eye);

			if (a != b && delta < (neighbours ? wanted[i].neighbours : wanted[i].any))
				fail_msg("theme %d: hues %zu and %zu are %.1f apart for %s",
				    (int)wanted[i].theme, a, b, delta, eyes[eye].name);
		}
	}
}

/* Also without color vision: contrast is of brightness. */
static void what_is_colored_can_be_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(wanted); i++) {
		const struct palette *palette = palette_of(wanted[i].theme, DEPTH_256);
		short backs[] = {palette->back, palette->back};

		if (palette->back == COLOR_OWN) { /* black, or white */
			backs[0] = 16;
			backs[1] = 231;
		} else {
			assert_true(contrast(palette->front, palette->back) >= 10);
		}
		for (size_t b = 0; b < array_len(backs); b++) {
			for (size_t color_index = 0; color_index < NS_LETTER_COLORS; color_index++)
				assert_true(contrast(palette->color_indexes[color_index],
				                backs[b]) >= wanted[i].on_front);
			for (size_t style = 0; style < STYLE_COUNT; style++) {
				short color = palette->styles[style];

				if (color != COLOR_OWN &&
				    contrast(color, backs[b]) < wanted[i].text)
					fail_msg("theme %d, style %zu: contrast %.1f",
					    (int)wanted[i].theme, style, contrast(color, backs[b]));
			}
		}
	}
}

/* What a check says must not hang on red against green. */
static void right_and_wrong_are_told_apart_by_everybody(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(wanted); i++) {
		const struct palette *palette = palette_of(wanted[i].theme, DEPTH_256);

		for (size_t eye = 0; eye < array_len(eyes); eye++)
			assert_true(distance(palette->styles[STYLE_OK], palette->styles[STYLE_FAIL],
			                eye) >= 6);
	}
}

static void every_theme_has_every_depth(void **state)
{
	const char *const *words = settings_table[SETTINGS_THEME].words;

	(void)state;
	assert_string_equal(words[THEME_AUTO], "auto");
	assert_string_equal(words[THEME_DARK], "dark");
	assert_string_equal(words[THEME_LIGHT], "light");
	assert_string_equal(words[THEME_CONTRAST], "contrast");
	assert_string_equal(words[THEME_MONO], "mono");
	assert_null(words[THEME_COUNT]);
	for (int theme = 0; theme < THEME_MONO; theme++) {
		for (int depth = 0; depth < DEPTH_COUNT; depth++) {
			static const short most[DEPTH_COUNT] = {8, 16, 256};
			const struct palette *palette = palette_of(theme, depth);

			assert_in_range(palette->color_count, 2, NS_LETTER_COLORS);
			assert_true((palette->front == COLOR_OWN) == (palette->back == COLOR_OWN));
			assert_true(palette->front < most[depth] && palette->back < most[depth]);
			for (int color_index = 0; color_index < palette->color_count;
			     color_index++) {
				assert_in_range(
				    palette->color_indexes[color_index], 0, most[depth] - 1);
				assert_int_not_equal(
				    palette->color_indexes[color_index], palette->back);
			}
			for (int style = 0; style < STYLE_COUNT; style++) {
				assert_true(palette->styles[style] < most[depth]);
				assert_true(palette->styles[style] == COLOR_OWN ||
				            palette->styles[style] != palette->back);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_values_come_out),
	    cmocka_unit_test(hues_are_told_apart_by_everybody),
	    cmocka_unit_test(what_is_colored_can_be_read),
	    cmocka_unit_test(right_and_wrong_are_told_apart_by_everybody),
	    cmocka_unit_test(every_theme_has_every_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
