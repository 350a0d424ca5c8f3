/* The clocks: one that slices and limits are measured with, one for what is shown, one for what it costs. */
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

/* The same in milliseconds. */
static inline int64_t clock_ms(void)
{
	return (int64_t)(clock_us() / 1000);
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

/* What this thread has worked, in milliseconds of a processor.  By that it is said how often to look: where others
 * take the processor from us, that is no reason to look more rarely. */
static inline double clock_worked_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}
