/* Lessons as they are written: what is understood, and where mistakes are told. */
#include "lessons/script/lesson.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD         "# T\n\n```lesson\nname: t\nactors: A, B\n```\n\n## S\n\n"
#define DO(lines)    HEAD "```do\n" lines "\n```\n"
#define CHECK(lines) HEAD "```check\n" lines "\n```\n"
#define FACTS(lines) "# T\n\n```lesson\n" lines "\n```\n\n## S\n"

static struct lesson *parse(const char *text)
{
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};
	int r = lesson_parse(text, strlen(text), "en", &lesson, &error);

	if (r < 0)
		fail_msg("%d:%d: %s", error.line, error.column, error.message);
	assert_non_null(lesson);
	return lesson;
}

static void whole_lesson(void **state)
{
	static const char text[] = "# UTS: *copy*\n"
	                           "\n"
	                           "```lesson\n"
	                           "# a comment\n"
	                           "name: uts\n"
	                           "kernel: 3.8\n"
	                           "types: uts, net\n"
	                           "group: type\n"
	                           "actors: A\n"
	                           "stage: user mnt, net\n"
	                           "needs: ip, cgroup\n"
	                           "minutes: 10\n"
	                           "```\n"
	                           "First words,\n"
	                           "with `code` and **more**.\n"
	                           "\n"
	                           "## A leaves\n"
	                           "Prose.\n"
	                           "\n"
	                           "- one\n"
	                           "- two\n"
	                           "  - inner\n"
	                           "\n"
	                           "3. three\n"
	                           "\n"
	                           "> quoted\n"
	                           "\n"
	                           "    indented\n"
	                           "      code\n"
	                           "\n"
	                           "Which?\n"
	                           "\n"
	                           "- [ ] wrong\n"
	                           "\n"
	                           "  Tempting, because.\n"
	                           "- [x] right\n"
	                           "\n"
	                           "```do\n"
	                           "A: unshare( CLONE_NEWUTS ) = 0\n"
	                           "\n"
	                           "A: fork(P)\n"
	                           "P: sethostname(\"a, (b) \\\"\") = EINVAL\n"
	                           "```\n"
	                           "```check\n"
	                           "ns(A, uts) != ns(me,uts)\n"
	                           "hostname(P)==\"ns1\"\n"
	                           "members(before(ns(A, uts))) == 0\n"
	                           "hostname(me) == start(hostname(me))\n"
	                           "```\n"
	                           "<!-- for authors -->\n"
	                           "```sh\n"
	                           "unshare --uts\n"
	                           "hostname\n"
	                           "```\n";
	struct lesson *lesson = parse(text);
	const struct lesson_step *step = &lesson->steps[1];
	const struct lesson_block *block = step->blocks;

	(void)state;
	assert_string_equal(lesson->title, "UTS: *copy*");
	assert_string_equal(lesson->language, "en");
	assert_string_equal(lesson->name, "uts");
	assert_string_equal(lesson->kernel, "3.8");
	assert_string_equal(lesson->group, "type");
	assert_int_equal(lesson->type_count, 2);
	assert_string_equal(lesson->types[1], "net");
	assert_int_equal(lesson->actor_count, 1);
	assert_string_equal(lesson->actors[0], "A");
	assert_int_equal(lesson->need_count, 2);
	assert_string_equal(lesson->needs[1], "cgroup");
	assert_int_equal(lesson->minutes, 10);
	assert_int_equal(lesson->stage.kind, STAGE_USER);
	assert_int_equal(lesson->stage.types, 1u << NS_MNT | 1u << NS_NET);
	assert_int_equal(lesson->step_count, 2);
	assert_string_equal(lesson->steps[0].title, "UTS: *copy*");
	assert_int_equal(lesson->steps[0].block_count, 1);
	assert_string_equal(
	    lesson->steps[0].blocks[0].prose[0].text, "First words, with `code` and **more**.");

	assert_string_equal(step->title, "A leaves");
	assert_int_equal(step->line, 17);
	assert_int_equal(step->block_count, 5);

	assert_int_equal(block->kind, BLOCK_PROSE);
	assert_int_equal(block->prose_count, 7);
	assert_string_equal(block->prose[0].text, "Prose.");
	assert_int_equal(block->prose[0].kind, PROSE_PARAGRAPH);
	assert_string_equal(block->prose[1].text, "- one");
	assert_int_equal(block->prose[1].kind, PROSE_ITEM);
	assert_string_equal(block->prose[3].text, "- inner");
	assert_int_equal(block->prose[3].depth, 1);
	assert_string_equal(block->prose[4].text, "3. three");
	assert_string_equal(block->prose[5].text, "quoted");
	assert_int_equal(block->prose[5].kind, PROSE_QUOTE);
	assert_string_equal(block->prose[6].text, "indented\n  code");
	assert_int_equal(block->prose[6].kind, PROSE_CODE);

	block++;
	assert_int_equal(block->kind, BLOCK_PREDICT);
	assert_string_equal(block->prose[0].text, "Which?");
	assert_int_equal(block->choice_count, 2);
	assert_string_equal(block->choices[0].text, "wrong");
	assert_string_equal(block->choices[0].answer, "Tempting, because.");
	assert_int_equal(block->choices[0].right, 0);
	assert_string_equal(block->choices[1].text, "right");
	assert_null(block->choices[1].answer);
	assert_int_equal(block->choices[1].right, 1);

	block++;
	assert_int_equal(block->kind, BLOCK_DO);
	assert_int_equal(block->call_count, 3);
	assert_string_equal(block->calls[0].actor, "A");
	assert_string_equal(block->calls[0].name, "unshare");
	assert_int_equal(block->calls[0].argument_count, 1);
	assert_string_equal(block->calls[0].arguments[0], "CLONE_NEWUTS");
	assert_string_equal(block->calls[0].expected, "0");
	assert_string_equal(block->calls[0].source, "unshare( CLONE_NEWUTS )");
	assert_null(block->calls[1].expected);
	assert_int_equal(block->calls[1].line, 41);
	assert_string_equal(block->calls[2].arguments[0], "\"a, (b) \\\"\"");
	assert_string_equal(block->calls[2].expected, "EINVAL");

	block++;
	assert_int_equal(block->kind, BLOCK_CHECK);
	assert_int_equal(block->check_count, 4);
	assert_int_equal(block->checks[0].relation, RELATION_OTHER);
	assert_string_equal(block->checks[0].source, "ns(A, uts) != ns(me,uts)");
	assert_string_equal(block->checks[0].right.terms[0].word, "ns");
	assert_string_equal(block->checks[0].right.terms[0].arguments[1].word, "uts");
	assert_int_equal(block->checks[1].relation, RELATION_EQUAL);
	assert_string_equal(block->checks[1].right.terms[0].word, "\"ns1\"");
	assert_int_equal(block->checks[1].right.varies, 0);
	assert_string_equal(block->checks[2].left.terms[0].arguments[0].word, "before");

	block++;
	assert_int_equal(block->kind, BLOCK_SHELL);
	assert_string_equal(block->shell, "unshare --uts\nhostname\n");
	lesson_free(lesson);
}

