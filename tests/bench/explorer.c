#include "tests/bench/explorer.h"
#include "tests/bench/measure.h"
#include "tests/screen/rig.h"

#include "model/util.h"

#include <string.h>

/* Lets the program run for @ms. */
static void rest(struct rig *rig, double ms)
{
	double until = now_ms() + ms, now;

	while ((now = now_ms()) < until) {
		if (!rig_pump(rig, (int)(until - now + 0.999)))
			rig_fail(rig, "the explorer ended");
	}
}

/* The tree stands when there are rows down to the middle of the screen. */
static bool has_tree(struct rig *rig, void *data)
{
	(void)data;
	return strlen(rig_row(rig, 4)) > 8 && strlen(rig_row(rig, 9)) > 8;
}

/* The cursor stands on the selected row, so a key that moves the selection is answered when the
 * cursor's row is another. */
static int cursor_row(struct rig *rig)
{
	int row, col;
	bool visible;

	rig_cursor(rig, &row, &col, &visible);
	return row;
}

static bool cursor_moved(struct rig *rig, void *data)
{
	return cursor_row(rig) != *(const int *)data;
}

/* Presses @key and returns the milliseconds until the cursor's row changed. */
static double press(struct rig *rig, const char *key)
{
	int before = cursor_row(rig);
	double begin = now_ms();

	rig_type(rig, key);
	rig_wait_for(rig, cursor_moved, &before, "another row for the cursor");
	return now_ms() - begin;
}

static void measure_keys(struct rig *rig, int keys, struct explorer_cost *cost)
{
	autofree double *times = xcalloc((size_t)keys, sizeof(*times));
	uint64_t seed = 88172645463325252;

	for (int i = 0; i < keys; i++) {
		/* Some time between 5 and 150 ms, so that keys come at any phase of a sweep. */
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		rest(rig, 5 + (double)(seed % 1450) / 10);
		times[i] = press(rig, i % 2 ? "k" : "j");
	}
	sort_times(times, (size_t)keys);
	cost->keys = keys;
	cost->key_p50_ms = times[keys / 2];
	cost->key_p99_ms = times[keys * 99 / 100];
	cost->key_max_ms = times[keys - 1];
}

struct explorer_cost explorer_measure(const char *program, int keys, int idle_seconds, int unshares)
{
	struct rig *rig = rig_start(&(struct rig_options){.program = program});
	struct explorer_cost cost;
	size_t bytes_before, bytes;
	double cpu_ms, begin;

	rig_wait_for(rig, has_tree, NULL, "the tree");
	measure_keys(rig, keys, &cost);
	/* What the keys brought about comes to rest. */
	rest(rig, 1000);
	rig_raw(rig, &bytes_before);
	cpu_ms = family_cpu_ms(rig_pid(rig));
	begin = now_ms();
	rest(rig, idle_seconds * 1000.0);
	cost.idle_percent = 100 * (family_cpu_ms(rig_pid(rig)) - cpu_ms) / (now_ms() - begin);
	rig_raw(rig, &bytes);
	cost.idle_bytes_second = (double)(bytes - bytes_before) / idle_seconds;
	cost.resident_mb = family_resident_mb(rig_pid(rig));
	cost.unshares = unshare_measure(rig, unshares);
	rig_free(rig);
	return cost;
}
