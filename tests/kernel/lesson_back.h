/* Every lesson, on the real kernel: going back and beginning again changes nothing of what comes out.
 * Cut into programs. */
#pragma once

#include <stddef.h>

enum { BACK_PARTS = 4 };

/* The main function of the program for the part @part, from 0 (each_part). */
int lesson_back_main(size_t part);
