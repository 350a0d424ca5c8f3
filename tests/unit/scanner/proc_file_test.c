/* Files of every length, cut anywhere: what the reader gives is what stands there, or it says that it
 * was cut, and no parser takes a piece for the whole. */
#include "model/base/util.h"
#include "model/graph/containers.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { GROUPS_MAX = 65536, CUTS = 200, MIB = 1 << 20 };

/* Numbers that are the same in every run. */
static uint64_t seed;

static size_t below(size_t bound)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (size_t)(seed >> 33) % bound;
}

/* A growing text. */
struct made {
	char *text;
	size_t len, capacity;
};

static void put(struct made *made, const char *data, size_t len)
{
	array_reserve(made->text, made->capacity, made->len + len + 1);
	memcpy(made->text + made->len, data, len);
	made->len += len;
	made->text[made->len] = '\0';
}

static void puts_to(struct made *made, const char *text)
{
	put(made, text, strlen(text));
}

static int file_of(const char *text, size_t len)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	assert_true(fd >= 0);
	for (size_t at = 0; at < len;) {
		ssize_t written = write(fd, text + at, len - at);

		assert_true(written > 0);
		at += (size_t)written;
	}
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* --- The reader ---------------------------------------------------------------------------------- */

static void check_text(struct proc_text *text, const char *data, size_t len, size_t most)
{
	autoclose int fd = file_of(data, len);

	assert_int_equal(proc_text_read_fd(text, fd, most), 0);
	assert_int_equal(text->len, len < most ? len : most);
	assert_memory_equal(text->data, data, text->len);
	assert_int_equal(text->data[text->len], '\0');
	assert_int_equal(text->cut, len > most);
}

static void a_text_is_whole_or_says_that_it_was_cut(void **state)
{
	static const size_t edges[] = {0, 1, 62, 63, 64, 65, 4094, 4095, 4096, 4097, 8191, 8192,
	    8193, 65535, 65536, 65537, MIB - 1, MIB, MIB + 1};
	autofree char *data = xmalloc(2 * MIB);
	struct proc_text grown = {.data = NULL}; /* used again and again, as by a scan */

	(void)state;
	for (size_t i = 0; i < 2 * MIB; i++)
		data[i] = (char)(1 + below(255));
	for (size_t i = 0; i < array_len(edges); i++) {
		char first[64];
		autotext struct proc_text text = PROC_TEXT(first);

		check_text(&text, data, edges[i], PROC_TEXT_MAX);
		check_text(&grown, data, edges[i], PROC_TEXT_MAX);
		for (size_t j = 1; j < array_len(edges); j++) {
			check_text(&text, data, edges[i], edges[j]);
			check_text(&grown, data, edges[i], edges[j]);
		}
	}
	for (int i = 0; i < CUTS; i++)
		check_text(&grown, data, below(2 * MIB), 1 + below(MIB));
	proc_text_done(&grown);
}

static void what_can_not_be_read_is_empty(void **state)
{
	autotext struct proc_text text = {.data = NULL};
	struct proc_lines lines;

	(void)state;
	assert_int_equal(proc_text_read(&text, AT_FDCWD, "/proc/self/status", PROC_TEXT_MAX), 0);
	assert_true(text.len > 0);
	assert_int_equal(
	    proc_text_read(&text, AT_FDCWD, "/proc/self/none", PROC_TEXT_MAX), -ENOENT);
	assert_int_equal(text.len, 0);
	/* A folder can be opened, and not be read. */
	assert_int_equal(proc_text_read(&text, AT_FDCWD, "/proc/self", PROC_TEXT_MAX), -EISDIR);
	assert_int_equal(text.len, 0);
	assert_int_equal(proc_lines_open(&lines, AT_FDCWD, "/proc/self/none"), -ENOENT);
	assert_int_equal(proc_lines_open(&lines, AT_FDCWD, "/proc/self"), 0);
	assert_null(proc_lines_next(&lines, NULL));
	assert_int_equal(proc_lines_close(&lines), -EISDIR);
}

