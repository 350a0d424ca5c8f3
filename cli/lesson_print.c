#include "cli/lesson_print.h"

#include "cli/report.h"
#include "lessons/prose.h"
#include "model/detail.h"
#include "model/i18n.h"
#include "model/util.h"

#include <string.h>

/* Prints @line wrapped. */
static void print_line(const struct lesson_print *print, const struct line *line, size_t indent)
{
	struct lines lines = {0};

	lines_wrap_line(&lines, line, indent, print->cols);
	for (size_t i = 0; i < lines.count; i++)
		report_line(&lines.items[i], 0);
	lines_done(&lines);
}

static void print_blank(const struct lesson_print *print)
{
	struct line line;

	line_init(&line, print->charset);
	report_line(&line, 0);
	line_done(&line);
}

/* A line that begins with @sign and then @text; what wraps stands under the text. */
static void print_text(
    const struct lesson_print *print, size_t indent, const char *sign, const char *text)
{
	struct line line;

	line_init(&line, print->charset);
	line_pad(&line, indent);
	line_adds(&line, STYLE_PLAIN, sign);
	indent = line.cols;
	line_adds(&line, STYLE_PLAIN, text);
	print_line(print, &line, indent);
	line_done(&line);
}

/* Emphasis means nothing on a typewriter; code keeps its marks. */
static char *without_emphasis(const char *prose)
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

static void print_code(const struct lesson_print *print, size_t indent, const char *code)
{
	while (*code) {
		size_t len = strcspn(code, "\n");
		struct line line;

		line_init(&line, print->charset);
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
	autofree char *text = without_emphasis(prose->text);
	size_t mark_len = prose->kind == PROSE_ITEM ? strcspn(text, " ") + 1 : 0;
	autofree char *mark = xstrndup(text, mark_len);

	if (!follows_item)
		print_blank(print);
	switch (prose->kind) {
	case PROSE_PARAGRAPH:
		print_text(print, indent, "", text);
		break;
	case PROSE_ITEM:
		print_text(print, indent, mark, text + mark_len);
		break;
	case PROSE_QUOTE:
		print_text(print, indent, "  ", text);
		break;
	case PROSE_CODE:
		print_code(print, indent + 4, prose->text);
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
	autofree char *text = without_emphasis(title);
	struct line line, rule;

	if (step)
		print_blank(print);
	line_init(&line, print->charset);
	line_init(&rule, print->charset);
	if (step)
		line_addf(&line, STYLE_TITLE, "%zu. ", step);
	line_adds(&line, STYLE_TITLE, text);
	for (size_t col = 0; col < line.cols && col < print->cols; col++)
		line_adds(&rule, STYLE_TITLE, step ? "-" : "=");
	print_line(print, &line, 0);
	report_line(&rule, 0);
	line_done(&line);
	line_done(&rule);
}

void lesson_print_note(const struct lesson_print *print, const char *text)
{
	print_blank(print);
	print_text(print, 0, "", text);
}

static void add_sign(const struct lesson_print *print, struct line *line, bool good)
{
	(void)print;
	if (good)
		line_add_sign(line, STYLE_OK, "✔ ", "[ok] ");
	else
		line_add_sign(line, STYLE_FAIL, "✘ ", "[FAILED] ");
}

/* What a call came to, as C would see it. */
static void add_result(struct line *line, const struct stage_answer *answer)
{
	if (answer->refused) {
		line_adds(line, STYLE_FAIL, _("not made: it could be seen outside the lesson"));
	} else if (answer->error) {
		const char *name = strerrorname_np(answer->error);

		line_addf(
		    line, STYLE_PLAIN, "-1 %s (%s)", name ? name : "?", strerror(answer->error));
	} else if (answer->text[0]) {
		line_addf(line, STYLE_PLAIN, "\"%s\"", answer->text);
	} else {
		line_addf(line, STYLE_PLAIN, "%ld", answer->result);
	}
}

static void print_call(const struct lesson_print *print, const struct call_record *record)
{
	const struct lesson_call *call = record->call;
	struct line line;

	line_init(&line, print->charset);
	line_addf(&line, STYLE_PLAIN, "    %s: %s = ", call->actor, call->source);
	add_result(&line, &record->answer);
	report_line(&line, 0); /* a call is not broken over lines */
	if (record->answer.saw[0]) {
		line_clear(&line);
		line_addf(&line, STYLE_DIM, "        %s", record->answer.saw);
		report_line(&line, 0);
	}
	if (record->outcome == OUTCOME_FAILED) {
		line_clear(&line);
		line_pad(&line, 4);
		add_sign(print, &line, false);
		if (call->expected)
			line_addf(&line, STYLE_FAIL, _("expected: %s. This kernel differs here."),
			    call->expected);
		else
			line_adds(
			    &line, STYLE_FAIL, _("expected: no error. This kernel differs here."));
		print_line(print, &line, 8);
	}
	line_done(&line);
}

static void print_check(const struct lesson_print *print, const struct check_record *record)
{
	const struct lesson_check *check = record->check;
	struct line line;

	line_init(&line, print->charset);
	line_pad(&line, 4);
	add_sign(print, &line, record->outcome == OUTCOME_HELD);
	line_adds(&line, STYLE_PLAIN, check->source);
	/* What a literal is worth is written there already. */
	if (record->outcome == OUTCOME_FAILED || (check->left.varies && check->right.varies))
		line_addf(&line, STYLE_DIM, "   (%s, %s)", record->left, record->right);
	report_line(&line, 0);
	line_done(&line);
}

void lesson_print_question(const struct lesson_print *print, const struct lesson_block *block)
{
	print_proses(print, block->prose, block->prose_count);
	print_blank(print);
	for (size_t i = 0; i < block->choice_count; i++) {
		autofree char *text = without_emphasis(block->choices[i].text);
		autofree char *mark = xasprintf("%zu) ", i + 1);

		print_text(print, 4, mark, text);
	}
	print_blank(print);
}

void lesson_print_answers(
    const struct lesson_print *print, const struct lesson_block *block, int chosen)
{
	if (chosen >= 0)
		print_text(print, 0, "",
		    block->choices[chosen].right ? _("You were right.")
		                                 : _("You expected something else."));
	for (size_t i = 0; i < block->choice_count; i++) {
		const struct lesson_choice *choice = &block->choices[i];
		autofree char *answer = without_emphasis(choice->answer ? choice->answer : "");
		autofree char *mark =
		    xasprintf("%zu) %s ", i + 1, choice->right ? _("is right.") : _("is not."));

		print_text(print, 4, mark, "");
		if (*answer)
			print_text(print, 7, "", answer);
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
		print_blank(print);
		for (size_t i = 0; i < block->call_count; i++)
			print_call(print, &view->calls[i]);
		break;
	case BLOCK_CHECK:
		print_blank(print);
		for (size_t i = 0; i < block->check_count; i++)
			print_check(print, &view->checks[i]);
		break;
	case BLOCK_SHELL:
		print_blank(print);
		print_code(print, 4, block->shell);
		break;
	}
}
