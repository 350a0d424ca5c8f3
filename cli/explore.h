/* Opening the explorer. */
#pragma once

#include "tui/tui.h"

/* What settings and options say; a command adds what it shows. */
extern struct tui_options explore_options;

/* Runs the explorer until the user quits; sets which characters @options allows.  Returns the exit
 * status, after a message on standard error where there is no usable terminal. */
int explore(struct tui_options *options);
