/* The file of "nsscope record": moments one behind the other, with what tells whether they are
 * whole.
 *
 *     nsscope recording 1\n
 *     KIND LENGTH CHECKSUM MOMENT     for each moment, "W" (whole) or "D" (what changed)
 *     "E" 0 CHECKSUM                  written last, where nothing interrupted it
 *
 * LENGTH and CHECKSUM take four bytes each, the lowest first; the checksum (bytes_checksum) is of kind,
 * length and moment.  A moment is when it was shown and when it was taken, two numbers, and then its
 * bytes.  It is only ever appended to, so what was written before an interruption can be read.
 */
#pragma once

#include "model/past.h"

void recording_begin(struct bytes *out);
/* Appends the moment that @writer makes of @graph.  Returns 0, or an error of moment_write. */
int recording_put(
    struct moment_writer *writer, const struct graph *graph, uint64_t at_ms, struct bytes *out);
void recording_end(struct bytes *out);

/* May @data be the beginning of a recording of this version?  At the beginning of a file that has no end this
 * is to be known before all of it is read. */
bool recording_may_begin(const uint8_t *data, size_t len);

/* What is wrong with a file, and where. */
struct recording_fault {
	size_t offset;        /* bytes from its beginning */
	const char *expected; /* what should have stood there, msgid */
};

/* Adds to @past the moments of a file, of whose bytes they borrow.
 * Returns 0; -ENODATA where it ends in mid-way between two moments, without its last record: it was interrupted;
 * -EBADMSG where it is damaged or cut: what comes before the fault was added; -EINVAL: that is no recording;
 * or -ENOTSUP: of a newer version.
 * @ret_fault: set on all errors. */
int recording_load(
    const uint8_t *data, size_t len, struct past *past, struct recording_fault *ret_fault);
