/* Letting a program on a rig run. */
#pragma once

#include "tests/screen/rig.h"

/* Takes what @rig's program paints, for @ms. */
void rest(struct rig *rig, double ms);
