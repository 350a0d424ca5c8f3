/* What two processes see of each other, in numbers and in words. */
#include "model/base/util.h"
#include "model/report/compare.h"
#include "tests/unit/fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const machine =
    "1 init;"
    "40 sh uid=1000;"
    "41 box parent=40 pids=41,1 pid=300 uts=210 user=500 mnt=700 uid=1000;"
    "42 \"b\\x1b[31m\" parent=40 uts=211 mnt=700 uid=7;"
    "43 shut all=denied;"
    "ns uts initial hostname=vm; ns uts 210 hostname=\"bl\\nue\"; ns uts 211 hostname=vm;"
    "ns pid 300 parent=initial; ns user 500 parent=initial";

/* Facts as a helper would send them. */
static struct inspection *inspected(const struct fact *facts, size_t count)
{
	struct inspection *inspection = NULL;
	size_t len = 0, room = 0;
	char *data = NULL;

	for (size_t i = 0; i < count; i++)
		fact_encode(&facts[i], &data, &len, &room);
	assert_int_equal(inspection_decode(data, len, &inspection), 0);
	return inspection;
}

static struct inspection *map_of(uint32_t inside, uint32_t outside, uint32_t count)
{
	const struct fact facts[] = {
	    {.kind = FACT_ID_RANGE, .range = {.group = true, .outside = 7, .count = 9}},
	    {.kind = FACT_ID_RANGE,
	        .range = {.inside = inside, .outside = outside, .count = count}},
	    {.kind = FACT_SETGROUPS},
	};

	return inspected(facts, array_len(facts));
}

static void expect_uid(const struct graph *graph, const struct inspection *user, uid_t uid,
    pid_t of, enum uid_view check_context, uid_t expected)
{
	const struct process *viewer = fixture_process(graph, 1);
	uid_t seen = 12345;

	assert_int_equal(
	    compare_uid_seen(uid, fixture_process(graph, of), viewer, user, &seen), check_context);
	assert_int_equal(seen, check_context == UID_NOT_KNOWN ? 12345 : expected);
}

static void a_user_id_goes_through_the_map(void **state)
{
	struct graph *graph = fixture_graph(NULL, machine);
	struct inspection *map = map_of(0, 1000, 10), *lost = map_of(0, UINT32_MAX, 1);
	struct inspection *failed = inspection_failed(-EACCES);
	const struct fact setgroups = {.kind = FACT_SETGROUPS};
	struct inspection *empty = inspected(&setgroups, 1);

	(void)state;
	expect_uid(graph, NULL, 1000, 40, UID_SEEN, 1000); /* in the viewer's own */
	expect_uid(graph, map, 1000, 41, UID_SEEN, 0);
	expect_uid(graph, map, 1009, 41, UID_SEEN, 9);
	expect_uid(graph, map, 1010, 41, UID_UNMAPPED, 65534);
	expect_uid(graph, map, 0, 41, UID_UNMAPPED, 65534);
	expect_uid(graph, lost, UINT32_MAX, 41, UID_UNMAPPED, 65534);
	expect_uid(graph, empty, 0, 41, UID_UNMAPPED, 65534);
	expect_uid(graph, failed, 0, 41, UID_NOT_KNOWN, 0);
	expect_uid(graph, NULL, 0, 41, UID_NOT_KNOWN, 0);
	inspection_free(map);
	inspection_free(lost);
	inspection_free(failed);
	inspection_free(empty);
	graph_unref(graph);
}

static char *told(pid_t a, pid_t b, const struct compare_known *known, enum charset charset)
{
	struct graph *graph = fixture_graph(NULL, machine);
	struct rowline_context context = {.charset = charset, .graph = graph, .cols = 100};
	struct compare_known here = *known;
	struct lines lines = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	here.viewer = fixture_process(graph, 1);
	compare_lines(
	    &context, fixture_process(graph, a), fixture_process(graph, b), &here, &lines);
	for (size_t i = 0; i < lines.count; i++) {
		assert_true(lines.items[i].cols <= 100);
		fprintf(out, "%s\n", lines.items[i].text ? lines.items[i].text : "");
	}
	fclose(out);
	for (const char *c = text; *c; c++)
		assert_true(*c == '\n' ||
		            ((unsigned char)*c >= ' ' && (charset == CHARSET_UTF8 || *c <= '~')));
	lines_done(&lines);
	graph_unref(graph);
	return text;
}

static void expect(const char *text, const char *piece)
{
	if (!strstr(text, piece))
		fail_msg("no \"%s\" in:\n%s", piece, text);
}

static void both_sides_are_told(void **state)
{
	struct inspection *map = map_of(0, 1000, 1);
	const struct compare_known known = {.user = {NULL, map}, .root = {"/", "/"}};
	autofree char *text = told(40, 41, &known, CHARSET_UTF8);

	(void)state;
	expect(text, "A  40  sh\nB  41  box\n");
	expect(text, "\nShared    cgroup, ipc, net, time\nSeparate  mnt, pid, user, uts\n");
	expect(text, "\nWhat A sees of B\nPID       41\nuid       1000\n");
	expect(text, "Host name its own: vm; that of the other, which it can't see: bl\\nue\n");
	expect(text, "\nWhat B sees of A\nPID       none: ");
	expect(text, "\nuid       0\n");
	expect(text, "Each path is one in its own mount namespace");
	assert_null(strstr(text, "Not known "));
	inspection_free(map);
}

static void what_is_not_known_is_told(void **state)
{
	const struct compare_known known = {.root = {NULL, "/srv"}};
	autofree char *text = told(43, 42, &known, CHARSET_ASCII);

	(void)state;
	expect(text, "\nNot known cgroup, ipc, mnt, net, pid, time, user, uts\n");
	expect(text, "B  42  b\\e[31m\n");
	expect(text, "uid       not known: the map there was not read\n");
	expect(text, "Host name its own: not known\n");
	expect(text, "A         not known\nB         /srv\n");
	assert_null(strstr(text, "The same"));
}

static void a_chroot_and_what_is_mounted_are_told(void **state)
{
	const struct fact mounts[] = {
	    {.kind = FACT_MOUNT, .texts = {{"/", 1}, {"/", 1}, {"rootfs", 6}, {"rootfs", 6}}},
	    {.kind = FACT_MOUNT, .texts = {{"/", 1}, {"/", 1}, {"ext4", 4}, {"/dev/\033x", 7}}},
	    {.kind = FACT_MOUNT, .texts = {{"/tmp", 4}, {"/", 1}, {"tmpfs", 5}, {"tmpfs", 5}}},
	};
	struct inspection *mnt = inspected(mounts, array_len(mounts));
	const struct compare_known known = {.mnt = {mnt, mnt}, .root = {"/", "/srv"}};
	autofree char *text = told(41, 42, &known, CHARSET_UTF8);

	(void)state;
	expect(text, "A         / (ext4 /dev/\\ex)\nB         /srv\n");
	expect(text, "The same mounts, another root: one of them is in a chroot.");
	inspection_free(mnt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_user_id_goes_through_the_map),
	    cmocka_unit_test(both_sides_are_told),
	    cmocka_unit_test(what_is_not_known_is_told),
	    cmocka_unit_test(a_chroot_and_what_is_mounted_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
