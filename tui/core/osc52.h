/* The terminal's clipboard, by the sequence OSC 52 of xterm (ctlseqs): the text goes to the terminal
 * in base64, so nothing in it can be taken for a control sequence.
 *
 * The terminal does not answer: some have no clipboard, some ask the user, some are set to ignore it. */
#pragma once

#include <stddef.h>

/* The longest text that every terminal with a clipboard takes: hterm stops at 100 000 bytes of
 * sequence. */
enum { OSC52_BYTES_MAX = 74000 };

/* The sequence for @len bytes of @text, to be freed; NULL where it is too long. */
char *osc52_sequence(const char *text, size_t len);

/* Whether the terminal that the environment names can take it. */
enum osc52_support {
	OSC52_UNKNOWN, /* it can't be known */
	OSC52_TMUX,    /* tmux passes it on where set-clipboard is on, tmux(1) */
	OSC52_NONE,    /* the Linux console and GNU screen have no such thing */
};
/* @term, @tmux: the variables TERM and TMUX, NULL where not set. */
enum osc52_support osc52_support(const char *term, const char *tmux);
