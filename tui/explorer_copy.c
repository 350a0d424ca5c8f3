/* What leaves the explorer: ids and command lines to the clipboard, a manual page in the pager. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/osc52.h"
#include "tui/explorer_internal.h"

#include <inttypes.h>
#include <string.h>

static void say_copied(struct explorer *explorer, const struct line *line)
{
	enum osc52_hope hope = osc52_hope(getenv("TERM"), getenv("TMUX"));
	autofree char *message = NULL;

	if (hope == OSC52_NONE)
		message = xasprintf(_("this terminal has no clipboard: %s"), line->text);
	else if (screen_copy(line) < 0)
		message = xasprintf(_("too long for a clipboard: %zu bytes, %d at most"),
		    line->text_len, OSC52_BYTES_MAX);
	else if (hope == OSC52_TMUX)
		message = xasprintf(_("copied, where tmux has set-clipboard on: %s"), line->text);
	else
		message = xasprintf(_("copied, where the terminal allows it: %s"), line->text);
	explorer_say(explorer, message);
}

void explorer_copy_id(struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct line line;

	line_init_verbatim(&line, explorer->charset);
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

/* Appends @word, @len bytes, quoted where a shell would take it for anything else than one word. */
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

/* What is not to be shown is not to be pasted either: the copy holds the visible marks of it.  A backslash is
 * the shell's here, and not doubled. */
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
	line_init_verbatim(&line, explorer->charset);
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
	autofree char *message = NULL;
	int r = subshell_open_program(&explorer->subshell, words);

	if (r < 0) {
		message = xasprintf(_("%s can't be shown: %s"), page, strerror(-r));
		explorer_say(explorer, message);
	}
}

/* The type that the selected row is about; of a process, the one that it stands under. */
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

	if (type && !ns_type_from_name(type, &found)) {
		autofree char *message = xasprintf(_("there is no type \"%s\""), type);

		explorer_say(explorer, message);
		return;
	}
	open_page(explorer, type ? ns_types[found].man : page_of(explorer));
}
