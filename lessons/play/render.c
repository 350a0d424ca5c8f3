#include "lessons/play/render.h"

#include "lessons/script/lesson.h"
#include "lessons/stage/refusal.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <string.h>
#include <unistd.h>

/* --- Lines ------------------------------------------------------------------------------------ */

static void begin(const struct render *render, struct line *line, size_t indent)
{
	line_init_verbatim(line, render->charset);
	line_pad(line, indent);
}

/* Appends @line, what wraps indented by @indent, and ends it. */
static void end(const struct render *render, struct line *line, size_t indent)
{
	lines_wrap_line(render->lines, line, indent, render->cols);
	line_done(line);
}

/* The same for what is there to be copied. */
static void end_verbatim(const struct render *render, struct line *line, size_t indent)
{
	lines_wrap_line(render->lines, line, indent, render->plain ? 0 : render->cols);
	line_done(line);
}

/* Where calls, checks and choices begin. */
static size_t inset(const struct render *render)
{
	return render->plain ? 4 : 0;
}

static void blank(const struct render *render)
{
	if (render->lines->count > 0 || render->plain)
		lines_add(render->lines, render->charset);
}

/* Between things of a kind, where there is room. */
static void space(const struct render *render, size_t at)
{
	if (render->roomy && at > 0)
		lines_add(render->lines, render->charset);
}

static void add_words(const struct render *render, enum style style, const char *words)
{
	lines_wrap_verbatim(render->lines, render->charset, style, words, 0, render->cols);
}

void render_note(const struct render *render, enum style style, const char *words)
{
	blank(render);
	add_words(render, style, words);
}

/* A tick, a cross or a dot; in ASCII on a stream, where nothing is colored, a word. */
static void add_outcome(const struct render *render, struct line *line, enum outcome outcome)
{
	static const struct {
		enum style style;
		const char *sign, *ascii, *word;
	} signs[] = {
	    [OUTCOME_OPEN] = {STYLE_DIM, "· ", ". ", "[ ] "},
	    [OUTCOME_HELD] = {STYLE_OK, "✔ ", "+ ", "[ok] "},
	    [OUTCOME_FAILED] = {STYLE_FAIL, "✘ ", "x ", "[FAILED] "},
	};

	line_add_symbol(line, signs[outcome].style, signs[outcome].sign,
	    render->plain ? signs[outcome].word : signs[outcome].ascii);
}

/* --- Prose ------------------------------------------------------------------------------------ */

/* Adds @prose to @line; @style takes the place of plain.  Where styles can't be seen, emphasis has
 * no marks, and code has its own. */
static void add_spans(
    const struct render *render, struct line *line, enum style style, const char *prose)
{
	struct prose_span span;

	while (prose_next(&prose, &span)) {
		const char *quote = render->plain && span.style == STYLE_CODE ? "`" : "";

		line_adds(line, span.style, quote);
		line_add(line, span.style == STYLE_PLAIN ? style : span.style, span.text, span.len);
		line_adds(line, span.style, quote);
	}
}

/* @first: the text before the first line, in the same style, indented by @before; the other lines
 * by @indent. */
static void add_text(const struct render *render, enum style style, const char *prose,
    size_t before, const char *first, size_t indent)
{
	struct line line;

	begin(render, &line, before);
	line_adds(&line, style, first);
	add_spans(render, &line, style, prose);
	end(render, &line, indent);
}

static void add_code(const struct render *render, size_t before, const char *code)
{
	while (*code) {
		size_t len = strcspn(code, "\n");
		struct line line;

		begin(render, &line, before);
		line_add(&line, STYLE_CODE, code, len);
		end_verbatim(render, &line, before + 2);
		code += len + (code[len] == '\n');
	}
}

static void add_item(const struct render *render, const struct lesson_prose *prose, size_t before)
{
	bool bullet = strncmp(prose->text, "- ", 2) == 0;
	struct line line;

	begin(render, &line, before);
	if (bullet)
		line_add_symbol(&line, STYLE_DIM, "• ", "- ");
	add_spans(render, &line, STYLE_PLAIN, prose->text + (bullet ? 2 : 0));
	end(render, &line, before + (bullet ? 2 : strcspn(prose->text, " ") + 1));
}

