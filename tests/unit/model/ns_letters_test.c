/* Marks: the same mark always means the same namespace. */
#include "tests/unit/fixture.h"

#include "model/base/util.h"
#include "model/view/ns_letters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct rig {
	struct history *history;
	struct ns_letters *ns_letters;
};

static int set_up(void **state)
{
	struct rig *rig = xcalloc(1, sizeof(*rig));

	rig->history = history_new(1000);
	rig->ns_letters = ns_letters_new();
	*state = rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;

	history_free(rig->history);
	ns_letters_free(rig->ns_letters);
	free(rig);
	return 0;
}

static const struct graph *see(struct rig *rig, uint64_t now_ms, const char *text)
{
	const struct graph *graph = fixture_push(rig->history, now_ms, text);

	ns_letters_update(rig->ns_letters, graph);
	return graph;
}

static const char *label(const struct rig *rig, enum nstype type, uint64_t ino)
{
	return ns_letters_label(
	    rig->ns_letters, fixture_ns(history_now(rig->history), type, ino), CHARSET_UTF8);
}

static void assert_strip(
    const struct rig *rig, pid_t pid, size_t gap, enum charset charset, const char *expected)
{
	struct line line;

	line_init(&line, charset);
	const struct process *process = fixture_process(history_now(rig->history), pid);

	ns_columns_add(rig->ns_letters, process->ns, process->read_status, gap, &line);
	assert_string_equal(line.text, expected);
	line_done(&line);
}

static void assert_heading(const struct rig *rig, size_t gap, const char *expected)
{
	struct line line;

	line_init(&line, CHARSET_UTF8);
	ns_columns_heading(rig->ns_letters, gap, &line);
	assert_string_equal(line.text, expected);
	line_done(&line);
}

static void strips_and_headings(void **state)
{
	struct rig *rig = *state;

	see(rig, 100,
	    "1 init; 5 a uts=9 net=7; 6 b uts=8 net=denied ipc=gone mnt=zombie "
	    "time=unsupported cgroup=never");
	assert_strip(rig, 1, 0, CHARSET_UTF8, "········");
	assert_strip(rig, 1, 1, CHARSET_ASCII, ". . . . . . . .");
	assert_strip(rig, 5, 1, CHARSET_UTF8, "· · · a · · · a");
	assert_strip(rig, 6, 1, CHARSET_UTF8, "? - - ? · - · b");
	assert_heading(rig, 0, "cimnptuU");
	assert_heading(rig, 1, "c i m n p t u U");
	ns_letters_free(rig->ns_letters);
	rig->ns_letters = ns_letters_new();
	assert_heading(rig, 0, "cimnptuU");
	assert_strip(rig, 5, 0, CHARSET_ASCII, "...?...?"); /* never shown to the marks */
}

static void assert_note(const struct rig *rig, const char *expected)
{
	struct line line;

	line_init(&line, CHARSET_UTF8);
	assert_int_equal(ns_columns_note(history_now(rig->history), &line), *expected != '\0');
	assert_string_equal(line.text ? line.text : "", expected);
	line_done(&line);
}

/* A dot is said of the initial one only. */
static void nsscopes_own_is_told_from_the_initial_one(void **state)
{
	struct rig *rig = *state;

	see(rig, 100, "1 init; 5 a uts=9; own 5");
	assert_strip(rig, 5, 0, CHARSET_UTF8, "·······a");
	assert_note(rig, "");
	see(rig, 200, "3 a all=gone uts=9 net=7; 5 b all=gone uts=8 net=7; own 5");
	assert_strip(rig, 5, 0, CHARSET_UTF8, "---=---=");
	assert_strip(rig, 3, 0, CHARSET_ASCII, "---=---c");
	assert_note(rig,
	    "= is the namespace that nsscope itself is in. Not the initial namespace: uts. "
	    "Unknown whether it is the initial namespace: net.");
	see(rig, 300, "3 a all=gone uts=9; 5 b all=gone uts=8");
	assert_strip(rig, 3, 0, CHARSET_UTF8, "-------=");
	assert_note(rig,
	    "= is the namespace of the oldest visible process. Not the initial namespace: uts.");
}