static void line_ends_of_chinese_join_without_a_blank(void **state)
{
	struct lesson *lesson = parse(HEAD "名称\n空间 uts\nA 的名字。\n“好”\n吗 a\nb\n");

	(void)state;
	assert_string_equal(
	    lesson->steps[1].blocks[0].prose[0].text, "名称空间 uts A 的名字。“好”吗 a b");
	lesson_free(lesson);
}

static void crlf_is_a_line_end(void **state)
{
	struct lesson *lesson =
	    parse("# T\r\n\r\n```lesson\r\nname: t\r\nactors: A\r\n```\r\n## S\r\n```do\r\nA: "
	          "unshare(CLONE_NEWUTS) = 0\r\n```\r\n");

	(void)state;
	assert_string_equal(lesson->steps[1].blocks[0].calls[0].expected, "0");
	assert_int_equal(lesson->steps[1].blocks[0].calls[0].line, 9);
	lesson_free(lesson);
}

static const struct mistake {
	const char *text;
	int line, column;
	const char *message; /* must be in it */
} mistakes[] = {
    {"", 0, 0, "no title"},
    {"text\n", 1, 1, "title first"},
    {"## S\n", 1, 1, "title first"},
    {"# T\n", 0, 0, "no lesson block"},
    {"# T\n\n# U\n", 3, 1, "second title"},
    {"# T\n\n## S\n", 3, 1, "before the first step"},
    {"#\n", 1, 1, "without words"},
    {"# T\n\n```lesson\nname: t\n```\n", 0, 0, "no step"},
    {"# T\n\n```lesson\n```\n", 3, 1, "no name"},
    {"# T\n\n```do\nA: unshare(0)\n```\n", 3, 1, "must come before"},
    {HEAD "```lesson\nname: u\n```\n", 10, 1, "second lesson block"},
    {HEAD "```chekc\n```\n", 10, 1, "did you mean \"check\""},
    {HEAD "```python\n```\n", 10, 1, "lesson do check sh"},
    {HEAD "```do now\n```\n", 10, 1, "no kind of block"},
    {HEAD "```do\n```\n", 10, 1, "no line"},
    {HEAD "```check\n# nothing\n```\n", 10, 1, "no line"},
    {HEAD "- ```do\n  A: exit(0)\n  ```\n", 10, 3, "list or a quote"},
    {HEAD "a <b>c</b>\n", 10, 0, "HTML has no place"},
    {HEAD "<div>\n</div>\n", 10, 1, "HTML has no place"},
    {HEAD "> > > > > > x\n", 10, 11, "too deep"},
    {HEAD "- [ ] a\n- [x] b\n", 10, 1, "question"},
    {HEAD "Q?\n\n- [ ] a\n- b\n", 13, 1, "begins with [ ]"},
    {HEAD "Q?\n\n- [x] a\n", 12, 1, "two choices"},
    {HEAD "Q?\n\n- [ ] a\n- [ ] b\n", 12, 1, "only one, is right"},
    {HEAD "Q?\n\n- [x] a\n- [x] b\n", 12, 1, "only one, is right"},
    {HEAD "Q?\n\n- [x] a\n\n      code\n- [ ] b\n", 14, 7, "of paragraphs"},

    {FACTS("name: T"), 4, 7, "a-z"},
    {FACTS("name:"), 4, 6, "no value"},
    {FACTS("name t"), 4, 6, "expected \":\""},
    {FACTS("name: a b"), 4, 9, "one value"},
    {FACTS("name: a\nname: b"), 5, 1, "said twice"},
    {FACTS("  nmae: a"), 4, 3, "did you mean \"name\""},
    {FACTS(": a"), 4, 1, "word: value"},
    {FACTS("kernel: five"), 4, 9, "like 5.6"},
    {FACTS("kernel: 5."), 4, 9, "like 5.6"},
    {FACTS("types: uts, utc"), 4, 13, "did you mean \"uts\""},
    {FACTS("types: uts uts"), 4, 12, "said twice"},
    {FACTS("types: uts,, net"), 4, 12, "missing"},
    {FACTS("group: typ"), 4, 8, "did you mean \"type\""},
    {FACTS("group: owners"), 4, 8, "did you mean \"owner\""},
    {FACTS("actors: A, b"), 4, 12, "capital letter"},
    {FACTS("actors: A A"), 4, 11, "said twice"},
    {FACTS("actors: Abcdefghijklm"), 4, 9, "at most 12"},
    {FACTS("needs: ip /bin/sh"), 4, 11, "program's name"},
    {FACTS("needs: .x"), 4, 8, "no dot at its beginning"},
    {FACTS("needs: ip,ip"), 4, 11, "said twice"},
    {FACTS("stage: usr"), 4, 8, "did you mean \"user\""},
    {FACTS("stage: none mnt"), 4, 13, "only \"user\""},
    {FACTS("stage: user time"), 4, 13, "can't come with"},
    {FACTS("stage: user mtn"), 4, 13, "can't come with"},
    {FACTS("stage: user mnt mnt"), 4, 17, "said twice"},
    {FACTS("stage: none\nstage: user"), 5, 1, "said twice"},
    {FACTS("minutes: 0"), 4, 10, "1 to 600 minutes"},
    {FACTS("minutes: soon"), 4, 10, "1 to 600 minutes"},
    {FACTS("minutes: 5\nminutes: 6"), 5, 1, "said twice"},

    {DO("A unshare(CLONE_NEWUTS)"), 11, 1, "ACTOR: call"},
    {DO("C: unshare(CLONE_NEWUTS)"), 11, 1, "no actor \"C\""},
    {DO("A: unshare"), 11, 4, "expected a call"},
    {DO("A: unshrae(CLONE_NEWUTS)"), 11, 4, "unshare"},
    {DO("A:  unshare(CLONE_NEWUTZ)"), 11, 5, "CLONE_NEWUTS"},
    {DO("A: unshare()"), 11, 4, "unshare("},
    {DO("A: unshare(CLONE_NEWUTS"), 11, 24, "expected \",\""},
    {DO("A: unshare(CLONE_NEWUTS,)"), 11, 25, "missing"},
    {DO("A: unshare(,CLONE_NEWUTS)"), 11, 12, "missing"},
    {DO("A: unshare((CLONE_NEWUTS))"), 11, 12, "can't be an argument"},
    {DO("A: unshare(0,0,0,0,0,0,0,0,0)"), 11, 28, "argument"},
    {DO("A: sethostname(\"ns1)"), 11, 16, "without an end"},
    {DO("A: sethostname(\"ns1\\\")"), 11, 16, "without an end"},
    {DO("A: sethostname(\"a\tb\")"), 11, 18, "control character"},
    {CHECK("hostname(A) == \"\\q\""), 11, 16, "as in C"},
    {DO("A: gethostname() = \"\\xfff\""), 11, 20, "as in C"},
    {DO("A: unshare(CLONE_NEWUTS) 0"), 11, 26, "expected \"=\""},
    {DO("A: unshare(CLONE_NEWUTS) = EPREM"), 11, 28, "did you mean \"EPERM\""},
    {DO("A: unshare(CLONE_NEWUTS) = yes"), 11, 28, "errno name"},
    {DO("A: unshare(CLONE_NEWUTS) ="), 11, 27, "errno name"},
    {DO("A: unshare(CLONE_NEWUTS) = 0 1"), 11, 30, "end of the line"},
    {DO("A: exit(x)"), 11, 4, "no call of A has set a variable \"x\""},
    {DO("A: getpid() -> x\nB: exit(x)"), 12, 4, "no call of B has set"},
    {DO("A: fork(P)\nA: getpid() -> x\nP: exit(x)"), 13, 4, "no call of P has set"},
    {DO("A: gethostname() -> x\nA: exit(x)"), 12, 4, "text here"},
    {DO("A: getpid() ->"), 11, 15, "a variable is"},
    {DO("A: getpid() -> 1"), 11, 16, "a variable is"},
    {DO("A: getpid() - x"), 11, 13, "-> variable"},
    {DO("A: getpid() -> x y"), 11, 18, "end of the line"},
    {DO("A: exit(0) = EPERM -> x"), 11, 23, "gives no result"},
    {DO("A: sethostname(\"{C}\")"), 11, 4, "so far there is no \"C\""},
    {DO("A: sethostname(\"{ne}\")"), 11, 4, "did you mean me"},
    {DO("A: sethostname(\"{A.x}\")"), 11, 4, "no call of A has set"},
    {DO("A: sethostname(\"{A\")"), 11, 4, "no placeholder"},
    {DO("A: getppid() = {C}"), 11, 16, "so far there is no \"C\""},
    {DO("A: gethostname() = \"{C}\""), 11, 20, "so far there is no \"C\""},
    {DO("A: fork(A)"), 11, 4, "already"},
    {DO("A: fork(P)\nB: fork(P)"), 12, 4, "already"},
    {DO("A: fork(p)"), 11, 4, "new actor's name"},
    {DO("P: exit(0)\nA: fork(P)"), 11, 1, "no actor \"P\""},
};

