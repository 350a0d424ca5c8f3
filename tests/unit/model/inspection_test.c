/* Facts on their way through a pipe, and the lines that they become. */
#include "tests/unit/fixture.h"

#include "model/base/util.h"
#include "model/report/inspection_lines.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct encoded {
	char *data;
	size_t len, room;
};

static struct fact_text text(const char *string)
{
	return (struct fact_text){.data = string, .len = strlen(string)};
}

static void put(struct encoded *encoded, struct fact fact)
{
	fact_encode(&fact, &encoded->data, &encoded->len, &encoded->room);
}

static void put_joined(struct encoded *encoded)
{
	put(encoded, (struct fact){.kind = FACT_JOIN, .join = {.how = JOIN_DONE}});
}

static struct inspection *decode(struct encoded *encoded)
{
	struct inspection *inspection = NULL;

	assert_int_equal(inspection_decode(encoded->data, encoded->len, &inspection), 0);
	*encoded = (struct encoded){0};
	return inspection;
}

/* The lines of @inspection, which ends, for the namespace @ino of @graph_text; allocated. */
static char *say(const char *graph_text, enum nstype type, uint64_t ino,
    struct inspection *inspection, size_t cols)
{
	struct graph *graph = fixture_graph(NULL, graph_text);
	const struct rowline_context context = {
	    .charset = CHARSET_ASCII, .graph = graph, .cols = cols};
	struct lines lines = {0};
	char *all = xstrdup("");

	inspection_lines(&context, fixture_ns(graph, type, ino), inspection, &lines);
	for (size_t i = 0; i < lines.count; i++) {
		char *longer =
		    xasprintf("%s%s\n", all, lines.items[i].text ? lines.items[i].text : "");

		free(all);
		all = longer;
	}
	lines_done(&lines);
	inspection_free(inspection);
	graph_unref(graph);
	return all;
}

static void assert_has(const char *all, const char *needle)
{
	if (!strstr(all, needle))
		fail_msg("no \"%s\" in:\n%s", needle, all);
}

static void facts_cross_the_pipe(void **state)
{
	struct encoded encoded = {0};
	struct inspection *inspection, *again;

	(void)state;
	for (int i = 0; i < 2; i++) {
		put_joined(&encoded);
		put(&encoded, (struct fact){.kind = FACT_MOUNT,
		                  .mount = {.shared = 7, .unbindable = true},
		                  .texts = {text("/a\nb"), {.data = NULL}, text(""), text("x")}});
		put(&encoded, (struct fact){.kind = FACT_PID_MAX, .pid_max = {.max = 99}});
		if (i == 0)
			again = decode(&encoded);
	}
	inspection = decode(&encoded);
	assert_int_equal(inspection->count, 3);
	const struct fact *mount = inspection_find(inspection, FACT_MOUNT);
	assert_int_equal(mount->mount.shared, 7);
	assert_true(mount->mount.unbindable);
	assert_int_equal(mount->texts[0].len, 4);
	assert_memory_equal(mount->texts[0].data, "/a\nb", 4);
	assert_null(mount->texts[1].data);
	assert_non_null(mount->texts[2].data);
	assert_int_equal(mount->texts[2].len, 0);
	assert_memory_equal(mount->texts[3].data, "x", 1);
	assert_int_equal(inspection_find(inspection, FACT_PID_MAX)->pid_max.max, 99);
	assert_null(inspection_find(inspection, FACT_QUEUE));
	assert_true(inspection_equal(inspection, again));
	again->bytes[again->len - 1] ^= 1;
	assert_false(inspection_equal(inspection, again));
	inspection_free(inspection);
	inspection_free(again);
}

static void what_is_not_whole_is_refused(void **state)
{
	struct encoded encoded = {0};
	struct inspection *inspection = NULL;

	(void)state;
	put(&encoded, (struct fact){.kind = FACT_HOST, .texts = {text("blue"), text("d")}});
	for (size_t len = 1; len < encoded.len; len++) {
		char *part = xmalloc(len);

		memcpy(part, encoded.data, len);
		assert_int_equal(inspection_decode(part, len, &inspection), -EBADMSG);
	}
	/* A kind that there isn't. */
	memset(encoded.data, 0x7f, sizeof(int));
	assert_int_equal(inspection_decode(encoded.data, encoded.len, &inspection), -EBADMSG);
	assert_null(inspection);
	/* Nothing at all is no fact, and no error. */
	assert_int_equal(inspection_decode(NULL, 0, &inspection), 0);
	assert_int_equal(inspection->count, 0);
	inspection_free(inspection);
}

static void long_texts_are_cut(void **state)
{
	static char much[FACT_TEXT_BYTES_MAX + 100];
	struct encoded encoded = {0};

	(void)state;
	memset(much, 'x', sizeof(much) - 1);
	put(&encoded, (struct fact){.kind = FACT_HOST, .texts = {text(much), text("d")}});
	struct inspection *inspection = decode(&encoded);
	assert_int_equal(inspection->facts[0].texts[0].len, FACT_TEXT_BYTES_MAX);
	assert_memory_equal(inspection->facts[0].texts[1].data, "d", 1);
	inspection_free(inspection);
}

