/* A hash table of borrowed items: open addressing, at most half full, nothing is removed.
 *
 * It has hashes, not keys: a look-up goes over all items with a hash, in any order, and compares them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct hash_slot {
	uint64_t hash;
	void *item; /* NULL: nothing is here */
};

/* All zero to begin with. */
struct hash {
	struct hash_slot *slots;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

void hash_done(struct hash *hash);
/* @item: not NULL. */
void hash_put(struct hash *hash, uint64_t value, void *item);

/* hash_each(item, hash, value) { … }: goes over what has the hash @value; @item is NULL behind the last one. */
#define hash_each(item, hash, value)                                                               \
	for (struct hash_walk walk_ = {(hash), (value), 0}; ((item) = hash_next(&walk_));)

struct hash_walk {
	const struct hash *hash;
	uint64_t value;
	size_t at;
};

static inline void *hash_next(struct hash_walk *walk)
{
	const struct hash_slot *slot;

	if (!walk->hash->capacity)
		return NULL;
	do
		slot = &walk->hash->slots[(walk->value + walk->at++) & (walk->hash->capacity - 1)];
	while (slot->item && slot->hash != walk->value);
	return slot->item;
}

/* The finaliser of MurmurHash3: every bit of @value reaches the low bits, and no two become the same. */
static inline uint64_t hash_mix(uint64_t value)
{
	value ^= value >> 33;
	value *= UINT64_C(0xff51afd7ed558ccd);
	value ^= value >> 33;
	value *= UINT64_C(0xc4ceb9fe1a85ec53);
	value ^= value >> 33;
	return value;
}
