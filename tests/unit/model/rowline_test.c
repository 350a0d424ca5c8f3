/* Rows as lines: columns, guides, signs, and what goes when there is no room. */
#include "model/base/util.h"
#include "model/view/rowline.h"
#include "tests/unit/fixture.h"
#include "tests/unit/outline_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const machine =
    "1 init login=root cmd=/sbin/init;"
    "40 sh login=joe uid=1000 cmd=\"/bin/sh|-c|make all\";"
    "41 box parent=40 pids=41,1 pid=300 uts=210 uid=1000 cmd=box;"
    "42 nginx parent=41 pids=42,2 pid=300 uts=210 cmd=\"nginx: worker process\";"
    "43 deep parent=42 pids=43,3,1 pid=310 uts=210 net=denied;"
    "50 last;"
    "ns uts 210 hostname=ns1 name=blue; ns pid 310 parent=300; ns uts initial hostname=vm";

/* A screen or a report: what a test needs to make lines. */
struct page {
	struct graph *graph;
	struct ns_letters *ns_letters;
	struct outline outline;
	struct rowline_context context;
};

static void page_init(struct page *page, const char *text, const struct outline_options *options)
{
	*page = (struct page){.graph = fixture_graph(NULL, text), .ns_letters = ns_letters_new()};
	ns_letters_update(page->ns_letters, page->graph);
	outline_build(&page->outline, page->graph, options);
	page->context = (struct rowline_context){
	    .charset = CHARSET_UTF8,
	    .graph = page->graph,
	    .ns_letters = page->ns_letters,
	    .fold_signs = true,
	    .search = options->search,
	};
}

static void page_done(struct page *page)
{
	outline_done(&page->outline);
	ns_letters_free(page->ns_letters);
	graph_unref(page->graph);
}

/* Heading and rows as text, without blanks at the ends.  Each line must have as many columns as it
 * was asked for. */
static char *page_text(const struct page *page)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct line line;

	assert_non_null(out);
	line_init(&line, page->context.charset);
	for (size_t i = 0; i <= page->outline.count; i++) {
		line_clear(&line);
		if (i == 0)
			rowline_heading(&page->context, &line);
		else
			rowline(&page->context, &page->outline, (uint32_t)i - 1, &line);
		if (page->context.cols)
			assert_int_equal(line.cols, page->context.cols);
		size_t end = line.text_len;
		while (end && line.text[end - 1] == ' ')
			end--;
		fprintf(out, "%.*s\n", (int)end, line.text);
	}
	line_done(&line);
	fclose(out);
	return text;
}

static void assert_page(struct page *page, size_t cols, const char *expected)
{
	page->context.cols = cols;
	autofree char *text = page_text(page);
	assert_string_equal(text, expected);
}

/* Marks of two letters keep their gaps: without them "ab" could be a and b. */
static void long_marks_are_kept_apart(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct page page;

	(void)state;
	assert_non_null(out);
	fputs("1 init", out);
	for (int i = 0; i < 28; i++)
		fprintf(out, ";%d p uts=%d", 40 + i, 200 + i);
	fclose(out);
	page_init(&page, text, &options);
	page.context.cols = 40;
	autofree char *narrow = page_text(&page);
	assert_non_null(strstr(narrow, " · · · · · · · ab\n"));
	page.context.cols = 20;
	autofree char *least = page_text(&page);
	assert_null(strstr(least, "ab\n")); /* no room: no strip */
	page_done(&page);
	free(text);
}