#define ONE_NET "1 init all=initial\n5 box all=initial net=70\n"

static void interfaces(void **state)
{
	struct encoded encoded = {0};

	(void)state;
	put_joined(&encoded);
	put(&encoded, (struct fact){.kind = FACT_INTERFACE,
	                  .interface = {.index = 2,
	                      .link_index = 2,
	                      .link_elsewhere = true,
	                      .link_ino = 70,
	                      .flags_known = true,
	                      .flags = 0x10001},
	                  .texts = {text("v0"), text("veth"), text("0a:0b")}});
	put(&encoded, (struct fact){.kind = FACT_INTERFACE,
	                  .interface = {.index = 3, .link_index = 2, .flags_known = true},
	                  .texts = {text("v0.5"), text("vlan")}});
	put(&encoded, (struct fact){.kind = FACT_ADDRESS,
	                  .address = {.index = 2, .prefix = 64},
	                  .texts = {text("fe80::1")}});
	put(&encoded, (struct fact){.kind = FACT_LISTENER,
	                  .listener = {.port = 80},
	                  .texts = {text("tcp"), text("::")}});
	put(&encoded,
	    (struct fact){.kind = FACT_LEFT_OUT, .left_out = {.what = FACT_LISTENER, .count = 12}});
	put(&encoded,
	    (struct fact){.kind = FACT_FAILED, .failed = {.what = FACT_SOCKETS, .error = EACCES}});
	autofree char *all = say(ONE_NET, NS_NET, 0, decode(&encoded), 0);
	assert_has(all, "v0 up, veth, 0a:0b, its other end is number 2 in net:70\n  fe80::1/64\n");
	assert_has(all, "v0.5 down, vlan, on top of v0\n");
	assert_has(all, "Listening tcp [::]:80\nand 12 more\n");
	assert_has(all, "Not read: the unix sockets (Permission denied).\n");
}

static void mounts_and_their_propagation(void **state)
{
	struct encoded encoded = {0};

	(void)state;
	put(&encoded, (struct fact){.kind = FACT_MOUNT,
	                  .mount = {.shared = 3, .master = 4},
	                  .texts = {text("/a\n\033"), text("/"), text("ext4"), text("/dev/x")}});
	put(&encoded, (struct fact){.kind = FACT_MOUNT,
	                  .mount = {.unbindable = true, .read_only = true},
	                  .texts = {text("/b"), text("/sub"), text("tmpfs"), text("tmpfs")}});
	put(&encoded, (struct fact){.kind = FACT_MOUNT,
	                  .texts = {text("/c"), text("/"), text("proc"), text("")}});
	autofree char *all = say(ONE_NET, NS_MNT, 0, decode(&encoded), 0);
	assert_has(all, "3 mounts: 1 shared, 1 slave, 1 private, 1 unbindable\n");
	assert_has(all, "/a\\n\\e ext4 shared:3 master:4 from /dev/x\n");
	assert_has(all, "/b tmpfs unbindable read-only of /sub\n");
	assert_has(all, "/c proc private\n");
}

static char *say_cgroup(const char *outside, const char *inside)
{
	struct encoded encoded = {0};

	put_joined(&encoded);
	put(&encoded, (struct fact){.kind = FACT_CGROUP,
	                  .texts = {text(""), text(outside),
	                      inside ? text(inside) : (struct fact_text){.data = NULL}}});
	return say(ONE_NET, NS_CGROUP, 0, decode(&encoded), 0);
}

