#include "model/base/arena.h"

#include "model/base/util.h"

#include <string.h>

enum { CHUNK_BYTES = 64 * 1024 };

struct arena_chunk {
	struct arena_chunk *older;
	max_align_t data[];
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){0};
}

void arena_done(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;

	while (chunk) {
		struct arena_chunk *older = chunk->older;

		free(chunk);
		chunk = older;
	}
	arena_init(arena);
}

static void add_chunk(struct arena *arena, size_t capacity)
{
	/* Zeroed by the system for fresh pages, so calloc is the cheap way to zeroed pieces. */
	struct arena_chunk *chunk = xcalloc(1, sizeof(*chunk) + capacity);

	chunk->older = arena->chunks;
	arena->chunks = chunk;
	arena->used = 0;
	arena->capacity = capacity;
	arena->total_bytes += sizeof(*chunk) + capacity;
}

/* A piece of @bytes, which begins at a multiple of @align (a power of two). */
static void *take(struct arena *arena, size_t bytes, size_t align)
{
	size_t at = (arena->used + align - 1) & ~(align - 1);

	if (!arena->chunks || at > arena->capacity || bytes > arena->capacity - at) {
		if (bytes > SIZE_MAX / 2)
			bytes = SIZE_MAX / 2; /* more than can be had: ends in oom_handler */
		add_chunk(arena, bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES);
		at = 0;
	}
	arena->used = at + bytes;
	return (char *)arena->chunks->data + at;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	return take(arena, bytes ? bytes : 1, _Alignof(max_align_t));
}

char *arena_copy(struct arena *arena, const char *data, size_t len)
{
	char *copy = take(arena, len + 1, 1);

	if (len)
		memcpy(copy, data, len);
	return copy;
}
