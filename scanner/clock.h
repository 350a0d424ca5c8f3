/* The clocks: one that slices are measured with, one for what is shown. */
#pragma once

#include <stdint.h>
#include <time.h>

/* Monotonic time in microseconds. */
static inline uint64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The clock of histories, in milliseconds, never 0, which means "never" in the model.  It goes on while the
 * machine is suspended (CLOCK_BOOTTIME, clock_gettime(2)): how long ago something was seen is subtracted from
 * the time on the wall. */
static inline uint64_t clock_history_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000 + 1;
}
