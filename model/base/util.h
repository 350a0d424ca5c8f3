/* Small things that every floor needs: cleanup attributes, allocation that does not fail, and
 * growing arrays.
 *
 * Out of memory ends the program through oom_handler, which a screen sets so that the terminal is
 * given back first: a viewer of /proc has nothing better to do then.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

void *xmalloc(size_t bytes);
void *xcalloc(size_t count, size_t bytes);
void *xrealloc(void *old, size_t bytes);
char *xstrdup(const char *string);
char *xstrndup(const char *data, size_t len);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Called before the program ends for want of memory; NULL for nothing. */
extern void (*oom_handler)(void);
/* For libraries that allocate by themselves and say that they could not. */
_Noreturn void out_of_memory(void);

/* Reserves @array for @count elements of type *array; @capacity is in elements. */
#define array_reserve(array, capacity, count)                                                      \
	((array) = array_reserve_bytes((array), &(capacity), (count), sizeof(*(array))))
void *array_reserve_bytes(void *array, size_t *capacity, size_t count, size_t element_bytes);

/* The lower bound in a sorted array of @count elements: the first place for which @is_before, an expression of
 * the place @at, does not hold; @count where it holds for all. */
#define lower_bound(at, count, is_before)                                                          \
	__extension__({                                                                            \
		size_t lower_bound_from = 0, lower_bound_to = (count);                             \
		while (lower_bound_from < lower_bound_to) {                                        \
			const size_t at =                                                          \
			    lower_bound_from + (lower_bound_to - lower_bound_from) / 2;            \
			if (is_before)                                                             \
				lower_bound_from = at + 1;                                         \
			else                                                                       \
				lower_bound_to = at;                                               \
		}                                                                                  \
		lower_bound_from;                                                                  \
	})

static inline void free_pointer(void *pointer)
{
	free(*(void **)pointer);
}

/* Closes @fd, and leaves -1 there: by then its number may be that of another file. */
static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

#define autofree  __attribute__((cleanup(free_pointer)))
#define autoclose __attribute__((cleanup(close_fd)))

#define array_len(array) (sizeof(array) / sizeof((array)[0]))

/* For qsort(3). */
static inline int compare_u64(uint64_t left, uint64_t right)
{
	return left < right ? -1 : left > right;
}

static inline size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Other letters, and bytes of UTF-8, are as they were. */
static inline char ascii_lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* Is the kernel that calls itself @release ("6.1.0-13-amd64") as new as @wanted ("5.6")?  What has
 * no numbers counts as 0.0. */
bool kernel_is_since(const char *release, const char *wanted);

/* --- Arenas: memory that is freed all at once --- */

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

/* --- "Did you mean …?": the valid word that is nearest to a wrong one --- */

enum { NEAREST_WORD_BYTES = 64 }; /* a longer wrong word is near to nothing */

/* How many letters must be added, left out, changed or swapped with their neighbor to make @a
 * into @b.  A letter in the wrong case (ASCII) is no change at all.
 * Words longer than NEAREST_WORD_BYTES count as infinitely far: SIZE_MAX. */
size_t nearest_distance(const char *a, const char *b);

/* The word of @words that is nearest to @word; the first of equals.  NULL where none is near
 * enough to have been meant, or @word is empty. */
const char *nearest_word(const char *word, const char *const *words, size_t count);
