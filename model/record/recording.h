/* The file of "nsscope record": one snapshot after the other, and a last record that shows that the
 * file is complete.
 *
 *     nsscope recording 2\n
 *     KIND LENGTH AT TAKEN FRAME      for each snapshot, "W" (whole) or "D" (what changed)
 *     "E"                             written last, where nothing interrupted it
 *
 * LENGTH takes four bytes, AT and TAKEN eight, the lowest first. They are the length of the frame and
 * the two times of the snapshot, which are also in the frame, under its checksum; the frame is that of
 * snapshot.h. The file is only appended to, so all that was written before an interruption can be
 * read. Files of version 1 are read as well, see recording.c and snapshot.c. */
#pragma once

#include "model/record/history_log.h"

void recording_begin(struct bytes *out);
/* Appends the snapshot that @writer makes of @graph. Returns 0, or an error of snapshot_write. */
int recording_put(
    struct snapshot_writer *writer, const struct graph *graph, uint64_t at_ms, struct bytes *out);
void recording_end(struct bytes *out);

/* May @data be the beginning of a readable recording? This is checked before all of an endless file is
 * read. */
bool recording_may_begin(const uint8_t *data, size_t len);

/* The fault of a file, and its place. */
struct recording_fault {
	size_t offset;        /* bytes from its beginning */
	const char *expected; /* what was expected there, msgid */
};

/* Adds to @history_log the snapshots of a file, whose bytes they borrow.
 * Returns 0; -ENODATA where it ends between two snapshots, without its last record: it was
 * interrupted; -EBADMSG where it is damaged or cut: what is before the fault was added; -EINVAL: not a
 * recording; or -ENOTSUP: of a newer version. Damage inside of a frame is found when that snapshot is
 * read.
 * @ret_fault: set on all errors. */
int recording_load(const uint8_t *data, size_t len, struct history_log *history_log,
    struct recording_fault *ret_fault);