static void names_in_calls(void **state)
{
	static const char text[] = DO("A: getpid() -> me\n"
	                              "A: fork(P) = ENOMEM\n"
	                              "A: fork(P) -> child\n"
	                              "P: exit(me)\n"
	                              "A: gethostname() = \"a\\{{uid} {gid}\" -> name\n"
	                              "A: sethostname(\"{P}{me}{A.name}{A.child}\")\n"
	                              "A: getppid() = {A.me}");
	struct lesson *lesson = parse(text);
	const struct lesson_block *block = &lesson->steps[1].blocks[0];

	(void)state;
	assert_int_equal(block->call_count, 7);
	assert_string_equal(block->calls[0].source, "getpid()");
	assert_string_equal(block->calls[0].variable, "me");
	assert_null(block->calls[0].expected);
	assert_string_equal(block->calls[2].variable, "child");
	assert_null(block->calls[3].variable);
	assert_string_equal(block->calls[4].expected, "\"a\\{{uid} {gid}\"");
	assert_string_equal(block->calls[4].variable, "name");
	assert_string_equal(block->calls[6].expected, "{A.me}");
	lesson_free(lesson);
}

static void mistakes_have_a_place_and_a_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(mistakes); i++) {
		const struct mistake *mistake = &mistakes[i];
		struct lesson *lesson = NULL;
		struct lesson_error error = {0};
		int r = lesson_parse(mistake->text, strlen(mistake->text), "en", &lesson, &error);

		if (r != -EBADMSG || lesson || error.line != mistake->line ||
		    error.column != mistake->column || !strstr(error.message, mistake->message))
			fail_msg("%s\ngave %d, %d:%d: %s\nnot %d:%d: … %s", mistake->text, r,
			    error.line, error.column, error.message, mistake->line, mistake->column,
			    mistake->message);
	}
}

