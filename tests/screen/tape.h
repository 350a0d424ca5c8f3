/* The explorer on a machine that a test describes: snapshots as text (tests/unit/fixture.h), recorded, and shown
 * by "nsscope replay". */
#pragma once

#include "tests/screen/rig.h"

#include <stdio.h>

struct tape_snapshot {
	uint64_t
	    at_ms; /* on the clock of history_push, from 1; seconds apart, so that the header shows it */
	const char *machine;
};

/* 2026-01-01 12:00:00 UTC, the time zone of the rig: when a snapshot at 0 was taken. */
#define TAPE_BEGIN_MS UINT64_C(1767268800000)

/* Writes the recording of @count snapshots to @file.  Fails the test where that can't be done. */
void tape_record(const struct tape_snapshot *snapshots, size_t count, FILE *file);

/* The same to a new file; returns its path, to be freed. */
char *tape_write(const struct tape_snapshot *snapshots, size_t count);

/* The same, where the machine was suspended for @suspended_ms before the snapshot @from. */
char *tape_write_suspended(
    const struct tape_snapshot *snapshots, size_t count, size_t from, uint64_t suspended_ms);

/* Starts the explorer on them, at the first one, and waits until it shows that.
 * @options: as for rig_start, NULL for the defaults; its words come before "replay". */
struct rig *tape_open(
    const struct tape_snapshot *snapshots, size_t count, const struct rig_options *options);

/* One snapshot that stays. */
struct rig *tape_open_machine(const char *machine, const struct rig_options *options);
