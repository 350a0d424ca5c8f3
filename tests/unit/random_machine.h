/* Machines that no kernel would show, but that are the same on every run: for what must hold whatever a
 * graph says. */
#pragma once

#include <stdint.h>

/* The next number below @below, from a @seed that is not 0. */
uint32_t next_random(uint32_t *seed, uint32_t below);

/* The text of a fixture (fixture.h), to be freed. */
char *random_machine(uint32_t *seed);
