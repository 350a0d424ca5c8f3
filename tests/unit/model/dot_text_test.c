/* Hostile texts in the languages of graphs. */
#include "model/base/util.h"
#include "model/report/dot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void expect(
    void (*write_text)(FILE *out, const struct line *line), const char *text, const char *expected)
{
	char *got = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&got, &len);
	struct line line;

	line_init(&line, CHARSET_UTF8);
	line_adds(&line, STYLE_PLAIN, text);
	write_text(out, &line);
	line_done(&line);
	fclose(out);
	assert_string_equal(got, expected);
	free(got);
}

static void graphviz_takes_it_as_text(void **state)
{
	(void)state;
	expect(dot_text, "", "");
	expect(dot_text, "sh -c [x] {y} <b> |", "sh -c [x] {y} <b> |");
	expect(dot_text, "\"];x->y", "\\\"];x->y");
	/* Doubled by the line, and each of the two by us. */
	expect(dot_text, "\\", "\\\\\\\\");
	expect(dot_text, "\\\"", "\\\\\\\\\\\"");
	expect(dot_text, "a\\N\n", "a\\\\\\\\N\\\\n");
	expect(dot_text, "&lt;&", "&amp;lt;&amp;");
	expect(dot_text, "\x1b[31m\xff", "\\\\e[31m\\\\xff");
	expect(dot_text, "漢字", "漢字");
}

static void mermaid_takes_it_as_text(void **state)
{
	(void)state;
	expect(mermaid_text, "", "");
	expect(mermaid_text, "12 nginx: worker", "12 nginx: worker");
	expect(mermaid_text, "\"]", "#34;#93;");
	expect(mermaid_text, "#quot;", "#35;quot#59;");
	expect(mermaid_text, "<br/>&`%%", "#60;br/#62;#38;#96;#37;#37;");
	expect(mermaid_text, "\n", "#92;n");
	expect(mermaid_text, "漢字", "漢字");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(graphviz_takes_it_as_text),
	    cmocka_unit_test(mermaid_takes_it_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
