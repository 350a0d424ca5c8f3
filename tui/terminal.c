#include "tui/tui.h"

#include <curses.h>
#include <errno.h>
#include <term.h>
#include <unistd.h>

int tui_terminal(int *ret_colours)
{
	char cup[] = "cup", colours[] = "colors";
	int error = 0, r = 0;

	if (setupterm(NULL, STDOUT_FILENO, &error) == ERR)
		return -EINVAL;
	const char *move = tigetstr(cup);
	if (!move || move == (const char *)-1)
		r = -EINVAL;
	else
		*ret_colours = tigetnum(colours);
	del_curterm(cur_term);
	return r;
}
