/* The one hash table: what was put there is found, and nothing else. */
#include "model/base/hash.h"
#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include <cmocka.h>

enum { ITEMS = 6000 };

static void nothing_is_in_an_empty_one(void **state)
{
	struct hash hash = {.count = 0};
	const int *item;

	(void)state;
	hash_each (item, &hash, 7)
		fail();
	assert_null(item);
	hash_done(&hash);
}

/* Three of each hash, spread or close together: each once. */
static void all_is_found(void **state)
{
	static int items[ITEMS];
	static const uint64_t factors[] = {1, 16, UINT64_C(1) << 40, UINT64_C(0x9e3779b97f4a7c15)};

	(void)state;
	for (size_t f = 0; f < array_len(factors); f++) {
		struct hash hash = {.count = 0};
		const int *item;

		for (int i = 0; i < ITEMS; i++) {
			items[i] = i;
			hash_put(&hash, (uint64_t)(i / 3) * factors[f], &items[i]);
			assert_true(2 * hash.count <= hash.capacity);
		}
		assert_int_equal(hash.count, ITEMS);
		for (int i = 0; i < ITEMS; i += 3) {
			int count = 0, sum = 0;

			hash_each (item, &hash, (uint64_t)(i / 3) * factors[f]) {
				count++;
				sum += *item;
			}
			assert_int_equal(count, 3);
			assert_int_equal(sum, 3 * i + 3);
		}
		hash_each (item, &hash, (uint64_t)ITEMS * factors[f])
			fail();
		hash_done(&hash);
		assert_null(hash.slots);
	}
}

/* What has no room at the end of the table goes on at its beginning. */
static void around_the_end(void **state)
{
	struct hash hash = {.count = 0};
	int items[6] = {0};
	int *item;

	(void)state;
	for (size_t i = 0; i < array_len(items); i++)
		hash_put(&hash, UINT64_MAX, &items[i]);
	hash_each (item, &hash, UINT64_MAX)
		++*item;
	for (size_t i = 0; i < array_len(items); i++)
		assert_int_equal(items[i], 1);
	hash_done(&hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_in_an_empty_one),
	    cmocka_unit_test(all_is_found),
	    cmocka_unit_test(around_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
