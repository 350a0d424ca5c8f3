/* Records a machine that a text describes:
 *
 *     tape_main STORY OUT
 *
 * "@ MS" begins a snapshot; the lines below it are in the words of tests/unit/fixture.h.  A snapshot has the
 * lines of the one before, but for processes that it describes anew, and those of "gone PID".  Lines that begin
 * with '#' and empty ones are for the reader. */
#include "model/base/util.h"
#include "tests/screen/tape.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { SNAPSHOTS_MAX = 32, LINES_MAX = 256 };

struct story {
	struct tape_snapshot snapshots[SNAPSHOTS_MAX];
	size_t snapshot_count;
	char *lines[LINES_MAX]; /* of the machine as it is now; NULL for one that is gone */
	size_t line_count;
};

static void forget_process(struct story *story, const char *pid)
{
	size_t len = strcspn(pid, " ");

	for (size_t i = 0; i < story->line_count; i++) {
		const char *line = story->lines[i];

		if (line && strncmp(line, pid, len) == 0 && line[len] == ' ') {
			free(story->lines[i]);
			story->lines[i] = NULL;
		}
	}
}

static bool add_line(struct story *story, const char *line)
{
	if (strncmp(line, "gone ", 5) == 0) {
		forget_process(story, line + 5);
		return true;
	}
	if (story->snapshot_count == 0 || story->line_count == LINES_MAX)
		return false;
	if (isdigit((unsigned char)*line))
		forget_process(story, line);
	story->lines[story->line_count++] = xstrdup(line);
	return true;
}

/* The snapshot that was begun is complete. */
static void end_moment(struct story *story)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; i < story->line_count; i++)
		if (story->lines[i])
			fprintf(out, "%s\n", story->lines[i]);
	fclose(out);
	story->snapshots[story->snapshot_count - 1].machine = text;
}

static bool begin_moment(struct story *story, const char *at)
{
	char *end;
	unsigned long long ms = strtoull(at, &end, 10);

	if (*end || ms == 0 || story->snapshot_count == SNAPSHOTS_MAX)
		return false;
	if (story->snapshot_count > 0)
		end_moment(story);
	story->snapshots[story->snapshot_count++].at_ms = ms;
	return true;
}

/* Returns the number of the line that is not understood, or 0. */
static size_t read_story(FILE *file, struct story *story)
{
	autofree char *line = NULL;
	size_t room = 0, number = 0;

	while (getline(&line, &room, file) > 0) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		if (!(strncmp(line, "@ ", 2) == 0 ? begin_moment(story, line + 2)
		                                  : add_line(story, line)))
			return number;
	}
	if (story->snapshot_count == 0)
		return number + 1;
	end_moment(story);
	return 0;
}

static void story_done(struct story *story)
{
	for (size_t i = 0; i < story->snapshot_count; i++)
		free((char *)story->snapshots[i].machine);
	for (size_t i = 0; i < story->line_count; i++)
		free(story->lines[i]);
}

int main(int argc, char **argv)
{
	struct story story = {0};
	size_t wrong;
	FILE *file;

	if (argc != 3) {
		fputs("usage: tape_main STORY OUT\n", stderr);
		return 2;
	}
	file = fopen(argv[1], "re");
	if (!file) {
		fprintf(stderr, "tape_main: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	wrong = read_story(file, &story);
	fclose(file);
	if (wrong) {
		fprintf(stderr, "%s:%zu: not understood\n", argv[1], wrong);
		return 1;
	}
	file = fopen(argv[2], "we");
	if (!file) {
		fprintf(stderr, "tape_main: %s: %s\n", argv[2], strerror(errno));
		return 1;
	}
	tape_record(story.snapshots, story.snapshot_count, file);
	story_done(&story);
	return fclose(file) == 0 ? 0 : 1;
}
