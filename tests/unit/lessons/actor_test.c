/* Tables of /proc, and what of them is told as seen. */
#include "lessons/stage/actor.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/nsscope-table-XXXXXX";

static const char rows[] = "   key  shmid  perms\n"
                           "\n"
                           "   17     0    600  first\n"
                           "\t18\t 1   600\n"
                           "17 1 601 behind\n"
                           "19 12 x\n"
                           "20 7";

static int make_table(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0 || write(fd, rows, sizeof(rows) - 1) != sizeof(rows) - 1)
		return -1;
	return close(fd);
}

static int remove_table(void **state)
{
	(void)state;
	return unlink(path);
}

static const char *find(size_t column, unsigned long long number)
{
	static char line[64];
	int r = proc_row(path, column, number, line, sizeof(line));

	if (r < 0)
		assert_int_equal(r, -ENODATA);
	return r == 0 ? line : "nothing";
}

static void lines_are_found(void **state)
{
	(void)state;
	assert_string_equal(find(1, 0), "17 0 600 first");
	assert_string_equal(find(1, 1), "18 1 600");
	assert_string_equal(find(1, 12), "19 12 x");
	assert_string_equal(find(0, 17), "17 0 600 first");
	assert_string_equal(find(1, 7), "20 7");
	assert_string_equal(find(2, 601), "17 1 601 behind");
	/* Neither a word nor its absence is the number 0. */
	assert_string_equal(find(2, 0), "nothing");
	assert_string_equal(find(9, 0), "nothing");
	assert_string_equal(find(1, 2), "nothing");
	assert_int_equal(
	    proc_row("/tmp/nsscope-none-XXXXXX/table", 0, 1, (char[8]){0}, 8), -ENOENT);
}

static void long_lines_are_cut(void **state)
{
	char line[16];

	(void)state;
	for (size_t room = 1; room <= sizeof(line); room++) {
		memset(line, '#', sizeof(line));
		assert_int_equal(proc_row(path, 1, 0, line, room), 0);
		assert_true(strlen(line) < room);
		assert_memory_equal(line, "17 0 600 first", strlen(line));
	}
	assert_string_equal(line, "17 0 600 first");
}

static void seen_lines_name_their_file(void **state)
{
	struct actor actor = {.seen_pid = 4711};
	char longest[400], *saw = actor.answer.saw;

	(void)state;
	answer_saw_row(&actor, "/proc/self/mountinfo", "-", "36 35 0:33 / /mnt");
	assert_string_equal(saw, "/proc/4711/mountinfo: -36 35 0:33 / /mnt");
	saw[0] = '\0';
	answer_saw_row(&actor, "/proc/sysvipc/shm", "", "17 0");
	assert_string_equal(saw, "/proc/sysvipc/shm: 17 0");
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	saw[0] = '\0';
	answer_saw_row(&actor, "/proc/sysvipc/shm", "-", longest);
	assert_int_equal(strlen(saw), sizeof(actor.answer.saw) - 1);
	assert_memory_equal(saw, "/proc/sysvipc/shm: -xxx", 23);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_found),
	    cmocka_unit_test(long_lines_are_cut),
	    cmocka_unit_test(seen_lines_name_their_file),
	};

	return cmocka_run_group_tests(tests, make_table, remove_table);
}