static void roots_of_cgroups(void **state)
{
	static const struct {
		const char *outside, *inside, *expected;
	} cases[] = {
	    {"/a/b", "/b", "Root      /a (cgroup2); a member is in /a/b, which it sees as /b\n"},
	    {"/a/b", "/", "Root      /a/b (cgroup2)"},
	    {"/a/b", "/a/b", "Root      / (cgroup2)"},
	    {"/", "/", "Root      / (cgroup2)"},
	    /* Not below the root; nothing that fits; not joined. */
	    {"/a/b", "/../b", "Root      not known (cgroup2)"},
	    {"/a/b", "/c", "Root      not known (cgroup2)"},
	    {"/a/b", NULL, "Root      not known (cgroup2); a member is in /a/b\n"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		autofree char *all = say_cgroup(cases[i].outside, cases[i].inside);

		assert_has(all, cases[i].expected);
	}
}

static void hierarchies_with_one_root_are_one_line(void **state)
{
	static const char *const names[] = {"cpu", "memory", "pids", ""};
	struct encoded encoded = {0};

	(void)state;
	for (size_t i = 0; i < array_len(names); i++)
		put(&encoded, (struct fact){.kind = FACT_CGROUP,
		                  .texts = {text(names[i]), text(i == 1 ? "/x/y" : "/x"),
		                      text(i == 1 ? "/y" : "/")}});
	autofree char *all = say(ONE_NET, NS_CGROUP, 0, decode(&encoded), 0);
	assert_has(all, "Root      /x (cpu, pids, cgroup2);");
	assert_has(all, "Root      /x (memory);");
	assert_null(strstr(strstr(all, "(cpu") + 1, "(cpu"));
}

static void clocks(void **state)
{
	struct encoded encoded = {0};

	(void)state;
	put(&encoded, (struct fact){.kind = FACT_CLOCKS,
	                  .clocks = {.monotonic_ns = -INT64_C(4750000000),
	                      .boottime_ns = INT64_C(365) * 86400 * 1000000000 + 3661000000000}});
	autofree char *all = say(ONE_NET, NS_TIME, 0, decode(&encoded), 0);
	assert_has(all, "Monotonic 0:00:04.750 behind here\n");
	assert_has(all, "Boot time 365 days 1:01:01 ahead of here\n");
	assert_has(all, "Booted    19"); /* 1969 or 1970, wherever this is */
}

static char *say_user(uint32_t inside, uint32_t outside, uint32_t count, uint64_t held)
{
	struct encoded encoded = {0};

	put(&encoded, (struct fact){.kind = FACT_ID_RANGE,
	                  .range = {.inside = inside, .outside = outside, .count = count}});
	put(&encoded, (struct fact){.kind = FACT_SETGROUPS, .setgroups = {.allowed = true}});
	put(&encoded, (struct fact){.kind = FACT_CAPS,
	                  .caps = {.held = held, .known = 0x1ffffffffff, .why = CAPS_ABOVE}});
	return say(ONE_NET, NS_USER, 0, decode(&encoded), 0);
}

static void maps_and_capabilities(void **state)
{
	(void)state;
	autofree char *one = say_user(0, 1000, 1, 0);
	assert_has(one, "Root      uid 0 inside is uid 1000 here\nuid 0 inside is 1000 here\n");
	assert_has(one, "You can   nothing: no capability (");
	assert_has(one, "setgroups allowed");
	autofree char *many = say_user(0, 100000, 65536, 1 << 21 | 1);
	assert_has(many, "uid 0 to 65535 inside are 100000 to 165535 here\n");
	assert_has(many, "You can   chown, sys_admin (");
	autofree char *all = say_user(0, 0, UINT32_MAX, 0x1ffffffffff);
	assert_has(all, "every uid is the same inside and here\n");
	assert_has(all, "You can   all: every capability (");
	autofree char *most = say_user(0, 0, UINT32_MAX, 0x1ffffffffff & ~(1ULL << 24));
	assert_has(most, "You can   all but sys_resource (");
	autofree char *none = say_user(1, 1, 1, 0);
	assert_has(none, "Root      no user: uid 0 is not mapped\n");
}

static void pids_at_each_level(void **state)
{
	struct encoded encoded = {0};

	(void)state;
	put_joined(&encoded);
	put(&encoded, (struct fact){.kind = FACT_PID_MAX, .pid_max = {.max = 500}});
	autofree char *all = say("1 init all=initial\n"
	                         "ns pid 60 parent=initial\n"
	                         "20 box all=initial pid=60 pids=20,4,1\n"
	                         "21 sh parent=20 all=initial pid=60 pids=21,5,2\n",
	    NS_PID, 60, decode(&encoded), 0);
	assert_has(all, "Init      20 box\n");
	assert_has(all, "PIDs are below 500");
	assert_has(all, "20 -> 4 -> 1 box\n21 -> 5 -> 2 sh\n");
	autofree char *dead = say("1 init all=initial pids=1\n"
	                          "ns pid 60 parent=initial\n"
	                          "20 sh all=initial pids=20 pid_for_children=60\n",
	    NS_PID, 60, NULL, 0);
	assert_has(dead, "Init      dead: its init has exited\n");
}

static void what_went_wrong(void **state)
{
	struct encoded encoded = {0};

	(void)state;
	autofree char *slow = say(ONE_NET, NS_UTS, 0, inspection_failed(-ETIMEDOUT), 0);
	assert_has(slow, "nsscope could not look inside: it took too long.\n");
	autofree char *nowhere = say(ONE_NET, NS_UTS, 0, inspection_failed(-ENOENT), 0);
	assert_has(nowhere, "No visible process leads there");
	autofree char *waits = say(ONE_NET, NS_UTS, 0, NULL, 0);
	assert_has(waits, "being read");
	put(&encoded,
	    (struct fact){.kind = FACT_JOIN, .join = {.how = JOIN_REFUSED, .error = EPERM}});
	autofree char *refused = say(ONE_NET, NS_IPC, 0, decode(&encoded), 0);
	assert_has(refused, "Not joined: this user may not join it");
	assert_null(strstr(refused, "shared memory"));
	assert_null(strstr(refused, "Below is"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(facts_cross_the_pipe),
	    cmocka_unit_test(what_is_not_whole_is_refused),
	    cmocka_unit_test(long_texts_are_cut),
	    cmocka_unit_test(interfaces),
	    cmocka_unit_test(mounts_and_their_propagation),
	    cmocka_unit_test(roots_of_cgroups),
	    cmocka_unit_test(hierarchies_with_one_root_are_one_line),
	    cmocka_unit_test(clocks),
	    cmocka_unit_test(maps_and_capabilities),
	    cmocka_unit_test(pids_at_each_level),
	    cmocka_unit_test(what_went_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
