/* Which rows a person folded or unfolded, kept by key.  There are no more than somebody pressed keys. */
#include "model/base/hash.h"
#include "model/base/util.h"
#include "model/view/outline_tree.h"

#include <string.h>

struct fold {
	struct row_key key;
	bool folded;
	struct fold *next; /* of all */
};

struct folds {
	struct hash table;
	struct fold *first;
};

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
	case ROW_NS_GROUP:
		return a->ns_group == b->ns_group;
	case ROW_UNKNOWN:
	case ROW_NOTE:
		return a->type == b->type && a->why == b->why;
	}
	return false;
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
		hash = process_id_hash(&key->process) ^ hash_mix(ns_id_hash(&key->ns));
		break;
	case ROW_THREAD:
		hash = process_id_hash(&key->process) ^ hash_mix(ns_id_hash(&key->ns)) ^
		       hash_mix((uint64_t)key->tid);
		break;
	case ROW_NS_GROUP:
		hash = key->ns_group;
		break;
	case ROW_UNKNOWN:
	case ROW_NOTE:
		hash = (uint64_t)key->type << 8 | key->why;
		break;
	}
	return hash_mix(hash ^ (uint64_t)key->kind << 61);
}

struct folds *folds_new(void)
{
	return xcalloc(1, sizeof(struct folds));
}

void folds_free(struct folds *folds)
{
	if (folds)
		folds_clear(folds);
	free(folds);
}

void folds_clear(struct folds *folds)
{
	while (folds->first) {
		struct fold *fold = folds->first;

		folds->first = fold->next;
		free(fold);
	}
	hash_done(&folds->table);
}

static struct fold *find_fold(const struct folds *folds, const struct row_key *key)
{
	struct fold *fold;

	hash_each (fold, &folds->table, row_key_hash(key)) {
		if (row_key_equal(&fold->key, key))
			break;
	}
	return fold;
}

void folds_set(struct folds *folds, const struct row_key *key, bool folded)
{
	struct fold *fold = find_fold(folds, key);

	if (!fold) {
		fold = xmalloc(sizeof(*fold));
		*fold = (struct fold){.key = *key, .next = folds->first};
		folds->first = fold;
		hash_put(&folds->table, row_key_hash(key), fold);
	}
	fold->folded = folded;
}

bool folds_get(const struct folds *folds, const struct row_key *key, bool by_default)
{
	const struct fold *fold = find_fold(folds, key);

	return fold ? fold->folded : by_default;
}
