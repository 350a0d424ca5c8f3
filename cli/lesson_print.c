#include "cli/lesson_print_parts.h"

#include "cli/report.h"
#include "lessons/meanings.h"
#include "lessons/prose.h"
#include "model/detail.h"
#include "model/i18n.h"
#include "model/util.h"

#include <string.h>

void lesson_print_line(const struct lesson_print *print, const struct line *line, size_t indent)
{
	struct lines lines = {0};

	lines_wrap_line(&lines, line, indent, print->cols);
	for (size_t i = 0; i < lines.count; i++)
		report_line(&lines.items[i], 0);
	lines_done(&lines);
}

void lesson_print_blank(const struct lesson_print *print)
{
	struct line line;

	line_init_verbatim(&line, print->charset);
	report_line(&line, 0);
	line_done(&line);
}

void lesson_print_text(
    const struct lesson_print *print, size_t indent, const char *sign, const char *text)
{
	struct line line;

	line_init_verbatim(&line, print->charset);
	line_pad(&line, indent);
	line_adds(&line, STYLE_PLAIN, sign);
	indent = line.cols;
	line_adds(&line, STYLE_PLAIN, text);
	lesson_print_line(print, &line, indent);
	line_done(&line);
}

char *lesson_print_prose(const char *prose)
{
	char *plain = xmalloc(2 * strlen(prose) + 1), *to = plain;
	struct prose_span span;

	while (prose_next(&prose, &span)) {
		if (span.style == STYLE_CODE)
			*to++ = '`';
		memcpy(to, span.text, span.len);
		to += span.len;
		if (span.style == STYLE_CODE)
			*to++ = '`';
	}
	*to = 0;
	return plain;
}

void lesson_print_code(const struct lesson_print *print, size_t indent, const char *code)
{
	while (*code) {
		size_t len = strcspn(code, "\n");
		struct line line;

		line_init_verbatim(&line, print->charset);
		line_pad(&line, indent);
		line_add(&line, STYLE_CODE, code, len);
		report_line(&line, 0);
		line_done(&line);
		code += len + (code[len] == '\n');
	}
}

static void print_prose(
    const struct lesson_print *print, const struct lesson_prose *prose, bool follows_item)
{
	size_t indent = 2 * (size_t)prose->depth;
	autofree char *text = lesson_print_prose(prose->text);
	size_t mark_len = prose->kind == PROSE_ITEM ? strcspn(text, " ") + 1 : 0;
	autofree char *mark = xstrndup(text, mark_len);

	if (!follows_item)
		lesson_print_blank(print);
	switch (prose->kind) {
	case PROSE_PARAGRAPH:
		lesson_print_text(print, indent, "", text);
		break;
	case PROSE_ITEM:
		lesson_print_text(print, indent, mark, text + mark_len);
		break;
	case PROSE_QUOTE:
		lesson_print_text(print, indent, "  ", text);
		break;
	case PROSE_CODE:
		lesson_print_code(print, indent + 4, prose->text);
		break;
	}
}

static void print_proses(
    const struct lesson_print *print, const struct lesson_prose *prose, size_t count)
{
	for (size_t i = 0; i < count; i++)
		print_prose(print, &prose[i],
		    i && prose[i].kind == PROSE_ITEM && prose[i - 1].kind == PROSE_ITEM);
}

void lesson_print_title(const struct lesson_print *print, const char *title, size_t step)
{
	autofree char *text = lesson_print_prose(title);
	struct line line, rule;

	if (step)
		lesson_print_blank(print);
	line_init_verbatim(&line, print->charset);
	line_init_verbatim(&rule, print->charset);
	if (step)
		line_addf(&line, STYLE_TITLE, "%zu. ", step);
	line_adds(&line, STYLE_TITLE, text);
	for (size_t col = 0; col < line.cols && col < print->cols; col++)
		line_adds(&rule, STYLE_TITLE, step ? "-" : "=");
	lesson_print_line(print, &line, 0);
	report_line(&rule, 0);
	line_done(&line);
	line_done(&rule);
}

void lesson_print_note(const struct lesson_print *print, const char *text)
{
	lesson_print_blank(print);
	lesson_print_text(print, 0, "", text);
}

void lesson_print_sign(struct line *line, bool good)
{
	if (good)
		line_add_sign(line, STYLE_OK, "✔ ", "[ok] ");
	else
		line_add_sign(line, STYLE_FAIL, "✘ ", "[FAILED] ");
}

/* What a call came to, as C would see it. */
static void add_result(struct line *line, const struct stage_answer *answer)
{
	if (answer->refused) {
		line_adds(line, STYLE_FAIL, answer_refusal(answer));
	} else if (answer->error) {
		const char *name = strerrorname_np(answer->error);

		line_addf(
		    line, STYLE_PLAIN, "-1 %s (%s)", name ? name : "?", strerror(answer->error));
	} else if (answer->text[0] && !answer->failed) {
		line_addf(line, STYLE_PLAIN, "\"%s\"", answer->text);
	} else {
		line_addf(line, STYLE_PLAIN, "%ld", answer->result);
		/* What a command says when it fails. */
		if (answer->text[0])
			line_addf(line, STYLE_PLAIN, " \"%s\"", answer->text);
	}
}

