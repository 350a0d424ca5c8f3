#include "scanner/scan/socket_nets.h"

#include "model/base/util.h"

struct entry {
	uint64_t socket_ino; /* 0 for none */
	uint64_t net_ino;
};

struct table {
	struct entry *entries;
	size_t capacity, count; /* a power of two, or 0; at most half full */
};

struct socket_nets {
	struct table now, last; /* looked up in this round, in the last one */
};

struct socket_nets *socket_nets_new(void)
{
	return xcalloc(1, sizeof(struct socket_nets));
}

void socket_nets_free(struct socket_nets *nets)
{
	if (!nets)
		return;
	free(nets->now.entries);
	free(nets->last.entries);
	free(nets);
}

/* The entry of @ino, or the empty one where it belongs. */
static struct entry *place_of(const struct table *table, uint64_t ino)
{
	size_t mask = table->capacity - 1;
	size_t at = (size_t)(ino * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;

	while (table->entries[at].socket_ino && table->entries[at].socket_ino != ino)
		at = (at + 1) & mask;
	return &table->entries[at];
}

static void widen(struct table *table)
{
	struct table wider = {
	    .capacity = table->capacity ? table->capacity * 2 : 64, .count = table->count};

	wider.entries = xcalloc(wider.capacity, sizeof(*wider.entries));
	for (size_t i = 0; i < table->capacity; i++) {
		if (table->entries[i].socket_ino)
			*place_of(&wider, table->entries[i].socket_ino) = table->entries[i];
	}
	free(table->entries);
	*table = wider;
}

void socket_nets_put(struct socket_nets *nets, uint64_t socket_ino, uint64_t net_ino)
{
	struct entry *entry;

	if (2 * (nets->now.count + 1) > nets->now.capacity)
		widen(&nets->now);
	entry = place_of(&nets->now, socket_ino);
	nets->now.count += entry->socket_ino == 0;
	*entry = (struct entry){.socket_ino = socket_ino, .net_ino = net_ino};
}

bool socket_nets_get(struct socket_nets *nets, uint64_t socket_ino, uint64_t *ret_net_ino)
{
	const struct entry *entry = NULL;

	if (nets->now.capacity)
		entry = place_of(&nets->now, socket_ino);
	if (entry && entry->socket_ino) {
		*ret_net_ino = entry->net_ino;
		return true;
	}
	if (nets->last.capacity)
		entry = place_of(&nets->last, socket_ino);
	if (!entry || !entry->socket_ino)
		return false;
	*ret_net_ino = entry->net_ino;
	socket_nets_put(nets, socket_ino, entry->net_ino);
	return true;
}

void socket_nets_turn(struct socket_nets *nets)
{
	free(nets->last.entries);
	nets->last = nets->now;
	nets->now = (struct table){.entries = NULL};
}
