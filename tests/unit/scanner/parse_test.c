#include "model/base/util.h"
#include "scanner/proc/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

static void ns_link_is_type_and_inode(void **state)
{
	uint64_t ino = 7;

	(void)state;
	assert_int_equal(parse_ns_link("uts:[4026531838]", 16, NS_UTS, &ino), 0);
	assert_int_equal(ino, 4026531838);
	/* pid_for_children is a link to "pid:[…]" */
	assert_int_equal(parse_ns_link("pid:[1]x", 7, NS_PID, &ino), 0);
	assert_int_equal(ino, 1);
	assert_int_equal(parse_ns_link("net:[18446744073709551615]", 26, NS_NET, &ino), 0);
	assert_true(ino == UINT64_MAX);
}

static void ns_link_refuses_all_else(void **state)
{
	static const char *const bad[] = {"u", "uts", "uts:", "uts:[", "uts:[]", "uts:[1",
	    "uts:[1]]", "uts:[1] ", "uts:[-1]", "uts:[+1]", "uts:[ 1]", "uts:[0x1]", "ipc:[1]",
	    "uts:[18446744073709551616]", "uts:[99999999999999999999999]", "/some/path",
	    "uts_for:[1]"};
	uint64_t ino = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_ns_link(bad[i], strlen(bad[i]), NS_UTS, &ino), -EBADMSG);
	assert_int_equal(ino, 7);
}

static void ns_link_of_any_type(void **state)
{
	enum nstype type = NS_CGROUP;
	uint64_t ino = 7;

	(void)state;
	assert_int_equal(parse_any_ns_link("/some/path", 10, &type, &ino), -EBADMSG);
	assert_int_equal(parse_any_ns_link("", 0, &type, &ino), -EACCES);
	assert_true(type == NS_CGROUP && ino == 7);
	for (enum nstype each = 0; each < NS_TYPE_COUNT; each++) {
		autofree char *text = xasprintf("%s:[%d]", ns_types[each].name, 10 + (int)each);

		assert_int_equal(parse_any_ns_link(text, strlen(text), &type, &ino), 0);
		assert_int_equal(type, each);
		assert_int_equal(ino, 10 + each);
	}
}

/* Linux 5.10.262 answers so, and without an error, where it refuses ptrace access. */
static void an_empty_ns_link_is_a_refusal(void **state)
{
	uint64_t ino = 7;

	(void)state;
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		assert_int_equal(parse_ns_link("", 0, type, &ino), -EACCES);
	assert_int_equal(ino, 7);
}

static void ns_path_is_pid_and_type(void **state)
{
	static const char *const bad[] = {"", "/proc/", "/proc/1", "/proc/1/ns", "/proc/1/ns/",
	    "/proc/0/ns/net", "/proc/1/ns/netx", "/proc/1/ns/pid_for_children", "/proc/self/ns/net",
	    "/proc/1/task/2/ns/net", "proc/1/ns/net", "/proc/-1/ns/net", "/proc/4294967296/ns/net",
	    "/proc/1/../2/ns/net", "/run/netns/a"};
	enum nstype type = NS_UTS;
	pid_t pid = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_ns_path(bad[i], strlen(bad[i]), &pid, &type), -EBADMSG);
	assert_int_equal(pid, 7);
	assert_int_equal(parse_ns_path("/proc/2147483647/ns/net/", 23, &pid, &type), 0);
	assert_int_equal(pid, 2147483647);
	assert_int_equal(type, NS_NET);
}

static void numbers_stand_between_blanks(void **state)
{
	static const char *const bad[] = {
	    "", " ", "0 0", "0\t0\t", "0 0 x", "-1 0 1", "0 0 4294967296"};
	uint32_t numbers[3];

	(void)state;
	assert_int_equal(parse_numbers("         0          0 4294967295", numbers, 3), 0);
	assert_int_equal(numbers[2], UINT32_MAX);
	assert_int_equal(parse_numbers("1\t2\t3\t4\n", numbers, 3), 0);
	assert_int_equal(numbers[1], 2);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_numbers(bad[i], numbers, 3), -EBADMSG);
}

