/* What leaves the explorer: the clipboard (OSC 52), files, manual pages in the pager. */
#include "tui/explorer.h"

#include "lessons/play/xdg_file.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/dot.h"
#include "model/report/json.h"
#include "scanner/helper/errand.h"
#include "tui/core/osc52.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* --- The clipboard ---------------------------------------------------------------------------- */

static void say_copied(struct explorer *explorer, const struct line *line)
{
	enum osc52_support support = osc52_support(getenv("TERM"), getenv("TMUX"));

	if (support == OSC52_NONE)
		explorer_sayf(explorer, _("this terminal has no clipboard: %s"), line->text);
	else if (screen_copy(line) < 0)
		explorer_sayf(explorer, _("too long for a clipboard: %zu bytes, %d at most"),
		    line->text_len, OSC52_BYTES_MAX);
	else if (support == OSC52_TMUX)
		explorer_sayf(
		    explorer, _("copied, where tmux has set-clipboard on: %s"), line->text);
	else
		explorer_sayf(explorer, _("copied, where the terminal allows it: %s"), line->text);
}

void explorer_copy_id(struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct line line;

	line_init_verbatim(&line, explorer->live->charset);
	if (row && row->thread)
		line_addf(&line, STYLE_PLAIN, "%d", (int)row->thread->tid);
	else if (row && row->process)
		line_addf(&line, STYLE_PLAIN, "%d", (int)row->process->id.pid);
	else if (row && row->ns)
		line_addf(&line, STYLE_PLAIN, "%s:%" PRIu64, ns_types[row->ns->id.type].name,
		    row->ns->id.ino);
	else if (row && row->key.kind == ROW_TYPE)
		line_adds(&line, STYLE_PLAIN, ns_types[row->key.type].name);
	if (line.cols > 0)
		say_copied(explorer, &line);
	else
		explorer_say(explorer, _("nothing is selected that has an id"));
	line_done(&line);
}

/* Appends @word, @len bytes, quoted unless a shell takes it for one plain word. */
static void add_word(struct line *line, const char *word, size_t len)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	                            "@%_-+=:,./";
	autofree char *text = xstrndup(word, len);

	if (len > 0 && strspn(text, plain) == len) {
		line_adds(line, STYLE_PLAIN, text);
		return;
	}
	line_adds(line, STYLE_PLAIN, "'");
	for (const char *at = text; *at;) {
		size_t until = strcspn(at, "'");

		line_add(line, STYLE_PLAIN, at, until);
		at += until;
		if (*at) {
			line_adds(line, STYLE_PLAIN, "'\\''");
			at++;
		}
	}
	line_adds(line, STYLE_PLAIN, "'");
}

/* Control characters are not copied: the copy has their visible marks.  A backslash is the shell's
 * here, so it is not doubled. */
void explorer_copy_command(struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	const struct process *process = row ? row->process : NULL;
	struct line line;

	if (!process || !process->cmdline) {
		explorer_say(
		    explorer, process ? _("it has no command line") : _("no process is selected"));
		return;
	}
	line_init_verbatim(&line, explorer->live->charset);
	for (size_t at = 0; at < process->cmdline_len;) {
		size_t len = strnlen(process->cmdline + at, process->cmdline_len - at);

		if (at > 0)
			line_adds(&line, STYLE_PLAIN, " ");
		add_word(&line, process->cmdline + at, len);
		at += len + 1;
	}
	if (process->cmdline_cut)
		line_add_symbol(&line, STYLE_PLAIN, "…", "~");
	say_copied(explorer, &line);
	line_done(&line);
}

/* --- Manual pages ----------------------------------------------------------------------------- */

/* "uts_namespaces(7)" as man takes it: the section, then the name. */
static void open_page(struct explorer *explorer, const char *page)
{
	const char *bracket = strchr(page, '(');
	autofree char *name = xstrndup(page, (size_t)(bracket - page));
	autofree char *section = xstrndup(bracket + 1, strcspn(bracket + 1, ")"));
	const char *const words[] = {"man", section, name, NULL};
	int r = subshell_open_program(&explorer->subshell, words);

	if (r < 0)
		explorer_sayf(explorer, _("%s can't be shown: %s"), page, strerror(-r));
}

