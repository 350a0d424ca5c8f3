/* Every lesson, on the real kernel: whatever ends the player, nothing of it is left.  Cut into programs. */
#pragma once

#include <stddef.h>

enum { LEFT_PARTS = 2 };

/* The main function of the program for the part @part, from 0 (each_part). */
int lesson_left_main(size_t part);