static void columns(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID};
	struct page page;

	(void)state;
	page_init(&page, machine, &options);
	assert_page(&page, 80,
	    "TREE                                        PID  INSIDE USER     c i m n p t u U\n"
	    "▼ · pid:4026531836  initial  3 processes\n"
	    "└─▼ init                                      1         root     · · · · · · · ·\n"
	    "  ├─▼ sh -c make all                         40         joe      · · · · · · · ·\n"
	    "  │ └─▼ a pid:300  2 processes  host ns1\n"
	    "  │   └─▼ box                                41       1 1000     · · · · a · · a\n"
	    "  │     └─▼ nginx: worker process            42       2 0        · · · · a · · a\n"
	    "  │       └─▼ b pid:310  1 process  host ns1\n"
	    "  │         └── deep                         43     3/1 0        · · · ? b · · a\n"
	    "  └── last                                   50         0        · · · · · · · ·\n");
	/* The user goes first, then the PIDs inside, then the gaps of the strip, then the PID. */
	assert_page(&page, 60,
	    "TREE                             PID  INSIDE c i m n p t u U\n"
	    "▼ · pid:4026531836  initial  3 processes\n"
	    "└─▼ init                           1         · · · · · · · ·\n"
	    "  ├─▼ sh -c make all              40         · · · · · · · ·\n"
	    "  │ └─▼ a pid:300  2 processes  host ns1\n"
	    "  │   └─▼ box                     41       1 · · · · a · · a\n"
	    "  │     └─▼ nginx: worker p…      42       2 · · · · a · · a\n"
	    "  │       └─▼ b pid:310  1 process  host ns1\n"
	    "  │         └── deep              43     3/1 · · · ? b · · a\n"
	    "  └── last                        50         · · · · · · · ·\n");
	assert_page(&page, 40,
	    "TREE                        PID cimnptuU\n"
	    "▼ · pid:4026531836  initial  3 processes\n"
	    "└─▼ init                      1 ········\n"
	    "  ├─▼ sh -c make all         40 ········\n"
	    "  │ └─▼ a pid:300  2 processes  host ns1\n"
	    "  │   └─▼ box                41 ····a··a\n"
	    "  │     └─▼ nginx: wor…      42 ····a··a\n"
	    "  │     …1└─▼ b pid:310  1 process  hos…\n"
	    "  │     …2└── deep           43 ···?b··a\n"
	    "  └── last                   50 ········\n");
	assert_page(&page, 20,
	    "TREE        cimnptuU\n"
	    "▼ · pid:4026531836 …\n"
	    "└─▼ init    ········\n"
	    "  ├─▼ sh -… ········\n"
	    "  …1└─▼ a pid:300  …\n"
	    "  …2└─▼ box ····a··a\n"
	    "  …3└─▼ ng… ····a··a\n"
	    "  …4└─▼ b pid:310  …\n"
	    "  …5└── de… ···?b··a\n"
	    "  └── last  ········\n");
	page_done(&page);
}

/* A process thirty levels deep does not push the others out of sight. */
static void the_column_inside_has_a_cap(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID};
	struct page page;

	(void)state;
	page_init(&page, "1 init uid=0; 40 deep uid=0 pids=40,11111,22222,33333,4444", &options);
	page.context.fold_signs = false;
	rowline_measure(&page.context, &page.outline);
	assert_page(&page, 0,
	    "PID          INSIDE USER c i m n p t u U TREE\n"
	    "                                         · pid:4026531836  initial  2 processes\n"
	    "  1                 0    · · · · · · · · └─ init\n"
	    " 40          …/4444 0    · · · · · · · ·    └─ deep\n");
	page_done(&page);
}

static void report(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID};
	struct page page;

	(void)state;
	page_init(&page, machine, &options);
	page.context.fold_signs = false;
	rowline_measure(&page.context, &page.outline);
	assert_page(&page, 0,
	    "PID INSIDE USER c i m n p t u U TREE\n"
	    "                                · pid:4026531836  initial  3 processes\n"
	    "  1        root · · · · · · · · └─ init\n"
	    " 40        joe  · · · · · · · ·    ├─ sh -c make all\n"
	    "                                   │  └─ a pid:300  2 processes  host ns1\n"
	    " 41      1 1000 · · · · a · · a    │     └─ box\n"
	    " 42      2 0    · · · · a · · a    │        └─ nginx: worker process\n"
	    "                                   │           └─ b pid:310  1 process  host ns1\n"
	    " 43    3/1 0    · · · ? b · · a    │              └─ deep\n"
	    " 50        0    · · · · · · · ·    └─ last\n");
	page.context.charset = CHARSET_ASCII;
	assert_page(&page, 0,
	    "PID INSIDE USER c i m n p t u U TREE\n"
	    "                                . pid:4026531836  initial  3 processes\n"
	    "  1        root . . . . . . . . `- init\n"
	    " 40        joe  . . . . . . . .    |- sh -c make all\n"
	    "                                   |  `- a pid:300  2 processes  host ns1\n"
	    " 41      1 1000 . . . . a . . a    |     `- box\n"
	    " 42      2 0    . . . . a . . a    |        `- nginx: worker process\n"
	    "                                   |           `- b pid:310  1 process  host ns1\n"
	    " 43    3/1 0    . . . ? b . . a    |              `- deep\n"
	    " 50        0    . . . . . . . .    `- last\n");
	page_done(&page);
}

