/* Takes a picture of the real program:
 *
 *     shot_main OUT.svg COLSxROWS TITLE [STEP…] [-- ARGUMENT…]
 *
 * with the arguments for nsscope behind "--".  The steps are taken in order:
 *
 *     wait=TEXT      until it is on the screen
 *     gone=TEXT      until it is not
 *     type=TEXT      as from the keyboard
 *     key=NAME       enter, escape, up, down, left, right, tab, f1 … f10
 *     play=TEXT      goes on in a lesson until the text is on the screen
 */
#include "model/util.h"
#include "tests/screen/rig.h"
#include "tests/screen/svg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int usage(void)
{
	fprintf(stderr, "usage: shot_main OUT.svg COLSxROWS TITLE [STEP...] [-- ARGUMENT...]\n");
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

static void play_until(struct rig *rig, char *text)
{
	for (;;) {
		autofree char *before = NULL;

		rig_wait_for(rig, wants_or_shows, text, text);
		if (strstr(rig_text(rig), text))
			return;
		before = xstrdup(rig_text(rig));
		rig_type(rig, " ");
		rig_wait_for(rig, has_changed, before, "an answer to the key");
	}
}

static bool take_step(struct rig *rig, char *step)
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
		play_until(rig, value);
	else
		return !strcmp(step, "key") && press_key(rig, value);
	return true;
}

int main(int argc, char **argv)
{
	struct rig_options options = {0};
	struct rig *rig;
	FILE *out;
	int last = 4;

	if (argc < 4 || sscanf(argv[2], "%dx%d", &options.cols, &options.rows) != 2)
		return usage();
	while (last < argc && strcmp(argv[last], "--") != 0)
		last++;
	for (int i = last + 1; i < argc && i - last - 1 < RIG_ARGS; i++)
		options.args[i - last - 1] = argv[i];
	rig = rig_start(&options);
	rig_wait_row(rig, 0, "nsscope");
	for (int i = 4; i < last; i++) {
		if (!take_step(rig, argv[i])) {
			fprintf(stderr, "shot_main: no such step: %s\n", argv[i]);
			return usage();
		}
	}
	out = fopen(argv[1], "we");
	if (!out) {
		fprintf(stderr, "shot_main: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	svg_write(rig, argv[3], out);
	rig_free(rig);
	return fclose(out) == 0 ? 0 : 1;
}
