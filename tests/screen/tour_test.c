/* The tour: each key leads to the next one, and to nothing else. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct rig *open_tour(int rows, int cols, const char *language)
{
	return rig_start(
	    &(struct rig_options){.rows = rows, .cols = cols, .args = {"tour", language}});
}

static void six_keys_lead_to_the_end(void **state)
{
	static const struct {
		const char *keys, *next;
	} steps[] = {
	    {"j", "Tour: key 2 of 6"},
	    {"\r", "Tour: key 3 of 6"},
	    {"2", "Tour: key 4 of 6"},
	    {"7", "Tour: key 5 of 6"},
	    {"1", "Tour: key 6 of 6"},
	};
	struct rig *rig = open_tour(40, 200, "--lang=en");
	char go[16];

	(void)state;
	rig_wait(rig, "Tour: key 1 of 6");
	/* Another key does what it does, and the tour waits. */
	rig_type(rig, "3");
	rig_wait_row(rig, 0, "by owner");
	rig_wait(rig, "Tour: key 1 of 6");
	rig_type(rig, "1");
	rig_wait_row(rig, 0, "by PID namespace");
	for (size_t i = 0; i < array_len(steps); i++) {
		rig_type(rig, steps[i].keys);
		rig_wait(rig, steps[i].next);
	}
	/* Of a process only. */
	snprintf(go, sizeof(go), ":%d\r", (int)rig_pid(rig));
	rig_type(rig, go);
	explorer_wait_selected(rig, "nsscope");
	rig_type(rig, "i");
	rig_wait(rig, "Members of its: ");
	rig_type(rig, "n");
	rig_wait(rig, "The end of the tour");
	rig_wait_row(rig, 0, "by type");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "The end of the tour");
	rig_type(rig, "1");
	rig_wait_row(rig, 0, "by PID namespace");
	explorer_quit(rig);
}

static void escape_leaves_it_in_every_size_and_language(void **state)
{
	static const struct {
		int rows, cols;
		const char *language, *title;
	} looks[] = {
	    {24, 80, "--lang=en", "Tour: key 1 of 6"},
	    {24, 80, "--lang=zh_CN", "导览：第 1 个键"},
	    {10, 40, "--lang=en", "Tour: key 1 of 6"},
	    {60, 200, "--lang=zh_CN", "导览：第 1 个键"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(looks); i++) {
		struct rig *rig = open_tour(looks[i].rows, looks[i].cols, looks[i].language);

		rig_wait(rig, looks[i].title);
		rig_key(rig, VTERM_KEY_ESCAPE);
		rig_wait_gone(rig, looks[i].title);
		explorer_quit(rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(six_keys_lead_to_the_end, rig_free_all),
	    cmocka_unit_test_teardown(escape_leaves_it_in_every_size_and_language, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