/* A thread's number may be longer than that of any process. */
static void report_has_room_for_threads(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID};
	struct page page;

	(void)state;
	page_init(&page, "1 init uid=0; 40 sh uid=0; thread 40 4194304 worker uts=210", &options);
	page.context.fold_signs = false;
	rowline_measure(&page.context, &page.outline);
	page.context.cols = 0;
	autofree char *text = page_text(&page);
	assert_non_null(strstr(text, "\n4194304        0    · · · · · · · a "));
	page_done(&page);
}

static void by_type(void **state)
{
	struct folds *folds = folds_new();
	struct outline_options options = {.grouping = GROUP_BY_TYPE, .folds = folds};
	struct page page;

	(void)state;
	options.type_shown[NS_UTS] = true;
	page_init(&page, machine, &options);
	page.context.charset = CHARSET_ASCII;
	assert_page(&page, 70,
	    "TREE                              PID  INSIDE USER     c i m n p t u U\n"
	    "- uts  2 namespaces  The host name and the NIS domain name.\n"
	    "|-+ . uts:4026531838 (+3)  initial  3 processes  host vm\n"
	    "`-- a uts:210  \"blue\"  3 processes  host ns1\n"
	    "  |-  box                          41       1 1000     . . . . a . . a\n"
	    "  |-  nginx: worker process        42       2 0        . . . . a . . a\n"
	    "  `-  deep                         43     3/1 0        . . . ? b . . a\n");
	page_done(&page);
	folds_free(folds);
}

/* The text of the row of @what, behind guides and fold sign. */
static void assert_text(const struct page *page, const char *what, const char *expected)
{
	struct line line;
	uint32_t at = outline_row(&page->outline, what);

	line_init(&line, page->context.charset);
	rowline(&page->context, &page->outline, at, &line);
	size_t begin = rowline_indent(&page->context, &page->outline, at);
	struct line tail;
	line_init(&tail, line.charset);
	line_append(&tail, &line, begin, SIZE_MAX);
	assert_string_equal(tail.text ? tail.text : "", expected);
	line_done(&tail);
	line_done(&line);
}

static void names_and_arguments(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID};
	struct page page;

	(void)state;
	page_init(&page,
	    "1 systemd cmd=\"/usr/lib/systemd/systemd|--switched-root\";"
	    "10 sshd cmd=\"sshd: root@pts/0\"; 11 bash cmd=-bash; 12 web "
	    "cmd=\"python3|web.py|8080\";"
	    "13 a-long-name-wit cmd=\"/opt/a-long-name-without-end|-x\"; 14 none; 15 \"\";"
	    "16 gone state=Z all=zombie; 17 \"b\\x1b[31m)\" cmd=\"b\\x1b[31m)|x\\n|\\xff\";"
	    "18 box pids=18,1 pid=300; 19 sh pids=19,7 pid=300 cmd=\"sh|-l\"; 20 e cmd=\"|\";"
	    "ns uts 77 name=\"a\\\"\\x9b\"; ns net 88",
	    &options);
	page.context.fold_signs = false;
	assert_text(&page, "1", "systemd --switched-root");
	assert_text(&page, "10", "sshd: root@pts/0");
	assert_text(&page, "11", "bash");
	assert_text(&page, "12", "web python3 web.py 8080");
	assert_text(&page, "13", "a-long-name-wit -x");
	assert_text(&page, "14", "none");
	assert_text(&page, "15", "\"\"");
	assert_text(&page, "16", "gone (zombie)");
	assert_text(&page, "17", "b\\e[31m) x\\n \\xff");
	assert_text(&page, "19", "sh (joined) -l");
	assert_text(&page, "20", "e ");
	page_done(&page);

	page_init(&page, "1 init; ns uts 77 name=\"a\\x1b\"; ns net 88; 5 x time=unsupported",
	    &(struct outline_options){.grouping = GROUP_BY_TYPE});
	assert_text(&page, "uts:77", "a uts:77  \"a\\e\"  no process");
	assert_text(&page, "net:88", "a net:88  no process");
	assert_text(
	    &page, "note unsupported", "1 process not shown: This kernel does not report it.");
	page_done(&page);
}

