/* Tasks, and notes for who speaks, as plain text. */
#include "cli/lesson_print_parts.h"

#include "cli/report.h"
#include "model/i18n.h"
#include "model/util.h"

#include <string.h>

static void print_lines(const struct lesson_print *print, const struct lesson_block *block)
{
	for (size_t i = 0; i < block->check_count; i++)
		lesson_print_text(print, 4, "", block->checks[i].source);
}

void lesson_print_task(const struct lesson_print *print, const struct lesson_block *block)
{
	lesson_print_note(print,
	    _("Your turn, in another terminal. Somebody there (\"you\") shall make all of this "
	      "true:"));
	lesson_print_blank(print);
	print_lines(print, block);
	lesson_print_blank(print);
	if (print->asks)
		lesson_print_text(print, 0, "", _("Enter: a hint; s and Enter: go on without it"));
}

void lesson_print_hint(
    const struct lesson_print *print, const struct lesson_block *block, size_t at)
{
	autofree char *text = lesson_print_prose(block->hints[at]);
	autofree char *sign = xasprintf(_("Hint %zu of %zu: "), at + 1, block->hint_count);

	lesson_print_text(print, 0, sign, text);
}

void lesson_print_solution(const struct lesson_print *print, const char *solution)
{
	lesson_print_text(print, 0, "", _("The solution:"));
	lesson_print_code(print, 4, solution);
}

/* "sh (4711)", and who goes with them. */
static void add_learners(struct line *line, const struct turn_record *turn)
{
	bool any = false;

	for (int i = 0; i < SIGHT_YOU_MAX; i++) {
		if (!turn->learners[i].id.pid)
			continue;
		line_addf(line, STYLE_STRONG, "%s%s (%d)", any ? ", " : "", turn->learners[i].comm,
		    (int)turn->learners[i].id.pid);
		any = true;
	}
}

void lesson_print_seen(const struct lesson_print *print, const struct block_view *view)
{
	struct line line;

	line_init_verbatim(&line, print->charset);
	line_adds(&line, STYLE_PLAIN, _("Nearest so far: "));
	add_learners(&line, view->turn);
	lesson_print_line(print, &line, 0);
	for (size_t i = 0; i < view->block->check_count; i++) {
		const struct check_record *record = &view->checks[i];

		line_clear(&line);
		line_pad(&line, 4);
		if (record->outcome == OUTCOME_HELD)
			line_add_sign(&line, STYLE_OK, "✔ ", "[ok] ");
		else
			line_add_sign(&line, STYLE_DIM, "· ", "[not yet] ");
		line_adds(&line, STYLE_PLAIN, record->check->source);
		if (record->outcome != OUTCOME_HELD) {
			autofree char *why = check_why_not(record);

			line_addf(&line, STYLE_DIM, "   (%s)", why);
		}
		report_line(&line, 0);
	}
	line_done(&line);
}

/* What became of a task; one that was never opened is only told. */
void lesson_print_turn(const struct lesson_print *print, const struct block_view *view)
{
	struct line line;

	if (view->turn->state == TURN_OPEN) {
		lesson_print_task(print, view->block);
		return;
	}
	line_init_verbatim(&line, print->charset);
	if (view->turn->state == TURN_SOLVED) {
		lesson_print_sign(&line, true);
		line_adds(&line, STYLE_PLAIN, _("Done, by "));
		add_learners(&line, view->turn);
	} else {
		line_adds(&line, STYLE_PLAIN, _("(Left undone.)"));
	}
	lesson_print_line(print, &line, 2);
	line_done(&line);
}

void lesson_print_notes(const struct lesson_print *print, const char *notes)
{
	lesson_print_blank(print);
	while (*notes) {
		size_t len = strcspn(notes, "\n");
		struct line line;

		line_init_verbatim(&line, print->charset);
		line_adds(&line, STYLE_DIM, "  | ");
		line_add(&line, STYLE_DIM, notes, len);
		lesson_print_line(print, &line, 4);
		line_done(&line);
		notes += len + (notes[len] == '\n');
	}
}