/* The type of the selected row; for a process, of the namespace that it is listed under. */
static const char *page_of(const struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);

	if (row && row->ns)
		return ns_types[row->ns->id.type].man;
	if (row && row->key.kind == ROW_TYPE)
		return ns_types[row->key.type].man;
	return row && row->key.ns.ino ? ns_types[row->key.ns.type].man : "namespaces(7)";
}

void explorer_open_page(struct explorer *explorer, const char *type)
{
	enum nstype found;

	if (type && !ns_type_from_name(type, &found))
		explorer_sayf(explorer, _("there is no type \"%s\""), type);
	else
		open_page(explorer, type ? ns_types[found].man : page_of(explorer));
}

/* --- Files ------------------------------------------------------------------------------------ */

static void write_json(const struct live *live, FILE *out)
{
	json_write_graph(live->shown, JSON_INDENT(2), out);
}

static void write_dot(const struct live *live, FILE *out)
{
	dot_write(live->shown, &(struct dot_options){.charset = live->charset}, out);
}

static const struct format {
	const char *ending;
	void (*write_screen)(FILE *out);
	void (*write_graph)(const struct live *live, FILE *out); /* NULL: the screen is written */
} formats[] = {
    {".txt", screen_write_text, NULL},
    {".svg", screen_write_svg, NULL},
    {".json", NULL, write_json},
    {".dot", NULL, write_dot},
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

static void on_replace_key(void *data, enum prompt_result result, int key);

static void write_file(
    struct explorer *explorer, const char *path, const struct format *format, bool replace)
{
	autofree char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int r;

	if (!out)
		return;
	/* Paints the screen without the prompt. */
	explorer_paint(explorer);
	if (format->write_graph)
		format->write_graph(explorer->live, out);
	else
		format->write_screen(out);
	r = fclose(out) == 0 ? home_write_named(path, text, len, replace) : -errno;
	if (r == -EEXIST) {
		free(explorer->question.path);
		explorer->question.path = xstrdup(path);
		prompt_open(&explorer->prompt, _("File exists. Overwrite? [y/N] "), "",
		    on_replace_key, explorer);
		return;
	}
	if (r == -ENOTSUP)
		explorer_sayf(explorer, _("%s is there, and no file to be written over"), path);
	else if (r < 0)
		explorer_sayf(explorer, _("%s can't be written: %s"), path, errand_error(r));
	else
		explorer_sayf(explorer, _("written: %s"), path);
}

static void write_to(struct explorer *explorer, const char *path, bool replace)
{
	const struct format *format = format_of(path);

	if (!format)
		explorer_say(explorer, _("unknown extension: use .txt or .svg (the screen), .json "
		                         "or .dot (everything)"));
	else if (format->write_graph && !explorer->live->shown)
		explorer_say(explorer, _("there is nothing to be written yet"));
	else
		write_file(explorer, path, format, replace);
}

static void on_replace_key(void *data, enum prompt_result result, int key)
{
	struct explorer *explorer = data;
	autofree char *path = xstrdup(explorer->question.path);

	(void)key;
	if (result == PROMPT_ENTERED && explorer_agreed(explorer))
		write_to(explorer, path, true);
	else if (result == PROMPT_ENTERED || result == PROMPT_CANCELLED)
		explorer_say(explorer, _("nothing was written"));
}

static void on_path_key(void *data, enum prompt_result result, int key)
{
	struct explorer *explorer = data;
	autofree char *path = xstrdup(explorer->prompt.text);

	(void)key;
	if (result == PROMPT_ENTERED && *path)
		explorer_write(explorer, path);
	else if (result == PROMPT_ENTERED || result == PROMPT_CANCELLED)
		explorer_say(explorer, _("nothing was written"));
}

void explorer_write(struct explorer *explorer, const char *path)
{
	autofree char *expanded = expand(path);

	if (*path)
		write_to(explorer, expanded, false);
	else
		prompt_open(&explorer->prompt, _("Write to (.txt .svg .json .dot): "), "",
		    on_path_key, explorer);
}
