/* nsscope lesson --notes: the speaker's second terminal, which follows the first. */
#include "cli/cli.h"
#include "cli/lesson.h"
#include "cli/report.h"
#include "lessons/play/presenter_notes.h"
#include "lessons/play/render.h"
#include "lessons/script/lesson.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/helper/errand.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void print(struct line *line)
{
	report_wrapped(line, 0, report_cols());
}

static void add_clock(struct line *line)
{
	time_t now = time(NULL);
	struct tm local;
	char text[16];

	localtime_r(&now, &local);
	strftime(text, sizeof(text), "%H:%M", &local);
	line_addf(line, STYLE_DIM, "%s  ", text);
}

static void print_heading(struct line *line, const struct presenter_notes *presenter_notes)
{
	autofree char *title = prose_plain(presenter_notes->title);
	autofree char *here = prose_plain(presenter_notes->here);

	add_clock(line);
	line_adds(line, STYLE_DIM, title);
	print(line);
	if (presenter_notes->over)
		line_adds(line, STYLE_STRONG, _("The lesson is left."));
	else if (presenter_notes->step > 0)
		line_addf(line, STYLE_STRONG, _("step %zu of %zu: "), presenter_notes->step,
		    presenter_notes->last);
	if (!presenter_notes->over)
		line_adds(line, STYLE_STRONG, here);
	print(line);
}

static void print_presenter_notes(const struct presenter_notes *presenter_notes)
{
	struct lines lines = {0};
	const struct render render = {
	    .charset = report_charset(), .cols = report_cols(), .lines = &lines};
	struct line line;

	line_init_verbatim(&line, render.charset);
	print_heading(&line, presenter_notes);
	if (!presenter_notes->over && !*presenter_notes->notes) {
		line_adds(&line, STYLE_DIM, _("(no notes here)"));
		print(&line);
	} else if (!presenter_notes->over) {
		render_notes(&render, presenter_notes->notes);
		report_lines(&lines);
	}
	if (!presenter_notes->over && presenter_notes->next) {
		autofree char *next = prose_plain(presenter_notes->next);

		line_addf(&line, STYLE_DIM, _("next: %s"), next);
		print(&line);
	}
	print(&line);
	line_done(&line);
}

static bool is_same(const struct presenter_notes *a, const struct presenter_notes *b)
{
	return a->lesson && b->lesson && strcmp(a->lesson, b->lesson) == 0 && a->step == b->step &&
	       a->over == b->over && strcmp(a->notes, b->notes) == 0;
}

/* Waits until the notes may have changed.  Returns false when the reader of the output closes its end. */
static bool wait_for_news(int fd)
{
	char events[4096];
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = STDOUT_FILENO}};

	if (poll(fds, array_len(fds), -1) < 0 && errno != EINTR)
		return false;
	while (read(fd, events, sizeof(events)) > 0)
		;
	return !(fds[1].revents & (POLLERR | POLLHUP));
}

int notes_follow(void)
{
	autoclose int fd = presenter_notes_watch();
	struct presenter_notes shown = {0}, now;
	bool waits = false;

	if (fd < 0) {
		report_error("lesson", _("there is nothing to follow: %s"),
		    fd == -ENOENT ? _("no folder of yours for it") : errand_error(fd));
		return EXIT_FAILED;
	}
	do {
		int r = presenter_notes_read(&now);

		/* The notes of a lesson that was left before are not printed. */
		if (r >= 0 && !is_same(&now, &shown) && (shown.lesson || !now.over)) {
			print_presenter_notes(&now);
			presenter_notes_done(&shown);
			shown = now;
		} else if (r >= 0) {
			presenter_notes_done(&now);
		}
		if (!shown.lesson && !waits)
			puts(_("No lesson is running; this waits for one (Ctrl-C ends it)."));
		waits = true;
		fflush(stdout);
	} while (wait_for_news(fd));
	presenter_notes_done(&shown);
	return report_finish("lesson", EXIT_DONE);
}