static void add_prose(
    const struct render *render, const struct lesson_prose *prose, size_t count, enum style style)
{
	for (size_t i = 0; i < count; i++) {
		size_t before = 2 * (size_t)prose[i].depth;

		/* The items of a list have no blank line between. */
		if (render->roomy || prose[i].kind != PROSE_ITEM || i == 0 ||
		    prose[i - 1].kind != PROSE_ITEM)
			blank(render);
		switch (prose[i].kind) {
		case PROSE_PARAGRAPH:
			add_text(render, style, prose[i].text, before, "", before);
			break;
		case PROSE_ITEM:
			add_item(render, &prose[i], before);
			break;
		case PROSE_QUOTE:
			add_text(render, STYLE_DIM, prose[i].text, before + 2, "", before + 2);
			break;
		case PROSE_CODE:
			add_code(render, before + 4, prose[i].text);
			break;
		}
	}
}

void render_title(const struct render *render, const char *title, size_t step)
{
	struct line line, rule;

	if (step)
		blank(render);
	begin(render, &line, 0);
	begin(render, &rule, 0);
	if (step)
		line_addf(&line, STYLE_TITLE, "%zu. ", step);
	add_spans(render, &line, STYLE_TITLE, title);
	for (size_t col = 0; col < line.cols && col < render->cols; col++)
		line_adds(&rule, STYLE_TITLE, step ? "-" : "=");
	end(render, &line, 0);
	end(render, &rule, 0);
}

/* --- Predictions ------------------------------------------------------------------------------ */

static void add_choice(
    const struct render *render, const struct block_view *view, size_t at, size_t marked)
{
	const struct lesson_choice *choice = &view->block->choices[at];
	bool open = view->chosen == CHOICE_NONE, taken = view->chosen == (int)at;
	enum style style = STYLE_PLAIN;
	struct line line;

	begin(render, &line, inset(render));
	if (open && at == marked) {
		line_add_symbol(&line, STYLE_STRONG, "▶ ", "> ");
		style = STYLE_STRONG;
	} else if (!open && choice->right) {
		line_add_symbol(&line, STYLE_OK, "✔ ", "+ ");
		style = STYLE_STRONG;
	} else if (taken) {
		line_add_symbol(&line, STYLE_FAIL, "✘ ", "x ");
	} else if (!render->plain) {
		line_adds(&line, STYLE_PLAIN, "  ");
		style = open ? STYLE_PLAIN : STYLE_DIM;
	}
	line_addf(&line, open ? STYLE_KEY : style, "%zu", at + 1);
	line_adds(&line, style, ") ");
	size_t indent = line.cols;
	add_spans(render, &line, style, choice->text);
	end(render, &line, indent);
	if (!open && choice->answer && (taken || choice->right))
		add_text(render, STYLE_PLAIN, choice->answer, indent, "", indent);
}

static void add_choices(const struct render *render, const struct block_view *view, size_t marked)
{
	const struct lesson_block *block = view->block;

	add_prose(render, block->prose, block->prose_count, STYLE_STRONG);
	if (render->plain)
		blank(render);
	for (size_t i = 0; i < block->choice_count; i++) {
		space(render, 1);
		add_choice(render, view, i, marked);
	}
}

static void add_verdict(const struct render *render, bool right)
{
	add_words(render, right ? STYLE_OK : STYLE_FAIL,
	    right ? _("You were right.") : _("You expected something else."));
}

/* Where nobody chose, nobody was right or wrong. */
static void add_right_choice(const struct render *render, const struct lesson_block *block)
{
	for (size_t i = 0; i < block->choice_count; i++) {
		autofree char *words = NULL;

		if (!block->choices[i].right)
			continue;
		words = xasprintf(_("The answer is %zu."), i + 1);
		add_words(render, STYLE_STRONG, words);
	}
}

static void add_prediction(const struct render *render, const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	add_choices(render, view, render->marked);
	if (view->chosen == CHOICE_SHOWN)
		add_right_choice(render, block);
	else if (view->chosen >= 0 && (size_t)view->chosen < block->choice_count)
		add_verdict(render, block->choices[view->chosen].right);
}

void render_question(const struct render *render, const struct lesson_block *block)
{
	const struct block_view open = {.block = block, .chosen = CHOICE_NONE};

	add_choices(render, &open, SIZE_MAX);
}

