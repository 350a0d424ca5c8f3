#include "tui/step_text.h"

#include "lessons/prose.h"
#include "model/i18n.h"
#include "model/util.h"
#include "tui/call_text.h"

#include <string.h>

/* Adds @prose to @line; @style takes the place of plain. */
static void add_spans(struct line *line, enum style style, const char *prose)
{
	struct prose_span span;

	while (prose_next(&prose, &span))
		line_add(line, span.style == STYLE_PLAIN ? style : span.style, span.text, span.len);
}

/* @first: what stands before the first line, in the same style; the others are indented. */
void step_text_prose(const struct step_text *text, enum style style, const char *prose,
    const char *first, size_t indent)
{
	struct line line;

	line_init_verbatim(&line, text->charset);
	line_adds(&line, style, first);
	add_spans(&line, style, prose);
	lines_wrap_line(text->lines, &line, indent, text->cols);
	line_done(&line);
}

static void blank(const struct step_text *text)
{
	if (text->lines->count > 0)
		lines_add(text->lines, text->charset);
}

/* Between things of a kind, where there is room. */
static void space(const struct step_text *text, size_t at)
{
	if (text->roomy && at > 0)
		lines_add(text->lines, text->charset);
}

static void add_code(const struct step_text *text, const char *code)
{
	while (*code) {
		size_t len = strcspn(code, "\n");
		struct line line;

		line_init_verbatim(&line, text->charset);
		line_adds(&line, STYLE_PLAIN, "    ");
		line_add(&line, STYLE_CODE, code, len);
		lines_wrap_line(text->lines, &line, 6, text->cols);
		line_done(&line);
		code += len + (code[len] == '\n');
	}
}

static void add_item(const struct step_text *text, const struct lesson_prose *prose)
{
	bool bullet = strncmp(prose->text, "- ", 2) == 0;
	size_t before = 2 * (size_t)(prose->depth > 0 ? prose->depth : 0);
	struct line line;

	line_init_verbatim(&line, text->charset);
	line_pad(&line, before);
	if (bullet)
		line_add_sign(&line, STYLE_DIM, "• ", "- ");
	add_spans(&line, STYLE_PLAIN, prose->text + (bullet ? 2 : 0));
	lines_wrap_line(
	    text->lines, &line, before + (bullet ? 2 : strcspn(prose->text, " ") + 1), text->cols);
	line_done(&line);
}

static void add_prose(
    const struct step_text *text, const struct lesson_prose *prose, size_t count, enum style style)
{
	for (size_t i = 0; i < count; i++) {
		/* The items of a list stand close together. */
		if (text->roomy || prose[i].kind != PROSE_ITEM || i == 0 ||
		    prose[i - 1].kind != PROSE_ITEM)
			blank(text);
		switch (prose[i].kind) {
		case PROSE_PARAGRAPH:
			step_text_prose(text, style, prose[i].text, "", 0);
			break;
		case PROSE_ITEM:
			add_item(text, &prose[i]);
			break;
		case PROSE_QUOTE:
			step_text_prose(text, STYLE_DIM, prose[i].text, "  ", 2);
			break;
		case PROSE_CODE:
			add_code(text, prose[i].text);
			break;
		}
	}
}

static void add_choice(const struct step_text *text, const struct block_view *view, size_t at)
{
	const struct lesson_choice *choice = &view->block->choices[at];
	bool open = view->chosen < 0, taken = view->chosen == (int)at;
	enum style style = STYLE_PLAIN;
	struct line line;

	line_init_verbatim(&line, text->charset);
	if (open && at == text->marked) {
		line_add_sign(&line, STYLE_STRONG, "▶ ", "> ");
		style = STYLE_STRONG;
	} else if (!open && choice->right) {
		line_add_sign(&line, STYLE_OK, "✔ ", "+ ");
		style = STYLE_STRONG;
	} else if (taken) {
		line_add_sign(&line, STYLE_FAIL, "✘ ", "x ");
	} else {
		line_adds(&line, STYLE_PLAIN, "  ");
		style = open ? STYLE_PLAIN : STYLE_DIM;
	}
	line_addf(&line, open ? STYLE_KEY : style, "%zu", at + 1);
	line_adds(&line, style, ") ");
	add_spans(&line, style, choice->text);
	lines_wrap_line(text->lines, &line, 5, text->cols);
	line_done(&line);
	if (!open && choice->answer && (taken || choice->right))
		step_text_prose(text, STYLE_PLAIN, choice->answer, "     ", 5);
}

