/* Keys as the terminals that people use send them, and no more colors than each has. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/tape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char machine[] =
    "1 init; 40 first; 41 second parent=40 uts=210; 42 third parent=40; 43 last";

/* What the keys send when a full-screen program runs: rxvt's, the console's and the others' differ. */
static const struct terminal {
	const char *term;
	const char *up, *down, *home, *end, *page_up, *page_down, *f1;
	int colors; /* 0: none */
} terminals[] = {
    {"xterm", "\033OA", "\033OB", "\033OH", "\033OF", "\033[5~", "\033[6~", "\033OP", 8},
    {"xterm-256color", "\033OA", "\033OB", "\033OH", "\033OF", "\033[5~", "\033[6~", "\033OP", 256},
    {"screen", "\033OA", "\033OB", "\033[1~", "\033[4~", "\033[5~", "\033[6~", "\033OP", 8},
    {"screen-256color", "\033OA", "\033OB", "\033[1~", "\033[4~", "\033[5~", "\033[6~", "\033OP",
        256},
    {"tmux", "\033OA", "\033OB", "\033[1~", "\033[4~", "\033[5~", "\033[6~", "\033OP", 8},
    {"tmux-256color", "\033OA", "\033OB", "\033[1~", "\033[4~", "\033[5~", "\033[6~", "\033OP",
        256},
    {"linux", "\033[A", "\033[B", "\033[1~", "\033[4~", "\033[5~", "\033[6~", "\033[[A", 8},
    {"rxvt", "\033[A", "\033[B", "\033[7~", "\033[8~", "\033[5~", "\033[6~", "\033[11~", 8},
    {"rxvt-unicode-256color", "\033[A", "\033[B", "\033[7~", "\033[8~", "\033[5~", "\033[6~",
        "\033[11~", 256},
    {"vt100", "\033OA", "\033OB", NULL, NULL, NULL, NULL, "\033OP", 0},
    {"vt220", "\033[A", "\033[B", NULL, NULL, "\033[5~", "\033[6~", "\033OP", 0},
};

static struct rig *open_on(const struct terminal *terminal)
{
	return tape_open_machine(
	    machine, &(struct rig_options){.term = terminal->term, .rows = 12, .cols = 80});
}

/* Sends what a key sends, where the terminal has it; else the key that does the same everywhere. */
static void press(struct rig *rig, const char *sent, const char *otherwise)
{
	rig_send(rig, sent ? sent : otherwise);
}

static void every_terminals_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(terminals); i++) {
		const struct terminal *terminal = &terminals[i];
		struct rig *rig = open_on(terminal);

		print_message("%s\n", terminal->term);
		press(rig, terminal->end, "G");
		explorer_wait_selected(rig, "last");
		press(rig, terminal->up, "");
		explorer_wait_selected(rig, "third");
		press(rig, terminal->down, "");
		explorer_wait_selected(rig, "last");
		press(rig, terminal->home, "g");
		explorer_wait_selected(rig, "pid:4026531836");
		press(rig, terminal->page_down, "\006");
		explorer_wait_selected(rig, "last");
		press(rig, terminal->page_up, "\002");
		explorer_wait_selected(rig, "pid:4026531836");
		press(rig, terminal->f1, "?");
		rig_wait(rig, "How to read the tree");
		rig_send(rig, "q");
		rig_wait_gone(rig, "How to read the tree");
		explorer_quit(rig);
	}
}

/* The highest number of a palette's color on the screen; -1 for none. */
static int highest_color(struct rig *rig)
{
	int rows, cols, highest = -1;

	rig_size(rig, &rows, &cols);
	for (int row = 0; row < rows; row++) {
		for (int col = 0; col < cols; col++) {
			VTermScreenCell cell = rig_cell(rig, row, col);

			if (VTERM_COLOR_IS_INDEXED(&cell.fg) &&
			    !VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) && cell.fg.indexed.idx > highest)
				highest = cell.fg.indexed.idx;
		}
	}
	return highest;
}

static void no_more_colors_than_it_has(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(terminals); i++) {
		struct rig *rig = open_on(&terminals[i]);
		int highest;

		rig_wait(rig, "second");
		highest = highest_color(rig);
		if (terminals[i].colors == 0 ? highest >= 0 : highest >= terminals[i].colors)
			rig_fail(rig, "%s: colour %d", terminals[i].term, highest);
		if (terminals[i].colors && highest < 0)
			rig_fail(rig, "%s: no colour", terminals[i].term);
		explorer_quit(rig);
	}
}

/* A terminal with one screen keeps what was painted, and what comes next is below it; also where a signal
 * ends the explorer, whose handler may write only what was prepared before. */
static void the_screen_stays_above(void **state)
{
	static const struct {
		const char *term;
		bool one_screen;
	} cases[] = {{"linux", true}, {"vt100", true}, {"vt220", true}, {"xterm", false}};

	(void)state;
	for (size_t i = 0; i < 2 * array_len(cases); i++) {
		const char *term = cases[i / 2].term;
		struct rig *rig = explorer_open(
		    &(struct rig_options){.term = term, .env = {"ASAN_OPTIONS=handle_segv=0"}});

		if (i % 2)
			rig_type(rig, "q");
		else
			rig_signal(rig, SIGSEGV);
		rig_wait_exit(rig);
		rig_assert_left(rig);
		if (cases[i / 2].one_screen != (strstr(rig_text(rig), "Help") != NULL))
			rig_fail(rig, "%s: the picture", term);
		rig_free(rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(every_terminals_keys, rig_free_all),
	    cmocka_unit_test_teardown(no_more_colors_than_it_has, rig_free_all),
	    cmocka_unit_test_teardown(the_screen_stays_above, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
