/* Recordings of version 1, which nsscope wrote before it had Zstandard.  They are read, and written no more.
 *
 *     nsscope recording 1\n
 *     KIND LENGTH CHECKSUM MOMENT     for each moment, "W" (whole) or "D" (what changed)
 *     "E" 0 CHECKSUM                  written last
 *
 * LENGTH and CHECKSUM take four bytes each, the lowest first; the checksum is the CRC-32 of IEEE 802.3, of kind,
 * length and moment.  A moment is its two times and a graph, which has the records and fields of graph_codec.h;
 * but a number, whatever its width, takes only the bytes that it needs (LEB128).  What changed is told by steps
 * that keep, drop, add or patch records of the graph before.
 */
#pragma once

#include "model/record/snapshot.h"

/* Reads the next record.  Returns its kind, 'W', 'D' or 'E', with @ret_snapshot filled where it is a moment; or 0
 * with what is wrong noted in @in. */
char recording_1_next(struct byte_reader *in, struct snapshot *ret_snapshot);

/* Makes the content of @snapshot, as of snapshot.h, of what @before was; of no bytes: nothing was read.
 * Returns NULL, or what is wrong, a msgid, and sets @offset to where in the file. */
const char *recording_1_content(const struct snapshot *snapshot, const struct bytes *before,
    struct bytes *content, size_t *offset);
