/* Feeds a fuzz target (fuzz.h) its corpus, and inputs mixed from it: tests in the plain run, so
 * that nobody needs a fuzzer to notice that a property is broken. */
#include "tests/fuzz/fuzz.h"

#include "model/base/util.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MIXED = 4000, MIXED_BYTES = 400, FILE_BYTES = 1 << 20 };

struct piece {
	char *data;
	size_t len;
};

static struct piece *pieces;
static size_t piece_count, piece_capacity;
static char folder[256];

static void read_piece(const char *name)
{
	autofree char *path = xasprintf("%s/%s", folder, name);
	struct piece piece = {.data = xmalloc(FILE_BYTES)};
	FILE *file = fopen(path, "re");

	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	piece.len = fread(piece.data, 1, FILE_BYTES, file);
	fclose(file);
	piece.data = xrealloc(piece.data, piece.len);
	array_reserve(pieces, piece_capacity, piece_count + 1);
	pieces[piece_count++] = piece;
}

/* Reads tests/fuzz/corpus/NAME/ for the program NAME_fuzz. */
static int read_corpus(void **state)
{
	const char *name = program_invocation_short_name;
	struct dirent **entries;
	int count;

	(void)state;
	snprintf(folder, sizeof(folder), "tests/fuzz/corpus/%.*s",
	    (int)(strlen(name) - strlen("_fuzz")), name);
	count = scandir(folder, &entries, NULL, alphasort);
	if (count < 0)
		fail_msg("%s: %s (tests are started in the top folder)", folder, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.')
			read_piece(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static int drop_corpus(void **state)
{
	(void)state;
	for (size_t i = 0; i < piece_count; i++)
		free(pieces[i].data);
	free(pieces);
	return 0;
}

static void replays_the_corpus(void **state)
{
	(void)state;
	assert_true(piece_count > 0);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (size_t i = 0; i < piece_count; i++)
		LLVMFuzzerTestOneInput((const uint8_t *)pieces[i].data, pieces[i].len);
}

/* xorshift64*: the same numbers on every machine. */
static uint64_t next_random(void)
{
	static uint64_t seed = 0x9e3779b97f4a7c15;

	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1d;
}

static size_t below(size_t limit)
{
	return limit ? (size_t)(next_random() >> 33) % limit : 0;
}

/* Splices parts of the corpus, and turns some bytes. */
static size_t mix(uint8_t *input)
{
	size_t len = 0, wanted = 1 + below(MIXED_BYTES);

	while (len < wanted) {
		const struct piece *piece = &pieces[below(piece_count)];
		size_t from = below(piece->len), part = 1 + below(60);

		if (below(4) == 0 || !piece->len) {
			input[len++] = (uint8_t)below(256);
			continue;
		}
		if (part > piece->len - from)
			part = piece->len - from;
		if (part > wanted - len)
			part = wanted - len;
		memcpy(input + len, piece->data + from, part);
		len += part;
	}
	for (size_t turns = below(4); turns; turns--)
		input[below(len)] ^= (uint8_t)(1U << below(8));
	return len;
}

static void holds_for_mixed_inputs(void **state)
{
	uint8_t input[MIXED_BYTES + 1];

	(void)state;
	for (int i = 0; i < MIXED; i++) {
		/* On the heap and of its exact size, so that a read past the end is noticed. */
		size_t len = mix(input);
		autofree uint8_t *exact = xmalloc(len);

		memcpy(exact, input, len);
		LLVMFuzzerTestOneInput(exact, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(replays_the_corpus),
	    cmocka_unit_test(holds_for_mixed_inputs),
	};

	return cmocka_run_group_tests(tests, read_corpus, drop_corpus);
}
