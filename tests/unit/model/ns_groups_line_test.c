/* Rooms as lines: the matrix, its heading, the order that it tells, what goes when there is no room;
 * and all that is known of one room. */
#include "model/base/util.h"
#include "model/report/detail.h"
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
    "40 sh login=joe uid=1000;"
    "50 nginx net=600 uts=210 pids=50,1 pid=300 cmd=\"nginx: master process\";"
    "51 nginx parent=50 net=600 uts=210 pids=51,2 pid=300;"
    "60 \"a\\x1b[31m\\n\" net=601 cmd=\"a|\\x1b]0;x\\x07\";"
    "70 secret net=denied;"
    "thread 40 45 helper uts=211;"
    "ns uts 210 hostname=\"bl\\nue\"; ns uts 211 hostname=other; ns uts initial hostname=vm";

struct page {
	struct graph *graph;
	struct ns_letters *ns_letters;
	struct folds *folds;
	struct outline outline;
	struct outline_options options;
	struct rowline_context context;
};

static void page_init(struct page *page, unsigned column, bool folded)
{
	*page =
	    (struct page){.graph = fixture_graph(NULL, machine), .ns_letters = ns_letters_new()};
	page->options = (struct outline_options){
	    .grouping = GROUP_BY_NS_GROUP,
	    .folds = folded ? (page->folds = folds_new()) : NULL,
	    .ns_groups.column = column,
	};
	ns_letters_update(page->ns_letters, page->graph);
	outline_build(&page->outline, page->graph, &page->options);
	page->context = (struct rowline_context){
	    .charset = CHARSET_UTF8,
	    .graph = page->graph,
	    .ns_letters = page->ns_letters,
	    .fold_signs = true,
	    .ns_groups = &page->options.ns_groups,
	};
}

static void page_done(struct page *page)
{
	outline_done(&page->outline);
	folds_free(page->folds);
	ns_letters_free(page->ns_letters);
	graph_unref(page->graph);
}

static void assert_page(struct page *page, size_t cols, const char *expected)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct line line;

	assert_non_null(out);
	page->context.cols = cols;
	line_init(&line, page->context.charset);
	for (size_t i = 0; i <= page->outline.count; i++) {
		line_clear(&line);
		if (i == 0)
			rowline_heading(&page->context, &line);
		else
			rowline(&page->context, &page->outline, (uint32_t)i - 1, &line);
		if (cols)
			assert_int_equal(line.cols, cols);
		size_t end = line.text_len;
		while (end && line.text[end - 1] == ' ')
			end--;
		fprintf(out, "%.*s\n", (int)end, line.text);
	}
	line_done(&line);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void the_matrix_names_its_columns(void **state)
{
	struct page page;

	(void)state;
	page_init(&page, NS_GROUPS_BY_COUNT, true);
	assert_page(&page, 100,
	    "  COUNT▼ FIRST PROCESS                    PID  INSIDE USER     cgroup ipc mnt net pid "
	    "time user uts\n"
	    "▶     2 init                                1         root     ·      ·   ·   ·   ·   "
	    "·    ·    ·\n"
	    "▶     2 nginx  host bl\\nue                 50       1 0        ·      ·   ·   a   a  "
	    " ·    ·    a\n"
	    "▶     1 a\\e[31m\\n a \\e]0;x\\x07             60         0        ·      ·   ·   b   "
	    "·   ·    ·    ·\n"
	    "▶     0 sh (1 thread)  host other          40         joe      ·      ·   ·   ·   ·   "
	    "·    ·    b\n"
	    "▶ 1 process is in no group: Permission denied (it takes ptrace access). (+1)\n");
	page_done(&page);
}

static void members_tell_no_strip_again(void **state)
{
	struct page page;

	(void)state;
	page_init(&page, NS_GROUPS_BY_COUNT, false);
	assert_page(&page, 80,
	    "  COUNT▼ FIRST PROCESS                 PID cgroup ipc mnt net pid time user uts\n"
	    "▼     2 init                             1 ·      ·   ·   ·   ·   ·    ·    ·\n"
	    "├── init                                 1\n"
	    "└── sh                                  40\n"
	    "▼     2 nginx  host bl\\nue              50 ·      ·   ·   a   a   ·    ·    a\n"
	    "├── nginx: master process               50\n"
	    "└── nginx                               51\n"
	    "▼     1 a\\e[31m\\n a \\e]0;x\\x07          60 ·      ·   ·   b   ·   ·    ·    ·\n"
	    "└── a\\e[31m\\n a \\e]0;x\\x07              60\n"
	    "▼     0 sh (1 thread)  host other       40 ·      ·   ·   ·   ·   ·    ·    b\n"
	    "└── thread helper                       45\n"
	    "▼ 1 process is in no group: Permission denied (it takes ptrace access).\n"
	    "└── secret                              70 ·      ·   ·   ?   ·   ·    ·    ·\n");
	page_done(&page);
}