static void add_prediction(const struct step_text *text, const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	add_prose(text, block->prose, block->prose_count, STYLE_STRONG);
	for (size_t i = 0; i < block->choice_count; i++) {
		space(text, 1);
		add_choice(text, view, i);
	}
	if (view->chosen < 0 || (size_t)view->chosen >= block->choice_count)
		return;
	bool right = block->choices[view->chosen].right;

	lines_wrap_verbatim(text->lines, text->charset, right ? STYLE_OK : STYLE_FAIL,
	    right ? _("You were right.") : _("You expected something else."), 0, text->cols);
}

static void add_call(
    const struct step_text *text, const struct lesson_call *call, const struct call_record *record)
{
	bool made = record && record->outcome != OUTCOME_OPEN;
	const struct call_text shown = {
	    .actor = call->actor,
	    .name = call->name,
	    .source = call->source,
	    .c = call->c,
	    .answer = made ? &record->answer : NULL,
	};
	autofree char *why = NULL;
	struct line line;

	call_text_add(text->lines, text->charset, text->cols, &shown);
	if (!made || record->outcome != OUTCOME_FAILED)
		return;
	why = call_difference(record);
	line_init_verbatim(&line, text->charset);
	line_add_sign(&line, STYLE_FAIL, "   ✘ ", "   x ");
	line_addf(&line, STYLE_FAIL, *why ? _("expected: %s. %s") : _("expected: %s"),
	    call->expected ? call->expected : _("no error"), why);
	lines_wrap_line(text->lines, &line, 5, text->cols);
	line_done(&line);
}

static void add_check(const struct step_text *text, const struct lesson_check *check,
    const struct check_record *record)
{
	enum outcome outcome = record ? record->outcome : OUTCOME_OPEN;
	struct line line;

	line_init_verbatim(&line, text->charset);
	if (outcome == OUTCOME_HELD)
		line_add_sign(&line, STYLE_OK, "✔ ", "+ ");
	else if (outcome == OUTCOME_FAILED)
		line_add_sign(&line, STYLE_FAIL, "✘ ", "x ");
	else
		line_add_sign(&line, STYLE_DIM, "· ", ". ");
	line_adds(&line, outcome == OUTCOME_OPEN ? STYLE_DIM : STYLE_PLAIN, check->source);
	lines_wrap_line(text->lines, &line, 4, text->cols);
	if (outcome == OUTCOME_FAILED) {
		line_clear(&line);
		line_addf(
		    &line, STYLE_FAIL, _("  left: %s, right: %s"), record->left, record->right);
		lines_wrap_line(text->lines, &line, 4, text->cols);
	}
	line_done(&line);
}

/* --- Tasks ------------------------------------------------------------------------------------ */

/* "sh (4711), cat (4712)" */
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

static bool has_learner(const struct turn_record *turn)
{
	return turn->learners[0].id.pid || turn->learners[1].id.pid;
}

/* What must become true, and what of it is true of whoever comes nearest. */
static void add_task_line(const struct step_text *text, const struct check_record *record)
{
	enum outcome outcome = record->outcome;
	struct line line;

	line_init_verbatim(&line, text->charset);
	line_adds(&line, STYLE_PLAIN, "  ");
	if (outcome == OUTCOME_HELD)
		line_add_sign(&line, STYLE_OK, "✔ ", "+ ");
	else
		line_add_sign(&line, STYLE_DIM, "· ", ". ");
	line_adds(&line, STYLE_CODE, record->check->source);
	lines_wrap_line(text->lines, &line, 4, text->cols);
	if (outcome == OUTCOME_FAILED) {
		autofree char *why = check_why_not(record);

		line_clear(&line);
		line_pad(&line, 4);
		line_adds(&line, STYLE_WARN, why);
		lines_wrap_line(text->lines, &line, 6, text->cols);
	}
	line_done(&line);
}

static void add_seen(const struct step_text *text, const struct turn_record *turn)
{
	struct line line;

	line_init_verbatim(&line, text->charset);
	if (turn->state == TURN_SKIPPED) {
		line_adds(&line, STYLE_DIM, _("Left undone."));
	} else if (turn->state == TURN_SOLVED) {
		line_add_sign(&line, STYLE_OK, "✔ ", "+ ");
		line_adds(&line, STYLE_OK, _("Done, by "));
		add_learners(&line, turn);
	} else if (has_learner(turn)) {
		line_adds(&line, STYLE_PLAIN, _("Nearest so far: "));
		add_learners(&line, turn);
	} else {
		line_adds(&line, STYLE_DIM, _("Nobody is near it so far."));
	}
	lines_wrap_line(text->lines, &line, 2, text->cols);
	line_done(&line);
}

