/* Opening the explorer. */
#pragma once

#include "tui/tui.h"

/* What the command line says of it before the command; nsscope lesson NAME opens it as well. */
extern struct tui_options explore_options;

/* Runs the explorer until the person leaves.  Returns the exit status, after a message on standard
 * error where there is no usable terminal. */
int explore(const struct tui_options *options);