static void print_call(const struct lesson_print *print, const struct call_record *record)
{
	const struct lesson_call *call = record->call;
	const char *means = meaning_of_answer(call->name, call->source, &record->answer);
	struct line line;

	line_init_verbatim(&line, print->charset);
	line_addf(&line, STYLE_PLAIN, "    %s: %s", call->actor, call->source);
	if (record->outcome != OUTCOME_OPEN) {
		line_adds(&line, STYLE_PLAIN, " = ");
		add_result(&line, &record->answer);
	}
	report_line(&line, 0); /* a call is not broken over lines */
	if (call->c) {
		line_clear(&line);
		line_pad(&line, 8);
		line_addf(&line, STYLE_DIM, _("in C: %s"), call->c);
		report_line(&line, 0);
	}
	if (means) {
		line_clear(&line);
		line_pad(&line, 8);
		line_addf(&line, STYLE_PLAIN, _("that means here: %s"), means);
		lesson_print_line(print, &line, 8);
	}
	if (record->answer.saw[0]) {
		line_clear(&line);
		line_addf(&line, STYLE_DIM, "        %s", record->answer.saw);
		report_line(&line, 0);
	}
	if (record->outcome == OUTCOME_FAILED) {
		autofree char *why = call_difference(record);

		line_clear(&line);
		line_pad(&line, 4);
		lesson_print_sign(&line, false);
		line_addf(&line, STYLE_FAIL, *why ? _("expected: %s. %s") : _("expected: %s"),
		    call->expected ? call->expected : _("no error"), why);
		lesson_print_line(print, &line, 8);
	}
	line_done(&line);
}

static void print_check(const struct lesson_print *print, const struct check_record *record)
{
	const struct lesson_check *check = record->check;
	struct line line;

	line_init_verbatim(&line, print->charset);
	line_pad(&line, 4);
	if (record->outcome == OUTCOME_OPEN)
		line_add_sign(&line, STYLE_DIM, "· ", "[ ] ");
	else
		lesson_print_sign(&line, record->outcome == OUTCOME_HELD);
	line_adds(&line, STYLE_PLAIN, check->source);
	/* What a literal is worth is written there already. */
	if (record->outcome == OUTCOME_FAILED ||
	    (record->outcome == OUTCOME_HELD && check->left.varies && check->right.varies))
		line_addf(&line, STYLE_DIM, "   (%s, %s)", record->left, record->right);
	report_line(&line, 0);
	line_done(&line);
}

void lesson_print_shell(const struct lesson_print *print, const struct lesson_block *block)
{
	lesson_print_blank(print);
	for (size_t i = 0; i < block->call_count; i++)
		if (call_runs_shell(&block->calls[i]))
			lesson_print_text(print, 4, "", block->calls[i].source);
	lesson_print_blank(print);
}

void lesson_print_preflight(const struct lesson_print *print, const struct preflight *preflight)
{
	lesson_print_text(print, 0, "",
	    _("This lesson can't be played here, but it can be read: no call is made."));
	for (size_t i = 0; i < preflight->count; i++) {
		const struct finding *finding = &preflight->findings[i];
		struct line line;

		line_init_verbatim(&line, print->charset);
		line_pad(&line, 4);
		lesson_print_sign(&line, finding->ok);
		line_adds(&line, STYLE_PLAIN, finding->what);
		if (finding->why)
			line_addf(&line, STYLE_FAIL, ": %s", finding->why);
		if (finding->cure)
			line_addf(&line, STYLE_PLAIN, " (%s)", finding->cure);
		lesson_print_line(print, &line, 8);
		line_done(&line);
	}
	lesson_print_blank(print);
}

void lesson_print_question(const struct lesson_print *print, const struct lesson_block *block)
{
	print_proses(print, block->prose, block->prose_count);
	lesson_print_blank(print);
	for (size_t i = 0; i < block->choice_count; i++) {
		autofree char *text = lesson_print_prose(block->choices[i].text);
		autofree char *mark = xasprintf("%zu) ", i + 1);

		lesson_print_text(print, 4, mark, text);
	}
	lesson_print_blank(print);
}

void lesson_print_answers(
    const struct lesson_print *print, const struct lesson_block *block, int chosen)
{
	if (chosen >= 0)
		lesson_print_text(print, 0, "",
		    block->choices[chosen].right ? _("You were right.")
		                                 : _("You expected something else."));
	for (size_t i = 0; i < block->choice_count; i++) {
		const struct lesson_choice *choice = &block->choices[i];
		autofree char *answer = lesson_print_prose(choice->answer ? choice->answer : "");
		autofree char *mark =
		    xasprintf("%zu) %s ", i + 1, choice->right ? _("is right.") : _("is not."));

		lesson_print_text(print, 4, mark, "");
		if (*answer)
			lesson_print_text(print, 7, "", answer);
	}
}

void lesson_print_block(const struct lesson_print *print, const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	switch (block->kind) {
	case BLOCK_PROSE:
		print_proses(print, block->prose, block->prose_count);
		break;
	case BLOCK_PREDICT:
		lesson_print_question(print, block);
		lesson_print_answers(print, block, view->chosen);
		break;
	case BLOCK_DO:
		lesson_print_blank(print);
		for (size_t i = 0; i < block->call_count; i++)
			print_call(print, &view->calls[i]);
		break;
	case BLOCK_CHECK:
		lesson_print_blank(print);
		for (size_t i = 0; i < block->check_count; i++)
			print_check(print, &view->checks[i]);
		break;
	case BLOCK_SHELL:
		lesson_print_blank(print);
		lesson_print_code(print, 4, block->shell);
		break;
	case BLOCK_TURN:
		lesson_print_turn(print, view);
		break;
	case BLOCK_NOTES:
		if (print->notes)
			lesson_print_notes(print, block->notes);
		break;
	case BLOCK_VIEW: /* there is no tree */
		break;
	}
}
