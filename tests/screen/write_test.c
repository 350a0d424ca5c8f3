/* Files that the explorer writes. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/unit/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static char folder[100];

static int begin(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "%s", folder_make());
	return 0;
}

static int end(void **state)
{
	folder_remove();
	return rig_free_all(state);
}

static void write_file(struct rig *rig, const char *name)
{
	autofree char *path = xasprintf("w%s/%s\r", folder, name);
	autofree char *expected = xasprintf("%s/%s", folder, name);

	rig_type(rig, path);
	rig_wait_gone(rig, ".txt .svg"); /* the prompt */
	rig_wait_row(rig, -1, expected);
}

static void the_screen_is_written_as_it_is(void **state)
{
	struct rig *rig = rig_start(&(struct rig_options){.locale = "zh_CN.UTF-8"});
	autofree char *text = NULL;
	autofree char *svg = NULL;

	(void)state;
	rig_wait_gone(rig, "正在读取进程");
	rig_wait_row(rig, 1, "进程");
	rig_wait_row(rig, -1, "帮助");
	rig_type(rig, "p");
	/* What is written is what was painted last. */
	rig_wait(rig, "已冻结");
	write_file(rig, "a.txt");
	autofree char *header = xstrdup(rig_row(rig, 0));

	text = folder_read("a.txt");
	assert_non_null(text);
	assert_int_equal(strncmp(text, header, strlen(header)), 0);
	assert_int_equal(text[strlen(header)], '\n');
	assert_null(strstr(text, "a.txt"));
	assert_non_null(strstr(text, "帮助"));
	write_file(rig, "b.SVG");
	svg = folder_read("b.SVG");
	assert_non_null(svg);
	assert_int_equal(strncmp(svg, "<svg ", 5), 0);
	assert_string_equal(svg + strlen(svg) - 7, "</svg>\n");
	assert_non_null(strstr(svg, ">帮</text>"));
	explorer_quit(rig);
}

static void the_graph_is_written_whole(void **state)
{
	struct rig *rig = explorer_open(NULL);
	autofree char *json = NULL;
	autofree char *dot = NULL;

	(void)state;
	write_file(rig, "a.json");
	json = folder_read("a.json");
	assert_non_null(strstr(json, "\"format\": \"nsscope/1\""));
	assert_string_equal(json + strlen(json) - 2, "}\n");
	write_file(rig, "a.dot");
	dot = folder_read("a.dot");
	assert_int_equal(strncmp(dot, "digraph nsscope {", 17), 0);
	assert_string_equal(dot + strlen(dot) - 2, "}\n");
	explorer_quit(rig);
}

static void nothing_is_overwritten_without_asking(void **state)
{
	struct rig *rig = explorer_open(NULL);
	autofree char *command = xasprintf(":write %s/a.txt\r", folder);
	struct stat status;

	(void)state;
	folder_write("a.txt", "mine\n");
	rig_type(rig, command);
	rig_wait_row(rig, -1, "Overwrite?");
	rig_type(rig, "no\r");
	rig_wait_row(rig, -1, "nothing was written");
	autofree char *kept = folder_read("a.txt");

	assert_string_equal(kept, "mine\n");
	rig_type(rig, command);
	rig_wait_row(rig, -1, "Overwrite?");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_row(rig, -1, "nothing was written");
	rig_type(rig, command);
	rig_wait_row(rig, -1, "Overwrite?");
	rig_type(rig, "yes\r");
	rig_wait_row(rig, -1, "written: ");
	autofree char *written = folder_read("a.txt");
	autofree char *path = xasprintf("%s/a.txt", folder);

	assert_non_null(strstr(written, "nsscope"));
	assert_int_equal(stat(path, &status), 0);
	explorer_quit(rig);
}

static void what_cannot_be_written_is_told(void **state)
{
	struct rig *rig = explorer_open(NULL);
	autofree char *device = xasprintf("w%s/fifo.txt\r", folder);
	autofree char *path = xasprintf("%s/fifo.txt", folder);

	(void)state;
	rig_type(rig, "wa.doc\r");
	rig_wait_row(rig, -1, "unknown extension");
	rig_type(rig, "w/dev/null/a.txt\r");
	rig_wait_row(rig, -1, "can't be written: Not a directory");
	assert_int_equal(mkfifo(path, 0600), 0);
	rig_type(rig, device);
	rig_wait_row(rig, -1, "no file to be written over");
	rig_type(rig, "w\r");
	rig_wait_row(rig, -1, "nothing was written");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_screen_is_written_as_it_is, begin, end),
	    cmocka_unit_test_setup_teardown(the_graph_is_written_whole, begin, end),
	    cmocka_unit_test_setup_teardown(nothing_is_overwritten_without_asking, begin, end),
	    cmocka_unit_test_setup_teardown(what_cannot_be_written_is_told, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