static void owners(void **state)
{
	struct folds *folds = folds_new();
	const struct outline_options options = {.grouping = GROUP_BY_OWNER,
	    .folds = folds,
	    .type_shown = {[NS_USER] = true, [NS_UTS] = true}};
	struct page page;

	(void)state;
	page_init(&page,
	    "1 init; 40 a; 41 b user=100; ns user 100 owner_uid=1000 parent=denied;"
	    "ns uts 210 owner=unsupported",
	    &options);
	page.context.fold_signs = false;
	assert_text(&page, "user:initial", "· user:4026531837  initial  2 processes  owner uid 0");
	assert_text(&page, "user:100", "a user:100  1 process  owner uid 1000");
	assert_text(&page, "members", "2 processes in it (+2)");
	assert_text(&page, "unknown denied", "above, not visible from here");
	assert_text(
	    &page, "unknown unsupported", "owner not known: This kernel does not report it.");
	page_done(&page);
	folds_free(folds);
}

/* The style of the first cell with this text in the row of @what; STYLE_COUNT for none. */
static enum style style_of(const struct page *page, const char *what, const char *text)
{
	enum style style = STYLE_COUNT;
	struct line line;

	line_init(&line, page->context.charset);
	rowline(&page->context, &page->outline, outline_row(&page->outline, what), &line);
	const char *found = strstr(line.text, text);
	for (size_t i = 0; i < line.cell_count && found; i++) {
		if (line.text + line.cells[i].offset == found)
			style = line.cells[i].style;
	}
	line_done(&line);
	return style;
}

static void actors(void **state)
{
	const struct actor_ref cast[] = {{.pid = 50, .name = "B"}, {.pid = 41, .name = "A"}};
	struct page page;

	(void)state;
	page_init(&page, machine, &(struct outline_options){.grouping = GROUP_BY_PID});
	page.context.actors = cast;
	page.context.actor_count = array_len(cast);
	assert_text(&page, "41", "[A] box");
	assert_text(&page, "50", "[B] last");
	assert_text(&page, "40", "sh -c make all");
	assert_int_equal(style_of(&page, "41", "[A]"), STYLE_ACTOR);
	assert_int_equal(style_of(&page, "41", "box"), STYLE_PLAIN);
	assert_int_equal(style_of(&page, "40", "make"), STYLE_DIM);
	assert_int_equal(style_of(&page, "pid:300", "pid:300"), STYLE_NS);
	page_done(&page);
}

static void born_and_dead(void **state)
{
	struct history *history = history_new(5000);
	struct page page;

	(void)state;
	page_init(&page, machine, &(struct outline_options){.grouping = GROUP_BY_PID});
	fixture_push(history, 1000, "1 init; 40 old; 41 dies uts=210");
	const struct graph *graph = fixture_push(
	    history, 2000, "1 init; 40 old; 42 new cmd=\"new|arg\" login=me pids=42,1 pid=300");
	ns_letters_update(page.ns_letters, graph);
	outline_build(&page.outline, graph, &(struct outline_options){.grouping = GROUP_BY_PID});
	page.context.graph = graph;
	page.context.history = history;
	page.context.now_ms = 2500;
	assert_text(&page, "40", "old");
	assert_text(&page, "41", "✘ dies");
	assert_text(&page, "42", "+ new arg");
	assert_text(&page, "pid:300", "+ a pid:300  1 process");
	assert_int_equal(style_of(&page, "41", "dies"), STYLE_DEAD);
	assert_int_equal(style_of(&page, "41", "41"), STYLE_DEAD);
	assert_int_equal(style_of(&page, "42", "arg"), STYLE_NEW);
	assert_int_equal(style_of(&page, "42", "me"), STYLE_NEW);
	assert_int_equal(style_of(&page, "pid:300", "pid:300"), STYLE_NEW);
	assert_int_equal(style_of(&page, "pid:300", "a"), STYLE_NS_LETTER);
	page.context.charset = CHARSET_ASCII;
	assert_text(&page, "41", "x dies");
	/* Later it is as all others are. */
	page.context.now_ms = 8000;
	assert_text(&page, "42", "new arg");
	assert_int_equal(style_of(&page, "42", "arg"), STYLE_DIM);
	page_done(&page);
	history_free(history);
}