static int start(const char *text, uint64_t *ret)
{
	return parse_start_ticks(text, strlen(text), ret);
}

static void start_time_stands_behind_the_last_bracket(void **state)
{
#define BEHIND " S 1 2 3 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 "
	static const char *const bad[] = {"", ")", "1 (a) S", "1 (a" BEHIND "7 0", "1 (a)" BEHIND,
	    "1 (a)" BEHIND "77", "1 (a)" BEHIND "-7 0", "1 (a)" BEHIND "18446744073709551616 0",
	    "1 (a)" BEHIND "x 0", "1 (a)" BEHIND "7x 0"};
	uint64_t ticks = 5;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(start(bad[i], &ticks), -EBADMSG);
	assert_int_equal(ticks, 5);
	assert_int_equal(start("1 (a)" BEHIND "77 0 0", &ticks), 0);
	assert_int_equal(ticks, 77);
	assert_int_equal(start("1 (a) S 1 2 3\n)) (" BEHIND "9)" BEHIND "78 0", &ticks), 0);
	assert_int_equal(ticks, 78);
	assert_int_equal(start("1 ()" BEHIND "18446744073709551615 ", &ticks), 0);
	assert_true(ticks == UINT64_MAX);
#undef BEHIND
}

static void stat_begins_with_name_state_parent_and_session(void **state)
{
	static const char *const bad[] = {"", "7", "7 (a", "7 a) S 1 2 3 ", "7 (a)", "7 (a) ",
	    "7 (a) S", "7 (a) S 1 2 ", "7 (a) S 1 2 3", "7 (a) S 1 2 x ", "7 (a) S -1 2 3 ",
	    "7 (a) S 1 2 2147483648 ", ") S 1 2 3 (a "};
	struct stat_head head = {.session = 5};
	const char *text = "7 (a) R 9 (b)) T 1 22 333 34816 ";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_stat_head(bad[i], strlen(bad[i]), &head), -EBADMSG);
	assert_int_equal(head.session, 5);
	assert_int_equal(parse_stat_head(text, strlen(text), &head), 0);
	assert_int_equal(head.name_len, strlen("a) R 9 (b)"));
	assert_memory_equal(head.name, "a) R 9 (b)", head.name_len);
	assert_int_equal(head.state, 'T');
	assert_int_equal(head.ppid, 1);
	assert_int_equal(head.session, 333);
}

static int status(const char *text, struct proc_status *ret)
{
	return parse_status(text, strlen(text), ret);
}

static void status_gives_effective_uid_and_pids(void **state)
{
	struct proc_status s;

	(void)state;
	assert_int_equal(status("Name:\tcat\nUmask:\t0022\nState:\tR (running)\nTgid:\t9\n"
	                        "Uid:\t1000\t1001\t1002\t1003\nGid:\t0\t0\t0\t0\nGroups:\t4 5 \n"
	                        "NStgid:\t27769\t4\nNSpid:\t27769\t4\t3\t1\nNSpgid:\t1\n",
	                     &s),
	    0);
	assert_int_equal(s.euid, 1001);
	assert_int_equal(s.pid_levels, 4);
	assert_int_equal(s.pids[0], 27769);
	assert_int_equal(s.pids[3], 1);
}

static void status_without_nspid_has_no_levels(void **state)
{
	struct proc_status s;

	(void)state;
	assert_int_equal(status("Name:\tcat\nUid:\t4294967295\t4294967294\t0\t0\n", &s), 0);
	assert_true(s.euid == 4294967294u);
	assert_int_equal(s.pid_levels, 0);
}

static void status_gives_the_name_as_it_is(void **state)
{
	static const struct {
		const char *line, *name;
	} cases[] = {
	    {"cat", "cat"}, {"", ""}, {"a \x1b[31mb\\nc\xff\xe4", "a \x1b[31mb\nc\xff\xe4"},
	    {"\\\\n\\\\", "\\n\\"}, {"tab\there ", "tab\there "}, {"Name:\t)", "Name:\t)"},
	    {"\\", "\\"}, /* cut off: the kernel doesn't write this */
	};
	struct proc_status s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		autofree char *text = xasprintf("Name:\t%s\nUid:\t0\t0\n", cases[i].line);

		assert_int_equal(status(text, &s), 0);
		assert_int_equal(s.name_len, strlen(cases[i].name));
		assert_memory_equal(s.name, cases[i].name, s.name_len);
	}
}