void render_answers(const struct render *render, const struct lesson_block *block, int chosen)
{
	if (chosen >= 0)
		add_verdict(render, block->choices[chosen].right);
	for (size_t i = 0; i < block->choice_count; i++) {
		const struct lesson_choice *choice = &block->choices[i];
		size_t indent = inset(render) + 3;
		struct line line;

		begin(render, &line, inset(render));
		line_addf(&line, STYLE_PLAIN, "%zu) %s", i + 1,
		    choice->right ? _("is right.") : _("is not."));
		end(render, &line, indent);
		if (choice->answer && *choice->answer)
			add_text(render, STYLE_PLAIN, choice->answer, indent, "", indent);
	}
}

/* --- Calls and checks ------------------------------------------------------------------------- */

/* The result of a call, behind its "=". */
static void add_result(struct line *line, const struct stage_answer *answer)
{
	if (answer->refused) {
		line_adds(line, STYLE_FAIL, answer_refusal(answer));
	} else if (answer->error != 0) {
		const char *name = strerrorname_np(answer->error);

		line_addf(line, STYLE_WARN, "-1 %s", name ? name : _("an unknown error"));
		line_addf(line, STYLE_DIM, _(" (%s)"), strerror(answer->error));
	} else if (*answer->text && !answer->failed) {
		line_addf(line, STYLE_STRONG, "\"%s\"", answer->text);
	} else {
		line_addf(line, STYLE_STRONG, "%ld", answer->result);
		/* What a command says when it fails. */
		if (*answer->text)
			line_addf(line, STYLE_DIM, " \"%s\"", answer->text);
	}
}

void render_call(const struct render *render, const struct render_call *call)
{
	const char *means =
	    call->answer ? errno_meaning_of_answer(call->name, call->source, call->answer) : NULL;
	size_t below = inset(render) + 4;
	struct line line;

	begin(render, &line, inset(render));
	line_adds(&line, STYLE_ACTOR, call->actor);
	line_adds(&line, STYLE_PLAIN, ": ");
	line_adds(&line, call->answer ? STYLE_CODE : STYLE_DIM, call->source);
	if (call->answer) {
		line_adds(&line, STYLE_PLAIN, " = ");
		add_result(&line, call->answer);
	}
	end_verbatim(render, &line, below);
	if (call->c) {
		begin(render, &line, below);
		line_addf(&line, STYLE_DIM, _("in C: %s"), call->c);
		end_verbatim(render, &line, below + 6);
	}
	if (means) {
		begin(render, &line, below);
		line_addf(&line, STYLE_PLAIN, _("that means here: %s"), means);
		end(render, &line, below);
	}
	if (call->answer && *call->answer->saw) {
		begin(render, &line, below);
		line_adds(&line, STYLE_DIM, call->answer->saw);
		end_verbatim(render, &line, below);
	}
}

static void add_call(
    const struct render *render, const struct lesson_call *call, const struct call_record *record)
{
	bool made = record && record->outcome != OUTCOME_OPEN;
	const struct render_call shown = {
	    .actor = call->actor,
	    .name = call->name,
	    .source = call->source,
	    .c = call->c,
	    .answer = made ? &record->answer : NULL,
	};
	autofree char *why = NULL;
	struct line line;

	render_call(render, &shown);
	if (!made || record->outcome != OUTCOME_FAILED)
		return;
	why = call_difference(record);
	begin(render, &line, inset(render) + 4);
	add_outcome(render, &line, OUTCOME_FAILED);
	line_addf(&line, STYLE_FAIL, *why ? _("expected: %s. %s") : _("expected: %s"),
	    call->expected ? call->expected : _("no error"), why);
	end(render, &line, inset(render) + 6);
}

/* A stream says what the sides were also when the check holds; the value of a literal is written
 * there already. */
static bool says_sides(const struct render *render, const struct check_record *record)
{
	const struct lesson_check *check = record->check;

	return record->outcome == OUTCOME_FAILED ||
	       (render->plain && record->outcome == OUTCOME_HELD && check->left.varies &&
	           check->right.varies);
}

