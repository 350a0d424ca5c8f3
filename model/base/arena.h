/* Memory that is freed all at once: what a graph owns. */
#pragma once

#include <stddef.h>

struct arena {
	struct arena_chunk *chunks; /* the newest first */
	size_t used, capacity;      /* in the newest, bytes */
	size_t total_bytes;
};

void arena_init(struct arena *arena);
void arena_done(struct arena *arena);
/* Zeroed, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* A copy of @len bytes and a NUL behind them. */
char *arena_copy(struct arena *arena, const char *data, size_t len);
