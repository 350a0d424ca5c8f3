/* Is each call of each lesson needed?  Played once for each way to spoil one (mutate.h): a check or
 * an expectation must fail.  Cut into programs, since there are some thousand plays. */
#pragma once

#include <stddef.h>

enum { MUTATION_PARTS = 8 };

/* The main function of the program for every lesson of the order of teaching whose number is
 * @part, from 0, modulo MUTATION_PARTS. */
int lesson_mutations_main(size_t part);
