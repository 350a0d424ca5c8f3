/* Makes a screenshot of the real program, or a film:
 *
 *     shot_main OUT.svg|OUT.cast COLSxROWS TITLE [STEP…] [-- ARGUMENT…]
 *
 * with the arguments for nsscope behind "--".  The steps are taken in order; in a film each is one scene of
 * a second, whatever time it took:
 *
 *     wait=TEXT      until it is on the screen
 *     gone=TEXT      until it is not
 *     type=TEXT      as from the keyboard
 *     key=NAME       enter, escape, up, down, left, right, tab, f1 … f10
 *     play=TEXT      goes on in a lesson until the text is on the screen
 *     rest=MS        how long the scene is shown, in a film
 */
#include "model/base/util.h"
#include "tests/screen/cast.h"
#include "tests/screen/rig.h"
#include "tests/screen/svg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { REST_MS = 500, SCENE_MS = 1000 };

struct film {
	FILE *out;      /* NULL: it is a screenshot */
	unsigned at_ms; /* of the next scene */
	size_t written; /* bytes of the raw stream */
};

static int usage(void)
{
	fprintf(stderr,
	    "usage: shot_main OUT.svg|OUT.cast COLSxROWS TITLE [STEP...] [-- ARGUMENT...]\n");
	return 2;
}

static bool press_key(struct rig *rig, const char *name)
{
	static const struct {
		const char *name;
		VTermKey key;
	} keys[] = {
	    {"enter", VTERM_KEY_ENTER},
	    {"escape", VTERM_KEY_ESCAPE},
	    {"up", VTERM_KEY_UP},
	    {"down", VTERM_KEY_DOWN},
	    {"left", VTERM_KEY_LEFT},
	    {"right", VTERM_KEY_RIGHT},
	    {"tab", VTERM_KEY_TAB},
	};

	if (name[0] == 'f' && name[1] >= '1' && name[1] <= '9') {
		rig_key(rig, VTERM_KEY_FUNCTION(strtol(name + 1, NULL, 10)));
		return true;
	}
	for (size_t i = 0; i < array_len(keys); i++) {
		if (!strcmp(keys[i].name, name)) {
			rig_key(rig, keys[i].key);
			return true;
		}
	}
	return false;
}

/* The lesson can go on: its last row names the key for that, in either language. */
static bool wants_or_shows(struct rig *rig, void *text)
{
	return strstr(rig_text(rig), text) || strstr(rig_text(rig), "Space: ") ||
	       strstr(rig_text(rig), "空格：");
}

static bool has_changed(struct rig *rig, void *before)
{
	return strcmp(rig_text(rig), before) != 0;
}

/* Until nothing was painted for a while: more than one refresh. */
static void come_to_rest(struct rig *rig)
{
	size_t before, now;

	rig_raw(rig, &now);
	do {
		before = now;
		if (!rig_pump(rig, REST_MS))
			rig_fail(rig, "the program ended");
		rig_raw(rig, &now);
	} while (now != before);
}

/* All that was painted since the last one. */
static void film_scene(struct film *film, struct rig *rig)
{
	const char *raw;
	size_t len;

	if (!film->out)
		return;
	come_to_rest(rig);
	raw = rig_raw(rig, &len);
	cast_piece(film->out, film->at_ms / 1000.0, raw + film->written, len - film->written);
	film->written = len;
	film->at_ms += SCENE_MS;
}

static void play_until(struct rig *rig, struct film *film, char *text)
{
	for (;;) {
		autofree char *before = NULL;

		rig_wait_for(rig, wants_or_shows, text, text);
		if (strstr(rig_text(rig), text))
			return;
		before = xstrdup(rig_text(rig));
		rig_type(rig, " ");
		rig_wait_for(rig, has_changed, before, "an answer to the key");
		film_scene(film, rig);
		film->at_ms += SCENE_MS;
	}
}

static bool take_step(struct rig *rig, struct film *film, char *step)
{
	char *value = strchr(step, '=');

	if (!value)
		return false;
	*value++ = '\0';
	if (!strcmp(step, "wait"))
		rig_wait(rig, value);
	else if (!strcmp(step, "gone"))
		rig_wait_gone(rig, value);
	else if (!strcmp(step, "type"))
		rig_type(rig, value);
	else if (!strcmp(step, "play"))
		play_until(rig, film, value);
	else if (!strcmp(step, "rest"))
		film->at_ms += (unsigned)strtoul(value, NULL, 10);
	else
		return !strcmp(step, "key") && press_key(rig, value);
	return true;
}

static bool is_film(const char *path)
{
	size_t len = strlen(path);

	return len > 5 && strcmp(path + len - 5, ".cast") == 0;
}

int main(int argc, char **argv)
{
	struct rig_options options = {0};
	struct film film = {.out = NULL};
	struct rig *rig;
	FILE *out;
	int last = 4;

	if (argc < 4 || sscanf(argv[2], "%dx%d", &options.cols, &options.rows) != 2)
		return usage();
	while (last < argc && strcmp(argv[last], "--") != 0)
		last++;
	for (int i = last + 1; i < argc && i - last - 1 < RIG_ARGS; i++)
		options.args[i - last - 1] = argv[i];
	out = fopen(argv[1], "we");
	if (!out) {
		fprintf(stderr, "shot_main: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	if (is_film(argv[1])) {
		film.out = out;
		cast_begin(out, options.rows, options.cols, argv[3]);
	}
	rig = rig_start(&options);
	rig_wait_row(rig, 0, "nsscope");
	film_scene(&film, rig);
	for (int i = 4; i < last; i++) {
		if (!take_step(rig, &film, argv[i])) {
			fprintf(stderr, "shot_main: no such step: %s\n", argv[i]);
			return usage();
		}
		film_scene(&film, rig);
	}
	if (!film.out) {
		come_to_rest(rig);
		svg_write(rig, argv[3], out);
	}
	rig_free(rig);
	return fclose(out) == 0 ? 0 : 1;
}