static void add_hints(
    const struct step_text *text, const struct lesson_block *block, const struct turn_record *turn)
{
	for (size_t i = 0; i < turn->hints && i < block->hint_count; i++) {
		autofree char *sign = xasprintf(_("Hint %zu of %zu: "), i + 1, block->hint_count);

		blank(text);
		step_text_prose(text, STYLE_PLAIN, block->hints[i], sign, 2);
	}
	if (turn->hints > block->hint_count) {
		autofree char *solution = player_solution(text->player, block);

		blank(text);
		lines_wrap_verbatim(
		    text->lines, text->charset, STYLE_PLAIN, _("The solution:"), 0, text->cols);
		add_code(text, solution);
	}
}

static void add_turn(const struct step_text *text, const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	blank(text);
	lines_wrap_verbatim(text->lines, text->charset, STYLE_STRONG,
	    _("Your turn, in another terminal. Somebody there (\"you\") shall make all of this "
	      "true:"),
	    0, text->cols);
	for (size_t i = 0; i < block->check_count; i++)
		add_task_line(text, &view->checks[i]);
	if (!player_reads(text->player))
		add_seen(text, view->turn);
	add_hints(text, block, view->turn);
}

static void add_notes(const struct step_text *text, const char *notes)
{
	blank(text);
	while (*notes) {
		size_t len = strcspn(notes, "\n");
		struct line line;

		line_init_verbatim(&line, text->charset);
		line_add_sign(&line, STYLE_WARN, "│ ", "| ");
		line_add(&line, STYLE_DIM, notes, len);
		lines_wrap_line(text->lines, &line, 2, text->cols);
		line_done(&line);
		notes += len + (notes[len] == '\n');
	}
}

void step_text_preflight(const struct step_text *text, const struct preflight *preflight)
{
	lines_wrap_verbatim(text->lines, text->charset, STYLE_FAIL,
	    _("This lesson can't be played here, but it can be read: no call is made."), 0,
	    text->cols);
	for (size_t i = 0; i < preflight->count; i++) {
		const struct finding *finding = &preflight->findings[i];
		struct line line;

		line_init_verbatim(&line, text->charset);
		line_adds(&line, STYLE_PLAIN, "  ");
		if (finding->ok)
			line_add_sign(&line, STYLE_OK, "✔ ", "+ ");
		else
			line_add_sign(&line, STYLE_FAIL, "✘ ", "x ");
		line_adds(&line, STYLE_STRONG, finding->what);
		if (finding->why)
			line_addf(&line, STYLE_PLAIN, ": %s", finding->why);
		if (finding->cure)
			line_addf(&line, STYLE_CODE, " (%s)", finding->cure);
		lines_wrap_line(text->lines, &line, 4, text->cols);
		line_done(&line);
	}
}

/* Did anything of the block come out otherwise than the lesson says? */
static bool has_failed(const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	for (size_t i = 0; view->calls && block->kind == BLOCK_DO && i < block->call_count; i++)
		if (view->calls[i].outcome == OUTCOME_FAILED)
			return true;
	for (size_t i = 0; view->checks && block->kind == BLOCK_CHECK && i < block->check_count;
	     i++)
		if (view->checks[i].outcome == OUTCOME_FAILED)
			return true;
	return false;
}

/* That is no fault of who learns, and no end. */
static void add_difference(const struct step_text *text)
{
	autofree char *words = xasprintf(
	    _("Here, on Linux %s, this came out otherwise than the lesson says. You can go on."),
	    text->kernel);

	lines_wrap_verbatim(text->lines, text->charset, STYLE_WARN, words, 0, text->cols);
}

void step_text_block(const struct step_text *text, const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	switch (block->kind) {
	case BLOCK_PROSE:
		add_prose(text, block->prose, block->prose_count, STYLE_PLAIN);
		break;
	case BLOCK_PREDICT:
		add_prediction(text, view);
		break;
	case BLOCK_DO:
		blank(text);
		for (size_t i = 0; i < block->call_count; i++) {
			space(text, i);
			add_call(text, &block->calls[i], view->calls ? &view->calls[i] : NULL);
		}
		break;
	case BLOCK_CHECK:
		blank(text);
		for (size_t i = 0; i < block->check_count; i++) {
			space(text, i);
			add_check(text, &block->checks[i], view->checks ? &view->checks[i] : NULL);
		}
		break;
	case BLOCK_SHELL:
		blank(text);
		lines_wrap_verbatim(text->lines, text->charset, STYLE_DIM,
		    _("The same by hand, in another terminal:"), 0, text->cols);
		add_code(text, block->shell);
		break;
	case BLOCK_TURN:
		add_turn(text, view);
		break;
	case BLOCK_NOTES:
		if (text->notes)
			add_notes(text, block->notes);
		break;
	case BLOCK_VIEW: /* lesson_scene.h shows it */
		break;
	}
	if (has_failed(view))
		add_difference(text);
}
