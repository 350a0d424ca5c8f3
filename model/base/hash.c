#include "model/base/hash.h"

#include "model/base/util.h"

enum { FIRST_CAPACITY = 16 };

void hash_done(struct hash *hash)
{
	free(hash->slots);
	*hash = (struct hash){0};
}

static void put(struct hash *hash, struct hash_slot slot)
{
	size_t at = slot.hash & (hash->capacity - 1);

	while (hash->slots[at].item)
		at = (at + 1) & (hash->capacity - 1);
	hash->slots[at] = slot;
	hash->count++;
}

void hash_put(struct hash *hash, uint64_t value, void *item)
{
	if (2 * (hash->count + 1) > hash->capacity) {
		struct hash wider = {
		    .capacity = hash->capacity ? hash->capacity * 2 : FIRST_CAPACITY};

		wider.slots = xcalloc(wider.capacity, sizeof(*wider.slots));
		for (size_t at = 0; at < hash->capacity; at++) {
			if (hash->slots[at].item)
				put(&wider, hash->slots[at]);
		}
		free(hash->slots);
		*hash = wider;
	}
	put(hash, (struct hash_slot){.hash = value, .item = item});
}
