/* The clock that slices are measured with. */
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
