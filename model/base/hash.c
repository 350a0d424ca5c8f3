#include "model/base/hash.h"

#include "model/base/util.h"

enum { FIRST_ROOM = 16 };

void hash_done(struct hash *hash)
{
	free(hash->slots);
	*hash = (struct hash){0};
}

static void put(struct hash *hash, struct hash_slot slot)
{
	size_t at = slot.hash & (hash->room - 1);

	while (hash->slots[at].item)
		at = (at + 1) & (hash->room - 1);
	hash->slots[at] = slot;
	hash->count++;
}

void hash_put(struct hash *hash, uint64_t value, void *item)
{
	if (2 * (hash->count + 1) > hash->room) {
		struct hash wider = {.room = hash->room ? hash->room * 2 : FIRST_ROOM};

		wider.slots = xcalloc(wider.room, sizeof(*wider.slots));
		for (size_t at = 0; at < hash->room; at++) {
			if (hash->slots[at].item)
				put(&wider, hash->slots[at]);
		}
		free(hash->slots);
		*hash = wider;
	}
	put(hash, (struct hash_slot){.hash = value, .item = item});
}