/* In the place of a file of /proc there may be anything: it is never waited for. */
static void a_fifo_is_not_waited_for(void **state)
{
	char folder[] = "/tmp/nsscope-proc-XXXXXX";
	autotext struct proc_text text = {.data = NULL};
	struct proc_lines lines;

	(void)state;
	assert_non_null(mkdtemp(folder));
	autofree char *path = xasprintf("%s/status", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(proc_text_read(&text, AT_FDCWD, path, PROC_TEXT_MAX), 0);
	assert_int_equal(text.len, 0);
	assert_int_equal(proc_lines_open(&lines, AT_FDCWD, path), 0);
	assert_null(proc_lines_next(&lines, NULL));
	assert_int_equal(proc_lines_close(&lines), 0);
	unlink(path);
	rmdir(folder);
}

static void lines_are_whole_whatever_their_length(void **state)
{
	(void)state;
	for (int round = 0; round < 50; round++) {
		struct made made = {.text = NULL};
		size_t lens[64], count = 1 + below(array_len(lens));

		for (size_t i = 0; i < count; i++) {
			lens[i] = below(8) == 0 ? below(200000) : below(200);
			for (size_t j = 0; j < lens[i]; j++)
				put(&made, &"abcdefgh"[(i + j) % 8], 1);
			put(&made, "\n", i + 1 < count || round % 2);
		}
		struct proc_lines lines = PROC_LINES_OF(file_of(made.text, made.len));
		size_t len;
		for (size_t i = 0; i < count; i++) {
			const char *line = proc_lines_next(&lines, &len);

			/* An empty one without a newline is none. */
			if (i + 1 == count && !lens[i] && !(round % 2)) {
				assert_null(line);
				break;
			}
			assert_non_null(line);
			assert_int_equal(len, lens[i]);
			assert_int_equal(strlen(line), len);
			assert_true(!len || line[0] == "abcdefgh"[i % 8]);
		}
		assert_null(proc_lines_next(&lines, &len));
		assert_int_equal(proc_lines_close(&lines), 0);
		free(made.text);
	}
}

static void a_line_that_is_too_long_is_left_out_and_told(void **state)
{
	struct made made = {.text = NULL};
	size_t len;

	(void)state;
	puts_to(&made, "before\n");
	for (size_t i = 0; i < PROC_LINE_MAX + 10000; i++)
		put(&made, "x", 1);
	puts_to(&made, "\nbehind\n");
	struct proc_lines lines = PROC_LINES_OF(file_of(made.text, made.len));
	assert_string_equal(proc_lines_next(&lines, &len), "before");
	assert_string_equal(proc_lines_next(&lines, &len), "behind");
	assert_null(proc_lines_next(&lines, &len));
	assert_int_equal(proc_lines_close(&lines), -EFBIG);
	free(made.text);
}

/* --- The parsers --------------------------------------------------------------------------------- */

/* What stands behind NSpid as well. */
static void make_status(struct made *made, size_t groups)
{
	char group[16];

	puts_to(made, "Name:\tjava\nUmask:\t0022\nState:\tS (sleeping)\nUid:\t7\t8\t9\t10\n"
	              "Gid:\t7\t7\t7\t7\nFDSize:\t64\nGroups:\t");
	for (size_t i = 0; i < groups; i++) {
		snprintf(group, sizeof(group), "%u ", (unsigned)(1900000000 + i));
		puts_to(made, group);
	}
	puts_to(made, "\nNStgid:\t4711\t22\t1\nNSpid:\t4711\t22\t1\nNSpgid:\t0\t0\t0\n"
	              "VmPeak:\t  1234 kB\nSeccomp:\t2\n");
}

static void a_status_with_all_groups_has_its_pids(void **state)
{
	static const size_t groups[] = {0, 1, 350, 355, 356, 360, 800, 5000, GROUPS_MAX};

	(void)state;
	for (size_t i = 0; i < array_len(groups); i++) {
		struct made made = {.text = NULL};
		struct proc_status status;
		char first[4096];
		autotext struct proc_text text = PROC_TEXT(first);

		make_status(&made, groups[i]);
		autoclose int fd = file_of(made.text, made.len);
		assert_int_equal(proc_text_read_fd(&text, fd, PROC_TEXT_MAX), 0);
		assert_false(text.cut);
		assert_int_equal(parse_status(text.data, text.len, &status), 0);
		assert_int_equal(status.pid_levels, 3);
		assert_int_equal(status.pids[2], 1);
		assert_int_equal(status.euid, 8);
		free(made.text);
	}
}

static void a_cut_status_says_nothing_that_is_false(void **state)
{
	struct made made = {.text = NULL};

	(void)state;
	make_status(&made, 300);
	for (size_t len = 0; len <= made.len; len++) {
		struct proc_status status;
		int r = parse_status(made.text, len, &status);

		assert_true(r == 0 || r == -EBADMSG);
		if (r < 0)
			continue;
		assert_int_equal(status.name_len, 4);
		assert_int_equal(status.euid, 8);
		assert_true(status.pid_levels == 0 || status.pid_levels == 3);
	}
	free(made.text);
}

static void a_cut_stat_has_its_start_or_none(void **state)
{
	static const char stat[] =
	    "4711 (a) b) S 1 2 3 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 123456 99 0\n";

	(void)state;
	for (size_t len = 0; len <= strlen(stat); len++) {
		uint64_t ticks = 0;

		if (parse_start_ticks(stat, len, &ticks) == 0)
			assert_int_equal(ticks, 123456);
	}
}

/* A mount below a long path, in a table of many. */
static void a_long_mount_table_is_read_to_its_end(void **state)
{
	static const size_t counts[] = {1, 10, 1000, 6000};

	(void)state;
	for (size_t i = 0; i < array_len(counts); i++) {
		struct made made = {.text = NULL};
		struct mount_line mount;
		const char *line;
		size_t len, seen = 0;

		for (size_t j = 0; j < counts[i]; j++) {
			autofree char *pad = xcalloc(1, 6000);
			autofree char *text = NULL;

			memset(pad, 'p', below(10) == 0 ? below(5999) : below(100));
			text = xasprintf("%zu 1 0:5 net:[%zu] /run/%s rw shared:7 - nsfs nsfs rw\n",
			    j + 2, j + 100, pad);
			puts_to(&made, text);
		}
		struct proc_lines lines = PROC_LINES_OF(file_of(made.text, made.len));
		while ((line = proc_lines_next(&lines, &len))) {
			assert_int_equal(parse_mount_line(line, len, &mount), 0);
			assert_int_equal(mount.id, ++seen + 1);
		}
		assert_int_equal(seen, counts[i]);
		assert_int_equal(proc_lines_close(&lines), 0);
		free(made.text);
	}
}

static void a_cut_mount_line_is_within_its_text(void **state)
{
	static const char text[] =
	    "36 35 98:0 /mnt1\\040x /mnt2 rw,noatime master:1 - ext3 /dev/root rw";

	(void)state;
	for (size_t len = 0; len <= strlen(text); len++) {
		struct mount_line mount;

		if (parse_mount_line(text, len, &mount) < 0)
			continue;
		assert_int_equal(mount.id, 36);
		assert_true(mount.super_options + mount.super_options_len <= text + len);
	}
}

/* Of all parsers: bytes of any kind and length, of which they may make what they like, within the
 * text. */
static void bytes_of_any_kind_do_no_harm(void **state)
{
	static const char alphabet[] = "0123456789 \t\n:()[]/-,=NSpidUname\\\x80\xff";

	(void)state;
	for (int round = 0; round < 400; round++) {
		size_t len = round < 100 ? (size_t)round + 1 : 1 + below(round % 50 ? 5000 : MIB);
		autofree char *text = xmalloc(len);
		struct proc_status status;
		struct mount_line mount;
		uint64_t number;
		size_t path_len;

		for (size_t i = 0; i < len; i++)
			text[i] = alphabet[below(sizeof(alphabet))];
		if (parse_status(text, len, &status) == 0)
			assert_true(status.pid_levels <= STATUS_PIDS_MAX);
		parse_start_ticks(text, len, &number);
		for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
			parse_ns_link(text, len, type, &number);
		if (parse_mount_line(text, len, &mount) == 0)
			assert_true(mount.super_options + mount.super_options_len <= text + len);
		parse_hidepid(text, len);
		assert_true(parse_cmdline_len(text, len) <= len);
		const char *path = container_cgroup_path(text, len, &path_len);
		assert_true(!path || (path >= text && path + path_len <= text + len));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_text_is_whole_or_says_that_it_was_cut),
	    cmocka_unit_test(what_can_not_be_read_is_empty),
	    cmocka_unit_test(a_fifo_is_not_waited_for),
	    cmocka_unit_test(lines_are_whole_whatever_their_length),
	    cmocka_unit_test(a_line_that_is_too_long_is_left_out_and_told),
	    cmocka_unit_test(a_status_with_all_groups_has_its_pids),
	    cmocka_unit_test(a_cut_status_says_nothing_that_is_false),
	    cmocka_unit_test(a_cut_stat_has_its_start_or_none),
	    cmocka_unit_test(a_long_mount_table_is_read_to_its_end),
	    cmocka_unit_test(a_cut_mount_line_is_within_its_text),
	    cmocka_unit_test(bytes_of_any_kind_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
