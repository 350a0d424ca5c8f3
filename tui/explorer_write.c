/* The explorer writes a file: what is on the screen, or all of the graph that it shows. */
#include "lessons/play/xdg_file.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"
#include "tui/explorer_internal.h"
#include "tui/snapshot.h"

#include <errno.h>
#include <string.h>

static void write_text(struct explorer *explorer, FILE *out)
{
	(void)explorer;
	snapshot_text(out);
}

static void write_svg(struct explorer *explorer, FILE *out)
{
	(void)explorer;
	snapshot_svg(out);
}

static void write_json(struct explorer *explorer, FILE *out)
{
	explorer->write_graph(explorer->live->shown, "json", out);
}

static void write_dot(struct explorer *explorer, FILE *out)
{
	explorer->write_graph(explorer->live->shown, "dot", out);
}

static const struct format {
	const char *ending;
	void (*write)(struct explorer *explorer, FILE *out);
	bool of_graph;
} formats[] = {
    {".txt", write_text, false},
    {".svg", write_svg, false},
    {".json", write_json, true},
    {".dot", write_dot, true},
};

static const struct format *format_of(const char *path)
{
	const char *ending = strrchr(path, '.');

	for (size_t i = 0; ending && i < array_len(formats); i++) {
		if (strcasecmp(ending, formats[i].ending) == 0)
			return &formats[i];
	}
	return NULL;
}

/* "~/…", as a shell would take it.  To be freed. */
static char *expand(const char *path)
{
	const char *home = getenv("HOME");

	return strncmp(path, "~/", 2) == 0 && home ? xasprintf("%s%s", home, path + 1)
	                                           : xstrdup(path);
}

static char *why_not(int error, const char *path)
{
	if (error == -ENOTSUP)
		return xasprintf(_("%s is there, and no file to be written over"), path);
	return xasprintf(_("%s can't be written: %s"), path, errand_error(error));
}

static void write_file(
    struct explorer *explorer, const char *path, const struct format *format, bool replace)
{
	autofree char *text = NULL;
	autofree char *message = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int r;

	if (!out)
		return;
	/* Without the prompt that asked for it. */
	explorer_paint(explorer);
	format->write(explorer, out);
	r = fclose(out) == 0 ? home_write_named(path, text, len, replace) : -errno;
	if (r == -EEXIST) {
		explorer->asking = ASKING_REPLACE;
		free(explorer->write_path);
		explorer->write_path = xstrdup(path);
		prompt_open(
		    &explorer->prompt, _("There is such a file. Write over it (yes)? "), "");
		return;
	}
	message = r < 0 ? why_not(r, path) : xasprintf(_("written: %s"), path);
	explorer_say(explorer, message);
}

static void write_to(struct explorer *explorer, const char *path, bool replace)
{
	const struct format *format = format_of(path);

	if (!format)
		explorer_say(explorer,
		    _("its ending tells what is written: .txt .svg (the screen) .json .dot (all)"));
	else if (format->of_graph && (!explorer->live->shown || !explorer->write_graph))
		explorer_say(explorer, _("there is nothing to be written yet"));
	else
		write_file(explorer, path, format, replace);
}

void explorer_write(struct explorer *explorer, const char *path)
{
	autofree char *expanded = expand(path);

	if (*path) {
		write_to(explorer, expanded, false);
		return;
	}
	explorer->asking = ASKING_WRITE;
	prompt_open(&explorer->prompt, _("Write to (.txt .svg .json .dot): "), "");
}

void explorer_write_press(struct explorer *explorer, int key)
{
	enum asking asking = explorer->asking;
	enum prompt_result result = prompt_key(&explorer->prompt, key);
	autofree char *text = xstrdup(explorer->prompt.text);

	if (result == PROMPT_EDITED)
		return;
	if (result == PROMPT_CANCELLED || !*text) {
		explorer_say(explorer, _("nothing was written"));
		return;
	}
	if (asking == ASKING_WRITE) {
		explorer_write(explorer, text);
	} else if (strcasecmp(text, "yes") == 0 || strcasecmp(text, "y") == 0) {
		autofree char *path = xstrdup(explorer->write_path);

		write_to(explorer, path, true);
	} else {
		explorer_say(explorer, _("nothing was written"));
	}
}