static void folded(void **state)
{
	struct folds *folds = folds_new();
	struct page page;

	(void)state;
	folds_set(folds,
	    &(struct row_key){.kind = ROW_PROCESS, .process = {.pid = 40, .start_ticks = 100}},
	    true);
	page_init(
	    &page, machine, &(struct outline_options){.grouping = GROUP_BY_PID, .folds = folds});
	assert_page(&page, 50,
	    "TREE                           PID c i m n p t u U\n"
	    "▼ · pid:4026531836  initial  3 processes\n"
	    "└─▼ init                         1 · · · · · · · ·\n"
	    "  ├─▶ sh (+5) -c make all       40 · · · · · · · ·\n"
	    "  └── last                      50 · · · · · · · ·\n");
	page_done(&page);
	folds_free(folds);
}

static void highlighted(void **state)
{
	struct page page;

	(void)state;
	page_init(
	    &page, machine, &(struct outline_options){.grouping = GROUP_BY_PID, .search = "mAKe"});
	page.context.cols = 80;
	assert_int_equal(style_of(&page, "40", "make"), STYLE_MATCH);
	assert_int_equal(style_of(&page, "40", "ake"), STYLE_MATCH);
	assert_int_equal(style_of(&page, "40", " all"), STYLE_DIM);
	assert_int_equal(style_of(&page, "40", "sh"), STYLE_PLAIN);
	assert_int_equal(style_of(&page, "41", "box"), STYLE_PLAIN);
	/* Found in what there is no room for: then the name. */
	page.context.cols = 20;
	assert_int_equal(style_of(&page, "40", "sh"), STYLE_MATCH);
	page_done(&page);

	page_init(&page, machine,
	    &(struct outline_options){.grouping = GROUP_BY_PID, .search = "pid:30"});
	page.context.cols = 80;
	assert_int_equal(style_of(&page, "pid:300", "pid"), STYLE_MATCH);
	assert_int_equal(style_of(&page, "pid:300", "0  2"), STYLE_NS);
	page_done(&page);
}

/* Any width, any charset, any name: as wide as asked for, and no control character. */
static void any_width(void **state)
{
	struct page page;
	struct line line;

	(void)state;
	page_init(&page,
	    "1 \"\xe4\xb8\xad\xe6\x96\x87\" "
	    "cmd=\"\xe4\xb8\xad\xe6\x96\x87|\\x1b]0;x\\x07|\\xe2\\x80\\xae\";"
	    "2 kthreadd kernel parent=0; 40 \"\\xff\\x9b\\n\" "
	    "login=\"\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\";"
	    "4194304 x parent=40 pids=4194304,4194303,4194302,1 pid=300 all=denied pid=300;"
	    "ns uts 99 name=\"\\x1b\\x7f\" hostname=\"\\n\"",
	    &(struct outline_options){.grouping = GROUP_BY_TYPE, .search = "x"});
	line_init(&line, CHARSET_UTF8);
	for (size_t cols = 1; cols < 200; cols++) {
		page.context.cols = cols;
		page.context.charset = cols % 2 ? CHARSET_ASCII : CHARSET_UTF8;
		page.context.fold_signs = cols % 3;
		line.charset = page.context.charset;
		for (uint32_t i = 0; i < page.outline.count; i++) {
			line_clear(&line);
			rowline(&page.context, &page.outline, i, &line);
			assert_int_equal(line.cols, cols);
			for (size_t at = 0; at < line.text_len; at++) {
				unsigned char byte = (unsigned char)line.text[at];
				assert_true(byte >= 0x20 && byte != 0x7f);
				assert_true(byte < 0x80 || line.charset == CHARSET_UTF8);
			}
		}
		line_clear(&line);
		rowline_heading(&page.context, &line);
		assert_int_equal(line.cols, cols);
	}
	line_done(&line);
	page_done(&page);
}