static void add_check(const struct render *render, const struct lesson_check *check,
    const struct check_record *record)
{
	enum outcome outcome = record ? record->outcome : OUTCOME_OPEN;
	struct line line;

	begin(render, &line, inset(render));
	add_outcome(render, &line, outcome);
	line_adds(&line, outcome == OUTCOME_OPEN ? STYLE_DIM : STYLE_PLAIN, check->source);
	if (record && says_sides(render, record))
		line_addf(&line, outcome == OUTCOME_FAILED ? STYLE_FAIL : STYLE_DIM, "   (%s, %s)",
		    record->left, record->right);
	end_verbatim(render, &line, inset(render) + 4);
}

/* --- Tasks ------------------------------------------------------------------------------------ */

/* "sh (4711), cat (4712)" */
static void add_learners(struct line *line, const struct turn_record *turn)
{
	bool any = false;

	for (int i = 0; i < CHECK_CONTEXT_YOU_MAX; i++) {
		if (!turn->learners[i].id.pid)
			continue;
		line_addf(line, STYLE_STRONG, _("%s%s (%d)"), any ? _(", ") : "",
		    turn->learners[i].comm, (int)turn->learners[i].id.pid);
		any = true;
	}
}

static bool has_learner(const struct turn_record *turn)
{
	return turn->learners[0].id.pid || turn->learners[1].id.pid;
}

/* What must become true, and what of it is true of the best candidate. */
static void add_task_line(const struct render *render, const struct check_record *record)
{
	enum outcome outcome = record->outcome;
	size_t before = render->plain ? inset(render) : 2;
	struct line line;

	begin(render, &line, before);
	/* What is not so yet is no failure. */
	add_outcome(render, &line, outcome == OUTCOME_HELD ? OUTCOME_HELD : OUTCOME_OPEN);
	line_adds(&line, STYLE_CODE, record->check->source);
	end_verbatim(render, &line, before + 2);
	if (outcome == OUTCOME_FAILED) {
		autofree char *why = check_why_not(record);

		begin(render, &line, before + 2);
		line_adds(&line, STYLE_WARN, why);
		end(render, &line, before + 4);
	}
}

static void add_task_lines(const struct render *render, const struct block_view *view)
{
	for (size_t i = 0; i < view->block->check_count; i++)
		add_task_line(render, &view->checks[i]);
}

static void add_seen(const struct render *render, const struct turn_record *turn)
{
	struct line line;

	begin(render, &line, 0);
	if (turn->state == TURN_SKIPPED) {
		line_adds(&line, STYLE_DIM, _("Skipped."));
	} else if (turn->state == TURN_SOLVED) {
		add_outcome(render, &line, OUTCOME_HELD);
		line_adds(&line, STYLE_OK, _("Done, by "));
		add_learners(&line, turn);
	} else if (has_learner(turn)) {
		line_adds(&line, STYLE_PLAIN, _("Closest match: "));
		add_learners(&line, turn);
	} else {
		line_adds(&line, STYLE_DIM, _("Nothing matches yet."));
	}
	end(render, &line, 2);
}

void render_seen(const struct render *render, const struct block_view *view)
{
	add_seen(render, view->turn);
	add_task_lines(render, view);
}

void render_solution(const struct render *render, const struct lesson_block *block)
{
	autofree char *solution = player_solution(render->player, block);

	render_note(render, STYLE_PLAIN, _("The solution:"));
	add_code(render, 4, solution);
}

void render_hint(const struct render *render, const struct lesson_block *block, size_t at)
{
	if (at >= block->hint_count) {
		render_solution(render, block);
		return;
	}
	autofree char *sign = xasprintf(_("Hint %zu of %zu: "), at + 1, block->hint_count);

	blank(render);
	add_text(render, STYLE_PLAIN, block->hints[at], 0, sign, 2);
}

void render_task(const struct render *render, const struct block_view *view)
{
	render_note(render, STYLE_STRONG,
	    _("Your turn. In another terminal, make all of these true (\"you\" is a process of "
	      "yours there):"));
	if (render->plain)
		blank(render);
	add_task_lines(render, view);
}

static void add_turn(const struct render *render, const struct block_view *view)
{
	/* What a stream has printed of it is there already. */
	if (render->plain && view->turn->state != TURN_OPEN) {
		add_seen(render, view->turn);
		return;
	}
	render_task(render, view);
	if (!render->player->reads)
		add_seen(render, view->turn);
	for (size_t i = 0; i < view->turn->hints && i <= view->block->hint_count; i++)
		render_hint(render, view->block, i);
}

