/* The file of "nsscope record": moments one behind the other, with what tells whether they are
 * whole.
 *
 *     nsscope recording 2\n
 *     KIND LENGTH AT TAKEN FRAME      for each moment, "W" (whole) or "D" (what changed)
 *     "E"                             written last, where nothing interrupted it
 *
 * LENGTH takes four bytes, AT and TAKEN eight, the lowest first.  They are the length of the frame and the two
 * times of the moment, which stand in the frame once more, under its checksum; the frame is that of snapshot.h.
 * The file is only ever appended to, so what was written before an interruption can be read.  Files of version
 * 1 are read as well, see recording.c and snapshot.c.
 */
#pragma once

#include "model/record/history_log.h"

void recording_begin(struct bytes *out);
/* Appends the moment that @writer makes of @graph.  Returns 0, or an error of snapshot_write. */
int recording_put(
    struct snapshot_writer *writer, const struct graph *graph, uint64_t at_ms, struct bytes *out);
void recording_end(struct bytes *out);

/* May @data be the beginning of a recording that can be read?  At the beginning of a file that has no end this
 * is to be known before all of it is read. */
bool recording_may_begin(const uint8_t *data, size_t len);

/* What is wrong with a file, and where. */
struct recording_fault {
	size_t offset;        /* bytes from its beginning */
	const char *expected; /* what should have stood there, msgid */
};

/* Adds to @history_log the moments of a file, of whose bytes they borrow.
 * Returns 0; -ENODATA where it ends in mid-way between two moments, without its last record: it was interrupted;
 * -EBADMSG where it is damaged or cut: what comes before the fault was added; -EINVAL: that is no recording;
 * or -ENOTSUP: of a newer version.  Damage inside of a frame is found when that moment is read.
 * @ret_fault: set on all errors. */
int recording_load(const uint8_t *data, size_t len, struct history_log *history_log,
    struct recording_fault *ret_fault);