/* The kernel escapes newlines in the name, but nothing else: a name can't begin a line. */
static void status_is_not_fooled_by_names(void **state)
{
	struct proc_status s;

	(void)state;
	assert_int_equal(status("Name:\tUid:\t1\t2\\nNSpid:\t6\x1b\xff\nUid:\t3\t4\t5\t6\n"
	                        "NSpid:\t8\n",
	                     &s),
	    0);
	assert_int_equal(s.euid, 4);
	assert_int_equal(s.pid_levels, 1);
	assert_int_equal(s.pids[0], 8);
}

static void status_refuses_what_it_does_not_know(void **state)
{
	static const char *const bad[] = {"", "Name:\tx\n", "Name:", "Uid:\t1\t1\n",
	    "Name:x\nUid:\t1\t1\n", "Name:\tx\nNSpid:\t1\n", "Name:\tx\nUid:\n",
	    "Name:\tx\nUid:\t1\n", "Name:\tx\nUid:\tx\ty\n", "Name:\tx\nUid:\t1\t4294967296\n",
	    "Name:\tx\nUid:\t0\t0\t0\t0\nNSpid:\n", "Name:\tx\nUid:\t0\t0\t0\t0\nNSpid:\t1\tx\n",
	    "Name:\tx\nUid:\t0\t0\t0\t0\nNSpid:\t2147483648\n",
	    ("Name:\tx\nUid:\t0\t0\nNSpid:\t1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 "
	     "1 1 1 1 1 "
	     "1 "
	     "1\n")};
	struct proc_status s = {.euid = 77};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(status(bad[i], &s), -EBADMSG);
	assert_int_equal(s.euid, 77);
}

static void status_reads_the_deepest_nesting(void **state)
{
	struct proc_status s;

	(void)state;
	assert_int_equal(
	    status("Name:\tx\nUid:\t0\t0\nNSpid:\t1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 "
	           "1 1 1 1 1 1 1 1 1 1 5\n",
	        &s),
	    0);
	assert_int_equal(s.pid_levels, 33);
	assert_int_equal(s.pids[32], 5);
}

static void cmdline_loses_the_nuls_at_its_end(void **state)
{
	(void)state;
	assert_int_equal(parse_cmdline_len("", 0), 0);
	assert_int_equal(parse_cmdline_len("\0\0\0", 3), 0);
	assert_int_equal(parse_cmdline_len("a\0b\0", 4), 3);
	assert_int_equal(parse_cmdline_len("a\0\0b\0\0\0", 7), 4);
	assert_int_equal(parse_cmdline_len("title", 5), 5);
}

static int mount(const char *text, struct mount_line *ret)
{
	return parse_mount_line(text, strlen(text), ret);
}

static void mount_line_is_cut_into_its_words(void **state)
{
	struct mount_line m;

	(void)state;
	assert_int_equal(mount("36 35 98:0 /mnt1 /mnt/a\\040b rw,noatime master:1 shared:2 - ext3 "
	                       "/dev/root rw,errors=continue",
	                     &m),
	    0);
	assert_memory_equal(m.root, "/mnt1 ", m.root_len + 1);
	assert_memory_equal(m.mount_point, "/mnt/a\\040b ", m.mount_point_len + 1);
	assert_int_equal(m.fs_type_len, 4);
	assert_memory_equal(m.fs_type, "ext3", 4);
	assert_string_equal(m.super_options, "rw,errors=continue");
	assert_int_equal(m.id, 36);
	assert_int_equal(m.parent_id, 35);
	assert_int_equal(m.options_len, 10);
	assert_memory_equal(m.options, "rw,noatime", 10);
	assert_int_equal(m.tags_len, 17);
	assert_memory_equal(m.tags, "master:1 shared:2", 17);
	assert_int_equal(m.source_len, 9);
	assert_memory_equal(m.source, "/dev/root", 9);
	/* no tags; and no source */
	assert_int_equal(
	    mount("1 2 0:4 net:[4026532000] /run/netns/blue rw - nsfs nsfs rw", &m), 0);
	assert_int_equal(m.root_len, 16);
	assert_int_equal(mount("1 2 0:4 / /x rw - tmpfs  rw,size=5", &m), 0);
	assert_string_equal(m.super_options, "rw,size=5");
	assert_int_equal(m.tags_len, 0);
	assert_int_equal(m.source_len, 0);
}