static void bytes_that_no_lesson_needs(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		int line, column;
	} files[] = {
	    {"# T\n\na\0b", 8, 3, 2},
	    {"# T\n\xff", 5, 2, 1},
	    {"# T\nab\xc3", 7, 2, 3},
	    {"# T\n\xed\xa0\x80", 7, 2, 1},
	};

	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		struct lesson *lesson = NULL;
		struct lesson_error error = {0};

		assert_int_equal(
		    lesson_parse(files[i].data, files[i].len, "en", &lesson, &error), -EBADMSG);
		assert_null(lesson);
		assert_int_equal(error.line, files[i].line);
		assert_int_equal(error.column, files[i].column);
	}
}

/* @head, then @piece again and again until there are @bytes. */
static char *repeated(const char *head, const char *piece, size_t bytes)
{
	char *text = xmalloc(bytes + 1);
	size_t at = strlen(head), len = strlen(piece);

	memset(text, ' ', bytes);
	memcpy(text, head, at);
	for (; at + len <= bytes; at += len)
		memcpy(text + at, piece, len);
	text[bytes] = 0;
	return text;
}

static void limits(void **state)
{
	static const struct {
		const char *piece;
		size_t bytes;
		const char *message;
	} files[] = {
	    {"a\n\n", LESSON_BYTES_MAX + 1, "at most 1048576 bytes"},
	    {"a", LESSON_LINE_BYTES_MAX + 200, "at most 4000 bytes"},
	    {"aaaaaaaaaaaaaaaaaaaaaaaaa\n", LESSON_PARAGRAPH_BYTES_MAX + 200, "blank line"},
	    {"## x\n", 5000, "200 steps"},
	    {"x\n\n", 5000, "200 paragraphs"},
	    {"x\n```sh\n```\n", 5000, "100 blocks"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		autofree char *text = repeated(HEAD, files[i].piece, files[i].bytes);
		struct lesson *lesson = NULL;
		struct lesson_error error = {0};

		assert_int_equal(
		    lesson_parse(text, files[i].bytes, "en", &lesson, &error), -EBADMSG);
		assert_non_null(strstr(error.message, files[i].message));
	}
}

static void limits_of_blocks(void **state)
{
	static const struct {
		const char *head, *piece;
		const char *message;
	} files[] = {
	    {HEAD "```do\n", "A: getpid()\n", "100 calls"},
	    {HEAD "```check\n", "pid(A) != pid(B)\n", "100 checks"},
	    {HEAD "Q?\n\n", "- [ ] a\n", "9 choices"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		autofree char *text = repeated(files[i].head, files[i].piece, 5000);
		struct lesson *lesson = NULL;
		struct lesson_error error = {0};

		assert_int_equal(lesson_parse(text, 5000, "en", &lesson, &error), -EBADMSG);
		assert_non_null(strstr(error.message, files[i].message));
	}
}

static void too_many_actors(void **state)
{
	char text[4000] = HEAD "```do\n";
	size_t at = strlen(text);
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	(void)state;
	for (int i = 0; i < 63; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "A: fork(P%d)\n", i);
	assert_int_equal(lesson_parse(text, at, "en", &lesson, &error), -EBADMSG);
	assert_int_equal(error.line, 11 + 62);
	assert_non_null(strstr(error.message, "64 actors"));
}

static void every_beginning_of_a_lesson_is_survived(void **state)
{
	static const char text[] =
	    HEAD "Q `a` *b*?\n\n- [ ] x\n\n  y\n- [x] z\n\n```do\nA: "
	         "fork(P) = 0\nP: sethostname(\"\\x41\")\n```\n> q\n\n```check\n"
	         "members(ns(P, uts)) == 1\n```\n";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		/* Of its exact size, so that a read past the end is noticed. */
		autofree char *exact = xmalloc(len + !len);
		struct lesson *lesson = NULL;
		struct lesson_error error = {0};

		memcpy(exact, text, len);
		if (lesson_parse(exact, len, "en", &lesson, &error) < 0)
			assert_true(error.message[0]);
		lesson_free(lesson);
	}
}

static void prose_is_taken_apart(void **state)
{
	static const struct {
		const char *text, *spans, *plain;
	} proses[] = {
	    {"", "", ""},
	    {"a `b` c", "p:a |c:b|p: c|", "a b c"},
	    {"**a***b*", "s:a|s:b|", "ab"},
	    {"2 * 3 `", "p:2 * 3 `|", "2 * 3 `"},
	    {"`a", "p:`a|", "`a"},
	    {"`a*b*`", "c:a*b*|", "a*b*"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(proses); i++) {
		const char *at = proses[i].text;
		char spans[100] = "";
		size_t len = 0;
		struct prose_span span;
		autofree char *plain = prose_plain(at);

		while (prose_next(&at, &span))
			len += (size_t)snprintf(spans + len, sizeof(spans) - len, "%c:%.*s|",
			    span.style == STYLE_CODE     ? 'c'
			    : span.style == STYLE_STRONG ? 's'
			                                 : 'p',
			    (int)span.len, span.text);
		assert_string_equal(spans, proses[i].spans);
		assert_string_equal(plain, proses[i].plain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_lesson),
	    cmocka_unit_test(line_ends_of_chinese_join_without_a_blank),
	    cmocka_unit_test(crlf_is_a_line_end),
	    cmocka_unit_test(names_in_calls),
	    cmocka_unit_test(mistakes_have_a_place_and_a_word),
	    cmocka_unit_test(bytes_that_no_lesson_needs),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(limits_of_blocks),
	    cmocka_unit_test(too_many_actors),
	    cmocka_unit_test(every_beginning_of_a_lesson_is_survived),
	    cmocka_unit_test(prose_is_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
