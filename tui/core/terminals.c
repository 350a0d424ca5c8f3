#include "tui/core/terminals.h"

#include "model/base/util.h"
#include "scanner/helper/errand.h"

#include <curses.h>
#include <errno.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

/* Terminals that understand another one's sequences, as their makers say. */
static const struct {
	const char *term, *like;
} like[] = {
    {"alacritty", "xterm-256color"},
    {"foot", "xterm-256color"},
    {"xterm-ghostty", "xterm-256color"},
    {"xterm-kitty", "xterm-256color"},
    {"wezterm", "xterm-256color"},
};

static bool used;
static char *own_home; /* while HOME leads elsewhere, else NULL */

/* Makes ncurses use the carried description of @term.  Returns its name for setupterm(3x) and
 * newterm(3x); NULL where there is none. */
static const char *use_carried(const char *term)
{
	for (size_t i = 0; i < array_len(like); i++) {
		if (strcmp(term, like[i].term) == 0)
			term = like[i].like;
	}
	for (const struct terminal_entry *entry = terminal_entries; entry->term; entry++) {
		if (strcmp(term, entry->term) == 0) {
			used = setenv("TERMINFO", entry->entry, 1) == 0;
			return used ? entry->term : NULL;
		}
	}
	return NULL;
}

/* ncurses looks there before where the system keeps its terminals; terminfo(5). */
static void leave_out_what_does_not_answer(void)
{
	static const char *const variables[] = {"TERMINFO", "TERMINFO_DIRS"};
	const char *home = getenv("HOME");

	for (size_t i = 0; i < array_len(variables); i++) {
		const char *list = getenv(variables[i]);

		if (list && !errand_answers(list))
			unsetenv(variables[i]);
	}
	if (home && !own_home && !errand_answers(home)) {
		own_home = xstrdup(home);
		setenv("HOME", "/", 1);
	}
}

int terminal_find(struct terminal *ret_terminal)
{
	const char *term = getenv("TERM");
	struct terminal terminal = {.carried = NULL};
	int error = 0;

	if (!term || !*term)
		return -ENODATA;
	leave_out_what_does_not_answer();
	if (setupterm(NULL, STDOUT_FILENO, &error) == ERR) {
		terminal.carried = use_carried(term);
		if (!terminal.carried ||
		    setupterm(terminal.carried, STDOUT_FILENO, &error) == ERR) {
			terminal_forget();
			return -ENOENT;
		}
	}
	const char *move = tigetstr("cup");
	bool dumb = !move || move == (const char *)-1;

	terminal.colors = tigetnum("colors");
	del_curterm(cur_term);
	if (dumb) {
		terminal_forget();
		return -EINVAL;
	}
	*ret_terminal = terminal;
	return 0;
}

void terminal_forget(void)
{
	if (used)
		unsetenv("TERMINFO");
	used = false;
	if (own_home)
		setenv("HOME", own_home, 1);
	free(own_home);
	own_home = NULL;
}