static void labels_are_stable(void **state)
{
	struct rig *rig = *state;
	const struct ns *ns;
	uint8_t color_index;

	see(rig, 100, "1 init; 5 a uts=9; 6 b uts=8 ipc=8; 7 c uts=7");
	assert_string_equal(label(rig, NS_UTS, 9), "a");
	assert_string_equal(label(rig, NS_UTS, 8), "b");
	assert_string_equal(label(rig, NS_UTS, 7), "c");
	assert_string_equal(label(rig, NS_IPC, 8), "a");
	assert_string_equal(label(rig, NS_UTS, 0), "·");
	ns = fixture_ns(history_now(rig->history), NS_UTS, 8);
	color_index = ns_letters_hue(rig->ns_letters, ns);
	assert_int_equal(color_index, 2);
	assert_int_equal(
	    ns_letters_hue(rig->ns_letters, history_now(rig->history)->reference[NS_UTS]), 0);

	/* b dies, and keeps its label as long as it is shown; a comes first in the order. */
	see(rig, 200, "1 init; 4 x uts=20; 5 a uts=9; 7 c uts=7");
	assert_string_equal(label(rig, NS_UTS, 9), "a");
	assert_string_equal(label(rig, NS_UTS, 7), "c");
	assert_string_equal(label(rig, NS_UTS, 20), "d");
	/* Then its label is free. */
	see(rig, 1200, "1 init; 3 y uts=21; 4 x uts=20; 5 a uts=9; 7 c uts=7; 8 z uts=22");
	assert_string_equal(label(rig, NS_UTS, 21), "b");
	assert_string_equal(label(rig, NS_UTS, 22), "e");
	assert_string_equal(label(rig, NS_UTS, 20), "d");
	assert_int_equal(
	    ns_letters_hue(rig->ns_letters, fixture_ns(history_now(rig->history), NS_UTS, 21)),
	    color_index);
}

static void an_inode_used_again_gets_another_label(void **state)
{
	struct rig *rig = *state;
	const struct graph *graph;

	see(rig, 100, "1 init; 5 a uts=9");
	graph = see(rig, 200, "1 init; 6 b uts=9");
	assert_string_equal(label(rig, NS_UTS, 9), "b");
	assert_string_equal(
	    ns_letters_label(rig->ns_letters,
	        graph_process(graph, &(struct process_id){5, 100})->ns[NS_UTS], CHARSET_ASCII),
	    "a");
}

static void many_get_longer_labels(void **state)
{
	struct rig *rig = *state;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const struct graph *graph;
	uint8_t color_indexes[800];

	assert_non_null(out);
	fprintf(out, "1 init\n");
	for (int i = 0; i < 800; i++)
		fprintf(out, "%d a uts=%d\n", 1000 + i, 5000 + i);
	fclose(out);
	graph = see(rig, 100, text);
	free(text);

	assert_string_equal(label(rig, NS_UTS, 5025), "z");
	assert_string_equal(label(rig, NS_UTS, 5026), "aa");
	assert_string_equal(label(rig, NS_UTS, 5026 + 675), "zz");
	assert_string_equal(label(rig, NS_UTS, 5026 + 676), "aaa");
	assert_int_equal(ns_columns_cols(rig->ns_letters, NS_UTS), 3);
	assert_int_equal(ns_columns_cols(rig->ns_letters, NS_IPC), 1);
	assert_strip(rig, 1000, 0, CHARSET_ASCII, ".......a  ");
	assert_strip(rig, 1, 1, CHARSET_ASCII, ". . . . . . . .  ");
	assert_heading(rig, 1, "c i m n p t u uts");
	for (size_t i = 0; i < 800; i++)
		color_indexes[i] =
		    ns_letters_hue(rig->ns_letters, fixture_ns(graph, NS_UTS, 5000 + i));
	for (size_t i = 0; i + NS_LETTER_COLORS < 800; i++) {
		assert_in_range(color_indexes[i], 1, NS_LETTER_COLORS);
		assert_int_equal(color_indexes[i], color_indexes[i + NS_LETTER_COLORS]);
		assert_int_not_equal(color_indexes[i], color_indexes[i + 1]);
	}

	/* When all but the last are gone, it keeps its label and the cell its width. */
	see(rig, 200, "1 init; 1799 a uts=5799");
	see(rig, 1300, "1 init; 1799 a uts=5799");
	assert_string_equal(label(rig, NS_UTS, 5799), "adt");
	see(rig, 1400, "1 init; 1799 a uts=5799; 1800 b uts=6000");
	assert_string_equal(label(rig, NS_UTS, 6000), "a");
	see(rig, 1500, "1 init");
	see(rig, 2600, "1 init");
	/* Columns do not move while they are read: they stay as wide as they were. */
	assert_int_equal(ns_columns_cols(rig->ns_letters, NS_UTS), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(strips_and_headings, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        nsscopes_own_is_told_from_the_initial_one, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(labels_are_stable, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        an_inode_used_again_gets_another_label, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(many_get_longer_labels, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
