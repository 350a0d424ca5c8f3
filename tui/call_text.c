#include "tui/call_text.h"

#include "lessons/meanings.h"
#include "lessons/player.h"
#include "model/i18n.h"

#include <string.h>

enum { INDENT_COLS = 4 };

/* What a call came to, behind its "=". */
static void add_result(struct line *line, const struct stage_answer *answer)
{
	if (answer->refused) {
		line_adds(line, STYLE_FAIL, answer_refusal(answer));
	} else if (answer->error != 0) {
		const char *name = strerrorname_np(answer->error);

		line_addf(line, STYLE_WARN, "%s", name ? name : _("an unknown error"));
		line_addf(line, STYLE_DIM, " (%s)", strerror(answer->error));
	} else if (*answer->text && !answer->failed) {
		line_addf(line, STYLE_STRONG, "\"%s\"", answer->text);
	} else {
		line_addf(line, STYLE_STRONG, "%ld", answer->result);
		/* What a command says when it fails. */
		if (*answer->text)
			line_addf(line, STYLE_DIM, " \"%s\"", answer->text);
	}
}

void call_text_add(
    struct lines *lines, enum charset charset, size_t cols, const struct call_text *call)
{
	const char *means =
	    call->answer ? meaning_of_answer(call->name, call->source, call->answer) : NULL;
	struct line line;

	line_init_verbatim(&line, charset);
	line_adds(&line, STYLE_ACTOR, call->actor);
	line_adds(&line, STYLE_PLAIN, ": ");
	line_adds(&line, call->answer ? STYLE_CODE : STYLE_DIM, call->source);
	if (call->answer) {
		line_adds(&line, STYLE_PLAIN, " = ");
		add_result(&line, call->answer);
	}
	lines_wrap_line(lines, &line, INDENT_COLS, cols);
	if (call->c) {
		line_clear(&line);
		line_pad(&line, 3);
		line_addf(&line, STYLE_DIM, _("in C: %s"), call->c);
		lines_wrap_line(lines, &line, 9, cols);
	}
	if (means) {
		line_clear(&line);
		line_pad(&line, 3);
		line_addf(&line, STYLE_PLAIN, _("that means here: %s"), means);
		lines_wrap_line(lines, &line, INDENT_COLS, cols);
	}
	if (call->answer && *call->answer->saw) {
		line_clear(&line);
		line_pad(&line, 3);
		line_adds(&line, STYLE_DIM, call->answer->saw);
		lines_wrap_line(lines, &line, INDENT_COLS, cols);
	}
	line_done(&line);
}
