#include "cli/lesson_all.h"

#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <stdio.h>

struct played {
	const char *name;
	int status;
	struct lesson_plain_result result;
};

static void print_played(const struct played *played)
{
	struct line line;

	line_init_verbatim(&line, report_charset());
	line_adds(&line, STYLE_STRONG, played->name);
	line_pad(&line, 12);
	line_adds(&line, STYLE_PLAIN, "  ");
	if (played->status == EXIT_FORBIDDEN)
		line_adds(&line, STYLE_WARN, _("can't be played here"));
	else
		line_addf(&line, played->status == EXIT_DONE ? STYLE_OK : STYLE_FAIL,
		    _("%zu checks held, %zu failed"), played->result.held, played->result.failed);
	if (played->status != EXIT_FORBIDDEN && played->result.tasks > 0)
		line_addf(&line, STYLE_PLAIN, _("; %zu of %zu tasks done"), played->result.solved,
		    played->result.tasks);
	report_line(&line, 0);
	line_done(&line);
}

/* What failed weighs more than what could not be played. */
static int worse(int a, int b)
{
	if (a == EXIT_FAILED || b == EXIT_FAILED)
		return EXIT_FAILED;
	return a > b ? a : b;
}

static struct played play_one(const struct library *library, const struct library_entry *entry,
    const struct lesson_plain_options *options, bool trust)
{
	struct played played = {.name = entry->name, .status = EXIT_FAILED};
	struct lesson *lesson = cli_load_lesson(library, entry, trust);

	if (!lesson)
		return played;
	played.status = lesson_plain(lesson, options, &played.result);
	lesson_free(lesson);
	printf("\n");
	return played;
}

int lesson_all(
    const struct library *library, const struct lesson_plain_options *options, bool trust)
{
	struct played *played = xcalloc(library->count + 1, sizeof(*played));
	int status = EXIT_DONE;

	for (size_t i = 0; i < library->count; i++) {
		played[i] = play_one(library, &library->entries[i], options, trust);
		status = worse(status, played[i].status);
	}
	for (size_t i = 0; i < library->count; i++)
		print_played(&played[i]);
	free(played);
	return status;
}
