/* Allocation, growing arrays, arenas. */
#include "model/base/util.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static void copies_strings(void **state)
{
	autofree char *all = xstrdup("namespace");
	autofree char *part = xstrndup("namespace", 4);
	autofree char *shorter = xstrndup("ns", 4);
	autofree char *text = xasprintf("%s:[%u]", "uts", 4026531838U);

	(void)state;
	assert_string_equal(all, "namespace");
	assert_string_equal(part, "name");
	assert_string_equal(shorter, "ns");
	assert_string_equal(text, "uts:[4026531838]");
}

static void nothing_is_something(void **state)
{
	autofree void *a = xmalloc(0);
	autofree void *b = xcalloc(0, 8);
	autofree void *c = xrealloc(NULL, 0);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
}

static void arrays_grow_and_keep_their_elements(void **state)
{
	autofree int *numbers = NULL;
	size_t room = 0;

	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		array_reserve(numbers, room, i + 1);
		assert_true(room > i);
		numbers[i] = (int)i;
	}
	assert_true(room < 40000);
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(numbers[i], i);
}

/* Wherever it is, also where there are several or none. */
static void a_lower_bound_is_the_first_that_is_not_before(void **state)
{
	static const int numbers[] = {1, 3, 3, 3, 5, 8};

	(void)state;
	for (size_t count = 0; count <= array_len(numbers); count++) {
		for (int wanted = 0; wanted < 10; wanted++) {
			size_t first = 0;

			while (first < count && numbers[first] < wanted)
				first++;
			assert_int_equal(lower_bound(i, count, numbers[i] < wanted), first);
		}
	}
}

static void end_with_7(void)
{
	_exit(7);
}

/* Runs @hungry in a child, whose exit status tells whether the handler was called. */
static void assert_ends_in_handler(void (*hungry)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		oom_handler = end_with_7;
		hungry();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void want_too_many_elements(void)
{
	size_t room = 0;

	array_reserve_bytes(NULL, &room, SIZE_MAX / 4, 64);
}

static void want_beyond_counting(void)
{
	size_t room = SIZE_MAX / 2 + 1;

	array_reserve_bytes(NULL, &room, SIZE_MAX, 1);
}

static void sizes_that_overflow_end_in_the_handler(void **state)
{
	(void)state;
	assert_ends_in_handler(want_too_many_elements);
	assert_ends_in_handler(want_beyond_counting);
}

static void arena_pieces_are_apart_zeroed_and_aligned(void **state)
{
	static char *pieces[3000];
	struct arena arena;
	size_t wanted = 0;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < array_len(pieces); i++) {
		size_t bytes = i % 97;

		pieces[i] = arena_alloc(&arena, bytes);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t at = 0; at < bytes; at++)
			assert_int_equal(pieces[i][at], 0);
		memset(pieces[i], (int)(i % 251), bytes);
		wanted += bytes;
	}
	for (size_t i = 0; i < array_len(pieces); i++) {
		for (size_t at = 0; at < i % 97; at++)
			assert_int_equal((unsigned char)pieces[i][at], i % 251);
	}
	assert_true(arena.total_bytes >= wanted);
	arena_done(&arena);
	assert_int_equal(arena.total_bytes, 0);
}

/* A number that is given back may be another file's as soon as it is closed. */
static void what_was_closed_has_no_number(void **state)
{
	int fd = dup(STDERR_FILENO), other;

	(void)state;
	assert_true(fd >= 0);
	close_fd(&fd);
	assert_int_equal(fd, -1);
	other = dup(STDERR_FILENO);
	close_fd(&fd);
	assert_int_equal(fcntl(other, F_GETFD), 0);
	close_fd(&other);
}

static void arena_copies(void **state)
{
	enum { LARGE = 300000 };
	autofree char *large = xmalloc(LARGE);
	struct arena arena;
	const char *a, *b, *c;

	(void)state;
	memset(large, 'x', LARGE);
	arena_init(&arena);
	a = arena_copy(&arena, "a\0b", 3);
	b = arena_copy(&arena, large, LARGE);
	c = arena_copy(&arena, NULL, 0);
	assert_memory_equal(a, "a\0b", 4);
	assert_memory_equal(b, large, LARGE);
	assert_int_equal(b[LARGE], 0);
	assert_string_equal(c, "");
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(copies_strings),
	    cmocka_unit_test(nothing_is_something),
	    cmocka_unit_test(arrays_grow_and_keep_their_elements),
	    cmocka_unit_test(a_lower_bound_is_the_first_that_is_not_before),
	    cmocka_unit_test(sizes_that_overflow_end_in_the_handler),
	    cmocka_unit_test(what_was_closed_has_no_number),
	    cmocka_unit_test(arena_pieces_are_apart_zeroed_and_aligned),
	    cmocka_unit_test(arena_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
