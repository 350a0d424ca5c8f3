/* Which rows a person folded or unfolded, kept by key: an open hash table that only grows, since
 * there are no more entries than somebody pressed keys. */
#include "model/outline_tree.h"
#include "model/util.h"

#include <string.h>

struct fold {
	struct row_key key;
	bool used, folded;
};

struct folds {
	struct fold *slots;
	size_t slot_count; /* a power of two, or 0 */
	size_t used;
};

enum { FOLDS_MIN_SLOTS = 64 };

bool row_key_equal(const struct row_key *a, const struct row_key *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case ROW_TYPE:
		return a->type == b->type;
	case ROW_NS:
	case ROW_MEMBERS:
		return ns_id_equal(&a->ns, &b->ns);
	case ROW_PROCESS:
		return process_id_equal(&a->process, &b->process) && ns_id_equal(&a->ns, &b->ns);
	case ROW_THREAD:
		return a->tid == b->tid && process_id_equal(&a->process, &b->process) &&
		       ns_id_equal(&a->ns, &b->ns);
	case ROW_ROOM:
		return a->room == b->room;
	case ROW_UNKNOWN:
	case ROW_NOTE:
		return a->type == b->type && a->why == b->why;
	}
	return false;
}

/* Spreads @value over all bits: Fibonacci hashing, with the high bits brought down. */
static uint64_t mix(uint64_t value)
{
	value *= 0x9e3779b97f4a7c15ULL; /* 2^64 divided by the golden ratio */
	return value ^ value >> 32;
}

uint64_t row_key_hash(const struct row_key *key)
{
	uint64_t hash = 0;

	switch (key->kind) {
	case ROW_TYPE:
		hash = key->type;
		break;
	case ROW_NS:
	case ROW_MEMBERS:
		hash = ns_id_hash(&key->ns);
		break;
	case ROW_PROCESS:
		hash = process_id_hash(&key->process) ^ mix(ns_id_hash(&key->ns));
		break;
	case ROW_THREAD:
		hash = process_id_hash(&key->process) ^ mix(ns_id_hash(&key->ns)) ^
		       mix((uint64_t)key->tid);
		break;
	case ROW_ROOM:
		hash = key->room;
		break;
	case ROW_UNKNOWN:
	case ROW_NOTE:
		hash = (uint64_t)key->type << 8 | key->why;
		break;
	}
	return mix(hash ^ (uint64_t)key->kind << 61);
}

struct folds *folds_new(void)
{
	return xcalloc(1, sizeof(struct folds));
}

void folds_free(struct folds *folds)
{
	if (folds)
		free(folds->slots);
	free(folds);
}

void folds_clear(struct folds *folds)
{
	free(folds->slots);
	*folds = (struct folds){0};
}

/* The slot that holds @key, or the empty one where it belongs. */
static struct fold *folds_slot(const struct folds *folds, const struct row_key *key)
{
	size_t mask = folds->slot_count - 1;
	size_t at = row_key_hash(key) & mask;

	while (folds->slots[at].used && !row_key_equal(&folds->slots[at].key, key))
		at = (at + 1) & mask;
	return &folds->slots[at];
}

static void folds_grow(struct folds *folds)
{
	struct fold *old = folds->slots;
	size_t old_count = folds->slot_count;

	folds->slot_count = old_count ? 2 * old_count : FOLDS_MIN_SLOTS;
	folds->slots = xcalloc(folds->slot_count, sizeof(*folds->slots));
	for (size_t i = 0; i < old_count; i++) {
		if (old[i].used)
			*folds_slot(folds, &old[i].key) = old[i];
	}
	free(old);
}

void folds_set(struct folds *folds, const struct row_key *key, bool folded)
{
	/* At most half full, so that a look-up always meets an empty slot soon. */
	if (2 * (folds->used + 1) > folds->slot_count)
		folds_grow(folds);

	struct fold *slot = folds_slot(folds, key);
	if (!slot->used)
		folds->used++;
	*slot = (struct fold){.key = *key, .used = true, .folded = folded};
}

bool folds_get(const struct folds *folds, const struct row_key *key, bool by_default)
{
	if (!folds->used)
		return by_default;

	const struct fold *slot = folds_slot(folds, key);
	return slot->used ? slot->folded : by_default;
}
