/* Clocks and what /proc says of costs, for the benchmark. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* CLOCK_MONOTONIC in milliseconds. */
double now_ms(void);

void sort_times(double *times, size_t count);

/* Processor time of @pid and its children so far, in milliseconds, to the nanosecond where
 * /proc/PID/schedstat is there, else to the tick. */
double family_cpu_ms(pid_t pid);

/* Resident memory of @pid and its children, in megabytes (10^6 bytes). */
double family_resident_mb(pid_t pid);
