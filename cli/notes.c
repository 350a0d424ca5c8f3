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
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void print(struct line *line)
{
	report_wrapped(line, 0, report_cols());
}

enum { MINUTE = 60, SECONDS_MAX = 1000000000 };

/* The seconds since the lesson began; 0 where that is unknown, or the clock was put back. */
static long seconds_since(const struct presenter_notes *presenter_notes, time_t now)
{
	double passed = presenter_notes->began > 0 ? difftime(now, presenter_notes->began) : 0;

	return passed > 0 && passed < SECONDS_MAX ? (long)passed : 0;
}

/* The time of day, and the minutes since the lesson began. */
static void add_clock(struct line *line, const struct presenter_notes *presenter_notes)
{
	time_t now = time(NULL);
	long minutes = seconds_since(presenter_notes, now) / MINUTE;
	struct tm local;
	char text[16];

	localtime_r(&now, &local);
	strftime(text, sizeof(text), "%H:%M", &local);
	line_addf(line, STYLE_DIM, "%s  ", text);
	if (presenter_notes->over || !presenter_notes->began)
		return;
	if (presenter_notes->minutes > 0)
		line_addf(
		    line, STYLE_STRONG, _("%ld of %d min"), minutes, presenter_notes->minutes);
	else
		line_addf(line, STYLE_STRONG, _("%ld min"), minutes);
	line_adds(line, STYLE_PLAIN, "  ");
}

static void print_heading(struct line *line, const struct presenter_notes *presenter_notes)
{
	autofree char *title = prose_plain(presenter_notes->title);
	autofree char *here = prose_plain(presenter_notes->here);

	add_clock(line, presenter_notes);
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

static void print_questions(struct line *line, const struct presenter_notes *presenter_notes)
{
	for (size_t i = 0; i < presenter_notes->question_count; i++) {
		const struct presenter_question *question = &presenter_notes->questions[i];
		autofree char *text = prose_plain(question->text);
		autofree char *answer = prose_plain(question->answer ? question->answer : "");

		line_adds(line, STYLE_PLAIN, text);
		print(line);
		if (!question->answer)
			continue;
		line_addf(line, STYLE_OK, _("answer: %zu) %s"), question->number, answer);
		print(line);
	}
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
	if (!presenter_notes->over)
		print_questions(&line, presenter_notes);
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
	       a->over == b->over && a->began == b->began && strcmp(a->notes, b->notes) == 0;
}

/* Is standard output a terminal that can be cleared?  What is shown is then drawn anew, and does not
 * scroll away. */
static bool can_redraw(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

static void show(const struct presenter_notes *presenter_notes, bool redraws)
{
	/* ECMA-48: the cursor to the first column of the first line, then all is erased. */
	if (redraws)
		fputs("\033[H\033[2J", stdout);
	print_presenter_notes(presenter_notes);
}

/* The milliseconds until the clock shows another minute; -1 where no clock is drawn anew. */
static int clock_timeout(const struct presenter_notes *shown, bool redraws)
{
	if (!redraws || !shown->lesson || shown->over)
		return -1;
	return (int)(MINUTE - seconds_since(shown, time(NULL)) % MINUTE) * 1000;
}

/* Waits until the notes may have changed, or for @timeout milliseconds (-1: without end).
 * Returns false when the reader of the output closes its end. */
static bool wait_for_news(int fd, int timeout)
{
	char events[4096];
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = STDOUT_FILENO}};

	if (poll(fds, array_len(fds), timeout) < 0 && errno != EINTR)
		return false;
	while (read(fd, events, sizeof(events)) > 0)
		;
	return !(fds[1].revents & (POLLERR | POLLHUP));
}

int notes_follow(void)
{
	autoclose int fd = presenter_notes_watch();
	struct presenter_notes shown = {0}, now;
	bool waits = false, redraws = can_redraw();

	if (fd < 0) {
		report_error("lesson", _("there is nothing to follow: %s"),
		    fd == -ENOENT ? _("no folder of yours for it") : errand_error(fd));
		return EXIT_FAILED;
	}
	do {
		int r = presenter_notes_read(&now);

		/* The notes of a lesson that was left before are not printed. */
		if (r >= 0 && !is_same(&now, &shown) && (shown.lesson || !now.over)) {
			show(&now, redraws);
			presenter_notes_done(&shown);
			shown = now;
		} else {
			if (r >= 0)
				presenter_notes_done(&now);
			/* Woken by the clock. */
			if (redraws && shown.lesson)
				show(&shown, redraws);
		}
		if (!shown.lesson && !waits)
			puts(_("No lesson is running; this waits for one (Ctrl-C ends it)."));
		waits = true;
		fflush(stdout);
	} while (wait_for_news(fd, clock_timeout(&shown, redraws)));
	presenter_notes_done(&shown);
	return report_finish("lesson", EXIT_DONE);
}