/* PIDs on many levels: all where there is room, else the innermost. */
static void inside(void **state)
{
	struct page page;

	(void)state;
	page_init(&page,
	    "1 init; 40 a pids=40,30,20,1 pid=300;"
	    "41 b pids=41,1000000,2000000,3000000 pid=300 parent=40;"
	    "42 c pids=42,100,12345 pid=300 parent=40; 43 d pids=43,100,123456 pid=300 parent=40",
	    &(struct outline_options){.grouping = GROUP_BY_PID});
	assert_page(&page, 70,
	    "TREE                              PID  INSIDE USER     c i m n p t u U\n"
	    "▼ · pid:4026531836  initial  1 process\n"
	    "└─▼ init                            1         0        · · · · · · · ·\n"
	    "  └─▼ a pid:300  4 processes\n"
	    "    └─▼ a                          40 30/20/1 0        · · · · a · · ·\n"
	    "      ├── b                        41 3000000 0        · · · · a · · ·\n"
	    "      ├── c                        42 …/12345 0        · · · · a · · ·\n"
	    "      └── d                        43  123456 0        · · · · a · · ·\n");
	page_done(&page);
}

static void appended(void **state)
{
	struct page page;
	struct line line;

	(void)state;
	page_init(&page, "1 init", &(struct outline_options){.grouping = GROUP_BY_PID});
	page.context.cols = 40;
	line_init(&line, CHARSET_UTF8);
	line_adds(&line, STYLE_PLAIN, "> ");
	rowline(&page.context, &page.outline, 1, &line);
	assert_string_equal(line.text, "> └── init                      1 ········");
	assert_int_equal(line.cols, 42);
	line_done(&line);
	page_done(&page);
}

/* Ten thousand levels: guides stay within half of the tree, and a child still differs. */
static void deep(void **state)
{
	struct graph_builder *builder = graph_builder_new(NULL);
	struct page page = {.ns_letters = ns_letters_new()};
	struct line line;

	(void)state;
	for (pid_t pid = 1; pid <= 10000; pid++) {
		struct process_id id = {.pid = pid, .start_ticks = (uint64_t)pid};
		struct process *process = graph_add_process(builder, &id);
		process->comm = "x";
		process->ppid = pid - 1;
	}
	page.graph = graph_freeze(builder);
	page.context = (struct rowline_context){.graph = page.graph,
	    .ns_letters = page.ns_letters,
	    .charset = CHARSET_UTF8,
	    .fold_signs = true};
	outline_build(
	    &page.outline, page.graph, &(struct outline_options){.grouping = GROUP_BY_PID});
	line_init(&line, CHARSET_UTF8);
	page.context.cols = 40;
	rowline(&page.context, &page.outline, 9999, &line);
	assert_string_equal(line.text, "        …9994└── x        10000 ????????");
	assert_int_equal(rowline_indent(&page.context, &page.outline, 9999), 17);
	page.context.cols = 0;
	for (uint32_t i = 0; i < page.outline.count; i++) {
		line_clear(&line);
		rowline(&page.context, &page.outline, i, &line);
		assert_true(line.cols < 220);
	}
	line_done(&line);
	page_done(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns),
	    cmocka_unit_test(long_marks_are_kept_apart),
	    cmocka_unit_test(the_column_inside_has_a_cap),
	    cmocka_unit_test(report),
	    cmocka_unit_test(report_has_room_for_threads),
	    cmocka_unit_test(by_type),
	    cmocka_unit_test(names_and_arguments),
	    cmocka_unit_test(owners),
	    cmocka_unit_test(actors),
	    cmocka_unit_test(born_and_dead),
	    cmocka_unit_test(folded),
	    cmocka_unit_test(highlighted),
	    cmocka_unit_test(any_width),
	    cmocka_unit_test(inside),
	    cmocka_unit_test(appended),
	    cmocka_unit_test(deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