/* --- The rest --------------------------------------------------------------------------------- */

void render_notes(const struct render *render, const char *notes)
{
	size_t before = render->plain ? 2 : 0;

	while (*notes) {
		size_t len = strcspn(notes, "\n");
		struct line line;

		begin(render, &line, before);
		line_add_symbol(&line, STYLE_WARN, "│ ", "| ");
		line_add(&line, STYLE_DIM, notes, len);
		end(render, &line, before + 2);
		notes += len + (notes[len] == '\n');
	}
}

void render_shell(const struct render *render, const struct lesson_block *block)
{
	blank(render);
	for (size_t i = 0; i < block->call_count; i++) {
		if (call_runs_shell(&block->calls[i]))
			add_code(render, 4, block->calls[i].source);
	}
}

void render_preflight(const struct render *render, const struct preflight *preflight)
{
	add_words(render, STYLE_FAIL,
	    _("This lesson can't be played here, but it can be read: no call is made."));
	for (size_t i = 0; i < preflight->count; i++) {
		const struct finding *finding = &preflight->findings[i];
		struct line line;

		begin(render, &line, 2);
		add_outcome(render, &line, finding->ok ? OUTCOME_HELD : OUTCOME_FAILED);
		line_adds(&line, STYLE_STRONG, finding->what);
		if (finding->why)
			line_addf(&line, STYLE_PLAIN, _(": %s"), finding->why);
		if (finding->cure)
			line_addf(&line, STYLE_CODE, _(" (%s)"), finding->cure);
		end(render, &line, 4);
	}
}

static const char *stage_note(const struct player *player)
{
	if (stage_gave_up_root(player->stage))
		return stage_in_userns(player->stage)
		           ? _("The stage dropped root and created a user namespace, so nothing "
		               "here can reach your machine. Its actors are root inside it, and "
		               "only there.")
		           : _("The stage dropped root: its actors have no privileges.");
	if (!stage_in_userns(player->stage))
		return NULL;
	return geteuid() == 0
	           ? _("You are root without CAP_SYS_ADMIN, so the stage created a user namespace "
	               "first. Its actors have all capabilities inside it, and only there.")
	           : _("You are not root, so the stage created a user namespace first. Its actors "
	               "are root inside it, and only there.");
}

bool render_stage(const struct render *render)
{
	const char *note = stage_note(render->player);

	if (note)
		render_note(render, STYLE_DIM, note);
	return note;
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

/* That is no fault of the learner, and no end. */
static void add_difference(const struct render *render)
{
	autofree char *words = xasprintf(_("Here, on Linux %s, the result differs from what the "
	                                   "lesson expects. You can continue."),
	    render->kernel);

	add_words(render, STYLE_WARN, words);
}

void render_block(const struct render *render, const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	switch (block->kind) {
	case BLOCK_PROSE:
		add_prose(render, block->prose, block->prose_count, STYLE_PLAIN);
		break;
	case BLOCK_PREDICT:
		if (render->plain) {
			render_question(render, block);
			blank(render);
			render_answers(render, block, view->chosen);
		} else {
			add_prediction(render, view);
		}
		break;
	case BLOCK_DO:
		blank(render);
		for (size_t i = 0; i < block->call_count; i++) {
			space(render, i);
			add_call(render, &block->calls[i], view->calls ? &view->calls[i] : NULL);
		}
		break;
	case BLOCK_CHECK:
		blank(render);
		for (size_t i = 0; i < block->check_count; i++) {
			space(render, i);
			add_check(
			    render, &block->checks[i], view->checks ? &view->checks[i] : NULL);
		}
		break;
	case BLOCK_SHELL:
		blank(render);
		if (!render->plain)
			add_words(render, STYLE_DIM, _("Try it yourself, in another terminal:"));
		add_code(render, 4, block->shell);
		break;
	case BLOCK_TURN:
		add_turn(render, view);
		break;
	case BLOCK_NOTES:
		if (!render->notes)
			break;
		blank(render);
		render_notes(render, block->notes);
		break;
	case BLOCK_VIEW: /* of the tree; a stream has none */
		break;
	}
	if (render->kernel && has_failed(view))
		add_difference(render);
}
