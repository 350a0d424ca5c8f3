#include "tests/unit/random_machine.h"

#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include <cmocka.h>

enum { MOST_PROCESSES = 60, MOST_NAMESPACES = 6, MOST_LEVELS = 4 };

/* Numbers from a seed, the same on every run: xorshift. */
uint32_t next_random(uint32_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % below;
}

static void print_random_process(FILE *out, uint32_t *seed, pid_t pid, uint32_t count)
{
	static const char *const reasons[] = {"denied", "gone", "zombie", "initial"};
	uint32_t levels = 1 + next_random(seed, MOST_LEVELS);

	fprintf(out, "%d p parent=%u start=%u pids=%d", (int)pid, next_random(seed, count + 3),
	    100 + next_random(seed, 3), (int)pid);
	for (uint32_t level = 1; level < levels; level++)
		fprintf(out, ",%u", 1 + next_random(seed, 3));
	if (next_random(seed, 5) == 0)
		fprintf(out, " kernel");
	if (next_random(seed, 3) == 0)
		fprintf(out, " pid=%s", reasons[next_random(seed, 4)]);
	else
		fprintf(out, " pid=%u", 300 + next_random(seed, MOST_NAMESPACES));
	if (next_random(seed, 3) == 0)
		fprintf(out, " user=%s", reasons[next_random(seed, 4)]);
	else
		fprintf(out, " user=%u", 400 + next_random(seed, MOST_NAMESPACES));
	fprintf(out, " uts=%u", 500 + next_random(seed, MOST_NAMESPACES));
	fputc('\n', out);
}

/* Parents and owners that may be each other's, or not known. */
static void print_random_owners(FILE *out, uint32_t *seed)
{
	static const char *const above[] = {"initial", "denied", "gone", "unsupported"};

	for (uint32_t i = 0; i < MOST_NAMESPACES; i++) {
		uint32_t user = 400 + next_random(seed, MOST_NAMESPACES);
		uint32_t parent = 400 + next_random(seed, MOST_NAMESPACES);
		const char *why = above[next_random(seed, array_len(above))];

		if (next_random(seed, 2))
			fprintf(out, "ns user %u parent=%u owner=%u\n", user, parent, parent);
		else
			fprintf(out, "ns user %u parent=%s owner=%s\n", user, why, why);
		if (next_random(seed, 2))
			fprintf(out, "ns uts %u owner=%u\n", 500 + i, user);
		else
			fprintf(out, "ns uts %u owner=%s\n", 500 + i, why);
	}
}

char *random_machine(uint32_t *seed)
{
	char *text = NULL;
	size_t len = 0;
	uint32_t count = 1 + next_random(seed, MOST_PROCESSES);
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (uint32_t i = 0; i < count; i++) {
		if (next_random(seed, 4))
			print_random_process(out, seed, (pid_t)(1 + i), count);
	}
	for (uint32_t i = 0; i < next_random(seed, MOST_NAMESPACES); i++)
		fprintf(out, "ns pid %u parent=%u\n", 300 + next_random(seed, MOST_NAMESPACES),
		    300 + next_random(seed, MOST_NAMESPACES));
	print_random_owners(out, seed);
	fclose(out);
	return text;
}
