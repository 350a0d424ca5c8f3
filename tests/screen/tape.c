#include "tests/screen/tape.h"

#include "model/base/util.h"
#include "model/record/recording.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { DEAD_GRACE_MS = 4000 };

static void put_snapshot(struct history *history, struct snapshot_writer *writer,
    const struct tape_snapshot *snapshot, uint64_t begin_ms, struct bytes *file)
{
	struct graph_builder *builder = fixture_builder(history_now(history), snapshot->machine);
	const struct graph *graph;

	graph_stats(builder)->taken_at_ms = begin_ms + snapshot->at_ms;
	graph = history_push(history, builder, snapshot->at_ms, NULL);
	assert_int_equal(recording_put(writer, graph, snapshot->at_ms, file), 0);
}

static void record(const struct tape_snapshot *snapshots, size_t count, size_t from,
    uint64_t suspended_ms, FILE *file)
{
	struct history *history = history_new(DEAD_GRACE_MS);
	struct snapshot_writer writer = {.since_full = 0};
	struct bytes bytes = {0};

	recording_begin(&bytes);
	for (size_t i = 0; i < count; i++)
		put_snapshot(history, &writer, &snapshots[i],
		    TAPE_BEGIN_MS + (i < from ? 0 : suspended_ms), &bytes);
	recording_end(&bytes);
	assert_int_equal(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
	bytes_done(&bytes);
	snapshot_writer_done(&writer);
	history_free(history);
}

void tape_record(const struct tape_snapshot *snapshots, size_t count, FILE *file)
{
	record(snapshots, count, count, 0, file);
}

char *tape_write(const struct tape_snapshot *snapshots, size_t count)
{
	return tape_write_suspended(snapshots, count, count, 0);
}

char *tape_write_suspended(
    const struct tape_snapshot *snapshots, size_t count, size_t from, uint64_t suspended_ms)
{
	char *path = xstrdup("/tmp/nsscope-tape-XXXXXX");
	int fd = mkstemp(path);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

	assert_non_null(file);
	record(snapshots, count, from, suspended_ms, file);
	assert_int_equal(fclose(file), 0);
	return path;
}

struct rig *tape_open(
    const struct tape_snapshot *snapshots, size_t count, const struct rig_options *options)
{
	struct rig_options with = options ? *options : (struct rig_options){0};
	autofree char *path = tape_write(snapshots, count);
	const char *words[] = {"replay", "--at", "+0", path};
	size_t args = 0, env = 0;
	struct rig *rig;

	while (with.args[args])
		args++;
	assert_true(args + array_len(words) < RIG_ARGS);
	for (size_t i = 0; i < array_len(words); i++)
		with.args[args + i] = words[i];
	while (with.env[env])
		env++;
	assert_true(env + 1 < RIG_ENV);
	with.env[env] = "TZ=UTC";
	rig = rig_start(&with);
	rig_wait(rig, "12:00");
	/* It was read whole. */
	unlink(path);
	return rig;
}

struct rig *tape_open_machine(const char *machine, const struct rig_options *options)
{
	const struct tape_snapshot snapshot = {.at_ms = 1, .machine = machine};

	return tape_open(&snapshot, 1, options);
}
