/* The picture of the lab's pane: its boxes, what they come to, and what was done. */
#pragma once

#include "tui/views/view_lab.h"

/* @base: of a lab view that is open. */
void lab_view_paint(struct view *base, bool focused);
