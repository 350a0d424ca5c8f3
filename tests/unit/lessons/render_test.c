/* A lesson's text: on a screen and in a stream it has the same words; a stream has no styles, takes nothing
 * back, and breaks nothing that is to be copied. */
#include "lessons/play/render.h"
#include "model/base/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What a parser would own. */
#define TEXT(text) ((char *)(text))

/* The lines of a block, each with a newline.  To be freed. */
static char *block_text(
    const struct block_view *view, bool plain, enum charset charset, size_t cols)
{
	struct lines lines = {0};
	const struct render render = {.charset = charset,
	    .cols = cols,
	    .plain = plain,
	    .notes = true,
	    .marked = 1,
	    .lines = &lines};
	char *text = xstrdup("");

	render_block(&render, view);
	for (size_t i = 0; i < lines.count; i++) {
		autofree char *before = text;
		const char *line = lines.items[i].text ? lines.items[i].text : "";
		size_t len = strlen(line);

		while (len && line[len - 1] == ' ')
			len--;
		text = xasprintf("%s%.*s\n", before, (int)len, line);
	}
	lines_done(&lines);
	return text;
}

static void assert_block(
    const struct block_view *view, size_t cols, const char *screen, const char *stream)
{
	autofree char *on_screen = block_text(view, false, CHARSET_UTF8, cols);
	autofree char *in_stream = block_text(view, true, CHARSET_UTF8, cols);

	assert_string_equal(on_screen, screen);
	assert_string_equal(in_stream, stream);
}

static void prose(void **state)
{
	struct lesson_prose texts[] = {
	    {PROSE_PARAGRAPH, 0, TEXT("Run `id`, *now*.")},
	    {PROSE_ITEM, 0, TEXT("- one")},
	    {PROSE_ITEM, 0, TEXT("- two words that wrap")},
	    {PROSE_PARAGRAPH, 1, TEXT("below it")},
	    {PROSE_CODE, 0, TEXT("hostname long-name")},
	};
	const struct lesson_block block = {
	    .kind = BLOCK_PROSE, .prose = texts, .prose_count = array_len(texts)};
	const struct block_view view = {.block = &block};

	(void)state;
	assert_block(&view, 16,
	    "Run id, now.\n\n• one\n• two words that\n  wrap\n\n  below it\n\n    hostname\n"
	    "      long-name\n",
	    "\nRun `id`, now.\n\n• one\n• two words that\n  wrap\n\n  below it\n\n"
	    "    hostname long-name\n");
}

static void calls(void **state)
{
	struct lesson_call list[] = {
	    {.actor = TEXT("A"),
	        .name = TEXT("getpid"),
	        .source = TEXT("getpid()"),
	        .expected = TEXT("2")},
	    {.actor = TEXT("A"), .name = TEXT("open"), .source = TEXT("open(\"/x\", O_RDONLY)")},
	    {.actor = TEXT("A"), .name = TEXT("gethostname"), .source = TEXT("gethostname()")},
	};
	const struct call_record records[] = {
	    {.call = &list[0], .outcome = OUTCOME_FAILED, .answer = {.result = 7}},
	    {.call = &list[1],
	        .outcome = OUTCOME_HELD,
	        .answer = {.result = -1, .error = EIO, .saw = "/x: y"}},
	    {.call = &list[2]},
	};
	const struct lesson_block block = {
	    .kind = BLOCK_DO, .calls = list, .call_count = array_len(list)};
	const struct block_view view = {.block = &block, .calls = records};

	(void)state;
	assert_block(&view, 60,
	    "A: getpid() = 7\n    ✘ expected: 2. This kernel differs here.\n"
	    "A: open(\"/x\", O_RDONLY) = -1 EIO (Input/output error)\n    /x: y\n"
	    "A: gethostname()\n",
	    "\n    A: getpid() = 7\n        ✘ expected: 2. This kernel differs here.\n"
	    "    A: open(\"/x\", O_RDONLY) = -1 EIO (Input/output error)\n        /x: y\n"
	    "    A: gethostname()\n");
}

