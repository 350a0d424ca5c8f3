/* The explorer on a machine that a test describes: moments as text (tests/unit/fixture.h), recorded, and shown
 * by "nsscope replay". */
#pragma once

#include "tests/screen/rig.h"

#include <stdio.h>

struct tape_moment {
	uint64_t
	    at_ms; /* on the clock of history_push, from 1; seconds apart, to be seen in the header */
	const char *machine;
};

/* 2026-01-01 12:00:00 UTC, the time zone of the rig: when a moment at 0 was taken. */
#define TAPE_BEGIN_MS UINT64_C(1767268800000)

/* Writes the recording of @count moments to @file.  Fails the test where that can't be done. */
void tape_record(const struct tape_moment *moments, size_t count, FILE *file);

/* The same to a new file; returns its path, to be freed. */
char *tape_write(const struct tape_moment *moments, size_t count);

/* The same, where the machine was suspended for @suspended_ms before the moment @from. */
char *tape_write_suspended(
    const struct tape_moment *moments, size_t count, size_t from, uint64_t suspended_ms);

/* Starts the explorer on them, at the first one, and waits for its picture.
 * @options: as for rig_start, NULL for the defaults; its words come before "replay". */
struct rig *tape_open(
    const struct tape_moment *moments, size_t count, const struct rig_options *options);

/* One moment that stays. */
struct rig *tape_open_machine(const char *machine, const struct rig_options *options);