static void mount_line_refuses_too_few_words(void **state)
{
	static const char *const bad[] = {"", "1", "1 2 0:4", "1 2 0:4 /", "1 2 0:4 / /x",
	    "1 2 0:4 / /x rw", "1 2 0:4 / /x rw shared:3", "1 2 0:4 / /x rw -",
	    "1 2 0:4 / /x rw - ", "1  2 0:4 / /x rw - a b c"};
	struct mount_line m;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(mount(bad[i], &m), -EBADMSG);
}

static void unescape(const char *from, const char *to)
{
	char buffer[64];
	size_t len = parse_unescape(from, strlen(from), buffer);

	assert_int_equal(len, strlen(to));
	assert_memory_equal(buffer, to, len);
}

static void mount_paths_are_unescaped(void **state)
{
	(void)state;
	unescape("", "");
	unescape("a\\040b\\011\\012\\134", "a b\t\n\\");
	unescape("\\04", "\\04");
	unescape("\\400\\08x\\", "\\400\\08x\\");
	unescape("\\377", "\xff");
}

static void hidepid_is_read_in_both_spellings(void **state)
{
	static const struct {
		const char *options;
		bool hides, refuses, strict;
		gid_t gid;
	} cases[] = {{"rw", false, false, false, 0}, {"", false, false, false, 0},
	    {"rw,hidepid=0", false, false, false, 0}, {"rw,hidepid=off", false, false, false, 0},
	    {"rw,hidepid=2", true, false, false, 0}, {"rw,hidepid=4", true, false, true, 0},
	    {"rw,hidepid=1,gid=9", false, true, false, 9},
	    {"rw,gid=8,hidepid=noaccess", false, true, false, 8},
	    {"rw,gid=24,hidepid=invisible", true, false, false, 24},
	    {"hidepid=ptraceable,subset=pid", true, false, true, 0},
	    {"rw,gid=x", false, false, false, 0}, {"rw,xhidepid=2", false, false, false, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hidepid got = parse_hidepid(cases[i].options, strlen(cases[i].options));

		assert_int_equal(got.hides, cases[i].hides);
		assert_int_equal(got.refuses, cases[i].refuses);
		assert_int_equal(got.strict, cases[i].strict);
		assert_int_equal(got.gid, cases[i].gid);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ns_link_is_type_and_inode),
	    cmocka_unit_test(ns_link_refuses_all_else),
	    cmocka_unit_test(ns_link_of_any_type),
	    cmocka_unit_test(an_empty_ns_link_is_a_refusal),
	    cmocka_unit_test(ns_path_is_pid_and_type),
	    cmocka_unit_test(numbers_stand_between_blanks),
	    cmocka_unit_test(stat_begins_with_name_state_parent_and_session),
	    cmocka_unit_test(start_time_stands_behind_the_last_bracket),
	    cmocka_unit_test(status_gives_effective_uid_and_pids),
	    cmocka_unit_test(status_without_nspid_has_no_levels),
	    cmocka_unit_test(status_gives_the_name_as_it_is),
	    cmocka_unit_test(status_is_not_fooled_by_names),
	    cmocka_unit_test(status_refuses_what_it_does_not_know),
	    cmocka_unit_test(status_reads_the_deepest_nesting),
	    cmocka_unit_test(cmdline_loses_the_nuls_at_its_end),
	    cmocka_unit_test(mount_line_is_cut_into_its_words),
	    cmocka_unit_test(mount_line_refuses_too_few_words),
	    cmocka_unit_test(mount_paths_are_unescaped),
	    cmocka_unit_test(hidepid_is_read_in_both_spellings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
