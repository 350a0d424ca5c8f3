#include "tui/terminals.h"

#include "model/util.h"

#include <stdbool.h>
#include <string.h>

/* Those that understand what another one does, by the word of those who make them. */
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

const char *terminals_use(const char *term)
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

void terminals_forget(void)
{
	if (used)
		unsetenv("TERMINFO");
	used = false;
}
