/* What changed from one list of records to the next, and the way back.
 *
 * A list is records one behind the other, each its length (four bytes, see bytes_set_u32) and then
 * its bytes: a kind and two numbers, which are its key, and whatever follows.  Both lists are sorted
 * by key.  That is all this knows: what the records say is the business of graph_codec.h.
 *
 * A delta says in which order records of the old list are taken over, left out, or taken over in
 * part, and which are new.
 */
#pragma once

#include "model/bytes.h"

/* Appends to @delta what makes @after of @before; both are well-formed lists. */
void delta_make(const uint8_t *before, size_t before_len, const uint8_t *after, size_t after_len,
    struct bytes *delta);

/* Appends to @after what @delta, which may be anything, makes of the well-formed list @before.
 * @most: bytes that @after may have at most.
 * Returns false, with @delta->expected set, where it is no delta of @before. */
bool delta_apply(const uint8_t *before, size_t before_len, struct byte_reader *delta, size_t most,
    struct bytes *after);

/* Is that a list: do the lengths of its records fit, and does each have a key?  @reader->expected
 * says what is wrong. */
bool records_check(struct byte_reader *reader);
