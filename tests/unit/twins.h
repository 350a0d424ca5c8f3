/* Are two graphs one and the same, in what sources fill and in what sealing makes of it? */
#pragma once

#include "model/graph/graph.h"

/* Fails the test where they differ in anything but what is for sources only. */
void assert_twins(const struct graph *a, const struct graph *b);
