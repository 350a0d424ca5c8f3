#include "tests/bench/explorer.h"
#include "tests/bench/measure.h"
#include "tests/bench/rest.h"
#include "tests/screen/rig.h"

#include "model/base/util.h"

#include <string.h>

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

static struct key_cost measure_keys(struct rig *rig, const char *view, int keys)
{
	struct key_cost cost = {.view = view, .keys = keys};
	autofree double *times = xcalloc((size_t)keys, sizeof(*times));
	uint64_t seed = 88172645463325252;

	for (int i = 0; i < keys; i++) {
		/* Some time between 5 and 150 ms, so that keys come at any phase of a scan. */
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		rest(rig, 5 + (double)(seed % 1450) / 10);
		times[i] = press(rig, i % 2 ? "k" : "j");
	}
	sort_times(times, (size_t)keys);
	cost.p50_ms = times[keys / 2];
	cost.p99_ms = times[keys * 99 / 100];
	cost.max_ms = times[keys - 1];
	return cost;
}

static void measure_views(struct rig *rig, int keys, struct key_cost *costs)
{
	/* Keys that lead there, and what is to be read then. */
	static const struct {
		const char *name, *keys, *text;
	} views[EXPLORER_VIEWS] = {
	    {"by PID namespace", "1", "by PID namespace"},
	    {"by type", "2", "by type"},
	    {"by owner", "3", "by owner"},
	    {"groups", "4", "groups by"},
	    {"compare", "1gj j 5", "Separate"},
	    {"timeline", "6", "What happened"},
	    {"inspect", "1g7", "Inspect  Namespace"},
	};

	rig_key(rig, VTERM_KEY_ESCAPE); /* the filter */
	for (size_t i = 0; i < EXPLORER_VIEWS; i++) {
		rig_type(rig, views[i].keys);
		rig_wait(rig, views[i].text);
		rig_type(rig, "g");
		costs[i] = measure_keys(rig, views[i].name, keys);
	}
}

static struct idle_cost measure_idle(struct rig *rig, int seconds)
{
	struct idle_cost cost;
	size_t bytes_before, bytes;
	double cpu_ms, begin;

	rig_raw(rig, &bytes_before);
	cpu_ms = family_cpu_ms(rig_pid(rig));
	begin = now_ms();
	rest(rig, seconds * 1000.0);
	cost.percent = 100 * (family_cpu_ms(rig_pid(rig)) - cpu_ms) / (now_ms() - begin);
	rig_raw(rig, &bytes);
	cost.bytes_second = (double)(bytes - bytes_before) / seconds;
	cost.resident_mb = family_resident_mb(rig_pid(rig));
	return cost;
}

struct explorer_cost explorer_measure(const char *program, int keys, int idle_seconds, int unshares)
{
	struct rig *rig = rig_start(&(struct rig_options){.program = program});
	struct explorer_cost cost;

	rig_wait_for(rig, has_tree, NULL, "the tree");
	cost.keys = measure_keys(rig, "tree", keys);
	/* What the keys brought about comes to rest. */
	rest(rig, 1000);
	cost.idle = measure_idle(rig, idle_seconds);
	cost.unshares = unshare_measure(rig, unshares);
	measure_views(rig, keys, cost.views);
	rig_free(rig);
	return cost;
}

struct idle_cost other_measure(const char *program, int idle_seconds)
{
	struct rig *rig =
	    rig_start(&(struct rig_options){.program = program, .plain_output = true});
	struct idle_cost cost;

	/* Its first pictures are dearer than the rest. */
	rest(rig, 4000);
	cost = measure_idle(rig, idle_seconds);
	rig_free(rig);
	return cost;
}
