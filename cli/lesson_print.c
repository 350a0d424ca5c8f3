#include "cli/lesson_print.h"

#include "cli/report.h"

void lesson_print(const struct render *render)
{
	for (size_t i = 0; i < render->lines->count; i++)
		report_line(&render->lines->items[i], 0);
	lines_done(render->lines);
}

void lesson_print_note(const struct render *render, const char *words)
{
	render_note(render, STYLE_PLAIN, words);
	lesson_print(render);
}
