#include "model/base/util.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void (*oom_handler)(void);

_Noreturn void out_of_memory(void)
{
	if (oom_handler)
		oom_handler();
	abort();
}

void *xmalloc(size_t bytes)
{
	/* malloc(0) may give NULL, which is not a failure: ask for a byte instead. */
	void *memory = malloc(bytes ? bytes : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *xcalloc(size_t count, size_t bytes)
{
	void *memory = calloc(count ? count : 1, bytes ? bytes : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *xrealloc(void *old, size_t bytes)
{
	void *memory = realloc(old, bytes ? bytes : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

char *xstrdup(const char *string)
{
	return xstrndup(string, strlen(string));
}

char *xstrndup(const char *data, size_t len)
{
	size_t used = strnlen(data, len);
	char *copy = xmalloc(used + 1);

	memcpy(copy, data, used);
	copy[used] = '\0';
	return copy;
}

char *xvasprintf(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		out_of_memory();
	return text;
}

char *xasprintf(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	return text;
}

void *array_reserve_bytes(void *array, size_t *capacity, size_t count, size_t element_bytes)
{
	size_t wanted, bytes;

	if (count <= *capacity)
		return array;
	wanted = *capacity < 8 ? 8 : *capacity;
	while (wanted < count) {
		if (wanted > SIZE_MAX / 2)
			out_of_memory();
		wanted *= 2;
	}
	if (__builtin_mul_overflow(wanted, element_bytes, &bytes))
		out_of_memory();
	array = xrealloc(array, bytes);
	*capacity = wanted;
	return array;
}

static void read_version(const char *text, unsigned long ret_parts[2])
{
	char *end;

	ret_parts[0] = strtoul(text, &end, 10);
	ret_parts[1] = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
}

bool kernel_is_since(const char *release, const char *wanted)
{
	unsigned long have[2], want[2];

	read_version(release, have);
	read_version(wanted, want);
	return have[0] != want[0] ? have[0] > want[0] : have[1] >= want[1];
}

/* --- Arenas ----------------------------------------------------------------------------------- */

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
static void *arena_take(struct arena *arena, size_t bytes, size_t align)
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
	return arena_take(arena, bytes ? bytes : 1, _Alignof(max_align_t));
}

char *arena_copy(struct arena *arena, const char *data, size_t len)
{
	char *copy = arena_take(arena, len + 1, 1);

	if (len)
		memcpy(copy, data, len);
	return copy;
}

/* --- Words ------------------------------------------------------------------------------------ */

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein's rows, and one row more for swapped neighbors. */
size_t nearest_distance(const char *a, const char *b)
{
	size_t rows[3][NEAREST_WORD_BYTES + 1];
	size_t *two_ago = rows[0], *last = rows[1], *row = rows[2];
	size_t a_len = strnlen(a, NEAREST_WORD_BYTES + 1),
	       b_len = strnlen(b, NEAREST_WORD_BYTES + 1);

	if (a_len > NEAREST_WORD_BYTES || b_len > NEAREST_WORD_BYTES)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		last[j] = j;
	memcpy(two_ago, last, sizeof(rows[0]));
	for (size_t i = 1; i <= a_len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t changed = ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]) ? 0 : 1;

			row[j] = smaller(smaller(row[j - 1], last[j]) + 1, last[j - 1] + changed);
			if (i > 1 && j > 1 && ascii_lower(a[i - 1]) == ascii_lower(b[j - 2]) &&
			    ascii_lower(a[i - 2]) == ascii_lower(b[j - 1]))
				row[j] = smaller(row[j], two_ago[j - 2] + 1);
		}
		size_t *free_row = two_ago;

		two_ago = last;
		last = row;
		row = free_row;
	}
	return last[b_len];
}

const char *nearest_word(const char *word, const char *const *words, size_t count)
{
	const char *nearest = NULL;
	size_t len = strlen(word);
	size_t nearest_by = len < 4 ? len : (len + 3) / 2; /* none as far as this was meant */

	for (size_t i = 0; i < count; i++) {
		size_t by = nearest_distance(word, words[i]);

		if (by < nearest_by) {
			nearest_by = by;
			nearest = words[i];
		}
	}
	return nearest;
}