static void checks(void **state)
{
	struct lesson_check list[] = {
	    {.source = TEXT("pid(A) == pid(B)"),
	        .left = {.varies = true},
	        .right = {.varies = true}},
	    {.source = TEXT("pid(A) == 1"), .left = {.varies = true}},
	    {.source = TEXT("pid(B) == 1"), .left = {.varies = true}},
	};
	const struct check_record records[] = {
	    {.check = &list[0], .outcome = OUTCOME_HELD, .left = "7", .right = "7"},
	    {.check = &list[1], .outcome = OUTCOME_HELD, .left = "1", .right = "1"},
	    {.check = &list[2], .outcome = OUTCOME_FAILED, .left = "2", .right = "1"},
	};
	const struct lesson_block block = {
	    .kind = BLOCK_CHECK, .checks = list, .check_count = array_len(list)};
	const struct block_view view = {.block = &block, .checks = records};
	const struct block_view open = {.block = &block};

	(void)state;
	assert_block(&view, 60, "✔ pid(A) == pid(B)\n✔ pid(A) == 1\n✘ pid(B) == 1   (2, 1)\n",
	    "\n    ✔ pid(A) == pid(B)   (7, 7)\n    ✔ pid(A) == 1\n    ✘ pid(B) == 1   (2, 1)\n");
	autofree char *ascii = block_text(&view, true, CHARSET_ASCII, 60);
	autofree char *screen = block_text(&open, false, CHARSET_ASCII, 60);
	assert_non_null(strstr(ascii, "    [ok] pid(A) == 1\n    [FAILED] pid(B) == 1   (2, 1)\n"));
	assert_string_equal(screen, ". pid(A) == pid(B)\n. pid(A) == 1\n. pid(B) == 1\n");
}

/* A screen marks the choices, once one was taken; a stream has its question above, and says which is right. */
static void predictions(void **state)
{
	struct lesson_choice choices[] = {{.text = TEXT("This"), .answer = TEXT("Tempting.")},
	    {.text = TEXT("That"), .right = true}};
	struct lesson_prose question = {PROSE_PARAGRAPH, 0, TEXT("Which?")};
	const struct lesson_block block = {.kind = BLOCK_PREDICT,
	    .prose = &question,
	    .prose_count = 1,
	    .choices = choices,
	    .choice_count = array_len(choices)};
	const struct block_view open = {.block = &block, .chosen = -1};
	const struct block_view taken = {.block = &block, .chosen = 0};

	(void)state;
	autofree char *asked = block_text(&open, false, CHARSET_UTF8, 60);
	assert_string_equal(asked, "Which?\n  1) This\n▶ 2) That\n");
	assert_block(&taken, 60,
	    "Which?\n✘ 1) This\n     Tempting.\n✔ 2) That\nYou expected something else.\n",
	    "\nWhich?\n\n    1) This\n    2) That\n\nYou expected something else.\n"
	    "    1) is not.\n       Tempting.\n    2) is right.\n");
}

static void tasks(void **state)
{
	struct lesson_check check = {.source = TEXT("pid(you) == 1"), .left = {.varies = true}};
	const struct check_record record = {
	    .check = &check, .outcome = OUTCOME_FAILED, .left = "7", .right = "1"};
	struct turn_record turn = {
	    .state = TURN_SOLVED,
	    .learners = {{.id.pid = 4711, .comm = "sh"}, {.id.pid = 4712, .comm = "cat"}},
	};
	const struct lesson_block block = {.kind = BLOCK_TURN, .checks = &check, .check_count = 1};
	const struct block_view view = {.block = &block, .checks = &record, .turn = &turn};
	struct lines lines = {0};
	const struct render render = {
	    .charset = CHARSET_UTF8, .cols = 60, .plain = true, .lines = &lines};

	(void)state;
	autofree char *done = block_text(&view, true, CHARSET_UTF8, 60);
	assert_string_equal(done, "✔ Done, by sh (4711), cat (4712)\n");
	turn.state = TURN_OPEN;
	render_seen(&render, &view);
	assert_int_equal(lines.count, 3);
	assert_string_equal(lines.items[0].text, "Closest match: sh (4711), cat (4712)");
	assert_string_equal(lines.items[1].text, "    · pid(you) == 1");
	assert_string_equal(lines.items[2].text, "      it is 7, not 1 yet");
	lines_done(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prose),
	    cmocka_unit_test(calls),
	    cmocka_unit_test(checks),
	    cmocka_unit_test(predictions),
	    cmocka_unit_test(tasks),
	};

	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