static void a_type_groups_them(void **state)
{
	struct page page;

	(void)state;
	page_init(&page, NS_GROUPS_BY_TYPE + NS_NET, true);
	assert_page(&page, 60,
	    "  COUNT FIRST PROCESS                    PID c i m n p t u U\n"
	    "▼ · net:4026531833  initial  2 processes\n"
	    "├─▶     2 init                             1 · · · · · · · ·\n"
	    "└─▶     0 sh (1 thread)  host other       40 · · · · · · · b\n"
	    "▼ a net:600  2 processes\n"
	    "└─▶     2 nginx  host bl\\nue              50 · · · a a · · a\n"
	    "▼ b net:601  1 process\n"
	    "└─▶     1 a\\e[31m\\n a \\e]0;x\\x07          60 · · · b · · · ·\n"
	    "▶ 1 process is in no group: Permission denied (it takes ptr…\n");
	page_done(&page);
}

static void what_goes_when_there_is_no_room(void **state)
{
	struct page page;

	(void)state;
	page_init(&page, NS_GROUPS_BY_NAME, true);
	assert_page(&page, 40,
	    "  COUNT FIRST PROCESS▲      PID cimnptuU\n"
	    "▶     1 a\\e[31m\\n a \\e…      60 ···b····\n"
	    "▶     2 init                  1 ········\n"
	    "▶     2 nginx  host bl…      50 ···aa··a\n"
	    "▶     0 sh (1 thread) …      40 ·······b\n"
	    "▶ 1 process is in no group: Permission …\n");
	page_done(&page);
	page_init(&page, NS_GROUPS_BY_FIRST, true);
	assert_page(&page, 20,
	    "  COUNT FI… cimnptuU\n"
	    "▶     2 in… ········\n"
	    "▶     0 sh… ·······b\n"
	    "▶     2 ng… ···aa··a\n"
	    "▶     1 a … ···b····\n"
	    "▶ 1 process is in n…\n");
	page_done(&page);
}

/* What a click on the heading means is what stands there. */
static void the_heading_knows_its_columns(void **state)
{
	struct page page;
	unsigned column = 99;

	(void)state;
	page_init(&page, NS_GROUPS_BY_COUNT, true);
	page.context.cols = 100;
	assert_true(rowline_order_at(&page.context, 0, &column));
	assert_int_equal(column, NS_GROUPS_BY_COUNT);
	assert_true(rowline_order_at(&page.context, 12, &column));
	assert_int_equal(column, NS_GROUPS_BY_NAME);
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		struct line line;
		char name[16];

		line_init(&line, CHARSET_UTF8);
		rowline_heading(&page.context, &line);
		snprintf(name, sizeof(name), "%s ", ns_types[type].name);
		const char *strip = strstr(line.text, "cgroup ");
		const char *found = strstr(strip, name);
		assert_non_null(found);
		size_t at = line.cols - strlen(found);
		assert_true(rowline_order_at(&page.context, at, &column));
		assert_int_equal(column, NS_GROUPS_BY_TYPE + type);
		assert_true(rowline_order_at(&page.context, at + strlen(name) - 2, &column));
		assert_int_equal(column, NS_GROUPS_BY_TYPE + type);
		line_done(&line);
	}
	page.context.cols = 40;
	assert_false(rowline_order_at(&page.context, 39, &column));
	page_done(&page);
}

static void all_is_told_of_a_room(void **state)
{
	struct lines lines = {0};
	struct page page;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	page_init(&page, NS_GROUPS_BY_COUNT, true);
	page.context.cols = 200;
	for (uint32_t at = 0; at < page.outline.count; at++) {
		if (page.outline.rows[at].ns_group)
			detail_lines(&page.context, &page.outline.rows[at], &lines);
	}
	for (size_t i = 0; i < lines.count; i++)
		fprintf(out, "%s\n", lines.items[i].text ? lines.items[i].text : "");
	fclose(out);
	assert_non_null(strstr(text, "\nIn it     2 processes\nDiffers   net, pid, uts\n"));
	assert_non_null(strstr(text, "\nDiffers   nothing: all eight are the usual ones\n"));
	assert_non_null(strstr(text, "\nnet     a net:600  in this group only\n"));
	assert_non_null(
	    strstr(text, "\nipc     ipc:4026531839 (initial)  and 4 processes of other groups\n"));
	assert_non_null(strstr(text, "\nIn it     0 processes, 1 thread that left its process\n"));
	assert_non_null(strstr(text, "\n     45 thread helper\n"));
	assert_non_null(strstr(text, "\n     51 nginx\n"));
	free(text);
	lines_done(&lines);
	page_done(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_matrix_names_its_columns),
	    cmocka_unit_test(members_tell_no_strip_again),
	    cmocka_unit_test(a_type_groups_them),
	    cmocka_unit_test(what_goes_when_there_is_no_room),
	    cmocka_unit_test(the_heading_knows_its_columns),
	    cmocka_unit_test(all_is_told_of_a_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
